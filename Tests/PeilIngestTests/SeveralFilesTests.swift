import Foundation
import PeilTable
import Testing

@testable import PeilIngest

/// Web and paper of one wave: each person once, by a rule that the study declares, and every record accounted for.
@Suite struct SeveralFilesTests {
    private static let book = """
        languages: [nl]
        variables:
        - {id: nr, type: id, unique: true}
        - {id: person, type: id, may_be_absent: true}
        - {id: wave, type: code, labels: [1, 2]}
        - {id: a, type: code, labels: [1, 2, 3], required: true}
        - {id: b, type: code, labels: [1, 2, 3], required: true}
        - {id: web_only, type: int, may_be_absent: true}
        """

    /// Files of a wave in a folder that goes with the test.
    private final class Files {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("peil-files-\(UUID().uuidString)")
        init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: folder) }

        func file(
            _ name: String, _ text: String, mode: String = "", dialect: DialectDeclaration = .none,
            expect: [ExpectedValue] = []
        ) throws -> WaveFile {
            let path = folder.appendingPathComponent(name)
            try Data(text.utf8).write(to: path)
            return WaveFile(path: path.path, name: name, mode: mode, dialect: dialect, expectations: expect)
        }
    }

    private let web = "nr;person;wave;a;b;web_only\nw1;p1;1;1;1;10\nw2;p2;1;2;;20\nw3;;1;3;3;30\n"
    private let paper = "nr,person,wave,a,b\nq1,p2,1,2,2\nq2,p4,1,1,3\n"

    private func read(
        _ web: String, _ paper: String, _ merge: MergeRule?, _ yaml: String = book
    ) throws -> IngestedWave {
        let files = try Files()
        return try WaveReader.read(
            [files.file("web.csv", web, mode: "web"), files.file("paper.csv", paper, mode: "paper")], merge: merge,
            codebook: codebook(yaml))
    }

    @Test func eachPersonCountsOnce() throws {
        let wave = try read(web, paper, MergeRule(identifiers: ["person"]))
        #expect(try values(wave, "nr") == ["w1", "w2", "w3", "q2"])
        #expect(try values(wave, "file_mode") == ["web", "web", "web", "paper"])
        #expect(wave.quality.rowsRead == 5 && wave.quality.rowsKept == 4)
        #expect(wave.quality.exclusions.map(\.rule) == [WaveFacts.inAnotherFile, WaveFacts.answeredTwice])
        #expect(wave.quality.exclusions.map(\.count) == [1, 0])
        #expect(wave.facts.merged == [.init(keptIn: "web.csv", leftOutOf: "paper.csv", count: 1)])
        #expect(wave.facts.files.map(\.rowsInWave) == [3, 1])
        #expect(wave.quality.isBalanced)
        #expect(wave.places.map(\.file) == [0, 0, 0, 1] && wave.places.map(\.line) == [2, 3, 4, 3])
    }

    @Test func aQuestionThatAFileLacksWasNotPutToItsPeople() throws {
        let wave = try read(web, paper, MergeRule(identifiers: ["person"]))
        #expect(try values(wave, "web_only") == ["10", "20", "30", "(not_asked)"])
        #expect(!wave.quality.itemMissing.contains { $0.variable == "web_only" && $0.absent > 0 })
    }

    @Test func theFullerRecordWinsWhereTheStudySaysSo() throws {
        let wave = try read(web, paper, MergeRule(identifiers: ["person"], precedence: .mostAnswers))
        #expect(try values(wave, "nr") == ["w1", "w3", "q1", "q2"])
        #expect(wave.facts.merged == [.init(keptIn: "paper.csv", leftOutOf: "web.csv", count: 1)])
    }

    @Test func amongEqualsTheFirstFileWins() throws {
        let full = web.replacing("w2;p2;1;2;;20", with: "w2;p2;1;2;1;20")
        let wave = try read(full, paper, MergeRule(identifiers: ["person"], precedence: .mostAnswers))
        #expect(try values(wave, "nr") == ["w1", "w2", "w3", "q2"])
    }

    @Test func someoneWhoAnsweredTwiceInOneFileCountsOnceToo() throws {
        let twice = web + "w4;p1;1;3;3;40\n"
        let wave = try read(twice, paper, MergeRule(identifiers: ["person"]))
        #expect(wave.quality.exclusions.map(\.count) == [1, 1])
        #expect(try values(wave, "nr") == ["w1", "w2", "w3", "q2"])
    }

    @Test func peopleAreFoundByAnyOfTheirIdentifiers() throws {
        // The paper form of w3 has no person, only the number.
        let paper = "nr,person,wave,a,b\nw3,,1,2,2\nq2,p4,1,1,3\n"
        let wave = try read(web, paper, MergeRule(identifiers: ["person", "nr"]))
        #expect(try values(wave, "nr") == ["w1", "w2", "w3", "q2"])
        #expect(wave.quality.exclusions.map(\.count) == [1, 0])
    }

    @Test func oneNumberForTwoPersonsIsAContradiction() throws {
        let paper = "nr,person,wave,a,b\nw1,p9,1,2,2\n"
        let error = #expect(throws: IngestError.self) {
            try self.read(web, paper, MergeRule(identifiers: ["person", "nr"]))
        }
        #expect(error?.code == "PERSON_CONTRADICTED" && error?.exitCode == 65)
        #expect(error?.message.contains("web.csv line 2 and paper.csv line 2") == true)
        #expect(error?.description.contains("p9") == false)
    }

    @Test func aNumberThatTwoFilesGiveOutTwiceIsRefused() throws {
        let paper = "nr,person,wave,a,b\nw1,p9,1,2,2\n"
        let code = errorCode { _ = try self.read(web, paper, MergeRule(identifiers: ["person"])) }
        #expect(code == "DUPLICATE_RESPONDENT")
    }

    @Test func recordsOfOnePersonThatDisagreeAreAFinding() throws {
        let paper = "nr,person,wave,a,b\nq1,p2,1,3,2\nq2,p1,1,1,3\n"
        let wave = try read(web, paper, MergeRule(identifiers: ["person"], mustAgree: ["a"]))
        let finding = try #require(wave.quality.findings.first)
        #expect(finding.rule == "records of one person agree on a" && finding.count == 1 && finding.judged == 2)
    }

    @Test func aFileOfAnotherWaveIsRefusedByName() throws {
        let files = try Files()
        let expect = [ExpectedValue(variable: "wave", code: "1")]
        let error = #expect(throws: IngestError.self) {
            _ = try WaveReader.read(
                [
                    files.file("web.csv", web, expect: expect),
                    files.file("paper.csv", paper.replacing("q2,p4,1", with: "q2,p4,2"), expect: expect)
                ], merge: MergeRule(identifiers: ["person"]), codebook: codebook(Self.book))
        }
        #expect(error?.code == "WAVE_MISMATCH" && error?.line == 3 && error?.file.hasSuffix("paper.csv") == true)
    }

    @Test func aHouseholdInTwoStrataIsFoundOverFiles() throws {
        let yaml =
            Self.book + """

                - {id: stratum, type: code, labels: [x, y]}
                - {id: household, type: id}
                nested: [{inner: household, outer: stratum}]
                """
        let web = "nr;person;wave;a;b;stratum;household\nw1;p1;1;1;1;x;h1\n"
        let paper = "nr;person;wave;a;b;stratum;household\nq1;p2;1;1;1;y;h1\n"
        let error = #expect(throws: IngestError.self) {
            _ = try self.read(web, paper, MergeRule(identifiers: ["person"]), yaml)
        }
        #expect(error?.code == "NESTING_BROKEN")
        #expect(error?.message.contains("web.csv line 2 and paper.csv line 2") == true)
    }

    /// A rule for what is left out in each file, and what is flagged over both.
    @Test func theBooksOfAllFilesAddUp() throws {
        let yaml =
            Self.book + """

                completeness: {needs: [wave], minimum_required_share: 0.5, complete_share: 0.8}
                exclude: [{name: only 1 and 2, keep: "a in [1, 2]"}]
                policy: {max_bad_records: 5}
                """
        let web = "nr;person;wave;a;b\nw1;p1;1;1;1\nw2;p2;1;;\nw3;p3;1;3;3\nw4;p4;1;7;1\nw5;p5;1;2;\n"
        let paper = "nr;person;wave;a;b\nq1;p1;1;1;2\nq2;p6;1;2;2\nq3;p7;1;3;3\n"
        let wave = try read(web, paper, MergeRule(identifiers: ["person"]), yaml)
        #expect(wave.quality.rowsRead == 8 && wave.quality.quarantined.count == 1 && wave.quality.partials == 1)
        #expect(
            wave.quality.exclusions.map(\.rule) == ["only 1 and 2", WaveFacts.inAnotherFile, WaveFacts.answeredTwice])
        #expect(wave.quality.exclusions.map(\.count) == [2, 1, 0])
        #expect(try values(wave, "nr") == ["w1", "w5", "q2"])
        #expect(wave.isPartial == [false, true, false])
        #expect(wave.quality.completeness?.complete == 5 && wave.quality.completeness?.partialInterviews == 1)
    }

    @Test func thePlaceOfAFileInTheListDecidesWhoCountsAndNothingElse() throws {
        let files = try Files()
        let one = try files.file("web.csv", web, mode: "web")
        let two = try files.file("paper.csv", paper, mode: "paper")
        let rule = MergeRule(identifiers: ["person"], precedence: .mostAnswers)
        let forth = try WaveReader.read([one, two], merge: rule, codebook: codebook(Self.book))
        let back = try WaveReader.read([two, one], merge: rule, codebook: codebook(Self.book))
        #expect(forth.inputHash == back.inputHash)
        #expect(try values(forth, "nr").sorted() == values(back, "nr").sorted())
    }
}
