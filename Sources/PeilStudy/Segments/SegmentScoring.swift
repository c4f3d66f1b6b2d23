public import PeilStatistics
public import PeilTable

/// Places respondents with segments that were fixed before: of a wave of the study, or of any data with a typing tool.
public struct SegmentScoring {
    /// Segments in a file, as a whole model or as a short question set.
    public enum Model: Sendable {
        case frozen(SegmentModelFile)
        case tool(TypingToolFile)

        /// - Throws: `Failure` for a file that is neither.
        public static func read(_ path: String) throws -> Model {
            let text = try StudyFiles.text(path, what: "segment model", maximum: StudyFiles.maximumTableBytes)
            let schema = try Section.document(text, file: path).optionalText("schema")
            return schema == TypingToolFile.schema
                ? .tool(try TypingToolFile.parse(text, file: path))
                : .frozen(try SegmentModelReader(path: path).file())
        }

        /// Columns that placing reads.
        public var items: [String] { segments.items }

        var segments: any SegmentModel {
            switch self {
            case .frozen(let file): file.model
            case .tool(let file): file.tool
            }
        }
    }

    public struct Result: Sendable {
        public let report: ResearchReport
        public let segmentation: Segmentation
        /// What lies above a limit of drift.
        public let alarms: [SegmentDrift.Alarm]
    }

    private let model: Model
    private let table: Table
    private let estimation: Estimation
    private let source: [(String, JSONValue)]
    private let label: SegmentTables.Label
    /// The data, for messages.
    private let file: String
    /// Items that the study does not ask in the words of the model.
    private let otherQuestions: [String]
    private let limits: SegmentDrift.Limits

    /// A wave of a study.
    /// - Throws: `Failure` where a question behind a frozen model is another now.
    public init(_ model: Model, _ run: StudyRun, _ prepared: StudyRun.Prepared) throws {
        self.model = model
        table = prepared.table
        estimation = prepared.estimation
        file = run.study.path(run.wave.files[0].path)
        source = [
            ("study", .string(run.study.id)), ("wave", .string(run.wave.id)), ("study_hash", .string(run.study.hash)),
            ("input_hash", .string(prepared.inputHash))
        ]
        let (study, request) = (run.study, run.study.segments)
        limits = study.unattended.holds.drift
        label = { code in
            let name = request?.named(code).label
            return name?.text(in: study.language) ?? name?.text(in: "") ?? code
        }
        switch model {
        case .frozen(let file):
            try StudySegments(study, request).check(file)
            otherQuestions = []
        case .tool(let file): otherQuestions = file.otherQuestions(than: study.codebook)
        }
    }

    /// Any data, under the design of a plan. What was asked is not known there.
    public init(_ model: Model, _ plan: AnalysisPlan, over table: Table, threads: Int) throws {
        self.model = model
        file = plan.dataset
        source = [("dataset", .string(plan.dataset))]
        otherQuestions = []
        limits = SegmentDrift.Limits()
        if case .tool(let file) = model {
            let names = Dictionary(
                zip(file.tool.codes, file.texts.segments), uniquingKeysWith: { first, _ in first })
            label = { code in names[code].flatMap { $0.text(in: "en") ?? $0.byLanguage.values.sorted().first } ?? code }
        } else {
            label = { $0 }
        }
        do {
            var answers = table
            for item in model.items {
                answers.set(
                    try table.column(item).treating(plan.missingCodes, as: .notAnswered), for: try table.variable(item))
            }
            self.table = answers
            estimation = try plan.design.estimation(over: table, threads: threads)
        } catch { throw FailureNames(file: plan.dataset).failure(error) }
    }

