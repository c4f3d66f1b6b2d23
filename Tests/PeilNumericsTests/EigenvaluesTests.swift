import Foundation
import PeilNumerics
import PeilTestSupport
import Testing

@Suite("Eigenvalues and Cholesky")
struct EigenvaluesTests {
    @Test("A = V diag Vᵀ, VᵀV = 1, from large to small, largest loading positive", arguments: [1, 2, 5, 40])
    func symmetric(size: Int) throws {
        let a = definite(size, seed: 1)
        let (values, vectors) = try LinearAlgebra.symmetricEigen(a)
        #expect(values == values.sorted(by: >))
        for i in 0..<size {
            let column = (0..<size).map { vectors[$0, i] }
            #expect(column.max { abs($0) < abs($1) } ?? 0 > 0)
            for j in 0..<size {
                let rebuilt = CompensatedSum.of((0..<size).map { values[$0] * vectors[i, $0] * vectors[j, $0] })
                expectClose(rebuilt, a[i, j], absolute: 1e-13 * values[0], source: "V diag Vᵀ")
                let inner = CompensatedSum.of((0..<size).map { vectors[$0, i] * vectors[$0, j] })
                expectClose(inner, i == j ? 1 : 0, absolute: 1e-13, source: "VᵀV")
            }
        }
    }

    @Test("Second differences have the eigenvalues 2 − 2 cos(kπ/(n+1))")
    func differences() throws {
        let n = 12
        var a = DenseMatrix(rows: n, columns: n)
        for i in 0..<n {
            a[i, i] = 2
            if i > 0 { a[i - 1, i] = -1 }
        }
        let values = try LinearAlgebra.symmetricEigen(a).values
        for k in 1...n {
            expectClose(
                values[n - k], 2 - 2 * cos(Double(k) * .pi / Double(n + 1)), absolute: 1e-14,
                source: "closed form; only the upper triangle is given")
        }
    }

    @Test("The eigenvalues of A⁻¹B: their sum is the trace of the solution of A·X = B", arguments: [1, 3, 25])
    func product(size: Int) throws {
        let (a, b) = (definite(size, seed: 2), definite(size, seed: 3))
        let values = try LinearAlgebra.eigenvaluesOfProduct(inverseOf: a, b)
        let solved = try LinearAlgebra.solvePositiveDefinite(a, b)
        #expect(values == values.sorted(by: >))
        expectClose(values.reduce(0, +), solved.diagonal.reduce(0, +), relative: 1e-11, source: "tr A⁻¹B")
        let squares = LinearAlgebra.product(solved, solved).diagonal.reduce(0, +)
        expectClose(values.reduce(0) { $0 + $1 * $1 }, squares, relative: 1e-11, source: "tr (A⁻¹B)²")
    }

    @Test("A diagonal pair has its ratios, whatever the units")
    func diagonal() throws {
        let a = DenseMatrix(rows: 3, columns: 3, storage: [1e-12, 0, 0, 0, 4, 0, 0, 0, 1e12])
        let b = DenseMatrix(rows: 3, columns: 3, storage: [3e-12, 0, 0, 0, -2, 0, 0, 0, 7e12])
        let values = try LinearAlgebra.eigenvaluesOfProduct(inverseOf: a, b)
        for (value, wanted) in zip(values, [7, 3, -0.5]) {
            expectClose(value, wanted, relative: 1e-14, source: "bⱼⱼ/aⱼⱼ")
        }
    }

    @Test("Several right sides give back the solutions they were made from")
    func solve() throws {
        let a = definite(9, seed: 4)
        var generator = StableRandom(seed: 5)
        let wanted = DenseMatrix(rows: 9, columns: 3, storage: (0..<27).map { _ in generator.normal() })
        let solved = try LinearAlgebra.solvePositiveDefinite(a, LinearAlgebra.product(a, wanted))
        for i in wanted.storage.indices {
            expectClose(solved.storage[i], wanted.storage[i], absolute: 1e-12, source: "the matrix behind B = A·X")
        }
    }

    @Test("What is not positive definite names its pivot; what is not finite its place")
    func refused() {
        let dependent = DenseMatrix(rows: 3, columns: 3, storage: [1, 0.1, 1.1, 0.1, 3, 3.1, 1.1, 3.1, 4.2])
        let negative = DenseMatrix(rows: 2, columns: 2, storage: [1, 2, 2, 1])
        let broken = DenseMatrix(rows: 2, columns: 2, storage: [1, 0, .nan, 1])
        for matrix in [dependent, negative] {
            let error = LinearAlgebraError.notPositiveDefinite(pivot: matrix.rows - 1)
            #expect(throws: error) { try LinearAlgebra.solvePositiveDefinite(matrix, matrix) }
            #expect(throws: error) { try LinearAlgebra.eigenvaluesOfProduct(inverseOf: matrix, matrix) }
        }
        let error = LinearAlgebraError.notFinite(row: 0, column: 1)
        #expect(throws: error) { try LinearAlgebra.symmetricEigen(broken) }
        #expect(throws: error) { try LinearAlgebra.solvePositiveDefinite(broken, broken) }
        #expect(throws: error) { try LinearAlgebra.eigenvaluesOfProduct(inverseOf: .identity(2), broken) }
    }

    @Test("Matrices without rows")
    func empty() throws {
        let nothing = DenseMatrix(rows: 0, columns: 0)
        #expect(try LinearAlgebra.symmetricEigen(nothing).values.isEmpty)
        #expect(try LinearAlgebra.eigenvaluesOfProduct(inverseOf: nothing, nothing).isEmpty)
        #expect(try LinearAlgebra.solvePositiveDefinite(nothing, nothing).storage.isEmpty)
    }

    private func definite(_ size: Int, seed: UInt64) -> DenseMatrix {
        var generator = StableRandom(seed: seed)
        return LinearAlgebra.crossProduct(
            DenseMatrix(
                rows: size + 20, columns: size, storage: (0..<(size * (size + 20))).map { _ in generator.normal() }))
    }
}
