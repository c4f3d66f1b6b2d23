import PeilIngest
import PeilStatistics
import PeilTable

/// Reads `scales:` and checks every entry against the codebook, before any data are read.
struct ScaleReader {
    private let names: CodebookNames

    static let keys = [
        "id", "label", "kind", "of", "items", "reverse", "range", "minimum_answered", "claimed", "verified", "alpha"
    ]

    private enum Kind: String, CaseIterable { case reflective, checklist, claim }

    init(_ codebook: Codebook) { names = CodebookNames(codebook) }

    func scales(_ sections: [Section]) throws -> [Study.ScaleRequest] {
        var ids = Set<String>()
        return try sections.map { section in
            let scale = try scale(section)
            guard ids.insert(scale.id).inserted else {
                throw section.failure(
                    "REPEATED_ID", "id", "Two scales are called '\(scale.id)'", remedy: "rename one of them")
            }
            return scale
        }
    }

    private func scale(_ section: Section) throws -> Study.ScaleRequest {
        try section.allow(Self.keys)
        let id = try section.text("id")
        let kind: Kind = try section.choice("kind", default: .reflective)
        try refuseForeignKeys(section, kind)
        let content: Study.ScaleRequest.Content =
            switch kind {
            case .reflective: .reflective(try reflective(section))
            case .checklist: .checklist(try checklist(section))
            case .claim:
                .claim(
                    .init(
                        claimed: try condition(section, "claimed", section.text("claimed")),
                        verified: try condition(section, "verified", section.text("verified"))))
            }
        let source = try section.optionalText("of")
        return Study.ScaleRequest(
            id: id,
            label: try section.optionalLocalized("label") ?? source.map { names.wording($0) }
                ?? LocalizedText(everywhere: id),
            content: content, line: section.mark?.line)
    }

    /// Keys that belong to another kind would silently do nothing.
    private func refuseForeignKeys(_ section: Section, _ kind: Kind) throws {
        if kind == .checklist, section.has("alpha") {
            throw section.failure(
                Study.ScaleRequest.checklistCode, "alpha", Study.ScaleRequest.checklistReason,
                remedy: Study.ScaleRequest.checklistRemedy)
        }
        let own: [String] =
            switch kind {
            case .reflective: ["of", "items", "reverse", "range", "minimum_answered"]
            case .checklist: ["of", "items"]
            case .claim: ["claimed", "verified"]
            }
        for key in section.keys where !(["id", "label", "kind"] + own).contains(key) {
            throw section.fail(key, "absent where kind is \(kind.rawValue)", remedy: "take it out, or change the kind")
        }
        if !section.isAbsent("of"), let key = own.dropFirst().first(where: { !section.isAbsent($0) }) {
            throw section.fail(
                key, "absent beside `of`, which takes items and their treatment from the codebook",
                remedy: "list the items instead of `of`, or take '\(key)' out")
        }
    }

    // MARK: Reflective

    private func reflective(_ section: Section) throws -> Study.ScaleRequest.Reflective {
        if let source = try section.optionalText("of") { return try reflective(section, of: source) }
        let items = try section.texts("items")
        let reversed = try section.texts("reverse", default: [])
        try check(section, "items", items)
        _ = try named(section) { () throws(ScaleError) in try ScaleItems(items, reversed: reversed) }
        let range = try range(section)
        return Study.ScaleRequest.Reflective(
            items: try items.map { try item(section, "items", $0, range, isReversed: reversed.contains($0)) },
            minimumAnswered: try minimum(section, items.count))
    }

    private func reflective(_ section: Section, of source: String) throws -> Study.ScaleRequest.Reflective {
        try check(section, "of", [source])
        guard case .mean(let items, let treatment, let minimum)? = names.derived(source)?.form else {
            let isCount = if case .count? = names.derived(source)?.form { true } else { false }
            throw section.failure(
                "NOT_A_MEAN", "of", "'\(source)' is no mean of answers in the codebook",
                remedy: isCount ? "a count is a checklist: add `kind: checklist`" : "list the items under `items`")
        }
        _ = try named(section) { () throws(ScaleError) in try ScaleItems(items) }
        guard minimum <= items.count else { throw badMinimum(section, "of", minimum, items.count) }
        let range = treatment.low < treatment.high ? treatment.low...treatment.high : nil
        return Study.ScaleRequest.Reflective(
            items: try items.map {
                try item(section, "of", $0, range, isReversed: treatment.reversed.contains($0))
            }, minimumAnswered: minimum)
    }

