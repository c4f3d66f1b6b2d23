import PeilTable

/// Two versions of one question.
struct QuestionComparison {
    struct Finding: Equatable {
        let kind: CodebookDifference.Kind
        let verdict: CodebookVerdict
        let message: String
    }

    private(set) var findings: [Finding] = []

    init(old: CodebookVariable, new: CodebookVariable) {
        if old.type != new.type {
            add(.type, .breaking, "Its type was \(old.type.rawValue) and is \(new.type.rawValue).")
        }
        let wording = WordingComparison.verdict(old.wording, new.wording)
        add(
            .wording, wording,
            wording == .breaking
                ? "It is put in other words." : "Its wording differs in spaces, capitals or punctuation.")
        compareOptions(old, new)
        compareMissing(old, new)
        compareRouting(old.routing, new.routing)
        if old.unit != new.unit {
            add(.unit, .breaking, "Its unit was \(old.unit ?? "not given") and is \(new.unit ?? "not given").")
        }
        if old.vintage != new.vintage {
            func year(_ vintage: Int?) -> String { vintage.map(String.init) ?? "no year that is given" }
            add(
                .vintage, .breaking,
                "Its areas had the boundaries of \(year(old.vintage)) and have those of \(year(new.vintage)).")
        }
        compareRules(old, new)
    }

    private mutating func add(_ kind: CodebookDifference.Kind, _ verdict: CodebookVerdict, _ message: String) {
        if verdict != .identical { findings.append(Finding(kind: kind, verdict: verdict, message: message)) }
    }

    // MARK: Options

    private mutating func compareOptions(_ old: CodebookVariable, _ new: CodebookVariable) {
        let byCode = Dictionary(new.categories.map { ($0.code, $0) }) { first, _ in first }
        // Options of both, by old code and new code.
        var pairs: [(old: Category, new: Category)] = []
        for option in old.categories {
            let sameCode = byCode[option.code]
            if let same = sameCode, WordingComparison.verdict(option.label, same.label) != .breaking {
                let verdict = WordingComparison.verdict(option.label, same.label)
                add(.options, verdict, "The label of \(name(option)) differs in spaces, capitals or punctuation.")
                pairs.append((option, same))
            } else if let renumbered = new.categories.first(where: { isRenumbered(option, $0) }) {
                add(.codes, .breaking, "\(name(option)) now has code \(printable(renumbered.code)).")
                pairs.append((option, renumbered))
            } else if let same = sameCode, !old.categories.contains(where: { isRenumbered($0, same) }) {
                add(.options, .breaking, "\(name(option)) is labelled otherwise.")
                pairs.append((option, same))
            } else {
                add(.options, .breaking, "\(name(option)) is gone.")
            }
        }
        let known = Set(pairs.map(\.new.code))
        for option in new.categories where !known.contains(option.code) {
            add(.options, .breaking, "\(name(option)) is new.")
        }
        compareOrder(pairs.map(\.new.code), new)
    }

    private func name(_ option: Category) -> String { "Option \(printable(option.code))" }

    /// The same label under another code; a code that is its own label says nothing.
    private func isRenumbered(_ option: Category, _ other: Category) -> Bool {
        option.code != other.code && !option.label.isEmpty && option.label.byLanguage != ["": option.code]
            && WordingComparison.verdict(option.label, other.label) != .breaking
    }

    /// People pick early options more often; a list of places is no such order.
    private mutating func compareOrder(_ codes: [String], _ new: CodebookVariable) {
        let known = Set(codes)
        guard codes != new.categories.map(\.code).filter(known.contains) else { return }
        add(.optionOrder, new.type == .region ? .cosmetic : .breaking, "Its options stand in another order.")
    }

    private mutating func compareMissing(_ old: CodebookVariable, _ new: CodebookVariable) {
        for code in Set(old.missing.keys).union(new.missing.keys).sorted() {
            switch (old.missing[code], new.missing[code]) {
            case (let first?, let second?) where first != second:
                add(
                    .missingCodes, .breaking,
                    "Code \(printable(code)) stood for \(first.codebookWord) and stands for \(second.codebookWord).")
            case (let first?, nil):
                add(.missingCodes, .breaking, "Code \(printable(code)) (\(first.codebookWord)) is gone.")
            case (nil, let second?):
                add(.missingCodes, .breaking, "Code \(printable(code)) (\(second.codebookWord)) is new.")
            default: break
            }
        }
    }

    // MARK: Routing and rules

    /// Conditions hold together, so their order means nothing; nor does the order of codes in a list.
    private mutating func compareRouting(_ old: [Condition]?, _ new: [Condition]?) {
        func essence(_ routing: [Condition]?) -> Set<String> {
            Set(
                (routing ?? []).map {
                    "\($0.variable) \($0.comparison.rawValue) \($0.operands.sorted().joined(separator: " "))"
                })
        }
        guard old != new else { return }
        if essence(old) == essence(new) {
            add(.routing, .cosmetic, "Its routing is written otherwise.")
        } else {
            add(.routing, .breaking, "It is put to other people.")
        }
    }

    private mutating func compareRules(_ old: CodebookVariable, _ new: CodebookVariable) {
        var parts: [String] = []
        func compare<Value: Equatable>(_ name: String, _ first: Value, _ second: Value) {
            if first != second { parts.append(name) }
        }
        compare("column", old.column, new.column)
        compare("range", [old.minimum, old.maximum], [new.minimum, new.maximum])
        compare("required", old.isRequired, new.isRequired)
        compare("unique", old.isUnique, new.isUnique)
        compare("may_be_absent", old.mayBeAbsent, new.mayBeAbsent)
        compare("sensitive", old.isSensitive, new.isSensitive)
        compare("keep", old.keepsText, new.keepsText)
        compare("group", old.group, new.group)
        compare("empty", old.emptyMeansUnticked, new.emptyMeansUnticked)
        compare("separator", old.separator, new.separator)
        compare("pattern", old.pattern, new.pattern)
        compare("decimal", old.decimal, new.decimal)
        compare("aliases", old.aliases, new.aliases)
        compare("format", old.dateFormat, new.dateFormat)
        guard !parts.isEmpty else { return }
        add(.rules, .cosmetic, "Its cells are read by other rules: \(parts.joined(separator: ", ")).")
    }
}
