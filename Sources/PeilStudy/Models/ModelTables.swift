import PeilStatistics
import PeilTable

/// The tables about one model.
struct ModelTables {
    let fitted: FittedStudyModel
    /// p of each term, adjusted over its family.
    let adjusted: [Double?]
    let family: String
    let inWords: (LocalizedText) -> String?
    private var request: Study.ModelRequest { fitted.request }
    private var result: ModelResult { fitted.result }
    private var id: ResearchReport.Cell { .text(request.id) }

    private typealias Cell = ResearchReport.Cell
    private typealias Column = ResearchReport.Column

    /// Shares are shown as percentages, other means as they are.
    private func cells(_ figure: ResearchFigure) -> [ResearchReport.Cell] { figure.cells(share: request.isShare) }

    private func predictor(_ name: String) -> Study.ModelRequest.Predictor? {
        request.predictors.first { $0.name == name }
    }

    func label(term name: String) -> String {
        let parts = result.terms.first { $0.name == name } == nil ? [name] : columns(name)
        return parts.map { part in predictor(part).flatMap { inWords($0.label) } ?? part }.joined(separator: " × ")
    }

    private func columns(_ term: String) -> [String] {
        request.interactions.first { $0.joined(separator: ":") == term } ?? [term]
    }

    func label(level: String, of name: String) -> String {
        predictor(name)?.labels[level].flatMap(inWords) ?? level
    }

    // MARK: The model

    static let summaryColumns: [ResearchReport.Column] = [
        .text("model"), .text("label"), .text("outcome"), .text("family"), .number("n"), .number("dropped"),
        .number("dropped_share"), .number("coefficients"), .number("design_df"), .number("df"), .number("fit"),
        .text("fit_is"), .number("dispersion"), .text("domain")
    ]

    func summary() -> [ResearchReport.Cell] {
        let levels = request.levels.isEmpty ? "" : "=\(request.levels.joined(separator: ","))"
        return [
            id, .text(inWords(request.label)), .text(request.outcome + levels), .text(request.family.rawValue),
            .integer(result.estimates.count), .integer(fitted.population.dropped),
            .share(fitted.population.droppedShare), .integer(result.coefficientCount),
            .integer(result.estimates.completeDegreesOfFreedom), .integer(result.residualDegreesOfFreedom),
            .number(result.fit), .text(request.family == .linear ? "R squared" : "deviance explained"),
            .number(result.dispersion), .text(request.domain?.text)
        ]
    }

    static let missingColumns: [ResearchReport.Column] = [
        .text("model"), .text("variable"), .number("missing"), .number("missing_share"), .number("only_this")
    ]

    func missing() -> [[ResearchReport.Cell]] {
        fitted.population.missing.map { line in
            [id, .text(line.variable), .integer(line.count), .share(line.share), .integer(line.onlyThis)]
        }
    }

    // MARK: Drivers

    static let driverColumns: [ResearchReport.Column] =
        [.text("model"), .text("term")]
        + [.number("importance"), .number("lower"), .number("upper"), .number("share_of_fit")]
        + ResearchFigure.endColumns("per_deviation") + ResearchFigure.endColumns("standardised")
        + [
            .number("F"), .number("df1"), .number("df2"), .number("p"), .number("p_adjusted"), .text("family"),
            .number("gvif"), .number("gvif_per_column"), .text("label")
        ]

    func drivers() -> [[ResearchReport.Cell]] {
        fitted.order.map { term in
            let name = result.terms[term].name
            let importance = fitted.importance(term: term)
            let test = fitted.tests[term]
            let inflation = result.inflation.first { $0.term == term }
            let share = importance?.estimate.flatMap { value in result.fit.flatMap { $0 > 0 ? value / $0 : nil } }
            var cells: [Cell] = [id, .text(name)] + (importance?.ends() ?? Self.blank) + [.share(share)]
            cells += fitted.perDeviation(name)?.ends(share: request.isShare) ?? Self.blank
            cells += standardised(name)?.ends() ?? Self.blank
            cells += [
                .number(test?.statistic), .number(test?.degreesOfFreedom), .number(test?.denominatorDegreesOfFreedom),
                .number(test?.p), .number(adjusted[term]), .text(family), .number(inflation?.factor),
                .number(inflation?.perColumn), .text(label(term: name))
            ]
            return cells
        }
    }

    private static let blank: [ResearchReport.Cell] = [.number(nil), .number(nil), .number(nil)]

    private func standardised(_ name: String) -> ResearchFigure? {
        fitted.parameters { $0 == .standardisedCoefficients }.first {
            result.estimates.labels[$0].variable == name
        }.map(fitted.figure)
    }

