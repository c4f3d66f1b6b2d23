import PeilStatistics

/// An estimate with its margin, as research tables show it.
struct ResearchFigure: Sendable {
    var estimate: Double?
    /// nil where it is undefined, or where nothing may be claimed.
    var standardError: Double?
    var interval: ConfidenceInterval?
    var degreesOfFreedom: Int
    var count: Int

    /// How the ends of an interval are taken.
    enum Kind { case mean, share, correlation, alpha }

    static let level = 0.95

    init(_ result: GroupedEstimates, _ parameter: Int, in group: Int = 0, _ kind: Kind = .mean) {
        estimate = result.value(group, parameter)
        standardError = estimate == nil ? nil : result.standardError(group, parameter)
        degreesOfFreedom = result.degreesOfFreedom[group]
        count = result.counts[group]
        guard let estimate, let standardError else { return }
        let df = degreesOfFreedom
        interval =
            switch kind {
            case .mean:
                .student(estimate, standardError: standardError, degreesOfFreedom: df, level: Self.level)
            case .share:
                .share(
                    min(1, max(0, estimate)), standardError: standardError, count: count,
                    effectiveN: result.effectiveSampleSize(group),
                    degreesOfFreedom: result.completeDegreesOfFreedom[group], level: Self.level, method: .logit)
            case .correlation:
                .ofCorrelation(estimate, standardError: standardError, degreesOfFreedom: df, level: Self.level)
            case .alpha: .ofAlpha(estimate, standardError: standardError, degreesOfFreedom: df, level: Self.level)
            }
    }

    /// A number that is tested with degrees of freedom of its own.
    init(_ estimate: Double?, standardError: Double?, degreesOfFreedom: Int, count: Int) {
        self.estimate = estimate
        self.standardError = standardError
        self.degreesOfFreedom = degreesOfFreedom
        self.count = count
        guard let estimate, let standardError else { return }
        interval = .student(
            estimate, standardError: standardError, degreesOfFreedom: degreesOfFreedom, level: Self.level)
    }

    /// The two-sided p of no difference from 0.
    var p: Double? {
        guard let estimate, let standardError else { return nil }
        return twoSidedP(estimate: estimate, standardError: standardError, degreesOfFreedom: degreesOfFreedom)
    }

    /// The same in other units, hundredths of 1 for example.
    func times(_ factor: Double) -> ResearchFigure {
        ResearchFigure(
            estimate.map { $0 * factor }, standardError: standardError.map { $0 * abs(factor) },
            degreesOfFreedom: degreesOfFreedom, count: count)
    }

    // MARK: Cells of a table

    /// Estimate, standard error and both ends.
    func cells(share: Bool = false) -> [ResearchReport.Cell] {
        func cell(_ value: Double?) -> ResearchReport.Cell { share ? .share(value) : .number(value) }
        return [cell(estimate), .number(standardError), cell(interval?.lower), cell(interval?.upper)]
    }

    static func columns(_ key: String) -> [ResearchReport.Column] {
        [.number(key), .number("se"), .number("lower"), .number("upper")]
    }

    /// Estimate and both ends, under names of their own where a table has several.
    func ends(share: Bool = false) -> [ResearchReport.Cell] {
        func cell(_ value: Double?) -> ResearchReport.Cell { share ? .share(value) : .number(value) }
        return [cell(estimate), cell(interval?.lower), cell(interval?.upper)]
    }

    static func endColumns(_ key: String) -> [ResearchReport.Column] {
        [.number(key), .number("\(key)_lower", "lower"), .number("\(key)_upper", "upper")]
    }
}

extension GroupedEstimates {
    /// The error of the only group, for statistics of everybody.
    func refusingFailure() throws -> GroupedEstimates {
        if case .failure(let error)? = outcomes.first { throw error }
        return self
    }
}
