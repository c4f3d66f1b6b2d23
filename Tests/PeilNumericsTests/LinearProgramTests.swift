import PeilNumerics
import PeilTestSupport
import Testing

/// Least costs over bounded systems.
struct LinearProgramTests {
    private struct Draw {
        var state: UInt64
        mutating func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
    }

    /// Rows through a point within the bounds, some of them dense, some bounds infinite, and several costs.
    private struct Drawn {
        var terms: [[(column: Int, coefficient: Double)]] = []
        var sums: [Double] = []
        var lower: [Double] = []
        var upper: [Double] = []
        var costs: [[Double]] = []

        init(seed: UInt64) {
            var draw = Draw(state: seed)
            let count = 4 + draw.next(20)
            var point: [Double] = []
            for _ in 0..<count {
                point.append(Double(draw.next(30)))
                lower.append(draw.next(5) == 0 ? -.infinity : 0)
                upper.append(lower.last == 0 && draw.next(2) == 0 ? .infinity : 40)
            }
            for _ in 0..<2 + draw.next(8) {
                let row = (0..<count).map {
                    (column: $0, coefficient: Double(draw.next(4) == 0 ? draw.next(7) - 3 : 0))
                }
                terms.append(row.filter { $0.coefficient != 0 })
                sums.append(row.reduce(0) { $0 + $1.coefficient * point[$1.column] })
            }
            for _ in 0..<4 { costs.append((0..<count).map { _ in Double(draw.next(9) - 4) }) }
        }
    }

    @Test func `random programs have the optimum of the dense simplex, warm or anew`() throws {
        var finite = 0
        for seed in UInt64(1)...150 {
            let drawn = Drawn(seed: seed)
            let start = try DenseSimplex(
                zip(drawn.terms, drawn.sums).map { .init($0, equals: $1) }, lower: drawn.lower, upper: drawn.upper)
            let rows = zip(drawn.terms, drawn.sums).map { LinearProgram.Row($0, equals: $1) }
            let warm = try LinearProgram(rows, lower: drawn.lower, upper: drawn.upper)
            for cost in drawn.costs {
                var dense = start
                let expected = try dense.minimise(cost)
                for (column, value) in cost.enumerated() { warm.setCost(value, of: column) }
                let found = try warm.minimise()
                guard expected.isFinite else {
                    #expect(found == -.infinity, "seed \(seed)")
                    continue
                }
                finite += 1
                expectClose(found, expected, relative: 1e-9, absolute: 1e-8, source: "dense simplex, seed \(seed)")
            }
        }
        #expect(finite > 150)
    }

    @Test func `after a change of bounds the optimum is that of the new program`() throws {
        for seed in UInt64(1)...60 {
            let drawn = Drawn(seed: seed)
            let rows = zip(drawn.terms, drawn.sums).map { LinearProgram.Row($0, equals: $1) }
            // Bounded on both sides, so that a least value exists.
            let (lower, upper) = (drawn.lower.map { max($0, -60) }, drawn.upper.map { min($0, 90) })
            let warm = try LinearProgram(rows, lower: lower, upper: upper)
            for (column, value) in drawn.costs[0].enumerated() { warm.setCost(value, of: column) }
            _ = try warm.minimise()
            let column = warm.values.indices.max { abs(warm.values[$0]) < abs(warm.values[$1]) } ?? 0
            var narrower = upper
            narrower[column] = max(lower[column], warm.values[column] - 1)
            warm.limit(column, from: lower[column], to: narrower[column])
            let equations = zip(drawn.terms, drawn.sums).map { DenseSimplex.Row($0, equals: $1) }
            guard var dense = try? DenseSimplex(equations, lower: lower, upper: narrower) else {
                #expect(throws: LinearProgramError.infeasible, "seed \(seed)") { try warm.minimise() }
                continue
            }
            let expected = try dense.minimise(drawn.costs[0])
            expectClose(
                try warm.minimise(), expected, relative: 1e-9, absolute: 1e-8, source: "dense simplex, seed \(seed)")
        }
    }

    @Test func `rows that say the same twice change no bound, and rows that cannot hold are infeasible`() throws {
        let row = LinearProgram.Row([(0, 1), (1, 1)], equals: 10)
        let twice = try LinearProgram([row, row], lower: [0, 2], upper: [.infinity, 9])
        twice.setCost(1, of: 0)
        #expect(try twice.minimise() == 1)
        twice.setCost(-1, of: 0)
        #expect(try twice.minimise() == -8)
        let never = try LinearProgram(
            [row, .init([(0, 1), (1, 1)], equals: 11)], lower: [0, 0], upper: [20, 20])
        #expect(throws: LinearProgramError.infeasible) { try never.minimise() }
        let free = try LinearProgram([], lower: [0], upper: [.infinity])
        free.setCost(-1, of: 0)
        #expect(try free.minimise() == -.infinity)
    }

    @Test func `a row with two bounds holds between them`() throws {
        let program = try LinearProgram([.init([(0, 1), (1, -1)], from: -2, to: 3)], lower: [0, 0], upper: [10, 4])
        program.setCost(-1, of: 0)
        #expect(try program.minimise(from: .bounds) == -7)
        program.setCost(1, of: 0)
        program.limit(1, from: 4, to: 4)
        #expect(try program.minimise(from: .bounds) == 2)
    }

    /// Beale's example, on which the rule of the largest reduced cost goes in circles. Beale 1955: optimum -0.05.
    @Test func `Beale's example ends`() throws {
        let rows: [LinearProgram.Row] = [
            .init([(0, 0.25), (1, -60), (2, -0.04), (3, 9), (4, 1)], equals: 0),
            .init([(0, 0.5), (1, -90), (2, -0.02), (3, 3), (5, 1)], equals: 0),
            .init([(2, 1), (6, 1)], equals: 1)
        ]
        let program = try LinearProgram(
            rows, lower: Array(repeating: 0, count: 7), upper: Array(repeating: .infinity, count: 7))
        for (column, cost) in [-0.75, 150, -0.02, 6, 0, 0, 0].enumerated() { program.setCost(cost, of: column) }
        expectClose(try program.minimise(), -0.05, relative: 1e-9, source: "Beale 1955")
    }
}
