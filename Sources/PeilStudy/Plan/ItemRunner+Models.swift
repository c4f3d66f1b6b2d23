import PeilNumerics
import PeilStatistics

/// Models of an item: coefficients, tests of terms and effects.
extension ItemRunner {
    func model() throws -> [(String, JSONValue)] {
        guard let model = item.options.model else { return [] }
        let result = try model.run(runner.estimation, of: runner.table, in: mask)
        let coefficients = Array(0..<result.coefficientCount)
        var fields: [(String, JSONValue)] = [
            ("estimates", .array(coefficients.map { coefficient(result, $0) }))
        ]
        if let covariance = result.estimates.covariance {
            let own = covariance.leading(result.coefficientCount)
            fields.append(("vcov", .array(own.rowArrays.map { .numbers($0) })))
        }
        fields.append(("scalars", .object(scalars(result))))
        fields.append(("wald_tests", .array(waldTests(result))))
        for (effect, parameters) in result.effects {
            let name = Self.name(of: effect)
            let rows = parameters.map { effectRow(result, effect, $0) }
            if let place = fields.firstIndex(where: { $0.0 == name }) {
                fields[place].1 = .array(fields[place].1.elements + rows)
            } else {
                fields.append((name, .array(rows)))
            }
        }
        return fields + [("reads_as", "association")] + marginClaim()
    }

    private static func name(of effect: ModelEffect) -> String {
        switch effect {
        case .marginalEffects: "marginal_effects"
        case .predictedMargins, .predictedMarginsAt: "predicted_margins"
        case .effectsPerDeviation: "effects_per_deviation"
        case .standardisedCoefficients: "standardised"
        case .importance: "importance"
        }
    }

    private func scalars(_ result: ModelResult) -> [(String, JSONValue)] {
        [
            ("df_residual", .integer(result.residualDegreesOfFreedom)), ("n", .integer(result.estimates.count)),
            ("dispersion", .optional(result.dispersion)),
            (result.family == .linear ? "r_squared" : "deviance_explained", .optional(result.fit))
        ]
    }

    private func coefficient(_ result: ModelResult, _ parameter: Int) -> JSONValue {
        let df = result.residualDegreesOfFreedom
        var fields = fittedRow(result.estimates, parameter, degreesOfFreedom: df, isTested: true)
        // A logit or log becomes a ratio that people can read.
        let ratio: String? =
            switch result.family {
            case .logistic: "odds_ratio"
            case .logLinear: "rate_ratio"
            default: nil
            }
        if let ratio {
            fields.append((ratio, self.ratio(result.estimates, parameter, degreesOfFreedom: df)))
        }
        return .object(fields)
    }

    private func ratio(_ estimates: FittedEstimates, _ parameter: Int, degreesOfFreedom: Int) -> JSONValue {
        let interval = interval(estimates, parameter, degreesOfFreedom: degreesOfFreedom)?.exponentials
        return .object([
            ("estimate", .optional(estimates.ratio(parameter))), ("lower", .optional(interval?.lower)),
            ("upper", .optional(interval?.upper))
        ])
    }

    private func effectRow(_ result: ModelResult, _ effect: ModelEffect, _ parameter: Int) -> JSONValue {
        var isTested = true
        if case .predictedMargins = effect { isTested = false }
        if case .predictedMarginsAt = effect { isTested = false }
        if case .importance = effect { isTested = false }
        var fields = fittedRow(
            result.estimates, parameter, degreesOfFreedom: result.residualDegreesOfFreedom, isTested: isTested)
        if effect == .importance, let fit = result.fit, fit > 0 {
            fields.append(("share", .number(result.estimates.values[parameter] / fit)))
        }
        return .object(fields)
    }

    private func waldTests(_ result: ModelResult) -> [JSONValue] {
        (item.options.testedTerms ?? Array(result.terms.indices)).map { term in
            var fields: [(String, JSONValue)] = [("term", .string(result.terms[term].name))]
            guard let outcome = result.waldTest(term: term) else {
                let why =
                    runner.estimation.claim == .none
                    ? "OPT_IN_WITHOUT_ASSUMPTION"
                    : result.residualDegreesOfFreedom > 0 ? "COVARIANCE_SINGULAR" : "NO_DEGREES_OF_FREEDOM"
                return .object(
                    fields + [("F", .null), ("p", .null), ("reasons", .object([("F", .string(why))]))])
            }
            fields += [
                ("F", .number(outcome.statistic)), ("df1", .optional(outcome.degreesOfFreedom)),
                ("df2", .optional(outcome.denominatorDegreesOfFreedom)), ("p", .number(outcome.p))
            ]
            return .object(fields)
        }
    }

    // MARK: Rows of fitted statistics

    /// A parameter of a fitted statistic with margin and, where 0 means nothing, its test.
    func fittedRow(
        _ estimates: FittedEstimates, _ parameter: Int, degreesOfFreedom df: Int, isTested: Bool
    ) -> [(String, JSONValue)] {
        let label = estimates.labels[parameter]
        var fields: [(String, JSONValue)] = [("variable", .string(label.variable))]
        if let level = label.level { fields.append(("level", .string(level))) }
        return fields
            + marginFields(
                estimates.values[parameter], estimates.standardError(parameter), degreesOfFreedom: df,
                isTested: isTested, discarded: estimates.discardedReplicates)
            + [("n", .integer(estimates.count))]
    }

    func interval(
        _ estimates: FittedEstimates, _ parameter: Int, degreesOfFreedom df: Int
    ) -> ConfidenceInterval? {
        estimates.standardError(parameter).flatMap {
            ConfidenceInterval.student(
                estimates.values[parameter], standardError: $0, degreesOfFreedom: df, level: item.options.level)
        }
    }

    /// Estimate, standard error, interval and test, or why one is absent.
    func marginFields(
        _ estimate: Double, _ error: Double?, degreesOfFreedom df: Int, isTested: Bool, discarded: Int = 0
    ) -> [(String, JSONValue)] {
        let interval = error.flatMap {
            ConfidenceInterval.student(estimate, standardError: $0, degreesOfFreedom: df, level: item.options.level)
        }
        var fields: [(String, JSONValue)] = [
            ("estimate", .optional(estimate)), ("se", .optional(error)), ("df", .integer(df)),
            ("ci", intervalJSON(interval, method: "t"))
        ]
        if isTested {
            let p = error.flatMap { twoSidedP(estimate: estimate, standardError: $0, degreesOfFreedom: df) }
            fields += [("t", .optional(error.flatMap { $0 > 0 ? estimate / $0 : nil })), ("p", .optional(p))]
        }
        var reasons: [(String, JSONValue)] = []
        if runner.estimation.claim == .none {
            reasons.append(("se", "OPT_IN_WITHOUT_ASSUMPTION"))
        } else if error == nil {
            reasons.append(
                ("se", runner.estimation.design.replicates == nil ? "NO_STRATUM_LEFT" : "ALL_REPLICATES_UNDEFINED"))
        } else if df <= 0 {
            reasons.append(("ci", "NO_DEGREES_OF_FREEDOM"))
        }
        if discarded > 0, error != nil { reasons.append(("se_basis", .string("\(discarded)_REPLICATES_UNDEFINED"))) }
        return reasons.isEmpty ? fields : fields + [("reasons", .object(reasons))]
    }
}
