import PeilDisclosure
import PeilStatistics
import PeilTable

/// Reads `segments:`; rules and their thresholds live in the study, not in the program.
struct SegmentReader {
    private let section: Section
    private enum Method: String, CaseIterable { case rules, kmeans }

    init(_ section: Section) throws {
        self.section = section
        try section.allow([
            "method", "inputs", "maximum_missing", "unclassified", "rules", "otherwise", "clusters", "starts",
            "seed", "labels"
        ])
    }

    func segments() throws -> Study.SegmentRequest {
        let method: Method = try section.choice("method", default: .rules)
        let labels = try section.section("labels")
        let named = try labels.keys.map { code in
            let entry = try labels.section(code)
            try entry.allow(["label", "description"])
            return PublicationSubject.Named(
                code: code, label: try entry.localized("label"),
                description: try entry.optionalLocalized("description") ?? LocalizedText([:]))
        }
        switch method {
        case .rules: return Study.SegmentRequest(method: .rules(try rules()), labels: named)
        case .kmeans: return Study.SegmentRequest(method: .kMeans(try kMeans()), labels: named)
        }
    }

    private func rules() throws -> OrderedRules {
        OrderedRules(
            inputs: try section.texts("inputs"), maximumMissing: try section.integer("maximum_missing"),
            unclassified: try section.text("unclassified"),
            rules: try section.sections("rules").map { rule in
                try rule.allow(["code", "when"])
                return OrderedRules.Rule(
                    code: try rule.text("code"), condition: try Self.condition(rule.section("when")))
            }, otherwise: try section.text("otherwise"))
    }

    private func kMeans() throws -> WeightedKMeans {
        let inputs = try section.texts("inputs")
        guard let seed = UInt64(exactly: try section.integer("seed")) else { throw section.fail("seed", "0 or more") }
        let maximumMissing = try section.integer("maximum_missing")
        guard (0...inputs.count).contains(maximumMissing) else {
            throw section.fail("maximum_missing", "between 0 and the number of inputs, \(inputs.count)")
        }
        let clusters = try section.integer("clusters")
        let starts = try section.integer("starts", default: 50)
        guard clusters <= 1000, starts <= 100_000 else {
            throw section.fail("starts", "at most 100000, with at most 1000 clusters")
        }
        return try WeightedKMeans(
            items: inputs, clusters: clusters, starts: starts, minimumAnswered: inputs.count - maximumMissing,
            seed: seed)
    }

    private static func condition(_ section: Section) throws -> OrderedRules.Condition {
        if section.has("all") || section.has("any") {
            try section.allow(["all", "any"])
            var parts: [OrderedRules.Condition] = []
            if section.has("all") { parts.append(.all(try section.sections("all").map(condition))) }
            if section.has("any") { parts.append(.any(try section.sections("any").map(condition))) }
            return parts.count == 1 ? parts[0] : .all(parts)
        }
        return .answer(try PlanReader.condition(section))
    }
}
