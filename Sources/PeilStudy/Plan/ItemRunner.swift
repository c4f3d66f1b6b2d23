import PeilNumerics
import PeilStatistics
import PeilTable

/// One item of a plan: chooses the estimator, asks `Estimation`, and lays out rows, covariance and contrasts.
struct ItemRunner {
    let item: PlanItem
    let runner: PlanRunner
    private let arrangement: LazyDomain
    var domain: GroupedDomain { arrangement.domain }
    var grouping: Grouping { arrangement.grouping }
    var mask: [Bool]? { arrangement.mask }

    /// Sums made for several items at once.
    let prepared: Estimation.Prepared?
    /// The estimator whose sums were merged from partitions.
    private let ready: MergedSums.Ready?

    init(_ item: PlanItem, _ runner: PlanRunner, prepared: Estimation.Prepared? = nil) throws {
        self.item = item
        self.runner = runner
        ready = try runner.merged?.ready(item)
        self.prepared = ready?.sums ?? prepared
        arrangement = try runner.lazyDomain(by: item.by, in: item.domain)
    }

    func result() throws -> [(String, JSONValue)] {
        if let ready, item.statistic != .proportionInterval, item.statistic != .latentClasses {
            return try estimates(ready.estimator)
        }
        if let estimator = try Self.estimator(of: item, runner.table) { return try estimates(estimator) }
        switch item.statistic {
        case .association, .goodnessOfFit, .marginalHomogeneity, .tTest, .rankTest: return try test()
        case .glm: return try model()
        case .alpha: return try alpha()
        case .pca: return try components()
        case .change: return try change()
        case .fayHerriot: return try areas()
        case .batteseHarterFuller: return try nestedAreas()
        case .quantile: return try quantiles()
        case .proportionInterval: return try proportionIntervals()
        case .degreesOfFreedom:
            return [("scalars", .object([("df", .integer(domain.overallDegreesOfFreedom))]))]
        case .weights: return [("weights", weights())]
        case .latentClasses: return try latentClasses()
        case .kMeans: return try kMeans()
        case .cellSuppression: return try SuppressionItem(item).result()
        default:
            // Every other statistic is an estimator, which was made above.
            throw item.usage("a statistic with an estimator", "report it with the plan that you ran")
        }
    }

    /// The estimator of an item that is a smooth function of totals; nil for other statistics.
    static func estimator(of item: PlanItem, _ table: Table) throws -> (any SmoothEstimator)? {
        switch item.statistic {
        case .mean: return try MeanEstimator(item.variables, of: table)
        case .total: return try TotalEstimator(item.variables, of: table)
        case .proportion: return try ProportionEstimator(item.variables[0], of: table)
        case .ratio: return try RatioEstimator(item.variables[0], over: item.variables[1], of: table)
        case .variance: return try VarianceEstimator(item.variables, of: table)
        case .sd: return try VarianceEstimator(item.variables, of: table, standardDeviation: true)
        case .correlation: return try CorrelationEstimator(item.variables, of: table)
        case .count: return try CountEstimator(item.variables[0], of: table)
        case .multipleResponses: return try MultipleResponseEstimator(item.variables, of: table)
        case .standardisedMean:
            return try item.options.standard.map { try StandardisedMeanEstimator(item.variables, of: table, to: $0) }
        default: return nil
        }
    }

    // MARK: Estimates

    /// Above this many estimates the full covariance is left out: its size grows with the square.
    private static let covarianceLimit = 100

