import PeilNumerics
import PeilTestSupport
import Testing

@Suite("Inverse of a small square matrix")
struct SquareInverseTests {
    @Test("a matrix whose inverse is known by hand, with a pivot that must be sought")
    func byHand() throws {
        // [0 2; 4 1]⁻¹ = [−1/8 1/4; 1/2 0].
        let a = DenseMatrix(rows: 2, columns: 2, storage: [0, 4, 2, 1])
        let result = try #require(try LinearAlgebra.inverse(a))
        #expect(result.inverse.storage == [-0.125, 0.5, 0.25, 0])
        #expect(result.condition == 4 * 0.625, "column sums 4 and 5/8")
    }

    @Test("A · A⁻¹ is the identity for random matrices of any kind")
    func random() throws {
        var random = StableRandom(seed: 5)
        for size in 1...12 {
            let a = DenseMatrix(rows: size, columns: size, storage: (0..<(size * size)).map { _ in random.normal() })
            let result = try #require(try LinearAlgebra.inverse(a))
            let product = LinearAlgebra.product(a, result.inverse)
            for i in 0..<size {
                for j in 0..<size {
                    expectClose(
                        product[i, j], i == j ? 1 : 0, absolute: 1e-14 * result.condition, source: "A · A⁻¹ = I")
                }
            }
        }
    }

    @Test("a singular matrix has none, a matrix with NaN is an error")
    func singular() throws {
        #expect(try LinearAlgebra.inverse(DenseMatrix(rows: 2, columns: 2, storage: [1, 2, 2, 4])) == nil)
        #expect(try LinearAlgebra.inverse(DenseMatrix(rows: 2, columns: 2)) == nil)
        #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 0)) {
            try LinearAlgebra.inverse(DenseMatrix(rows: 2, columns: 2, storage: [1, .nan, 2, 4]))
        }
    }
}
