import PeilNumerics

/// Who answers when invited: log-odds by age, sex, municipality and audience type, with deviations that a
/// household and a person keep over the waves. Because audience type matters, weighting by the register
/// variables repairs most, not all, of the bias of non-response.
struct ResponseModel: Sendable {
    let parameters: ResponseParameters
    private let households: StableRandom
    private let persons: StableRandom

    init(population: FinitePopulation) {
        parameters = population.parameters.response
        let random = StableRandom(seed: population.seed)
        households = random.stream("response of households")
        persons = random.stream("response of persons")
    }

    /// Chance that an adult of an eligible household answers.
    func chance(of person: Int, wave: Int, in population: FinitePopulation) -> Double {
        let home = population.household(of: person)
        var household = households.stream(UInt64(home))
        var own = persons.stream(UInt64(person))
        return PortableMath.logistic(
            parameters.base + parameters.waveShifts[wave]
                + parameters.effects.sum(Demographics(person, population))
                + parameters.byType[population.audienceType(of: person, wave: wave)]
                + parameters.householdDeviation * household.normal() + parameters.personDeviation * own.normal())
    }

    /// Expected answers for one sampled household of each stratum, on an even subsample of up to 400
    /// households: enough to aim at a number of answers, quick enough for every draw.
    func expectedAnswers(wave: Int, in population: FinitePopulation) -> [Double] {
        population.strata.map { stratum in
            let step = max(1, stratum.households.count / 400)
            var sum = 0.0
            var count = 0.0
            for index in stride(from: 0, to: stratum.households.count, by: step) {
                for person in population.adults(of: Int(stratum.households[index])) {
                    sum += chance(of: person, wave: wave, in: population)
                }
                count += 1
            }
            return count > 0 ? sum / count * (1 - parameters.notEligible) : 0
        }
    }
}
