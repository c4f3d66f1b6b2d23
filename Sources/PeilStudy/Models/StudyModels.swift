import PeilStatistics
import PeilTable

/// The models of a study in one wave: which answers go with an outcome, and how much each.
public struct StudyModels {
    private let run: StudyRun
    private let prepared: StudyRun.Prepared
    private var study: Study { run.study }

    public struct Result: Sendable {
        public let report: ResearchReport
        /// By model, in the order asked for.
        public let plots: [EffectPlot]
    }

    static let sentence =
        "What goes with the outcome in answers of one moment, all predictors of the model together. It is association, and tells "
        + "nothing about causes."

    public init(_ run: StudyRun, _ prepared: StudyRun.Prepared) {
        self.run = run
        self.prepared = prepared
    }

    /// - Parameter names: models of the study; empty: all.
    /// - Throws: `Failure` that names the model: 64 for one that the study has not; 65 for answers that the model cannot be
    ///   fitted to; 78 for what the study declares wrongly.
    public func result(_ names: [String]) throws -> Result {
        let tables = try fitted(names).map {
            ModelTables(
                fitted: $0.model, adjusted: $0.adjusted, family: family($0.model.request)?.id ?? $0.model.request.id,
                inWords: inWords)
        }
        return Result(report: report(tables), plots: tables.map(plot))
    }

    /// The models asked for, fitted, with p of their terms adjusted over their families.
    func fitted(_ names: [String]) throws -> [(model: FittedStudyModel, adjusted: [Double?])] {
        let chosen = try chosen(names)
        // A family is adjusted as a whole, whichever of its models are asked for.
        let families = Set(chosen.compactMap { family($0)?.id })
        let needed = study.models.filter { model in
            chosen.contains { $0.id == model.id } || family(model).map { families.contains($0.id) } == true
        }
        let fitted = try needed.map { request in
            do { return try FittedStudyModel(request, of: prepared.table, prepared.estimation) } catch {
                throw failure(error, request)
            }
        }
        let adjusted = adjusted(fitted)
        return fitted.indices.filter { place in chosen.contains { $0.id == fitted[place].request.id } }.map {
            (fitted[$0], adjusted[$0])
        }
    }

    private func chosen(_ names: [String]) throws -> [Study.ModelRequest] {
        guard !study.models.isEmpty else {
            throw Failure(
                "MISSING_KEY", "The study declares no models", file: study.file,
                remedy: "add `models:` with an outcome and predictors each", exitCode: ExitStatus.configuration)
        }
        let known = study.models.map(\.id)
        if let stranger = names.first(where: { !known.contains($0) }) {
            throw Failure(
                "UNKNOWN_MODEL", "The study has no model '\(stranger)'", file: study.file,
                remedy: nearestName(to: stranger, among: known).map { "did you mean '\($0)'?" }
                    ?? "models are: \(known.joined(separator: ", "))", exitCode: ExitStatus.usage)
        }
        return study.models.filter { names.isEmpty || names.contains($0.id) }
    }

    /// The declared family of the outcome's question.
    private func family(_ request: Study.ModelRequest) -> Study.Family? {
        study.families.first { $0.questions.contains(request.outcome) }
    }

    /// p of every term of all models of a family together (Benjamini & Hochberg 1995); a model without a family of its own
    /// is one.
    private func adjusted(_ fitted: [FittedStudyModel]) -> [[Double?]] {
        var result = fitted.map { $0.tests.map { _ in Double?.none } }
        let names = fitted.map { model in family(model.request).map { "family \($0.id)" } ?? "model \(model.request.id)"
        }
        for name in Set(names).sorted() {
            let places = fitted.indices.filter { names[$0] == name }.flatMap { model in
                fitted[model].tests.indices.map { (model, $0) }
            }
            let values = ClaimTables.adjusted(places.map { fitted[$0.0].tests[$0.1]?.p })
            for (place, value) in zip(places, values) { result[place.0][place.1] = value }
        }
        return result
    }

