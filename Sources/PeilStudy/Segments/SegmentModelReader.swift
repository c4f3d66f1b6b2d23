import PeilStatistics
import PeilTable

/// Reads a file of frozen segments. Nothing in it is taken on trust: a chance outside 0…1, a line that does not sum to
/// 1, a missing or unknown key is an error of the file.
struct SegmentModelReader {
    private let root: Section

    init(path: String) throws {
        let text = try StudyFiles.text(path, what: "segment model", maximum: StudyFiles.maximumTableBytes)
        root = try Section.document(text, file: path)
        let schema = try root.text("schema")
        guard schema == SegmentModelFile.schema else {
            throw root.fail(
                "schema", SegmentModelFile.schema,
                remedy: "name a file that `peil segment fit --out` wrote, or make it anew with this version")
        }
        try root.allow([
            "schema", "use", "study", "version", "wave", "input_hash", "peil", "method", "seed", "questions", "model",
            "reference", "crosswalk"
        ])
    }

    func file() throws -> SegmentModelFile {
        let model = try model()
        let questions = try root.section("questions")
        guard try root.integer("version") >= 1 else { throw root.fail("version", "1 or more") }
        return SegmentModelFile(
            study: try root.text("study"), version: try root.integer("version"), wave: try root.text("wave"),
            inputHash: try root.text("input_hash"), seed: try seed(), model: model,
            fingerprints: Dictionary(
                uniqueKeysWithValues: try questions.keys.map { ($0, try questions.text($0)) }),
            reference: try reference(root.section("reference"), codes: model.codes, items: model.items),
            crosswalk: try root.optionalSection("crosswalk").map(crosswalk))
    }

    private func seed() throws -> UInt64? {
        guard let text = try root.optionalText("seed") else { return nil }
        guard let seed = UInt64(text) else { throw root.fail("seed", "a whole number of 0 or more") }
        return seed
    }

    private func model() throws -> FrozenSegments {
        let section = try root.section("model")
        switch try root.text("method") {
        case "rules": return .rules(try SegmentReader.rules(section))
        case "kmeans": return .centroids(try centroids(section))
        case "lca": return .latentClasses(try latentClasses(section))
        default: throw root.fail("method", "rules, kmeans or lca")
        }
    }

    private func centroids(_ section: Section) throws -> CentroidModel {
        try section.allow([
            "codes", "minimum_answered", "items", "centres", "objective", "total_squares", "sizes", "counts", "rounds",
            "distinct_points", "best_reached", "starts"
        ])
        var items: [String] = []
        var scales: [ItemScale] = []
        for own in try section.sections("items") {
            try own.allow(["name", "mean", "deviation", "standardised"])
            let deviation = try own.number("deviation")
            guard deviation > 0 else { throw own.fail("deviation", "above 0") }
            items.append(try own.text("name"))
            scales.append(
                ItemScale(
                    mean: try own.number("mean"), deviation: deviation,
                    isStandardised: try own.flag("standardised", default: true)))
        }
        let (codes, centres) = (try section.texts("codes"), try section.numberLists("centres"))
        guard centres.count >= 2, centres.allSatisfy({ $0.count == items.count }) else {
            throw section.fail("centres", "two or more lists of a number for each item")
        }
        guard codes.count == centres.count + 1 else {
            throw section.fail("codes", "one for each centre, and one for those who cannot be placed")
        }
        try distinct(codes, section, "codes")
        try distinct(items, section, "items")
        let minimum = try section.integer("minimum_answered")
        guard (1...max(1, items.count)).contains(minimum) else {
            throw section.fail("minimum_answered", "between 1 and the number of items")
        }
        let fit = CentroidModel.Fit(
            objective: try section.number("objective"), totalSquares: try section.number("total_squares"),
            sizes: try section.numbers("sizes"), counts: try counts(section),
            rounds: try section.integer("rounds"), distinctPoints: try section.integer("distinct_points"),
            seed: try seed(), bestReached: section.isAbsent("best_reached") ? nil : try section.integer("best_reached"),
            starts: try section.integer("starts"))
        return CentroidModel(
            items: items, codes: codes, scales: scales, centres: centres, minimumAnswered: minimum, fit: fit)
    }

    private func counts(_ section: Section) throws -> [Int] {
        try section.numbers("counts").map { number in
            guard let count = Int(exactly: number), count >= 0 else { throw section.fail("counts", "whole numbers") }
            return count
        }
    }

