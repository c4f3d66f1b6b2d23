import PeilStatistics
import PeilTable

/// Options of statistics that have keys of their own.
extension PlanReader {
    /// nil for statistics that share the keys of the others.
    static func ownOptions(_ section: Section, of statistic: PlanItem.Statistic) throws -> PlanItem.Options? {
        switch statistic {
        case .glm: try modelOptions(section)
        case .alpha: try alphaOptions(section)
        case .pca: try componentOptions(section)
        case .change: try changeOptions(section)
        case .fayHerriot: try areaOptions(section)
        case .batteseHarterFuller: try nestedOptions(section)
        case .latentClasses: try classOptions(section)
        case .kMeans: try clusterOptions(section)
        case .cellSuppression: try suppressionOptions(section)
        default: nil
        }
    }

    private static func suppressionOptions(_ section: Section) throws -> PlanItem.Options {
        var options = PlanItem.Options()
        options.suppression = try SuppressionRequest(section)
        return options
    }

    private static func classOptions(_ section: Section) throws -> PlanItem.Options {
        var options = PlanItem.Options()
        options.latentClasses = try LatentClassRequest(section)
        options.level = try level(section)
        return options
    }

    private static func clusterOptions(_ section: Section) throws -> PlanItem.Options {
        var options = PlanItem.Options()
        options.kMeans = try KMeansRequest(section)
        return options
    }

    static func level(_ section: Section) throws -> Double {
        let level = try section.number("level", default: 0.95)
        guard level > 0, level < 1 else { throw section.fail("level", "between 0 and 1") }
        return level
    }

    /// One of some words, which need not be the cases of a type.
    static func word(_ section: Section, _ key: String, among known: [String]) throws -> String {
        let word = try section.text(key)
        guard known.contains(word) else {
            throw section.fail(
                key, "one of \(known.joined(separator: ", "))",
                remedy: nearestName(to: word, among: known).map { "did you mean '\($0)'?" } ?? "choose one of them")
        }
        return word
    }

    // MARK: Models

    private static func modelOptions(_ section: Section) throws -> PlanItem.Options {
        try section.allow([
            "response", "success", "predictors", "family", "intercept", "wald_terms", "level", "marginal_effects",
            "predicted_margins", "standardised", "importance"
        ])
        var options = PlanItem.Options()
        options.level = try level(section)
        let terms = try section.sections("predictors").map(term)
        guard !terms.isEmpty else { throw section.fail("predictors", "a list of columns and interactions") }
        let family =
            section.isAbsent("family")
            ? ModelFamily.linear
            : ModelFamily(word: try word(section, "family", among: ModelFamily.words)) ?? .linear
        options.model = GeneralisedLinearModel(
            response: try section.text("response"), success: try section.texts("success", default: []), terms: terms,
            family: family, hasIntercept: try section.flag("intercept", default: true),
            effects: try effects(section))
        options.testedTerms = try section.isAbsent("wald_terms") ? nil : testedTerms(section, terms)
        return options
    }

    private static func term(_ section: Section) throws -> ModelTerm {
        try section.allow(["column", "categorical", "reference", "interaction"])
        if !section.isAbsent("interaction") {
            let names = try section.texts("interaction")
            guard names.count > 1, section.isAbsent("column") else {
                throw section.fail("interaction", "two columns or more, without `column`")
            }
            return .interaction(names)
        }
        return .column(
            try section.text("column"), isCategorical: try section.flag("categorical", default: false),
            reference: try section.optionalText("reference"))
    }

    private static func testedTerms(_ section: Section, _ terms: [ModelTerm]) throws -> [Int] {
        try section.texts("wald_terms").map { name in
            let wanted = Set(name.split(separator: ":").map(String.init))
            // A column's own name may hold a colon.
            let exact = terms.firstIndex { $0.name == name }
            guard let place = exact ?? terms.firstIndex(where: { Set($0.columns) == wanted }) else {
                let known = terms.map(\.name)
                throw section.fail(
                    "wald_terms", "among the terms: \(known.joined(separator: ", "))",
                    remedy: nearestName(to: name, among: known).map { "did you mean '\($0)'?" } ?? "name a term")
            }
            return place
        }
    }

    private static func effects(_ section: Section) throws -> [ModelEffect] {
        var effects: [ModelEffect] = []
        if let names = try names(section, "marginal_effects") { effects.append(.marginalEffects(names)) }
        for name in try section.texts("predicted_margins", default: []) { effects.append(.predictedMargins(name)) }
        if try section.flag("standardised", default: false) { effects.append(.standardisedCoefficients) }
        if try section.flag("importance", default: false) { effects.append(.importance) }
        return effects
    }

    /// `true` for all, `false` or nothing for none, or a list of columns.
    private static func names(_ section: Section, _ key: String) throws -> [String]? {
        guard !section.isAbsent(key) else { return nil }
        if let all = section.node(key)?.bool { return all ? [] : nil }
        return try section.texts(key)
    }
}
