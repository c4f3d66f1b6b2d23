import PeilStatistics
import Yams

/// Options of scales, change and small areas.
extension PlanReader {
    static func alphaOptions(_ section: Section) throws -> PlanItem.Options {
        try section.allow(["missing", "reverse", "range", "minimum_answered", "level"])
        try listwise(section)
        var options = PlanItem.Options()
        options.level = try level(section)
        options.scale.reversed = try section.texts("reverse", default: [])
        if !section.isAbsent("range") {
            let ends = try section.numbers("range")
            guard ends.count == 2, ends[0] < ends[1] else { throw section.fail("range", "[lowest, highest]") }
            options.scale.range = ends[0]...ends[1]
        }
        if !section.isAbsent("minimum_answered") {
            options.scale.minimumAnswered = try section.integer("minimum_answered")
            guard options.scale.range != nil else {
                throw section.fail("minimum_answered", "beside `range`", remedy: "add range: [lowest, highest]")
            }
        }
        return options
    }

    static func componentOptions(_ section: Section) throws -> PlanItem.Options {
        // `sign` states in words that each component's largest loading is positive, which always holds.
        try section.allow(["missing", "center", "scale", "sign", "level"])
        try listwise(section)
        guard try section.flag("center", default: true) else {
            throw section.fail("center", "true", remedy: "components are taken about the means")
        }
        var options = PlanItem.Options()
        options.level = try level(section)
        options.isScaled = try section.flag("scale", default: false)
        return options
    }

    /// Rows that lack one of the columns are left out: the only rule there is.
    private static func listwise(_ section: Section) throws {
        if !section.isAbsent("missing") { _ = try word(section, "missing", among: ["listwise"]) }
    }

    static func changeOptions(_ section: Section) throws -> PlanItem.Options {
        try section.allow(["from", "to", "of", "level", "margin", "power"])
        var options = PlanItem.Options()
        options.level = try level(section)
        options.change = ChangeRequest(
            quantity: try section.choice("of", default: .mean),
            comparison: ChangeBetweenWaves(
                from: try section.text("from"), to: try section.text("to"), level: options.level,
                margin: section.isAbsent("margin") ? nil : try section.number("margin"),
                power: try section.number("power", default: 0.8)))
        return options
    }

    // MARK: Small areas

    static func areaOptions(_ section: Section) throws -> PlanItem.Options {
        // `mse` states in words which formula belongs to the method.
        try section.allow([
            "covariates", "variance", "domain_column", "method", "when_zero", "mse", "benchmark", "level"
        ])
        var options = PlanItem.Options()
        options.level = try level(section)
        options.areas = FayHerriot(
            direct: "", variance: try section.text("variance"), area: try section.text("domain_column"),
            covariates: try covariates(section), method: try section.choice("method", default: .restricted),
            whenZero: section.isAbsent("when_zero") ? nil : try section.choice("when_zero"),
            benchmark: try section.optionalSection("benchmark").map(benchmark))
        return options
    }

    private static func benchmark(_ section: Section) throws -> Benchmark {
        try section.allow(["weights", "target", "form"])
        return Benchmark(
            weights: try section.text("weights"),
            target: section.isAbsent("target") ? nil : try section.number("target"),
            form: try section.choice("form", default: .ratio))
    }

    /// Names, or `{column: .., categorical: true}`.
    static func covariates(_ section: Section, key: String = "covariates") throws -> [AreaCovariate] {
        guard !section.isAbsent(key) else { return [] }
        guard case .sequence(let list)? = section.node(key) else {
            throw section.fail(key, "a list of columns")
        }
        return try list.enumerated().map { index, node in
            if let name = node.string { return AreaCovariate(name) }
            let own = try Section(node, file: section.file, path: "\(section.path) › \(key) › \(index + 1)")
            try own.allow(["column", "categorical"])
            return AreaCovariate(
                try own.text("column"), isCategorical: try own.flag("categorical", default: false))
        }
    }

    static func nestedOptions(_ section: Section) throws -> PlanItem.Options {
        // `target` and `mse` state in words what is estimated.
        try section.allow(["covariates", "domain_column", "method", "mse", "population_means", "target", "level"])
        let names = try section.texts("covariates", default: [])
        guard Set(names).count == names.count else { throw section.fail("covariates", "columns named once each") }
        guard !names.contains("domain"), !names.contains("N") else {
            throw section.fail(
                "covariates", "columns with other names than 'domain' and 'N'", remedy: "rename the column")
        }
        let populations = try section.sections("population_means").map { own in
            try own.allow(["domain", "N"] + names)
            return NestedErrorModel.Population(
                area: try own.text("domain"), size: own.isAbsent("N") ? nil : try own.number("N"),
                means: Dictionary(uniqueKeysWithValues: try names.map { ($0, try own.number($0)) }))
        }
        var options = PlanItem.Options()
        options.level = try level(section)
        options.nestedError = NestedErrorModel(
            response: "", area: try section.text("domain_column"), covariates: names, populations: populations,
            method: try section.choice("method", default: .restricted))
        return options
    }
}
