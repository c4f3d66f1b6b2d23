import Testing

@testable import PeilDisclosure

/// Equations that follow from others say nothing more.
struct IndependentRelationsTests {
    private typealias Terms = [(column: Int, coefficient: Double)]

    @Test func `of a table with its totals one sum follows from the others`() throws {
        // Cells by rows of 4, the last of each row and column the total.
        let rows: [Terms] = (0..<4).map { row in (0..<4).map { (4 * row + $0, $0 == 3 ? -1 : 1) } }
        let columns: [Terms] = (0..<4).map { column in (0..<4).map { (4 * $0 + column, $0 == 3 ? -1 : 1) } }
        #expect(IndependentRelations.kept(rows + columns, columns: 16).count == 7)
    }

    @Test func `nothing is left out that others do not say`() {
        #expect(IndependentRelations.kept([[(0, 1), (1, 1)], [(0, 1), (1, -1)]], columns: 2) == [0, 1])
        #expect(IndependentRelations.kept([[(0, 1), (1, 1)], [(0, 2), (1, 2)]], columns: 2) == [0])
        // Without a one to begin with it cannot be seen in whole numbers.
        #expect(IndependentRelations.kept([[(0, 2)], [(0, 3)]], columns: 1) == [0, 1])
        #expect(IndependentRelations.kept([[(0, 1), (1, 0.5)], [(0, 1), (1, 0.5)]], columns: 2) == [0, 1])
    }

    @Test func `a cell that stands twice in an equation counts twice`() {
        #expect(IndependentRelations.kept([[(0, 1), (0, 1), (1, 1)], [(0, 2), (1, 1)]], columns: 2) == [1])
    }
}
