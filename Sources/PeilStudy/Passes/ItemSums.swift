import PeilNumerics
import PeilStatistics

/// The sums of one estimator over cells that the caller numbers: rows with an answer and weight, Σw, Σw² and the basic
/// values of each cell. Sums from different origins stay apart; they are few, and moved together at the end.
struct ItemSums: Sendable {
    /// Sums measured from the same origins.
    struct Part: Sendable {
        let origins: [Double]
        var levels = LabelDictionary()
        /// Basic values, k.
        var basicCount: Int
        var unitCounts: [Int] = []
        /// 2 + k sums a cell of a unit: Σw, Σw², basic values.
        var units = ExactSums(count: 0)
        /// Where rows are units: `RowMoments.width(k)` sums a cell of a unit.
        var moments = ExactSums(count: 0)
        var auxiliaryCounts: [Int] = []
        /// k sums a cell of an auxiliary.
        var auxiliaries = ExactSums(count: 0)

        var unitWidth: Int { 2 + basicCount }
        var momentWidth: Int { RowMoments.width(basicCount) }
    }

    private(set) var parts: [Part] = []

    init(_ parts: [Part] = []) { self.parts = parts }

    /// The part with these origins, made where there is none; −0 and 0 are one.
    private mutating func part(_ origins: [Double], basicCount: Int) -> Int {
        if let known = parts.firstIndex(where: { $0.origins == origins }) { return known }
        parts.append(Part(origins: origins, basicCount: basicCount))
        return parts.count - 1
    }

    /// Adds the totals of a block; cell number i of the totals is `unitCells[i]` here.
    mutating func add(
        _ estimator: any PartitionedEstimator, before: Int?, units: CellTotals, moments: RowMoments?,
        unitCells: [Int], auxiliaries: CellTotals?, auxiliaryCells: [Int]
    ) {
        let index = part(
            estimator.origins, basicCount: estimator.basicCount - (before == nil ? 0 : estimator.levels.count))
        var part = parts[index]
        parts[index] = Part(origins: [], basicCount: 0)
        let columns = part.columns(estimator.levels, before: before, of: estimator.basicCount)
        let places = moments == nil ? [] : part.momentPlaces(columns)
        let k = units.basicCount
        part.makeRoom(units: unitCells, auxiliaries: auxiliaryCells, moments: moments != nil)
        for cell in 0..<units.cellCount where units.counts[cell] > 0 {
            let target = unitCells[cell]
            part.unitCounts[target] += Int(units.counts[cell])
            let start = target * part.unitWidth
            part.units.add(units.weights[cell], at: start)
            part.units.add(units.squaredWeights[cell], at: start + 1)
            for b in 0..<k { part.units.add(units.totals[cell * k + b], at: start + 2 + columns[b]) }
            guard let moments else { continue }
            let (from, to) = (cell * RowMoments.width(k), target * part.momentWidth)
            for place in places { part.moments.add(moments.sums[from + place.own], at: to + place.here) }
        }
        if let auxiliaries {
            for cell in 0..<auxiliaries.cellCount where auxiliaries.counts[cell] > 0 {
                let target = auxiliaryCells[cell]
                part.auxiliaryCounts[target] += Int(auxiliaries.counts[cell])
                let start = target * part.basicCount
                for b in 0..<k { part.auxiliaries.add(auxiliaries.totals[cell * k + b], at: start + columns[b]) }
            }
        }
        parts[index] = part
    }

