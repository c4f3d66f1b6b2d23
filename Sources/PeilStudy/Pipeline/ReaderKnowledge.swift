import PeilDisclosure
import PeilTable

/// What readers of a publication may know of its weights and answers besides what it prints (`WeightKnowledge`).
struct ReaderKnowledge {
    private let study: Study
    private let prepared: StudyRun.Prepared

    init(_ study: Study, _ prepared: StudyRun.Prepared) {
        self.study = study
        self.prepared = prepared
    }

    /// Bounds of single weights by area, and how many people live there where weights are brought to public numbers.
    func weights() throws -> WeightKnowledge? {
        let weights = prepared.estimation.design.weights
        let minimumBase = study.disclosure.minimumBase
        guard let request = study.areas else {
            return WeightKnowledge(
                weights: weights, areas: [String?](repeating: nil, count: weights.count), minimumBase: minimumBase)
        }
        let areas = try prepared.table.column(request.variable).rowLabels()
        var population: [String: Double] = [:]
        if study.weighting.steps.contains(where: { $0.columns.contains(request.variable) }) {
            for (weight, area) in zip(weights, areas) {
                if let area { population[area, default: 0] += weight }
            }
        }
        return WeightKnowledge(weights: weights, areas: areas, population: population, minimumBase: minimumBase)
    }

    /// Lowest and highest answer to questions with means. Nobody can have answered outside the scale of the questionnaire, and
    /// a reader who knows that nobody came near its ends knows more.
    func answerRanges(_ questions: Set<String>) throws -> [String: ClosedRange<Double>] {
        var ranges: [String: ClosedRange<Double>] = [:]
        for question in questions {
            let column = try prepared.table.numbers(question)
            var range: ClosedRange<Double>?
            for row in column.values.indices where column.isPresent(row) {
                let value = column.values[row]
                range = min(range?.lowerBound ?? value, value)...max(range?.upperBound ?? value, value)
            }
            ranges[question] = range
        }
        return ranges
    }
}
