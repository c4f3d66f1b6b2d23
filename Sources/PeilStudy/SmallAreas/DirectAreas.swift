import PeilNumerics
import PeilStatistics
import PeilTable

/// The rungs of the ladder that rest on the design: the study's direct estimates, the directly standardised ones, and
/// what the classes of the region say about an area.
struct DirectAreas {
    let prepared: StudyRun.Prepared
    /// The column of areas.
    let variable: String
    let request: SmallAreaRequest
    static let level = 0.95

    func ladder(_ indicator: SmallAreaRequest.Indicator) throws -> AreaLadder {
        let table = try IndicatorColumns.table([indicator], of: prepared.table)
        let question = try prepared.table.column(indicator.question)
        let asked = (0..<prepared.table.rowCount).map { question.reason($0) != .notAsked }
        let grouping = Grouping.cross([(variable, try prepared.table.column(variable))])
        let mean = try MeanEstimator([indicator.name], of: table)
        let estimates = try prepared.estimation.estimate(mean, by: grouping, in: asked)
        let region = try prepared.estimation.estimate(
            mean, by: .everyone(rowCount: table.rowCount), in: asked)
        _ = try region.outcomes[0].get()
        guard let whole = value(region, 0, indicator, nil) else { throw EstimationError.emptyDomain }
        var ladder = AreaLadder(
            indicator: indicator, region: whole,
            areas: grouping.keys.indices.map { area(grouping.keys[$0][0], $0, estimates, indicator, whole) })
        addUnsampled(to: &ladder)
        try standardise(&ladder, table, grouping, asked)
        return ladder
    }

    private func area(
        _ code: String, _ group: Int, _ estimates: GroupedEstimates, _ indicator: SmallAreaRequest.Indicator,
        _ region: AreaLadder.Value
    ) -> AreaLadder.Area {
        let direct = value(estimates, group, indicator, region)
        return AreaLadder.Area(
            code: code, count: estimates.counts[group], effectiveCount: estimates.effectiveSampleSize(group),
            people: estimates.completeWeights[group], size: direct == nil ? nil : estimates.completeWeights[group],
            direct: direct)
    }

    /// With the interval that reports give it.
    /// - Parameter region: whose standard error tells what of an area's is rounding; nil for the region itself.
    private func value(
        _ estimates: GroupedEstimates, _ group: Int, _ indicator: SmallAreaRequest.Indicator,
        _ region: AreaLadder.Value?
    ) -> AreaLadder.Value? {
        guard let estimate = estimates.value(group, 0) else { return nil }
        let isShare = indicator.level != nil
        // Where everybody in an area answers alike, sums leave 10⁻¹⁷ instead of 0, and a model would take that for
        // an area known without error.
        let least = max((region?.standardError ?? 0) * 1e-9, abs(estimate) * 1e-12, isShare ? 1e-12 : 0)
        return AreaLadder.Value(
            estimate: isShare ? GroupedEstimates.wholeShare(estimate) : estimate,
            standardError: estimates.standardError(group, 0).map { $0 <= least ? 0 : $0 },
            interval: estimates.reportedInterval(group, 0, isShare: isShare, level: Self.level))
    }

    // MARK: Areas without respondents

    /// Areas that files name and the sample does not have.
    private func addUnsampled(to ladder: inout AreaLadder) {
        let sampled = Set(ladder.areas.map(\.code))
        for code in request.covariates?.areas ?? request.standard?.areas ?? [] where !sampled.contains(code) {
            ladder.areas.append(
                AreaLadder.Area(code: code, count: 0, effectiveCount: nil, people: 0, size: nil, direct: nil))
        }
        guard let people = request.standard.map(Self.people) else { return }
        // An area without answers counts with its people, brought to the measure of the weights of those who answered.
        let known = ladder.areas.filter { $0.size != nil && people[$0.code] != nil }
        let all = CompensatedSum.of(known.lazy.map { people[$0.code] ?? 0 })
        let answered = CompensatedSum.of(known.lazy.map { $0.size ?? 0 })
        guard all > 0 else { return }
        for index in ladder.areas.indices where ladder.areas[index].size == nil {
            ladder.areas[index].size = people[ladder.areas[index].code].map { $0 * answered / all }
        }
    }

    private static func people(_ standard: SmallAreaRequest.Standard) -> [String: Double] {
        standard.cells.reduce(into: [:]) { $0[$1.area, default: 0] += $1.people }
    }

    // MARK: Standard

    private func standardise(
        _ ladder: inout AreaLadder, _ indicator: Table, _ grouping: Grouping, _ asked: [Bool]
    ) throws {
        guard let standard = request.standard else {
            for index in ladder.areas.indices { ladder.areas[index].synthetic = ladder.region.estimate }
            return
        }
        let areas = Set(ladder.areas.map(\.code))
        let cells = standard.cells.filter { areas.contains($0.area) }
        var table = indicator
        for name in standard.variables { table.set(try prepared.table.column(name), for: Variable(name: name)) }
        let name = ladder.indicator.name
        let estimates = try prepared.estimation.estimate(
            try StandardisedMeanEstimator(
                [name], of: table, to: try StandardPopulation(standard.variables, Self.composition(cells))),
            by: grouping, in: asked)
        for index in grouping.keys.indices {
            switch estimates.outcomes[index] {
            case .success: ladder.areas[index].standardised = value(estimates, index, ladder.indicator, ladder.region)
            case .failure(.emptyClass(let missing)):
                ladder.unstandardised.append((ladder.areas[index].code, "nobody in \(missing)"))
            case .failure: break
            }
        }
        try addSynthetic(&ladder, cells, table, asked)
    }

    /// Σₖ πᵢₖ ȳₖ: the composition of the area, the answers of the region.
    private func addSynthetic(
        _ ladder: inout AreaLadder, _ cells: [(area: String, codes: [String], people: Double)], _ table: Table,
        _ asked: [Bool]
    ) throws {
        guard let standard = request.standard else { return }
        let classes = Grouping.cross(try standard.variables.map { ($0, try table.column($0)) })
        let estimates = try prepared.estimation.estimate(
            try MeanEstimator([ladder.indicator.name], of: table), by: classes, in: asked)
        var meanOfClass: [[String]: Double] = [:]
        for (index, key) in classes.keys.enumerated() { meanOfClass[key] = estimates.value(index, 0) }
        var sums: [String: (value: Double, people: Double)] = [:]
        var hollow = Set<String>()
        for cell in cells where cell.people > 0 {
            guard let mean = meanOfClass[cell.codes] else {
                hollow.insert(cell.area)
                continue
            }
            let sum = sums[cell.area] ?? (0, 0)
            sums[cell.area] = (sum.value + cell.people * mean, sum.people + cell.people)
        }
        for index in ladder.areas.indices where !hollow.contains(ladder.areas[index].code) {
            ladder.areas[index].synthetic = sums[ladder.areas[index].code].map { $0.value / $0.people }
        }
    }

    /// People of the region by class.
    private static func composition(
        _ cells: [(area: String, codes: [String], people: Double)]
    ) -> [(codes: [String], share: Double)] {
        var order: [[String]] = []
        var people: [[String]: Double] = [:]
        for cell in cells {
            if people[cell.codes] == nil { order.append(cell.codes) }
            people[cell.codes, default: 0] += cell.people
        }
        return order.map { ($0, people[$0] ?? 0) }
    }
}
