import PeilTable

extension CodebookProposal {
    /// The proposal as a codebook file. Doubtful lines stand below a comment `# check:`.
    public func yaml() -> String {
        var lines = remarks.map { "# " + Self.comment($0) }
        lines.append("codebook: \(YAMLText.scalar(name))")
        lines.append("languages: [\(languages.map(YAMLText.scalar).joined(separator: ", "))]")
        if !csv.isEmpty { lines.append("csv: {\(csv.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}") }
        lines += ["", "variables:"]
        for variable in variables { lines += self.lines(variable) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func lines(_ variable: ProposedVariable) -> [String] {
        var lines = variable.checks.map { "# check: " + Self.comment($0) }
        lines.append("- id: \(YAMLText.scalar(variable.id))")
        if variable.column != variable.id { lines.append("  column: \(YAMLText.scalar(variable.column))") }
        lines.append("  type: \(variable.type.rawValue)")
        for language in languages {
            if let text = variable.wording[language] {
                lines.append("  \(YAMLText.scalar(language)): \(YAMLText.scalar(text))")
            }
        }
        if variable.options.allSatisfy({ $0.label.isEmpty }), !variable.options.isEmpty {
            lines.append("  labels: [\(variable.options.map { YAMLText.scalar($0.code) }.joined(separator: ", "))]")
        } else if !variable.options.isEmpty {
            lines.append("  labels:")
            for option in variable.options { lines.append("  - {\(entry(option.code, nil, option.label))}") }
        }
        if !variable.absences.isEmpty {
            lines.append("  missing:")
            for absence in variable.absences {
                lines.append("  - {\(entry(absence.code, absence.reason, absence.label))}")
            }
        }
        if !variable.aliases.isEmpty {
            lines.append("  aliases:")
            for alias in variable.aliases {
                let spellings = alias.spellings.map(YAMLText.scalar).joined(separator: ", ")
                lines.append("    \(YAMLText.scalar(alias.code)): [\(spellings)]")
            }
        }
        return lines + rules(variable)
    }

    private func rules(_ variable: ProposedVariable) -> [String] {
        var lines: [String] = []
        if let group = variable.group { lines.append("  group: \(YAMLText.scalar(group))") }
        if variable.emptyMeansUnticked { lines.append("  empty: not_ticked") }
        if let separator = variable.separator { lines.append("  separator: \(YAMLText.quoted(separator))") }
        if let pattern = variable.pattern { lines.append("  pattern: \(YAMLText.quoted(pattern))") }
        if let unit = variable.unit { lines.append("  unit: \(YAMLText.scalar(unit))") }
        if variable.isRequired { lines.append("  required: true") }
        if variable.isUnique { lines.append("  unique: true") }
        if variable.isPersonal { lines.append("  personal: dropped") }
        if let note = variable.note { lines.append("  note: \(YAMLText.scalar(note))") }
        return lines
    }

    private func entry(_ code: String, _ reason: MissingReason?, _ label: [String: String]) -> String {
        var parts = ["code: \(YAMLText.scalar(code))"]
        if let reason { parts.append("kind: \(reason.codebookWord)") }
        for language in languages {
            if let text = label[language] { parts.append("\(YAMLText.scalar(language)): \(YAMLText.quoted(text))") }
        }
        return parts.joined(separator: ", ")
    }

    /// A comment is one line, whatever a label holds.
    private static func comment(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { YAMLText.isPlain($0) ? $0 : " " }))
    }
}

/// Texts as YAML reads them back.
public enum YAMLText {
    private static let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]

    /// Plain where that is safe, between quotes elsewhere.
    public static func scalar(_ text: String) -> String {
        let isName =
            text.utf8.first.map { Ascii.isLetter($0) || $0 == UInt8(ascii: "_") } ?? false
            && text.utf8.allSatisfy { Ascii.isLetter($0) || Ascii.isDigit($0) || $0 == UInt8(ascii: "_") }
        let isNumber = !text.isEmpty && text.utf8.count <= 9 && text.utf8.allSatisfy(Ascii.isDigit)
        return isNumber || isName && !words.contains(text.lowercased()) ? text : quoted(text)
    }

    public static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if isPlain(scalar) {
                    result.unicodeScalars.append(scalar)
                } else {
                    let digits = String(scalar.value, radix: 16, uppercase: true)
                    result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
                }
            }
        }
        return result + "\""
    }

    /// A character that shows: no control character, no invisible one that turns or breaks a line.
    static func isPlain(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}
