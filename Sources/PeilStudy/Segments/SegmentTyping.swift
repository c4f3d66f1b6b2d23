import PeilIngest
import PeilStatistics
import PeilTable

/// Derives a short question set by which others can recognise the segments of a wave.
public struct SegmentTyping {
    private let run: StudyRun
    private let prepared: StudyRun.Prepared
    private let request: Study.SegmentRequest
    private var study: Study { run.study }

    /// - Parameters:
    ///   - run: the wave.
    ///   - prepared: of `run`, with segments.
    public init(_ run: StudyRun, _ prepared: StudyRun.Prepared) throws {
        request = try run.study.requiredSegments()
        precondition(prepared.segmentation != nil, "a wave prepared with its segments")
        self.run = run
        self.prepared = prepared
    }

    /// What places people by the few questions.
    public enum Classifier: String, Sendable, CaseIterable {
        /// A multinomial regression on the answers.
        case logit
        /// The latent classes themselves, with the items that are asked.
        case classes
    }

    public struct Result: Sendable {
        public let report: ResearchReport
        public let file: TypingToolFile
    }

    /// - Parameters:
    ///   - candidates: questions to choose from; empty: the closed questions behind the inputs of the segments.
    ///   - sizes: how many questions the set may have.
    ///   - folds: parts of the cross-validation.
    ///   - classifier: what places people by the questions.
    ///   - seed: of the folds.
    public func result(
        candidates: [String], sizes: ClosedRange<Int>, folds: Int, classifier: Classifier, seed: UInt64
    ) throws -> Result {
        guard let segments = prepared.segmentation else { preconditionFailure("checked when made") }
        try study.refuseIdentifiers(candidates, key: "--candidates")
        for name in candidates where !prepared.table.has(name) {
            throw FailureNames(file: study.file).failure(
                TableError.unknownColumn(name, known: prepared.table.names))
        }
        do {
            let method: TypingToolMethod
            switch classifier {
            case .logit:
                method = try TypingToolMethod(
                    candidates: candidates.isEmpty ? try questionsBehindInputs() : candidates, sizes: sizes,
                    folds: folds, seed: seed)
            case .classes:
                let model = try latentClasses()
                let items = candidates.isEmpty ? model.items : candidates
                if let other = items.first(where: { !model.items.contains($0) }) {
                    throw TableError.unknownColumn(other, known: model.items)
                }
                method = try TypingToolMethod(
                    candidates: items, sizes: sizes, folds: folds,
                    family: .reducedClasses(model, candidates: items), seed: seed)
            }
            let fit = try method.fit(prepared.table, segments: segments, estimation: prepared.estimation)
            let labels = Dictionary(
                segments.codes.map { ($0, request.named($0).label) }, uniquingKeysWith: { first, _ in first })
            let file = TypingToolFile(
                tool: fit.tool,
                texts: try TypingToolTexts(
                    fit.tool, codebook: study.codebook, segmentLabels: labels, file: study.file),
                source: TypingToolFile.Source(
                    study: study.id, wave: run.wave.id, codebookHash: study.codebookHash, modelID: modelID))
            return Result(report: report(fit, file), file: file)
        } catch { throw Failure(naming: error, file: study.path(run.wave.files[0].path)) }
    }

    /// The study's own classes, frozen or found in this wave.
    private func latentClasses() throws -> LatentClassModel {
        if case .latentClasses(let model)? = request.model?.model { return model }
        if case .latentClasses(let method) = request.method {
            return try method.fit(
                prepared.table, weights: prepared.weights.design.weights, threads: run.threads)
        }
        throw Failure(
            "USAGE", "Only latent classes can be reduced to fewer items", file: study.file,
            remedy: "use --classifier logit, or segments with method lca", exitCode: ExitStatus.usage)
    }

    private var modelID: String {
        request.model.map { "\(request.method.word), version \($0.version)" } ?? request.method.word
    }

    /// What respondents were asked: a derived input stands for the questions that it reads.
    private func questionsBehindInputs() throws -> [String] {
        var names: [String] = []
        func add(_ name: String, _ depth: Int) throws {
            if let derived = study.codebook.derived.first(where: { $0.variable.name == name }), depth < 20 {
                for input in derived.inputs { try add(input, depth + 1) }
            } else if case .categorical = try prepared.table.column(name), !names.contains(name) {
                names.append(name)
            }
        }
        for input in request.method.items { try add(input, 0) }
        return names
    }

    // MARK: Report

    private func report(_ fit: TypingToolFit, _ file: TypingToolFile) -> ResearchReport {
        let value = fit.tool.assessment
        return ResearchReport(
            schema: "peil-typing-tool-report-1",
            source: [
                ("study", .string(study.id)), ("wave", .string(run.wave.id)), ("study_hash", .string(study.hash)),
                ("input_hash", .string(prepared.inputHash)), ("model", .string(modelID)),
                ("seed", .string(String(fit.tool.seed))), ("n", .integer(value.count))
            ],
            notes: [
                "Of the people it can place (all but \(Self.percent(value.unplacedShare))) it places "
                    + "\(Self.percent(value.accuracy)) rightly, tried on people whom neither the choice of questions nor the "
                    + "scores had seen; the largest segment alone is right for \(Self.percent(value.largestShare)). Points added by hand agree for "
                    + "\(Self.percent(fit.tool.handScoring.agreement))."
            ], tables: [questions(fit, file), steps(fit), confusion(fit), folds(fit)])
    }

    private func questions(_ fit: TypingToolFit, _ file: TypingToolFile) -> ResearchReport.Table {
        ResearchReport.Table(
            "questions", "The questions", [.text("item"), .text("question"), .number("answers")],
            fit.tool.classifier.items.enumerated().map { place, item in
                let wording = file.texts.questions[place]
                return [
                    .text(item.name), .text(wording.text(in: study.language) ?? wording.text(in: "") ?? ""),
                    .integer(item.categories.count)
                ]
            })
    }

    private func steps(_ fit: TypingToolFit) -> ResearchReport.Table {
        ResearchReport.Table(
            "search",
            "How good the best sets of each size are within the folds; who left a question open counts by the sizes alone",
            [.number("size"), .text("items"), .number("log_loss", "log-loss"), .number("accuracy")],
            fit.steps.map { step in
                [
                    .integer(step.items.count), .text(step.items.joined(separator: ", ")), .number(step.logLoss),
                    .share(step.accuracy)
                ]
            })
    }

    private func confusion(_ fit: TypingToolFit) -> ResearchReport.Table {
        let matrix = fit.tool.assessment.confusion
        return ResearchReport.Table(
            "confusion", "Where people of each segment are placed, with standard errors",
            [.text("segment"), .number("n")] + matrix.codes.map { .number("placed_\($0)", $0) }
                + matrix.codes.map { .number("se_\($0)", "se \($0)") },
            matrix.codes.indices.map { k in
                [.text(matrix.codes[k]), .integer(matrix.counts[k])]
                    + matrix.codes.indices.map { .share(matrix.share(placed: $0, segment: k)) }
                    + matrix.codes.indices.map { .share(matrix.standardError(placed: $0, segment: k)) }
            })
    }

    private func folds(_ fit: TypingToolFit) -> ResearchReport.Table {
        ResearchReport.Table(
            "folds", "What the outer folds chose: the same set everywhere is a sign that it holds elsewhere",
            [.number("fold"), .text("items")],
            fit.itemsOfFolds.enumerated().map { [.integer($0 + 1), .text($1.joined(separator: ", "))] })
    }

    private static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
}
