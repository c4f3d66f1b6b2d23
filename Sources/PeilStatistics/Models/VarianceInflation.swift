import Foundation
internal import PeilNumerics

/// How much of what a predictor says the others say too: the generalised variance inflation factor
/// GVIF = |R₁₁| |R₂₂| / |R| of the weighted correlations R of the model's columns, 1 for the term's own columns and 2 for
/// those of all other terms. For one column it is 1/(1 − R²) of that column on the others; 1 means nothing shared.
/// GVIF^(1/(2·df)) can be compared between terms with different numbers of columns: the factor by which a coefficient's
/// standard error grows. Interactions share with their own columns by construction and are left out.
/// Fox & Monette 1992.
public struct VarianceInflation: Sendable {
    /// Position among the terms of the model.
    public let term: Int
    public let columns: Int
    public let factor: Double
    /// factor^(1/(2·columns)).
    public var perColumn: Double { pow(factor, 1 / (2 * Double(columns))) }

    static func factors(_ frame: ModelFrame, _ weights: [Double], _ blocks: ParallelBlocks) -> [VarianceInflation] {
        let terms = frame.terms.indices.filter { frame.terms[$0].columns.count == 1 }
        guard frame.hasIntercept, !terms.isEmpty else { return [] }
        let columns = terms.flatMap { frame.columns(of: $0) }
        let products = crossProducts(frame, weights, blocks)
        let whole = logDeterminant(products, columns)
        return terms.map { term in
            let own = frame.columns(of: term)
            let others = columns.filter { !own.contains($0) }
            let log = logDeterminant(products, own) + logDeterminant(products, others) - whole
            return VarianceInflation(term: term, columns: own.count, factor: max(1, exp(log)))
        }
    }

    /// Σw xxᵀ of the centred columns.
    private static func crossProducts(
        _ frame: ModelFrame, _ weights: [Double], _ blocks: ParallelBlocks
    ) -> DenseMatrix {
        let parts = blocks.map(frame.blocks.count) { number in
            LinearAlgebra.crossProduct(frame.blocks[number], weights: Array(weights[frame.range(number)]))
        }
        var products = DenseMatrix(rows: frame.size, columns: frame.size)
        for part in parts { for i in part.storage.indices { products.storage[i] += part.storage[i] } }
        return products
    }

    /// ln |R| of some columns' correlations; 0 for none.
    private static func logDeterminant(_ products: DenseMatrix, _ columns: [Int]) -> Double {
        var r = DenseMatrix(rows: columns.count, columns: columns.count)
        for (i, a) in columns.enumerated() {
            for (j, b) in columns.enumerated() {
                let (low, high) = (min(a, b), max(a, b))
                r[i, j] = i == j ? 1 : products[low, high] / (products[a, a] * products[b, b]).squareRoot()
            }
        }
        guard !columns.isEmpty, let values = try? LinearAlgebra.symmetricEigen(r).values else { return 0 }
        return CompensatedSum.of(values.lazy.map { log(max($0, Double.leastNormalMagnitude)) })
    }
}
