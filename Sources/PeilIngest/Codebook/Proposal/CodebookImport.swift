/// Proposes a codebook from what a survey program delivers: an SPSS file, a LimeSurvey structure (.lss or its
/// tab-separated .txt), a Qualtrics or LimeSurvey export of answers, or any delimited text.
/// Answers of respondents enter it only as codes of columns with few distinct values.
public enum CodebookImport {
    public static let languages = ["nl", "en"]

    /// `language`: that of the texts in the file, where the file does not say.
    /// The proposal is read back as a codebook before it is returned. Errors: those of reading the file (65, 66, 77,
    /// 74); NO_COLUMNS.
    public static func propose(path: String, language: String) throws(IngestError) -> CodebookProposal {
        let bytes = try FileBytes.read(path)
        do {
            var proposal = try propose(bytes, language: language)
            proposal.name = name(path)
            proposal.remarks.insert(
                "Proposed from \(proposal.name). Read it through; a line under `# check:` is a guess.", at: 0)
            proposal.settleIdentifiers()
            _ = try Codebook.load(yaml: proposal.yaml(), file: "the proposal")
            return proposal
        } catch { throw error.naming(file: path) }
    }

    static func propose(_ bytes: [UInt8], language: String) throws(IngestError) -> CodebookProposal {
        if SAVStructure.isSAV(bytes) { return try SAVProposal.propose(bytes, language: language) }
        if let survey = try LimeSurveyStructure.read(bytes) { return survey.proposal(fallback: language) }
        return try TableProposal.propose(bytes, language: language)
    }

    /// The file's name without its folder and its extension.
    private static func name(_ path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = file.lastIndex(of: "."), dot > file.startIndex else { return printable(file) }
        return printable(String(file[..<dot]))
    }

    /// A question's text as people read it: without markup, in one line.
    static func plainText(_ text: String) -> String {
        var result = ""
        var isTag = false
        for character in text {
            if character == "<" {
                isTag = true
            } else if character == ">", isTag {
                isTag = false
                result += " "
            } else if !isTag {
                result.append(character)
            }
        }
        // A lone "<" is a sign, not markup.
        if isTag { result = text }
        for (entity, sign) in [
            ("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")
        ] {
            result = result.replacing(entity, with: sign)
        }
        return result.split { $0.isWhitespace }.joined(separator: " ")
    }
}
