import PeilNumerics
import PeilTestSupport
import Testing

@Suite("Products with weights")
struct WeightedProductsTests {
    /// 11 × 3, so that neither rows nor columns fill a vector of the processor.
    private let x: DenseMatrix = {
        var random = StableRandom(seed: 3)
        return DenseMatrix(rows: 11, columns: 3, storage: (0..<33).map { _ in random.normal() })
    }()
    private let weights = (0..<11).map { Double($0) / 3 }

    private func sum(_ term: (Int) -> Double) -> Double { (0..<11).reduce(0) { $0 + term($1) } }

    @Test("XᵀDX, Xv and Xᵀv as loops")
    func loops() {
        let products = LinearAlgebra.crossProduct(x, weights: weights)
        for a in 0..<3 {
            for b in 0..<3 {
                expectClose(
                    products[a, b], sum { weights[$0] * x[$0, a] * x[$0, b] }, absolute: 1e-13, source: "loop")
            }
        }
        let across = LinearAlgebra.product(x, [2, 0, -1])
        for row in 0..<11 { expectClose(across[row], 2 * x[row, 0] - x[row, 2], absolute: 1e-14, source: "loop") }
        let down = LinearAlgebra.transposedProduct(x, weights)
        for column in 0..<3 {
            expectClose(down[column], sum { weights[$0] * x[$0, column] }, absolute: 1e-13, source: "loop")
        }
    }

    @Test("A column beside scaled rows brings its products")
    func andColumn() {
        let factors = weights.map { $0 - 1 }
        let v = (0..<11).map { Double($0 * $0) }
        let products = LinearAlgebra.crossProduct(x, factors: factors, andColumn: v)
        #expect(products.rows == 4)
        for a in 0..<3 {
            expectClose(products[a, 3], sum { factors[$0] * x[$0, a] * v[$0] }, relative: 1e-13, source: "loop")
            expectClose(products[3, a], products[a, 3], source: "symmetric")
            expectClose(
                products[a, a], sum { factors[$0] * factors[$0] * x[$0, a] * x[$0, a] }, relative: 1e-13,
                source: "loop")
        }
        expectClose(products[3, 3], sum { v[$0] * v[$0] }, relative: 1e-15, source: "loop")
    }

    @Test("No rows, no sums")
    func empty() {
        let none = DenseMatrix(rows: 0, columns: 2)
        #expect(LinearAlgebra.crossProduct(none, weights: []).storage == [0, 0, 0, 0])
        #expect(LinearAlgebra.transposedProduct(none, []) == [0, 0])
        #expect(LinearAlgebra.product(none, [1, 2]).isEmpty)
    }
}
