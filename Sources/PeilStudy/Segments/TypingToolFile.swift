import PeilNumerics
public import PeilStatistics
import PeilTable

/// A typing tool as a file that others can use: schema `peil-typing-tool-1`. It holds shares and scores, nothing of a
/// respondent. What is written reads back the same, bit by bit.
public struct TypingToolFile: Sendable, Equatable {
    public static let schema = "peil-typing-tool-1"

    /// Where a tool comes from.
    public struct Source: Sendable, Equatable {
        public let study: String
        public let wave: String
        /// SHA-256 of the codebook whose wording this is.
        public let codebookHash: String
        /// The segmentation that the tool recognises.
        public let modelID: String
        /// Of the program.
        public let version: String

        public init(
            study: String, wave: String, codebookHash: String, modelID: String, version: String = PeilVersion.text
        ) {
            self.study = study
            self.wave = wave
            self.codebookHash = codebookHash
            self.modelID = modelID
            self.version = version
        }
    }

    public let tool: TypingTool
    public let texts: TypingToolTexts
    public let source: Source

    public init(tool: TypingTool, texts: TypingToolTexts, source: Source) {
        precondition(
            texts.questions.count == tool.classifier.items.count
                && texts.segments.count == tool.classifier.segmentCount,
            "words for each question and segment")
        self.tool = tool
        self.texts = texts
        self.source = source
    }

    // MARK: Writing

    public var json: JSONValue {
        .object([
            ("schema", .string(Self.schema)), ("version", .string(source.version)), ("study", .string(source.study)),
            ("wave", .string(source.wave)), ("codebook_hash", .string(source.codebookHash)),
            ("model", .string(source.modelID)), ("method", .string(tool.method)), ("seed", .string(String(tool.seed))),
            ("segments", .array(segmentValues)), ("unplaced", .string(tool.codes[tool.codes.count - 1])),
            ("items", .array(itemValues)), ("required_answers", .integer(tool.classifier.requiredAnswers)),
            ("missing_rule", .string(tool.classifier.missingRule.rawValue)),
            ("tables", .array(tool.classifier.tables.map(tableValue))), ("points", points), ("assessment", assessment),
            ("confusion", Self.confusion(tool.confusion))
        ])
    }

    private var segmentValues: [JSONValue] {
        tool.shares.indices.map { k in
            .object([
                ("code", .string(tool.codes[k])), ("label", Self.localized(texts.segments[k])),
                ("share", .number(tool.shares[k]))
            ])
        }
    }

    private var itemValues: [JSONValue] {
        tool.classifier.items.enumerated().map { place, item in
            .object([
                ("name", .string(item.name)), ("wording", Self.localized(texts.questions[place])),
                (
                    "answers",
                    .array(
                        zip(item.categories, texts.answers[place]).map { code, label in
                            .object([("code", .string(code)), ("label", Self.localized(label))])
                        })
                )
            ])
        }
    }

    private func tableValue(_ table: ScoreTable) -> JSONValue {
        .object([
            ("constants", .numbers(table.constants)),
            (
                "scores",
                .array(
                    zip(table.items, table.scores).map { item, scores in
                        .object([
                            ("item", .string(tool.classifier.items[item].name)),
                            ("answers", .array(scores.map(JSONValue.numbers)))
                        ])
                    })
            )
        ])
    }

    private var points: JSONValue {
        func whole(_ values: [Int]) -> JSONValue { .array(values.map(JSONValue.integer)) }
        let scoring = tool.handScoring
        return .object([
            ("start", whole(scoring.startPoints)),
            (
                "items",
                .array(
                    tool.classifier.items.indices.map { place in
                        .object([
                            ("item", .string(tool.classifier.items[place].name)),
                            ("answers", .array(scoring.points[place].map(whole))),
                            ("open", whole(scoring.openPoints[place]))
                        ])
                    })
            ), ("agreement", .number(scoring.agreement))
        ])
    }

    private var assessment: JSONValue {
        let value = tool.assessment
        return .object([
            ("accuracy", .number(value.accuracy)), ("accuracy_se", .optional(value.accuracyError)),
            ("largest_share", .number(value.largestShare)), ("log_loss", .number(value.logLoss)),
            ("unplaced_share", .number(value.unplacedShare)), ("n", .integer(value.count)),
            ("confusion", Self.confusion(value.confusion))
        ])
    }

    private static func confusion(_ confusion: ConfusionMatrix) -> JSONValue {
        let size = confusion.codes.count
        let errors = (0..<size).map { k in
            JSONValue.numbers((0..<size).map { confusion.standardError(placed: $0, segment: k) ?? 0 })
        }
        return .object([
            (
                "placed_by_segment",
                .array((0..<size).map { k in .numbers((0..<size).map { confusion.share(placed: $0, segment: k) }) })
            ), ("standard_errors", confusion.covariance == nil ? .null : .array(errors)),
            ("covariance", confusion.covariance.map { .array($0.rowArrays.map(JSONValue.numbers)) } ?? .null),
            ("n", .array(confusion.counts.map(JSONValue.integer))), ("df", .integer(confusion.degreesOfFreedom))
        ])
    }

    private static func localized(_ text: LocalizedText) -> JSONValue {
        if text.byLanguage.count == 1, let everywhere = text.byLanguage[""] { return .string(everywhere) }
        return .object(text.byLanguage.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }
}