    /// The error with the model's name; what the study declares wrongly stands in the study's file.
    private func failure(_ error: any Error, _ request: Study.ModelRequest) -> Failure {
        let named = Failure(naming: error, file: study.path(run.wave.files[0].path))
        let isDeclared = named.exitCode == ExitStatus.configuration
        return Failure(
            named.code, "Model '\(request.id)': \(named.message)",
            file: isDeclared ? study.file : named.file ?? study.path(run.wave.files[0].path),
            line: isDeclared ? request.line : named.line, remedy: named.remedy, exitCode: named.exitCode)
    }

    private func inWords(_ text: LocalizedText) -> String? { text.text(in: study.language) ?? text.text(in: "") }

    // MARK: Report

    private func report(_ tables: [ModelTables]) -> ResearchReport {
        ResearchReport(
            schema: "peil-models-1",
            source: [
                ("study", .string(study.id)), ("wave", .string(run.wave.id)), ("study_hash", .string(study.hash)),
                ("input_hash", .string(prepared.inputHash)), ("rows", .integer(prepared.table.rowCount)),
                ("reads_as", "association")
            ] + prepared.estimation.claimFacts, notes: notes(tables), tables: all(tables))
    }

    private func notes(_ tables: [ModelTables]) -> [String] {
        var notes = [Self.sentence] + tables.flatMap { remarks(on: $0.fitted) }
        if tables.contains(where: { !$0.fitted.request.interactions.isEmpty }) {
            notes.append(
                "A predictor of an interaction is tested among the drivers together with that interaction; its own coefficient is the "
                    + "effect where the other predictor is 0. Importance of an interaction is what it adds to all single predictors."
            )
        }
        if let note = prepared.estimation.claimNote { notes.append(note) }
        return notes
    }

    /// What is particular to one model.
    private func remarks(on fitted: FittedStudyModel) -> [String] {
        let id = fitted.request.id
        let shared = fitted.result.inflation.filter { $0.perColumn > Self.inflationBound }.map {
            fitted.result.terms[$0.term].name
        }
        return (fitted.withoutImportance.map { ["'\(id)' has no importance: \($0)."] } ?? [])
            + (shared.isEmpty
                ? []
                : [
                    "In '\(id)' much of what \(shared.joined(separator: ", ")) say others say too (gvif): their own parts are hard to tell apart."
                ])
    }

    /// Above √5 a standard error is more than doubled by what predictors share: a VIF of 5.
    private static let inflationBound = 5.0.squareRoot()

    private func all(_ tables: [ModelTables]) -> [ResearchReport.Table] {
        [
            ResearchReport.Table(
                "models", "Models, and who is left out of them", ModelTables.summaryColumns, tables.map { $0.summary() }
            ),
            ResearchReport.Table(
                "missing", "Who lacks an answer, by question; only_this: lacks nothing else",
                ModelTables.missingColumns,
                tables.flatMap { $0.missing() }),
            ResearchReport.Table(
                "drivers",
                "What goes with the outcome, the most important first; per_deviation: one standard deviation more of a number",
                ModelTables.driverColumns, tables.flatMap { $0.drivers() }),
            ResearchReport.Table(
                "effects", "Average marginal effects: one more of a number, or a level instead of the reference",
                ModelTables.effectColumns, tables.flatMap { $0.effects() }),
            ResearchReport.Table(
                "margins", "Predicted margins: the mean if everybody had this and kept all other answers",
                ModelTables.marginColumns, tables.flatMap { $0.margins() }),
            ResearchReport.Table(
                "terms", "Wald tests of each term's own coefficients", ModelTables.termColumns,
                tables.flatMap { $0.terms() }),
            ResearchReport.Table(
                "coefficients", "Coefficients", ModelTables.coefficientColumns, tables.flatMap { $0.coefficients() })
        ]
    }

    private func plot(_ tables: ModelTables) -> EffectPlot {
        let request = tables.fitted.request
        let level = request.levels.isEmpty ? "" : " = \(request.levels.joined(separator: ", "))"
        return EffectPlot(
            title: "What goes with \(inWords(request.label) ?? request.outcome) (\(request.outcome)\(level))",
            unit: request.isShare ? "percentage points" : "points of \(request.outcome)", rows: tables.plotRows())
    }
}
