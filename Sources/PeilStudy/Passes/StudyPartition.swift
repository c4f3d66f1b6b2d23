import PeilIngest
import PeilStatistics
import PeilTable

/// Partitions of a study's wave: read, checked, derived and placed as the study says, then summed like those of a plan.
public struct StudyPartition: Sendable {
    /// The figures of the report as items, under the study's design and weighting.
    public let plan: PassPlan
    private let run: StudyRun

    /// - Throws: `Failure` NOT_STREAMED for what needs all rows at once.
    public init(_ study: Study, wave: Study.WaveEntry) throws {
        run = StudyRun(study, wave: wave)
        let own = run.study
        do {
            try Self.refuseLooksAtOthers(own, wave)
            var design = own.designOfItsBasis
            design.adjust = own.weighting.steps
            let items = try Self.items(own)
            let asked = AnalysisPlan(id: "\(own.id) \(wave.id)", dataset: "", design: design, items: items)
            let source = PassPlan.Source(
                text: StudyPlanText(asked).text, reading: own.hash, nested: design.columns.nested)
            plan = try PassPlan(asked, from: source, for: .study)
        } catch let refusal as NotStreamed { throw refusal.failure(.study) }
    }

    // MARK: What is read

    /// The answers of one partition with the segment of each, and the SHA-256 of the file.
    func table(of path: String, threads: Int) throws -> (table: Table, hash: String) {
        let (study, first) = (run.study, run.wave.files.first)
        let file = WaveFile(
            path: path, mode: first?.mode ?? "", dialect: first?.dialect ?? .none,
            expectations: first?.expectations ?? [])
        let read = try WaveReader.read(
            [file], codebook: study.codebook, pseudonyms: try study.pseudonyms(), threads: threads)
        var table = read.table
        try run.checkColumns(table)
        if let request = study.segments, Self.placesRowByRow(request),
            let segments = try StudySegments(study, request).segmentation(
                table, weights: [Double](repeating: 1, count: table.rowCount), threads: threads)
        {
            table.set(try run.column(segments, request), for: Variable(name: StudyRun.segmentVariable))
        }
        return (table, read.inputHash)
    }

    /// Numbers are numbers and codes are words in every partition, as the codebook says.
    static func kinds(_ table: Table, _ columns: Set<String>) throws -> [String: AnalysisTableReader.ColumnKind] {
        try columns.reduce(into: [:]) { kinds, name in
            if case .numeric = try table.column(name) { kinds[name] = .numbers } else { kinds[name] = .words }
        }
    }

    // MARK: What is asked

    /// Rules, and segments that an earlier wave fixed; others are found from all answers together.
    private static func placesRowByRow(_ request: Study.SegmentRequest) -> Bool {
        if request.model != nil { return true }
        if case .rules = request.method { return true }
        return false
    }

    private static func items(_ study: Study) throws -> [PlanItem] {
        var result = [PlanItem(id: "weights", statistic: .weights, variables: [])]
        for question in study.report.questions {
            let isSegment = question.variable == StudyRun.segmentVariable
            var places: [[String]] = [[]]
            let segments = question.bySegment || question.byAreaAndSegment || isSegment
            if segments { try refuseSegments(study, question.variable) }
            if let area = study.areas?.variable {
                if question.byArea { places.append([area]) }
                if question.byAreaAndSegment { places.append([area, StudyRun.segmentVariable]) }
            }
            if question.bySegment { places.append([StudyRun.segmentVariable]) }
            for by in places {
                var item = PlanItem(
                    id: by.isEmpty ? question.variable : "\(question.variable) by \(by.joined(separator: ", "))",
                    statistic: question.statistic == .share ? .proportion : .mean, variables: [question.variable])
                item.by = by
                item.options.againstRest = by.count == 1
                result.append(item)
            }
        }
        return result
    }

    private static func refuseSegments(_ study: Study, _ question: String) throws {
        guard let request = study.segments else {
            throw Failure(
                "MISSING_KEY", "'\(question)' is asked by segment, and the study has none", file: study.file,
                remedy: "add `segments`", exitCode: ExitStatus.configuration)
        }
        guard placesRowByRow(request) else {
            throw Failure(
                "NOT_STREAMED", "Segments that are found from all answers cannot be told from a part of them",
                file: study.file, remedy: "run `peil segment fit` on a wave, and name its file under segments › model",
                exitCode: ExitStatus.configuration)
        }
        if case .latentClasses = request.method {
            throw PassPlan.refusal(
                "figures of segments in which people are placed by chances", "ask questions by area only")
        }
    }

    /// Rules that set a person beside others of the wave.
    private static func refuseLooksAtOthers(_ study: Study, _ wave: Study.WaveEntry) throws {
        if wave.merge != nil {
            throw PassPlan.refusal("people whose answers lie in several files", "join the files before")
        }
        if let speeders = study.codebook.speeders, speeders.removes, speeders.shareOfMedian != nil {
            throw PassPlan.refusal(
                "who answered faster than a share of the median", "leave people out by seconds (speeders › seconds)")
        }
        if study.codebook.sameAnswers.removes {
            throw PassPlan.refusal(
                "people with the same answers as somebody else", "do not remove them (same_answers › remove)")
        }
    }
}
