import PeilStatistics

/// What a study asks of its partitions, in the form of a plan file: a state carries it, so that whoever merges needs
/// neither the study nor its margins. Holds what `PassPlan` takes of a study; `AnalysisPlan(text:)` reads it back.
struct StudyPlanText {
    let text: String

    init(_ plan: AnalysisPlan) {
        text =
            JSONValue.object([
                ("id", .string(plan.id)), ("dataset", "none"), ("design", Self.design(plan.design)),
                ("items", .array(plan.items.map(Self.item)))
            ]).text + "\n"
    }

    private static func item(_ item: PlanItem) -> JSONValue {
        var fields: [(String, JSONValue)] = [
            ("id", .string(item.id)), ("statistic", .string(item.statistic.rawValue)),
            ("variables", .strings(item.variables))
        ]
        if !item.by.isEmpty { fields.append(("by", .strings(item.by))) }
        if item.options.againstRest { fields.append(("options", .object([("against_rest", .bool(true))]))) }
        return .object(fields)
    }

    private static func design(_ design: DesignRequest) -> JSONValue {
        let columns = design.columns
        var fields: [(String, JSONValue)] = [
            ("strata", .strings(columns.strata)), ("clusters", .strings(columns.clusters)),
            ("fpc", .strings(columns.populationSizes)), ("lonely_psu", .string(design.lonelyPSU.rawValue)),
            ("lonely_domain", .bool(design.lonelyInDomains))
        ]
        if let weights = columns.weights { fields.append(("weights", .string(weights))) }
        if let kind = columns.populationSizeKind { fields.append(("fpc_kind", .string(kind.rawValue))) }
        if case .optIn(let assumption) = design.sample {
            fields.append(("basis", "panel"))
            if let assumption { fields.append(("assumption", .string(assumption.rawValue))) }
        }
        return .object(fields + [("adjust", .array(design.adjust.compactMap(step)))])
    }

    // MARK: Weighting

    /// nil for steps that partitions do not take, which `PassPlan` refuses.
    private static func step(_ step: AdjustmentStep) -> JSONValue? {
        switch step {
        case .rake(let margins, let raking):
            .object([
                ("method", "rake"), ("epsilon", .number(raking.tolerance)),
                ("maxit", .integer(raking.maximumIterations)), ("residuals", .string(raking.residuals.rawValue)),
                ("margins", .array(margins.map { .object([("variables", .strings($0.variables))] + margin($0)) }))
            ])
        case .poststratify(let own, let method):
            .object(
                [
                    ("method", "poststratify"), ("by", .strings(own.variables)),
                    ("partial", .bool(method.emptyCells == .partial))
                ] + margin(own))
        case .calibrate(let calibration, let terms, let domain, _):
            .object(calibrate(calibration, terms, domain))
        case .declared(let terms, let base):
            .object(
                [("method", "declared"), ("terms", .array(terms.map { .object(kind($0.kind)) }))]
                    + (base.map { [("base_weights", .string($0))] } ?? []))
        case .trim, .nonresponse: nil
        }
    }

    private static func margin(_ margin: AdjustmentStep.Margin) -> [(String, JSONValue)] {
        let missing: JSONValue =
            switch margin.outside {
            case .leftAlone: "free"
            case .keepTheirShare, .keepTheirShareWithin: "share"
            case .imputed, .imputedWithin: "impute"
            case .refused: "refuse"
            }
        return [
            ("totals", totals(margin.variables, margin.totals)), ("missing", missing),
            ("collapse", .array(margin.collapse.map { .strings($0) }))
        ]
    }

    private static func totals(_ variables: [String], _ totals: [(key: [String], total: Double)]) -> JSONValue {
        .array(
            totals.map { own in
                .object(zip(variables, own.key).map { ($0, .string($1)) } + [("total", .number(own.total))])
            })
    }

    private static func calibrate(
        _ calibration: Calibration, _ terms: [AdjustmentStep.Term], _ domain: [String]
    ) -> [(String, JSONValue)] {
        var fields: [(String, JSONValue)] = [
            ("method", "calibrate"), ("calfun", .string(calibration.distance.rawValue)), ("by", .strings(domain)),
            ("epsilon", .number(calibration.tolerance)), ("maxit", .integer(calibration.maximumIterations))
        ]
        if let bounds = calibration.bounds {
            fields.append(("bounds_on", .string(bounds.kind.rawValue)))
            fields.append(("bounds", .array([.optional(bounds.lower), .optional(bounds.upper)])))
        }
        let written = terms.map { term in
            JSONValue.object(
                kind(term.kind) + [
                    domain.isEmpty
                        ? ("total", .number(term.totals.first?.total ?? 0))
                        : ("totals", totals(domain, term.totals.map { (key: $0.domain, total: $0.total) }))
                ])
        }
        return fields + [("terms", .array(written))]
    }

    private static func kind(_ kind: AdjustmentStep.Term.Kind) -> [(String, JSONValue)] {
        switch kind {
        case .intercept: [("term", "intercept")]
        case .numeric(let column): [("term", "numeric"), ("column", .string(column))]
        case .indicator(let column, let level):
            [("term", "indicator"), ("column", .string(column)), ("level", .string(level))]
        }
    }
}
