internal import PeilNumerics

/// Average marginal effects of numeric predictors per weighted standard deviation: θ = M·s with M = Σwᵢ ∂μᵢ/∂x / Σwᵢ,
/// so that its influence is s·zᵢ(M) + θ·zᵢ(ln s).
struct DeviationKernel: EffectKernel {
    private let quantities: [MarginalQuantity]
    private let frame: ModelFrame
    private let blocks: ParallelBlocks
    var labels: [ParameterLabel] { quantities.map(\.label) }

    init(_ frame: ModelFrame, blocks: ParallelBlocks) {
        self.frame = frame
        self.blocks = blocks
        quantities = frame.predictors.indices.filter { !frame.predictors[$0].isCategorical }.map {
            MarginalQuantity(predictor: $0, kind: .derivative, label: ParameterLabel(frame.predictors[$0].name))
        }
    }

    func value(
        _ solution: ReweightedLeastSquares.Solution, _ weights: [Double], withInfluence: Bool
    ) -> EffectValue {
        var result = EffectValue(values: [], gradient: [], direct: [])
        for quantity in quantities {
            guard case .numbers(let numbers) = frame.predictors[quantity.predictor].values else { continue }
            let spread = WeightedSpread(frame.rows.map { numbers[Int($0)] }, weights)
            let own = quantity.value(frame, solution.coefficients, weights, blocks: blocks)
            let value = own.value * spread.deviation
            result.values.append(value)
            result.gradient.append(own.gradient.map { $0 * spread.deviation })
            guard withInfluence else { continue }
            result.direct.append(
                own.direct.indices.map { row in
                    own.direct[row] * spread.deviation + value * spread.relativeInfluence(row)
                })
        }
        return result
    }
}

/// A weighted standard deviation s and the influence of rows on ln s: ((x − x̄)² − s²)/(2 s² Σw).
struct WeightedSpread {
    let deviation: Double
    private let values: [Double]
    private let mean: Double
    private let total: Double

    init(_ values: [Double], _ weights: [Double]) {
        self.values = values
        total = CompensatedSum.of(weights)
        let mean = CompensatedSum.of(zip(weights, values).lazy.map { $0 * $1 }) / total
        self.mean = mean
        let squares = CompensatedSum.of(zip(weights, values).lazy.map { $0 * ($1 - mean) * ($1 - mean) })
        deviation = (squares / total).squareRoot()
    }

    func relativeInfluence(_ row: Int) -> Double {
        guard deviation > 0 else { return 0 }
        let standard = (values[row] - mean) / deviation
        return (standard * standard - 1) / (2 * total)
    }
}