    /// Adds the sums of a state; cell number i there is `unitCells[i]` here.
    mutating func merge(_ other: ItemSums, before: Int?, unitCells: [Int], auxiliaryCells: [Int]) {
        for own in other.parts {
            let index = part(own.origins, basicCount: own.basicCount - (before == nil ? 0 : own.levels.count))
            var part = parts[index]
            parts[index] = Part(origins: [], basicCount: 0)
            let columns = part.columns(own.levels.labels, before: before, of: own.basicCount)
            let places = own.moments.count > 0 ? part.momentPlaces(columns) : []
            part.makeRoom(units: unitCells, auxiliaries: auxiliaryCells, moments: own.moments.count > 0)
            for cell in own.unitCounts.indices where own.unitCounts[cell] > 0 {
                let (from, to) = (cell * own.unitWidth, unitCells[cell] * part.unitWidth)
                part.unitCounts[unitCells[cell]] += own.unitCounts[cell]
                part.units.add(own.units, from, at: to)
                part.units.add(own.units, from + 1, at: to + 1)
                for b in 0..<own.basicCount { part.units.add(own.units, from + 2 + b, at: to + 2 + columns[b]) }
                let (start, target) = (cell * own.momentWidth, unitCells[cell] * part.momentWidth)
                for place in places { part.moments.add(own.moments, start + place.own, at: target + place.here) }
            }
            for cell in own.auxiliaryCounts.indices where own.auxiliaryCounts[cell] > 0 {
                let (from, to) = (cell * own.basicCount, auxiliaryCells[cell] * part.basicCount)
                part.auxiliaryCounts[auxiliaryCells[cell]] += own.auxiliaryCounts[cell]
                for b in 0..<own.basicCount { part.auxiliaries.add(own.auxiliaries, from + b, at: to + columns[b]) }
            }
            parts[index] = part
        }
    }

    mutating func settle() {
        for index in parts.indices {
            parts[index].units.settle()
            parts[index].moments.settle()
            parts[index].auxiliaries.settle()
        }
    }

    /// Bytes that a state of these sums takes, about.
    var byteCount: Int {
        parts.reduce(0) {
            $0 + 16 * ($1.units.count + $1.auxiliaries.count + $1.moments.count) + 8 * $1.unitCounts.count
        }
    }
}

extension ItemSums.Part {
    /// The column here of each basic value of sums with other levels; levels that are new get one.
    fileprivate mutating func columns(_ other: [String], before: Int?, of basicCount: Int) -> [Int] {
        guard let before else { return Array(0..<basicCount) }
        let known = levels.count
        let places = levels.merge(other)
        if levels.count > known { widen(by: levels.count - known) }
        return Array(0..<before) + places.map { before + Int($0) }
    }

    /// New basic values behind the others, 0 so far.
    private mutating func widen(by more: Int) {
        let (oldUnits, old) = (unitWidth, basicCount)
        basicCount += more
        units = units.spread(from: oldUnits, to: unitWidth)
        auxiliaries = auxiliaries.spread(from: old, to: basicCount)
        widenMoments(from: old)
    }

    /// Products stand column by column, so that those of new basic values come behind the others.
    private mutating func widenMoments(from old: Int) {
        let oldWidth = RowMoments.width(old)
        guard moments.count > 0 else { return }
        var result = ExactSums(count: moments.count / oldWidth * momentWidth)
        for cell in 0..<(moments.count / oldWidth) {
            for place in 0..<oldWidth {
                let target = place < old ? place : basicCount + place - old
                result.add(moments, cell * oldWidth + place, at: cell * momentWidth + target)
            }
        }
        moments = result
    }

    /// The place of each moment among those of other columns, and its place here.
    fileprivate func momentPlaces(_ columns: [Int]) -> [(own: Int, here: Int)] {
        let k = columns.count
        return columns.indices.flatMap { b in
            [(own: b, here: columns[b])]
                + (0...b).map { a in
                    (
                        own: k + RowMoments.place(a, b),
                        here: basicCount + RowMoments.place(columns[a], columns[b])
                    )
                }
        }
    }

    fileprivate mutating func makeRoom(units cells: [Int], auxiliaries others: [Int], moments hasMoments: Bool) {
        let unitCount = max(unitCounts.count, (cells.max() ?? -1) + 1)
        unitCounts += [Int](repeating: 0, count: unitCount - unitCounts.count)
        units.grow(to: unitCount * unitWidth)
        if hasMoments { moments.grow(to: unitCount * momentWidth) }
        let otherCount = max(auxiliaryCounts.count, (others.max() ?? -1) + 1)
        auxiliaryCounts += [Int](repeating: 0, count: otherCount - auxiliaryCounts.count)
        auxiliaries.grow(to: otherCount * basicCount)
    }
}

extension ExactSums {
    /// The same rows of sums, each wider.
    fileprivate func spread(from old: Int, to new: Int) -> ExactSums {
        guard old > 0, count > 0 else { return ExactSums(count: old == 0 ? 0 : count / max(1, old) * new) }
        var result = ExactSums(count: count / old * new)
        for index in 0..<count { result.add(self, index, at: index / old * new + index % old) }
        return result
    }
}
