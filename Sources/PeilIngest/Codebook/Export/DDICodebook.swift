import PeilTable

/// A codebook as DDI Codebook 2.5 (ddialliance.org), the XML in which survey archives exchange their metadata.
public struct DDICodebook: Sendable {
    private let codebook: Codebook

    public init(_ codebook: Codebook) { self.codebook = codebook }

    public var xml: String {
        let title = codebook.name.isEmpty ? "codebook" : codebook.name
        var lines = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<codeBook xmlns=\"ddi:codebook:2_5\" version=\"2.5\"\(languageAttribute(codebook.languages.first))>",
            "  <stdyDscr><citation><titlStmt><titl>\(Self.text(title))</titl></titlStmt></citation></stdyDscr>",
            "  <dataDscr>"
        ]
        for variable in codebook.variables { lines += self.lines(variable) }
        return (lines + ["  </dataDscr>", "</codeBook>"]).joined(separator: "\n") + "\n"
    }

    private func lines(_ variable: CodebookVariable) -> [String] {
        let isDiscrete = [.code, .multi, .region].contains(variable.type)
        var lines = [
            "    <var ID=\"\(Self.text(CodebookProposal.identifier(variable.id)))\" name=\"\(Self.text(variable.id))\""
                + " intrvl=\"\(isDiscrete ? "discrete" : "contin")\"\(variable.type == .weight ? " wgt=\"wgt\"" : "")>"
        ]
        for (attribute, text) in texts(variable.wording) {
            lines.append("      <labl\(attribute)>\(Self.text(text))</labl>")
        }
        for (attribute, text) in texts(variable.wording) {
            lines.append("      <qstn><qstnLit\(attribute)>\(Self.text(text))</qstnLit></qstn>")
        }
        if variable.type != .date, variable.minimum != nil || variable.maximum != nil {
            let bounds = [("min", variable.minimum), ("max", variable.maximum)]
                .compactMap { name, value in value.map { " \(name)=\"\(shortestText($0))\"" } }
            lines.append("      <valrng><range\(bounds.joined())/></valrng>")
        }
        for category in variable.categories {
            lines.append(
                "      <catgry><catValu>\(Self.text(category.code))</catValu>\(labels(category.label))</catgry>")
        }
        for code in variable.missing.keys.sorted() {
            let word = variable.missing[code]?.codebookWord ?? ""
            lines.append(
                "      <catgry missing=\"Y\" missType=\"\(word)\"><catValu>\(Self.text(code))</catValu></catgry>")
        }
        lines.append(
            "      <varFormat type=\"\([.int, .number, .weight].contains(variable.type) ? "numeric" : "character")\"/>")
        return lines + ["    </var>"]
    }

    private func labels(_ label: LocalizedText) -> String {
        texts(label).map { "<labl\($0)>\(Self.text($1))</labl>" }.joined()
    }

    /// Each text with its xml:lang attribute, in the order of the codebook's languages.
    private func texts(_ text: LocalizedText) -> [(String, String)] {
        if let everywhere = text.byLanguage[""] { return [("", everywhere)] }
        return codebook.languages.compactMap { language in
            text.byLanguage[language].map { (languageAttribute(language), $0) }
        }
    }

    private func languageAttribute(_ language: String?) -> String {
        language.map { $0.isEmpty ? "" : " xml:lang=\"\(Self.text($0))\"" } ?? ""
    }

    /// Text as XML holds it; control characters, which it cannot hold, become spaces.
    private static func text(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
            }
        }
        return result
    }
}
