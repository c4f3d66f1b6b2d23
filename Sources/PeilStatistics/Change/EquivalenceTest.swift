internal import PeilNumerics

/// Two one-sided tests that a difference lies within ±margin: p is the larger of P(T ≥ (d + m)/se) and P(T ≤ (d − m)/se).
/// No difference found is not the same as none there; this is the test that can say "about equal".  Schuirmann 1987.
public struct EquivalenceTest: Sendable, Equatable {
    public let margin: Double
    public let p: Double
    /// p below 1 − level of the intervals.
    public let isEquivalent: Bool
    /// The interval of level 1 − 2(1 − level), which lies within ±margin exactly when the waves are equivalent.
    public let interval: ConfidenceInterval

    /// nil without a standard error or degrees of freedom.
    public init?(
        difference: Double, standardError: Double, degreesOfFreedom: Int, margin: Double, level: Double
    ) {
        guard degreesOfFreedom > 0, standardError > 0, level > 0.5, margin > 0,
            let interval = ConfidenceInterval.student(
                difference, standardError: standardError, degreesOfFreedom: degreesOfFreedom, level: 2 * level - 1)
        else { return nil }
        let t = StudentT(degreesOfFreedom: Double(degreesOfFreedom))
        let lower = t.cumulative(-(difference + margin) / standardError)
        let upper = t.cumulative((difference - margin) / standardError)
        self.margin = margin
        self.interval = interval
        p = max(lower, upper)
        isEquivalent = p < 1 - level
    }
}
