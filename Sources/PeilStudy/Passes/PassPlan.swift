import PeilNumerics
import PeilStatistics
import PeilTable

/// A plan whose statistics follow from sums over partitions of the data, and what those sums are. Streaming over one
/// file and merging over a cluster are two drivers of the same passes.
public struct PassPlan: Sendable {
    public let plan: AnalysisPlan
    /// Columns that name strata, sampling units and population sizes.
    let designColumns: [String]
    /// Columns that the weighting steps control.
    let auxiliaryColumns: [String]
    /// Weights from before a calibration that was done elsewhere.
    let baseColumn: String?
    /// Whether weights must be solved from a pass of their own.
    let needsCalibration: Bool
    /// No column of sampling units: every row is one.
    let rowsAreUnits: Bool
    let regression: Regression
    let arrangements: [Arrangement]
    let segments: [SegmentRequest]
    /// A text that is equal for equal plans, wherever their files lie.
    let fingerprint: String
    /// What a state carries, so that whoever merges needs no other file: the plan, and how columns are read and derived.
    /// Empty where no state leaves the process.
    let source: Source

    /// What weights the regression of influence values on the auxiliaries.
    enum Regression { case none, enteringWeights, ones, column }

    /// Groups and domain that items share.
    struct Arrangement {
        let by: [String]
        let domain: [RowCondition]
        var sums: [SumRequest] = []
    }

    struct Source: Sendable {
        /// In the form of a plan file.
        var text = ""
        /// Equal where columns are read and derived alike; empty where they are taken as they are.
        var reading = ""
        /// Clusters are taken within their stratum, as plan files always do.
        var nested = true
    }

    /// What a pass is about. Weights come first, then segments as long as they are sought, then estimates.
    enum Work: Sendable { case weights, patterns, rounds, estimates }

    /// The pass that follows on what is known.
    /// - Parameter given: nil for the first.
    func work(after given: PassParameters?) -> Work {
        guard given != nil || !needsCalibration else { return .weights }
        let stages = stages(given)
        if stages.contains(where: \.isRound) { return .rounds }
        return zip(segments, stages).contains { $0.mustBeFound($1) } ? .patterns : .estimates
    }

    func stages(_ given: PassParameters?) -> [SegmentStage] { given?.stages ?? segments.map { _ in .counting } }

    /// Passes there are in all; nil while k-means goes on in rounds, whose number nobody knows.
    /// - Parameter given: what the next pass is given; nil for the first.
    public func passCount(after given: PassParameters?) -> Int? {
        let next = (given?.pass ?? 0) + 1
        switch work(after: given) {
        case .weights: return next + (segments.contains { $0.mustBeFound(.counting) } ? 2 : 1)
        case .patterns: return next + 1
        case .rounds: return nil
        case .estimates: return next
        }
    }

    /// Columns that a pass reads.
    func columns(of work: Work) -> Set<String> {
        guard work == .patterns || work == .rounds else { return plan.columns }
        let others = auxiliaryColumns + [plan.design.columns.weights, baseColumn].compactMap { $0 }
        return segments.reduce(into: Set(others)) { $0.formUnion($1.columns) }
    }

    /// A plan for passes over one file.
    /// - Throws: `Failure` NOT_STREAMED for what does not follow from sums over partitions.
    public init(_ plan: AnalysisPlan) throws { try self.init(plan, from: Source(), for: .streaming) }

    /// The plan in a file, for passes over partitions.
    /// - Parameter path: the file; its own dataset is not read.
    /// - Throws: `Failure`: what reading a plan throws, NOT_STREAMED.
    public init(file path: String) throws {
        let text = try StudyFiles.text(path, what: "plan")
        try self.init(AnalysisPlan(text: text, file: path), from: Source(text: text), for: .partitions)
    }

    /// - Parameters:
    ///   - plan: what is asked.
    ///   - source: what states carry.
    ///   - use: decides what a refusal advises.
    init(_ plan: AnalysisPlan, from source: Source, for use: PassUse) throws {
        do { try self.init(plan, source) } catch let refusal as NotStreamed { throw refusal.failure(use) }
    }