    private func item(
        _ section: Section, _ key: String, _ name: String, _ given: ClosedRange<Double>?, isReversed: Bool
    ) throws -> Study.ScaleRequest.Item {
        if let categories = names.categories(name),
            categories.contains(where: { $0.value == nil }) || categories.isEmpty
        {
            throw section.failure(
                "NOT_ORDERED", key, "The answers to '\(name)' have no order: their codes are no numbers",
                remedy: "leave it out, or recode it in the codebook")
        }
        guard let range = given ?? names.range(name) else {
            throw section.failure(
                "NO_RANGE", key, "The codebook does not say between which numbers '\(name)' lies",
                remedy: "add range: [lowest, highest], or min and max in the codebook")
        }
        return Study.ScaleRequest.Item(
            name: name, label: names.wording(name), range: range, isReversed: isReversed,
            isTurnedByCodebook: names.isTurned(name))
    }

    private func range(_ section: Section) throws -> ClosedRange<Double>? {
        guard !section.isAbsent("range") else { return nil }
        let ends = try section.numbers("range")
        guard ends.count == 2, ends[0] < ends[1] else {
            throw section.fail("range", "two rising numbers, the lowest and the highest answer")
        }
        return ends[0]...ends[1]
    }

    /// Half of the items where the study does not say.
    private func minimum(_ section: Section, _ count: Int) throws -> Int {
        let minimum = try section.integer("minimum_answered", default: (count + 1) / 2)
        guard (1...count).contains(minimum) else { throw badMinimum(section, "minimum_answered", minimum, count) }
        return minimum
    }

    private func badMinimum(_ section: Section, _ key: String, _ minimum: Int, _ count: Int) -> Failure {
        section.failure(
            "BAD_OPTION", key, "At least \(minimum) answers cannot be asked of \(count) items",
            remedy: "give a number between 1 and \(count)")
    }

    // MARK: Checklists and claims

    private func checklist(_ section: Section) throws -> [Study.ScaleRequest.Check] {
        if let source = try section.optionalText("of") {
            try check(section, "of", [source])
            guard case .count(let conditions, _)? = names.derived(source)?.form else {
                throw section.failure(
                    "NOT_A_COUNT", "of", "'\(source)' is no count of conditions in the codebook",
                    remedy: "list the items under `items`")
            }
            return try distinct(section, "of", conditions.map { check(JudgedConditions($0)) })
        }
        let items = try section.texts("items").map { text in
            names.all.contains(text) ? try yesNo(section, text) : check(try condition(section, "items", text))
        }
        return try distinct(section, "items", items)
    }

    private func distinct(
        _ section: Section, _ key: String, _ items: [Study.ScaleRequest.Check]
    ) throws -> [Study.ScaleRequest.Check] {
        guard items.count > 1 else {
            throw section.failure("TOO_FEW_ITEMS", key, "A checklist needs two items", remedy: "name at least two")
        }
        if let twice = items.indices.first(where: { place in items[..<place].contains { $0.name == items[place].name } }
        ) {
            throw section.failure(
                "REPEATED_ITEM", key, "Item '\(items[twice].name)' is named twice", remedy: "name each once")
        }
        return items
    }

    private func yesNo(_ section: Section, _ name: String) throws -> Study.ScaleRequest.Check {
        try check(section, "items", [name])
        let codes = Set((names.categories(name) ?? []).map(\.code))
        guard codes == ["0", "1"], let done = JudgedConditions("\(name) == 1") else {
            throw section.failure(
                "NOT_YES_NO", "items", "'\(name)' is no question with answers 0 and 1",
                remedy: "say which answers count, for example \"\(name) == 1\"")
        }
        return Study.ScaleRequest.Check(name: name, label: names.wording(name), done: done)
    }

    private func check(_ done: JudgedConditions) -> Study.ScaleRequest.Check {
        Study.ScaleRequest.Check(
            name: done.text, label: done.variables.count == 1 ? names.wording(done.variables[0]) : LocalizedText([:]),
            done: done)
    }

    private func condition(_ section: Section, _ key: String, _ text: String) throws -> JudgedConditions {
        try ConditionReader(names).condition(section, key, text)
    }

    /// Names that the codebook knows, and that are answers.
    private func check(_ section: Section, _ key: String, _ wanted: [String]) throws {
        try ConditionReader(names).check(section, key, wanted)
    }

    private func named<Value>(_ section: Section, _ work: () throws(ScaleError) -> Value) throws -> Value {
        do { return try work() } catch {
            var failure = FailureNames(file: section.file).scale(error)
            failure.line = section.mark?.line
            failure.column = section.mark?.column
            throw failure
        }
    }
}

extension Study.ScaleRequest {
    static let checklistCode = "CHECKLIST_HAS_NO_ALPHA"
    static let checklistReason =
        "A checklist has no alpha: what people have done makes the sum, and need not go together"
    static let checklistRemedy = "read its counts and shares, or declare a scale of answers that show one trait"
}
