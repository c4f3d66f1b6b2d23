import PeilNumerics

/// Branch and bound around a linear program: the deepest branch first, and of two branches the lower one first. Counts, not
/// clocks, end it. The program's bounds are as before when it is done.
final class WholeSearch {
    private let program: LinearProgram
    private let limit: Int
    private let lower: [Double]
    private let upper: [Double]
    private var open: [[Branch]] = [[]]
    private var current: [Branch] = []
    /// Branches tried.
    private(set) var count = 0
    /// False where branches ran out.
    private(set) var isComplete = true

    private struct Branch {
        let column: Int
        let least: Double
        let most: Double
    }

    /// Columns that must be whole; empty: all.
    private let isWhole: [Bool]

    init(_ program: LinearProgram, limit: Int, isWhole: [Bool] = []) {
        self.program = program
        self.isWhole = isWhole
        self.limit = limit
        (lower, upper) = (program.lower, program.upper)
    }

    /// The first whole point.
    func first(from start: LinearProgram.Start) throws(LinearProgramError) -> [Double]? {
        try least(below: .infinity, goal: .infinity, from: start)?.point
    }

    /// The whole point of the least cost, where costs of whole points are whole.
    /// - Parameters:
    ///   - known: only what lies below is worth finding.
    ///   - goal: a point with this is good enough.
    func least(
        below known: Double, goal: Double, from start: LinearProgram.Start = .last
    ) throws(LinearProgramError) -> (value: Double, point: [Double])? {
        defer { leave() }
        var best: (value: Double, point: [Double])?
        var start = start
        while let branch = open.popLast() {
            count += 1
            guard count <= limit else {
                isComplete = false
                break
            }
            enter(branch)
            guard let value = try solved(start) else { continue }
            start = .last
            guard value.isFinite, (value - 1e-6).rounded(.up) < (best?.value ?? known) - 0.5 else { continue }
            let point = program.values
            guard let split = Self.firstFraction(point, isWhole) else {
                best = (value.rounded(), point)
                if value.rounded() <= goal { break }
                continue
            }
            open.append(branch + [Branch(column: split, least: point[split].rounded(.up), most: .infinity)])
            open.append(branch + [Branch(column: split, least: -.infinity, most: point[split].rounded(.down))])
        }
        return best
    }

    private func solved(_ start: LinearProgram.Start) throws(LinearProgramError) -> Double? {
        do { return try program.minimise(from: start) } catch {
            guard error == .infeasible else { throw error }
            return nil
        }
    }

    private func leave() {
        for branch in current { program.limit(branch.column, from: lower[branch.column], to: upper[branch.column]) }
        current = []
    }

    private func enter(_ branch: [Branch]) {
        leave()
        for new in branch {
            program.limit(
                new.column, from: max(new.least, program.lower[new.column]),
                to: min(new.most, program.upper[new.column]))
        }
        current = branch
    }

    static func firstFraction(_ point: [Double], _ isWhole: [Bool] = []) -> Int? {
        point.indices.first { (isWhole.isEmpty || isWhole[$0]) && abs(point[$0] - point[$0].rounded()) > 1e-6 }
    }
}
