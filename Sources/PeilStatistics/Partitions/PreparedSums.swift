internal import PeilNumerics
public import PeilTable

/// Sums over the rows of all partitions, as an estimate needs them: cells of sampling units and groups, numbered as in
/// the design that the partitions make together.
public struct MergedPresence: Sendable {
    /// Unit and group of each cell, by group, then unit; the group number `groupCount` stands for rows of the domain that
    /// no group holds.
    public let units: [Int32]
    public let groups: [Int32]
    /// Rows with weight, and their weights.
    public let counts: [Int]
    public let weights: [Double]

    /// Every row is a sampling unit of its own; `units` stand for those of one stratum with equal auxiliaries.
    public let rowsAreUnits: Bool

    public init(units: [Int32], groups: [Int32], counts: [Int], weights: [Double], rowsAreUnits: Bool) {
        self.rowsAreUnits = rowsAreUnits
        self.units = units
        self.groups = groups
        self.counts = counts
        self.weights = weights
    }
}

extension GroupedDomain {
    /// A domain whose rows were summed elsewhere: it holds cells and no rows.
    public init(_ design: SampleDesign, merged presence: MergedPresence, by grouping: Grouping) {
        let groupCount = grouping.count
        let inGroups = presence.groups.prefix { Int($0) < groupCount }.count
        let cells = CellArrangement(
            units: Array(presence.units[..<inGroups]), groups: Array(presence.groups[..<inGroups]),
            groupCount: groupCount)
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: groupCount)
        for cell in 0..<inGroups { sums[Int(presence.groups[cell])].add(presence.weights[cell]) }
        if presence.rowsAreUnits {
            // The last group holds all rows of the domain: their number beside that of each group.
            let perGroup = design.rowsMinusStrata(presence.units, presence.groups, presence.counts, groupCount)
            let everyone = presence.groups.map { _ in Int32(0) }
            self.init(
                cells, by: grouping, degreesOfFreedom: perGroup,
                overall: design.rowsMinusStrata(presence.units, everyone, presence.counts, 1)[0],
                groupWeights: sums.map(\.value))
            return
        }
        // One more group of all units: its degrees of freedom are those of the domain.
        var isSeen = [Bool](repeating: false, count: design.unitCountForTotals)
        for cell in presence.units.indices where presence.counts[cell] > 0 { isSeen[Int(presence.units[cell])] = true }
        let all = isSeen.indices.filter { isSeen[$0] }.map { Int32($0) }
        let degrees = design.degreesOfFreedom(
            SampleDesign.DomainCells(
                units: cells.units + all,
                isOccupied: presence.counts[..<inGroups].map { $0 > 0 } + all.map { _ in true },
                cellStart: cells.cellStart + [inGroups + all.count], rowsOfGroup: { _ in [] }, mask: nil,
                countsAllRows: false)
        ).perGroup
        self.init(
            cells, by: grouping, degreesOfFreedom: Array(degrees.dropLast()), overall: degrees.last ?? 0,
            groupWeights: sums.map(\.value))
    }
}

extension CellArrangement {
    /// Cells without rows.
    init(units: [Int32], groups: [Int32], groupCount: Int) {
        var start = [Int](repeating: 0, count: groupCount + 1)
        for group in groups { start[Int(group) + 1] += 1 }
        for group in 0..<groupCount { start[group + 1] += start[group] }
        self.init(
            rows: [], weights: [], units: units, groups: groups,
            rowStart: [Int32](repeating: 0, count: units.count + 1), cellStart: start)
    }
}

extension CellTotals {
    /// Totals that were summed elsewhere, cells by group, then unit.
    public init(
        basicCount: Int, units: [Int32], groups: [Int32], counts: [Int], weights: [Double], squaredWeights: [Double],
        totals: [Double]
    ) {
        var sums = CellSums(cells: units.count, basicCount: basicCount)
        sums.counts = counts.map { Int32(clamping: $0) }
        sums.weights = weights
        sums.squaredWeights = squaredWeights
        sums.totals = totals
        self.init(basicCount: basicCount, units: units, groups: groups, parts: [sums])
    }
}

extension Estimation.Prepared {
    /// Sums of partitions.
    /// - Parameters:
    ///   - cells: basic values by sampling unit and group.
    ///   - auxiliaries: the same basic values by cell of the last calibration instead of unit, weighted as its
    ///     regression weights them; nil without a calibration.
    ///   - rowUnits: where every row is a sampling unit of its own.
    public init(cells: CellTotals, auxiliaries: CellTotals?, rowUnits: RowUnitSums? = nil) {
        self.cells = cells
        self.auxiliaries = auxiliaries
        self.rowUnits = rowUnits
        replicates = nil
    }
}

extension CalibrationModel {
    /// The cell of each row.
    public var cellOfRow: [Int32] { cells.cellOfRow }

    /// The same model of rows that stand for several respondents each, where the regression counts respondents.
    public func countingRespondents(_ counts: [Double]) -> CalibrationModel {
        CalibrationModel(cells: cells, baseWeights: counts, calibratedWeights: calibratedWeights)
    }
}

extension SampleDesign {
    /// The unit of each row in which totals are taken.
    public var totalsUnitOfRow: [Int32] { unitOfRowForTotals }
}

extension SampleDesign {
    /// Rows minus strata per group, where every row is a unit; cells of a group beyond the last are left out.
    func rowsMinusStrata(_ units: [Int32], _ groups: [Int32], _ counts: [Int], _ groupCount: Int) -> [Int] {
        var rows = [Int](repeating: 0, count: groupCount)
        var strata = [Set<Int32>](repeating: [], count: groupCount)
        for cell in units.indices where counts[cell] > 0 && Int(groups[cell]) < groupCount {
            rows[Int(groups[cell])] += counts[cell]
            strata[Int(groups[cell])].insert(stages[0].stratumOfUnit[Int(units[cell])])
        }
        return zip(rows, strata).map { $0 - $1.count }
    }

    /// The same design of rows that stand for several respondents each, all of them sampling units of their own.
    /// - Parameters:
    ///   - counts: respondents of each row.
    ///   - isFraction: population sizes were given as sampling fractions.
    ///   - sizeColumn: their column, for messages.
    /// - Returns: the design.
    /// - Throws: `.populationSmallerThanSample`.
    public func standingFor(_ counts: [Int], isFraction: Bool, sizeColumn: String) throws(DesignError) -> SampleDesign {
        let stage = stages[0]
        var sampled = [Int](repeating: 0, count: stage.strata.count)
        for row in counts.indices { sampled[Int(stage.stratumOfUnit[Int(stage.unitOfRow[row])])] += counts[row] }
        var strata: [Stratum] = []
        for (index, stratum) in stage.strata.enumerated() {
            let population = stratum.population.map { population in
                isFraction ? population / Double(stratum.sampled) * Double(sampled[index]) : population
            }
            if let population, population < Double(sampled[index]) * (1 - 1e-12) {
                throw .populationSmallerThanSample(column: sizeColumn, stratum: stratum.label)
            }
            strata.append(
                Stratum(
                    label: stratum.label, sampled: sampled[index], population: population, parent: stratum.parent,
                    earlierFraction: stratum.earlierFraction))
        }
        return SampleDesign(
            weights: weights,
            stages: [Stage(unitOfRow: stage.unitOfRow, stratumOfUnit: stage.stratumOfUnit, strata: strata)],
            calibration: nil)
    }

    /// Sampled units of the first stage minus strata, where rows stand for several respondents.
    public var sampledMinusStrata: Int { stages[0].strata.reduce(0) { $0 + $1.sampled } - stages[0].strata.count }
}
