import PeilTable
import Yams

extension Codebook {
    /// Reads a codebook file, or the short form that a study file holds inline (`columns`, `csv`,
    /// `missing_tokens`, `policy`, `municipality_changes`; JSON is YAML too).
    /// `otherKeys` are keys at the top that belong to the rest of a study file.
    /// Errors (exit 78) name file, line and remedy: CODEBOOK_INVALID, UNKNOWN_KEY.
    public static func load(
        yaml text: String, file: String, otherKeys: Set<String> = []
    ) throws(IngestError) -> Codebook {
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch let error as YamlError {
            throw IngestError(
                "CODEBOOK_INVALID", "The codebook is not valid YAML.", file: file, line: line(of: error),
                remedy: "Mend the YAML there: indentation, quotes and colons.", exitCode: 78)
        } catch {
            throw IngestError(
                "CODEBOOK_INVALID", "The codebook cannot be read.", file: file, remedy: "Check that it is YAML.",
                exitCode: 78)
        }
        guard let root else {
            throw IngestError(
                "CODEBOOK_INVALID", "The codebook is empty.", file: file,
                remedy: "Describe the columns under 'variables'.", exitCode: 78)
        }
        var parser = CodebookParser(file: file)
        return try parser.parse(root, otherKeys: otherKeys)
    }

    private static func line(of error: YamlError) -> Int? {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        default: nil
        }
    }
}

struct CodebookParser {
    let file: String
    var codebook = Codebook()
    private var answerSets: [String: AnswerSet] = [:]

    init(file: String) { self.file = file }

    struct AnswerSet {
        var categories: [Category] = []
        var missing: [String: MissingReason] = [:]
    }

    static let keys = [
        "codebook", "study", "version", "languages", "csv", "missing_tokens", "policy", "answer_sets", "variables",
        "columns", "derived", "exclude", "completeness", "consistency", "nested", "speeders", "straightliners",
        "same_answers", "shift", "municipality_changes", "mode", "note"
    ]

    mutating func parse(_ root: Node, otherKeys: Set<String>) throws(IngestError) -> Codebook {
        let fields = try YAMLFields(root, file: file, place: "the codebook", known: Self.keys + otherKeys.sorted())
        codebook.name = try fields.text(fields.has("codebook") ? "codebook" : "study") ?? ""
        codebook.languages = try fields.texts("languages")
        codebook.modes = try fields.texts("mode")
        codebook.missingTokens = try fields.texts("missing_tokens")
        if let node = fields.node("csv") { codebook.csv = try dialect(node) }
        if let node = fields.node("policy") { codebook.policy = try policy(node) }
        try readAnswerSets(fields)
        try readVariables(fields)
        for node in try fields.nodes("derived") { codebook.derived.append(try derived(node)) }
        try readRegionChanges(fields)
        try readRules(fields)
        try CodebookCheck(codebook: codebook, file: file).run()
        return codebook
    }

    private func dialect(_ node: Node) throws(IngestError) -> DialectDeclaration {
        let fields = try YAMLFields(node, file: file, place: "csv", known: DialectDeclaration.keys)
        var declared = DialectDeclaration.none
        for key in fields.keys {
            let value = try fields.text(key)
            do { try declared.set(key, to: value) } catch {
                throw fields.error("\(error.message) (csv)", at: key, remedy: error.remedy)
            }
        }
        do { try declared.check() } catch {
            throw fields.error("\(error.message) (csv)", at: error.key, remedy: error.remedy)
        }
        return declared
    }

    private func policy(_ node: Node) throws(IngestError) -> IngestPolicy {
        let fields = try YAMLFields(
            node, file: file, place: "policy",
            known: [
                "max_bad_records", "max_field_bytes", "max_record_bytes", "max_columns", "min_rows"
            ])
        var policy = IngestPolicy()
        if let value = try fields.integer("max_bad_records") { policy.maximumBadRecords = value }
        if let value = try fields.integer("max_field_bytes") { policy.limits.fieldBytes = value }
        if let value = try fields.integer("max_record_bytes") { policy.limits.recordBytes = value }
        if let value = try fields.integer("max_columns") { policy.limits.columns = value }
        if let value = try fields.integer("min_rows") { policy.minimumRows = value }
        return policy
    }