    private func estimates(_ estimator: some SmoothEstimator) throws -> [(String, JSONValue)] {
        let count = grouping.count * estimator.labels.count
        let wishes = Estimation.Wishes(
            covariance: !item.options.contrasts.isEmpty || count <= Self.covarianceLimit,
            groupAgainstRest: item.options.againstRest && grouping.count > 1,
            completeDegreesOfFreedom: item.statistic == .multipleResponses)
        let result = try runner.estimation.estimate(
            estimator, over: domain, wishes: wishes, prepared: prepared)
        try refuseEmpty(result)
        let effects = try designEffects(result)
        var rows: [JSONValue] = []
        for group in 0..<grouping.count {
            for parameter in result.labels.indices {
                rows.append(row(result, group, parameter, designEffect: effects?[group][parameter]))
            }
        }
        var fields: [(String, JSONValue)] = [("estimates", .array(rows))]
        if let covariance = result.covariance, count <= Self.covarianceLimit {
            fields.append(("vcov", .array(covariance.rowArrays.map { .numbers($0) })))
        }
        let contrasts = try self.contrasts(result) + differencesFromRest(result)
        if !contrasts.isEmpty { fields.append(("contrasts", .array(contrasts))) }
        return fields + marginClaim()
    }

    /// Nothing at all to estimate is an error of the item; single empty groups become rows with a reason.
    func refuseEmpty(_ result: GroupedEstimates) throws {
        var first: EstimationError?
        for outcome in result.outcomes {
            switch outcome {
            case .success: return
            case .failure(let error): first = first ?? error
            }
        }
        throw first ?? EstimationError.emptyDomain
    }

    func row(_ result: GroupedEstimates, _ group: Int, _ parameter: Int, designEffect: Double?) -> JSONValue {
        var fields = head(result.labels[parameter], group)
        guard let estimate = result.value(group, parameter) else {
            return .object(
                fields + [
                    ("estimate", .null), ("se", .null), ("n", .integer(result.counts[group])),
                    ("reasons", .object([("estimate", .string(reason(result.outcomes[group])))]))
                ])
        }
        // Who was asked and answered none of the questions makes no unit of a share of responses.
        let df =
            item.statistic == .multipleResponses
            ? result.completeDegreesOfFreedom[group] : result.degreesOfFreedom[group]
        let error = result.standardError(group, parameter)
        let interval = error.flatMap {
            ConfidenceInterval.student(estimate, standardError: $0, degreesOfFreedom: df, level: item.options.level)
        }
        fields += [
            ("estimate", .number(estimate)), ("se", .optional(error)), ("df", .integer(df)),
            ("ci", intervalJSON(interval, method: "t")), ("n", .integer(result.counts[group])),
            ("effective_n", .optional(result.effectiveSampleSize(group)))
        ]
        if let designEffect {
            fields.append(("deff", .optional(designEffect)))
            fields.append(
                ("deft", .optional(designEffect >= 0 ? PrecisionMeasures.deft(designEffect: designEffect) : nil)))
        }
        fields += [
            ("kish_deff", .optional(result.kishDesignEffect(group))),
            ("cv", .optional(result.coefficientOfVariation(group, parameter))),
            ("missing_share", .number(result.missingShare(group)))
        ]
        let reasons = self.reasons(result, group, error: error, df: df)
        return .object(reasons.isEmpty ? fields : fields + [("reasons", .object(reasons))])
    }

    /// Why a number of a row is absent, or rests on less than was asked.
    func reasons(
        _ result: GroupedEstimates, _ group: Int, error: Double?, df: Int
    ) -> [(String, JSONValue)] {
        var reasons: [(String, JSONValue)] = []
        if result.claim == .none {
            reasons.append(("se", "OPT_IN_WITHOUT_ASSUMPTION"))
        } else if error == nil {
            reasons.append(
                ("se", runner.estimation.design.replicates == nil ? "NO_STRATUM_LEFT" : "ALL_REPLICATES_UNDEFINED"))
        } else if df <= 0 {
            reasons.append(("ci", "NO_DEGREES_OF_FREEDOM"))
        }
        if !result.discardedReplicates.isEmpty, result.discardedReplicates[group] > 0, error != nil {
            reasons.append(("se_basis", .string("\(result.discardedReplicates[group])_REPLICATES_UNDEFINED")))
        }
        return reasons
    }

    func head(_ label: ParameterLabel, _ group: Int) -> [(String, JSONValue)] {
        var fields: [(String, JSONValue)] = [("variable", .string(label.variable))]
        if let level = label.level { fields.append(("level", .string(level))) }
        if !grouping.variables.isEmpty {
            fields.append(("domain", .object(zip(grouping.variables, grouping.keys[group]).map { ($0, .string($1)) })))
        }
        return fields
    }

