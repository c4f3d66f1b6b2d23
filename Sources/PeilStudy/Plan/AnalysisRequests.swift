import PeilStatistics

/// What a plan says of a scale.
public struct ScaleRequest: Sendable {
    public var reversed: [String] = []
    public var range: ClosedRange<Double>?
    /// Asks for the mean score of people who answered at least this many items.
    public var minimumAnswered: Int?

    public init() {}
}

/// What a plan says of a change between waves.
public struct ChangeRequest: Sendable {
    public enum Quantity: String, Sendable, CaseIterable { case mean, total, proportion }

    public var quantity: Quantity
    public var comparison: ChangeBetweenWaves

    public init(quantity: Quantity, comparison: ChangeBetweenWaves) {
        self.quantity = quantity
        self.comparison = comparison
    }
}

extension PlanItem {
    /// Statistics that need options of a plan.
    func checkOwnOptions() throws {
        switch statistic {
        case .glm where options.model == nil:
            throw usage(
                "followed by `options`, as \(statistic.rawValue) needs",
                "write a plan with options: response, predictors, family")
        case .change where options.change == nil:
            throw usage(
                "followed by `options`, as \(statistic.rawValue) needs", "write a plan with options: from, to, of")
        case .change where by.count != 1:
            throw usage("compared by the column of waves", "name that column under `by`, and no other")
        case .fayHerriot where options.areas == nil:
            throw usage(
                "followed by `options`, as \(statistic.rawValue) needs",
                "write a plan with options: covariates, variance, domain_column")
        case .batteseHarterFuller where options.nestedError == nil:
            throw usage(
                "followed by `options`, as \(statistic.rawValue) needs",
                "write a plan with options: covariates, domain_column, population_means")
        default: break
        }
    }
}