    private mutating func readAnswerSets(_ fields: YAMLFields) throws(IngestError) {
        guard let node = fields.node("answer_sets") else { return }
        guard case .mapping(let mapping) = node else {
            throw fields.error(
                "'answer_sets' must be a mapping.", at: "answer_sets", remedy: "Write name: {labels, missing}.")
        }
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { continue }
            let set = try YAMLFields(
                value, file: file, place: "answer set '\(name)'", known: ["labels", "missing", "note"])
            answerSets[name] = try answers(set)
        }
    }

    /// `labels` as a list of {code, language: text}, `missing` as a list of {code, kind}.
    private func answers(_ fields: YAMLFields) throws(IngestError) -> AnswerSet {
        var set = AnswerSet()
        for node in try fields.nodes("labels") { set.categories.append(try category(node, place: fields.place)) }
        for node in try fields.nodes("missing") {
            if let code = node.scalar?.string {
                set.missing[code] = .notAnswered
                continue
            }
            let entry = try YAMLFields(
                node, file: file, place: "missing of \(fields.place)", known: ["code", "kind"] + codebook.languages)
            let word = try entry.required("kind")
            guard let reason = MissingReason(codebookWord: word) else {
                let words = MissingReason.allCases.map(\.codebookWord)
                throw entry.error(
                    "Unknown kind of absence '\(printable(word))'.", at: "kind",
                    remedy: "Use \(nearestName(to: word, among: words) ?? words.joined(separator: ", ")).")
            }
            set.missing[try entry.required("code")] = reason
        }
        return set
    }

    /// {code, nl, en}, or a code alone that is its own label.
    func category(_ node: Node, place: String) throws(IngestError) -> Category {
        if let code = node.scalar?.string { return Category(code: code, label: LocalizedText(everywhere: code)) }
        let fields = try YAMLFields(
            node, file: file, place: "labels of \(place)", known: ["code", "from"] + codebook.languages)
        let code = try fields.required("code")
        let label = try fields.localized(codebook.languages)
        return Category(code: code, label: label.isEmpty ? LocalizedText(everywhere: code) : label)
    }

    private mutating func readVariables(_ fields: YAMLFields) throws(IngestError) {
        for node in try fields.nodes("variables") { codebook.variables.append(try variable(node, id: nil)) }
        guard let node = fields.node("columns") else { return }
        guard case .mapping(let mapping) = node else {
            throw fields.error("'columns' must be a mapping.", at: "columns", remedy: "Write name: {type: …}.")
        }
        for (key, value) in mapping {
            guard let id = key.scalar?.string else { continue }
            codebook.variables.append(try variable(value, id: id))
        }
    }

    /// A list of {old, new, year}, or {file: mergers.csv} with these columns.
    private mutating func readRegionChanges(_ fields: YAMLFields) throws(IngestError) {
        if let node = fields.node("municipality_changes"), node.mapping != nil {
            let entry = try YAMLFields(node, file: file, place: "municipality_changes", known: ["file", "note"])
            let rows = try sideTable(entry, columns: ["old", "new", "year"])
            for row in rows {
                codebook.regionChanges.append(
                    RegionChange(old: row[0], new: row[1].isEmpty ? nil : row[1], year: Int(row[2])))
            }
            return
        }
        for node in try fields.nodes("municipality_changes") {
            let entry = try YAMLFields(
                node, file: file, place: "municipality_changes", known: ["old", "new", "year", "note"])
            codebook.regionChanges.append(
                RegionChange(
                    old: try entry.required("old"), new: try entry.text("new"), year: try entry.integer("year")))
        }
    }

    /// The rows of the file that `entry` names, in the order of `columns`; the file becomes part of the codebook.
    mutating func sideTable(_ entry: YAMLFields, columns: [String]) throws(IngestError) -> [[String]] {
        let name = try entry.required("file")
        let table: SideTable
        do { table = try SideTable(name, beside: file, columns: columns) } catch {
            throw error.file.isEmpty ? entry.error(error.message, at: "file", remedy: error.remedy) : error
        }
        codebook.sideFileHashes[name] = table.hash
        return table.rows
    }
}

