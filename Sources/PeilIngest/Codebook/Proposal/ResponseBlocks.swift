import PeilTable

/// Finds columns that together hold one question with several answers: neighbours with one stem whose cells are ticks.
struct ResponseBlocks {
    let language: String
    private static let positive: Set<String> = ["1", "y", "yes", "ja", "true", "waar", "x"]
    private static let negative: Set<String> = ["0", "n", "no", "nee", "false", "onwaar"]

    /// Q5_1, Q5[SQ001] and kanaal3 have the stems Q5, Q5 and kanaal. Without a number or a bracket at its end a name
    /// gives the weaker stem before its last underscore: kanaal_post.
    static func stem(_ column: String) -> (name: String, isStrong: Bool)? {
        if column.hasSuffix("]"), let bracket = column.firstIndex(of: "["), bracket > column.startIndex {
            let inner = column[column.index(after: bracket)...].dropLast()
            return ["other", "comment"].contains(inner) || inner.contains("[")
                ? nil : (String(column[..<bracket]), true)
        }
        var stem = Substring(column)
        while let last = stem.last, last.isNumber { stem.removeLast() }
        let isStrong = stem.count < column.count
        if !isStrong {
            guard let underscore = column.lastIndex(of: "_") else { return nil }
            stem = column[..<underscore]
        }
        while stem.last == "_" || stem.last == "." { stem.removeLast() }
        return stem.isEmpty ? nil : (String(stem), isStrong)
    }

    /// Marks the blocks among `variables`, whose cells are described by `facts` in the same order.
    func mark(_ variables: inout [ProposedVariable], _ facts: [ColumnFacts]) {
        var start = 0
        while start < variables.count {
            guard let stem = Self.stem(variables[start].column), isTicks(variables[start], facts[start]) else {
                start += 1
                continue
            }
            var end = start + 1
            while end < variables.count, Self.stem(variables[end].column).map({ $0 == stem }) ?? false,
                isTicks(variables[end], facts[end])
            { end += 1 }
            let members = start..<end
            let isTicked = members.contains { facts[$0].present > 0 }
            if members.count >= (stem.isStrong ? 2 : 3), isTicked {
                for index in members { set(&variables[index], facts[index], group: stem.name) }
            }
            start = end
        }
    }

    /// Yes and no, or one word that stands for a tick: the option's own name, or the last part of the question.
    private func isTicks(_ variable: ProposedVariable, _ facts: ColumnFacts) -> Bool {
        guard facts.distinct <= 2, !facts.hasMany, variable.group == nil else { return false }
        let words = facts.values.map { $0.lowercased() }
        if words.allSatisfy({ Self.positive.contains($0) || Self.negative.contains($0) }) { return true }
        return facts.distinct == 1 && isOption(facts.values[0], of: variable)
    }

    private func isOption(_ value: String, of variable: ProposedVariable) -> Bool {
        variable.wording.values.contains { $0.hasSuffix("- " + value) || $0.hasSuffix("[" + value + "]") }
    }

    private func set(_ variable: inout ProposedVariable, _ facts: ColumnFacts, group: String) {
        variable.type = .multi
        variable.group = CodebookProposal.identifier(group)
        Self.setTicked(&variable, language)
        let ticks = facts.values.filter { !["0", "1"].contains($0) && !Self.negative.contains($0.lowercased()) }
        let blanks = facts.values.filter { $0 != "0" && Self.negative.contains($0.lowercased()) }
        if !ticks.isEmpty { variable.aliases.append((code: "1", spellings: ticks)) }
        if !blanks.isEmpty { variable.aliases.append((code: "0", spellings: blanks)) }
        variable.emptyMeansUnticked = facts.values.allSatisfy { !Self.negative.contains($0.lowercased()) }
        variable.checks = ["one of several answers to \(printable(group)), by its name and cells."]
    }

    static func setTicked(_ variable: inout ProposedVariable, _ language: String) {
        let words = language == "nl" ? ("niet aangekruist", "aangekruist") : ("not ticked", "ticked")
        variable.options = [
            .init(code: "0", label: [language: words.0]), .init(code: "1", label: [language: words.1])
        ]
    }
}
