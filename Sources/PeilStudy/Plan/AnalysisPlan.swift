import Foundation
public import PeilStatistics
public import PeilTable

/// A validated request for statistics: what `peil estimate` runs, from a plan file or from flags.
public struct AnalysisPlan: Sendable {
    public var id: String
    /// Path of the data, as given.
    public var dataset: String
    /// A text that stands for an absent value besides the empty field.
    public var missingValue: String?
    /// Codes of the estimated columns that mean no answer ("8" for don't know); other columns keep them.
    public var missingCodes: [String]
    public var design: DesignRequest
    public var items: [PlanItem]

    public init(
        id: String, dataset: String, missingValue: String? = nil, missingCodes: [String] = [], design: DesignRequest,
        items: [PlanItem]
    ) {
        self.id = id
        self.dataset = dataset
        self.missingValue = missingValue
        self.missingCodes = missingCodes
        self.design = design
        self.items = items
    }

    /// Columns that the plan reads.
    public var columns: Set<String> {
        var names = Set(design.columns.all)
        names.formUnion(design.extraColumns)
        for item in items {
            names.formUnion(item.variables)
            names.formUnion(item.by)
            names.formUnion(item.domain.map(\.column))
        }
        return names
    }
}

/// One statistic of a plan.
public struct PlanItem: Sendable {
    public enum Statistic: String, Sendable, CaseIterable {
        case mean, total, proportion, ratio, variance, sd, quantile
        case proportionInterval = "prop_ci"
        case degreesOfFreedom = "df"
        case weights
    }

    public var id: String
    public var statistic: Statistic
    public var variables: [String]
    public var by: [String]
    public var domain: [RowCondition]
    public var options: Options

    public struct Options: Sendable {
        public var level = 0.95
        public var designEffect: DesignEffectKind?
        public var probabilities = [0.25, 0.5, 0.75]
        public var quantileRule = QuantileRule.math
        public var quantileInterval = ProportionInterval.mean
        public var contrasts: [Contrast] = []
        public var intervals: [ProportionInterval] = [.mean, .logit, .beta, .xlogit]
        /// The condition whose share `prop_ci` estimates.
        public var share: (comparison: RowCondition.Comparison, values: [String])?

        public init() {}
    }

    public init(
        id: String, statistic: Statistic, variables: [String], by: [String] = [], domain: [RowCondition] = [],
        options: Options = Options()
    ) {
        self.id = id
        self.statistic = statistic
        self.variables = variables
        self.by = by
        self.domain = domain
        self.options = options
    }

    /// Whether the statistic has the columns and options that it needs.
    public func check() throws {
        let needed: ClosedRange<Int> =
            switch statistic {
            case .mean, .total, .variance: 1...Int.max
            case .proportion, .sd, .quantile, .proportionInterval: 1...1
            case .ratio: 2...2
            case .degreesOfFreedom, .weights: 0...Int.max
            }
        guard needed.contains(variables.count) else {
            let wanted = needed.upperBound == Int.max ? "at least one column" : "exactly \(needed.lowerBound) column(s)"
            throw Failure(
                "USAGE", "\(wanted), as \(statistic.rawValue) needs", remedy: "name the columns after the statistic",
                exitCode: ExitStatus.usage)
        }
        if statistic == .proportionInterval, options.share == nil {
            throw Failure(
                "USAGE", "followed by the `value` whose share is wanted", remedy: "add the value",
                exitCode: ExitStatus.usage)
        }
    }
}
