import PeilStatistics

/// Reads weighting steps, of a plan or of a study. In a study totals may stand in files of its folder.
struct AdjustmentReader {
    private enum Method: String, CaseIterable { case rake, poststratify, calibrate, trim, declared, nonresponse }

    /// nil in a plan, whose totals stand in it.
    var files: MarginFiles?

    mutating func step(_ section: Section) throws -> AdjustmentStep {
        let method: Method = try section.choice("method")
        return switch method {
        case .rake: try rake(section)
        case .poststratify: try poststratify(section)
        case .calibrate: try calibrate(section)
        case .trim: try trim(section)
        case .declared: try declared(section)
        case .nonresponse: try nonresponse(section)
        }
    }

    private mutating func rake(_ section: Section) throws -> AdjustmentStep {
        try section.allow(["method", "margins", "maxit", "epsilon", "residuals"])
        return .rake(
            try margins(section),
            // A plan's `rake` is R's rake(), its standard errors too; a study asks for what linearisation asks for.
            Raking(
                tolerance: try tolerance(section), maximumIterations: try iterations(section, default: 1000),
                residuals: try section.choice("residuals", default: files == nil ? .unweighted : .designWeighted)))
    }

    private mutating func margins(_ section: Section) throws -> [AdjustmentStep.Margin] {
        var margins: [AdjustmentStep.Margin] = []
        for own in try section.sections("margins") { margins.append(try margin(own)) }
        return margins
    }

    private func tolerance(_ section: Section) throws -> Double {
        let tolerance = try section.number("epsilon", default: 1e-10)
        guard tolerance > 0, tolerance < 1 else { throw section.fail("epsilon", "between 0 and 1") }
        return tolerance
    }

    private func iterations(_ section: Section, default fallback: Int) throws -> Int {
        let count = try section.integer("maxit", default: fallback)
        guard count >= 1 else { throw section.fail("maxit", "1 or more") }
        return count
    }

    /// `{variable, totals: {category: total}}` or `{variables: [a, b], totals: [{a: .., b: .., total: ..}]}`.
    private mutating func margin(_ section: Section) throws -> AdjustmentStep.Margin {
        try section.allow(
            ["variable", "variables", "totals", "collapse", "missing", "seed"] + (files == nil ? [] : MarginFiles.keys))
        let variables = section.has("variable") ? [try section.text("variable")] : try section.texts("variables")
        return AdjustmentStep.Margin(
            variables: variables, totals: try totals(section, variables), collapse: try collapse(section),
            outside: try outside(section))
    }

    private mutating func totals(
        _ section: Section, _ variables: [String]
    ) throws -> [(key: [String], total: Double)] {
        if files != nil, section.has("file") { return try files?.totals(section, variables) ?? [] }
        if variables.count == 1, let mapping = try? section.section("totals") {
            return try mapping.keys.map { ([$0], try mapping.number($0)) }
        }
        let cells = try section.sections("totals").map { cell in
            try cell.allow(variables + ["total"])
            return (key: try variables.map { try cell.text($0) }, total: try cell.number("total"))
        }
        var seen = Set<[String]>()
        for cell in cells where !seen.insert(cell.key).inserted {
            throw section.fail(
                "totals", "one total a cell", remedy: "\(cell.key.joined(separator: " × ")) stands twice")
        }
        return cells
    }

    private func collapse(_ section: Section) throws -> [[String]] {
        guard !section.isAbsent("collapse") else { return [] }
        return try section.textLists("collapse")
    }

    private enum Missing: String, CaseIterable { case refuse, share, impute, free }

    private func outside(_ section: Section) throws -> OutsideMargin {
        let missing: Missing = try section.choice("missing", default: .refuse)
        switch missing {
        case .refuse: return .refused
        case .share: return .keepTheirShare
        case .free: return .leftAlone
        case .impute:
            let seed = try section.integer("seed", default: 1)
            guard seed >= 0 else { throw section.fail("seed", "0 or more") }
            return .imputed(seed: UInt64(seed), identifiers: nil)
        }
    }

    private mutating func poststratify(_ section: Section) throws -> AdjustmentStep {
        try section.allow(
            ["method", "by", "totals", "partial", "collapse", "missing", "seed"]
                + (files == nil ? [] : MarginFiles.keys))
        let variables = try section.texts("by")
        let margin = AdjustmentStep.Margin(
            variables: variables, totals: try totals(section, variables), collapse: try collapse(section),
            outside: try outside(section))
        let isPartial = try section.flag("partial", default: false)
        return .poststratify(margin, PostStratification(emptyCells: isPartial ? .partial : .strict))
    }

    // MARK: Calibration

