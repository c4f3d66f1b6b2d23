import PeilStatistics
import PeilTable

/// What a reader of small areas must have seen: the rule, what the estimates rest on, and what was done to them.
struct AreaNotes {
    let request: SmallAreaRequest
    let ladders: [AreaLadder]
    let label: (String) -> String
    let bootstrap: AreaBootstrap?

    var sentences: [String] {
        [defaults, rule, mixture, basis, standard, composite, variances, scale, benchmark, bootstrapped].compactMap {
            $0
        } + ladders.flatMap(own)
    }

    private var defaults: String? {
        request.isDeclared
            ? nil
            : "The study says nothing under areas › small_areas: these are the defaults (REML, no covariates, variances as they are)."
    }

    private var rule: String {
        let rule = request.rule
        return "The rule: the direct estimate leads with \(rule.minimumBase) answers or more and a coefficient of "
            + "variation up to \(Self.percent(rule.maximumVariation)). Where it is less precise, the model leads if "
            + "\(rule.minimumAreas) areas or more carry it, it finds differences between them, and the area's residual is "
            + "at most \(shortestText(rule.maximumResidual)); otherwise the direct one leads still and the model is a "
            + "sensitivity. An area without answers has the synthetic value."
    }

    /// Only where figures of both kinds lead.
    private var mixture: String? {
        ladders.contains { ladder in
            let rungs = Set(ladder.areas.map(\.lead.rung))
            return rungs.contains(.direct) && (rungs.contains(.model) || rungs.contains(.synthetic))
        } ? "Leading figures of different kinds need not add up to the region; the model's alone do." : nil
    }

    private var basis: String {
        "Margins of direct and standardised estimates rest on the design; those of composite and model estimates rest on "
            + "the model and are about areas like these."
    }

    private var standard: String? {
        request.standard.map {
            "Standardised: what the area's mean would be with the region's composition by \($0.variables.joined(separator: " × ")); "
                + "for comparing areas, not the figure of the area."
        }
    }

    private var composite: String {
        "Composite: direct and \(request.standard == nil ? "the region's figure" : "what the area's classes answer in the region"), "
            + "weighed by V/(V + D) with one V for all areas."
    }

    private var variances: String? {
        request.model.smoothsVariances
            ? "Sampling variances of the model are smoothed: c over the effective number of answers, so that an area whose own variance is 0 has one too."
            : nil
    }

    private var scale: String? {
        guard request.model.scale != .identity else { return nil }
        let shares = ladders.filter { $0.indicator.level != nil }.count
        return
            "Shares are modelled as \(request.model.scale.rawValue) and taken back as their mean under the model, errors included"
            + (shares < ladders.count ? "; means as they are." : ".")
    }

    private var benchmark: String? {
        request.model.benchmark.map {
            "Model estimates are brought to the region's direct figure by one \($0 == .ratio ? "factor" : "shift"); their errors "
                + "count what that adds."
        }
    }

    private var bootstrapped: String? {
        bootstrap.map {
            "Bootstrap errors: \($0.draws) draws from the model, seed \($0.seed); intervals are from the analytic ones."
        }
    }

    // MARK: One indicator

    private func own(_ ladder: AreaLadder) -> [String] {
        let name = ladder.indicator.name
        var sentences: [String] = []
        if let failure = ladder.failure { sentences.append("\(failure.message): \(failure.remedy).") }
        if let model = ladder.model {
            if model.method == .adjusted {
                sentences.append(
                    "\(name): \(request.model.method.rawValue) finds no variance between areas; the adjusted likelihood took over."
                )
            }
            if model.hasNoAreaVariance {
                sentences.append("\(name): no variance between areas; the model gives every area its regression.")
            }
            let outliers = ladder.areas.filter {
                $0.modelled?.residual.map { abs($0) > request.rule.maximumResidual } ?? false
            }
            if !outliers.isEmpty {
                sentences.append(
                    "\(name): the model does not fit \(outliers.map { label($0.code) }.joined(separator: ", ")).")
            }
            if model.discardedDraws > 0 {
                sentences.append(
                    "\(name): \(model.discardedDraws) draws of the bootstrap allowed no fit and do not count.")
            }
        }
        if request.model.smoothsVariances {
            let rescued = ladder.areas.filter { $0.direct != nil && !(($0.variance ?? 0) > 0) }
            if !rescued.isEmpty {
                let names = rescued.map { label($0.code) }.joined(separator: ", ")
                sentences.append(
                    "\(name): the sampling variance of \(names) is 0 or unknown; the model uses the smoothed one.")
            }
        }
        sentences += ladder.unstandardised.map { "\(name): \(label($0.area)) cannot be standardised: \($0.why)." }
        let outside = ladder.areas.filter { $0.direct == nil && $0.size == nil && $0.modelled != nil }
        if !outside.isEmpty, request.model.benchmark != nil {
            sentences.append(
                "\(name): \(outside.count) areas without answers have no known number of people and no part in the benchmark."
            )
        }
        return sentences
    }

    /// Why an estimate leads, in a sentence.
    static func why(_ area: AreaLadder.Area, _ rule: LeadRule) -> String {
        let precision = imprecision(area, rule)
        let borrowed = area.modelled.map { ", and would borrow \(percent(1 - $0.shrinkage))" } ?? ""
        switch area.lead.reason {
        case .noAnswers: return "no answers here: what areas like it would have"
        case .nothing: return "no answers here, and no model"
        case .preciseEnough: return "\(area.count) answers, cv \(percent(area.variation ?? 0)): precise enough"
        case .tooFewAreas(let count):
            return
                "\(precision), but \(count) areas are fewer than \(rule.minimumAreas): the model is a sensitivity\(borrowed)"
        case .noModel: return "\(precision), but there is no model"
        case .noAreaVariance: return "\(precision), but the model finds no differences between areas"
        case .special(let residual):
            return
                "\(precision), but the model does not fit this area (residual \(SignificantDigits.text(residual, 3)))"
        case .imprecise:
            return "\(precision): the model, with \(percent(1 - (area.modelled?.shrinkage ?? 0))) borrowed"
        }
    }

    private static func imprecision(_ area: AreaLadder.Area, _ rule: LeadRule) -> String {
        guard let variation = area.variation else { return "the direct standard error is 0 or unknown" }
        if variation > rule.maximumVariation {
            return "cv \(percent(variation)) is above \(percent(rule.maximumVariation))"
        }
        return "\(area.count) answers are fewer than \(rule.minimumBase)"
    }

    private static func percent(_ share: Double) -> String { "\(SignificantDigits.text(share * 100, 3)) %" }
}
