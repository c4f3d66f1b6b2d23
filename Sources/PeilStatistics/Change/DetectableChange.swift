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

    /// The larger change of a share that is found in both directions, at most what the share leaves.
    ///
    /// While it is less than half of the share (and of its rest), the variance p(1 − p) of today stands for both waves. A
    /// rare answer that comes to be given often varies more then: from there on the later wave has its own, p′(1 − p′).
    /// - Throws: `ChangeError.badPlan`.
    public func smallest(_ plan: Plan) throws(ChangeError) -> Double {
        let error = try plan.standardError()
        return growing(smallest(standardError: error), plan.share) { $0 * error }
    }

    /// The same from the standard error of the share in one wave, for a next wave of the same size and design.
    public func smallest(share: Double, standardError error: Double) -> Double {
        let both = 2.0.squareRoot() * error
        guard share > 0, share < 1 else { return smallest(standardError: both) }
        return growing(smallest(standardError: both), share) { $0 * both }
    }

    /// - Parameter scaled: the standard error with that multiple of today's variance, as a root.
    private func growing(_ simple: Double, _ share: Double, _ scaled: (Double) -> Double) -> Double {
        let rare = min(share, 1 - share)
        guard simple > rare / 2 else { return simple }
        // Towards one half, where shares vary most; the fixed point of d = q · se(d).
        var change = simple
        for _ in 0..<200 {
            let later = min(rare + change, 0.5)
            let ratio = (1 + later * (1 - later) / (rare * (1 - rare))) / 2
            let next = smallest(standardError: scaled(max(1, ratio).squareRoot()))
            if abs(next - change) < 1e-14 { break }
            change = next
        }
        return min(change, 1 - rare)
    }

    /// Interviews a wave, the same in both and without overlap, from which `change` of a share is found:
    /// n = 2 p(1 − p) deff (z(1 − α/2) + z(power))² / change², with the later share's own variance where the change is more
    /// than half of the share.
    /// - Throws: `ChangeError.badPlan`.
    public func interviews(change: Double, share: Double, designEffect: Double) throws(ChangeError) -> Int {
        guard change > 0, change < 1 else { throw .badPlan("a change of a share lies between 0 and 1") }
        let one = try Plan(first: 1, second: 1, share: share, designEffect: designEffect).standardError()
        let rare = min(share, 1 - share)
        let later = min(rare + change, 0.5)
        let ratio = change > rare / 2 ? max(1, (1 + later * (1 - later) / (rare * (1 - rare))) / 2) : 1
        let needed = smallest(standardError: one * ratio.squareRoot()) / change
        guard needed < 1e6 else { throw .badPlan("so small a change needs more people than there are") }
        return Int((needed * needed).rounded(.up))
    }
}
