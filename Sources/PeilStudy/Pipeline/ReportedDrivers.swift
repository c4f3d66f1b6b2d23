import PeilDisclosure
import PeilIngest
import PeilReport
import PeilStatistics
import PeilTable

/// The models whose effects the report shows, fitted in the wave of the run.
struct ReportedDrivers {
    private let run: StudyRun

    init(_ run: StudyRun) { self.run = run }

    func drafts(_ prepared: StudyRun.Prepared) throws -> [DriverDraft] {
        let names = run.study.report.outline.driverModels
        guard !names.isEmpty else { return [] }
        let known = run.study.models.map(\.id)
        for name in names where !known.contains(name) {
            throw Failure(
                "UNKNOWN_MODEL", "The report shows the model '\(name)', which the study does not declare",
                file: run.study.file,
                remedy: nearestName(to: name, among: known).map { "did you mean '\($0)'?" }
                    ?? "declare it under `models`, or take the block `drivers` out",
                exitCode: ExitStatus.configuration)
        }
        return try StudyModels(run, prepared).fitted(names).map { try draft($0.model, $0.adjusted, prepared.table) }
    }

    private func draft(_ model: FittedStudyModel, _ adjusted: [Double?], _ table: Table) throws -> DriverDraft {
        let request = model.request
        let fit = model.result.fit
        var effects: [DriverEffect] = []
        for term in model.order {
            let name = model.result.terms[term].name
            guard let predictor = request.predictors.first(where: { $0.name == name }) else { continue }
            let importance = model.importance(term: term)?.estimate.flatMap { value in
                fit.flatMap { $0 > 0 ? value / $0 : nil }
            }
            effects +=
                predictor.isCategorical
                ? try levels(predictor, model, adjusted[term], importance, table)
                : number(predictor, model, adjusted[term], importance)
        }
        return DriverDraft(
            id: request.id, label: label(of: request.outcome, else: request.label), isShare: request.isShare,
            base: model.result.estimates.count,
            missingShare: model.population.droppedShare, effects: effects)
    }

    /// As the report calls the question everywhere else.
    private func label(of variable: String, else own: LocalizedText) -> LocalizedText {
        run.study.report.questions.first { $0.variable == variable }?.label ?? own
    }

    private func number(
        _ predictor: Study.ModelRequest.Predictor, _ model: FittedStudyModel, _ adjustedP: Double?,
        _ importance: Double?
    ) -> [DriverEffect] {
        guard let figure = model.perDeviation(predictor.name), let estimate = figure.estimate else { return [] }
        return [
            DriverEffect(
                label: label(of: predictor.name, else: predictor.label), level: nil, reference: nil, estimate: estimate,
                lower: figure.interval?.lower,
                upper: figure.interval?.upper, adjustedP: adjustedP, importance: importance,
                base: model.result.estimates.count)
        ]
    }

    /// Each answer against the reference.
    private func levels(
        _ predictor: Study.ModelRequest.Predictor, _ model: FittedStudyModel, _ adjustedP: Double?,
        _ importance: Double?, _ table: Table
    ) throws -> [DriverEffect] {
        var counts: [String: Int] = [:]
        for label in try table.column(predictor.name).rowLabels() { if let label { counts[label, default: 0] += 1 } }
        let reference = model.parameters { $0 == .predictedMargins(predictor.name) }.first.flatMap {
            model.result.estimates.labels[$0].level
        }
        return model.parameters { if case .marginalEffects = $0 { true } else { false } }.compactMap { parameter in
            let label = model.result.estimates.labels[parameter]
            guard label.variable == predictor.name, let level = label.level else { return nil }
            let figure = model.figure(parameter)
            guard let estimate = figure.estimate else { return nil }
            func named(_ code: String) -> LocalizedText { predictor.labels[code] ?? LocalizedText(everywhere: code) }
            return DriverEffect(
                label: self.label(of: predictor.name, else: predictor.label), level: named(level),
                reference: reference.map(named), estimate: estimate,
                lower: figure.interval?.lower, upper: figure.interval?.upper, adjustedP: adjustedP,
                importance: importance, base: min(counts[level] ?? 0, reference.map { counts[$0] ?? 0 } ?? Int.max))
        }
    }
}
