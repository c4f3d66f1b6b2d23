import PeilIngest
import PeilStatistics
import PeilTable
import Yams

/// Reads `models:` and checks every entry against the codebook, before any data are read.
struct ModelReader {
    private let names: CodebookNames
    private let conditions: ConditionReader

    static let keys = ["id", "label", "outcome", "family", "predictors", "reference", "margins", "domain"]

    private enum Family: String, CaseIterable {
        case linear, logistic, quasipoisson

        var family: ModelFamily {
            switch self {
            case .linear: .linear
            case .logistic: .logistic
            case .quasipoisson: .logLinear
            }
        }
    }
    private enum Kind: String, CaseIterable { case number, categories }

    init(_ codebook: Codebook) {
        names = CodebookNames(codebook)
        conditions = ConditionReader(names)
    }

    func models(_ sections: [Section]) throws -> [Study.ModelRequest] {
        var ids = Set<String>()
        return try sections.map { section in
            let model = try model(section)
            guard ids.insert(model.id).inserted else {
                throw section.failure(
                    "REPEATED_ID", "id", "Two models are called '\(model.id)'", remedy: "rename one of them")
            }
            return model
        }
    }

    private func model(_ section: Section) throws -> Study.ModelRequest {
        try section.allow(Self.keys)
        let family: Family = try section.choice("family")
        let (outcome, levels) = try outcome(section.section("outcome"), family)
        let (columns, interactions) = try terms(section)
        for name in columns.map(\.name) where name == outcome || isTold(outcome, by: name) {
            throw section.failure(
                "OUTCOME_AMONG_PREDICTORS", "predictors",
                name == outcome
                    ? "The outcome '\(name)' is among the predictors"
                    : "The codebook makes '\(outcome)' and '\(name)' of one another: they go together by definition",
                remedy: "leave '\(name)' out")
        }
        return Study.ModelRequest(
            id: try section.text("id"),
            label: try section.optionalLocalized("label") ?? names.wording(outcome), outcome: outcome, levels: levels,
            family: family.family, predictors: try predictors(section, columns), interactions: interactions,
            domain: try section.optionalText("domain").map { try conditions.condition(section, "domain", $0) },
            line: section.mark?.line)
    }

    private func isTold(_ outcome: String, by name: String) -> Bool {
        names.isMade(outcome, from: name) || names.isMade(name, from: outcome)
    }

    // MARK: Outcome

    private func outcome(_ section: Section, _ family: Family) throws -> (name: String, levels: [String]) {
        try section.allow(["question", "level"])
        let name = try section.text("question")
        try conditions.check(section, "question", [name])
        let levels = try section.texts("level", default: [])
        guard let categories = names.categories(name), !categories.isEmpty else { return (name, levels) }
        let known = categories.map(\.code)
        if let stranger = levels.first(where: { !known.contains($0) }) {
            throw unknownLevel(section, "level", name, stranger, known)
        }
        if levels.isEmpty, family == .logistic || categories.contains(where: { $0.value == nil }) {
            throw section.failure(
                "RESPONSE_OF_TEXTS", "question", "Which answer to '\(name)' the model is about is not said",
                remedy: "add level, one or several of: \(known.prefix(12).joined(separator: ", "))")
        }
        if !levels.isEmpty, Set(levels).count == known.count {
            throw section.failure(
                "RESPONSE_CONSTANT", "level", "Every answer to '\(name)' counts as yes", remedy: "name fewer")
        }
        return (name, levels)
    }

    private func unknownLevel(
        _ section: Section, _ key: String, _ name: String, _ level: String, _ known: [String]
    ) -> Failure {
        section.failure(
            "UNKNOWN_LEVEL", key, "'\(name)' has no answer '\(level)'",
            remedy: "answers are: \(known.prefix(12).joined(separator: ", "))")
    }

    // MARK: Predictors

