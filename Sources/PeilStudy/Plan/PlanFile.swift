import Foundation
import PeilStatistics
import PeilTable
import Yams

extension AnalysisPlan {
    /// Reads a plan file (YAML or JSON).
    /// - Throws: `Failure` with exit code 66 when absent, 78 when wrong in itself.
    public init(file path: String) throws { try self.init(path, needsItems: true) }

    /// A plan that is read for its weights: its items may be absent.
    public init(weightsOf path: String) throws { try self.init(path, needsItems: false) }

    private init(_ path: String, needsItems: Bool) throws {
        try self.init(text: try StudyFiles.text(path, what: "plan"), file: path, needsItems: needsItems)
    }

    /// Reads the text of a plan.
    /// - Parameters:
    ///   - text: YAML or JSON.
    ///   - path: of the file that it came from, which messages name and paths are relative to.
    ///   - dataset: path of the data in the place of the plan's own; nil to keep that.
    ///   - needsItems: whether a plan without items is refused.
    init(text: String, file path: String, dataset own: String? = nil, needsItems: Bool = true) throws {
        let root = try Section.document(text, file: path)
        try root.allow(["id", "dataset", "missing_value", "design", "items"])
        id = try root.text("id")
        let token = try root.optionalText("missing_value") ?? ""
        missingValue = token.isEmpty || token == "empty field" ? nil : token
        missingCodes = []
        design =
            try root.optionalSection("design").map(PlanReader.design)
            ?? DesignRequest(columns: DesignColumns())
        items = try root.sections("items", optional: !needsItems).map(PlanReader.item)
        // Items that bring their tables need no data; a plan of those alone may do without.
        let needsData = !needsItems || items.isEmpty || items.contains { !$0.statistic.bringsTable }
        let given = needsData ? try root.text("dataset") : try root.optionalText("dataset") ?? ""
        let placed = given.isEmpty || given.hasPrefix("/") ? given : StudyFiles.join(StudyFiles.folder(of: path), given)
        dataset = own ?? placed
        var seen = Set<String>()
        for item in items where !seen.insert(item.id).inserted {
            throw root.fail("items", "items with ids of their own", remedy: "rename one of the items '\(item.id)'")
        }
    }
}

/// Turns the mappings of a plan into typed values.
enum PlanReader {
    private enum DesignKind: String, CaseIterable { case taylor, replicate }

    /// What both kinds of design and study.yaml share.
    static func design(_ section: Section) throws -> DesignRequest {
        try section.allow([
            "kind", "weights", "strata", "clusters", "fpc", "fpc_kind", "nest", "lonely_psu", "lonely_domain",
            "replicate_from", "replicate", "basis", "assumption", "adjust"
        ])
        let kind: DesignKind = try section.choice("kind", default: .taylor)
        let columns = DesignColumns(
            weights: try section.optionalText("weights"), strata: try section.texts("strata", default: []),
            clusters: try section.texts("clusters", default: []),
            populationSizes: try section.texts("fpc", default: []),
            populationSizeKind: section.isAbsent("fpc_kind") ? nil : try section.choice("fpc_kind"),
            // Plans take clusters within their stratum whether or not their names repeat.
            nested: true)
        return DesignRequest(
            columns: columns, lonelyPSU: try section.choice("lonely_psu", default: .fail),
            lonelyInDomains: try section.flag("lonely_domain", default: false),
            adjust: try steps(section),
            replicates: try replicates(section, kind), sample: try sample(section))
    }

    private static func steps(_ section: Section) throws -> [AdjustmentStep] {
        var reader = AdjustmentReader()
        var steps: [AdjustmentStep] = []
        for own in try section.sections("adjust", optional: true) { steps.append(try reader.step(own)) }
        return steps
    }

    private enum Basis: String, CaseIterable { case probability, panel }

