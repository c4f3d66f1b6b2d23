import PeilTable
import Yams

/// The rules of a codebook for who counts, what is flagged and what should agree.
extension CodebookParser {
    mutating func readRules(_ fields: YAMLFields) throws(IngestError) {
        for node in try fields.nodes("exclude") {
            let entry = try YAMLFields(node, file: file, place: "exclude", known: ["name", "keep", "note"])
            codebook.exclusions.append(
                ExclusionRule(name: try entry.required("name"), keep: try entry.conditions("keep")))
        }
        if let node = fields.node("completeness") { codebook.completeness = try completeness(node) }
        for node in try fields.nodes("consistency") { codebook.consistency.append(try consistency(node)) }
        for node in try fields.nodes("nested") {
            let entry = try YAMLFields(node, file: file, place: "nested", known: ["inner", "outer"])
            codebook.nesting.append(NestingRule(inner: try entry.required("inner"), outer: try entry.required("outer")))
        }
        if let node = fields.node("speeders") { codebook.speeders = try speeders(node) }
        for node in try fields.nodes("straightliners") { codebook.straightliners.append(try straightliners(node)) }
        if let node = fields.node("same_answers") { codebook.sameAnswers = try sameAnswers(node) }
        if let node = fields.node("shift") { codebook.shift = try shift(node) }
    }

    /// A share in 0…1.
    private func share(_ key: String, in entry: YAMLFields) throws(IngestError) -> Double? {
        guard let value = try entry.number(key) else { return nil }
        guard (0...1).contains(value) else {
            throw entry.error(
                "'\(key)' in \(entry.place) must lie between 0 and 1.", at: key, remedy: "Write 0.5 for half.")
        }
        return value
    }

    private func completeness(_ node: Node) throws(IngestError) -> CompletenessRule {
        let entry = try YAMLFields(
            node, file: file, place: "completeness", known: ["needs", "minimum_required_share", "complete_share"])
        let minimum = try share("minimum_required_share", in: entry) ?? 0.5
        return CompletenessRule(
            needs: try entry.texts("needs"), minimumRequiredShare: minimum,
            completeShare: max(minimum, try share("complete_share", in: entry) ?? 0.8))
    }

    private func speeders(_ node: Node) throws(IngestError) -> SpeederRule {
        let entry = try YAMLFields(
            node, file: file, place: "speeders", known: ["variable", "share_of_median", "seconds", "remove", "note"])
        let seconds = try entry.number("seconds")
        return SpeederRule(
            variable: try entry.required("variable"),
            shareOfMedian: try entry.number("share_of_median") ?? (seconds == nil ? 0.3 : nil), seconds: seconds,
            removes: try entry.flag("remove") ?? false)
    }

    private func straightliners(_ node: Node) throws(IngestError) -> StraightlinerRule {
        let entry = try YAMLFields(
            node, file: file, place: "straightliners", known: ["name", "items", "share", "dont_know", "remove", "note"])
        let items = try entry.texts("items")
        guard items.count >= 2 else {
            throw entry.error(
                "\(entry.place) needs at least two items.", at: "items", remedy: "List the items of the grid.")
        }
        return StraightlinerRule(
            name: try entry.required("name"), items: items, share: try share("share", in: entry) ?? 1,
            countsDontKnow: try entry.flag("dont_know") ?? false, removes: try entry.flag("remove") ?? false)
    }

    private func sameAnswers(_ node: Node) throws(IngestError) -> SameAnswersRule {
        let entry = try YAMLFields(
            node, file: file, place: "same_answers", known: ["minimum_answered", "items", "remove", "note"])
        var rule = SameAnswersRule()
        rule.items = try entry.texts("items")
        rule.removes = try entry.flag("remove") ?? false
        if let minimum = try entry.integer("minimum_answered") {
            guard minimum >= 2 else {
                throw entry.error(
                    "'minimum_answered' in same_answers must be 2 or more.", at: "minimum_answered",
                    remedy: "Few answers are equal by chance; 20 is the default.")
            }
            rule.minimumAnswered = minimum
        }
        return rule
    }

    private func shift(_ node: Node) throws(IngestError) -> ShiftBounds {
        let entry = try YAMLFields(
            node, file: file, place: "shift",
            known: ["total_variation", "standardised_difference", "missing_share", "ignore", "note"])
        var bounds = ShiftBounds()
        if let value = try share("total_variation", in: entry) { bounds.totalVariation = value }
        if let value = try entry.number("standardised_difference") { bounds.standardisedDifference = abs(value) }
        if let value = try share("missing_share", in: entry) { bounds.missingShare = value }
        bounds.ignored = try entry.texts("ignore")
        return bounds
    }

    private mutating func consistency(_ node: Node) throws(IngestError) -> ConsistencyRule {
        let entry = try YAMLFields(
            node, file: file, place: "consistency",
            known: [
                "name", "if", "then", "empty", "key", "under", "table", "variable", "min", "max", "severity",
                "maximum_share", "note"
            ])
        var rule = ConsistencyRule(name: try entry.required("name"), form: try form(entry))
        if let word = try entry.text("severity") {
            guard let severity = RuleSeverity(rawValue: word) else {
                throw entry.error(
                    "Unknown severity '\(printable(word))' of '\(rule.name)'.", at: "severity",
                    remedy: "Use info, warning or error.")
            }
            rule.severity = severity
        }
        if let maximum = try share("maximum_share", in: entry) {
            guard rule.severity == .error else {
                throw entry.error(
                    "'maximum_share' of '\(rule.name)' goes with severity error.", at: "maximum_share",
                    remedy: "Add severity: error, or take it out.")
            }
            rule.maximumShare = maximum
        }
        return rule
    }

    private mutating func form(_ entry: YAMLFields) throws(IngestError) -> ConsistencyRule.Form {
        if entry.has("table") {
            return .lookup(
                key: try entry.required("key"), under: try entry.required("under"), table: try table(entry))
        }
        if entry.has("variable") {
            let minimum = try entry.number("min")
            let maximum = try entry.number("max")
            guard minimum != nil || maximum != nil else {
                throw entry.error("\(entry.place) needs 'min' or 'max'.", at: "variable", remedy: "Add a bound.")
            }
            return .range(variable: try entry.required("variable"), minimum: minimum, maximum: maximum)
        }
        let given = try entry.conditions("if")
        if entry.has("empty") { return .skip(given: given, empty: try entry.texts("empty")) }
        return .implication(given: given, then: try entry.conditions("then"))
    }

    /// {answer: [values]}, or {file: postcodes.csv, key: …, under: …} with the columns of the file.
    private mutating func table(_ entry: YAMLFields) throws(IngestError) -> [String: Set<String>] {
        if let node = entry.node("table"), node.mapping?["file"] != nil {
            let named = try YAMLFields(
                node, file: file, place: "table of \(entry.place)", known: ["file", "key", "under"])
            var table: [String: Set<String>] = [:]
            for row in try sideTable(named, columns: [named.required("key"), named.required("under")]) {
                table[row[1], default: []].insert(row[0])
            }
            return table
        }
        guard case .mapping(let mapping)? = entry.node("table") else {
            throw entry.error("'table' must be a mapping.", at: "table", remedy: "Write answer: [values].")
        }
        var table: [String: Set<String>] = [:]
        for (key, value) in mapping {
            guard let answer = key.scalar?.string else { continue }
            table[answer] = Set(value.sequence?.compactMap(\.scalar?.string) ?? [])
        }
        return table
    }
}
