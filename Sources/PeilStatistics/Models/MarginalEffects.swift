internal import PeilNumerics
internal import PeilTable

/// Averages of predictions over the rows used, with their derivatives.  Graubard & Korn 1999, for predicted margins;
/// the influence of the averaging itself is counted too: zᵢ = (mᵢ − M)/Σw + (∂M/∂β) zᵢ(β).
struct MarginalQuantity: Sendable {
    enum Kind: Sendable {
        /// Everybody at a level.
        case prediction(level: Int32)
        /// Everybody at a level, against everybody at the reference.
        case contrast(level: Int32)
        /// Everybody at a value of a number.
        case predictionAt(Double)
        /// A little more of a number.
        case derivative
    }

    let predictor: Int
    let kind: Kind
    let label: ParameterLabel

    static func effects(_ names: [String], _ frame: ModelFrame) throws -> [MarginalQuantity] {
        for name in names where !frame.predictors.contains(where: { $0.name == name }) {
            throw ModelError.unknownPredictor(name, known: frame.predictors.map(\.name))
        }
        return frame.predictors.indices.filter { names.isEmpty || names.contains(frame.predictors[$0].name) }
            .flatMap { index in
                let predictor = frame.predictors[index]
                guard predictor.isCategorical else {
                    return [
                        MarginalQuantity(
                            predictor: index, kind: .derivative, label: ParameterLabel(predictor.name))
                    ]
                }
                return predictor.labels.indices.dropFirst().map {
                    MarginalQuantity(
                        predictor: index, kind: .contrast(level: Int32($0)),
                        label: ParameterLabel(predictor.name, level: predictor.labels[$0]))
                }
            }
    }

    static func margins(_ name: String, _ frame: ModelFrame) throws -> [MarginalQuantity] {
        guard let index = frame.predictors.firstIndex(where: { $0.name == name }) else {
            throw ModelError.unknownPredictor(name, known: frame.predictors.map(\.name))
        }
        let predictor = frame.predictors[index]
        guard predictor.isCategorical else {
            throw EstimationError.badOption(
                "predicted margins need levels, and '\(name)' is a number", remedy: "make it categorical")
        }
        return predictor.labels.indices.map {
            MarginalQuantity(
                predictor: index, kind: .prediction(level: Int32($0)),
                label: ParameterLabel(name, level: predictor.labels[$0]))
        }
    }

    static func margins(_ name: String, at values: [Double], _ frame: ModelFrame) throws -> [MarginalQuantity] {
        guard let index = frame.predictors.firstIndex(where: { $0.name == name }) else {
            throw ModelError.unknownPredictor(name, known: frame.predictors.map(\.name))
        }
        guard !frame.predictors[index].isCategorical else {
            throw EstimationError.badOption(
                "'\(name)' has levels, and margins at values need a number", remedy: "leave the values out")
        }
        return values.map {
            MarginalQuantity(
                predictor: index, kind: .predictionAt($0), label: ParameterLabel(name, level: shortestText($0)))
        }
    }

    /// M, ∂M/∂β and (mᵢ − M)/Σw.
    func value(
        _ frame: ModelFrame, _ coefficients: [Double], _ weights: [Double], blocks: ParallelBlocks
    ) -> (value: Double, gradient: [Double], direct: [Double]) {
        let total = CompensatedSum.of(weights)
        let parts = blocks.map(frame.blocks.count) { number in
            rows(frame, number, coefficients, Array(weights[frame.range(number)]))
        }
        let own = parts.flatMap(\.values)
        let value = CompensatedSum.of(zip(weights, own).lazy.map { $0 * $1 }) / total
        var gradient = [Double](repeating: 0, count: frame.size)
        for part in parts { for j in gradient.indices { gradient[j] += part.gradient[j] / total } }
        return (value, gradient, own.map { ($0 - value) / total })
    }

    /// mᵢ of a block, and Σ wᵢ ∂mᵢ/∂β.
    private func rows(
        _ frame: ModelFrame, _ number: Int, _ coefficients: [Double], _ weights: [Double]
    ) -> (values: [Double], gradient: [Double]) {
        switch kind {
        case .prediction(let level):
            return prediction(.level(predictor: predictor, level: level), frame, number, coefficients, weights)
        case .predictionAt(let value):
            return prediction(.value(predictor: predictor, value), frame, number, coefficients, weights)
        case .contrast(let level):
            let own = prediction(
                .level(predictor: predictor, level: level), frame, number, coefficients, weights)
            let reference = prediction(
                .level(predictor: predictor, level: 0), frame, number, coefficients, weights)
            return (
                zip(own.values, reference.values).map { $0 - $1 },
                zip(own.gradient, reference.gradient).map { $0 - $1 }
            )
        case .derivative: return derivative(frame, number, coefficients, weights)
        }
    }

    private func prediction(
        _ change: ModelMatrix.Change, _ frame: ModelFrame, _ number: Int, _ coefficients: [Double], _ weights: [Double]
    ) -> (values: [Double], gradient: [Double]) {
        let x = frame.block(number, change)
        let points = LinearAlgebra.product(x, coefficients).map { frame.family.point($0) }
        let slopes = zip(weights, points).map { $0 * $1.slope }
        return (points.map(\.mean), LinearAlgebra.transposedProduct(x, slopes))
    }

    private func derivative(
        _ frame: ModelFrame, _ number: Int, _ coefficients: [Double], _ weights: [Double]
    ) -> (values: [Double], gradient: [Double]) {
        let x = frame.blocks[number]
        let change = frame.block(number, .derivative(predictor: predictor))
        let eta = LinearAlgebra.product(x, coefficients)
        let slopes = eta.map { frame.family.point($0).slope }
        let moves = LinearAlgebra.product(change, coefficients)
        let bends = eta.indices.map { weights[$0] * frame.family.curvature(eta[$0]) * moves[$0] }
        let direct = LinearAlgebra.transposedProduct(change, zip(weights, slopes).map { $0 * $1 })
        let curved = LinearAlgebra.transposedProduct(x, bends)
        return (zip(slopes, moves).map { $0 * $1 }, zip(direct, curved).map { $0 + $1 })
    }
}
