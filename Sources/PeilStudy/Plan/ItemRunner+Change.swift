import PeilStatistics

/// Change between two waves of an item.
extension ItemRunner {
    func change() throws -> [(String, JSONValue)] {
        guard let request = item.options.change else { return [] }
        let comparison = request.comparison
        let result: (outcomes: [ChangeBetweenWaves.Outcome], estimates: GroupedEstimates)
        switch request.quantity {
        case .mean: result = try run(comparison, MeanEstimator(item.variables, of: runner.table))
        case .total: result = try run(comparison, TotalEstimator(item.variables, of: runner.table))
        case .proportion: result = try run(comparison, ProportionEstimator(item.variables[0], of: runner.table))
        }
        let estimates = result.estimates
        let rows = (0..<2).flatMap { group in estimates.labels.indices.map { waveRow(estimates, group, $0) } }
        var fields: [(String, JSONValue)] = [("estimates", .array(rows))]
        if let covariance = estimates.covariance, estimates.claim != .none {
            fields.append(("vcov", .array(covariance.rowArrays.map { .numbers($0) })))
        }
        fields.append(("contrasts", .array(result.outcomes.flatMap { contrasts($0, comparison) })))
        if let only = result.outcomes.first, result.outcomes.count == 1 {
            fields.append(("scalars", .object(scalars(only, comparison))))
        }
        return fields + marginClaim()
    }

    private func run(
        _ comparison: ChangeBetweenWaves, _ estimator: some SmoothEstimator
    ) throws -> (outcomes: [ChangeBetweenWaves.Outcome], estimates: GroupedEstimates) {
        let wave = item.by[0]
        return try comparison.run(
            runner.estimation, estimator, by: (wave, try runner.table.column(wave)), in: mask)
    }

    /// The figure of one wave.
    private func waveRow(_ result: GroupedEstimates, _ group: Int, _ parameter: Int) -> JSONValue {
        let label = result.labels[parameter]
        var fields: [(String, JSONValue)] = [("variable", .string(label.variable))]
        if let level = label.level { fields.append(("level", .string(level))) }
        fields.append(("domain", .object([(item.by[0], .string(result.grouping.keys[group][0]))])))
        let own = marginFields(
            result.value(group, parameter) ?? 0, result.standardError(group, parameter),
            degreesOfFreedom: result.degreesOfFreedom[group], isTested: false)
        return .object(
            fields + own + [
                ("n", .integer(result.counts[group])), ("effective_n", .optional(result.effectiveSampleSize(group))),
                ("missing_share", .number(result.missingShare(group)))
            ])
    }

    private func contrasts(_ outcome: ChangeBetweenWaves.Outcome, _ comparison: ChangeBetweenWaves) -> [JSONValue] {
        let level = outcome.label.level.map { [("level", JSONValue.string($0))] } ?? []
        let df = outcome.degreesOfFreedom
        var change: [(String, JSONValue)] =
            [("variable", "change")] + level
            + marginFields(outcome.difference, outcome.standardError, degreesOfFreedom: df, isTested: true)
        if let error = outcome.standardError {
            if let margin = comparison.margin,
                let test = EquivalenceTest(
                    difference: outcome.difference, standardError: error, degreesOfFreedom: df, margin: margin,
                    level: comparison.level)
            {
                change.append(("equivalence", equivalence(test)))
            }
            let detectable = DetectableChange(power: comparison.power, level: comparison.level)
            change.append(
                ("detectable_change", .number(detectable.smallest(standardError: error, degreesOfFreedom: df))))
        }
        guard let relative = outcome.relative else { return [.object(change)] }
        let own =
            [("variable", "relative_change")] + level
            + marginFields(relative, outcome.standardErrorOfRelative, degreesOfFreedom: df, isTested: true)
        return [.object(change), .object(own)]
    }

    private func equivalence(_ test: EquivalenceTest) -> JSONValue {
        .object([
            ("method", "two one-sided t tests"), ("margin", .number(test.margin)), ("p", .number(test.p)),
            ("equivalent", .bool(test.isEquivalent)), ("level", .number(test.interval.level)),
            ("lower", .number(test.interval.lower)), ("upper", .number(test.interval.upper))
        ])
    }

    private func scalars(
        _ outcome: ChangeBetweenWaves.Outcome, _ comparison: ChangeBetweenWaves
    ) -> [(String, JSONValue)] {
        [
            ("correlation", .optional(outcome.correlation)),
            ("se_if_independent", .optional(outcome.standardErrorIfIndependent)), ("power", .number(comparison.power))
        ]
    }
}
