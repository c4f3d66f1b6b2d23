import Foundation
internal import PeilNumerics
public import PeilTable

/// A difference between two waves that were put under each other in one design: sampling units that occur in both (people,
/// households, clusters) bring their covariance with them.
///
/// d = θ₂ − θ₁ with V(d) = V₁ + V₂ − 2 C₁₂, and θ₂/θ₁ − 1 by the delta method. Degrees of freedom are those of the stacked
/// design.  Kish 1965, §12.4; Berger 2004.
public struct ChangeBetweenWaves: Sendable {
    public var from: String
    public var to: String
    /// Level of the intervals.
    public var level: Double
    /// A change within ±margin counts as none: asks for the test of equivalence.
    public var margin: Double?
    /// Power at which the smallest detectable change is told.
    public var power: Double

    public init(from: String, to: String, level: Double = 0.95, margin: Double? = nil, power: Double = 0.8) {
        self.from = from
        self.to = to
        self.level = level
        self.margin = margin
        self.power = power
    }

    /// What is said of one parameter.
    public struct Outcome: Sendable {
        public let label: ParameterLabel
        public let first: Double
        public let second: Double
        /// V₁, C₁₂ and V₂; nil where nothing is assumed about how people came into the sample, or a variance is undefined.
        public let variances: (first: Double, shared: Double, second: Double)?
        public let degreesOfFreedom: Int

        public var difference: Double { second - first }
        /// nil where the first wave has 0.
        public var relative: Double? { first == 0 ? nil : second / first - 1 }

        public var standardError: Double? { variances.flatMap { Self.root($0.first + $0.second - 2 * $0.shared) } }

        /// What the standard error would be without shared units.
        public var standardErrorIfIndependent: Double? { variances.flatMap { Self.root($0.first + $0.second) } }

        /// C₁₂ / √(V₁ V₂).
        public var correlation: Double? {
            guard let variances, variances.first > 0, variances.second > 0 else { return nil }
            return variances.shared / (variances.first * variances.second).squareRoot()
        }

        /// ∇(θ₂/θ₁) = (−θ₂/θ₁², 1/θ₁).
        public var standardErrorOfRelative: Double? {
            guard let variances, first != 0 else { return nil }
            let (a, b) = (-second / (first * first), 1 / first)
            return Self.root(a * a * variances.first + b * b * variances.second + 2 * a * b * variances.shared)
        }

        private static func root(_ variance: Double) -> Double? {
            variance.isFinite ? max(0, variance).squareRoot() : nil
        }
    }

    /// - Parameters:
    ///   - estimator: what is estimated.
    ///   - estimation: the design and its variance.
    ///   - column: the name of the column that tells the wave, and its values; further waves may occur and are not compared.
    ///   - mask: the domain, nil for all rows.
    /// - Throws: `ChangeError`; `DesignError`; the error of an estimate that one of the waves does not have.
    public func run(
        _ estimation: Estimation, _ estimator: some SmoothEstimator, by column: (name: String, values: Column),
        in mask: [Bool]? = nil
    ) throws -> (outcomes: [Outcome], estimates: GroupedEstimates) {
        try check()
        let size = estimator.labels.count
        guard size <= Self.parameterLimit else {
            throw ChangeError.tooManyParameters(found: size, limit: Self.parameterLimit)
        }
        // The first group is `from`. Rows of other waves stay in the design and in its degrees of freedom.
        let estimates = try estimation.estimate(
            estimator, over: estimation.domain(by: try waves(column), in: mask),
            wishes: Estimation.Wishes(covariance: true, completeDegreesOfFreedom: false))
        for outcome in estimates.outcomes { if case .failure(let error) = outcome { throw error } }
        let outcomes = estimates.labels.indices.map { parameter -> Outcome in
            let covariance = estimates.claim == .none ? nil : estimates.covariance
            return Outcome(
                label: estimates.labels[parameter], first: estimates.value(0, parameter) ?? 0,
                second: estimates.value(1, parameter) ?? 0,
                variances: covariance.map {
                    ($0[parameter, parameter], $0[parameter, size + parameter], $0[size + parameter, size + parameter])
                },
                degreesOfFreedom: estimates.domainDegreesOfFreedom)
        }
        return (outcomes, estimates)
    }

    /// Parameters compared at once: their covariance grows with the square.
    private static let parameterLimit = 1000

    private func check() throws(ChangeError) {
        guard from != to else { throw .sameWave(from) }
        if let margin, !(margin > 0 && margin.isFinite) { throw .badMargin }
        guard power > 0, power < 1 else { throw .badPower }
    }

    private func waves(_ column: (name: String, values: Column)) throws(ChangeError) -> Grouping {
        let coded = column.values.coded()
        let places = try [from, to].map { wave throws(ChangeError) in
            guard let place = coded.labels.firstIndex(where: { $0.utf8.elementsEqual(wave.utf8) }) else {
                throw .noSuchWave(column: column.name, wave: wave, known: coded.labels)
            }
            return Int32(place)
        }
        let groups = coded.indexOfRow.map { $0 == places[0] ? 0 : $0 == places[1] ? 1 : Int32(-1) }
        return Grouping(groupOfRow: groups, keys: [[from], [to]], variables: [column.name])
    }
}

public enum ChangeError: Error, Sendable, Equatable {
    case noSuchWave(column: String, wave: String, known: [String])
    case sameWave(String)
    /// A margin of equivalence is positive.
    case badMargin
    /// A power lies between 0 and 1.
    case badPower
    case badPlan(String)
    /// Two sampling units of a wave carry one name.
    case repeatedUnit
    case tooManyParameters(found: Int, limit: Int)
}