    private func reason(_ outcome: Result<[Double], EstimationError>) -> String {
        if case .failure(let error) = outcome { return runner.names.failure(error).code }
        return "NONE"
    }

    func intervalJSON(_ interval: ConfidenceInterval?, method: String) -> JSONValue {
        .object([
            ("level", .number(item.options.level)), ("method", .string(interval?.method ?? method)),
            ("lower", .optional(interval?.lower)), ("upper", .optional(interval?.upper))
        ])
    }

    // MARK: Design effects

    private func designEffects(_ result: GroupedEstimates) throws -> [[Double?]]? {
        guard let kind = item.options.designEffect else { return nil }
        let isTotal = item.statistic == .total
        let unitVariances = try unitVariances(result)
        return (0..<grouping.count).map { group in
            result.labels.indices.map { parameter in
                unitVariances[group][parameter].flatMap {
                    kind.designEffect(
                        variance: result.variances[group][parameter], unitVariance: $0,
                        count: result.counts[group], population: result.completeWeights[group],
                        isTotal: isTotal)
                }
            }
        }
    }

    /// n/(n−1)·Σw(y−ȳ)²/Σw of what each parameter averages.
    private func unitVariances(_ result: GroupedEstimates) throws -> [[Double?]] {
        switch item.statistic {
        case .proportion:
            return (0..<grouping.count).map { group in
                let n = Double(result.counts[group])
                return result.labels.indices.map { parameter in
                    result.value(group, parameter).map { n / (n - 1) * $0 * (1 - $0) }
                }
            }
        case .mean, .total:
            if let merged = try runner.merged?.unitVariances(item, estimation: runner.estimation, over: domain) {
                return merged
            }
            let columns = try item.variables.map { variable in
                try runner.estimation.estimate(
                    VarianceEstimator([variable], of: runner.table), by: grouping,
                    in: try listwise())
            }
            return (0..<grouping.count).map { group in columns.map { $0.value(group, 0) } }
        default:
            throw EstimationError.badOption(
                "deff is defined for mean, total and proportion", remedy: "leave `deff` out")
        }
    }

    /// The domain without rows that lack any variable of the item.
    private func listwise() throws -> [Bool] {
        var mask = domain.mask ?? [Bool](repeating: true, count: runner.table.rowCount)
        for variable in item.variables {
            let column = try runner.table.column(variable)
            for row in mask.indices where !column.isPresent(row) { mask[row] = false }
        }
        return mask
    }

    /// What margins rest on, where it is not chance selection.
    func marginClaim() -> [(String, JSONValue)] {
        switch runner.estimation.claim {
        case .sampling: []
        case .model(let assumption): [("basis", "panel"), ("margin_assumes", .string(assumption.rawValue))]
        case .none: [("basis", "panel"), ("margin_assumes", .null)]
        }
    }

    // MARK: Other statistics

    /// The share of rows that meet the item's condition, among those with an answer.
    static func shareEstimator(of item: PlanItem, _ table: Table) throws -> ProportionEstimator {
        let name = item.variables[0]
        let share = item.options.share ?? (.equal, [])
        let column = try table.column(name)
        let holds = try RowCondition(column: name, comparison: share.comparison, values: share.values).mask(of: table)
        let levels = holds.indices.map { column.isPresent($0) ? (holds[$0] ? Int32(0) : 1) : -1 }
        return ProportionEstimator(name, levels: [share.values.joined(separator: ",")], levelOfRow: levels)
    }

    private func proportionIntervals() throws -> [(String, JSONValue)] {
        let name = item.variables[0]
        let estimator: ProportionEstimator =
            if let merged = ready?.estimator as? ProportionEstimator { merged } else {
                try Self.shareEstimator(of: item, runner.table)
            }
        let result = try runner.estimation.estimate(estimator, over: domain, prepared: prepared)
        try refuseEmpty(result)
        var rows: [JSONValue] = []
        // Under replication the logit interval takes the spread of the replicates' logits.
        let logits =
            runner.estimation.design.replicates != nil && item.options.intervals.contains(.logit)
            ? try runner.estimation.estimate(LogitOfShare(estimator), over: domain) : nil
        for group in 0..<grouping.count {
            for method in item.options.intervals {
                let logitError = method == .logit ? logits?.standardError(group, 0) : nil
                rows.append(intervalRow(result, group, method, name, logitError: logitError))
            }
        }
        return [("estimates", .array(rows))] + marginClaim()
    }

