import Foundation
import PeilStatistics
import PeilTable
import Testing

@testable import PeilStudy

/// A tool made on one wave of the sample study, tried on the next, where the segments are known as well.
@Suite("A typing tool of the sample study")
struct TypingToolOfStudyTests {
    private static let candidates = [
        "fase_pakket", "fase_plan", "fase_gesprek", "kunnen", "verantwoord", "zorg_dreiging"
    ]

    private static func tool(_ size: Int) -> Result<TypingTool, any Error> {
        Result {
            let wave = try SampleStudy.prepared.get()[0]
            return try TypingToolMethod(
                candidates: candidates, sizes: size...size, requiredAnswers: size, folds: 3, seed: 11
            ).fit(
                wave.table, segments: try #require(wave.segmentation), estimation: wave.estimation
            ).tool
        }
    }

    private static let short = tool(4)
    private static let long = tool(6)

    @Test("accuracy in the next wave is what was promised")
    func nextWave() throws {
        let tool = try Self.short.get()
        let next = try SampleStudy.prepared.get()[1]
        let truth = try #require(next.segmentation)
        let placed = try tool.score(next.table)
        let found = try next.estimation.assess(placed, of: truth)
        let promised = tool.assessment
        let errors = (try #require(promised.accuracyError), try #require(found.accuracyError))
        let error = (errors.0 * errors.0 + errors.1 * errors.1).squareRoot()
        #expect(abs(found.accuracy - promised.accuracy) < 4 * error)
        #expect(promised.accuracy > promised.largestShare + 0.2)
    }

    @Test("sizes in the next wave, corrected for confusion, are those of its own segments")
    func correctedSizes() throws {
        let tool = try Self.long.get()
        let next = try SampleStudy.prepared.get()[1]
        let truth = try #require(next.segmentation)
        let placed = try tool.score(next.table)
        let both = (0..<next.table.rowCount).map { truth.isPlaced($0) && placed.isPlaced($0) }
        let sizes = try PrevalenceCorrection().sizes(
            of: placed, confusion: tool.confusion, estimation: next.estimation, in: both)
        let own = try next.estimation.estimate(
            SegmentSizeEstimator(truth, onlyPlaced: true), by: .everyone(rowCount: next.table.rowCount), in: both)
        var (plain, corrected) = (0.0, 0.0)
        for (k, size) in sizes.sizes.enumerated() {
            let known = try #require(own.value(0, k))
            let errors = (try #require(size.standardError), try #require(own.standardError(0, k)))
            let error = (errors.0 * errors.0 + errors.1 * errors.1).squareRoot()
            #expect(abs(size.share - known) < 4 * error, "\(truth.codes[k])")
            plain += abs(size.placedShare - known)
            corrected += abs(size.share - known)
        }
        #expect(corrected < plain, "the correction brings sizes nearer")
        #expect(abs(sizes.sizes.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    }

    @Test("four questions cannot tell two of the segments apart, and their sizes are not corrected")
    func indistinguishable() throws {
        let tool = try Self.short.get()
        let next = try SampleStudy.prepared.get()[1]
        do {
            _ = try PrevalenceCorrection().sizes(
                of: try tool.score(next.table), confusion: tool.confusion, estimation: next.estimation)
            Issue.record("a correction that should be refused")
        } catch TypingError.indistinguishable(let first, let second, let condition, _) {
            // Both are told by threat and efficacy, which these questions do not ask.
            #expect(first == "S3" && second == "S4" && condition > 20)
        }
    }

    @Test("who scores with such a tool gets the placings, and reads why sizes are not corrected")
    func scoring() throws {
        let tool = try Self.short.get()
        let study = try Study(at: SimulationFixture.folder.path)
        let texts = try TypingToolTexts(tool, codebook: study.codebook, segmentLabels: [:], file: study.file)
        let source = TypingToolFile.Source(study: study.id, wave: "golf1", codebookHash: "", modelID: "rules")
        let file = TypingToolFile(tool: tool, texts: texts, source: source)
        let run = StudyRun(study, wave: study.waves[1], threads: 2)
        let result = try SegmentScoring(.tool(file), run, try SampleStudy.prepared.get()[1]).result()
        #expect(result.report.notes.contains { $0.contains("'S3' and 'S4'") })
        #expect(!result.report.tables.map(\.key).contains("corrected"))
        #expect(result.segmentation.codeOfRow == (try tool.score(SampleStudy.prepared.get()[1].table)).codeOfRow)
    }

    @Test("as a file it comes back the same, and on paper it asks the codebook's questions")
    func file() throws {
        let tool = try Self.short.get()
        let study = try Study(at: SimulationFixture.folder.path)
        let labels = Dictionary(uniqueKeysWithValues: (study.segments?.labels ?? []).map { ($0.code, $0.label) })
        let file = TypingToolFile(
            tool: tool,
            texts: try TypingToolTexts(tool, codebook: study.codebook, segmentLabels: labels, file: study.file),
            source: TypingToolFile.Source(
                study: study.id, wave: "golf1", codebookHash: study.hash, modelID: "rules"))
        #expect(try TypingToolFile.parse(file.json.text, file: "tool.json") == file)
        #expect(file.otherQuestions(than: study.codebook).isEmpty)
        for language in ShortFormText.Language.allCases {
            let text = try ShortFormText(file, language: language).markdown()
            for item in tool.items {
                let wording = try #require(study.codebook.variable(item)?.wording.text(in: language.rawValue))
                #expect(text.contains(wording))
            }
            // Every answer of every question has a line of points for each segment.
            let lines = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
            let answers = tool.classifier.items.reduce(0) { $0 + $1.categories.count + 1 }
            #expect(lines.count == answers + 3)
            #expect(lines.allSatisfy { $0.filter { $0 == "|" }.count == tool.codes.count + 1 })
        }
    }
}
