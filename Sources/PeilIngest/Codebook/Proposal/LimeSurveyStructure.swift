import PeilTable

/// The questions of a LimeSurvey survey, as its structure files describe them: `.lss` (XML) or the tab-separated `.txt`.
struct LimeSurveyStructure {
    /// A code with its text by language.
    struct Item {
        var code: String
        var text: [String: String] = [:]
        /// Second scale of a question with two (columns of an array of numbers).
        var scale = "0"
    }

    struct Question {
        var item: Item
        /// LimeSurvey's letter: L list, M multiple choice, F array, N number …
        var type: String
        var subquestions: [Item] = []
        var answers: [Item] = []
        var isMandatory = false
        var hasOther = false
        var relevance = ""
    }

    var questions: [Question] = []
    var languages: [String] = []

    /// nil where the bytes are no such structure. Errors: MALFORMED.
    static func read(_ bytes: [UInt8]) throws(IngestError) -> LimeSurveyStructure? {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let head = String(decoding: bytes[start..<min(bytes.count, start + 400)], as: UTF8.self)
        if head.hasPrefix("<?xml"), head.contains("<LimeSurveyDocType>Survey") {
            return LimeSurveyXML(Array(bytes[start...])).structure()
        }
        let isTable = head.split(separator: "\t").prefix(12).map { $0.filter { $0 != "\"" } }
        guard isTable.contains("class"), isTable.contains("type/scale"), isTable.contains("relevance") else {
            return nil
        }
        return try LimeSurveyTable(bytes).structure()
    }

    // MARK: Proposal

    func proposal(fallback: String) -> CodebookProposal {
        let known = languages.filter { !$0.isEmpty }
        var proposal = CodebookProposal(name: "", languages: known.isEmpty ? [fallback] : known)
        proposal.remarks = [
            "A LimeSurvey structure of \(questions.count) questions. Columns are named as in an export of answers with question codes."
        ]
        for (name, type) in [("id", VariableType.id), ("submitdate", .date)] {
            var variable = ProposedVariable(column: name, type: type)
            variable.isUnique = type == .id
            variable.isRequired = type == .id
            proposal.variables.append(variable)
        }
        for question in questions { proposal.variables += variables(question, proposal.languages) }
        return proposal
    }

    private func variables(_ question: Question, _ languages: [String]) -> [ProposedVariable] {
        var result: [ProposedVariable]
        let scale = question.subquestions.filter { $0.scale == "1" }
        switch question.type {
        case "X", "*", "|": return []
        case "M", "P": result = question.subquestions.map { ticked(question, $0, languages) }
        case "F", "H", "A", "B", "C", "E", "K", "Q":
            result = question.subquestions.map { sub in self.variable(question, sub) }
        case ";", ":":
            result = question.subquestions.filter { $0.scale != "1" }.flatMap { row in
                scale.map { column in
                    var sub = row
                    sub.code += "_" + column.code
                    return self.variable(question, sub)
                }
            }
        case "R":
            result = (1...max(1, question.answers.count)).map { rank in
                var variable = self.variable(question, Item(code: "\(rank)"))
                variable.checks.append("place \(rank) in an order of preference.")
                return variable
            }
        default: result = [self.variable(question, nil)]
        }
        if question.hasOther {
            var other = ProposedVariable(column: question.item.code + "[other]", type: .text)
            other.wording = question.item.text
            result.append(other)
            if ["L", "!"].contains(question.type), result[0].type == .code {
                result[0].options.append(
                    .init(
                        code: "-oth-",
                        label: Dictionary(uniqueKeysWithValues: languages.map { ($0, $0 == "nl" ? "anders" : "other") })
                    ))
            }
        }
        let relevance = question.relevance.filter { !$0.isWhitespace }
        if !relevance.isEmpty, relevance != "1" {
            for index in result.indices {
                result[index].note = "LimeSurvey puts it where: " + question.relevance
                result[index].checks.append("write the condition in its note as ask_if.")
            }
        }
        return result
    }

