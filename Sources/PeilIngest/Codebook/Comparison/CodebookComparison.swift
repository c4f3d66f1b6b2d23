import PeilTable

/// Every difference between two codebooks of one study, question by question, each told apart by whether it can change
/// what an answer means.
public struct CodebookComparison: Sendable {
    /// In the order of the new codebook; questions that it lacks come last.
    public private(set) var differences: [CodebookDifference] = []
    /// All questions and derived variables of both, in the same order.
    public private(set) var questions: [String] = []

    private var worst: [String: CodebookVerdict] = [:]

    public init(old: Codebook, new: Codebook) {
        questions = new.variables.map(\.id) + new.derived.map(\.variable.name)
        compareVariables(old, new)
        compareDerived(old, new)
        let known = Set(questions)
        for variable in old.variables where !known.contains(variable.id) {
            questions.append(variable.id)
            note(variable.id, .removed, .breaking, "The question is gone.", variable.line, nil)
        }
        for derived in old.derived where !known.contains(derived.variable.name) {
            questions.append(derived.variable.name)
            note(derived.variable.name, .removed, .breaking, "The derived variable is gone.", derived.line, nil)
        }
    }

    public func verdict(of question: String) -> CodebookVerdict { worst[question] ?? .identical }

    /// The worst of all questions.
    public var verdict: CodebookVerdict { worst.values.max() ?? .identical }

    /// Questions and derived variables whose answers before and after may not be compared.
    public var breakingQuestions: [String] { questions.filter { verdict(of: $0) == .breaking } }

    mutating func note(
        _ question: String, _ kind: CodebookDifference.Kind, _ verdict: CodebookVerdict, _ message: String,
        _ oldLine: Int?, _ newLine: Int?
    ) {
        guard verdict != .identical else { return }
        differences.append(
            CodebookDifference(
                question: question, kind: kind, verdict: verdict, message: message, oldLine: oldLine, newLine: newLine))
        worst[question] = max(worst[question] ?? .identical, verdict)
    }

    // MARK: Questions

    private mutating func compareVariables(_ old: Codebook, _ new: Codebook) {
        let moved = Self.moved(from: old.variables.map(\.id), to: new.variables.map(\.id))
        for variable in new.variables {
            guard let before = old.variable(variable.id) else {
                note(variable.id, .added, .cosmetic, "The question is new.", nil, variable.line)
                continue
            }
            for finding in QuestionComparison(old: before, new: variable).findings {
                note(variable.id, finding.kind, finding.verdict, finding.message, before.line, variable.line)
            }
            let (first, second) = (Self.modes(before, old), Self.modes(variable, new))
            if first != second {
                note(
                    variable.id, .mode, .breaking,
                    "It was put by \(Self.list(first)) and now by \(Self.list(second)).", before.line, variable.line)
            }
            if moved.contains(variable.id) {
                note(
                    variable.id, .questionOrder, .cosmetic, "It stands at another place among the questions.",
                    before.line, variable.line)
            }
        }
    }

    private static func modes(_ variable: CodebookVariable, _ codebook: Codebook) -> Set<String> {
        Set(variable.modes.isEmpty ? codebook.modes : variable.modes)
    }

    private static func list(_ modes: Set<String>) -> String {
        modes.isEmpty ? "a mode that is not declared" : modes.sorted().joined(separator: ", ")
    }

    /// Names that must move to turn one order into the other: those outside the longest common run in order.
    static func moved(from old: [String], to new: [String]) -> Set<String> {
        let place = Dictionary(old.enumerated().map { ($1, $0) }) { first, _ in first }
        let common = new.filter { place[$0] != nil }
        // Patience sorting: the smallest last place of an ordered run of each length, and the way back.
        var ends: [Int] = []
        var previous = [Int?](repeating: nil, count: common.count)
        for (index, name) in common.enumerated() {
            let wanted = place[name] ?? 0
            let length = ends.firstIndex { (place[common[$0]] ?? 0) >= wanted } ?? ends.count
            previous[index] = length > 0 ? ends[length - 1] : nil
            if length == ends.count { ends.append(index) } else { ends[length] = index }
        }
        var kept: Set<String> = []
        var index = ends.last
        while let current = index {
            kept.insert(common[current])
            index = previous[current]
        }
        return Set(common).subtracting(kept)
    }

    // MARK: Derived variables

    private mutating func compareDerived(_ old: Codebook, _ new: Codebook) {
        for derived in new.derived {
            let name = derived.variable.name
            guard let before = old.derived.first(where: { $0.variable.name == name }) else {
                note(name, .added, .cosmetic, "The derived variable is new.", nil, derived.line)
                continue
            }
            let wording = WordingComparison.verdict(before.variable.wording, derived.variable.wording)
            // Its name is not put to anybody.
            note(name, .wording, min(wording, .cosmetic), "Its name reads otherwise.", before.line, derived.line)
            if before.form != derived.form {
                note(name, .derivation, .breaking, "It is made in another way.", before.line, derived.line)
            }
            let broken = derived.inputs.filter { verdict(of: question(of: $0, in: new)) == .breaking }
            if !broken.isEmpty {
                note(
                    name, .inputs, .breaking, "It follows from \(broken.joined(separator: ", ")), which changed.",
                    before.line, derived.line)
            }
        }
    }

    /// The question behind a name that a derivation reads: an option of a multiple response stands for the whole.
    private func question(of input: String, in codebook: Codebook) -> String {
        if codebook.variable(input) != nil { return input }
        return codebook.variables.first { $0.type == .multi && input.hasPrefix($0.id + "_") }?.id ?? input
    }
}