    private func latentClasses(_ section: Section) throws -> LatentClassModel {
        try section.allow(["codes", "minimum_answered", "shares", "items", "covariates", "coefficients"])
        let shares = try section.numbers("shares")
        guard Self.isProper(shares) else { throw section.fail("shares", "chances that sum to 1") }
        var items: [AnswerPatterns.Item] = []
        var probabilities: [[[Double]]] = []
        for own in try section.sections("items") {
            try own.allow(["name", "categories", "probabilities"])
            let item = AnswerPatterns.Item(name: try own.text("name"), categories: try own.texts("categories"))
            let lines = try own.numberLists("probabilities")
            guard lines.count == shares.count,
                lines.allSatisfy({ $0.count == item.categories.count && Self.isProper($0) })
            else { throw own.fail("probabilities", "a line of chances for each class, each summing to 1") }
            try distinct(item.categories, own, "categories")
            items.append(item)
            probabilities.append(lines)
        }
        let codes = try section.texts("codes")
        guard !items.isEmpty, codes.count == shares.count + 1 else {
            throw section.fail("codes", "one for each class, and one for those who cannot be placed")
        }
        try distinct(codes, section, "codes")
        try distinct(items.map(\.name), section, "items")
        let minimum = try section.integer("minimum_answered")
        guard (1...items.count).contains(minimum) else {
            throw section.fail("minimum_answered", "between 1 and the number of items")
        }
        return LatentClassModel(
            items: items, shares: shares, probabilities: probabilities, minimumAnswered: minimum,
            mix: try mix(section, classes: shares.count), codes: codes)
    }

    private func mix(_ section: Section, classes: Int) throws -> ClassMix? {
        let covariates = try section.sections("covariates", optional: true).map { own in
            try own.allow(["variable", "categories"])
            return ClassMix.Covariate(
                variable: try own.text("variable"),
                categories: own.isAbsent("categories") ? nil : try own.texts("categories"))
        }
        guard !covariates.isEmpty else { return nil }
        let coefficients = try section.numbers("coefficients")
        let width = 1 + covariates.reduce(0) { $0 + ($1.categories.map { $0.count - 1 } ?? 1) }
        guard coefficients.count == (classes - 1) * width else {
            throw section.fail("coefficients", "\((classes - 1) * width) numbers")
        }
        return ClassMix(covariates: covariates, coefficients: coefficients)
    }

    private static func isProper(_ line: [Double]) -> Bool {
        line.allSatisfy { (0...1.000001).contains($0) } && abs(line.reduce(0, +) - 1) < 1e-6
    }

    /// Codes and items name things apart.
    private func distinct(_ names: [String], _ section: Section, _ key: String) throws {
        guard Set(names).count == names.count, !names.contains("") else {
            throw section.fail(key, "different names, none of them empty")
        }
    }

    // MARK: Reference

    private func reference(_ section: Section, codes: [String], items names: [String]) throws -> SegmentReference {
        try section.allow(["sizes", "effective_n", "sureness", "fit", "items"])
        let sizes = try section.numbers("sizes")
        guard sizes.count == codes.count, Self.isProper(sizes) else {
            throw section.fail("sizes", "a share for each code, together 1")
        }
        let items = try section.section("items")
        try items.allow(names)
        if let absent = names.first(where: { !items.has($0) }) {
            throw items.fail(
                absent, "given: what the wave looked like", remedy: "make the model anew with `peil segment fit`")
        }
        guard try section.number("effective_n") > 0 else { throw section.fail("effective_n", "above 0") }
        return SegmentReference(
            items: Dictionary(
                uniqueKeysWithValues: try items.keys.map { ($0, try distribution(items.section($0))) }),
            sizes: sizes, effectiveN: try section.number("effective_n"),
            sureness: section.isAbsent("sureness") ? nil : try section.number("sureness"),
            fit: try section.optionalSection("fit").map(moments))
    }

    private func moments(_ section: Section) throws -> AnswerDistribution.Moments {
        try section.allow(["mean", "variance"])
        let variance = try section.number("variance")
        guard variance >= 0 else { throw section.fail("variance", "0 or more") }
        return AnswerDistribution.Moments(mean: try section.number("mean"), variance: variance)
    }

    private func distribution(_ section: Section) throws -> AnswerDistribution {
        try section.allow(["codes", "numbers", "effective_n", "missing_share"])
        let answers: AnswerDistribution.Answers
        if let numbers = try section.optionalSection("numbers") {
            answers = .numbers(try moments(numbers))
        } else {
            let codes = try section.section("codes")
            answers = .codes(
                Dictionary(uniqueKeysWithValues: try codes.keys.map { ($0, try codes.number($0)) }))
        }
        let missing = try section.number("missing_share")
        guard (0...1).contains(missing), try section.number("effective_n") > 0 else {
            throw section.fail("missing_share", "a share, beside an effective_n above 0")
        }
        return AnswerDistribution(
            answers: answers, effectiveN: try section.number("effective_n"), missingShare: missing)
    }

    private func crosswalk(_ section: Section) throws -> SegmentCrosswalk {
        try section.allow(["from_version", "from", "to", "shares"])
        let (from, to) = (try section.texts("from"), try section.texts("to"))
        let shares = try section.numberLists("shares")
        guard shares.count == from.count, shares.allSatisfy({ $0.count == to.count }) else {
            throw section.fail("shares", "a line for each old code with a number for each new one")
        }
        return SegmentCrosswalk(
            fromVersion: try section.integer("from_version"), fromCodes: from, toCodes: to, shares: shares)
    }
}
