internal import PeilNumerics

/// The coefficients of a model, and what was asked beside them, as a statistic of the engine.
struct RegressionEstimator: FittedEstimator {
    let frame: ModelFrame
    let labels: [ParameterLabel]
    let effectRanges: [(effect: ModelEffect, parameters: Range<Int>)]
    private let kernels: [any EffectKernel]
    private let blocks: ParallelBlocks

    init(_ frame: ModelFrame, _ effects: [ModelEffect], blocks: ParallelBlocks) throws {
        self.frame = frame
        self.blocks = blocks
        var labels = frame.columns.map { ParameterLabel($0.label) }
        var kernels: [any EffectKernel] = []
        var ranges: [(ModelEffect, Range<Int>)] = []
        for effect in effects {
            let kernel = try Self.kernel(effect, frame, blocks)
            ranges.append((effect, labels.count..<(labels.count + kernel.labels.count)))
            labels += kernel.labels
            kernels.append(kernel)
        }
        self.labels = labels
        self.kernels = kernels
        effectRanges = ranges.map { (effect: $0.0, parameters: $0.1) }
    }

    private static func kernel(
        _ effect: ModelEffect, _ frame: ModelFrame, _ blocks: ParallelBlocks
    ) throws -> any EffectKernel {
        switch effect {
        case .marginalEffects(let names):
            MarginalKernel(quantities: try MarginalQuantity.effects(names, frame), frame: frame, blocks: blocks)
        case .predictedMargins(let name):
            MarginalKernel(quantities: try MarginalQuantity.margins(name, frame), frame: frame, blocks: blocks)
        case .predictedMarginsAt(let name, let values):
            MarginalKernel(
                quantities: try MarginalQuantity.margins(name, at: values, frame), frame: frame, blocks: blocks)
        case .effectsPerDeviation: DeviationKernel(frame, blocks: blocks)
        case .standardisedCoefficients: StandardisedKernel(frame)
        case .importance:
            frame.family == .linear
                ? try VarianceShares(frame, blocks: blocks) as any EffectKernel
                : try LikelihoodShares(frame, blocks: blocks)
        }
    }

    func isComplete(_ row: Int) -> Bool { frame.isUsed[row] }

    func fit(weights: [Double]) throws -> FittedValues {
        let own = try frame.own(weights)
        let solution = try ReweightedLeastSquares(frame: frame, blocks: blocks).solve(own)
        let effects = try kernels.map { try $0.value(solution, own, withInfluence: true) }
        let values = frame.uncentred(solution.coefficients) + effects.flatMap(\.values)
        return FittedValues(values: values, influence: influence(solution, effects, count: values.count))
    }

    func refit(weights: [Double], from full: FittedValues) throws -> [Double] {
        let own = try frame.own(weights)
        // Replicates run beside each other; each takes its blocks one after another.
        let single = ReweightedLeastSquares(frame: frame, blocks: ParallelBlocks(threads: 1))
        let start = frame.recentred(Array(full.values.prefix(frame.size)))
        let solution = try single.solve(own, from: start)
        return frame.uncentred(solution.coefficients)
            + (try kernels.flatMap {
                try $0.value(solution, own, withInfluence: false).values
            })
    }

    /// zᵢ = M xᵢ (yᵢ − μᵢ) μ′ᵢ/Vᵢ + directᵢ, with M = H⁻¹ carried to columns as given and to the effects. Without anything
    /// direct M is left to the totals.
    private func influence(
        _ solution: ReweightedLeastSquares.Solution, _ effects: [EffectValue], count: Int
    ) -> RowInfluence {
        let carrier = LinearAlgebra.product(solution.inverse, targets(effects, count: count))
        let direct = effects.flatMap(\.direct)
        let frame = frame
        guard direct.contains(where: { !$0.isEmpty }) else {
            return RowInfluence(rows: frame.rows, blockRows: ModelFrame.blockRows, carrier: carrier) { number in
                frame.blocks[number].scalingRows(by: frame.pulls(number, solution.coefficients))
            }
        }
        return RowInfluence(rows: frame.rows, blockRows: ModelFrame.blockRows) { number in
            let first = frame.range(number).lowerBound
            var z = LinearAlgebra.product(frame.blocks[number], carrier)
                .scalingRows(by: frame.pulls(number, solution.coefficients))
            for (index, values) in direct.enumerated() where !values.isEmpty {
                let start = (frame.size + index) * z.rows
                for i in 0..<z.rows { z.storage[start + i] += values[first + i] }
            }
            return z
        }
    }

