public import PeilIngest
public import PeilStatistics
public import PeilTable

/// The words of a typing tool: questions as they were put, their answers, and what the segments are called.
public struct TypingToolTexts: Sendable, Equatable {
    /// One an item.
    public let questions: [LocalizedText]
    /// By item, one an answer.
    public let answers: [[LocalizedText]]
    /// One a segment, without those who cannot be placed.
    public let segments: [LocalizedText]

    public init(questions: [LocalizedText], answers: [[LocalizedText]], segments: [LocalizedText]) {
        self.questions = questions
        self.answers = answers
        self.segments = segments
    }

    /// - Parameters:
    ///   - tool: the questions and how they place people.
    ///   - codebook: what is asked, word for word.
    ///   - segmentLabels: by code; segments without one go by their code.
    ///   - file: for messages.
    /// - Throws: `Failure` NOT_A_QUESTION for an item that the codebook does not ask.
    public init(_ tool: TypingTool, codebook: Codebook, segmentLabels: [String: LocalizedText], file: String) throws {
        let variables = try tool.classifier.items.map { item in
            guard let variable = codebook.variable(item.name), !variable.wording.isEmpty else {
                throw Failure(
                    "NOT_A_QUESTION", "'\(item.name)' is no question of the codebook, so nobody else can ask it",
                    file: file, remedy: "choose candidates among the questions, or give it a `wording`",
                    exitCode: ExitStatus.configuration)
            }
            return variable
        }
        questions = variables.map(\.wording)
        answers = zip(tool.classifier.items, variables).map { item, variable in
            item.categories.map { code in
                variable.categories.first { $0.code.utf8.elementsEqual(code.utf8) }?.label
                    ?? LocalizedText(everywhere: code)
            }
        }
        segments = tool.codes.dropLast().map { segmentLabels[$0] ?? LocalizedText(everywhere: $0) }
    }
}

extension TypingToolFile {
    /// Items that a codebook does not ask in the words of the tool: the question or an answer reads otherwise, or is
    /// not there. Placing people by other questions is at one's own risk.
    public func otherQuestions(than codebook: Codebook) -> [String] {
        tool.classifier.items.enumerated().filter { place, item in
            guard let variable = codebook.variable(item.name), variable.wording == texts.questions[place] else {
                return true
            }
            let labels = variable.categories.map { ($0.code, $0.label) }
            return zip(item.categories, texts.answers[place]).contains { code, label in
                labels.first { $0.0.utf8.elementsEqual(code.utf8) }.map { $0.1 != label } ?? true
            }
        }.map(\.element.name)
    }
}