    private init(_ plan: AnalysisPlan, _ source: Source) throws {
        self.plan = plan
        self.source = source
        let columns = plan.design.columns
        designColumns = Self.distinct(columns.strata + columns.clusters + columns.populationSizes)
        rowsAreUnits = columns.clusters.isEmpty
        guard plan.design.replicates == nil else {
            throw Self.refusal("a design with replicates", "take linearised variances")
        }
        (regression, needsCalibration) = try Self.regression(plan.design.adjust)
        auxiliaryColumns = Self.distinct(
            plan.design.adjust.flatMap { step in
                if case .declared(let terms, _) = step { return terms.compactMap(\.column) }
                return step.columns
            })
        if case .declared(_, let base)? = plan.design.adjust.first { baseColumn = base } else { baseColumn = nil }
        arrangements = try Self.arrangements(plan.items)
        segments = try plan.items.compactMap { try SegmentRequest($0, plan.design) }
        fingerprint = Self.fingerprint(plan, source.reading)
    }

    /// All that decides about sums and results; no path.
    private static func fingerprint(_ plan: AnalysisPlan, _ reading: String) -> String {
        let design = plan.design
        var parts = [reading, plan.id, plan.missingValue ?? ""]
        parts += plan.missingCodes
        parts += ["\(design.columns)", "\(design.lonelyPSU)", "\(design.lonelyInDomains)", "\(design.sample)"]
        parts += design.adjust.map { "\($0)" }
        for item in plan.items {
            let options = item.options
            parts += [item.id, item.statistic.rawValue, "\(item.variables)", "\(item.by)", "\(item.domain)"]
            parts += ["\(options.level)", "\(String(describing: options.designEffect))", "\(options.againstRest)"]
            parts += ["\(String(describing: options.kMeans))", options.latentClasses.map(text) ?? ""]
            parts += ["\(options.intervals)", "\(String(describing: options.share))"]
            parts += options.contrasts.map(text)
        }
        var checksum = CyclicChecksum()
        for part in parts {
            checksum.add("\(part.utf8.count):".utf8)
            checksum.add(part.utf8)
        }
        return checksum.text
    }

    /// Latent classes, their start in order.
    private static func text(_ request: LatentClassRequest) -> String {
        var rest = request
        rest.initialChances = nil
        let start = request.initialChances?.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } ?? []
        return "\(rest) \(start.map { "\($0.key)=\($0.value)" })"
    }

    /// A contrast, its coefficients in order.
    private static func text(_ contrast: Contrast) -> String {
        switch contrast.form {
        case .linear(let coefficients):
            let terms = coefficients.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            return "\(contrast.name) \(terms.map { "\($0.key)=\($0.value)" })"
        case .expression(let expression): return "\(contrast.name) \(expression.text)"
        }
    }

    private static func distinct(_ names: [String]) -> [String] {
        names.indices.filter { !names[..<$0].contains(names[$0]) }.map { names[$0] }
    }

    static func refusal(_ what: String, _ remedy: String) -> NotStreamed { NotStreamed(what: what, remedy: remedy) }

    // MARK: Weights

    private static func regression(_ steps: [AdjustmentStep]) throws -> (Regression, needsCalibration: Bool) {
        var result = Regression.none
        for step in steps {
            switch step {
            case .rake(let margins, let raking):
                try margins.forEach(check)
                result = raking.residuals == .unweighted ? .ones : .enteringWeights
            case .poststratify(let margin, _):
                try check(margin)
                result = .enteringWeights
            case .calibrate(let calibration, _, _, let stage):
                guard stage == nil else {
                    throw refusal("one factor a sampling unit (aggregate_stage)", "leave aggregate_stage out")
                }
                guard calibration.bounds?.kind != .weight else {
                    throw refusal("bounds on weights", "bound the factors instead (bounds_on: g)")
                }
                result = .enteringWeights
            case .declared(_, let base):
                guard steps.count == 1 else {
                    throw refusal("a declared calibration beside other steps", "keep one of them")
                }
                return (base == nil ? .enteringWeights : .column, false)
            case .trim: throw refusal("trimmed weights, which are cut row by row", "leave `trim` out")
            case .nonresponse: throw refusal("an adjustment for non-response", "take weights that hold it")
            }
        }
        return (result, result != .none)
    }

    private static func check(_ margin: AdjustmentStep.Margin) throws {
        switch margin.outside {
        case .imputed, .imputedWithin:
            throw refusal("categories drawn for those who gave none (missing: impute)", "use missing: share")
        default: break
        }
    }

    // MARK: Items

    private static func arrangements(_ items: [PlanItem]) throws -> [Arrangement] {
        var result: [Arrangement] = []
        for item in items {
            let sums = try SumRequest.requests(of: item)
            let index = result.firstIndex { $0.by == item.by && $0.domain == item.domain } ?? result.count
            if index == result.count { result.append(Arrangement(by: item.by, domain: item.domain)) }
            result[index].sums += sums
        }
        return result
    }

    /// By the id of their item.
    func stagesByItem(_ given: PassParameters?) -> [String: SegmentStage] {
        Dictionary(zip(segments.map(\.item.id), stages(given)), uniquingKeysWith: { first, _ in first })
    }
}

