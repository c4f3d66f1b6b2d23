import PeilDisclosure
import PeilStatistics
import PeilTable

/// Reads `segments:`; rules and their thresholds live in the study, not in the program.
struct SegmentReader {
    private let section: Section
    private let folder: String

    static let keys = [
        "method", "inputs", "maximum_missing", "unclassified", "rules", "otherwise", "clusters", "classes", "starts",
        "seed", "covariates", "weights", "labels", "model", "accept_changed"
    ]

    private enum Method: String, CaseIterable { case rules, kmeans, lca }

    init(_ section: Section, folder: String) throws {
        self.section = section
        self.folder = folder
        try section.allow(Self.keys)
    }

    func segments() throws -> Study.SegmentRequest {
        let method: Method = try section.choice("method", default: .rules)
        let labels = method == .rules ? try section.section("labels") : try section.optionalSection("labels")
        let named = try (labels?.keys ?? []).map { code in
            let entry = try labels?.section(code) ?? section
            try entry.allow(["label", "description"])
            return PublicationSubject.Named(
                code: code, label: try entry.localized("label"),
                description: try entry.optionalLocalized("description") ?? LocalizedText([:]))
        }
        let asked: Study.SegmentRequest.Method =
            switch method {
            case .rules: .rules(try Self.rules(section))
            case .kmeans: .kMeans(try kMeans())
            case .lca: .latentClasses(try latentClasses())
            }
        return Study.SegmentRequest(
            method: asked, labels: named, model: try model(asked),
            acceptedChanges: try section.texts("accept_changed", default: []))
    }

    /// The frozen model, which must be of the method that the study names.
    private func model(_ method: Study.SegmentRequest.Method) throws -> SegmentModelFile? {
        guard !section.isAbsent("model") else { return nil }
        let name = try section.path("model")
        guard StudyFiles.isInside(name, folder: folder) else {
            throw section.fail(
                "model", "a path inside the study's folder",
                remedy: "use a relative path without '..' and no link out of it")
        }
        let file = try SegmentModelReader(path: StudyFiles.join(folder, name)).file()
        guard method.items == file.model.items, method.word == file.model.word,
            method.count == nil || method.count == file.model.codes.count - 1
        else {
            throw section.fail(
                "model", "of the method, inputs and number of segments that stand beside it",
                remedy: "fit anew with `peil segment fit --out`, or name the model that belongs to them")
        }
        return file
    }

    static func rules(_ section: Section) throws -> OrderedRules {
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
        let clusters = try section.integer("clusters")
        guard clusters <= 1000 else { throw section.fail("clusters", "at most 1000") }
        return try WeightedKMeans(
            items: inputs, clusters: clusters, starts: try starts(), minimumAnswered: try minimumAnswered(inputs),
            seed: try seed())
    }

    private func latentClasses() throws -> LatentClasses {
        let inputs = try section.texts("inputs")
        return try LatentClasses(
            items: inputs, classes: try section.integer("classes"), starts: try starts(), seed: try seed(),
            minimumAnswered: try minimumAnswered(inputs), covariates: try section.texts("covariates", default: []),
            weightRule: try section.choice("weights", default: .sampling))
    }

    private func starts() throws -> Int {
        let starts = try section.integer("starts", default: 50)
        guard (1...100_000).contains(starts) else { throw section.fail("starts", "between 1 and 100000") }
        return starts
    }

    private func seed() throws -> UInt64 {
        guard let seed = UInt64(exactly: try section.integer("seed")) else { throw section.fail("seed", "0 or more") }
        return seed
    }

    private func minimumAnswered(_ inputs: [String]) throws -> Int {
        let maximumMissing = try section.integer("maximum_missing")
        guard (0..<max(1, inputs.count)).contains(maximumMissing) else {
            throw section.fail("maximum_missing", "between 0 and one less than the number of inputs, \(inputs.count)")
        }
        return inputs.count - maximumMissing
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
