import PeilNumerics
import PeilStatistics
import PeilTable

/// Scales of an item: alpha and principal components.
extension ItemRunner {
    func alpha() throws -> [(String, JSONValue)] {
        let request = item.options.scale
        let scale = try ScaleItems(item.variables, reversed: request.reversed, range: request.range)
        let estimator = try AlphaEstimator(scale, of: runner.table)
        let result = try runner.estimation.estimate(estimator, over: domain)
        try refuseEmpty(result)
        var rows: [JSONValue] = []
        var warnings: [JSONValue] = []
        for group in 0..<grouping.count {
            for (parameter, quantity) in estimator.quantities.enumerated() {
                rows.append(alphaRow(result, group, parameter, quantity))
                if quantity == .itemRest, let value = result.value(group, parameter), value < 0 {
                    warnings.append(.object([("class", "NEGATIVE_ITEM")] + head(result.labels[parameter], group)))
                }
            }
        }
        if let minimum = request.minimumAnswered { rows += try scoreRows(scale, minimum) }
        var fields: [(String, JSONValue)] = [("estimates", .array(rows))]
        if grouping.count == 1 { fields.append(("scalars", .object(alphaScalars(result, scale)))) }
        if !warnings.isEmpty { fields.append(("warnings", .array(warnings))) }
        return fields + marginClaim()
    }

    private func alphaScalars(_ result: GroupedEstimates, _ scale: ScaleItems) -> [(String, JSONValue)] {
        var scalars: [(String, JSONValue)] = [
            ("alpha", .optional(result.value(0, 0))), ("alpha_standardised", .optional(result.value(0, 1))),
            ("n", .integer(result.counts[0]))
        ]
        // Of two items it is 2r/(1 + r).
        if scale.names.count == 2 { scalars.append(("spearman_brown", .optional(result.value(0, 1)))) }
        return scalars
    }

    /// Intervals of an alpha are taken of ln(1 − α), so that they end below 1.
    private func alphaRow(
        _ result: GroupedEstimates, _ group: Int, _ parameter: Int, _ quantity: AlphaEstimator.Quantity
    ) -> JSONValue {
        guard quantity != .itemRest, let value = result.value(group, parameter),
            let error = result.standardError(group, parameter), value < 1,
            let interval = ConfidenceInterval.ofAlpha(
                value, standardError: error, degreesOfFreedom: result.degreesOfFreedom[group],
                level: item.options.level)
        else { return row(result, group, parameter, designEffect: nil) }
        return .object(
            head(result.labels[parameter], group) + [
                ("estimate", .number(value)), ("se", .number(error)),
                ("df", .integer(result.degreesOfFreedom[group])),
                ("ci", intervalJSON(interval, method: interval.method)), ("n", .integer(result.counts[group])),
                ("effective_n", .optional(result.effectiveSampleSize(group))),
                ("missing_share", .number(result.missingShare(group)))
            ])
    }

    private func scoreRows(_ scale: ScaleItems, _ minimum: Int) throws -> [JSONValue] {
        let name = "score"
        var table = Table(rowCount: runner.table.rowCount)
        table.set(
            .numeric(try scale.scores(of: runner.table, minimumAnswered: minimum)), for: Variable(name: name))
        let result = try runner.estimation.estimate(MeanEstimator([name], of: table), over: domain)
        return (0..<grouping.count).map { row(result, $0, 0, designEffect: nil) }
    }

    func components() throws -> [(String, JSONValue)] {
        let analysis = try PrincipalComponents(item.variables, of: runner.table, isScaled: item.options.isScaled)
        let (components, result) = try runner.estimation.components(analysis, over: domain)
        func byVariable(_ matrix: DenseMatrix) -> JSONValue {
            .object(zip(item.variables, matrix.rowArrays).map { ($0, .numbers($1)) })
        }
        return [
            ("estimates", .array(result.labels.indices.map { row(result, 0, $0, designEffect: nil) })),
            ("eigenvalues", .numbers(components.eigenvalues)), ("proportion", .numbers(components.proportions)),
            // The plan's `loadings` are svyprcomp's, which are not the vectors of these eigenvalues: see the guide.
            ("loadings", byVariable(components.rootWeightedAxes)), ("eigenvectors", byVariable(components.vectors)),
            ("loadings_as", "svyprcomp"), ("scalars", .object([("n", .integer(result.counts[0]))]))
        ] + marginClaim()
    }
}