/// The sums of one estimator that an item needs.
struct SumRequest: Sendable {
    enum Purpose { case estimates, unitVariances }

    let item: PlanItem
    let purpose: Purpose

    /// - Throws: NOT_STREAMED by the name of the item.
    static func requests(of item: PlanItem) throws -> [SumRequest] {
        let own = SumRequest(item: item, purpose: .estimates)
        switch item.statistic {
        case .mean, .total:
            return item.options.designEffect == nil ? [own] : [own, SumRequest(item: item, purpose: .unitVariances)]
        case .proportion, .ratio, .variance, .sd, .correlation, .count, .multipleResponses, .proportionInterval,
            .latentClasses:
            return [own]
        case .degreesOfFreedom, .weights, .cellSuppression, .kMeans: return []
        default:
            throw PassPlan.refusal(
                "item '\(item.id)' (\(item.statistic.rawValue))",
                "leave it out: mean, total, proportion, count, ratio, variance, sd, correlation, prop_ci, kmeans, lca, df and weights do"
            )
        }
    }

    /// The estimator over the rows of a block.
    /// - Parameter stages: what is known of segments, by item.
    /// - Returns: nil for classes that could not be found.
    func estimator(of table: Table, _ stages: [String: SegmentStage]) throws -> (any PartitionedEstimator)? {
        let variables = item.variables
        if item.statistic == .latentClasses {
            guard case .classes(let found)? = stages[item.id] else { return nil }
            return try found.sizes.estimator(of: table)
        }
        if purpose == .unitVariances { return try VarianceEstimator(variables, of: table, from: .nearMean) }
        switch item.statistic {
        case .mean: return try MeanEstimator(variables, of: table, from: .nearMean)
        case .total: return try TotalEstimator(variables, of: table)
        case .ratio: return try RatioEstimator(variables[0], over: variables[1], of: table, from: .nearMean)
        case .variance: return try VarianceEstimator(variables, of: table, from: .nearMean)
        case .sd: return try VarianceEstimator(variables, of: table, standardDeviation: true, from: .nearMean)
        case .correlation: return try CorrelationEstimator(variables, of: table, from: .nearMean)
        case .count: return try CountEstimator(variables[0], of: table)
        case .multipleResponses: return try MultipleResponseEstimator(variables, of: table)
        case .proportionInterval: return try ItemRunner.shareEstimator(of: item, table)
        default: return try ProportionEstimator(variables[0], of: table)
        }
    }

    /// The same estimator without rows.
    func estimator(
        origins: [Double], levels: [String], _ stages: [String: SegmentStage]
    ) throws -> (any PartitionedEstimator)? {
        let variables = item.variables
        if item.statistic == .latentClasses {
            guard case .classes(let found)? = stages[item.id] else { return nil }
            return try found.sizes.estimator(of: nil)
        }
        if purpose == .unitVariances {
            return VarianceEstimator(variables, origins: origins, standardDeviation: false)
        }
        switch item.statistic {
        case .mean: return MeanEstimator(variables, origins: origins)
        case .total: return TotalEstimator(variables: variables)
        case .ratio: return RatioEstimator(variables[0], over: variables[1], origins: origins)
        case .variance: return VarianceEstimator(variables, origins: origins, standardDeviation: false)
        case .sd: return VarianceEstimator(variables, origins: origins, standardDeviation: true)
        case .correlation: return CorrelationEstimator(variables, origins: origins)
        case .count: return CountEstimator(variables[0], levels: levels, levelOfRow: [])
        case .multipleResponses: return MultipleResponseEstimator(variables: variables)
        default: return ProportionEstimator(variables[0], levels: levels, levelOfRow: [])
        }
    }

    /// Basic values before those of the levels; nil where levels own none.
    var valuesBeforeLevels: Int? {
        switch item.statistic {
        case .proportion, .proportionInterval: 1
        case .count: 0
        default: nil
        }
    }

    /// Origins where nobody answered.
    var originCount: Int {
        switch (purpose, item.statistic) {
        case (.unitVariances, _), (_, .mean), (_, .variance), (_, .sd), (_, .correlation): item.variables.count
        case (_, .ratio): 1
        default: 0
        }
    }
}
