import Foundation
public import PeilStatistics
public import PeilTable

/// One statistic of a plan.
public struct PlanItem: Sendable {
    public enum Statistic: String, Sendable, CaseIterable {
        case mean, total, proportion, ratio, variance, sd, correlation, quantile
        case count
        case standardisedMean = "standardised_mean"
        case multipleResponses = "multiselect_responses"
        case proportionInterval = "prop_ci"
        case degreesOfFreedom = "df"
        case weights
        case association = "chisq"
        case goodnessOfFit = "goodness_of_fit"
        case marginalHomogeneity = "marginal_homogeneity"
        case tTest = "ttest"
        case rankTest = "ranktest"
        case change, glm, alpha, pca
        case fayHerriot = "fay_herriot"
        case batteseHarterFuller = "bhf"
        case kMeans = "kmeans"
        case latentClasses = "lca"
        case cellSuppression = "cell_suppression"

        /// Those that work on a table of the item's own, not on the data.
        var bringsTable: Bool { self == .cellSuppression }

        /// Those whose options have no flags.
        public var needsPlan: Bool {
            switch self {
            case .standardisedMean, .goodnessOfFit, .glm, .change, .fayHerriot, .batteseHarterFuller,
                .cellSuppression:
                true
            default: false
            }
        }
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
        /// Also each group minus all other rows of the domain.
        public var againstRest = false
        public var intervals: [ProportionInterval] = [.mean, .logit, .beta, .xlogit]
        /// The condition whose share `prop_ci` estimates.
        public var share: (comparison: RowCondition.Comparison, values: [String])?
        public var association = AssociationTest.Statistic.secondOrder
        public var rankScore = RankTest.Score.wilcoxon
        /// Expected shares of `goodness_of_fit`.
        public var expectedShares: [GoodnessOfFitTest.Share] = []
        public var goodnessOfFit = GoodnessOfFitTest.Statistic.satterthwaite
        /// What `standardised_mean` is standardised to.
        public var standard: StandardPopulation?
        public var latentClasses: LatentClassRequest?
        public var kMeans: KMeansRequest?
        /// What `glm` fits, and the terms that are tested: nil for all.
        public var model: GeneralisedLinearModel?
        public var testedTerms: [Int]?

        /// How the items of `alpha` are asked.
        public var scale = ScaleRequest()
        /// Whether `pca` is of correlations.
        public var isScaled = false
        public var change: ChangeRequest?
        public var areas: FayHerriot?
        public var nestedError: NestedErrorModel?
        public var suppression: SuppressionRequest?

        /// The columns that are estimated, where options rather than `variables` name them.
        var ownColumns: [String]? { model.map { [$0.response] + $0.terms.flatMap(\.columns) } }

        /// Columns that options name beside `variables`.
        var furtherColumns: [String] {
            let ofAreas = areas.map { [$0.variance, $0.area] + $0.covariates.map(\.column) + $0.benchmarkColumns } ?? []
            return ofAreas + (nestedError.map { [$0.area] + $0.covariates } ?? [])
        }

        public init() {}

        /// Columns that options name.
        var columns: [String] {
            (standard?.variables ?? []) + (latentClasses.map { ($0.weights.map { [$0] } ?? []) + $0.covariates } ?? [])
                + (kMeans?.weights.map { [$0] } ?? [])
        }
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

    /// Columns that the item reads.
    var columns: [String] {
        guard !statistic.bringsTable else { return [] }
        return estimatedColumns + by + domain.map(\.column) + options.columns + options.furtherColumns
    }

    /// Columns whose answers are estimated: in them a missing code means no answer.
    var estimatedColumns: [String] {
        if let own = options.ownColumns { return own }
        guard !statistic.bringsTable else { return [] }
        guard statistic == .tTest else { return variables }
        switch comparison {
        case .groups(let variable, let groups): return [variable, groups]
        case .mean(let variable, _): return [variable]
        case .paired(let first, let second): return [first, second]
        }
    }

    /// What a t test compares: `y, g` two groups of g; `a - b, 1` the paired difference; `y, 1` or `y` a mean with 0.
    var comparison: TTest.Comparison {
        let first = variables.first ?? ""
        if variables.count == 2, variables[1] != "1" { return .groups(of: first, by: variables[1]) }
        // Names may hold hyphens; only one that stands between spaces is a minus.
        guard let minus = first.range(of: " - ") else { return .mean(of: first, against: 0) }
        return .paired(
            first[..<minus.lowerBound].trimmingCharacters(in: .whitespaces),
            minus: first[minus.upperBound...].trimmingCharacters(in: .whitespaces))
    }

    /// Whether the statistic has the columns and options that it needs.
    public func check() throws {
        let needed: ClosedRange<Int> =
            switch statistic {
            case .mean, .total, .variance, .standardisedMean, .latentClasses, .kMeans: 1...Int.max
            case .correlation, .multipleResponses, .alpha, .pca: 2...Int.max
            case .proportion, .count, .sd, .quantile, .proportionInterval, .goodnessOfFit, .change, .fayHerriot,
                .batteseHarterFuller:
                1...1
            case .ratio, .association, .marginalHomogeneity, .rankTest: 2...2
            case .tTest: 1...2
            default: 0...Int.max
            }
        guard needed.contains(variables.count) else {
            let wanted =
                needed.upperBound == Int.max
                ? "at least \(needed.lowerBound)"
                : needed.lowerBound == needed.upperBound
                    ? "exactly \(needed.lowerBound)" : "\(needed.lowerBound) or \(needed.upperBound)"
            throw usage("\(wanted), as \(statistic.rawValue) needs", "name the columns after the statistic")
        }
        if statistic == .proportionInterval, options.share == nil {
            throw usage("followed by the `value` whose share is wanted", "add the value")
        }
        if statistic == .goodnessOfFit, options.expectedShares.isEmpty {
            throw usage("followed by the `expected` shares", "add expected: {code: share}")
        }
        try checkOwnOptions()
        if statistic.bringsTable {
            guard options.suppression != nil else {
                throw usage("followed by the `table` to protect", "add options: {table: {...}, cost: cells}")
            }
            guard variables.isEmpty, by.isEmpty, domain.isEmpty else {
                throw usage("absent: the table is given, no data are read", "leave variables, by and domain out")
            }
        }
        if statistic == .standardisedMean, options.standard == nil {
            throw usage("followed by the `standard` population", "add standard: {columns, shares}")
        }
        if isTest, !by.isEmpty {
            throw usage(
                "one test or model", "\(statistic.rawValue) takes no `by`; ask for one item a group, with a `domain`")
        }
        if statistic == .latentClasses {
            guard options.latentClasses != nil else {
                throw usage("followed by the number of `classes`", "add options: {classes: 3}")
            }
            guard by.isEmpty else { throw usage("classified together", "use a `domain`, or name it a covariate") }
        }
        if statistic == .kMeans {
            guard options.kMeans != nil else {
                throw usage("followed by the number of clusters", "add options: {k: 3}")
            }
            guard by.isEmpty else { throw usage("clustered together", "use one item a group, with a `domain`") }
        }
    }

    private var isTest: Bool {
        switch statistic {
        case .association, .goodnessOfFit, .marginalHomogeneity, .tTest, .rankTest, .glm, .pca, .fayHerriot,
            .batteseHarterFuller:
            true
        default: false
        }
    }

    func usage(_ message: String, _ remedy: String) -> Failure {
        Failure("USAGE", message, remedy: remedy, exitCode: ExitStatus.usage)
    }
}