    private static func sample(_ section: Section) throws -> SampleKind {
        let basis: Basis = try section.choice("basis", default: .probability)
        let assumption: OptInAssumption? = section.isAbsent("assumption") ? nil : try section.choice("assumption")
        switch basis {
        case .panel: return .optIn(assumption)
        case .probability:
            guard assumption == nil else {
                throw section.fail("assumption", "absent: chance selection assumes nothing", remedy: "leave it out")
            }
            return .probability
        }
    }

    // MARK: Replicates

    private static func replicates(_ section: Section, _ kind: DesignKind) throws -> ReplicateRequest? {
        switch (kind, try section.optionalSection("replicate"), try section.optionalSection("replicate_from")) {
        case (.taylor, nil, nil): return nil
        case (.taylor, nil, let made?): return try self.made(made)
        case (.replicate, let supplied?, nil): return .supplied(try self.supplied(supplied))
        case (.replicate, nil, nil):
            throw section.fail("replicate", "given: the columns with replicate weights", remedy: "add `replicate`")
        default:
            throw section.fail(
                "replicate_from", "the only source of replicates",
                remedy: "use `kind: taylor` with `replicate_from`, or `kind: replicate` with `replicate`")
        }
    }

    private enum MadeKind: String, CaseIterable {
        case jackknife1 = "JK1"
        case jackknifeN = "JKn"
        case bootstrap
        case preston
    }

    private static func made(_ section: Section) throws -> ReplicateRequest {
        try section.allow(["type", "mse", "replicates", "seed"])
        let kind: MadeKind = try section.choice("type")
        let count = try section.integer("replicates", default: 200)
        guard (2...100_000).contains(count) else { throw section.fail("replicates", "between 2 and 100000") }
        let seed = try section.integer("seed", default: 1)
        guard seed >= 0 else { throw section.fail("seed", "0 or more") }
        let method: ReplicateMaker.Method =
            switch kind {
            case .jackknife1: .jackknife1
            case .jackknifeN: .jackknifeN
            case .bootstrap: .raoWuBootstrap(replicates: count, seed: UInt64(seed))
            case .preston: .prestonBootstrap(replicates: count, seed: UInt64(seed))
            }
        return .made(method, isCentredAtEstimate: try section.flag("mse", default: false))
    }

    private static func supplied(_ section: Section) throws -> SuppliedReplicates {
        try section.allow([
            "type", "columns", "prefix", "from", "to", "scale", "rscales", "mse", "combined_weights", "rho",
            "rscales_note"
        ])
        let kind: ReplicateKind = try section.choice("type", default: .other)
        let columns = try self.columns(section)
        guard columns.count >= 2 else { throw section.fail("columns", "two replicates or more") }
        let rho = try section.number("rho", default: 0)
        guard rho >= 0, rho < 1 else { throw section.fail("rho", "at least 0 and below 1") }
        guard
            let scale = section.isAbsent("scale")
                ? kind.defaultScale(replicates: columns.count, rho: rho) : try section.number("scale")
        else {
            throw section.fail("scale", "given for replicates of type \(kind.rawValue)", remedy: "add `scale`")
        }
        let scales = section.isAbsent("rscales") ? [1] : try section.numbers("rscales")
        guard scale.isFinite, scale >= 0, scales.allSatisfy({ $0.isFinite && $0 >= 0 }),
            scales.count == 1 || scales.count == columns.count
        else {
            throw section.fail(
                "rscales", "one number, or one for each of the \(columns.count) replicates, none negative")
        }
        return SuppliedReplicates(
            columns: columns, scale: scale, replicateScales: scales,
            isCentredAtEstimate: try section.flag("mse", default: kind == .successiveDifference),
            isCombined: try section.flag("combined_weights", default: true))
    }

    private static func columns(_ section: Section) throws -> [String] {
        if !section.isAbsent("columns") { return try section.texts("columns") }
        let prefix = try section.text("prefix")
        let from = try section.integer("from", default: 1)
        let to = try section.integer("to")
        guard from >= 0, to > from, to - from < 100_000 else { throw section.fail("to", "above `from`") }
        return (from...to).map { "\(prefix)\($0)" }
    }

