import PeilDisclosure
import PeilStatistics
import PeilStudy
import PeilTable

/// Everything one survey says about statistics whose truth is known.
struct SurveyEstimates {
    private let run: StudyRun
    private let prepared: StudyRun.Prepared

    init(_ run: StudyRun, _ prepared: StudyRun.Prepared) {
        self.run = run
        self.prepared = prepared
    }

    // MARK: One wave

    /// Figures as the report would be given them, and contrasts as its tests rest on them.
    func all() throws -> [(Statistic, Estimated)] {
        try run.figures(prepared).compactMap(figure) + contrasts(.contrastOfArea, by: areaVariable)
            + contrasts(.contrastOfSegment, by: StudyRun.segmentVariable)
    }

    private var areaVariable: String { run.study.areas?.variable ?? "" }

    private func figure(_ figure: Figure) -> (Statistic, Estimated)? {
        guard let statistic = statistic(figure.name), let lower = figure.lower, let upper = figure.upper,
            let error = figure.standardError
        else { return nil }
        return (
            statistic,
            Estimated(
                value: figure.estimate, standardError: error, lower: lower, upper: upper, method: figure.intervalMethod)
        )
    }

    private func statistic(_ name: FigureName) -> Statistic? {
        if name.question == StudyRun.segmentVariable {
            // Complete answers place everybody: that nobody is left over is no estimate.
            guard name.segment.isEmpty, name.level != KnownQuestion.unplaced else { return nil }
            return Statistic(
                kind: name.statistic == .people ? .segmentPeople : .segmentSize, question: name.level, area: name.area)
        }
        guard let question = KnownQuestion.ofSampleStudy.first(where: { $0.variable == name.question }),
            !question.isShare || name.level == KnownQuestion.yes, name.segment.isEmpty || question.inSegments
        else { return nil }
        let kind: Statistic.Kind =
            switch name.statistic {
            case .share: .share
            case .mean: .mean
            case .people: .people
            }
        return Statistic(kind: kind, question: name.question, area: name.area, segment: name.segment)
    }

    private func contrasts(_ kind: Statistic.Kind, by variable: String) throws -> [(Statistic, Estimated)] {
        let grouping = Grouping.cross([(variable, try prepared.table.column(variable))])
        let domain = prepared.estimation.domain(by: grouping)
        let isSegment = kind == .contrastOfSegment
        return try KnownQuestion.ofSampleStudy.filter { !isSegment || $0.inSegments }.flatMap { question in
            let estimates = try estimates(question, over: domain, Estimation.Wishes(groupAgainstRest: true))
            return grouping.keys.indices.compactMap { group -> (Statistic, Estimated)? in
                guard let difference = estimates.differencesFromRest[group][0],
                    let own = estimated(
                        difference, estimates.reportedErrorOfDifference(group, 0, isShare: question.isShare),
                        estimates.domainDegreesOfFreedom)
                else { return nil }
                let key = grouping.keys[group][0]
                return (
                    Statistic(
                        kind: kind, question: question.variable, area: isSegment ? "" : key,
                        segment: isSegment ? key : ""), own
                )
            }
        }
    }

    private func estimates(
        _ question: KnownQuestion, over domain: GroupedDomain, _ wishes: Estimation.Wishes
    ) throws -> GroupedEstimates {
        question.isShare
            ? try prepared.estimation.estimate(try share(question), over: domain, wishes: wishes)
            : try prepared.estimation.estimate(
                MeanEstimator([question.variable], of: prepared.table), over: domain, wishes: wishes)
    }

    private func share(_ question: KnownQuestion) throws -> ProportionEstimator {
        let coded = try prepared.table.column(question.variable).coded()
        let yes = coded.labels.firstIndex(of: KnownQuestion.yes).map { Int32($0) } ?? -1
        return ProportionEstimator(
            question.variable, levels: [KnownQuestion.yes],
            levelOfRow: coded.indexOfRow.map { $0 < 0 ? -1 : $0 == yes ? 0 : 1 })
    }

    private func estimated(_ value: Double, _ error: Double?, _ df: Int) -> Estimated? {
        guard let error, error > 0,
            let interval = ConfidenceInterval.student(
                value, standardError: error, degreesOfFreedom: df, level: CoverageSettings.level)
        else { return nil }
        return Estimated(value: value, standardError: error, lower: interval.lower, upper: interval.upper)
    }

    // MARK: Two waves under each other

    /// Change between the waves, for the region and each area.
    func changes(wave: String, from: String, to: String) throws -> [(Statistic, Estimated)] {
        let waves = (name: wave, values: try prepared.table.column(wave))
        let areas = try prepared.table.column(areaVariable).rowLabels()
        let comparison = ChangeBetweenWaves(from: from, to: to, level: CoverageSettings.level)
        return try ([""] + Set(areas.compactMap { $0 }).sorted()).flatMap { area in
            let mask = area.isEmpty ? nil : areas.map { $0 == area }
            return try KnownQuestion.ofSampleStudy.compactMap { question -> (Statistic, Estimated)? in
                let outcome =
                    question.isShare
                    ? try comparison.run(prepared.estimation, try share(question), by: waves, in: mask).outcomes[0]
                    : try comparison.run(
                        prepared.estimation, MeanEstimator([question.variable], of: prepared.table), by: waves, in: mask
                    ).outcomes[0]
                return estimated(outcome.difference, outcome.standardError, outcome.degreesOfFreedom).map {
                    (Statistic(kind: .change, question: question.variable, area: area), $0)
                }
            }
        }
    }
}
