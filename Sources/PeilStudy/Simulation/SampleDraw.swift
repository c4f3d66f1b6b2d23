import PeilNumerics

/// How an invitation ended.
public enum Disposition: String, Sendable, CaseIterable {
    case responded
    case refused
    case noContact = "no_contact"
    case notEligible = "not_eligible"
}

/// One invited adult: a row of the frame file.
public struct SampledAdult: Sendable {
    public let person: Int
    public let household: Int
    public let stratum: Int
    /// Households in the stratum / sampled households.
    public let baseWeight: Double
    public let disposition: Disposition
}

/// Draws the households of all waves and the outcome of every invitation.
///
/// Design: the same number of households in each municipality, divided over layers A and B by the declared
/// share; simple random sampling without replacement of households in a stratum; all adults invited. A later wave
/// keeps a simple random part of the households of the wave before and draws the rest from the households
/// that were not in it, which together is again a simple random sample of the stratum.
struct SampleDraw {
    let population: FinitePopulation
    let rows: Int
    let random: StableRandom

    init(population: FinitePopulation, rows: Int, seed: UInt64) {
        self.population = population
        self.rows = rows
        random = StableRandom(seed: seed)
    }

    /// Invited adults of each wave, in the order of the population.
    func waves() throws(SimulationError) -> [[SampledAdult]] {
        let model = ResponseModel(population: population)
        var before = [[Int]](repeating: [], count: population.strata.count)
        var result: [[SampledAdult]] = []
        for wave in population.parameters.waves.indices {
            let sizes = try householdsToDraw(wave: wave, model: model)
            var drawn: [[Int]] = []
            for (index, stratum) in population.strata.enumerated() {
                var stream = self.random.stream("sample").stream(UInt64(wave * 1_000 + index))
                drawn.append(
                    sample(
                        sizes[index], of: stratum.households.count, keeping: before[index],
                        overlap: population.parameters.waves[wave].overlap, random: &stream))
            }
            result.append(invitations(drawn, wave: wave, model: model))
            before = drawn
        }
        return result
    }

    /// Households a stratum, so that each municipality may expect `rows` / municipalities answers.
    private func householdsToDraw(wave: Int, model: ResponseModel) throws(SimulationError) -> [Int] {
        let expected = model.expectedAnswers(wave: wave, in: population)
        let shares = [1 - population.parameters.design.shareOfLayerB, population.parameters.design.shareOfLayerB]
        let wanted = Double(rows) / Double(population.parameters.municipalities.count)
        var sizes = [Int](repeating: 0, count: expected.count)
        for municipality in population.parameters.municipalities.indices {
            let yield = (0..<2).reduce(0.0) { $0 + shares[$1] * expected[2 * municipality + $1] }
            for layer in 0..<2 {
                let stratum = population.strata[2 * municipality + layer]
                // Two households at least: a stratum with one has no variance.
                let size = max(2, Int((wanted / yield * shares[layer]).rounded()))
                guard size <= stratum.households.count else {
                    throw .sampleTooLarge(stratum: stratum.name, wanted: size, available: stratum.households.count)
                }
                sizes[2 * municipality + layer] = size
            }
        }
        return sizes
    }

    /// Positions in the stratum, ascending.
    private func sample(
        _ size: Int, of count: Int, keeping before: [Int], overlap: Double,
        random: inout StableRandom
    ) -> [Int] {
        guard !before.isEmpty, overlap > 0 || size <= count - before.count else {
            return random.sample(size, from: count)
        }
        // When the stratum is nearly used up, more is kept than declared.
        let wanted = Int((overlap * Double(before.count)).rounded())
        let kept = min(before.count, size, max(wanted, size - (count - before.count)))
        var drawn = random.sample(kept, from: before.count).map { before[$0] }
        var isOld = [Bool](repeating: false, count: count)
        for position in before { isOld[position] = true }
        let fresh = isOld.indices.filter { !isOld[$0] }
        drawn += random.sample(size - kept, from: fresh.count).map { fresh[$0] }
        return drawn.sorted()
    }

    private func invitations(_ drawn: [[Int]], wave: Int, model: ResponseModel) -> [SampledAdult] {
        let stream = random.stream("fieldwork outcome").stream(UInt64(wave))
        var result: [SampledAdult] = []
        for (index, positions) in drawn.enumerated() {
            let households = population.strata[index].households
            let weight = Double(households.count) / Double(positions.count)
            for position in positions {
                let household = Int(households[position])
                var outcome = stream.stream(UInt64(household))
                let isEligible = !outcome.chance(model.parameters.notEligible)
                for person in population.adults(of: household) {
                    let disposition = disposition(of: person, wave: wave, isEligible: isEligible, model, &outcome)
                    result.append(
                        SampledAdult(
                            person: person, household: household, stratum: index,
                            baseWeight: weight, disposition: disposition))
                }
            }
        }
        return result
    }

    private func disposition(
        of person: Int, wave: Int, isEligible: Bool, _ model: ResponseModel,
        _ random: inout StableRandom
    ) -> Disposition {
        let answers = random.chance(model.chance(of: person, wave: wave, in: population))
        let isAway = random.chance(model.parameters.noContact)
        if !isEligible { return .notEligible }
        if answers { return .responded }
        return isAway ? .noContact : .refused
    }
}
