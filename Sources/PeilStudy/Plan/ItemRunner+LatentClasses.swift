import PeilStatistics
import PeilTable

/// Latent classes of an item: parameters, fit, and class sizes with their standard errors under the design.
extension ItemRunner {
    func latentClasses() throws -> [(String, JSONValue)] {
        guard let request = item.options.latentClasses else {
            throw EstimationError.badOption("lca needs a number of classes", remedy: "add options: {classes: 3}")
        }
        if let merged = runner.merged { return try latentClasses(merged) }
        let method = try request.method(item.variables)
        let design = try request.weights.map { try reweighted(by: $0) } ?? runner.estimation
        let weights = design.design.weights.indices.map { domain.mask?[$0] == false ? 0 : design.design.weights[$0] }
        let threads = runner.estimation.blocks.threads
        let start = try request.start(method, runner.table, weights)
        if let start, let steps = request.steps {
            let (model, trace) = try method.steps(steps, from: start, runner.table, weights: weights, threads: threads)
            return [
                ("scalars", .object([("loglik", .number(trace[steps])), ("steps", .integer(steps))])),
                ("class_sizes", .numbers(model.shares)), ("probs", probabilities(model)), ("trace", .numbers(trace))
            ]
        }
        let fit =
            try start.map { try method.analyse(runner.table, weights: weights, from: $0, threads: threads) }
            ?? method.analyse(runner.table, weights: weights, threads: threads)
        let estimator = try LatentClassEstimator(fit.model, method, of: runner.table)
        let sizes = try design.estimate(estimator, in: domain.mask)
        let rows = sizes.labels.indices.map { k in
            classRow(
                sizes.labels[k], sizes.values[k], error: sizes.standardError(k), count: sizes.count,
                effectiveCount: sizes.effectiveSampleSize, degreesOfFreedom: sizes.degreesOfFreedom)
        }
        return results(fit, rows)
    }

    /// Classes that were found in the patterns of all partitions, and the sums of their influence values.
    private func latentClasses(_ merged: MergedSums) throws -> [(String, JSONValue)] {
        switch merged.segments(item)?.stage {
        case .failed(let failure)?: throw failure
        case .classes(let found)?:
            guard let ready = try merged.ready(item) else { break }
            let sizes = try runner.estimation.estimate(ready.estimator, over: domain, sums: ready.sums)
            let values = try sizes.outcomes[0].get()
            let (weight, squares) = (sizes.completeWeights[0], sizes.squaredWeights[0])
            let rows = sizes.labels.indices.map { k in
                let variance = sizes.variances[0][k]
                return classRow(
                    sizes.labels[k], values[k],
                    error: sizes.claim != .none && variance.isFinite && variance >= 0 ? variance.squareRoot() : nil,
                    count: sizes.counts[0], effectiveCount: squares > 0 ? weight * weight / squares : nil,
                    degreesOfFreedom: sizes.degreesOfFreedom[0])
            }
            return results(found.fit, rows)
        default: break
        }
        preconditionFailure("classes are found before the pass of estimates")
    }

    private func results(_ fit: LatentClassFit, _ rows: [JSONValue]) -> [(String, JSONValue)] {
        [
            ("scalars", scalars(fit)), ("class_sizes", .numbers(fit.model.shares)),
            ("probs", probabilities(fit.model)),
            ("categories", .object(fit.model.answerItems.map { ($0.name, .array($0.categories.map { .string($0) })) })),
            ("estimates", .array(rows)), ("boundaries", .array(fit.boundaries.map(boundary)))
        ] + mix(fit.model) + marginClaim()
    }

    /// The sample under the weights of another column.
    private func reweighted(by name: String) throws -> Estimation {
        let column = try runner.table.numbers(name)
        for row in 0..<column.count where !column.isPresent(row) || !(column.values[row] >= 0) {
            throw SegmentationError.badWeight(row: row)
        }
        return Estimation(
            runner.estimation.design.reweighted(column.values), engine: runner.estimation.engine,
            threads: runner.estimation.blocks.threads)
    }

    private func scalars(_ fit: LatentClassFit) -> JSONValue {
        .object([
            ("loglik", .number(fit.logLikelihood)), ("n", .number(fit.count)),
            ("effective_n", .number(fit.effectiveCount)), ("npar", .integer(fit.parameterCount)),
            ("aic", .number(fit.aic)), ("bic", .number(fit.bic)), ("bic_effective", .number(fit.effectiveBIC)),
            ("icl", .number(fit.icl)), ("entropy", .optional(fit.relativeEntropy)),
            ("classification_error", .number(fit.classificationError)), ("gsq", .optional(fit.likelihoodRatio)),
            ("chisq", .optional(fit.pearson)), ("resid_df", .number(fit.residualDegreesOfFreedom)),
            ("best_reached", .integer(fit.bestReached.by)), ("starts", .integer(fit.bestReached.of)),
            ("steps", .integer(fit.steps)), ("flat_directions", .integer(fit.flatDirections)),
            ("smallest_eigenvalue", .number(fit.smallestEigenvalue))
        ])
    }

    private func probabilities(_ model: LatentClassModel) -> JSONValue {
        .object(
            zip(model.answerItems, model.probabilities).map { item, classes in
                (item.name, .array(classes.map { .numbers($0) }))
            })
    }

    private func classRow(
        _ label: ParameterLabel, _ value: Double, error: Double?, count: Int, effectiveCount: Double?,
        degreesOfFreedom: Int
    ) -> JSONValue {
        let interval = ConfidenceInterval.share(
            value, standardError: error ?? 0, count: count, effectiveN: effectiveCount,
            degreesOfFreedom: degreesOfFreedom, level: item.options.level, method: .xlogit)
        return .object([
            ("variable", .string(label.variable)), ("level", label.level.map { .string($0) } ?? .null),
            ("estimate", .number(value)), ("se", .optional(error)), ("df", .integer(degreesOfFreedom)),
            ("ci", intervalJSON(error == nil ? nil : interval, method: "xlogit")), ("n", .integer(count))
        ])
    }

    private func boundary(_ boundary: LatentClassFit.Boundary) -> JSONValue {
        .object([
            ("variable", .string(boundary.item)), ("class", .string(boundary.classCode)),
            ("level", .string(boundary.category)), ("at", .integer(boundary.isOne ? 1 : 0))
        ])
    }

    private func mix(_ model: LatentClassModel) -> [(String, JSONValue)] {
        guard let mix = model.mix else { return [] }
        let names =
            ["(Intercept)"]
            + mix.covariates.flatMap { covariate in
                covariate.categories.map { $0.dropFirst().map { "\(covariate.variable)=\($0)" } }
                    ?? [covariate.variable]
            }
        let rows = (1..<max(1, model.classCount)).flatMap { k in
            names.enumerated().map { column, name in
                JSONValue.object([
                    ("class", .string(model.codes[k])), ("against", .string(model.codes[0])),
                    ("variable", .string(name)),
                    ("estimate", .number(mix.coefficients[(k - 1) * names.count + column]))
                ])
            }
        }
        return [("mix", .array(rows))]
    }
}
