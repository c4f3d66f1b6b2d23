public import PeilStatistics

extension GroupedEstimates {
    /// The interval that reports and small areas give an estimate. Shares: logit, or Korn & Graubard's where fewer than ten
    /// people are expected on one side, with no less variance than weights alone cost where cases are few. Means: t. nil without a standard error or degrees of freedom.
    func reportedInterval(
        _ group: Int, _ parameter: Int, isShare: Bool, level: Double = 0.95
    ) -> ConfidenceInterval? {
        guard let estimate = value(group, parameter), let error = standardError(group, parameter) else { return nil }
        let df = degreesOfFreedom[group]
        guard isShare else {
            return ConfidenceInterval.student(estimate, standardError: error, degreesOfFreedom: df, level: level)
        }
        return reportedInterval(ofShare: estimate, standardError: error, group, level: level)
    }

    /// The interval of a share that some standard error belongs to.
    func reportedInterval(
        ofShare estimate: Double, standardError error: Double, _ group: Int, level: Double = 0.95
    ) -> ConfidenceInterval? {
        let share = Self.wholeShare(estimate)
        let expected = Double(counts[group]) * min(share, 1 - share)
        let steady = (error * error + unseenVariance(ofShare: share, standardError: error, group)).squareRoot()
        return ConfidenceInterval.share(
            share, standardError: steady, count: counts[group], effectiveN: effectiveSampleSize(group),
            degreesOfFreedom: degreesOfFreedom[group], level: level, method: expected < 10 ? .beta : .logit)
    }

    /// What the variance of a share of few effective cases lacks of p(1 − p)/n, n Kish's effective number of answers; 0 with
    /// twenty cases or more on the rarer side. Where the heaviest stratum happens to hold none of the few, the design's
    /// variance is far too small: intervals of 95 % then held the truth in 85 to 93 % of 2,000 simulated surveys.
    func unseenVariance(ofShare share: Double, standardError error: Double, _ group: Int) -> Double {
        guard let kish = effectiveSampleSize(group) else { return 0 }
        let effective = min(Double(counts[group]), kish)
        guard effective > 0, effective * min(share, 1 - share) < 20 else { return 0 }
        return max(0, share * (1 - share) / effective - error * error)
    }

    /// The standard error by which reports test a group against the rest.
    public func reportedErrorOfDifference(_ group: Int, _ parameter: Int, isShare: Bool) -> Double? {
        guard let error = standardErrorOfDifference(group, parameter) else { return nil }
        guard isShare, let share = value(group, parameter), let own = standardError(group, parameter) else {
            return error
        }
        return (error * error + unseenVariance(ofShare: share, standardError: own, group)).squareRoot()
    }

    /// A share that sums have left a rounding error away from 0 or 1 is nobody or everybody: no answer of a person
    /// weighs as little as 10⁻¹² of an area.
    static func wholeShare(_ share: Double) -> Double {
        abs(share) < 1e-12 ? 0 : abs(1 - share) < 1e-12 ? 1 : share
    }
}
