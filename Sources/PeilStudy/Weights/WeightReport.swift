import PeilNumerics
import PeilStatistics
public import PeilTable

/// What weighting did: each step, margins and municipalities before and after, the spread of the weights, and how much
/// the key estimates rest on the largest. Research results: exact, unsuppressed.
public struct WeightReport: Sendable {
    let source: [(String, JSONValue)]
    let weights: StudyWeights
    let diagnostics: WeightDiagnostics
    let influence: [WeightInfluence]
    /// With the number of replicates and the seed; nil where it was not asked for.
    let bootstrap: (replicates: Int, seed: UInt64, lines: [RecipeBootstrap.Line])?

    static let seed: UInt64 = 1

    /// Of a wave. `replicates`: bootstrap samples in which the whole recipe is repeated; nil for none.
    public init(_ run: StudyRun, _ prepared: StudyRun.Prepared, bootstrap replicates: Int? = nil) throws {
        let groups = try run.study.areas.map {
            Grouping.cross([($0.variable, try prepared.table.column($0.variable))])
        }
        let key = try run.study.report.outline.keyFigures.map { measure in
            try KeyEstimator(measure.question, measure.level, of: prepared.table)
        }
        try self.init(
            source: [
                ("study", .string(run.study.id)), ("wave", .string(run.wave.id)),
                ("study_hash", .string(run.study.hash)),
                ("input_hash", .string(prepared.inputHash))
            ], prepared.weights, groups: groups, key: key, bootstrap: replicates, lonelyPSU: run.study.design.lonelyPSU,
            threads: run.threads)
    }

    /// Of a plan: the data with the plan's design and steps.
    public init(
        _ plan: AnalysisPlan, over table: Table, by groups: [String] = [], bootstrap replicates: Int? = nil,
        threads: Int
    ) throws {
        do {
            for column in plan.columns.sorted() + groups where !table.has(column) {
                throw TableError.unknownColumn(column, known: table.names)
            }
            let design = try plan.design.base(of: table)
            let weights = try WeightingRecipe(steps: plan.design.adjust).weights(table, design, threads: threads)
            let grouping =
                groups.isEmpty ? nil : Grouping.cross(try groups.map { ($0, try table.column($0)) })
            try self.init(
                source: [("plan", .string(plan.id))], weights, groups: grouping, key: [], bootstrap: replicates,
                lonelyPSU: plan.design.lonelyPSU, threads: threads)
        } catch { throw FailureNames(file: plan.dataset).failure(error) }
    }

    private init(
        source: [(String, JSONValue)], _ weights: StudyWeights, groups: Grouping?, key: [KeyEstimator],
        bootstrap replicates: Int?, lonelyPSU: LonelyPSU, threads: Int
    ) throws {
        self.source = source
        self.weights = weights
        diagnostics = weights.diagnostics(groups: groups)
        influence = try key.flatMap { try $0.influence(weights.design.weights) }
        guard let replicates else {
            bootstrap = nil
            return
        }
        let check = RecipeBootstrap(replicates: replicates, seed: Self.seed, lonelyPSU: lonelyPSU)
        let everyone = Grouping.everyone(rowCount: weights.design.weights.count)
        let lines = try key.flatMap { try $0.check(check, everyone, weights, threads: threads) }
        bootstrap = (replicates, Self.seed, lines)
    }

    public var rowCount: Int { weights.design.weights.count }
    /// The final weights, a row each.
    public var finalWeights: [Double] { weights.design.weights }
}

/// One key figure of a study as an estimator: a share of one answer, or a mean.
private struct KeyEstimator {
    private let share: ProportionEstimator?
    private let mean: MeanEstimator?

    init(_ variable: String, _ level: String, of table: Table) throws {
        guard !level.isEmpty else {
            share = nil
            mean = try MeanEstimator([variable], of: table)
            return
        }
        let column = try table.categories(variable)
        let isLevel = column.categories.map { $0.code == level }
        share = ProportionEstimator(
            variable, levels: [level],
            levelOfRow: (0..<column.count).map { column.isPresent($0) ? (isLevel[Int(column.codes[$0])] ? 0 : 1) : -1 })
        mean = nil
    }

    func influence(_ weights: [Double]) throws -> [WeightInfluence] {
        if let share { return try WeightInfluence.of(share, weights: weights) }
        if let mean { return try WeightInfluence.of(mean, weights: weights) }
        return []
    }

    func check(
        _ check: RecipeBootstrap, _ grouping: Grouping, _ weights: StudyWeights, threads: Int
    ) throws -> [RecipeBootstrap.Line] {
        let steps = weights.steps.reportingDrift
        if let share { return try check.check(share, by: grouping, steps, of: weights.base, threads: threads) }
        if let mean { return try check.check(mean, by: grouping, steps, of: weights.base, threads: threads) }
        return []
    }
}

extension WeightSteps {
    /// The same steps, in which a replicate whose bounds and margins do not come to hold together is taken as far as it
    /// came: one hard draw must not end a check of hundreds.
    var reportingDrift: WeightSteps {
        WeightSteps(
            steps.map { step in
                guard case .trim(var trimming) = step else { return step }
                trimming.drift = .report
                return .trim(trimming)
            })
    }
}
