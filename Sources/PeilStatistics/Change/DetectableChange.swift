internal import PeilNumerics

/// The smallest change that a comparison finds with a given power: (z(1 − α/2) + z(power)) · se, two-sided.
///
/// Before the field work, se² = p(1 − p) · deff · (1/n₁ + 1/n₂ − 2 r m/(n₁n₂)), with m people in both waves whose answers
/// correlate by r. After it, the standard error found is used.  Cochran 1977, §4.4; Kish 1965, §12.4 for the overlap.
public struct DetectableChange: Sendable, Equatable {
    public var power: Double
    /// Two-sided level of the test: 0.95 tests at 5 %.
    public var level: Double

    public init(power: Double = 0.8, level: Double = 0.95) {
        self.power = power
        self.level = level
    }

    /// With the standard error of a change and, where known, its degrees of freedom.
    public func smallest(standardError: Double, degreesOfFreedom: Int? = nil) -> Double {
        if let degreesOfFreedom, degreesOfFreedom > 0 {
            let t = StudentT(degreesOfFreedom: Double(degreesOfFreedom))
            return (t.quantile(0.5 + level / 2) + t.quantile(power)) * standardError
        }
        return (StandardNormal.quantile(0.5 + level / 2) + StandardNormal.quantile(power)) * standardError
    }

    /// What is planned: interviews a wave, the share that is expected, the design effect of the weights and clusters,
    /// people in both waves, and the correlation of their two answers.
    public struct Plan: Sendable, Equatable {
        public var first: Int
        public var second: Int
        public var share: Double
        public var designEffect: Double
        public var shared: Int
        public var correlation: Double

        public init(
            first: Int, second: Int, share: Double, designEffect: Double, shared: Int = 0, correlation: Double = 0
        ) {
            self.first = first
            self.second = second
            self.share = share
            self.designEffect = designEffect
            self.shared = shared
            self.correlation = correlation
        }

        /// The standard error of the change of the share.
        /// - Throws: `ChangeError.badPlan` with what is wrong.
        public func standardError() throws(ChangeError) -> Double {
            guard first > 0, second > 0 else { throw .badPlan("a wave needs interviews") }
            guard share > 0, share < 1 else { throw .badPlan("a share lies between 0 and 1") }
            guard designEffect > 0, designEffect.isFinite else { throw .badPlan("a design effect is positive") }
            guard (0...min(first, second)).contains(shared) else {
                throw .badPlan("people in both waves are at most those of the smaller one")
            }
            guard (-1...1).contains(correlation) else { throw .badPlan("a correlation lies between -1 and 1") }
            let (n, m) = (Double(first), Double(second))
            let apart = 1 / n + 1 / m - 2 * correlation * Double(shared) / (n * m)
            return (share * (1 - share) * designEffect * max(0, apart)).squareRoot()
        }
    }

    /// - Throws: `ChangeError.badPlan`.
    public func smallest(_ plan: Plan) throws(ChangeError) -> Double {
        smallest(standardError: try plan.standardError())
    }

    /// Interviews a wave, the same in both and without overlap, from which `change` of a share is found:
    /// n = 2 p(1 − p) deff (z(1 − α/2) + z(power))² / change².
    /// - Throws: `ChangeError.badPlan`.
    public func interviews(change: Double, share: Double, designEffect: Double) throws(ChangeError) -> Int {
        guard change > 0, change < 1 else { throw .badPlan("a change of a share lies between 0 and 1") }
        let one = try Plan(first: 1, second: 1, share: share, designEffect: designEffect).standardError()
        let needed = smallest(standardError: one) / change
        guard needed < 1e6 else { throw .badPlan("so small a change needs more people than there are") }
        return Int((needed * needed).rounded(.up))
    }
}
