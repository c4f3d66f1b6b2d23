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
        let expected = Double(counts[group]) * min(estimate, 1 - estimate)
        return ConfidenceInterval.share(
            estimate, standardError: error, count: counts[group], effectiveN: effectiveSampleSize(group),
            degreesOfFreedom: df, level: level, method: expected < 10 ? .beta : .logit)
    }
}