extension CodebookParser {
    static let variableKeys = [
        "id", "column", "type", "answers", "labels", "missing", "codes", "min", "max", "ask_if", "required",
        "may_be_absent",
        "unique", "aliases", "sensitive", "keep", "personal", "published", "group", "empty", "unit", "sep", "separator",
        "pattern",
        "decimal", "decimals", "thousands", "warn_ratio", "role", "reference", "vintage", "format", "block", "scale",
        "note",
        "question", "mode"
    ]

    fileprivate func variable(_ node: Node, id given: String?) throws(IngestError) -> CodebookVariable {
        let fields = try YAMLFields(
            node, file: file, place: given.map { "column '\($0)'" } ?? "a variable",
            known: Self.variableKeys + codebook.languages)
        let id = if let given { given } else { try fields.required("id") }
        let word = try fields.required("type")
        guard let type = VariableType(rawValue: word) else {
            let words = VariableType.allCases.map(\.rawValue)
            throw fields.error(
                "Unknown type '\(printable(word))' of '\(id)'.", at: "type",
                remedy: "Use \(nearestName(to: word, among: words) ?? words.joined(separator: ", ")).")
        }
        var variable = CodebookVariable(id: id, type: type)
        variable.line = fields.line
        variable.modes = try fields.texts("mode")
        variable.column = try fields.text("column") ?? id
        variable.wording = try fields.localized(codebook.languages)
        try readAnswers(fields, into: &variable)
        try readBounds(fields, into: &variable)
        if fields.has("ask_if") { variable.routing = try fields.conditions("ask_if") }
        variable.isRequired = try fields.flag("required") ?? false
        variable.mayBeAbsent = try fields.flag("may_be_absent") ?? false
        variable.isUnique = try fields.flag("unique") ?? false
        variable.isSensitive = try fields.flag("sensitive") ?? false
        variable.keepsText = try fields.flag("keep") ?? false
        variable.personal = try personal(fields, of: variable)
        variable.group = try fields.text("group")
        variable.emptyMeansUnticked = try fields.text("empty") == "not_ticked"
        variable.unit = try fields.text("unit")
        if let byte = try fields.byte(fields.has("sep") ? "sep" : "separator") { variable.separator = byte }
        variable.pattern = try fields.text("pattern")
        if let pattern = variable.pattern, (try? Regex(pattern)) == nil {
            throw fields.error(
                "The pattern of '\(id)' is no regular expression.", at: "pattern", remedy: "Mend the pattern.")
        }
        variable.decimal = try fields.byte("decimal")
        variable.acceptsBothDecimals = try fields.text("decimals") == "both"
        variable.allowsThousands = try fields.flag("thousands") ?? (codebook.csv.grouping != nil)
        variable.dateFormat = try dateFormat(fields, of: variable)
        variable.vintage = try vintage(fields, of: variable)
        if let ratio = try fields.text("warn_ratio") { variable.extremeWeightRatio = Self.firstNumber(in: ratio) ?? 10 }
        return variable
    }

    private func dateFormat(
        _ fields: YAMLFields, of variable: CodebookVariable
    ) throws(IngestError) -> DateFormat? {
        guard variable.type == .date, let word = try fields.text("format") else { return nil }
        guard let format = DateFormat(word: word) else {
            let words = DateFormat.allCases.map(\.rawValue)
            throw fields.error(
                "Unknown format '\(printable(word))' of dates in '\(variable.id)'.", at: "format",
                remedy: "Use \(words.joined(separator: ", ")).")
        }
        return format
    }

    /// The year of `vintage`, or the one in `reference: CBS gemeenten 2026`.
    private func vintage(_ fields: YAMLFields, of variable: CodebookVariable) throws(IngestError) -> Int? {
        guard fields.has("vintage") || fields.has("reference") else { return nil }
        guard variable.type == .region else {
            guard fields.has("vintage") else { return nil }
            throw fields.error(
                "'\(variable.id)' has a vintage and is no region.", at: "vintage", remedy: "Give it type: region.")
        }
        if let year = try fields.integer("vintage") {
            guard (1900...2200).contains(year) else {
                throw fields.error("'vintage' must be a year.", at: "vintage", remedy: "Write for example 2026.")
            }
            return year
        }
        return try fields.text("reference")?.split { !$0.isNumber }.first { $0.count == 4 }.flatMap { Int($0) }
    }

