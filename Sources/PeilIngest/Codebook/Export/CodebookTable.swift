import PeilTable

/// A codebook as rows that people read in a spreadsheet: one for each question, each of its answers and each code of
/// absence, then the derived variables.
public struct CodebookTable: Sendable {
    public struct Row: Sendable, Equatable {
        public let variable: String
        /// Empty for the question itself.
        public let code: String
        /// By language of the codebook, in its order.
        public let labels: [String]
        /// `question`, `answer`, `derived`, or a reason of absence such as `refused`.
        public let kind: String
        /// The type of a question; empty for its answers.
        public let type: String
    }

    public let languages: [String]
    public private(set) var rows: [Row] = []

    public init(_ codebook: Codebook) {
        languages = codebook.languages.isEmpty ? [""] : codebook.languages
        for variable in codebook.variables {
            add(variable.id, "", variable.wording, "question", variable.type.rawValue)
            addAnswers(variable.categories, of: variable.id)
            for code in variable.missing.keys.sorted() {
                add(variable.id, code, LocalizedText([:]), variable.missing[code]?.codebookWord ?? "", "")
            }
        }
        for derived in codebook.derived {
            add(derived.variable.name, "", derived.variable.wording, "derived", "")
            switch derived.form {
            case .bands(_, _, let categories), .recode(_, _, let categories, _), .test(_, _, let categories):
                addAnswers(categories, of: derived.variable.name)
            default: break
            }
        }
    }

    private mutating func add(
        _ variable: String, _ code: String, _ label: LocalizedText, _ kind: String, _ type: String
    ) {
        let labels = languages.map { label.text(in: $0) ?? "" }
        rows.append(Row(variable: variable, code: code, labels: labels, kind: kind, type: type))
    }

    private mutating func addAnswers(_ categories: [Category], of variable: String) {
        for category in categories { add(variable, category.code, category.label, "answer", "") }
    }

    /// Comma, quotes where needed, LF. A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    public var csv: String {
        let header = ["variable", "code"] + languages.map { $0.isEmpty ? "label" : "label_\($0)" } + ["kind", "type"]
        let lines = [header] + rows.map { [$0.variable, $0.code] + $0.labels.map(Self.harmless) + [$0.kind, $0.type] }
        return lines.map { $0.map(Self.cell).joined(separator: ",") + "\n" }.joined()
    }

    private static func harmless(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) else { return text }
        return "'" + text
    }

    private static func cell(_ text: String) -> String {
        let needsQuotes = text.utf8.contains {
            [Ascii.comma, Ascii.quote, Ascii.lineFeed, Ascii.carriageReturn].contains($0)
        }
        return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}
