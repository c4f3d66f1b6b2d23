import PeilStatistics
import PeilTable

/// Describes the segments of a wave: who they are, what made them, what goes with them, and where they live.
public struct SegmentProfiling {
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

    /// - Parameter variables: that describe the segments; empty: the questions of the report that did not make them.
    public func report(_ variables: [String]) throws -> ResearchReport {
        try study.refuseIdentifiers(variables, key: "--variables")
        do { return try described(variables) } catch {
            throw Failure(naming: error, file: study.path(run.wave.files[0].path))
        }
    }

    private func described(_ variables: [String]) throws -> ResearchReport {
        guard let segmentation = prepared.segmentation else { preconditionFailure("checked when made") }
        let inputs = request.method.items
        let names = variables.isEmpty ? outsideQuestions() : variables
        if let input = names.first(where: { isInput($0) }) {
            throw Failure(
                "SEGMENT_INPUT", "'\(input)' made the segments, so a test of it says nothing", file: study.file,
                remedy: "it is shown with its intervals among the inputs", exitCode: ExitStatus.usage)
        }
        let profile = try SegmentProfiler(
            inputs: try DescribingVariable.of(inputs, prepared.table),
            outside: try DescribingVariable.of(names, prepared.table), area: study.areas?.variable,
            limits: BaseLimits(
                minimum: study.disclosure.minimumBase, full: study.disclosure.indicativeBase,
                widestInterval: study.disclosure.maximumIntervalWidth)
        ).profile(prepared.table, by: segmentation, estimation: prepared.estimation)
        let codes = segmentation.codes
        let shown = profile.outside.filter(isShown)
        return ResearchReport(
            schema: "peil-segment-profile-1",
            source: [
                ("study", .string(study.id)), ("wave", .string(run.wave.id)), ("study_hash", .string(study.hash)),
                ("input_hash", .string(prepared.inputHash)), ("method", .string(segmentation.method)),
                ("version", request.model.map { .integer($0.version) } ?? .null),
                ("rows", .integer(prepared.table.rowCount)), ("design_df", .integer(profile.degreesOfFreedom))
            ],
            notes: [
                "Inputs made the segments: their differences are no findings. Only outside questions are tested, against "
                    + "all other respondents, p adjusted over all of them."
            ]
                + (segmentation.memberships == nil
                    ? [] : ["Outside questions are corrected for unsure placing (Bolck, Croon & Hagenaars)."])
                + (profile.uncorrected.isEmpty
                    ? []
                    : [
                        "Not corrected, because somebody must be placed in every segment: \(profile.uncorrected.joined(separator: ", "))."
                    ])
                + profile.unanswered.map { "Not described by \($0.variable): nobody in \($0.code) answered it." },
            tables: [
                SegmentTables.sizes(profile, label), SegmentTables.distinguishing(profile, codes: codes),
                SegmentTables.figures("inputs", "What made the segments", profile.inputs, codes: codes, tested: false),
                SegmentTables.figures("outside", "What goes with them", shown, codes: codes, tested: true),
                SegmentTables.areas(profile, areaLabel)
            ])
    }

    private func label(_ code: String) -> String { inWords(request.named(code).label) ?? code }

    private func areaLabel(_ code: String) -> String {
        guard let areas = study.areas, case .categorical(let column)? = try? prepared.table.column(areas.variable)
        else { return code }
        return column.categories.first { $0.code == code }.flatMap { inWords($0.label) } ?? code
    }

    private func inWords(_ text: LocalizedText) -> String? { text.text(in: study.language) ?? text.text(in: "") }

    private func outsideQuestions() -> [String] {
        study.report.questions.map(\.variable).filter { name in
            name != StudyRun.segmentVariable && !isInput(name) && prepared.table.has(name)
        }
    }

    /// The answers that the report shows.
    private func isShown(_ figure: SegmentFigure) -> Bool {
        guard let answer = figure.answer,
            let question = study.report.questions.first(where: { $0.variable == figure.variable })
        else { return true }
        return question.levels.isEmpty || question.levels.contains(answer)
    }

    private func isInput(_ name: String) -> Bool { request.isMade(from: name, study.codebook) }
}
