import PeilNumerics
import PeilStatistics
public import PeilTable

/// Runs a plan over a table: design, weights, then each item apart, so that one failing item leaves the others.
public struct PlanRunner {
    let plan: AnalysisPlan
    let table: Table
    let estimation: Estimation
    let names: FailureNames

    public init(_ plan: AnalysisPlan, over table: Table, threads: Int) throws {
        self.plan = plan
        names = FailureNames(file: plan.dataset)
        do {
            try Self.check(plan, table)
            self.table = try Self.withoutMissingCodes(plan, table)
            var design = try SampleDesign(plan.design.columns, of: table)
            for step in plan.design.adjust { design = try Self.adjust(design, step, table) }
            estimation = Estimation(
                design,
                engine: VarianceEngine(
                    lonelyPSU: plan.design.lonelyPSU,
                    lonelyInDomains: plan.design.lonelyInDomains),
                threads: threads)
        } catch {
            throw names.failure(error)
        }
    }

    /// A column that the data does not have makes the plan wrong, before anything is computed.
    private static func check(_ plan: AnalysisPlan, _ table: Table) throws {
        for column in plan.columns.sorted() where !table.has(column) {
            throw TableError.unknownColumn(column, known: table.names)
        }
    }

    private static func withoutMissingCodes(_ plan: AnalysisPlan, _ table: Table) throws -> Table {
        guard !plan.missingCodes.isEmpty else { return table }
        var result = table
        for name in Set(plan.items.flatMap(\.variables)) {
            result.set(
                try table.column(name).treating(plan.missingCodes, as: .notAnswered), for: try table.variable(name))
        }
        return result
    }

    private static func adjust(_ design: SampleDesign, _ step: AdjustmentStep, _ table: Table) throws -> SampleDesign {
        switch step {
        case .rake(let margins, let tolerance, let iterations):
            let classes = try margins.map { try marginClasses($0, table) }
            let fit = try Raking(tolerance: tolerance, maximumIterations: iterations).fit(design.weights, to: classes)
            return design.calibrated(
                weights: fit.weights, by: CalibrationModel(baseWeights: design.weights, margins: classes))
        }
    }

    private static func marginClasses(_ margin: AdjustmentStep.Margin, _ table: Table) throws -> MarginClasses {
        let labels = try table.column(margin.variable).rowLabels()
        var indexOfCategory: [String: Int32] = [:]
        for (index, entry) in margin.totals.enumerated() { indexOfCategory[entry.category] = Int32(index) }
        let classes = try labels.map { label in
            guard let label else { return Int32(-1) }
            guard let index = indexOfCategory[label] else {
                throw WeightingError.unknownCategory(margin: margin.variable, category: label)
            }
            return index
        }
        return MarginClasses(
            variable: margin.variable, names: margin.totals.map(\.category), classOfRow: classes,
            totals: margin.totals.map(\.total))
    }

    public struct Outcome: Sendable {
        public let json: JSONValue
        /// Items that failed, by id.
        public let failures: [(item: String, failure: Failure)]
    }

    /// The results in the shape `peil-results-1`.
    public func run() -> Outcome {
        var failures: [(String, Failure)] = []
        let items = plan.items.map { item in
            do {
                return JSONValue.object(
                    [("id", .string(item.id)), ("statistic", .string(item.statistic.rawValue))]
                        + (try ItemRunner(item, self).result()))
            } catch {
                let failure = names.failure(error)
                failures.append((item.id, failure))
                return JSONValue.object([
                    ("id", .string(item.id)),
                    (
                        "error",
                        .object([
                            ("class", .string(failure.code)), ("message", .string(failure.message))
                        ])
                    )
                ])
            }
        }
        let json = JSONValue.object([
            ("schema", "peil-results-1"), ("use", "not for publication"), ("id", .string(plan.id)),
            ("design_df", .integer(estimation.design.degreesOfFreedom)), ("kernel", .string(LinearKernel.name)),
            ("items", .array(items))
        ])
        return Outcome(json: json, failures: failures)
    }

    func mask(_ conditions: [RowCondition]) throws -> [Bool]? {
        guard !conditions.isEmpty else { return nil }
        var mask = [Bool](repeating: true, count: table.rowCount)
        for condition in conditions {
            let holds = try condition.mask(of: table)
            for row in mask.indices where !holds[row] { mask[row] = false }
        }
        return mask
    }
}
