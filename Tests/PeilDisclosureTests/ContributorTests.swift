import PeilDisclosure
import Testing

/// What somebody whose own answer is in a hidden cell works out of another, held against every table that can be.
struct ContributorTests {
    /// 3 × 3 cells of few respondents with their totals, of which only the inner ones may be hidden.
    private func problem(seed: UInt64, withContributors: Bool) throws -> SuppressionProblem {
        var draw = TableDraw(seed: seed)
        let inner = (0..<9).map { _ in [1.0, 1, 0, 2, 3, 4, 6][draw.next(7)] }
        let sums = (0..<3).map { row in (0..<3).reduce(0) { $0 + inner[3 * row + $1] } }
        let columns = (0..<3).map { column in (0..<3).reduce(0) { $0 + inner[3 * $1 + column] } }
        let relations: [TableSystem.Relation] = (0..<3).flatMap { at in
            [
                TableSystem.Relation(parts: (0..<3).map { 3 * at + $0 }, total: 9 + at),
                TableSystem.Relation(parts: (0..<3).map { 3 * $0 + at }, total: 12 + at)
            ]
        }
        let system = try TableSystem(
            names: (0..<15).map { "x\($0)" }, values: inner + sums + columns, relations: relations, isWhole: true)
        let ones = (0..<9).filter { inner[$0] == 1 }
        var problem = SuppressionProblem(
            system, primary: Dictionary(uniqueKeysWithValues: ones.map { ($0, .exact(1)) }),
            mayHide: (0..<15).map { $0 < 9 }, cost: .value)
        if withContributors { problem.knowledge = .counts(system, primary: ones) }
        return problem
    }

    private func agrees(_ table: [Double], _ system: TableSystem) -> Bool {
        for at in 0..<3 {
            let row: Double = table[3 * at] + table[3 * at + 1] + table[3 * at + 2]
            let column: Double = table[at] + table[at + 3] + table[at + 6]
            if row != system.values[9 + at] || column != system.values[12 + at] { return false }
        }
        return true
    }

    /// All tables with the same published cells.
    private func tables(_ system: TableSystem, _ hidden: [Bool]) -> [[Double]] {
        var result: [[Double]] = []
        func fill(_ cell: Int, _ table: [Double]) {
            guard cell < 9 else {
                if agrees(table, system) { result.append(table) }
                return
            }
            guard hidden[cell] else { return fill(cell + 1, table + [system.values[cell]]) }
            let row: Double = table.suffix(cell % 3).reduce(0, +)
            let most: Double = min(system.values[9 + cell / 3] - row, system.values[12 + cell % 3])
            guard most >= 0 else { return }
            for value in 0...Int(most) { fill(cell + 1, table + [Double(value)]) }
        }
        fill(0, [])
        return result
    }

    /// Primary cells that have one value in all tables in which the own cell is 1, and the owners who see that.
    private func known(_ problem: SuppressionProblem, _ hidden: [Bool]) -> [Int: [Int]] {
        let all = tables(problem.system, hidden)
        var result: [Int: [Int]] = [:]
        for cell in problem.primary.keys {
            for owner in 0..<9 where owner != cell && hidden[owner] && problem.system.values[owner] == 1 {
                let own = all.filter { $0[owner] == 1 }
                if Set(own.map { $0[cell] }).count == 1 { result[cell, default: []].append(owner) }
            }
        }
        return result
    }

    private func found(_ problem: SuppressionProblem, _ hidden: [Bool]) throws -> [Int: [Int]] {
        try Attacker(problem.system).attack(
            hidden: hidden, for: problem.primary,
            knowing: .counts(problem.system, primary: problem.primary.keys)
        ).knownTo
    }

    @Test func `contributors learn what every table that can be says they do`() throws {
        var leaks = 0
        for seed: UInt64 in 1...60 {
            let problem = try problem(seed: seed, withContributors: false)
            guard let pattern = try solved(problem) else { continue }
            let hidden = problem.hidden(pattern.secondary)
            let expected = known(problem, hidden)
            #expect(try found(problem, hidden) == expected, "seed \(seed)")
            leaks += expected.count
        }
        #expect(leaks > 20)
    }

