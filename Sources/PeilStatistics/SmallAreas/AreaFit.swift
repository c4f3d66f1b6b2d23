import Foundation
internal import PeilNumerics

/// The area-level model at its variance A: coefficients, (XᵀV⁻¹X)⁻¹ and what the mean squared errors need.
struct AreaFit: Sendable {
    let areaVariance: Double
    let coefficients: [Double]
    let inverse: DenseMatrix
    /// Σ 1/(A + D), Σ 1/(A + D)², and tr((XᵀV⁻¹X)⁻¹ Σ xxᵀ/(A + D)²).
    private let sums: (first: Double, second: Double, trace: Double)

    init(_ data: AreaData, _ method: FayHerriot.Method) throws {
        let (y, d, x) = data.fitted
        let middle = d.sorted()[d.count / 2]
        func search(
            _ likelihood: @escaping (Regression) -> Double, _ score: @escaping (Regression) -> Double
        ) throws -> Double {
            try VarianceSearch(
                scale: middle, likelihood: { likelihood(try Regression(y, d, x, $0)) },
                score: { score(try Regression(y, d, x, $0)) }
            ).maximum()
        }
        switch method {
        case .likelihood: areaVariance = try search(\.likelihood, \.likelihoodScore)
        case .restricted: areaVariance = try search(\.restricted, \.restrictedScore)
        case .adjusted:
            // ln A brings 1/A to the score.
            areaVariance = try search(
                { $0.areaVariance > 0 ? $0.restricted + log($0.areaVariance) : -.infinity },
                { $0.restrictedScore + 1 / $0.areaVariance })
        case .moments: areaVariance = try Self.moments(y, d, x)
        }
        let fit = try Regression(y, d, x, areaVariance)
        (coefficients, inverse) = (fit.coefficients, fit.inverse)
        sums = (fit.weights.reduce(0, +), fit.weights.reduce(0) { $0 + $1 * $1 }, fit.traceOfSquares)
    }