    private func personal(
        _ fields: YAMLFields, of variable: CodebookVariable
    ) throws(IngestError) -> PersonalTreatment? {
        guard let word = try fields.text("personal") else { return nil }
        guard let treatment = PersonalTreatment(rawValue: word) else {
            throw fields.error(
                "Unknown treatment '\(printable(word))' of personal data in '\(variable.id)'.", at: "personal",
                remedy: "Use \(PersonalTreatment.allCases.map(\.rawValue).joined(separator: " or ")).")
        }
        guard treatment == .dropped || variable.type == .id else {
            throw fields.error(
                "Only an identifier can become a pseudonym, and '\(variable.id)' is \(variable.type.rawValue).",
                at: "personal", remedy: "Give it type: id, or write personal: dropped.")
        }
        return treatment
    }

    /// The number in `10` or in `max > 10 x median`.
    private static func firstNumber(in text: String) -> Double? {
        let bytes = Array(text.utf8)
        guard let start = bytes.firstIndex(where: Ascii.isDigit) else { return nil }
        return Double(
            String(decoding: bytes[start...].prefix { Ascii.isDigit($0) || $0 == Ascii.point }, as: UTF8.self))
    }

    private func readAnswers(_ fields: YAMLFields, into variable: inout CodebookVariable) throws(IngestError) {
        if let name = try fields.text("answers") {
            guard let set = answerSets[name] else {
                throw fields.error(
                    "'\(variable.id)' names the answer set '\(printable(name))', which does not exist.", at: "answers",
                    remedy:
                        "Use \(nearestName(to: name, among: answerSets.keys.sorted()) ?? answerSets.keys.sorted().joined(separator: ", "))."
                )
            }
            variable.categories = set.categories
            variable.missing = set.missing
        }
        let own = try answers(fields)
        variable.categories += own.categories
        variable.missing.merge(own.missing) { _, new in new }
        if let codes = fields.node("codes") { variable.categories += try shortCodes(codes, fields) }
        guard let aliases = fields.node("aliases") else { return }
        guard case .mapping(let mapping) = aliases else {
            throw fields.error("'aliases' must be a mapping.", at: "aliases", remedy: "Write code: [spellings].")
        }
        for (key, value) in mapping {
            guard let code = key.scalar?.string else { continue }
            for spelling in value.scalar.map({ [$0.string] }) ?? value.sequence?.compactMap(\.scalar?.string) ?? [] {
                variable.aliases[spelling] = code
            }
        }
    }

    /// `codes: {1: man}` or `codes: [a, b]`.
    private func shortCodes(_ node: Node, _ fields: YAMLFields) throws(IngestError) -> [Category] {
        switch node {
        case .mapping(let mapping):
            return mapping.compactMap { key, value in
                key.scalar.map {
                    Category(code: $0.string, label: LocalizedText(everywhere: value.scalar?.string ?? $0.string))
                }
            }
        case .sequence(let sequence):
            return sequence.compactMap {
                $0.scalar.map { Category(code: $0.string, label: LocalizedText(everywhere: $0.string)) }
            }
        default:
            throw fields.error("'codes' must be a list or a mapping.", at: "codes", remedy: "Write code: label.")
        }
    }

    private func readBounds(_ fields: YAMLFields, into variable: inout CodebookVariable) throws(IngestError) {
        guard variable.type == .date else {
            variable.minimum = try fields.number("min")
            variable.maximum = try fields.number("max")
            return
        }
        for key in ["min", "max"] {
            guard let text = try fields.text(key) else { continue }
            let bytes = Array(text.utf8)
            guard let days = DateParser.days(bytes.span, 0..<bytes.count) else {
                throw fields.error(
                    "'\(key)' of '\(variable.id)' is no date.", at: key, remedy: "Write dd-mm-jjjj or jjjj-mm-dd.")
            }
            if key == "min" { variable.minimum = days } else { variable.maximum = days }
        }
    }
}
