import Foundation
import PeilIngest
import PeilStudy

/// A comparison of codebooks for people and for programs.
struct CodebookDiffText {
    let comparison: CodebookComparison
    let old: String
    let new: String

    init(_ comparison: CodebookComparison, old: String, new: String) {
        self.comparison = comparison
        self.old = old
        self.new = new
    }

    var text: String {
        let counts = [CodebookVerdict.breaking, .cosmetic, .identical].map { verdict in
            "\(comparison.questions.count { comparison.verdict(of: $0) == verdict }) \(verdict.rawValue)"
        }
        var lines = ["\(old) → \(new): \(comparison.verdict.rawValue) (\(counts.joined(separator: ", ")))"]
        for difference in comparison.differences {
            lines.append(
                "\(difference.verdict.rawValue) \(difference.question) [\(difference.kind.rawValue)]: \(difference.message)"
                    + place(old, difference.oldLine) + place(new, difference.newLine))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func place(_ file: String, _ line: Int?) -> String { line.map { " \(file):\($0)" } ?? "" }

    /// Schema peil-codebook-diff-1.
    var json: String {
        func place(_ file: String, _ line: Int?) -> JSONValue {
            line.map { .object([("file", .string(file)), ("line", .integer($0))]) } ?? .null
        }
        return JSONValue.object([
            ("schema", "peil-codebook-diff-1"), ("old", .string(old)), ("new", .string(new)),
            ("verdict", .string(comparison.verdict.rawValue)),
            ("breaking_questions", .strings(comparison.breakingQuestions)),
            (
                "questions",
                .array(
                    comparison.questions.map {
                        .object([("id", .string($0)), ("verdict", .string(comparison.verdict(of: $0).rawValue))])
                    })
            ),
            (
                "differences",
                .array(
                    comparison.differences.map {
                        .object([
                            ("question", .string($0.question)), ("kind", .string($0.kind.rawValue)),
                            ("verdict", .string($0.verdict.rawValue)), ("message", .string($0.message)),
                            ("old", place(old, $0.oldLine)), ("new", place(new, $0.newLine))
                        ])
                    })
            )
        ]).text
    }
}

/// A codebook as JSON, schema peil-codebook-1: each question with its answers and codes of absence.
enum CodebookJSON {
    static func text(_ table: CodebookTable, of codebook: Codebook) -> String {
        func labels(_ row: CodebookTable.Row) -> JSONValue {
            .object(zip(table.languages, row.labels).filter { !$1.isEmpty }.map { ($0, .string($1)) })
        }
        var variables: [JSONValue] = []
        var index = table.rows.startIndex
        while index < table.rows.endIndex {
            let head = table.rows[index]
            let rest = table.rows[(index + 1)...].prefix { !$0.code.isEmpty }
            func entries(
                _ isWanted: (CodebookTable.Row) -> Bool, _ more: (CodebookTable.Row) -> [(String, JSONValue)]
            ) -> JSONValue {
                .array(rest.filter(isWanted).map { .object([("code", .string($0.code))] + more($0)) })
            }
            variables.append(
                .object([
                    ("id", .string(head.variable)), ("kind", .string(head.kind)), ("type", .string(head.type)),
                    ("label", labels(head)),
                    ("answers", entries({ $0.kind == "answer" }) { [("label", labels($0))] }),
                    ("missing", entries({ $0.kind != "answer" }) { [("kind", .string($0.kind))] })
                ]))
            index = rest.endIndex
        }
        return JSONValue.object([
            ("schema", "peil-codebook-1"), ("codebook", .string(codebook.name)),
            ("languages", .strings(codebook.languages)), ("variables", .array(variables))
        ]).text
    }
}