    /// Coefficients × parameters: how each parameter follows from the centred coefficients.
    private func targets(_ effects: [EffectValue], count: Int) -> DenseMatrix {
        var targets = DenseMatrix(rows: frame.size, columns: count)
        for j in 0..<frame.size {
            targets[j, j] = 1
            if frame.hasIntercept, j > 0 { targets[j, 0] = -frame.centres[j] }
        }
        for (index, gradient) in effects.flatMap(\.gradient).enumerated() {
            for (j, slope) in gradient.enumerated() { targets[j, frame.size + index] = slope }
        }
        return targets
    }
}

/// An effect as a function of solution and weights.
protocol EffectKernel: Sendable {
    var labels: [ParameterLabel] { get }
    /// - Parameter withInfluence: false in replicates, which need values only.
    func value(
        _ solution: ReweightedLeastSquares.Solution, _ weights: [Double], withInfluence: Bool
    ) throws -> EffectValue
}

struct MarginalKernel: EffectKernel {
    let quantities: [MarginalQuantity]
    let frame: ModelFrame
    let blocks: ParallelBlocks
    var labels: [ParameterLabel] { quantities.map(\.label) }

    func value(
        _ solution: ReweightedLeastSquares.Solution, _ weights: [Double], withInfluence: Bool
    ) -> EffectValue {
        var result = EffectValue(values: [], gradient: [], direct: [])
        for quantity in quantities {
            let own = quantity.value(frame, solution.coefficients, weights, blocks: blocks)
            result.values.append(own.value)
            result.gradient.append(own.gradient)
            result.direct.append(own.direct)
        }
        return result
    }
}

/// β s(x)/s(y), or β s(x) where the response has no scale of its own.
struct StandardisedKernel: EffectKernel {
    private let frame: ModelFrame
    /// Columns of numbers that stand in no interaction.
    private let columns: [Int]

    init(_ frame: ModelFrame) {
        self.frame = frame
        columns = frame.columns.indices.filter { index in
            guard frame.columns[index].factors.count == 1, let own = frame.columns[index].factors.first else {
                return false
            }
            return own.level == nil
                && frame.columns.indices.allSatisfy { other in
                    other == index || !frame.columns[other].factors.contains { $0.predictor == own.predictor }
                }
        }
    }

    var labels: [ParameterLabel] { columns.map { ParameterLabel(frame.columns[$0].label) } }

    func value(
        _ solution: ReweightedLeastSquares.Solution, _ weights: [Double], withInfluence: Bool
    ) -> EffectValue {
        let response = frame.family == .linear ? WeightedSpread(frame.y, weights) : nil
        var result = EffectValue(values: [], gradient: [], direct: [])
        for column in columns {
            let x = frame.blocks.flatMap { block in
                Array(block.storage[(column * block.rows)..<((column + 1) * block.rows)])
            }
            let own = WeightedSpread(x, weights)
            let unit = own.deviation / (response?.deviation ?? 1)
            let value = solution.coefficients[column] * unit
            result.values.append(value)
            result.gradient.append(frame.columns.indices.map { $0 == column ? unit : 0 })
            result.direct.append(
                weights.indices.map { row in
                    value * (own.relativeInfluence(row) - (response?.relativeInfluence(row) ?? 0))
                })
        }
        return result
    }
}
