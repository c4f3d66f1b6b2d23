import PeilNumerics

/// From traits to answers. For person i, wave w and item j
///
///     trait_k = mean_k(type) + effects_k + sdHousehold_k·H_k + sdPerson_k·P_k
///     score_j = Σ_k loading_jk·trait_k + effects_j + shift_j(w)
///               + noise_j·(√a_j·H_j + √b_j·P_j + √(1−a_j−b_j)·W_j)
///
/// with H, P, W standard normal per household, per person, and per person and wave; a and b are the noise
/// shares. The answer is the code of the interval between `cuts` in which the score lies. So answers of
/// one household resemble each other, and answers of one person in two waves do.
struct AnswerModel: Sendable {
    static let notAsked = Int16.min

    let parameters: SimulationParameters
    /// Lower bounds of the second, third … code of each item; empty for unordered items.
    private(set) var cuts: [[Double]]

    private let households: StableRandom
    private let persons: StableRandom
    private let waves: [StableRandom]
    private let traitCount: Int
    private let items: [Item]

    /// An item with only its non-zero loadings: most items depend on two or three traits.
    private struct Item: Sendable {
        var loadings: [(trait: Int, weight: Double)] = []
        var weightsByType: [[Double]] = []
        var deviations: (household: Double, person: Double, wave: Double)
    }

    init(parameters: SimulationParameters, random: StableRandom) {
        self.parameters = parameters
        traitCount = parameters.traits.count
        households = random.stream("household deviations")
        persons = random.stream("personal deviations")
        waves = parameters.waves.map { random.stream("wave \($0.code)") }
        cuts = parameters.items.map { _ in [] }
        items = parameters.items.map { item in
            let shares = item.noiseShares
            let rest = max(0, 1 - shares.household - shares.person)
            var flat = Item(
                deviations: (
                    item.noise * shares.household.squareRoot(),
                    item.noise * shares.person.squareRoot(), item.noise * rest.squareRoot()
                ))
            switch item.kind {
            case .ordered(let loadings, _):
                flat.loadings = loadings.enumerated().filter { $0.element != 0 }.map { ($0.offset, $0.element) }
            case .unordered(let weights):
                flat.weightsByType = weights
            }
            return flat
        }
    }

    // MARK: Deviations

    /// Deviations H of a household: one for each trait, then one for each item.
    func householdDeviations(_ household: Int) -> [Double] { deviations(households, household) }

    /// Deviations P of a person, in the same order.
    func personDeviations(_ person: Int) -> [Double] { deviations(persons, person) }

    private func deviations(_ stream: StableRandom, _ index: Int) -> [Double] {
        var random = stream.stream(UInt64(index))
        return (0..<(traitCount + items.count)).map { _ in random.normal() }
    }

    // MARK: Answers

    /// One code for each item, `notAsked` where the route skips it.
    func answers(of person: Int, wave: Int, in population: FinitePopulation) -> [Int16] {
        answers(
            of: person, wave: wave, in: population,
            household: householdDeviations(population.household(of: person)),
            personal: personDeviations(person))
    }

    /// The same with deviations that the caller already has, for passes over everyone.
    func answers(
        of person: Int, wave: Int, in population: FinitePopulation, household: [Double],
        personal: [Double]
    ) -> [Int16] {
        let (scores, choices) = scores(
            of: person, wave: wave, in: population, household: household,
            personal: personal)
        var codes = [Int16](repeating: Self.notAsked, count: items.count)
        for index in items.indices {
            let item = parameters.items[index]
            if let route = item.route, !route.codes.contains(Int(codes[route.item])) { continue }
            var position = 0
            if items[index].weightsByType.isEmpty {
                for cut in cuts[index] where scores[index] >= cut { position += 1 }
            } else {
                position = choices[index]
            }
            codes[index] = Int16(item.codes[position])
        }
        return codes
    }

    /// Latent scores of ordered items and drawn positions of unordered ones. Each item consumes one
    /// word of the wave's stream, whatever its kind.
    private func scores(
        of person: Int, wave: Int, in population: FinitePopulation, household: [Double],
        personal: [Double]
    ) -> (scores: [Double], choices: [Int]) {
        let traits = traits(of: person, wave: wave, in: population, household: household, personal: personal)
        let who = Demographics(person, population)
        let type = population.audienceType(of: person, wave: wave)
        var random = waves[wave].stream(UInt64(person))
        var scores = [Double](repeating: 0, count: items.count)
        var choices = [Int](repeating: 0, count: items.count)
        for index in items.indices {
            let item = items[index]
            if !item.weightsByType.isEmpty {
                choices[index] = random.choice(weights: item.weightsByType[type])
                continue
            }
            var score = parameters.items[index].waveShifts[wave] + parameters.items[index].effects.sum(who)
            for (trait, weight) in item.loadings { score += weight * traits[trait] }
            score += item.deviations.household * household[traitCount + index]
            score += item.deviations.person * personal[traitCount + index]
            scores[index] = score + item.deviations.wave * random.normal()
        }
        return (scores, choices)
    }

    private func traits(
        of person: Int, wave: Int, in population: FinitePopulation, household: [Double],
        personal: [Double]
    ) -> [Double] {
        let type = parameters.types[population.audienceType(of: person, wave: wave)]
        let who = Demographics(person, population)
        return (0..<traitCount).map { index in
            let trait = parameters.traits[index]
            return type.means[index] + trait.effects.sum(who) + trait.householdDeviation * household[index]
                + trait.personDeviation * personal[index]
        }
    }

    // MARK: Calibration

    /// Sets the cuts so that the first wave's answers have the declared shares, on an even subsample of
    /// about 20,000 adults: a quantile of that many has a standard error under 0.4 points.
    mutating func calibrate(on population: FinitePopulation) {
        let step = max(1, population.adultCount / 20_000)
        var columns = [[Double]](repeating: [], count: items.count)
        for person in stride(from: 0, to: population.adultCount, by: step) {
            let (scores, _) = scores(
                of: person, wave: 0, in: population,
                household: householdDeviations(population.household(of: person)),
                personal: personDeviations(person))
            for index in items.indices { columns[index].append(scores[index]) }
        }
        for (index, item) in parameters.items.enumerated() {
            guard case .ordered(_, let shares) = item.kind else { continue }
            cuts[index] = Self.quantiles(of: columns[index].sorted(), shares: shares)
        }
    }

    private static func quantiles(of sorted: [Double], shares: [Double]) -> [Double] {
        var reached = 0.0
        return shares.dropLast().map { share in
            reached += share
            let rank = Int((reached * Double(sorted.count)).rounded())
            return rank < sorted.count ? sorted[max(rank, 0)] : Double.greatestFiniteMagnitude
        }
    }
}

/// The register facts on which effects depend.
struct Demographics {
    let municipality: Int
    let isFemale: Bool
    let ageClass: Int

    init(_ person: Int, _ population: FinitePopulation) {
        municipality = population.municipality(of: person)
        isFemale = population.registerSex(of: person) == 1
        ageClass = population.ageClass(of: person)
    }
}

extension DemographicEffects {
    func sum(_ who: Demographics) -> Double {
        age[who.ageClass] + municipality[who.municipality] + (who.isFemale ? female : 0)
    }
}
