import Foundation
import PeilIngest
import PeilNumerics
import PeilStatistics
import PeilStudy
import PeilTable
import Testing

@Suite("The file of a typing tool, and its short form on paper")
struct TypingToolFileTests {
    /// Three segments, two questions, numbers with all their digits.
    private static func made(margins: Bool = true) throws -> TypingToolFile {
        var random = StableRandom(seed: 31)
        func numbers(_ count: Int) -> [Double] { (0..<count).map { _ in random.normal() } }
        let items = [
            AnswerPatterns.Item(name: "kit", categories: ["1", "2", "9|9"]),
            AnswerPatterns.Item(name: "plan", categories: ["yes", "no"])
        ]
        func table(_ places: [Int]) -> ScoreTable {
            ScoreTable(
                items: places, constants: numbers(3),
                scores: places.map { place in items[place].categories.map { _ in numbers(3) } })
        }
        let classifier = try #require(
            ShortClassifier(
                items: items, requiredAnswers: 1, missingRule: .ownTable,
                tables: [table([0, 1]), table([0]), table([1])]))
        let shares = [0.7, 0.2, 1 - 0.7 - 0.2, 0.1, 0.85, 1 - 0.1 - 0.85, 0.25, 0.15, 1 - 0.25 - 0.15]
        let roots = DenseMatrix(rows: 9, columns: 9, storage: numbers(81).map { $0 / 100 })
        let confusion = ConfusionMatrix(
            codes: ["A", "B", "C"], shares: shares, covariance: margins ? LinearAlgebra.crossProduct(roots) : nil,
            counts: [100, 80, 60], degreesOfFreedom: 117)
        let tool = TypingTool(
            codes: ["A", "B", "C", "none"], classifier: classifier,
            assessment: TypingAssessment(
                confusion: confusion, accuracy: 0.7 + 1e-16, accuracyError: margins ? 0.0123456789012345 : nil,
                largestShare: 1 / 3, logLoss: 0.654321, unplacedShare: 1e-7, count: 240),
            confusion: ConfusionMatrix(
                codes: ["A", "B", "C"], shares: shares.reversed(), covariance: nil, counts: [9, 8, 7],
                degreesOfFreedom: 3),
            handScoring: HandScoring(
                startPoints: [2, 0, 1], points: [[[0, 3, 1], [4, 0, 0], [0, 0, 5]], [[1, 0, 2], [0, 2, 0]]],
                openPoints: [[1, 1, 0], [0, 1, 1]], agreement: 0.971),
            shares: [0.5, 0.3, 0.2], method: "multinomial logit", seed: .max)
        let texts = TypingToolTexts(
            questions: [
                LocalizedText(["nl": "Heeft u een \"pakket\"?\nKies één.", "en": "Do you have a kit?"]),
                LocalizedText(["nl": "Heeft u een plan?", "en": "Do you have a plan?"])
            ],
            answers: [
                [
                    LocalizedText(["nl": "Ja | nee", "en": "Yes | no"]), LocalizedText(["nl": "Nee", "en": "No"]),
                    LocalizedText(everywhere: "9|9")
                ],
                [LocalizedText(["nl": "Ja", "en": "Yes"]), LocalizedText(["nl": "Nee", "en": "No"])]
            ],
            segments: [
                LocalizedText(["nl": "Klaar", "en": "Ready"]), LocalizedText(["nl": "Op weg", "en": "On the way"]),
                LocalizedText(everywhere: "C")
            ])
        return TypingToolFile(
            tool: tool, texts: texts,
            source: TypingToolFile.Source(
                study: "proef", wave: "2026", codebookHash: String(repeating: "ab", count: 32), modelID: "lca-3"))
    }

    @Test("what is written reads back the same, to the last bit", arguments: [true, false])
    func roundTrip(_ margins: Bool) throws {
        let file = try Self.made(margins: margins)
        let again = try TypingToolFile.parse(file.json.text, file: "tool.json")
        #expect(again == file)
        #expect(again.json.text == file.json.text)
    }

    @Test("a key that is missing, at any place, is named")
    func missingKeys() throws {
        let value = try Self.made().json
        for (place, changed) in Self.withoutOneKey(value) {
            let failure = try #require(throws: Failure.self, "\(place)") {
                try TypingToolFile.parse(changed.text, file: "tool.json")
            }
            #expect(failure.exitCode == 78, "\(place)")
            #expect(failure.code == "MISSING_KEY", "\(place): \(failure.text)")
            #expect(failure.message.contains(place), "\(failure.text)")
        }
    }

    /// The document without each of its keys in turn, first entries of lists only.
    private static func withoutOneKey(_ value: JSONValue) -> [(String, JSONValue)] {
        if case .array(let elements) = value, let first = elements.first {
            return withoutOneKey(first).map { ($0, .array([$1] + elements.dropFirst())) }
        }
        guard case .object(let pairs) = value else { return [] }
        return pairs.indices.flatMap { place -> [(String, JSONValue)] in
            var shorter = pairs
            shorter.remove(at: place)
            // Labels are texts per language: any language may be absent.
            guard pairs[place].0 != "nl", pairs[place].0 != "en" else { return [] }
            let deeper = withoutOneKey(pairs[place].1).map { name, changed -> (String, JSONValue) in
                var other = pairs
                other[place].1 = changed
                return (name, .object(other))
            }
            return [(pairs[place].0, .object(shorter))] + deeper
        }
    }

    @Test("numbers that are none, and parts that do not fit, are errors with a place")
    func wrongValues() throws {
        let text = try Self.made().json.text
        let changes: [(String, String)] = [
            ("\"log_loss\":0.654321", "\"log_loss\":null"), ("\"log_loss\":0.654321", "\"log_loss\":.nan"),
            ("\"log_loss\":0.654321", "\"log_loss\":-1"), ("\"agreement\":0.971", "\"agreement\":1e400"),
            ("\"agreement\":0.971", "\"agreement\":2"), ("\"share\":0.5", "\"share\":0.6"),
            ("\"required_answers\":1", "\"required_answers\":0"), ("\"required_answers\":1", "\"required_answers\":3"),
            ("\"missing_rule\":\"own_table\"", "\"missing_rule\":\"guess\""),
            ("\"start\":[2,0,1]", "\"start\":[2,0]"), ("\"start\":[2,0,1]", "\"start\":[2,0,0.5]"),
            ("\"start\":[2,0,1]", "\"start\":[2,0,-1]"), ("\"open\":[1,1,0]", "\"open\":[1,1]"),
            ("\"n\":[100,80,60]", "\"n\":[100,80]"), ("\"unplaced\":\"none\"", "\"unplaced\":\"A\""),
            ("\"code\":\"B\"", "\"code\":\"A\""), ("\"code\":\"2\"", "\"code\":\"1\""),
            ("\"item\":\"plan\"", "\"item\":\"plans\""), ("[0.7,0.2,", "[0.8,0.2,"),
            ("\"seed\":\"18446744073709551615\"", "\"seed\":\"-1\""), ("\"covariance\":[[", "\"covariance\":[[1,"),
            ("\"df\":117", "\"df\":117,\"extra\":1")
        ]
        for (old, new) in changes {
            #expect(text.contains(old), "the case is about something: \(old)")
            let range = try #require(text.range(of: old))
            let failure = try #require(throws: Failure.self, "\(new)") {
                try TypingToolFile.parse(text.replacingCharacters(in: range, with: new), file: "tool.json")
            }
            #expect(failure.exitCode == 78 && failure.line == 1 && failure.file == "tool.json", "\(failure.text)")
        }
    }

    @Test("another schema is refused before anything else is read")
    func otherSchema() throws {
        let text = try Self.made().json.text.replacingOccurrences(of: "peil-typing-tool-1", with: "peil-typing-tool-2")
        let failure = try #require(throws: Failure.self) { try TypingToolFile.parse(text, file: "tool.json") }
        #expect(failure.code == "UNKNOWN_SCHEMA" && failure.remedy.contains("another version"))
        let other = try #require(throws: Failure.self) {
            try TypingToolFile.parse("{\"schema\":\"peil-results-1\"}", file: "tool.json")
        }
        #expect(other.code == "UNKNOWN_SCHEMA" && other.remedy.contains("peil segment typing-tool"))
    }

    @Test("a file cut off anywhere is an error, never a crash and never a tool")
    func truncated() throws {
        let bytes = Array(try Self.made().json.text.utf8)
        for end in stride(from: 0, to: bytes.count - 1, by: 41) {
            let text = String(decoding: bytes[..<end], as: UTF8.self)
            #expect(throws: Failure.self, "\(end) bytes") { try TypingToolFile.parse(text, file: "tool.json") }
        }
    }

    @Test("the short form holds every question, answer and point, in both languages")
    func shortForm() throws {
        let file = try Self.made()
        let dutch = try ShortFormText(file, language: .dutch).markdown()
        #expect(dutch.contains("1. **Heeft u een \"pakket\"? Kies één.**"))
        #expect(dutch.contains("   - a) Ja | nee") && dutch.contains("| 1a Ja \\| nee | 0 | 3 | 1 |"))
        #expect(dutch.contains("| Antwoord | Klaar | Op weg | C |") && dutch.contains("| start | 2 | 0 | 1 |"))
        #expect(dutch.contains("| 2 geen antwoord | 0 | 1 | 1 |") && dutch.contains("geen enkele vraag beantwoord"))
        #expect(dutch.contains("delen 70% van de mensen") && dutch.contains("97% van de mensen"))
        #expect(dutch.contains("Klaar 70%; Op weg 85%; C 60%"))
        let english = try ShortFormText(file, language: .english).markdown()
        #expect(english.contains("| 2a Yes | 1 | 0 | 2 |") && english.contains("| 2b No | 0 | 2 | 0 |"))
        #expect(english.contains("places 70%") || english.contains("place 70%"))
    }

    @Test("words come from the codebook; what it does not ask, or asks otherwise, is named")
    func codebook() throws {
        let text = """
            codebook: proef
            languages: [nl, en]
            variables:
              - id: kit
                type: code
                nl: Pakket
                en: Kit
                labels:
                - {code: 1, nl: Ja, en: "Yes"}
                - {code: 2, nl: Nee, en: "No"}
                - {code: "9|9", nl: Anders, en: Other}
              - id: plan
                type: code
                nl: Plan
                en: Plan
                labels:
                - {code: "yes", nl: Ja, en: "Yes"}
                - {code: "no", nl: Nee, en: "No"}
            """
        let codebook = try Codebook.load(yaml: text, file: "codebook.yaml")
        let tool = try Self.made().tool
        let texts = try TypingToolTexts(tool, codebook: codebook, segmentLabels: ["A": "Klaar"], file: "study.yaml")
        #expect(texts.questions[0].text(in: "en") == "Kit" && texts.answers[0][2].text(in: "nl") == "Anders")
        #expect(texts.segments == ["Klaar", "B", "C"])
        let file = TypingToolFile(tool: tool, texts: texts, source: try Self.made().source)
        #expect(file.otherQuestions(than: codebook).isEmpty)
        let changed = try Codebook.load(
            yaml: text.replacingOccurrences(of: "Pakket", with: "Een pakket"), file: "codebook.yaml")
        #expect(file.otherQuestions(than: changed) == ["kit"])
        let less = try Codebook.load(
            yaml: text.replacingOccurrences(of: "id: plan", with: "id: plans"), file: "codebook.yaml")
        #expect(file.otherQuestions(than: less) == ["plan"])
        let failure = try #require(throws: Failure.self) {
            try TypingToolTexts(tool, codebook: less, segmentLabels: [:], file: "study.yaml")
        }
        #expect(failure.code == "NOT_A_QUESTION" && failure.message.contains("plan"))
    }

    @Test("a text that is not there in a language is an error, not the other language")
    func missingTranslation() throws {
        let file = try Self.made()
        let texts = TypingToolTexts(
            questions: [LocalizedText(["nl": "Vraag"]), file.texts.questions[1]], answers: file.texts.answers,
            segments: file.texts.segments)
        let other = TypingToolFile(tool: file.tool, texts: texts, source: file.source)
        _ = try ShortFormText(other, language: .dutch).markdown()
        let failure = try #require(throws: Failure.self) { try ShortFormText(other, language: .english).markdown() }
        #expect(failure.code == "MISSING_TRANSLATION" && failure.message.contains("kit"))
    }
}
