import PeilNumerics
import PeilTestSupport
import Testing

/// OpenBLAS against three loops that anyone can read.
@Suite("Linear algebra")
struct LinearAlgebraTests {
    @Test("Products equal the naive ones", arguments: [(1, 1, 1), (2, 3, 4), (7, 1, 5), (33, 65, 17), (64, 64, 64)])
    func product(m: Int, k: Int, n: Int) {
        let a = random(m, k, seed: 1)
        let b = random(k, n, seed: 2)
        let product = LinearAlgebra.product(a, b)
        for i in 0..<m {
            for j in 0..<n {
                let terms = (0..<k).map { a[i, $0] * b[$0, j] }
                expectClose(
                    product[i, j], CompensatedSum.of(terms), absolute: 1e-14 * size(terms),
                    source: "naive product, 1e-14 of Σ|aᵢₖbₖⱼ|")
            }
        }
    }

    @Test("Cross-products equal the naive ones and are symmetric", arguments: [(1, 1), (5, 3), (200, 12), (3, 8)])
    func crossProduct(rows: Int, columns: Int) {
        let x = random(rows, columns, seed: 3)
        let product = LinearAlgebra.crossProduct(x)
        for i in 0..<columns {
            for j in 0..<columns {
                let terms = (0..<rows).map { x[$0, i] * x[$0, j] }
                expectClose(product[i, j], CompensatedSum.of(terms), absolute: 1e-14 * size(terms), source: "naive XᵀX")
                #expect(product[i, j] == product[j, i])
            }
        }
    }

    @Test("Products with a matrix of few numbers equal all products", arguments: [(1, 1, 1), (5, 40, 7), (60, 90, 33)])
    func mostlyZeroProduct(m: Int, k: Int, n: Int) {
        let a = random(m, k, seed: 4)
        var b = random(k, n, seed: 5)
        // No number, one, some, and in every fourth column all.
        for j in 0..<n where j % 4 != 3 { for i in 0..<k where (i * 7 + j) % 23 >= j % 4 { b[i, j] = 0 } }
        let product = LinearAlgebra.product(a, mostlyZero: b)
        for i in 0..<m {
            for j in 0..<n {
                let terms = (0..<k).map { a[i, $0] * b[$0, j] }
                expectClose(
                    product[i, j], CompensatedSum.of(terms), absolute: 1e-14 * size(terms), source: "naive product")
            }
        }
    }

    @Test("Empty matrices give empty or zero products")
    func empty() {
        #expect(
            LinearAlgebra.product(DenseMatrix(rows: 2, columns: 0), DenseMatrix(rows: 0, columns: 2)).storage == [
                0, 0, 0, 0
            ])
        #expect(LinearAlgebra.crossProduct(DenseMatrix(rows: 0, columns: 1)).storage == [0])
        let solved = LinearAlgebra.solveSemidefinite(DenseMatrix(rows: 0, columns: 0), DenseMatrix(rows: 0, columns: 1))
        #expect(solved.rank == 0 && solved.solution.storage.isEmpty)
    }

    @Test("A full-rank system gives back the solution it was made from", arguments: [1, 2, 5, 20])
    func fullRank(size: Int) {
        let a = LinearAlgebra.crossProduct(random(size + 10, size, seed: 4))
        let wanted = random(size, 2, seed: 5)
        let (solution, rank) = LinearAlgebra.solveSemidefinite(a, LinearAlgebra.product(a, wanted))
        #expect(rank == size)
        for index in wanted.storage.indices {
            expectClose(
                solution.storage[index], wanted.storage[index], absolute: 1e-11, source: "the vector behind b = A·x")
        }
    }

    @Test("Columns of very different size keep the rank")
    func badlyScaled() {
        var x = random(30, 4, seed: 6)
        for i in 0..<30 {
            x[i, 1] *= 1e9
            x[i, 2] *= 1e-9
        }
        let a = LinearAlgebra.crossProduct(x)
        let right = LinearAlgebra.product(a, DenseMatrix(rows: 4, columns: 1, storage: [1, 1e-9, 1e9, -2]))
        let (solution, rank) = LinearAlgebra.solveSemidefinite(a, right)
        #expect(rank == 4)
        for (index, wanted) in [1, 1e-9, 1e9, -2].enumerated() {
            expectClose(solution[index, 0], wanted, relative: 1e-10, source: "the vector behind b = A·x")
        }
    }

    @Test(
        "Dummies of margins are dependent: the normal equations hold and the rank is right",
        arguments: [[2, 3], [4, 5, 2], [10, 1, 3]])
    func dependentDummies(sizes: [Int]) {
        let x = dummies(sizes, rows: 200)
        let y = random(200, 2, seed: 8)
        let a = LinearAlgebra.crossProduct(x)
        let right = LinearAlgebra.product(transposed(x), y)
        let (solution, rank) = LinearAlgebra.solveSemidefinite(a, right)
        #expect(rank == sizes.reduce(0, +) - (sizes.count - 1), "each margin after the first repeats the constant")
        let left = LinearAlgebra.product(a, solution)
        for index in right.storage.indices {
            expectClose(left.storage[index], right.storage[index], absolute: 1e-11, source: "A·X = B")
        }
        let zeros = solution.storage.count { $0 == 0 }
        #expect(zeros == 2 * (sizes.count - 1), "dependent columns get 0")
    }

    @Test("A column of zeros costs one rank and gets 0")
    func zeroColumn() {
        let a = DenseMatrix(rows: 2, columns: 2, storage: [4, 0, 0, 0])
        let (solution, rank) = LinearAlgebra.solveSemidefinite(a, DenseMatrix(rows: 2, columns: 1, storage: [8, 0]))
        #expect(rank == 1 && solution.storage == [2, 0])
        let nothing = LinearAlgebra.solveSemidefinite(
            DenseMatrix(rows: 1, columns: 1), DenseMatrix(rows: 1, columns: 1))
        #expect(nothing.rank == 0 && nothing.solution.storage == [0])
    }

    private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> DenseMatrix {
        var generator = StableRandom(seed: seed)
        return DenseMatrix(
            rows: rows, columns: columns, storage: (0..<(rows * columns)).map { _ in generator.normal() })
    }

    private func dummies(_ sizes: [Int], rows: Int) -> DenseMatrix {
        var generator = StableRandom(seed: 7)
        var x = DenseMatrix(rows: rows, columns: sizes.reduce(0, +))
        for row in 0..<rows {
            var offset = 0
            for size in sizes {
                x[row, offset + generator.integer(below: size)] = 1
                offset += size
            }
        }
        return x
    }

    private func transposed(_ x: DenseMatrix) -> DenseMatrix {
        DenseMatrix(rows: x.columns, columns: x.rows, storage: Array(x.rowArrays.joined()))
    }

    private func size(_ terms: [Double]) -> Double { terms.reduce(0) { $0 + abs($1) } }
}
