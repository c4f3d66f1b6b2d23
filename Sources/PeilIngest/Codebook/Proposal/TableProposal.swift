import PeilTable

/// A proposal from answers in delimited text: a Qualtrics or LimeSurvey export, or any other.
enum TableProposal {
    static func propose(_ bytes: [UInt8], language: String) throws(IngestError) -> CodebookProposal {
        // Without a header every row is data: question texts and import codes can be looked at.
        let records = try CSVReader.sniff(
            bytes, declared: DialectDeclaration(headerLines: 0), limits: CSVLimits(columns: 65_536))
        guard records.rowCount > 0 else {
            throw IngestError(
                "NO_COLUMNS", "The file has no header that a codebook could be made from.", line: 1,
                remedy: "Export with the names of the columns in the first record.")
        }
        let header = (0..<records.columnCount).map { HeaderMatch.cleaned(records.text(0, $0)) }
        let described = descriptionRows(records)
        var proposal = CodebookProposal(name: "", languages: [language])
        proposal.csv = csv(records.dialect, descriptionRows: described)
        proposal.remarks = [program(header, described)]
        remark(on: records, described, &proposal)
        var facts: [ColumnFacts] = []
        var seen: Set<String> = []
        for (column, name) in header.enumerated() {
            guard !name.isEmpty, seen.insert(name).inserted else {
                proposal.remarks.append("check: column \(column + 1) has no name of its own and is left out.")
                continue
            }
            let cells = ColumnFacts(records, column: column, from: 1 + described)
            var variable = ProposedVariable(column: name, type: .text)
            if described > 0 {
                let text = CodebookImport.plainText(records.text(1, column))
                if !text.isEmpty, text != name { variable.wording = [language: text] }
            }
            TypeGuess(facts: cells, language: language).apply(to: &variable)
            variable.days = variable.type == .date ? cells.days : nil
            proposal.variables.append(variable)
            facts.append(cells)
        }
        ResponseBlocks(language: language).mark(&proposal.variables, facts)
        return proposal
    }

    /// Rows under the header up to the one with Qualtrics' import codes; 0 where there is none.
    private static func descriptionRows(_ records: CSVRecords) -> Int {
        for row in 1..<max(1, min(5, records.rowCount)) {
            let cells = (0..<records.columnCount).map { records.text(row, $0) }
            let codes = cells.count { $0.utf8.starts(with: "{\"ImportId\":".utf8) }
            if codes > 0, codes * 2 >= cells.count { return row }
        }
        return 0
    }

    private static func csv(_ dialect: CSVDialect, descriptionRows: Int) -> [(key: String, value: String)] {
        var keys = [
            (key: "encoding", value: dialect.encoding),
            (
                key: "delimiter",
                value: dialect.delimiter == Ascii.tab ? "tab" : YAMLText.quoted(character(dialect.delimiter))
            ),
            (key: "decimal", value: YAMLText.quoted(character(dialect.decimal)))
        ]
        if descriptionRows > 0 { keys.append((key: "description_rows", value: "\(descriptionRows)")) }
        return keys
    }

    private static func program(_ header: [String], _ described: Int) -> String {
        if described > 0 {
            return "Read as a Qualtrics export: question texts and import codes stand under the header."
        }
        let isLimeSurvey =
            header.contains { $0.hasSuffix("]") && $0.contains("[") }
            || header.contains("lastpage") && header.contains("submitdate")
        return isLimeSurvey
            ? "Read as a LimeSurvey export of answers; its structure file (.lss) would give the texts and labels."
            : "Read as delimited text: nothing but the cells tells what a column is."
    }

    private static func remark(on records: CSVRecords, _ described: Int, _ proposal: inout CodebookProposal) {
        let count = records.rowCount - 1 - described
        let step = ColumnFacts.step(of: count)
        proposal.remarks.append(
            "\(count) records were looked at\(step > 1 ? ", one in \(step) of them for codes: rare ones may be absent" : "")."
        )
        if !records.badRecords.isEmpty {
            proposal.remarks.append("check: \(records.badRecords.count) records could not be read; see peil inspect.")
        }
    }
}
