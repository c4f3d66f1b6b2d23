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
                let best: SuppressionPattern
                do { best = try problem.solve() } catch TableSystemError.cannotBeProtected { continue }
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