    private func quantiles() throws -> [(String, JSONValue)] {
        let options = item.options
        let estimator = try QuantileEstimator(
            item.variables[0], of: runner.table, probabilities: options.probabilities,
            rule: options.quantileRule, interval: options.quantileInterval, level: options.level)
        let quantiles = try estimator.estimate(runner.estimation, over: domain)
        guard !quantiles.isEmpty else { throw EstimationError.emptyDomain }
        return [("estimates", .array(quantiles.map(quantileRow)))]
    }

    private func quantileRow(_ quantile: QuantileEstimator.Quantile) -> JSONValue {
        let label = ParameterLabel(item.variables[0], level: shortestText(quantile.probability))
        var fields = head(label, quantile.group)
        fields += [
            ("estimate", .number(quantile.estimate)), ("se", .optional(quantile.standardError)),
            ("df", .integer(quantile.degreesOfFreedom)),
            (
                "ci",
                .object([
                    ("level", .number(item.options.level)),
                    ("method", .string("woodruff-\(item.options.quantileInterval.rawValue)")),
                    ("lower", .optional(quantile.lower)), ("upper", .optional(quantile.upper))
                ])
            ),
            ("n", .integer(quantile.count)), ("effective_n", .optional(quantile.effectiveN))
        ]
        if quantile.standardError == nil { fields.append(("reasons", .object([("se", "INTERVAL_BEYOND_DATA")]))) }
        return .object(fields)
    }

    private func intervalRow(
        _ result: GroupedEstimates, _ group: Int, _ method: ProportionInterval, _ name: String, logitError: Double?
    ) -> JSONValue {
        var fields = head(ParameterLabel(name, level: method.rawValue), group)
        guard let estimate = result.value(group, 0), let error = result.standardError(group, 0) else {
            let why: (String, JSONValue) =
                result.value(group, 0) == nil
                ? ("estimate", .string(reason(result.outcomes[group])))
                : reasons(result, group, error: nil, df: 1)[0]
            return .object(
                fields + [
                    ("estimate", .optional(result.value(group, 0))), ("se", .null),
                    ("n", .integer(result.counts[group])), ("reasons", .object([why]))
                ])
        }
        let df = result.completeDegreesOfFreedom[group]
        let interval = ConfidenceInterval.share(
            estimate, standardError: logitError.map { $0 * estimate * (1 - estimate) } ?? error,
            count: result.counts[group],
            effectiveN: result.effectiveSampleSize(group), degreesOfFreedom: df,
            level: item.options.level, method: method)
        fields += [
            ("estimate", .number(estimate)), ("se", .number(error)), ("df", .integer(df)),
            ("ci", intervalJSON(interval, method: method.rawValue)), ("n", .integer(result.counts[group])),
            ("effective_n", .optional(result.effectiveSampleSize(group)))
        ]
        if interval == nil { fields.append(("reasons", .object([("ci", "NO_DEGREES_OF_FREEDOM")]))) }
        return .object(fields)
    }

    private func weights() -> JSONValue {
        if let merged = runner.merged { return merged.weights() }
        let weights = runner.estimation.design.weights
        let sum = CompensatedSum.of(weights)
        let squares = CompensatedSum.of(weights.lazy.map { $0 * $0 })
        return .object([
            ("n", .integer(weights.count)), ("sum", .number(sum)), ("sum_squares", .number(squares)),
            ("min", .optional(weights.min())), ("max", .optional(weights.max())),
            ("first", .numbers(Array(weights.prefix(10)))),
            ("kish_deff", .optional(sum > 0 ? Double(weights.count) * squares / (sum * sum) : nil))
        ])
    }
}
