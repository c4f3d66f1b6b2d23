import PeilStatistics

/// Small areas of an item. Their margins rest on a model, not on the design.
extension ItemRunner {
    func areas() throws -> [(String, JSONValue)] {
        guard var model = item.options.areas else { return [] }
        model.direct = item.variables[0]
        let result = try model.run(over: runner.table, in: mask)
        let rows = result.areas.map { area -> JSONValue in
            var fields = areaHead(model.area, area.name)
            fields += [
                ("estimate", .number(area.estimate)), ("mse", .optional(area.meanSquaredError)),
                ("se", .optional(Self.root(area.meanSquaredError))), ("direct", .optional(area.direct)),
                ("direct_se", .optional(area.directVariance.flatMap(Self.root))),
                ("synthetic", .number(area.synthetic)), ("gamma", .number(area.shrinkage)),
                ("borrowed", .number(1 - area.shrinkage))
            ]
            if let benchmarked = area.benchmarked { fields.append(("benchmarked", .number(benchmarked))) }
            if area.direct == nil { fields.append(("reasons", .object([("direct", "NO_DIRECT_ESTIMATE")]))) }
            return .object(fields)
        }
        var scalars: [(String, JSONValue)] = [
            ("refvar", .number(result.areaVariance)), ("loglik", .optional(result.logLikelihood)),
            ("AIC", .optional(result.akaike)), ("BIC", .optional(result.bayes)), ("converged", .bool(true)),
            ("n", .integer(result.directCount))
        ]
        if let factor = result.benchmarkFactor { scalars.append(("benchmark_factor", .number(factor))) }
        var fields: [(String, JSONValue)] = [
            ("estimates", .array(rows)), ("scalars", .object(scalars)),
            ("coefficients", coefficients(result.labels, result.coefficients, result.standardErrors)),
            ("method", .string(result.method.rawValue)), ("basis_of_margins", "model")
        ]
        if result.hasNoAreaVariance {
            let remedy = JSONValue.string(
                "every estimate is its regression; when_zero: AREML keeps a share of the direct one")
            fields.append(
                ("warnings", .array([.object([("class", "NO_AREA_VARIANCE"), ("message", remedy)])])))
        }
        return fields
    }

    func nestedAreas() throws -> [(String, JSONValue)] {
        guard var model = item.options.nestedError else { return [] }
        model.response = item.variables[0]
        let result = try model.run(over: runner.table, in: mask)
        let rows = result.areas.map { area -> JSONValue in
            .object(
                areaHead(model.area, area.name) + [
                    ("estimate", .number(area.estimate)), ("est_pred", .optional(area.finiteEstimate)),
                    ("mse", .optional(area.meanSquaredError)), ("se", .optional(Self.root(area.meanSquaredError))),
                    ("sample_mean", .optional(area.sampleMean)), ("synthetic", .number(area.synthetic)),
                    ("gamma", .number(area.shrinkage)), ("borrowed", .number(1 - area.shrinkage)),
                    ("n", .integer(area.count))
                ])
        }
        return [
            ("estimates", .array(rows)),
            (
                "scalars",
                .object([
                    ("sigma2_u", .number(result.betweenVariance)), ("sigma2_e", .number(result.withinVariance)),
                    ("n", .integer(result.count))
                ])
            ),
            ("coefficients", coefficients(result.labels, result.coefficients, result.standardErrors)),
            ("basis_of_margins", "model")
        ]
    }

    private func areaHead(_ column: String, _ name: String) -> [(String, JSONValue)] {
        [("variable", .string(item.variables[0])), ("domain", .object([(column, .string(name))]))]
    }

    private func coefficients(_ labels: [String], _ values: [Double], _ errors: [Double]) -> JSONValue {
        .array(
            labels.indices.map { index in
                .object([
                    ("term", .string(labels[index])), ("estimate", .number(values[index])),
                    ("se", .number(errors[index]))
                ])
            })
    }

    private static func root(_ variance: Double) -> Double? { variance >= 0 ? variance.squareRoot() : nil }
}
