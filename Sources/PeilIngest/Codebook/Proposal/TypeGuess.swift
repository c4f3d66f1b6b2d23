import PeilTable

/// Guesses what a column is from its name and its cells, where nothing else tells.
struct TypeGuess {
    let facts: ColumnFacts
    let language: String
    /// Options that a question can have before it looks like a number or a text.
    private static let optionLimit = 20
    private static let numberOptionLimit = 12
    /// A text that fewer respondents gave is no code to write down.
    static let listedFrom = 3

    func apply(to variable: inout ProposedVariable) {
        if !facts.hasMany { variable.observed = facts.values }
        guard facts.present > 0 else {
            variable.type = .text
            variable.checks.append("no record holds anything here: its type is unknown.")
            return
        }
        if let hint = ColumnNames.hint(variable.column), apply(hint, to: &variable) { return }
        if isRegion { return setRegion(&variable) }
        if facts.isDate {
            variable.type = .date
            return
        }
        if let separator = severalCodes { return setSeveral(&variable, separator) }
        if facts.isNumber { return applyNumber(&variable) }
        applyText(&variable)
    }

    // MARK: By name

    /// False where the cells contradict the name.
    private func apply(_ hint: ColumnNames.Hint, to variable: inout ProposedVariable) -> Bool {
        switch hint {
        case .personal:
            variable.type = .text
            variable.isPersonal = true
            variable.checks.append(
                "it looks like personal data: leave it out of the delivery, or out of this codebook.")
        case .identifier: setIdentifier(&variable)
        case .weight:
            guard facts.isNumber, facts.isPositive else { return false }
            variable.type = .weight
            variable.checks.append("a weight, by its name.")
        case .region:
            // Answers about the municipality have its name too.
            guard !facts.isNumber || facts.longest > 2 else { return false }
            setRegion(&variable)
            if !isRegion { variable.checks.append("a municipality, by its name; list its codes and names.") }
        case .postcode: setPostcode(&variable)
        case .date:
            guard facts.isDate else { return false }
            variable.type = .date
        case .duration:
            guard facts.isNumber else { return false }
            variable.type = facts.isWhole ? .int : .number
            variable.unit = "s"
            variable.checks.append("seconds, by its name.")
        case .openText:
            guard !facts.isNumber else { return false }
            variable.type = .text
        }
        return true
    }

    private func setIdentifier(_ variable: inout ProposedVariable) {
        variable.type = .id
        variable.isUnique = facts.isUnique && facts.present == facts.rowCount
        variable.isRequired = facts.present == facts.rowCount
        // Without a pattern, an identifier without a digit among others looks damaged.
        if facts.hasPlainWords, facts.isOneWord { variable.pattern = "[A-Za-z0-9_-]+" }
    }

    private func setPostcode(_ variable: inout ProposedVariable) {
        variable.type = .id
        guard let codes = facts.besidesFourDigits else {
            variable.isPersonal = true
            variable.checks.append(
                "a postcode, by its name: a full one points at a house; deliver its four digits.")
            return
        }
        variable.pattern = "[1-9][0-9]{3}"
        variable.absences = codes.map { .init(code: $0, reason: .notAnswered, label: [:]) }
        variable.checks.append("a postcode of four digits, by its name.")
        if !codes.isEmpty { variable.checks.append("why is there no answer at \(codes.joined(separator: " and "))?") }
    }

    /// CBS codes of municipalities: GM0518.
    private var isRegion: Bool {
        !facts.hasMany
            && facts.values.allSatisfy {
                $0.utf8.count == 6 && $0.utf8.starts(with: "GM".utf8) && $0.utf8.dropFirst(2).allSatisfy(Ascii.isDigit)
            }
    }

    private func setRegion(_ variable: inout ProposedVariable) {
        variable.type = .region
        if isRegion {
            variable.options = facts.values.map { .init(code: $0, label: [:]) }
            variable.checks.append("municipalities: write their names as labels.")
        } else if !facts.hasMany {
            variable.options = facts.values.map { .init(code: $0, label: [:]) }
        }
    }

    // MARK: By cells

    private func applyNumber(_ variable: inout ProposedVariable) {
        let isFew = !facts.hasMany && facts.distinct <= Self.numberOptionLimit && facts.distinct * 4 <= facts.present
        if isFew, facts.isWhole {
            variable.type = .code
            variable.options = facts.values.map { .init(code: $0, label: [:]) }
            variable.checks.append("codes or counts? Give the codes their labels, or make it an int.")
            if !facts.apart.isEmpty {
                variable.checks.append(
                    "what stands apart may mean that there is no answer: \(facts.apart.joined(separator: ", "))")
            }
            return
        }
        if facts.isUnique, facts.isWhole, facts.present == facts.rowCount, facts.rowCount >= 20 {
            setIdentifier(&variable)
            variable.checks.append("another number in every record: an identifier?")
            return
        }
        variable.type = facts.isWhole ? .int : .number
        variable.checks.append("a number, by its cells: which codes mean that there is no answer?")
    }

    private func applyText(_ variable: inout ProposedVariable) {
        let isFew = !facts.hasMany && facts.distinct <= Self.optionLimit && facts.distinct * 4 <= facts.present
        guard isFew, facts.longest <= 60 else {
            variable.type = .text
            variable.checks.append("open text, by its cells; it is dropped at import.")
            return
        }
        variable.type = .code
        let listed = facts.values.filter { facts.counts[$0] ?? 0 >= Self.listedFrom }
        variable.options = listed.map { .init(code: $0, label: [:]) }
        let rare = facts.distinct - listed.count
        if rare > 0 {
            variable.hasRareValues = true
            variable.checks.append("\(rare) rare value(s) are not listed: add them, or make it a text.")
        }
        if listed.isEmpty { variable.type = .text }
        variable.checks.append("codes, by its cells: check that the list is whole.")
        variable.moveAbsences()
    }

    /// The separator of several short codes in one cell.
    private var severalCodes: UInt8? {
        guard !facts.isNumber, !facts.hasMany else { return nil }
        return [Ascii.semicolon, Ascii.bar, Ascii.comma].first { separator in
            guard facts.separated[separator] ?? 0 >= Self.listedFrom else { return false }
            let codes = codes(separator)
            return codes.count <= Self.optionLimit
                && codes.allSatisfy { $0.utf8.count <= 8 && !$0.isEmpty && !$0.utf8.contains(Ascii.space) }
        }
    }

    private func codes(_ separator: UInt8) -> Set<String> {
        Set(
            facts.values.flatMap { value in
                value.utf8.split(separator: separator).map { part in
                    var part = part
                    while part.first == Ascii.space { part.removeFirst() }
                    return String(Substring(part))
                }
            })
    }

    private func setSeveral(_ variable: inout ProposedVariable, _ separator: UInt8) {
        variable.type = .multi
        variable.separator = character(separator)
        variable.options = codes(separator).sorted {
            (Double($0) ?? .infinity, $0) < (Double($1) ?? .infinity, $1)
        }.map { .init(code: $0, label: [:]) }
        variable.checks.append("several answers in one cell, by its cells.")
    }
}