    // MARK: Items

    static func item(_ section: Section) throws -> PlanItem {
        try section.allow(["id", "statistic", "variables", "by", "domain", "options"])
        let statistic: PlanItem.Statistic = try section.choice("statistic")
        let item = PlanItem(
            id: try section.text("id"), statistic: statistic,
            variables: try section.texts("variables", default: []), by: try section.texts("by", default: []),
            domain: try section.sections("domain", optional: true).map(condition),
            options: try section.optionalSection("options").map {
                try ownOptions($0, of: statistic) ?? options($0)
            } ?? PlanItem.Options())
        do { try item.check() } catch let failure as Failure {
            throw section.fail("variables", failure.message, remedy: failure.remedy)
        }
        return item
    }

    static func condition(_ section: Section) throws -> RowCondition {
        try section.allow(["column", "op", "value"])
        let comparison: RowCondition.Comparison = try section.choice("op", default: .equal)
        return RowCondition(
            column: try section.text("column"), comparison: comparison,
            values: comparison == .isPresent ? [] : try section.texts("value"))
    }

    private static func options(_ section: Section) throws -> PlanItem.Options {
        try section.allow([
            "level", "deff", "contrast", "against_rest", "methods", "op", "value", "probs", "qrule", "interval",
            "column", "separator", "missing", "statistic", "test", "expected", "standard"
        ])
        var options = PlanItem.Options()
        options.level = try level(section)
        if !section.isAbsent("deff") { options.designEffect = try section.choice("deff") }
        if !section.isAbsent("probs") { options.probabilities = try section.numbers("probs") }
        options.quantileRule = try section.choice("qrule", default: .math)
        options.quantileInterval = try section.choice("interval", default: .mean)
        options.contrasts = try section.sections("contrast", optional: true).map(contrast)
        options.againstRest = try section.flag("against_rest", default: false)
        options.rankScore = try section.choice("test", default: .wilcoxon)
        if !section.isAbsent("expected") {
            let shares = try section.section("expected")
            options.expectedShares = try shares.keys.map { .init($0, try shares.number($0)) }
            options.goodnessOfFit = try section.choice("statistic", default: .satterthwaite)
        } else {
            options.association = try section.choice("statistic", default: .secondOrder)
        }
        if let standard = try section.optionalSection("standard") { options.standard = try population(standard) }
        if !section.isAbsent("methods") {
            options.intervals = try section.texts("methods").map { word in
                guard let method = ProportionInterval(rawValue: word) else {
                    throw section.fail(
                        "methods", "among \(ProportionInterval.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                return method
            }
        }
        if !section.isAbsent("value") {
            options.share = (try section.choice("op", default: .equal), try section.texts("value"))
        }
        return options
    }

    /// `{columns: [age, sex], shares: [{age: .., sex: .., share: ..}]}`
    private static func population(_ section: Section) throws -> StandardPopulation {
        try section.allow(["columns", "shares"])
        let columns = try section.texts("columns")
        let shares = try section.sections("shares").map { cell in
            try cell.allow(columns + ["share"])
            return (try columns.map { try cell.text($0) }, try cell.number("share"))
        }
        do { return try StandardPopulation(columns, shares) } catch {
            guard case .badOption(let message, let remedy) = error else { throw error }
            throw section.fail("shares", "right: \(message)", remedy: remedy)
        }
    }

    private static func contrast(_ section: Section) throws -> Contrast {
        try section.allow(["name", "coef", "expr"])
        let name = try section.text("name")
        if let text = try section.optionalText("expr") {
            do { return Contrast(name: name, form: .expression(try SmoothExpression(text))) } catch {
                throw section.fail("expr", "an expression of estimates with + - * / ^ log exp sqrt")
            }
        }
        let coefficients = try section.section("coef")
        return Contrast(
            name: name,
            form: .linear(
                Dictionary(
                    uniqueKeysWithValues: try coefficients.keys.map { ($0, try coefficients.number($0)) })))
    }
}