    private mutating func calibrate(_ section: Section) throws -> AdjustmentStep {
        try section.allow([
            "method", "terms", "by", "calfun", "bounds", "bounds_on", "epsilon", "maxit", "aggregate_stage"
        ])
        let domain = try section.texts("by", default: [])
        do {
            let calibration = try Calibration(
                try section.choice("calfun", default: .linear), bounds: try bounds(section),
                tolerance: try tolerance(section), maximumIterations: try iterations(section, default: 100))
            var terms: [AdjustmentStep.Term] = []
            for own in try section.sections("terms") { terms.append(try term(own, domain)) }
            return .calibrate(
                calibration, terms, domain: domain,
                aggregateStage: section.isAbsent("aggregate_stage") ? nil : try section.integer("aggregate_stage"))
        } catch WeightingError.badBound(let message) {
            throw section.fail("bounds", "right: \(message)", remedy: "for example bounds: [0.3, 3]")
        }
    }

    private func bounds(_ section: Section) throws -> CalibrationBounds? {
        let kind = try boundsKind(section)
        guard !section.isAbsent("bounds") else { return nil }
        let numbers = try section.optionalNumbers("bounds")
        guard numbers.count == 2 else { throw section.fail("bounds", "a list of a lower and an upper bound") }
        return try CalibrationBounds(
            lower: numbers[0] ?? -.infinity, upper: numbers[1] ?? .infinity, on: kind)
    }

    /// `g` or `weight`; words may follow that say what that means.
    private func boundsKind(_ section: Section) throws -> CalibrationBounds.Kind {
        guard let text = try section.optionalText("bounds_on") else { return .factor }
        let word = text.split(separator: " ").first.map(String.init) ?? ""
        guard let kind = CalibrationBounds.Kind(rawValue: word) else {
            throw section.fail("bounds_on", "g or weight")
        }
        return kind
    }

    private enum TermKind: String, CaseIterable { case intercept, indicator, numeric }

    private mutating func term(_ section: Section, _ domain: [String]) throws -> AdjustmentStep.Term {
        let kind = try self.kind(section, more: domain.isEmpty ? ["total"] : ["totals"])
        guard !domain.isEmpty else {
            return AdjustmentStep.Term(kind, totals: [([], try section.number("total"))])
        }
        return AdjustmentStep.Term(
            kind, totals: try totals(section, domain).map { (domain: $0.key, total: $0.total) })
    }

    private func kind(_ section: Section, more: [String]) throws -> AdjustmentStep.Term.Kind {
        let kind: TermKind = try section.choice("term")
        switch kind {
        case .intercept:
            try section.allow(["term"] + more)
            return .intercept
        case .numeric:
            try section.allow(["term", "column"] + more)
            return .numeric(column: try section.text("column"))
        case .indicator:
            try section.allow(["term", "column", "level"] + more)
            return .indicator(column: try section.text("column"), level: try section.text("level"))
        }
    }

    private func declared(_ section: Section) throws -> AdjustmentStep {
        try section.allow(["method", "terms", "base_weights"])
        return .declared(
            try section.sections("terms").map { AdjustmentStep.Term(try kind($0, more: []), totals: [([], 0)]) },
            baseWeights: try section.optionalText("base_weights"))
    }

    private func nonresponse(_ section: Section) throws -> AdjustmentStep {
        try section.allow(["method", "classes", "propensity", "groups", "collapse"])
        guard section.has("classes") != section.has("propensity") else {
            throw section.fail(
                section.has("classes") ? "propensity" : "classes", "given, and only one of classes and propensity",
                remedy: "list variables of the frame")
        }
        let groups = try section.integer("groups", default: 5)
        guard (2...100).contains(groups) else { throw section.fail("groups", "from 2 to 100") }
        guard section.has("propensity") || section.isAbsent("groups") else {
            throw section.fail("groups", "absent: it goes with propensity")
        }
        return .nonresponse(
            AdjustmentStep.NonResponse(
                classes: section.has("classes")
                    ? .variables(try section.texts("classes"))
                    : .propensity(try section.texts("propensity"), groups: groups), collapse: try collapse(section)))
    }

    // MARK: Trimming

    private func trim(_ section: Section) throws -> AdjustmentStep {
        try section.allow(["method", "lower", "upper", "strict", "group", "recalibrate", "drift"])
        let isRelative = !section.isAbsent("group")
        let lower = try section.number("lower", default: isRelative ? 0 : -.infinity)
        let upper = try section.number("upper", default: .infinity)
        let rounds = try section.integer("recalibrate", default: 0)
        guard rounds >= 0 else { throw section.fail("recalibrate", "a number of rounds") }
        do {
            let bounds: AdjustmentStep.Trim.Bounds =
                isRelative
                ? .relative(try Trimming(lower: lower, upper: upper), group: try section.texts("group"))
                : .absolute(
                    try WeightCut(lower: lower, upper: upper, strict: try section.flag("strict", default: false)))
            return .trim(
                AdjustmentStep.Trim(
                    bounds, recalibrationRounds: rounds, drift: try section.choice("drift", default: .fail)))
        } catch WeightingError.badBound(let message) { throw section.fail("upper", "right: \(message)") }
    }
}
