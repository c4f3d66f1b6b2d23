import PeilStatistics

/// What a method says of its own solution, as tables.
enum SegmentMethodTables {
    private static func measures(_ rows: [(String, ResearchReport.Cell)]) -> ResearchReport.Table {
        ResearchReport.Table(
            "fit", "The solution", [.text("measure"), .number("value")], rows.map { [.text($0.0), $0.1] })
    }

    // MARK: Latent classes

    static func fit(_ fit: LatentClassFit) -> ResearchReport.Table {
        measures([
            ("log-likelihood", .number(fit.logLikelihood)), ("respondents", .people(fit.count)),
            ("effective respondents", .people(fit.effectiveCount)), ("parameters", .integer(fit.parameterCount)),
            ("BIC", .number(fit.bic)), ("BIC, effective n", .number(fit.effectiveBIC)), ("ICL", .number(fit.icl)),
            ("relative entropy", .number(fit.relativeEntropy)),
            ("expected share placed wrongly", .share(fit.classificationError)),
            ("starts that reached it", .integer(fit.bestReached.by)), ("starts", .integer(fit.bestReached.of)),
            ("chances at 0 or 1", .integer(fit.boundaries.count)), ("flat directions", .integer(fit.flatDirections))
        ])
    }

    static func classes(_ shares: FittedEstimates) -> ResearchReport.Table {
        ResearchReport.Table(
            "classes", "Class shares of those who can be placed; the error holds that the classes were estimated",
            shareColumns, shareRows(shares))
    }

    private static let shareColumns: [ResearchReport.Column] = [
        .text("segment"), .number("share"), .number("se"), .number("lower"), .number("upper"), .number("df")
    ]

    private static func shareRows(_ shares: FittedEstimates) -> [[ResearchReport.Cell]] {
        shares.labels.indices.map { k in
            let error = shares.standardError(k)
            let interval = error.flatMap {
                ConfidenceInterval.share(
                    shares.values[k], standardError: $0, count: shares.count, effectiveN: shares.effectiveSampleSize,
                    degreesOfFreedom: shares.degreesOfFreedom, level: 0.95, method: .xlogit)
            }
            return [
                .text(shares.labels[k].level), .share(shares.values[k]), .share(error), .share(interval?.lower),
                .share(interval?.upper), .integer(shares.degreesOfFreedom)
            ]
        }
    }

    static func answers(_ model: LatentClassModel) -> ResearchReport.Table {
        ResearchReport.Table(
            "answers", "Chance of each answer within each class",
            [.text("item"), .text("answer")] + model.codes.dropLast().map { .number($0) },
            zip(model.answerItems, model.probabilities).flatMap { item, lines in
                item.categories.enumerated().map { place, category in
                    [.text(item.name), .text(category)] + lines.map { .share($0[place]) }
                }
            })
    }

    /// The mix of classes by covariate, as shares at each category while numbers stand at 0.
    static func mix(_ model: LatentClassModel) -> ResearchReport.Table {
        let width = 1 + (model.mix?.covariates ?? []).reduce(0) { $0 + ($1.categories.map { $0.count - 1 } ?? 1) }
        var rows: [[ResearchReport.Cell]] = []
        var column = 0
        for covariate in model.mix?.covariates ?? [] {
            for name in covariate.categories?.dropFirst().map({ String($0) }) ?? [""] {
                column += 1
                rows.append(
                    [.text(covariate.variable), .text(name)]
                        + (0..<(model.classCount - 1)).map {
                            .number(model.mix?.coefficients[$0 * width + column])
                        })
            }
        }
        return ResearchReport.Table(
            "mix",
            "How the mix of classes goes with respondents: log-odds against \(model.codes[0]), compared with the first "
                + "category of each",
            [.text("covariate"), .text("category")] + model.codes[1..<model.classCount].map { .number($0) }, rows)
    }

    static func boundaries(_ fit: LatentClassFit) -> ResearchReport.Table {
        ResearchReport.Table(
            "boundaries", "Chances that ended at 0 or 1: their error is not known",
            [.text("segment"), .text("item"), .text("answer"), .number("at")],
            fit.boundaries.map { boundary in
                [
                    .text(boundary.classCode), .text(boundary.item), .text(boundary.category),
                    .integer(boundary.isOne ? 1 : 0)
                ]
            })
    }

    // MARK: k-means

    static func fit(_ model: CentroidModel) -> ResearchReport.Table {
        measures([
            ("sum of weighted squares", .number(model.fit.objective)), ("explained", .share(model.fit.explained)),
            ("respondents", .integer(model.fit.counts.reduce(0, +))),
            ("different answers", .integer(model.fit.distinctPoints)),
            ("starts that reached it", .integer(model.fit.bestReached ?? 1)), ("starts", .integer(model.fit.starts)),
            ("rounds of the best start", .integer(model.fit.rounds))
        ])
    }

    static func centres(_ model: CentroidModel) -> ResearchReport.Table {
        let answers = model.centresAsAnswers
        return ResearchReport.Table(
            "centres", "Mean answer of each segment; absent answers stand at the mean of all",
            [.text("item"), .number("all")] + model.codes.dropLast().map { .number($0) },
            model.items.enumerated().map { place, item in
                [.text(item), .number(model.scales[place].mean)] + answers.map { .number($0[place]) }
            })
    }

    // MARK: Stability and replicates

    static func stability(_ report: StabilityReport) -> ResearchReport.Table {
        ResearchReport.Table(
            "stability",
            "How well each segment comes back in \(report.resamples) resamples of sampling units (adjusted Rand between them "
                + "\(SignificantDigits.text(report.amongResamples.mean, 3)))",
            [
                .text("segment"), .number("jaccard"), .number("spread"), .number("lowest"), .number("recovered"),
                .number("dissolved"), .text("standing")
            ],
            report.segments.map { segment in
                [
                    .text(segment.code), .number(segment.jaccard.mean), .number(segment.jaccard.deviation),
                    .number(segment.jaccard.least), .share(segment.recovered), .share(segment.dissolved),
                    .text(segment.standing.rawValue)
                ]
            })
    }

    static func refitted(_ sizes: FittedEstimates, replicates: Int) -> ResearchReport.Table {
        ResearchReport.Table(
            "refitted",
            "Sizes when weights and segments are made anew in \(replicates) bootstrap samples"
                + (sizes.discardedReplicates > 0 ? " (\(sizes.discardedReplicates) without a solution)" : ""),
            shareColumns, shareRows(sizes))
    }
}
