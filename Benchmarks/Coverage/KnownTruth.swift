import PeilStudy

/// True values of the finite population, computed from complete answers by the simulation's own plain pass.
struct KnownTruth {
    private let waves: [PopulationTruth]
    private let areas: [String]
    private let segments = ["S0", "S1", "S2", "S3", "S4", "S5", "S6"]
    private let shares: [String]
    private let means: [String]

    init(_ population: FinitePopulation) {
        waves = Simulation.truth(of: population)
        areas = population.parameters.municipalities.map(\.code)
        shares = population.parameters.truth.shares.map(\.name)
        means = population.parameters.truth.means.map(\.name)
    }

    /// nil for what the simulation does not know.
    func value(of statistic: Statistic) -> Double? {
        let first = waves[0]
        switch statistic.kind {
        case .share, .mean: return group(statistic, first).flatMap { value(statistic.question, $0) }
        case .people:
            return group(statistic, first).flatMap { own in
                value(statistic.question, own).map { $0 * Double(own.adults) }
            }
        case .segmentSize: return group(statistic, first).flatMap { size(statistic.question, $0) }
        case .segmentPeople:
            return group(statistic, first).flatMap { own in
                size(statistic.question, own).map { $0 * Double(own.adults) }
            }
        case .contrastOfArea, .contrastOfSegment:
            return group(statistic, first).flatMap { againstRest(statistic.question, $0, first.region) }
        case .change:
            guard let before = group(statistic, first), let after = group(statistic, waves[1]),
                let old = value(statistic.question, before), let new = value(statistic.question, after)
            else { return nil }
            return new - old
        }
    }

    private func group(_ statistic: Statistic, _ wave: PopulationTruth) -> PopulationTruth.Group? {
        if !statistic.area.isEmpty { return areas.firstIndex(of: statistic.area).map { wave.municipalities[$0] } }
        if !statistic.segment.isEmpty {
            // Nobody with complete answers is left over, so those who are have no truth.
            return segments.firstIndex(of: statistic.segment).map { wave.segments[$0] }.flatMap {
                $0.adults > 0 ? $0 : nil
            }
        }
        return wave.region
    }

    private func value(_ variable: String, _ group: PopulationTruth.Group) -> Double? {
        guard let question = KnownQuestion.ofSampleStudy.first(where: { $0.variable == variable }) else { return nil }
        if question.isShare { return shares.firstIndex(of: question.truth).map { group.shares[$0] } }
        return means.firstIndex(of: question.truth).map { group.means[$0] }
    }

    private func size(_ segment: String, _ group: PopulationTruth.Group) -> Double? {
        segments.firstIndex(of: segment).map { group.segments[$0] }
    }

    /// θ of the group less θ of all other adults: (θ − θ_all) N / (N − n), N adults in all, n in the group.
    private func againstRest(
        _ variable: String, _ group: PopulationTruth.Group, _ all: PopulationTruth.Group
    ) -> Double? {
        guard let own = value(variable, group), let whole = value(variable, all), group.adults < all.adults else {
            return nil
        }
        return (own - whole) * Double(all.adults) / Double(all.adults - group.adults)
    }
}
