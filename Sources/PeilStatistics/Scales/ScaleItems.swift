internal import PeilNumerics
public import PeilTable

/// The questions of a scale: their columns, those that are asked the other way round, and the range of an answer.
public struct ScaleItems: Sendable, Equatable {
    public let names: [String]
    /// Items for which agreement means less of what the scale measures.
    public let reversed: [String]
    /// The lowest and highest answer that can be given; needed to reverse or to rescale scores.
    public let range: ClosedRange<Double>?

    /// - Throws: `ScaleError` for fewer than two items, one named twice, or a reversed one that is no item.
    public init(_ names: [String], reversed: [String] = [], range: ClosedRange<Double>? = nil) throws(ScaleError) {
        guard names.count > 1 else { throw .tooFewItems }
        if let twice = firstRepeated(names) { throw .repeatedItem(twice) }
        if let stranger = reversed.first(where: { !names.contains($0) }) { throw .unknownItem(stranger, known: names) }
        self.names = names
        self.reversed = reversed
        self.range = range
    }

    /// The items all in one direction: low + high − x for reversed ones, and −x where no range is known, which is as
    /// good for everything but scores.
    func columns(of table: Table) throws -> [NumericColumn] {
        try names.map { name in
            let column = try table.numbers(name)
            if let range {
                for row in column.values.indices where column.isPresent(row) && !range.contains(column.values[row]) {
                    throw ScaleError.outsideRange(name, row: row)
                }
            }
            guard reversed.contains(name) else { return column }
            let sum = range.map { $0.lowerBound + $0.upperBound } ?? 0
            let values = column.values.indices.map { column.isPresent($0) ? sum - column.values[$0] : 0 }
            return NumericColumn(values: values, reasons: column.reasons)
        }
    }

    /// The score of each row: the mean of the items that were answered, from 0 (least) to 100 (most); absent where fewer
    /// than `minimumAnswered` were.
    /// - Throws: `ScaleError.noRange`, `.badMinimum`, `.outsideRange`.
    public func scores(of table: Table, minimumAnswered: Int) throws -> NumericColumn {
        guard let range, range.lowerBound < range.upperBound else { throw ScaleError.noRange }
        guard (1...names.count).contains(minimumAnswered) else {
            throw ScaleError.badMinimum(minimumAnswered, items: names.count)
        }
        let columns = try columns(of: table)
        let width = range.upperBound - range.lowerBound
        var values = [Double](repeating: 0, count: table.rowCount)
        var reasons = [UInt8](repeating: 0, count: table.rowCount)
        for row in values.indices {
            var (sum, answered) = (0.0, 0)
            for column in columns where column.isPresent(row) {
                sum += column.values[row]
                answered += 1
            }
            if answered >= minimumAnswered {
                values[row] = (sum / Double(answered) - range.lowerBound) / width * 100
            } else {
                reasons[row] = MissingReason.notAnswered.rawValue
            }
        }
        return NumericColumn(values: values, reasons: reasons)
    }
}

public enum ScaleError: Error, Sendable, Equatable {
    case tooFewItems
    case repeatedItem(String)
    case unknownItem(String, known: [String])
    /// Scores from 0 to 100 need the range of an answer.
    case noRange
    case badMinimum(Int, items: Int)
    /// `row` counts from 0.
    case outsideRange(String, row: Int)
    /// Products of all pairs of items of every row would not fit into memory.
    case tooLarge(items: Int, rows: Int)
}