    /// Σ r²/(A + D) falls in A; where it is below m − p at 0 there is no area variance.
    private static func moments(_ y: [Double], _ d: [Double], _ x: DenseMatrix) throws -> Double {
        func excess(_ a: Double) throws -> Double { try Regression(y, d, x, a).moments - Double(y.count - x.columns) }
        if try excess(0) <= 0 { return 0 }
        var (low, high) = (0.0, d.max() ?? 1)
        while try excess(high) > 0 {
            low = high
            high *= 2
            guard high.isFinite else { throw SmallAreaError.notConverged }
        }
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { break }
            if try excess(middle) > 0 { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }

    /// −½ Σ (ln 2π(A + D) + r²/(A + D)).
    func logLikelihood(_ data: AreaData) -> Double {
        let (y, d, x) = data.fitted
        return y.indices.reduce(0) { sum, i in
            let v = areaVariance + d[i]
            let r = y[i] - prediction((0..<x.columns).map { x[i, $0] })
            return sum - (log(2 * .pi * v) + r * r / v) / 2
        }
    }

    /// Var Σ aᵢ(yᵢ − xᵢᵀβ̂) = Σ aᵢ²(A + Dᵢ) − uᵀQu, u = Σ aᵢxᵢ.
    /// - Parameter factors: aᵢ, of the areas with a direct estimate.
    func varianceOfResiduals(_ factors: [Double], _ data: AreaData) -> Double {
        let (_, d, x) = data.fitted
        let own = d.indices.reduce(0) { $0 + factors[$1] * factors[$1] * (areaVariance + d[$1]) }
        let sums = (0..<x.columns).map { column in
            d.indices.reduce(0) { $0 + factors[$1] * x[$1, column] }
        }
        return max(0, own - inverse.quadraticForm(sums))
    }

    func prediction(_ x: [Double]) -> Double { zip(x, coefficients).reduce(0) { $0 + $1.0 * $1.1 } }

    func estimate(_ area: Int, _ data: AreaData, _ method: FayHerriot.Method) -> SmallAreaEstimate {
        let x = data.matrix.row(area)
        let synthetic = prediction(x)
        let leverage = inverse.quadraticForm(x)
        guard let y = data.y[area], let d = data.variances[area] else {
            return SmallAreaEstimate(
                name: data.names[area], direct: nil, directVariance: nil, synthetic: synthetic, estimate: synthetic,
                shrinkage: 0, meanSquaredError: areaVariance + leverage)
        }
        let shrinkage = areaVariance / (areaVariance + d)
        return SmallAreaEstimate(
            name: data.names[area], direct: y, directVariance: d, synthetic: synthetic,
            estimate: synthetic + shrinkage * (y - synthetic), shrinkage: shrinkage,
            meanSquaredError: meanSquaredError(d, leverage, method, count: data.direct.count))
    }

    /// g₁ + g₂ + 2 g₃ − b B²: g₁ = AD/(A + D), B = D/(A + D), g₂ = B² xᵀQx, g₃ = B² V(Â)/(A + D), and b the bias of Â, which
    /// is of that order for ML and FH only.
    private func meanSquaredError(
        _ d: Double, _ leverage: Double, _ method: FayHerriot.Method, count: Int
    ) -> Double {
        let borrowed = d / (areaVariance + d)
        let (variance, bias): (Double, Double) =
            switch method {
            case .restricted, .adjusted: (2 / sums.second, 0)
            case .likelihood: (2 / sums.second, -sums.trace / sums.second)
            case .moments:
                (
                    2 * Double(count) / (sums.first * sums.first),
                    2 * (Double(count) * sums.second - sums.first * sums.first) / pow(sums.first, 3)
                )
            }
        let squared = borrowed * borrowed
        return areaVariance * borrowed + squared * leverage + 2 * squared * variance / (areaVariance + d)
            - bias * squared
    }
}

/// Weighted least squares at some A, with likelihoods and scores.
private struct Regression {
    let areaVariance: Double
    /// 1/(A + D).
    let weights: [Double]
    let coefficients: [Double]
    let inverse: DenseMatrix
    private let residuals: [Double]
    private let logDeterminant: Double
    /// tr(Q Σ xxᵀ/(A + D)²).
    let traceOfSquares: Double

    init(_ y: [Double], _ d: [Double], _ x: DenseMatrix, _ areaVariance: Double) throws {
        self.areaVariance = areaVariance
        weights = d.map { 1 / (areaVariance + $0) }
        let products = LinearAlgebra.crossProduct(x, weights: weights)
        let right = LinearAlgebra.transposedProduct(x, zip(weights, y).map { $0 * $1 })
        inverse = SemidefiniteFactor(products).generalisedInverse
        coefficients = LinearAlgebra.product(inverse, right)
        residuals = zip(y, LinearAlgebra.product(x, coefficients)).map { $0 - $1 }
        let squares = LinearAlgebra.crossProduct(x, weights: weights.map { $0 * $0 })
        traceOfSquares = zip(inverse.storage, squares.storage).reduce(0) { $0 + $1.0 * $1.1 }
        logDeterminant = try LinearAlgebra.symmetricEigen(products).values.reduce(0) { $0 + log(max($1, 1e-300)) }
    }

    var moments: Double { zip(weights, residuals).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } }

    var likelihood: Double { (weights.reduce(0) { $0 + log($1) } - moments) / 2 }
    var restricted: Double { likelihood - logDeterminant / 2 }

    /// ½ (Σ r²/(A + D)² − Σ 1/(A + D)), and with the trace of what the coefficients take up.
    var likelihoodScore: Double { (squares - weights.reduce(0, +)) / 2 }
    var restrictedScore: Double { (squares - weights.reduce(0, +) + traceOfSquares) / 2 }

    private var squares: Double { zip(weights, residuals).reduce(0) { $0 + $1.0 * $1.0 * $1.1 * $1.1 } }
}
