import PeilNumerics
import PeilStatistics
import PeilTable

/// A segmentation of a plan over partitions.
struct SegmentRequest: Sendable {
    enum Method: Sendable {
        case kMeans(WeightedKMeans, KMeansRequest)
        case classes(LatentClasses, LatentClassRequest)
    }

    let item: PlanItem
    let method: Method
    /// Column of weights; nil for those of the design.
    let weights: String?

    /// nil for other statistics.
    /// - Throws: `NotStreamed`.
    init?(_ item: PlanItem, _ design: DesignRequest) throws {
        self.item = item
        switch item.statistic {
        case .kMeans:
            guard let request = item.options.kMeans else { return nil }
            method = .kMeans(try request.method(item.variables), request)
            weights = request.weights
        case .latentClasses:
            guard let request = item.options.latentClasses else { return nil }
            method = .classes(try request.method(item.variables), request)
            weights = nil
            let name = "item '\(item.id)' (lca)"
            guard request.covariates.isEmpty else {
                throw PassPlan.refusal("\(name) with covariates", "leave them out")
            }
            guard request.steps == nil else { throw PassPlan.refusal("\(name) after some steps", "leave `steps` out") }
            guard request.weights == nil || design.adjust.isEmpty && request.weights == design.columns.weights else {
                throw PassPlan.refusal("\(name) with weights of its own", "take those of the design")
            }
        default: return nil
        }
    }

    var minimumAnswered: Int {
        switch method {
        case .kMeans(let method, _): method.minimumAnswered
        case .classes(let method, _): method.minimumAnswered
        }
    }

    /// Most patterns that a state keeps. Latent classes need all: their steps are too many for a pass each.
    var patternLimit: Int {
        if case .kMeans(_, let request) = method { request.patternLimit } else { Int.max }
    }

    var needsSquares: Bool {
        if case .classes = method { true } else { false }
    }

    /// Classes give sizes with standard errors, for which a pass must know them.
    func mustBeFound(_ stage: SegmentStage) -> Bool {
        if case (.classes, .counting) = (method, stage) { true } else { false }
    }

    /// Columns that it reads.
    var columns: Set<String> { Set(item.variables + (weights.map { [$0] } ?? []) + item.domain.map(\.column)) }

    // MARK: Rows

    /// The weight of each row in the segmentation: 0 outside the domain.
    /// - Throws: `SegmentationError.badWeight`.
    private func weights(_ table: Table, _ designWeights: [Double], firstRow: Int) throws -> [Double] {
        let own = try weights.map { try table.numbers($0) }
        var result = own?.values ?? designWeights
        let mask = try PlanRunner.mask(item.domain, of: table)
        for row in result.indices {
            guard mask?[row] != false else {
                result[row] = 0
                continue
            }
            guard own?.isPresent(row) != false, result[row] >= 0 else {
                throw SegmentationError.badWeight(row: firstRow + row)
            }
        }
        return result
    }

    /// Adds the rows of a block.
    /// - Throws: `SegmentationError.badWeight`, `.notFinite`, `TableError`.
    func add(
        _ table: Table, designWeights: [Double], partition: Int, firstRow: Int, stage: SegmentStage,
        to sums: inout SegmentSums
    ) throws {
        if case .nothing = sums { return }
        let weights = try weights(table, designWeights, firstRow: firstRow)
        switch (sums, stage) {
        case (.patterns(var own), _):
            sums = .nothing
            own.add(try block(table, weights, missing: own.missing(partition)), partition: partition)
            sums = .patterns(own)
        case (.spread(var own), .scaling(let descent)):
            let block = try ItemSpread(
                table, weights: weights, items: item.variables, minimumAnswered: minimumAnswered,
                origins: descent.scales.map(\.mean))
            for (index, sum) in block.sums.enumerated() { own.add(sum, at: index) }
            sums = .spread(own)
        case (.descent(var own), _):
            guard let descent = stage.descent else { return }
            // Results list the segments of some respondents; rounds keep nothing of anybody.
            let listed = stage.isRound ? 0 : own.missing(partition)
            own.add(
                try CentroidRound(
                    table, weights: weights, placing: placing(descent), centres: descent.centres,
                    listed: listed), partition: partition)
            sums = .descent(own)
        default: break
        }
    }

    func placing(_ descent: CentroidDescent) -> CentroidPlacing {
        CentroidPlacing(items: item.variables, scales: descent.scales, minimumAnswered: minimumAnswered)
    }

    /// The patterns of rows that have weight and answered enough.
    private func block(_ table: Table, _ weights: [Double], missing: Int) throws -> PatternSums.Block {
        let coded = CodedTuples(try item.variables.map { try table.column($0) }, rowCount: table.rowCount)
        let isEnough = coded.tuples.map { pattern in pattern.count { $0 >= 0 } >= minimumAnswered }
        var block = PatternSums.Block(coded)
        for row in weights.indices where weights[row] > 0 {
            let pattern = Int(coded.tupleOfRow[row])
            guard isEnough[pattern] else { continue }
            block.counts[pattern] += 1
            block.weights.add(weights[row], at: pattern)
            if needsSquares { block.squares.add(weights[row] * weights[row], at: pattern) }
            if block.met.count < missing { block.met.append(Int32(pattern)) }
        }
        return block
    }
}