    public func result() throws -> Result {
        do {
            let segments = model.segments
            let segmentation = try segments.score(table)
            let profile = try SegmentProfiler(inputs: [], distinguishingCount: 0).profile(
                table, by: segmentation, estimation: estimation)
            var tables = [SegmentTables.sizes(profile, label)]
            var notes: [String] = []
            var alarms: [SegmentDrift.Alarm] = []
            switch model {
            case .frozen(let file):
                let drift = try self.drift(file, segmentation)
                alarms = drift.alarms(limits)
                tables += DriftTables.all(drift)
                notes.append(DriftTables.sentence(alarms, since: file.wave))
            case .tool(let file):
                do { tables.append(try corrected(file, segmentation)) } catch let error as TypingError {
                    // The placings stand; what they say of sizes does not.
                    notes.append(
                        FailureNames(file: self.file).failure(error).message
                            + ". Sizes below count placings: do not read them as sizes of the segments.")
                }
                if !otherQuestions.isEmpty {
                    notes.append(
                        "Asked in other words than those of the tool: \(otherQuestions.joined(separator: ", ")). "
                            + "Placing by other questions is at your own risk.")
                }
            }
            return Result(
                report: ResearchReport(
                    schema: "peil-segment-score-1",
                    source: source + [("model", .string(modelName)), ("rows", .integer(table.rowCount))], notes: notes,
                    tables: tables), segmentation: segmentation, alarms: alarms)
        } catch { throw Failure(naming: error, file: file) }
    }

    private var modelName: String {
        switch model {
        case .frozen(let file): "\(file.study), version \(file.version), made on \(file.wave)"
        case .tool(let file): "typing tool of \(file.source.study), \(file.source.modelID)"
        }
    }

    private func drift(_ file: SegmentModelFile, _ segmentation: Segmentation) throws -> SegmentDrift {
        let now = try SegmentReference(
            segmentation, items: file.model.items, of: table, weights: estimation.design.weights,
            fit: try file.model.closeness(table))
        return SegmentDrift(
            codes: file.model.codes, from: file.reference, to: now,
            unknownAnswers: try file.model.unknownAnswers(table))
    }

    /// Counting those placed makes small segments too large: what the tool confuses is undone.
    private func corrected(_ file: TypingToolFile, _ segmentation: Segmentation) throws -> ResearchReport.Table {
        let sizes = try PrevalenceCorrection().sizes(
            of: segmentation, confusion: file.tool.confusion, estimation: estimation)
        return ResearchReport.Table(
            "corrected", "Sizes among those placed, with what the tool confuses undone",
            [
                .text("segment"), .text("label"), .number("placed"), .number("corrected"), .number("se"),
                .number("lower"), .number("upper"), .text("mark")
            ],
            sizes.codes.enumerated().map { place, code in
                let size = sizes.sizes[place]
                return [
                    .text(code), .text(label(code)), .share(size.placedShare), .share(size.share),
                    .share(size.standardError), .share(size.interval?.lower), .share(size.interval?.upper),
                    .text(size.isAtBound ? "at 0" : "")
                ]
            })
    }

    // MARK: Respondents

    /// Segment and chances of every respondent.
    public func respondents(_ result: Result, _ run: StudyRun) throws -> RespondentsFile {
        respondents(result, try RespondentsFile.identifier(run, table))
    }

    /// - Parameters:
    ///   - result: of these respondents.
    ///   - identifier: a column of the data; nil: the number of the row.
    public func respondents(_ result: Result, identifier: String?) throws -> RespondentsFile {
        respondents(result, try RespondentsFile.identifier(identifier, table))
    }

    private func respondents(_ result: Result, _ identifier: (name: String, values: [String])) -> RespondentsFile {
        let segmentation = result.segmentation
        var columns = [("segment", segmentation.codeOfRow.map { segmentation.codes[Int($0)] })]
        if segmentation.memberships != nil {
            for (place, code) in segmentation.codes.dropLast().enumerated() {
                columns.append(
                    (
                        "chance_\(code)",
                        segmentation.codeOfRow.indices.map { row in
                            segmentation.isPlaced(row) ? shortestText(segmentation.membership(row, place)) : ""
                        }
                    ))
            }
        }
        return RespondentsFile(
            identifier: identifier, columns: columns, schema: "peil-segment-scores-1",
            facts: source + [("model", .string(modelName))])
    }
}
