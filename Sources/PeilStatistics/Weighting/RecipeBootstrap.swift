public import PeilTable

/// A check of standard errors after steps that linearisation knows only the last of (trimming and calibrating in turn):
/// a bootstrap of sampling units in which the whole recipe is repeated.  Rao & Wu 1988; Rao, Yung & Hidiroglou 2002.
public struct RecipeBootstrap: Sendable {
    public let replicates: Int
    public let seed: UInt64
    public let lonelyPSU: LonelyPSU

    public init(replicates: Int = 200, seed: UInt64 = 1, lonelyPSU: LonelyPSU = .fail) {
        self.replicates = replicates
        self.seed = seed
        self.lonelyPSU = lonelyPSU
    }

    /// One parameter of one group.
    public struct Line: Sendable, Equatable, Codable {
        public let label: String
        public let group: String
        public let estimate: Double
        public let linearised: Double?
        public let bootstrap: Double?
        /// bootstrap / linearised; with R replicates it varies by 1/√(2(R − 1)) on its own.
        public var ratio: Double? {
            guard let linearised, let bootstrap, linearised > 0 else { return nil }
            return bootstrap / linearised
        }
    }

    /// - Parameter grouping: the group of each row.
    /// - Parameter threads: threads; the result is the same on any number.
    /// - Parameter steps: the recipe.
    /// - Parameter estimator: what is estimated.
    /// - Parameter design: with design weights, before the steps.
    /// - Throws: `WeightingError`, `ReplicateError` naming the replicate in which the recipe fails, `DesignError`.
    public func check(
        _ estimator: some SmoothEstimator, by grouping: Grouping, _ steps: WeightSteps, of design: SampleDesign,
        threads: Int = 1
    ) throws -> [Line] {
        let engine = VarianceEngine(lonelyPSU: lonelyPSU)
        let linearised = Estimation(
            try steps.apply(to: design, threads: threads).design, engine: engine, threads: threads)
        let made = try ReplicateMaker(
            .raoWuBootstrap(replicates: replicates, seed: seed), lonelyPSU: lonelyPSU
        ).replicates(of: design)
        let repeated = Estimation(
            try steps.apply(to: design.replicated(made), threads: threads, boundsHoldPerCopy: true).design,
            engine: engine, threads: threads)
        let first = try linearised.estimate(estimator, by: grouping)
        let second = try repeated.estimate(estimator, by: grouping)
        var lines: [Line] = []
        for group in 0..<grouping.count {
            for (parameter, label) in first.labels.enumerated() {
                guard let value = first.value(group, parameter) else { continue }
                lines.append(
                    Line(
                        label: label.level.map { "\(label.variable)=\($0)" } ?? label.variable,
                        group: grouping.keys[group].joined(separator: " × "), estimate: value,
                        linearised: first.standardError(group, parameter),
                        bootstrap: second.standardError(group, parameter)))
            }
        }
        return lines
    }
}