    // MARK: Terms and coefficients

    static let termColumns: [ResearchReport.Column] = [
        .text("model"), .text("term"), .number("F"), .number("df1"), .number("df2"), .number("p")
    ]

    /// Wald's test of each term's own coefficients.
    func terms() -> [[ResearchReport.Cell]] {
        result.terms.indices.map { term in
            let test = fitted.termTests[term]
            return [
                id, .text(result.terms[term].name), .number(test?.statistic), .number(test?.degreesOfFreedom),
                .number(test?.denominatorDegreesOfFreedom), .number(test?.p)
            ]
        }
    }

    static let coefficientColumns: [ResearchReport.Column] =
        [.text("model"), .text("coefficient")] + ResearchFigure.columns("estimate")
        + [.number("t"), .number("df"), .number("p")] + ResearchFigure.endColumns("ratio") + [.text("ratio_is")]

    func coefficients() -> [[ResearchReport.Cell]] {
        let word: String? =
            switch request.family {
            case .logistic: "odds ratio"
            case .logLinear: "ratio of means"
            default: nil
            }
        return (0..<result.coefficientCount).map { parameter in
            let figure = fitted.figure(parameter)
            let ends = figure.interval?.exponentials
            let ratio: [Cell] =
                word == nil
                ? Self.blank
                : [.number(result.estimates.ratio(parameter)), .number(ends?.lower), .number(ends?.upper)]
            let t = figure.standardError.flatMap { error in
                error > 0 ? result.estimates.values[parameter] / error : nil
            }
            return [id, .text(result.estimates.labels[parameter].variable)] + figure.cells() + [
                .number(t), .integer(figure.degreesOfFreedom), .number(figure.p)
            ] + ratio + [.text(word)]
        }
    }

    // MARK: Effects and margins

    static let effectColumns: [ResearchReport.Column] =
        [.text("model"), .text("variable"), .text("level"), .text("against")] + ResearchFigure.columns("effect")
        + [.number("p"), .text("label")]

    /// Average marginal effects: one more of a number, or a level instead of the reference.
    func effects() -> [[ResearchReport.Cell]] {
        fitted.parameters { if case .marginalEffects = $0 { true } else { false } }.map { parameter in
            let label = result.estimates.labels[parameter]
            let figure = fitted.figure(parameter)
            return [
                id, .text(label.variable), .text(label.level),
                .text(label.level == nil ? "one less" : reference(label.variable))
            ] + cells(figure) + [
                .number(figure.p),
                .text(label.level.map { self.label(level: $0, of: label.variable) } ?? self.label(term: label.variable))
            ]
        }
    }

    /// The level that the others are compared with: the first of the predicted margins.
    private func reference(_ name: String) -> String? {
        fitted.parameters { $0 == .predictedMargins(name) }.first.flatMap { result.estimates.labels[$0].level }
    }

    static let marginColumns: [ResearchReport.Column] =
        [.text("model"), .text("variable"), .text("at")] + ResearchFigure.columns("mean") + [.text("label")]

    /// The mean if everybody had a level or a value and kept all other answers.
    func margins() -> [[ResearchReport.Cell]] {
        fitted.parameters {
            switch $0 {
            case .predictedMargins, .predictedMarginsAt: true
            default: false
            }
        }.map { parameter in
            let label = result.estimates.labels[parameter]
            return [id, .text(label.variable), .text(label.level)] + cells(fitted.figure(parameter)) + [
                .text(label.level.map { self.label(level: $0, of: label.variable) })
            ]
        }
    }

    // MARK: The plot

    /// Effects by term, the most important first: numbers per standard deviation, levels against the reference.
    func plotRows() -> [EffectPlot.Row] {
        let factor = request.isShare ? 100.0 : 1
        let effects = fitted.parameters { if case .marginalEffects = $0 { true } else { false } }
        return fitted.order.flatMap { term -> [EffectPlot.Row] in
            let name = result.terms[term].name
            if let own = fitted.perDeviation(name) {
                return [
                    EffectPlot.Row(
                        label: "\(label(term: name)), one standard deviation more", figure: own.times(factor))
                ]
            }
            return effects.filter { result.estimates.labels[$0].variable == name }.map { parameter in
                let level = result.estimates.labels[parameter].level ?? ""
                let against = reference(name).map { label(level: $0, of: name) } ?? ""
                return EffectPlot.Row(
                    label: "\(label(term: name)): \(label(level: level, of: name)), not \(against)",
                    figure: fitted.figure(parameter).times(factor))
            }
        }
    }
}