    /// Names, or mappings: `{column: …, as: number}` or `{interaction: […]}`.
    private func terms(_ section: Section) throws -> (columns: [(name: String, kind: Kind?)], interactions: [[String]])
    {
        guard case .sequence(let entries)? = section.node("predictors"), !entries.isEmpty else {
            throw section.fail("predictors", "a list of questions and interactions")
        }
        var columns: [(name: String, kind: Kind?)] = []
        var interactions: [[String]] = []
        for (place, entry) in entries.enumerated() {
            if let name = entry.string {
                columns.append((name, nil))
                continue
            }
            let own = try Section(entry, file: section.file, path: "\(section.path) › predictors › \(place + 1)")
            if own.has("interaction") {
                try own.allow(["interaction"])
                interactions.append(try interaction(own))
            } else {
                try own.allow(["column", "as"])
                columns.append((try own.text("column"), try own.choice("as", default: .number)))
            }
        }
        try check(section, columns.map(\.name), interactions)
        return (columns, interactions)
    }

    private func interaction(_ section: Section) throws -> [String] {
        let parts = try section.texts("interaction")
        guard parts.count > 1, Set(parts).count == parts.count else {
            throw section.fail("interaction", "a list of two or more different predictors")
        }
        return parts
    }

    private func check(_ section: Section, _ columns: [String], _ interactions: [[String]]) throws {
        try conditions.check(section, "predictors", columns + interactions.flatMap { $0 })
        if let twice = columns.indices.first(where: { columns[..<$0].contains(columns[$0]) }) {
            throw section.failure(
                "REPEATED_TERM", "predictors", "Predictor '\(columns[twice])' is named twice", remedy: "name each once")
        }
        if let twice = interactions.indices.first(where: { place in
            interactions[..<place].contains { Set($0) == Set(interactions[place]) }
        }) {
            throw section.failure(
                "REPEATED_TERM", "predictors",
                "Interaction '\(interactions[twice].joined(separator: ":"))' is named twice", remedy: "name each once")
        }
        for parts in interactions {
            guard let missing = parts.first(where: { !columns.contains($0) }) else { continue }
            throw section.failure(
                "INTERACTION_WITHOUT_MAIN", "predictors",
                "Interaction '\(parts.joined(separator: ":"))' needs '\(missing)' in the model", remedy: "add it")
        }
    }

    private func predictors(
        _ section: Section, _ columns: [(name: String, kind: Kind?)]
    ) throws -> [Study.ModelRequest.Predictor] {
        let references = try section.optionalSection("reference")
        let margins = try section.optionalSection("margins")
        try references?.allow(columns.map(\.name))
        try margins?.allow(columns.map(\.name))
        return try columns.map { name, kind in
            let categories = names.categories(name)
            let isCategorical = try isCategorical(section, name, kind, categories)
            for (key, own, belongs) in [("reference", references, isCategorical), ("margins", margins, !isCategorical)]
            {
                guard own?.isAbsent(name) == false, !belongs else { continue }
                throw section.fail(
                    key, "about \(isCategorical ? "numbers" : "closed questions"), and '\(name)' is none",
                    remedy: "take '\(name)' out")
            }
            let reference = try references?.optionalText(name)
            let known = (categories ?? []).map(\.code)
            if let reference, !known.isEmpty, !known.contains(reference), let references {
                throw unknownLevel(references, name, name, reference, known)
            }
            return Study.ModelRequest.Predictor(
                name: name, label: names.wording(name), isCategorical: isCategorical, reference: reference,
                marginsAt: try marginsAt(margins, name),
                labels: Dictionary((categories ?? []).map { ($0.code, $0.label) }) { first, _ in first })
        }
    }

    /// Where margins of a number are taken: values that it can have.
    private func marginsAt(_ margins: Section?, _ name: String) throws -> [Double] {
        guard let margins, !margins.isAbsent(name) else { return [] }
        let values = try margins.numbers(name)
        if let range = names.range(name), values.contains(where: { !range.contains($0) }) {
            throw margins.fail(
                name, "between \(shortestText(range.lowerBound)) and \(shortestText(range.upperBound))",
                remedy: "name values that '\(name)' can have")
        }
        return values
    }

    /// Answers are categories unless the study says that their codes are numbers: codes of sexes or channels are none.
    private func isCategorical(
        _ section: Section, _ name: String, _ kind: Kind?, _ categories: [Category]?
    ) throws -> Bool {
        guard let categories else { return kind == .categories }
        guard kind == .number else { return true }
        guard !categories.isEmpty, categories.allSatisfy({ $0.value != nil }) else {
            throw section.failure(
                "NOT_ORDERED", "predictors", "The answers to '\(name)' have no order: their codes are no numbers",
                remedy: "take `as: number` out")
        }
        return false
    }
}