    @Test func `what protects from contributors leaves nothing to any of them`() throws {
        var (cured, impossible) = (0, 0)
        for seed: UInt64 in 1...60 {
            guard let plain = try solved(try problem(seed: seed, withContributors: false)) else { continue }
            let problem = try problem(seed: seed, withContributors: true)
            guard let pattern = try solved(problem) else {
                // Hiding all cells that may be hidden is not enough either.
                let all = problem.hidden(problem.candidates)
                #expect(!known(problem, all).isEmpty, "seed \(seed)")
                impossible += 1
                continue
            }
            let hidden = problem.hidden(pattern.secondary)
            #expect(known(problem, hidden).isEmpty, "seed \(seed)")
            for (cell, interval) in pattern.intervals where problem.primary[cell] != nil {
                #expect(interval.high > interval.low, "seed \(seed)")
            }
            #expect(pattern.cost >= plain.cost - 1e-9)
            if let bound = pattern.lowerBound { #expect(bound <= pattern.cost + 1e-9) }
            if pattern.cost > plain.cost { cured += 1 }
        }
        #expect(cured > 10)
        #expect(impossible < 50)
    }

    /// One person in `a`, and so in its row and in everybody: what they know of themselves is no leak.
    @Test func `totals of nobody else are the own cell`() throws {
        let system = try TableSystem(
            names: ["a", "b", "T"], values: [1, 0, 1], relations: [.init(parts: [0, 1], total: 2)], isWhole: true)
        let attack = try Attacker(system).attack(
            hidden: [true, false, true], for: [0: .exact(1), 2: .exact(1)],
            knowing: .counts(system, primary: [0, 2]))
        #expect(attack.knownTo.isEmpty)
        let two = try TableSystem(
            names: ["a", "b", "T"], values: [1, 1, 2], relations: [.init(parts: [0, 1], total: 2)], isWhole: true)
        let both = try Attacker(two).attack(
            hidden: [true, true, false], for: [0: .exact(1), 1: .exact(1)],
            knowing: .counts(two, primary: [0, 1]))
        #expect(both.knownTo == [0: [1], 1: [0]])
    }

    /// Whoever is alone among ten knows that nine others answered otherwise: that is no leak, and nothing could be hidden for it.
    @Test func `the others of a group are known to whoever is alone in it`() throws {
        let system = try TableSystem(
            names: ["a", "others", "b", "base"], values: [1, 9, 9, 10],
            relations: [.init(parts: [0, 1], total: 3), .init(parts: [0, 2], total: 3)], isWhole: true)
        let primary: [Int: Protection] = [0: .exact(1), 1: .exact(9)]
        func known(_ complements: [(Int, Int)]) throws -> [Int: [Int]] {
            try Attacker(system).attack(
                hidden: [true, true, true, false], for: primary,
                knowing: .counts(system, primary: primary.keys, complements: complements)
            ).knownTo
        }
        #expect(try known([]) == [1: [0]])
        #expect(try known([(0, 1)]).isEmpty)
    }

    /// 3 × 3 cells: what protects from contributors is found by trying every set of cells.
    @Test func `in small tables nothing cheaper protects from contributors too`() throws {
        var compared = 0
        for seed: UInt64 in 1...40 {
            let problem = try problem(seed: seed, withContributors: true)
            guard problem.candidates.count <= 6, let pattern = try solved(problem) else { continue }
            var cheapest = Double.infinity
            for set in 0..<(1 << problem.candidates.count) {
                let cells = problem.candidates.indices.filter { set >> $0 & 1 == 1 }.map { problem.candidates[$0] }
                let hidden = problem.hidden(cells)
                let cost = cells.reduce(0) { $0 + problem.system.values[$1] }
                guard cost < cheapest, known(problem, hidden).isEmpty else { continue }
                let intervals = try Attacker(problem.system).intervals(hidden: hidden)
                if problem.primary.allSatisfy({
                    $0.value.isMet(by: intervals[$0.key] ?? .init(low: 0, high: 0, isExact: true))
                }) {
                    cheapest = cost
                }
            }
            #expect(pattern.cost == cheapest, "seed \(seed)")
            #expect(pattern.lowerBound == cheapest, "seed \(seed)")
            compared += 1
        }
        #expect(compared > 10)
    }

    /// nil where hiding cannot help.
    private func solved(_ problem: SuppressionProblem) throws -> SuppressionPattern? {
        do { return try problem.solve() } catch TableSystemError.cannotBeProtected { return nil }
    }
}
