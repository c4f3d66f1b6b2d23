import Foundation
import PeilStatistics
import PeilTable

/// A typing tool on paper, in Markdown: the questions, a table of points that a person can add up, and how good it is.
public struct ShortFormText: Sendable {
    public enum Language: String, Sendable, CaseIterable {
        case dutch = "nl"
        case english = "en"
    }

    private let file: TypingToolFile
    private let words: ShortFormWords
    private let language: Language

    public init(_ file: TypingToolFile, language: Language) {
        self.file = file
        self.language = language
        words = ShortFormWords.of(language)
    }

    private var tool: TypingTool { file.tool }

    /// - Throws: `Failure` MISSING_TRANSLATION for a text that is not in the language.
    public func markdown() throws -> String {
        let segments = try file.texts.segments.enumerated().map { try text($1, "segment \(tool.codes[$0])") }
        var lines = [
            "# \(words.title)", "", words.intro(file.source.study, tool.items.count), "", "## \(words.questions)"
        ]
        for place in tool.items.indices { lines += [""] + (try question(place)) }
        lines += ["", "## \(words.points)", "", words.adding, "", words.open(tool.classifier.requiredAnswers), ""]
        lines += try table(segments)
        lines += ["", "## \(words.quality)", ""] + quality(segments) + ["", words.groups, ""]
        return lines.joined(separator: "\n")
    }

    private func question(_ place: Int) throws -> [String] {
        let item = tool.classifier.items[place]
        let wording = try text(file.texts.questions[place], item.name)
        let answers = try file.texts.answers[place].enumerated().map { answer, label in
            "   - \(Self.letter(answer))) \(try text(label, item.name))"
        }
        return ["\(place + 1). **\(wording)**", ""] + answers
    }

    private func table(_ segments: [String]) throws -> [String] {
        let scoring = tool.handScoring
        func row(_ head: String, _ points: [Int]) -> String {
            "| \(head) | " + points.map(String.init).joined(separator: " | ") + " |"
        }
        var lines = [
            "| \(words.answer) | " + segments.map { cell($0) }.joined(separator: " | ") + " |",
            "| :-- |" + String(repeating: " --: |", count: segments.count), row(words.start, scoring.startPoints)
        ]
        for (place, points) in scoring.points.enumerated() {
            let item = tool.classifier.items[place].name
            for (answer, own) in points.enumerated() {
                let label = try text(file.texts.answers[place][answer], item)
                lines.append(row("\(place + 1)\(Self.letter(answer)) \(cell(label))", own))
            }
            lines.append(row("\(place + 1) \(words.noAnswer)", scoring.openPoints[place]))
        }
        return lines
    }

    private func quality(_ segments: [String]) -> [String] {
        let value = tool.assessment
        let right = segments.enumerated().map { k, name in
            "\(name) \(percent(value.confusion.share(placed: k, segment: k)))"
        }
        return [
            words.accuracy(percent(value.accuracy), percent(value.largestShare), value.count),
            words.bySegment(right.joined(separator: "; ")), words.agreement(percent(tool.handScoring.agreement)),
            words.sizes
        ].map { "- \($0)" }
    }

    private func text(_ text: LocalizedText, _ what: String) throws -> String {
        guard let found = text.text(in: language.rawValue) else {
            throw Failure(
                "MISSING_TRANSLATION", "The text of '\(what)' is not there in language \(language.rawValue)",
                remedy: "add it to the codebook, or choose another language", exitCode: ExitStatus.configuration)
        }
        return found.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// A bar would end the cell.
    private func cell(_ text: String) -> String { text.replacingOccurrences(of: "|", with: "\\|") }

    private func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }

    /// a … z, then aa, ab ….
    private static func letter(_ place: Int) -> String {
        let own = String(UnicodeScalar(UInt8(97 + place % 26)))
        return place < 26 ? own : letter(place / 26 - 1) + own
    }
}
