import PeilStatistics

extension GroupedEstimates {
    /// The interval that reports and small areas give an estimate. Shares: logit, or Korn & Graubard's where fewer than ten
    /// people are expected on one side. Means: t. nil without a standard error or degrees of freedom.
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
        return ConfidenceInterval.share(
            share, standardError: error, count: counts[group], effectiveN: effectiveSampleSize(group),
            degreesOfFreedom: degreesOfFreedom[group], level: level, method: expected < 10 ? .beta : .logit)
    }

    /// A share that sums have left a rounding error away from 0 or 1 is nobody or everybody: no answer of a person
    /// weighs as little as 10⁻¹² of an area.
    static func wholeShare(_ share: Double) -> Double {
        abs(share) < 1e-12 ? 0 : abs(1 - share) < 1e-12 ? 1 : share
    }
}
