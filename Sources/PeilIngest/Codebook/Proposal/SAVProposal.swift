import PeilTable

/// A proposal from an SPSS file: its labels and missing values are taken as they are; guesses fill what it leaves open.
struct SAVProposal {
    private let dictionary: SAVDictionary
    private let language: String
    /// Unlabelled codes beside labelled ones, up to which a variable is still a list of codes.
    private static let codeLimit = 15

    static func propose(_ bytes: [UInt8], language: String) throws(IngestError) -> CodebookProposal {
        let read = try SAVReader.delimitedText(bytes)
        let records = try CSVReader.sniff(
            read.bytes, declared: SurveyFile.canonical, limits: CSVLimits(columns: 65_536))
        let maker = SAVProposal(dictionary: read.dictionary, language: language)
        var proposal = CodebookProposal(name: "", languages: [language])
        proposal.remarks = [
            "An SPSS file of \(read.dictionary.recordCount) records, \(read.dictionary.variables.count) variables, character set \(printable(read.dictionary.encoding))."
        ]
        var facts: [ColumnFacts] = []
        for (column, variable) in read.dictionary.variables.enumerated() {
            let cells = ColumnFacts(records, column: column, from: 0)
            proposal.variables.append(maker.proposed(variable, cells))
            facts.append(cells)
        }
        maker.markResponseSets(&proposal.variables)
        ResponseBlocks(language: language).mark(&proposal.variables, facts)
        return proposal
    }

    private func proposed(_ variable: SAVVariable, _ facts: ColumnFacts) -> ProposedVariable {
        var result = ProposedVariable(column: variable.name, type: .number)
        let wording = CodebookImport.plainText(variable.label)
        if !wording.isEmpty { result.wording = [language: wording] }
        setType(&result, variable, facts)
        result.days = result.type == .date ? facts.days : nil
        if result.type != .text { setAbsences(&result, variable) }
        return result
    }

    // MARK: Types

    private func setType(_ result: inout ProposedVariable, _ variable: SAVVariable, _ facts: ColumnFacts) {
        if variable.name == dictionary.weight {
            result.type = .weight
            return
        }
        switch variable.kind {
        case .date, .dateTime:
            result.type = .date
            return
        case .duration:
            result.type = facts.isWhole ? .int : .number
            result.unit = "s"
            return
        case .number, .text: break
        }
        let options = variable.valueLabels.filter { label in
            !variable.missing.contains { $0.covers(label.code, label.number) }
        }
        let hint = ColumnNames.hint(variable.name)
        if !options.isEmpty, hint != .personal, hint != .identifier {
            return setOptions(&result, variable, options, facts)
        }
        guard variable.kind == .text || hint != nil || variable.measure != .scale else {
            result.type = facts.isWhole || facts.present == 0 ? .int : .number
            return
        }
        TypeGuess(facts: facts, language: language).apply(to: &result)
        // The file itself tells which values are missing.
        if result.type == .int || result.type == .number { result.checks = [] }
        // What SPSS calls missing is no option.
        result.options.removeAll { option in
            variable.missing.contains { $0.covers(option.code, Double(option.code)) }
        }
        if result.type == .code, result.options.isEmpty { result.type = variable.kind == .text ? .text : .int }
    }

    private func setOptions(
        _ result: inout ProposedVariable, _ variable: SAVVariable, _ options: [SAVValueLabel], _ facts: ColumnFacts
    ) {
        let labelled = Set(variable.valueLabels.map(\.code))
        let bare =
            facts.hasMany
            ? []
            : facts.values.filter { value in
                !labelled.contains(value) && !variable.missing.contains { $0.covers(value, Double(value)) }
            }
        if facts.hasMany || bare.count > Self.codeLimit || !bare.isEmpty && (variable.kind == .text || !facts.isWhole) {
            result.type = variable.kind == .text ? .text : facts.isWhole ? .int : .number
            result.checks.append("labels stand on \(options.count) of its values only: a number, or a code?")
            return
        }
        result.type = ColumnNames.hint(variable.name) == .region ? .region : .code
        result.options = options.map { .init(code: $0.code, label: [language: CodebookImport.plainText($0.label)]) }
        if !bare.isEmpty {
            result.options = (result.options + bare.map { .init(code: $0, label: [:]) })
                .sorted { (Double($0.code) ?? .infinity) < (Double($1.code) ?? .infinity) }
            result.checks.append("codes \(bare.map(printable).joined(separator: ", ")) have no label.")
        }
        result.moveAbsences()
        if result.options.isEmpty { result.type = .int }
    }

    // MARK: Missing values

    /// Codes that SPSS calls missing, with the reason that their label gives; ranges by the codes that are labelled or occur.
    private func setAbsences(_ result: inout ProposedVariable, _ variable: SAVVariable) {
        var codes: [String] = []
        for missing in variable.missing {
            if case .code(let code) = missing { codes.append(code) }
            codes += variable.valueLabels.filter { missing.covers($0.code, $0.number) }.map(\.code)
        }
        codes += variable.missingCodesFound
        var unclear: [String] = []
        for code in codes where !code.isEmpty && !result.absences.contains(where: { $0.code == code }) {
            let label = variable.valueLabels.first { $0.code == code }?.label ?? ""
            let reason = AbsenceWords.reason(label)
            if reason == nil { unclear.append(code) }
            result.absences.append(
                .init(
                    code: code, reason: reason ?? .notAnswered,
                    label: label.isEmpty ? [:] : [language: CodebookImport.plainText(label)]))
        }
        guard !unclear.isEmpty else { return }
        let list = unclear.map(printable).joined(separator: ", ")
        result.note = "SPSS calls \(list) missing without a reason that can be read"
        result.checks.append("why is there no answer at \(list)?")
    }

    // MARK: Multiple response

    private func markResponseSets(_ variables: inout [ProposedVariable]) {
        for set in dictionary.responseSets where set.countedValue == "1" {
            for name in set.variables {
                guard let index = variables.firstIndex(where: { $0.column == name }), variables[index].group == nil
                else {
                    continue
                }
                variables[index].type = .multi
                variables[index].group = CodebookProposal.identifier(set.name)
                variables[index].emptyMeansUnticked = true
                variables[index].checks = []
                ResponseBlocks.setTicked(&variables[index], language)
            }
        }
    }
}
