public import PeilStatistics

/// One step of a weighting recipe over any table, by column names.
public enum AdjustmentStep: Sendable {
    /// Totals per category of each margin.
    case rake([Margin], Raking)
    /// Totals per combination of categories.
    case poststratify(Margin, PostStratification)
    case calibrate(Calibration, [Term], domain: [String], aggregateStage: Int?)
    case trim(Trim)
    /// The weights were calibrated before they came; `baseWeights` is the column of weights before that.
    case declared([Term], baseWeights: String?)
    /// Respondents also stand for who was sampled and did not respond: needs the frame.
    case nonresponse(NonResponse)

    /// Classes of sampled units in which response is taken to be unrelated to the answers.
    public struct NonResponse: Sendable {
        public enum Classes: Sendable {
            /// The combinations of frame variables.
            case variables([String])
            /// Equal numbers of units by the chance of response that these variables predict.
            case propensity([String], groups: Int)
        }
        public let classes: Classes
        /// Classes to join, by name.
        public let collapse: [[String]]
    }

    /// Population totals of the combinations of one or more variables.
    public struct Margin: Sendable {
        public let variables: [String]
        /// A category of each variable, and the total.
        public let totals: [(key: [String], total: Double)]
        /// Categories to join, by name.
        public var collapse: [[String]] = []
        public var outside: OutsideMargin = .refused

        public init(
            variables: [String], totals: [(key: [String], total: Double)], collapse: [[String]] = [],
            outside: OutsideMargin = .refused
        ) {
            self.variables = variables
            self.totals = totals
            self.collapse = collapse
            self.outside = outside
        }

        var name: String { variables.joined(separator: " × ") }
    }

    /// A control of a calibration: one total, or one in each domain.
    public struct Term: Sendable {
        public enum Kind: Sendable, Equatable {
            case intercept
            case indicator(column: String, level: String)
            case numeric(column: String)
        }

        public let kind: Kind
        /// The total by the key of the domain; one entry with an empty key without domains.
        public let totals: [(domain: [String], total: Double)]

        public init(_ kind: Kind, totals: [(domain: [String], total: Double)]) {
            self.kind = kind
            self.totals = totals
        }

        var column: String? {
            switch kind {
            case .intercept: nil
            case .indicator(let column, _), .numeric(let column): column
            }
        }
    }

    public struct Trim: Sendable {
        public enum Bounds: Sendable {
            case absolute(WeightCut)
            case relative(Trimming, group: [String])
        }

        public let bounds: Bounds
        public let recalibrationRounds: Int
        public let drift: WeightSteps.TrimmingStep.Drift

        public init(_ bounds: Bounds, recalibrationRounds: Int, drift: WeightSteps.TrimmingStep.Drift) {
            self.bounds = bounds
            self.recalibrationRounds = recalibrationRounds
            self.drift = drift
        }
    }

    var columns: [String] {
        switch self {
        case .rake(let margins, _): margins.flatMap(\.variables)
        case .poststratify(let margin, _): margin.variables
        case .calibrate(_, let terms, let domain, _): terms.compactMap(\.column) + domain
        case .trim(let trim):
            if case .relative(_, let group) = trim.bounds { group } else { [] }
        case .declared(let terms, let base): terms.compactMap(\.column) + (base.map { [$0] } ?? [])
        case .nonresponse: []
        }
    }
}
