import Foundation
import PeilStatistics
import PeilTable
import Yams

extension AnalysisPlan {
    /// Reads a plan file (YAML or JSON).
    /// - Throws: `Failure` with exit code 66 when absent, 78 when wrong in itself.
    public init(file path: String) throws {
        let text = try StudyFiles.text(path, what: "plan")
        let root = try Section.document(text, file: path)
        try root.allow(["id", "dataset", "missing_value", "design", "items"])
        id = try root.text("id")
        let given = try root.text("dataset")
        dataset = given.hasPrefix("/") ? given : StudyFiles.join(StudyFiles.folder(of: path), given)
        let token = try root.optionalText("missing_value") ?? ""
        missingValue = token.isEmpty || token == "empty field" ? nil : token
        missingCodes = []
        design =
            try root.optionalSection("design").map(PlanReader.design)
            ?? DesignRequest(columns: DesignColumns())
        items = try root.sections("items").map(PlanReader.item)
        var seen = Set<String>()
        for item in items where !seen.insert(item.id).inserted {
            throw root.fail("items", "items with ids of their own", remedy: "rename one of the items '\(item.id)'")
        }
    }
}

/// Turns the mappings of a plan into typed values.
enum PlanReader {
    private enum DesignKind: String, CaseIterable { case taylor }

    static func design(_ section: Section) throws -> DesignRequest {
        try section.allow([
            "kind", "weights", "strata", "clusters", "fpc", "fpc_kind", "nest", "lonely_psu",
            "lonely_domain", "adjust"
        ])
        let _: DesignKind = try section.choice("kind", default: .taylor)
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
            adjust: try section.sections("adjust", optional: true).map(step))
    }

    private enum Method: String, CaseIterable { case rake }

    private static func step(_ section: Section) throws -> AdjustmentStep {
        let _: Method = try section.choice("method")
        try section.allow(["method", "margins", "maxit", "epsilon"])
        return .rake(
            try section.sections("margins").map(margin),
            tolerance: try section.number("epsilon", default: 1e-10),
            maximumIterations: try section.integer("maxit", default: 1000))
    }

    private static func margin(_ section: Section) throws -> AdjustmentStep.Margin {
        try section.allow(["variable", "totals"])
        let totals = try section.section("totals")
        return AdjustmentStep.Margin(
            variable: try section.text("variable"),
            totals: try totals.keys.map { ($0, try totals.number($0)) })
    }

    static func item(_ section: Section) throws -> PlanItem {
        try section.allow(["id", "statistic", "variables", "by", "domain", "options"])
        let item = PlanItem(
            id: try section.text("id"), statistic: try section.choice("statistic"),
            variables: try section.texts("variables", default: []), by: try section.texts("by", default: []),
            domain: try section.sections("domain", optional: true).map(condition),
            options: try section.optionalSection("options").map(options) ?? PlanItem.Options())
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
            "level", "deff", "contrast", "methods", "op", "value", "probs", "qrule", "interval",
            "column", "separator"
        ])
        var options = PlanItem.Options()
        options.level = try section.number("level", default: 0.95)
        guard options.level > 0, options.level < 1 else { throw section.fail("level", "between 0 and 1") }
        if !section.isAbsent("deff") { options.designEffect = try section.choice("deff") }
        if !section.isAbsent("probs") { options.probabilities = try section.numbers("probs") }
        options.quantileRule = try section.choice("qrule", default: .math)
        options.quantileInterval = try section.choice("interval", default: .mean)
        options.contrasts = try section.sections("contrast", optional: true).map(contrast)
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
