import PeilDisclosure
import Testing

/// Secondary cells, held against the attacker and against all patterns.
struct SuppressionTests {
    static let protections: [String] = ["exact", "interval", "frequency"]

    private func protection(_ kind: String, _ value: Double) -> Protection {
        switch kind {
        case "exact": .exact(value)
        case "interval": .interval(value, need: value)
        default: .frequency(value, minimum: 10)
        }
    }

    private func problem(
        seed: UInt64, rows: Int, columns: Int, _ kind: String, _ cost: SuppressionProblem.Cost
    ) throws -> SuppressionProblem {
        let system = try DrawnTables.table(seed: seed, rows: rows, columns: columns)
        let small = (0..<rows * columns).filter { (1..<10).contains(system.values[$0]) }
        return SuppressionProblem(
            system, primary: Dictionary(uniqueKeysWithValues: small.map { ($0, protection(kind, system.values[$0])) }),
            mayHide: system.values.indices.map { $0 < rows * columns }, cost: cost)
    }

    /// The attacker's word that a pattern protects, and that it hides no zero and no total.
    private func expectSafe(_ pattern: SuppressionPattern, _ problem: SuppressionProblem) throws {
        let intervals = try Attacker(problem.system).intervals(hidden: problem.hidden(pattern.secondary))
        for (cell, protection) in problem.primary {
            #expect(protection.isMet(by: try #require(intervals[cell])), "cell \(cell)")
        }
        #expect(pattern.secondary.allSatisfy { problem.candidates.contains($0) })
        #expect(pattern.secondary.allSatisfy { problem.system.values[$0] > 0 })
    }

    /// nil where hiding cannot help.
    private func solved(_ problem: SuppressionProblem) throws -> SuppressionPattern? {
        do { return try problem.solve() } catch TableSystemError.cannotBeProtected { return nil }
    }

    /// The cheapest safe pattern of all, tried one by one.
    private func cheapest(_ problem: SuppressionProblem) throws -> Double? {
        var best: Double?
        for code in 0..<(1 << problem.candidates.count) {
            let cells = problem.candidates.indices.filter { code >> $0 & 1 == 1 }.map { problem.candidates[$0] }
            let cost = cells.reduce(0) { $0 + (problem.cost == .cells ? 1 : problem.system.values[$1]) }
            guard cost < best ?? .infinity else { continue }
            let intervals = try Attacker(problem.system).intervals(hidden: problem.hidden(cells))
            let isSafe = problem.primary.allSatisfy { cell, protection in
                intervals[cell].map(protection.isMet) ?? false
            }
            if isSafe { best = cost }
        }
        return best
    }

    @Test(arguments: protections) func `small tables get the cheapest of all patterns`(kind: String) throws {
        for seed: UInt64 in 1...6 {
            for cost in SuppressionProblem.Cost.allCases {
                let problem = try problem(seed: seed, rows: 3, columns: 3, kind, cost)
                guard let best = try cheapest(problem) else {
                    #expect(throws: TableSystemError.self) { try problem.solve() }
                    continue
                }
                let pattern = try problem.solve()
                try expectSafe(pattern, problem)
                #expect(abs(pattern.cost - best) < 1e-9, "seed \(seed), \(cost)")
                #expect(pattern.isCheapest)
            }
        }
    }

    @Test(arguments: protections) func `the way of large tables costs at most 1.15 times the cheapest over many tables`(
        kind: String
    ) throws {
        for cost in SuppressionProblem.Cost.allCases {
            var (spent, least) = (0.0, 0.0)
            for seed: UInt64 in 1...20 {
                var problem = try problem(seed: seed, rows: 4, columns: 6, kind, cost)
                guard let best = try solved(problem) else { continue }
                problem.exactLimit = 0
                let found = try problem.solve()
                try expectSafe(found, problem)
                #expect(best.isCheapest)
                spent += found.cost
                least += best.cost
            }
            #expect(least > 0)
            #expect(spent <= 1.15 * least, "\(cost): \(spent) of \(least)")
        }
    }

    @Test func `a table of two thousand cells is protected, and nothing could be published again`() throws {
        let problem = try problem(seed: 4050, rows: 40, columns: 50, "exact", .cells)
        let pattern = try problem.solve()
        try expectSafe(pattern, problem)
        #expect(!pattern.secondary.isEmpty)
        for cell in pattern.secondary {
            let fewer = pattern.secondary.filter { $0 != cell }
            let intervals = try Attacker(problem.system).intervals(hidden: problem.hidden(fewer))
            #expect(problem.primary.contains { !$1.isMet(by: intervals[$0] ?? .init(low: 0, high: 0, isExact: true)) })
        }
    }

    @Test(arguments: protections) func `tables that a reader could take for the true ones come with a pattern`(
        kind: String
    ) throws {
        for seed: UInt64 in 1...6 {
            let problem = try problem(seed: seed, rows: 8, columns: 9, kind, .value)
            guard let pattern = try solved(problem) else { continue }
            let (system, hidden) = (problem.system, problem.hidden(pattern.secondary))
            for (cell, protection) in problem.primary {
                let tables = try #require(pattern.witnesses[cell])
                var ends = [system.values[cell]]
                for table in tables {
                    #expect(table.allSatisfy { hidden[$0.key] && $0.value >= 0 && $0.value == $0.value.rounded() })
                    for relation in system.relations {
                        let sum = relation.terms.reduce(0) {
                            $0 + $1.coefficient * (table[$1.cell] ?? system.values[$1.cell])
                        }
                        #expect(sum >= relation.least && sum <= relation.most)
                    }
                    ends.append(table[cell] ?? system.values[cell])
                }
                let (low, high) = (try #require(ends.min()), try #require(ends.max()))
                #expect(protection.isMet(by: AttackInterval(low: low, high: high, isExact: false)), "cell \(cell)")
            }
        }
    }

    @Test func `progress goes on from stage to stage and never back within one`() throws {
        final class Steps { var all: [SuppressionStep] = [] }
        let steps = Steps()
        _ = try problem(seed: 21, rows: 25, columns: 30, "frequency", .value).solve { steps.all.append($0) }
        let stages = steps.all.map(\.stage)
        #expect(stages.first == .choosing && stages.last == .attack)
        #expect(Set(stages) == [.choosing, .takingBack, .wholeNumbers, .attack])
        for (before, after) in zip(steps.all, steps.all.dropFirst())
        where before.stage == after.stage && before.count == after.count {
            #expect(after.done >= before.done)
        }
        #expect(steps.all.allSatisfy { $0.done <= $0.count })
    }

    @Test func `the same table gets the same pattern again`() throws {
        let problem = try problem(seed: 9, rows: 6, columns: 7, "frequency", .value)
        #expect(try problem.solve().secondary == problem.solve().secondary)
    }

    @Test func `what hiding cannot protect is named`() throws {
        let system = try TableSystem(
            names: ["a", "b", "t"], values: [4, 0, 4], relations: [.init(parts: [0, 1], total: 2)], isWhole: true)
        let problem = SuppressionProblem(
            system, primary: [0: .exact(4)], mayHide: [true, true, false], cost: .cells)
        #expect(throws: TableSystemError.cannotBeProtected(cells: ["a"])) { try problem.solve() }
    }
}
