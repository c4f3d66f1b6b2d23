import PeilNumerics
import PeilTestSupport
import Testing

@Suite("Dense matrix")
struct DenseMatrixTests {
    @Test("Columns lie one after another")
    func columnMajor() {
        let matrix = DenseMatrix(rows: 2, columns: 3, storage: [1, 2, 3, 4, 5, 6])
        #expect(matrix[0, 0] == 1 && matrix[1, 0] == 2 && matrix[0, 1] == 3 && matrix[1, 2] == 6)
        #expect(matrix.rowArrays == [[1, 3, 5], [2, 4, 6]])
        #expect(matrix.diagonal == [1, 4])
    }

    @Test("A written element is read back, and only that one changes")
    func writing() {
        var matrix = DenseMatrix(rows: 3, columns: 2)
        matrix[2, 1] = 7
        #expect(matrix.storage == [0, 0, 0, 0, 0, 7])
    }

    @Test("The identity leaves a product as it is")
    func identity() {
        let a = DenseMatrix(rows: 3, columns: 2, storage: [1, -2, 3, 4, 5, -6])
        #expect(LinearAlgebra.product(.identity(3), a) == a)
        #expect(LinearAlgebra.product(a, .identity(2)) == a)
    }

    @Test("The quadratic form is the variance of a linear combination")
    func quadraticForm() {
        let covariance = DenseMatrix(rows: 2, columns: 2, storage: [4, 1, 1, 9])
        #expect(covariance.quadraticForm([1, -1]) == 11, "4 + 9 − 2·1")
        #expect(covariance.quadraticForm([0, 2]) == 36)
        #expect(covariance.quadraticForm([0, 0]) == 0)
    }
}