    private func variable(_ question: Question, _ sub: Item?) -> ProposedVariable {
        let column = sub.map { "\(question.item.code)[\($0.code)]" } ?? question.item.code
        var variable = ProposedVariable(column: column, type: .text)
        variable.wording = Self.wording(question.item.text, sub?.text ?? [:])
        variable.isRequired = question.isMandatory
        func codes(_ codes: [(String, String, String)]) {
            variable.type = .code
            variable.options = codes.map { .init(code: $0.0, label: ["nl": $0.1, "en": $0.2]) }
        }
        switch question.type {
        case "L", "!", "O", "F", "H", "R", "1":
            variable.type = question.answers.isEmpty ? .text : .code
            variable.options = question.answers.map { .init(code: $0.code, label: $0.text) }
            if question.answers.isEmpty { variable.checks.append("the structure lists no answers.") }
            variable.moveAbsences()
        case "Y": codes([("Y", "ja", "yes"), ("N", "nee", "no")])
        case "C": codes([("Y", "ja", "yes"), ("N", "nee", "no"), ("U", "onzeker", "uncertain")])
        case "E": codes([("I", "meer", "increase"), ("S", "gelijk", "same"), ("D", "minder", "decrease")])
        case "G": codes([("F", "vrouw", "female"), ("M", "man", "male")])
        case "A", "5": codes((1...5).map { ("\($0)", "\($0)", "\($0)") })
        case "B": codes((1...10).map { ("\($0)", "\($0)", "\($0)") })
        case "N", "K", ":": variable.type = .number
        case "D": variable.type = .date
        default: variable.type = .text
        }
        if variable.type == .text { variable.isRequired = false }
        return variable
    }

    private func ticked(_ question: Question, _ sub: Item, _ languages: [String]) -> ProposedVariable {
        var variable = ProposedVariable(column: "\(question.item.code)[\(sub.code)]", type: .multi)
        variable.wording = Self.wording(question.item.text, sub.text)
        variable.group = CodebookProposal.identifier(question.item.code)
        variable.emptyMeansUnticked = true
        let words = ["nl": ("niet aangekruist", "aangekruist"), "en": ("not ticked", "ticked")]
        variable.options = [("0", \(String, String).0), ("1", \(String, String).1)].map { code, part in
            .init(code: code, label: words.mapValues { $0[keyPath: part] }.filter { languages.contains($0.key) })
        }
        variable.aliases = [(code: "1", spellings: ["Y"])]
        return variable
    }

    private static func wording(_ question: [String: String], _ sub: [String: String]) -> [String: String] {
        question.merging(sub) { $1.isEmpty ? $0 : $0 + " - " + $1 }
    }
}

/// The tab-separated structure: a row for each question (Q), subquestion (SQ) and answer (A), in each language again.
struct LimeSurveyTable {
    private let records: CSVRecords
    private var columns: [String: Int] = [:]

    init(_ bytes: [UInt8]) throws(IngestError) {
        records = try CSVReader.sniff(
            bytes, declared: DialectDeclaration(delimiter: Ascii.tab, quote: Ascii.quote, headerLines: 1),
            limits: CSVLimits())
        for (column, name) in (records.header ?? []).enumerated() { columns[HeaderMatch.cleaned(name)] = column }
    }

    private func cell(_ row: Int, _ name: String) -> String { columns[name].map { records.text(row, $0) } ?? "" }

    func structure() -> LimeSurveyStructure {
        var result = LimeSurveyStructure()
        var places: [String: Int] = [:]
        var current: Int?
        for row in 0..<records.rowCount {
            let language = cell(row, "language")
            var item = LimeSurveyStructure.Item(code: cell(row, "name"))
            item.text = [language: CodebookImport.plainText(cell(row, "text"))]
            switch cell(row, "class") {
            case "Q":
                if !result.languages.contains(language) { result.languages.append(language) }
                if let place = places[item.code] {
                    result.questions[place].item.text.merge(item.text) { first, _ in first }
                    current = place
                    continue
                }
                current = result.questions.count
                places[item.code] = current
                result.questions.append(
                    .init(
                        item: item, type: cell(row, "type/scale"), isMandatory: cell(row, "mandatory") == "Y",
                        hasOther: cell(row, "other") == "Y", relevance: cell(row, "relevance")))
            case "SQ":
                item.scale = cell(row, "type/scale").isEmpty ? "0" : cell(row, "type/scale")
                if let current { Self.merge(item, into: &result.questions[current].subquestions) }
            case "A": if let current { Self.merge(item, into: &result.questions[current].answers) }
            default: continue
            }
        }
        return result
    }

    static func merge(_ item: LimeSurveyStructure.Item, into items: inout [LimeSurveyStructure.Item]) {
        if let index = items.firstIndex(where: { $0.code == item.code && $0.scale == item.scale }) {
            items[index].text.merge(item.text) { first, _ in first }
        } else {
            items.append(item)
        }
    }
}
