import PeilStatistics

/// Small areas as tables and sentences, in English: for people who hold the microdata.
struct AreaTables {
    let study: Study
    let request: SmallAreaRequest
    let ladders: [AreaLadder]
    /// What an area is called.
    let label: (String) -> String
    let bootstrap: AreaBootstrap?

    func report(_ run: StudyRun, _ prepared: StudyRun.Prepared) -> ResearchReport {
        let model = request.model
        return ResearchReport(
            schema: "peil-areas-1",
            source: [
                ("study", .string(study.id)), ("wave", .string(run.wave.id)), ("study_hash", .string(study.hash)),
                ("input_hash", .string(prepared.inputHash)), ("declared", .bool(request.isDeclared)),
                ("ci_level", .number(DirectAreas.level)), ("method", .string(model.method.rawValue)),
                ("scale", .string(model.scale.rawValue)), ("smooth_variances", .bool(model.smoothsVariances)),
                ("when_zero", .string(model.whenZero == nil ? "synthetic" : "adjusted")),
                ("benchmark", .string(model.benchmark?.rawValue ?? "none")),
                (
                    "lead",
                    .object([
                        ("minimum_areas", .integer(request.rule.minimumAreas)),
                        ("maximum_cv", .number(request.rule.maximumVariation)),
                        ("minimum_base", .integer(request.rule.minimumBase)),
                        ("maximum_residual", .number(request.rule.maximumResidual))
                    ])
                ),
                ("bootstrap", bootstrap.map { .integer($0.draws) } ?? .null),
                ("seed", bootstrap.map { .string(String($0.seed)) } ?? .null)
            ],
            notes: AreaNotes(request: request, ladders: ladders, label: label, bootstrap: bootstrap).sentences,
            tables: [leading, ladder, borrowing, fits, coefficients])
    }

    private func rows(_ make: (AreaLadder, AreaLadder.Area) -> [ResearchReport.Cell]) -> [[ResearchReport.Cell]] {
        ladders.flatMap { ladder in
            ladder.areas.map { area in
                [.text(ladder.indicator.name), .text(area.code), .text(label(area.code))] + make(ladder, area)
            }
        }
    }

    private static let head: [ResearchReport.Column] = [.text("indicator"), .text("area"), .text("label")]

    private var leading: ResearchReport.Table {
        ResearchReport.Table(
            "leading", "Which estimate leads, by the rule",
            Self.head + [
                .number("n"), .number("people"), .text("leads"), .number("estimate"), .number("se"), .number("lower"),
                .number("upper"), .text("why")
            ],
            rows { ladder, area in
                let value = area.lead.value
                return [
                    .integer(area.count), .people(area.people), .text(area.lead.rung.rawValue),
                    .number(value?.estimate), .number(value?.standardError), .number(value?.interval?.lower),
                    .number(value?.interval?.upper),
                    .text(LeadSentence(area: area, rule: request.rule).text)
                ]
            })
    }

    private var ladder: ResearchReport.Table {
        ResearchReport.Table(
            "ladder", "The ladder: direct, standardised to the region's composition, composite, model",
            Self.head + [
                .number("direct"), .number("direct_se"), .number("direct_lower"), .number("direct_upper"),
                .number("cv"), .number("standardised"), .number("standardised_se"),
                .number("standardised_lower"), .number("standardised_upper"), .number("class_synthetic"),
                .number("composite"), .number("composite_rmse"), .number("direct_weight"), .number("model"),
                .number("model_rmse"), .number("model_lower"), .number("model_upper")
            ],
            rows { _, area in
                let model = area.modelValue
                return [
                    .number(area.direct?.estimate), .number(area.direct?.standardError),
                    .number(area.direct?.interval?.lower), .number(area.direct?.interval?.upper),
                    .share(area.variation), .number(area.standardised?.estimate),
                    .number(area.standardised?.standardError),
                    .number(area.standardised?.interval?.lower), .number(area.standardised?.interval?.upper),
                    .number(area.synthetic),
                    .number(area.composite?.estimate),
                    .number(area.composite?.meanSquaredError.flatMap(AreaLadder.Area.root)),
                    .share(area.composite?.directWeight), .number(model?.estimate), .number(model?.standardError),
                    .number(model?.interval?.lower), .number(model?.interval?.upper)
                ]
            })
    }

    /// What the model took from where.
    private var borrowing: ResearchReport.Table {
        let modelled = rows { _, area in
            let model = area.modelled
            func root(_ value: Double?) -> ResearchReport.Cell { .number(value.flatMap(AreaLadder.Area.root)) }
            return [
                .share(model?.shrinkage), .share(model.map { 1 - $0.shrinkage }), .number(model?.synthetic),
                .number(model?.estimate), root(model?.meanSquaredError), .number(model?.benchmarked?.estimate),
                root(model?.benchmarked?.meanSquaredError), root(model?.bootstrap?.estimate),
                root(model?.bootstrap?.benchmarked), .number(model?.residual)
            ]
        }
        return ResearchReport.Table(
            "model", "The model: gamma is the weight of the area's own answers, the rest is borrowed",
            Self.head + [
                .number("gamma"), .number("borrowed"), .number("synthetic"), .number("eblup"), .number("eblup_rmse"),
                .number("benchmarked"), .number("benchmarked_rmse"), .number("bootstrap_rmse"),
                .number("bootstrap_benchmarked_rmse"), .number("residual")
            ], ladders.allSatisfy { $0.model == nil } ? [] : modelled)
    }

    private var fits: ResearchReport.Table {
        ResearchReport.Table(
            "fits", "Indicators and their models",
            [
                .text("indicator"), .number("region"), .number("region_se"), .number("areas"), .number("sampled"),
                .text("scale"), .text("method"), .number("sigma2_v"), .number("loglik"), .number("aic"),
                .number("benchmark_factor"), .number("outliers"), .text("converged"), .text("error")
            ],
            ladders.map { ladder in
                let model = ladder.model
                let outliers = ladder.areas.count { $0.isOutlier(request.rule) }
                return [
                    .text(ladder.indicator.name), .number(ladder.region.estimate),
                    .number(ladder.region.standardError), .integer(ladder.areas.count),
                    .integer(ladder.areas.count { $0.direct != nil }), .text(model?.scale.rawValue),
                    .text(model?.method.rawValue), .number(model?.areaVariance), .number(model?.logLikelihood),
                    .number(model?.akaike), .number(model?.benchmarkFactor), .integer(outliers),
                    .text(model == nil ? "no" : "yes"), .text(ladder.failure?.code)
                ]
            })
    }

    private var coefficients: ResearchReport.Table {
        ResearchReport.Table(
            "coefficients", "Coefficients of the models, on their scale",
            [.text("indicator"), .text("term"), .number("estimate"), .number("se")],
            ladders.flatMap { ladder -> [[ResearchReport.Cell]] in
                guard let model = ladder.model else { return [] }
                return model.labels.indices.map { index in
                    [
                        .text(ladder.indicator.name), .text(model.labels[index]), .number(model.coefficients[index]),
                        .number(model.standardErrors[index])
                    ]
                }
            })
    }
}
