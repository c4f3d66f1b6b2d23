import PeilNumerics

/// The programs of cells that relations tie together, made when a question needs one: most are answered by tables that were
/// seen.
final class CellPrograms {
    private let problem: SuppressionProblem
    let cells: [Int]
    private let relations: [Int]
    private var preparedReader: ReaderProgram?
    private var preparedMover: MoveProgram?

    init(_ problem: SuppressionProblem, _ cells: [Int], _ relations: [Int]) {
        self.problem = problem
        self.cells = cells
        self.relations = relations
    }

    convenience init(_ problem: SuppressionProblem, around cell: Int, _ isMovable: [Bool]) {
        let tied = problem.system.connected(to: cell, by: isMovable)
        self.init(problem, tied.cells, tied.relations)
    }

    func reader() throws(TableSystemError) -> ReaderProgram {
        if let preparedReader { return preparedReader }
        do {
            let made = try ReaderProgram(problem.system, cells: cells, relations: relations)
            preparedReader = made
            return made
        } catch {
            throw .notSolved(cell: problem.system.names[cells[0]])
        }
    }

    func mover() throws(TableSystemError) -> MoveProgram {
        if let preparedMover { return preparedMover }
        let made = try MoveProgram(problem, cells, relations: relations)
        preparedMover = made
        return made
    }
}
