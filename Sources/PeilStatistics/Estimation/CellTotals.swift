/// Totals of basic values per cell, a cell being one sampling unit of the last stage and one group: the state
/// from which every smooth statistic and its variance follow, whatever the number of groups.
public struct CellTotals: Mergeable, Equatable {
    public static let stateVersion = 1

    /// Basic values per cell, k.
    public let basicCount: Int
    /// Unit and group of each cell, ordered by unit, then group.
    public private(set) var units: [Int32]
    public private(set) var groups: [Int32]
    /// Complete rows with weight in each cell.
    public private(set) var counts: [Int32]
    /// k totals a cell.
    public private(set) var totals: [Double]

    public init(basicCount: Int) {
        self.basicCount = basicCount
        units = []
        groups = []
        counts = []
        totals = []
    }

    public var cellCount: Int { units.count }

    mutating func append(unit: Int32, group: Int32, count: Int32, totals cell: [Double]) {
        units.append(unit)
        groups.append(group)
        counts.append(count)
        totals.append(contentsOf: cell)
    }

    public mutating func merge(_ other: CellTotals) throws(MergeError) {
        guard basicCount == other.basicCount else { throw .differentShape }
        var result = CellTotals(basicCount: basicCount)
        result.totals.reserveCapacity(totals.count + other.totals.count)
        var i = 0
        var j = 0
        while i < cellCount || j < other.cellCount {
            let order = j >= other.cellCount ? -1 : i >= cellCount ? 1 : compare(i, other, j)
            var cell = [Double](repeating: 0, count: basicCount)
            var count: Int32 = 0
            let source = order <= 0 ? (units[i], groups[i]) : (other.units[j], other.groups[j])
            if order <= 0 {
                add(i, to: &cell, &count)
                i += 1
            }
            if order >= 0 {
                other.add(j, to: &cell, &count)
                j += 1
            }
            result.append(unit: source.0, group: source.1, count: count, totals: cell)
        }
        self = result
    }

    private func compare(_ i: Int, _ other: CellTotals, _ j: Int) -> Int {
        if units[i] != other.units[j] { return units[i] < other.units[j] ? -1 : 1 }
        if groups[i] != other.groups[j] { return groups[i] < other.groups[j] ? -1 : 1 }
        return 0
    }

    private func add(_ cell: Int, to sums: inout [Double], _ count: inout Int32) {
        for k in 0..<basicCount { sums[k] += totals[cell * basicCount + k] }
        count += counts[cell]
    }
}
