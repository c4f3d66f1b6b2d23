import PeilStudy

/// What may stand between the population and the file of a wave.
enum Scenario: String, CaseIterable, Sendable {
    /// Response depends on register facts, households and people, not on the audience type; who responds answers
    /// every question as in the population. Weighting can undo that, so intervals must cover the truth.
    case ignorable
    /// Everything as `simulation.yaml` has it: response by audience type, questions left open, forms broken off or rushed.
    /// Weighting cannot undo all of that; coverage of the truth shows what it costs.
    case declared
    /// Every sampled adult answers everything: the sample's design alone.
    case complete

    /// The people, their answers and the sample's design stay the same in every scenario.
    func applied(to declared: SimulationParameters) -> SimulationParameters {
        var parameters = declared
        guard self != .declared else { return parameters }
        parameters.response.byType = parameters.types.map { _ in 0 }
        parameters.fieldwork.breakOff = 0
        parameters.fieldwork.rushed = 0
        for index in parameters.items.indices {
            parameters.items[index].missing = []
            parameters.items[index].skipped = 0
        }
        if self == .complete {
            // Log-odds beyond which every chance is 1 in double precision.
            parameters.response.base = 100
            parameters.response.notEligible = 0
            parameters.fieldwork.otherGender = 0
            parameters.fieldwork.registerMissing = [:]
        }
        return parameters
    }
}
