import PeilStatistics
import PeilTable

/// What a reader of small areas must have seen: the rule, what the estimates rest on, and what was done to them.
struct AreaNotes {
    let request: SmallAreaRequest
    let ladders: [AreaLadder]
    let label: (String) -> String
    let bootstrap: AreaBootstrap?

    var sentences: [String] {
        let common = [defaults, rule, mixture, basis, standard, composite, variances, scale, benchmark, bootstrapped]
        return common.compactMap { $0 } + ladders.flatMap(own)
    }

    private var defaults: String? {
        if request.isDeclared { return nil }
        return "The study says nothing under areas › small_areas: these are the defaults (REML, no covariates, "
            + "variances as they are)."
    }

    private var rule: String {
        let rule = request.rule
        return "The rule: the direct estimate leads with \(rule.minimumBase) answers or more and a coefficient of "
            + "variation up to \(LeadSentence.percent(rule.maximumVariation)). Where it is less precise, the model leads "
            + "if \(rule.minimumAreas) areas or more carry it, it finds differences between them, and the area's residual "
            + "is at most \(shortestText(rule.maximumResidual)); otherwise the direct one leads still and the model is "
            + "a sensitivity. An area without answers has the synthetic value."
    }

    /// Only where figures of both kinds lead.
    private var mixture: String? {
        let isMixed = ladders.contains { ladder in
            let rungs = Set(ladder.areas.map(\.lead.rung))
            return rungs.contains(.direct) && (rungs.contains(.model) || rungs.contains(.synthetic))
        }
        guard isMixed else { return nil }
        return "Leading figures of different kinds need not add up to the region"
            + (request.model.benchmark == nil ? "." : "; the model's alone do.")
    }

    private var basis: String {
        "Margins of direct and standardised estimates rest on the design; those of composite and model estimates rest "
            + "on the model and are about areas like these."
    }

    private var standard: String? {
        request.standard.map {
            "Standardised: what the area's mean would be with the region's composition by "
                + "\($0.variables.joined(separator: " × ")); for comparing areas, not the figure of the area."
        }
    }

    private var composite: String {
        "Composite: direct and "
            + (request.standard == nil ? "the region's figure" : "what the area's classes answer in the region")
            + ", weighed by V/(V + D) with one V for all areas."
    }

    private var variances: String? {
        guard request.model.smoothsVariances else { return nil }
        return "Sampling variances of the model are smoothed: c over the effective number of answers, so that an area "
            + "whose own variance is 0 has one too."
    }

    private var scale: String? {
        guard request.model.scale != .identity else { return nil }
        let onlyShares = ladders.allSatisfy { $0.indicator.level != nil }
        return "Shares are modelled as \(request.model.scale.rawValue) and taken back as their mean under the model, "
            + "errors included" + (onlyShares ? "." : "; means as they are.")
    }

    private var benchmark: String? {
        request.model.benchmark.map {
            "Model estimates are brought to the region's direct figure by one \($0 == .ratio ? "factor" : "shift"); "
                + "their errors count what that adds."
        }
    }

    private var bootstrapped: String? {
        bootstrap.map {
            "Bootstrap errors: \($0.draws) draws from the model, seed \($0.seed); intervals are from the analytic ones."
        }
    }

    // MARK: One indicator

    private func own(_ ladder: AreaLadder) -> [String] {
        let failure = ladder.failure.map { ["\($0.message): \($0.remedy)."] } ?? []
        let about = ladder.model.map { modelled(ladder, $0) } ?? []
        let sentences = about + [rescued(ladder), outside(ladder)].compactMap { $0 }
        let standard = ladder.unstandardised.map { "\(label($0.area)) cannot be standardised: \($0.why)." }
        return failure + (sentences + standard).map { "\(ladder.indicator.name): \($0)" }
    }

    private func modelled(_ ladder: AreaLadder, _ model: AreaModelResult) -> [String] {
        var sentences: [String] = []
        if model.directCount < request.rule.minimumAreas {
            sentences.append(
                "\(model.directCount) areas, fewer than \(request.rule.minimumAreas): no model leads where people "
                    + "answered; its figures show how sensitive the direct ones are.")
        }
        if model.method == .adjusted {
            sentences.append(
                "\(request.model.method.rawValue) finds no variance between areas; the adjusted likelihood took over.")
        }
        if model.hasNoAreaVariance {
            sentences.append("no variance between areas; the model gives every area its regression.")
        }
        let outliers = ladder.areas.filter { $0.isOutlier(request.rule) }
        if !outliers.isEmpty { sentences.append("the model does not fit \(names(outliers)).") }
        if model.discardedDraws > 0 {
            sentences.append("\(model.discardedDraws) draws of the bootstrap allowed no fit and do not count.")
        }
        return sentences
    }

    /// Areas whose own sampling variance is none.
    private func rescued(_ ladder: AreaLadder) -> String? {
        let areas = ladder.areas.filter { $0.direct != nil && $0.variance == nil }
        guard request.model.smoothsVariances, !areas.isEmpty, ladder.model != nil else { return nil }
        return "the sampling variance of \(names(areas)) is 0 or unknown; the model uses the smoothed one."
    }

    private func outside(_ ladder: AreaLadder) -> String? {
        let areas = ladder.areas.filter { $0.direct == nil && $0.size == nil && $0.modelled != nil }
        guard request.model.benchmark != nil, !areas.isEmpty else { return nil }
        return "nothing says how many people live in \(names(areas)); they have no part in the benchmark."
    }

    private func names(_ areas: [AreaLadder.Area]) -> String {
        areas.map { label($0.code) }.joined(separator: ", ")
    }
}

extension AreaLadder.Area {
    /// Whether the model misses the area by more than the rule allows.
    func isOutlier(_ rule: LeadRule) -> Bool { modelled?.residual.map { abs($0) > rule.maximumResidual } ?? false }
}
