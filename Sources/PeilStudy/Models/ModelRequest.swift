public import PeilIngest
public import PeilStatistics
public import PeilTable

extension Study {
    /// A regression that the study declares: which answers go with an outcome.
    public struct ModelRequest: Sendable {
        public struct Predictor: Sendable {
            public let name: String
            public let label: LocalizedText
            /// 0/1 columns of its answers against a reference; else a number.
            public let isCategorical: Bool
            /// nil: the first answer that occurs.
            public let reference: String?
            /// Where predicted margins of a number are taken; empty: at its 10th, 50th and 90th percentile.
            public let marginsAt: [Double]
            /// Labels of its answers by code.
            public let labels: [String: LocalizedText]
        }

        public let id: String
        public let label: LocalizedText
        public let outcome: String
        /// Answers that count as 1; empty where the outcome is a number.
        public let levels: [String]
        public let family: ModelFamily
        public let predictors: [Predictor]
        /// Columns of each interaction.
        public let interactions: [[String]]
        public let domain: JudgedConditions?
        /// Line in the study's file.
        public let line: Int?

        /// The outcome is a share of people.
        var isShare: Bool { !levels.isEmpty || family == .logistic }

        /// Every column that a respondent must have answered.
        var columns: [String] { [outcome] + predictors.map(\.name) }

        /// With everything that the tables show.
        func model(margins: [String: [Double]], withImportance: Bool) -> GeneralisedLinearModel {
            let terms =
                predictors.map {
                    ModelTerm.column($0.name, isCategorical: $0.isCategorical, reference: $0.reference)
                } + interactions.map { ModelTerm.interaction($0) }
            let predicted = predictors.map { predictor in
                predictor.isCategorical
                    ? ModelEffect.predictedMargins(predictor.name)
                    : .predictedMarginsAt(predictor.name, margins[predictor.name] ?? predictor.marginsAt)
            }
            return GeneralisedLinearModel(
                response: outcome, success: levels, terms: terms, family: family,
                effects: [.marginalEffects([])] + predicted + [.standardisedCoefficients, .effectsPerDeviation]
                    + (withImportance ? [.importance] : []))
        }
    }
}
