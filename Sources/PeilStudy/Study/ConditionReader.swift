import PeilIngest
import PeilTable

/// Names and conditions of study.yaml that must fit the codebook.
struct ConditionReader {
    private let names: CodebookNames

    init(_ names: CodebookNames) { self.names = names }

    /// Names that the codebook knows, and that are answers: no identifiers, open texts, dates or weights.
    func check(_ section: Section, _ key: String, _ wanted: [String]) throws {
        for name in wanted {
            guard names.all.contains(name) else {
                throw section.failure(
                    "UNKNOWN_VARIABLE", key, "The codebook has no '\(name)'",
                    remedy: nearestName(to: name, among: names.all).map { "did you mean '\($0)'?" }
                        ?? "check the codebook")
            }
            guard let type = names.codebook.variable(name)?.type, [.id, .text, .date, .weight].contains(type) else {
                continue
            }
            throw section.failure(
                "NOT_A_QUESTION", key, "'\(name)' holds \(Self.words(type)), not answers",
                remedy: "name closed questions or numbers")
        }
    }

    private static func words(_ type: VariableType) -> String {
        switch type {
        case .id: "identifiers"
        case .text: "open text"
        case .date: "dates"
        default: "weights"
        }
    }

    /// A condition in the codebook's language, its variables known and the codes that it compares with too.
    func condition(_ section: Section, _ key: String, _ text: String) throws -> JudgedConditions {
        guard let condition = JudgedConditions(text) else {
            let isName = text.utf8.allSatisfy { $0 == 95 || (48...57).contains($0) || (97...122).contains($0 | 32) }
            if isName { try check(section, key, [text]) }
            throw section.fail(
                key, "a condition",
                remedy: "write `name in [1, 2]`, `name == 1`, `name >= 1` or `name answered`, joined by `and`")
        }
        try check(section, key, condition.variables)
        for (variable, codes) in condition.comparedCodes {
            guard let known = names.categories(variable)?.map(\.code), !known.isEmpty,
                let stranger = codes.first(where: { !known.contains($0) })
            else { continue }
            throw section.failure(
                "UNKNOWN_LEVEL", key, "'\(variable)' has no answer '\(stranger)'",
                remedy: "answers are: \(known.prefix(12).joined(separator: ", "))")
        }
        return condition
    }
}

extension Section {
    /// An error of its own class at a key.
    func failure(_ code: String, _ key: String, _ message: String, remedy: String) -> Failure {
        let place = node(key)?.mark ?? mark
        return Failure(
            code, message, file: file, line: place?.line, column: place?.column, remedy: remedy,
            exitCode: ExitStatus.configuration)
    }
}
