import Testing

@testable import PeilDisclosure

/// Tables found along chains of cells, held against the attacker's programs.
struct ChainMovesTests {
    /// Ones and other small cells are hidden, with some more.
    private func tables(_ seed: UInt64) throws -> (system: TableSystem, hidden: [Bool]) {
        let system = try DrawnTables.table(seed: seed, rows: 5 + Int(seed % 4), columns: 4)
        var draw = TableDraw(seed: seed &+ 1_000)
        return (system, system.values.map { ($0 > 0 && $0 < 10) || draw.next(3) == 0 })
    }

    @Test func `each chain is a table of the system, whole, and moves what was asked as far as was asked`() throws {
        var (found, limits) = (0, 0)
        for seed: UInt64 in 1...16 {
            let (system, hidden) = try tables(seed)
            let chains = ChainMoves(system)
            let intervals = try Attacker(system).intervals(hidden: hidden)
            for (cell, interval) in intervals {
                for move in [-5.0, -1, 1, 4, 10] {
                    guard let moves = chains.moves(cell, by: move, hidden: hidden) else { continue }
                    #expect(system.allows(moves), "seed \(seed)")
                    #expect(moves.allSatisfy { hidden[$0.cell] && $0.move == $0.move.rounded() })
                    #expect(moves.first { $0.cell == cell }?.move == move)
                    let value = system.values[cell] + move
                    #expect(interval.low <= value && value <= interval.high, "seed \(seed)")
                    found += 1
                    if value == interval.low || value == interval.high { limits += 1 }
                }
            }
        }
        #expect(found > 200 && limits > 5, "\(found), \(limits)")
    }

    /// In tables of two margins a cell that can move by one can do so along one chain.
    @Test func `a step of one is found wherever there is one`() throws {
        var steps = 0
        for seed: UInt64 in 1...16 {
            let (system, hidden) = try tables(seed)
            let chains = ChainMoves(system)
            for (cell, interval) in try Attacker(system).intervals(hidden: hidden) where cell < system.names.count - 9 {
                let up = chains.moves(cell, by: 1, hidden: hidden) != nil
                #expect(up == (interval.high > system.values[cell]), "seed \(seed), \(system.names[cell])")
                steps += up ? 1 : 0
            }
        }
        #expect(steps > 50)
    }

    @Test func `a cell that is published, or that a reader rules out, is in no chain`() throws {
        let system = try TableSystem(
            names: ["a", "b", "c", "d"], values: [3, 4, 5, 6],
            relations: [
                .init([(0, 1), (1, 1)], from: 7, to: 7), .init([(2, 1), (3, 1)], from: 11, to: 11),
                .init([(0, 1), (2, 1)], from: 8, to: 8), .init([(1, 1), (3, 1)], from: 10, to: 10)
            ], isWhole: true)
        let chains = ChainMoves(system)
        let all = [true, true, true, true]
        #expect(chains.moves(0, by: 2, hidden: all)?.map(\.move) == [2, -2, -2, 2])
        #expect(chains.moves(0, by: 5, hidden: all) == nil, "b has 4")
        #expect(chains.moves(0, by: 1, hidden: [true, true, false, true]) == nil)
        #expect(chains.moves(0, by: 1, hidden: all) { cell, _ in cell != 3 } == nil)
    }

    /// The fewer others make up for the answer in a sum of their own.
    @Test func `what stands in three sums moves with the cell that is in one of them only`() throws {
        let system = try TableSystem(
            names: ["a", "b", "c", "d", "others of a"], values: [3, 4, 5, 6, 20],
            relations: [
                .init([(0, 1), (1, 1)], from: 7, to: 7), .init([(2, 1), (3, 1)], from: 11, to: 11),
                .init([(0, 1), (2, 1)], from: 8, to: 8), .init([(1, 1), (3, 1)], from: 10, to: 10),
                .init([(0, 1), (4, 1)], from: 23, to: 23)
            ], isWhole: true)
        let moves = try #require(ChainMoves(system).moves(0, by: -3, hidden: [true, true, true, true, true]))
        #expect(moves.map(\.move) == [-3, 3, 3, -3, 3])
    }

    /// Two groups of 3 + 2 and 4 + 4 answers, whose bases and column sums are known; who did not give the first answer is a cell
    /// by itself, which stands in one relation only.
    private func withOthers() throws -> TableSystem {
        try TableSystem(
            names: ["a1", "a2", "b1", "b2", "base a", "base b", "others a"], values: [3, 2, 4, 4, 5, 8, 2],
            relations: [
                .init(parts: [0, 1], total: 4), .init(parts: [2, 3], total: 5), .init(parts: [0, 6], total: 4),
                .init([(0, 1), (2, 1)], from: 7, to: 7), .init([(1, 1), (3, 1)], from: 6, to: 6)
            ], isWhole: true)
    }

    @Test func `a cell that only makes up for another moves with it`() throws {
        let system = try withOthers()
        let hidden = [true, true, true, true, false, false, true]
        let moves = try #require(ChainMoves(system).moves(6, by: -2, hidden: hidden))
        #expect(moves.map(\.cell) == [0, 1, 2, 3, 6] && moves.map(\.move) == [2, -2, -2, 2, -2])
        #expect(system.allows(moves))
    }

    /// Nobody else has five to give, but two have three and two.
    @Test func `chains one after the other go farther than one`() throws {
        let system = try TableSystem(
            names: ["a", "b", "c", "base a", "base b", "base c"], values: [1, 3, 2, 10, 10, 10],
            relations: [
                .init([(0, 1), (1, 1), (2, 1)], from: 6, to: 6), .init([(3, 1), (4, 1), (5, 1)], from: 30, to: 30),
                .init([(0, 1), (3, -1)], from: -9, to: -9), .init([(1, 1), (4, -1)], from: -7, to: -7),
                .init([(2, 1), (5, -1)], from: -8, to: -8)
            ], isWhole: true)
        let hidden = [Bool](repeating: true, count: 6)
        let chains = ChainMoves(system)
        #expect(chains.moves(0, by: 5, hidden: hidden) == nil)
        let first = try #require(chains.moves(0, by: 3, hidden: hidden))
        let second = try #require(chains.after(first).moves(0, by: 2, hidden: hidden))
        var sum: [Int: Double] = [:]
        for (cell, move) in first + second { sum[cell, default: 0] += move }
        #expect(sum[0] == 5 && sum[1] == -3 && sum[2] == -2)
        #expect(system.allows(sum.sorted { $0.key < $1.key }.map { (cell: $0.key, move: $0.value) }))
    }

    /// Of a, who did not give the answer are two: the answer can only grow with its base.
    @Test func `a cell that makes up for another has room where a third moves along`() throws {
        let system = try TableSystem(
            names: ["a1", "a2", "base a", "others a1", "b1", "b2", "base b"], values: [3, 2, 5, 2, 9, 8, 17],
            relations: [
                .init(parts: [0, 1], total: 2), .init(parts: [0, 3], total: 2), .init(parts: [4, 5], total: 6),
                .init([(0, 1), (4, 1)], from: 12, to: 12), .init([(1, 1), (5, 1)], from: 10, to: 10),
                .init([(2, 1), (6, 1)], from: 22, to: 22)
            ], isWhole: true)
        let hidden = [Bool](repeating: true, count: 7)
        let chains = ChainMoves(system)
        let up = try #require(chains.moves(0, by: 7, hidden: hidden))
        #expect(system.allows(up) && up.first { $0.cell == 0 }?.move == 7 && !up.contains { $0.cell == 3 })
        // And those who did not: more of them, with more people in all.
        let others = try #require(chains.moves(3, by: 8, hidden: hidden))
        #expect(system.allows(others) && others.first { $0.cell == 3 }?.move == 8 && !others.contains { $0.cell == 0 })
        #expect(chains.moves(0, by: 7, hidden: hidden.enumerated().map { $0.offset != 2 && $0.element }) == nil)
    }

    /// What print leaves of a hidden sum is hidden too, and follows it; of a shown one it stays where it is.
    @Test func `a range moves with the cell that only it holds, where that is hidden`() throws {
        let system = try TableSystem(
            names: ["a", "b", "print a", "print b"], values: [2, 3, 12, 13],
            relations: [
                .init([(0, 1), (1, 1)], from: 5, to: 5), .init([(0, 1), (2, -1)], from: -10.1, to: -9.9),
                .init([(1, 1), (3, -1)], from: -10.1, to: -9.9)
            ], isWhole: false, upper: [8, 8, .infinity, .infinity])
        let chains = ChainMoves(system)
        let moves = try #require(chains.moves(0, by: 1.5, hidden: [true, true, true, true]))
        #expect(moves.map(\.cell) == [0, 1, 2, 3] && moves.map(\.move) == [1.5, -1.5, 1.5, -1.5])
        #expect(system.allows(moves))
        #expect(chains.moves(0, by: 1.5, hidden: [true, true, true, false]) == nil)
        #expect(chains.moves(0, by: 0.05, hidden: [true, true, false, false])?.map(\.cell) == [0, 1])
    }

    /// Sums are tables too, and none goes beyond what a program finds.
    @Test func `several chains together stay within the attacker's interval, and reach farther than one`() throws {
        var farther = 0
        for seed: UInt64 in 1...16 {
            let (system, hidden) = try tables(seed)
            let chains = ChainMoves(system)
            for (cell, interval) in try Attacker(system).intervals(hidden: hidden) {
                for distance in [-12.0, 12, 30] {
                    let moves = chains.sum(of: distance) { $0.moves(cell, by: $1, hidden: hidden) }
                    #expect(system.allows(moves) && moves.allSatisfy { hidden[$0.cell] }, "seed \(seed)")
                    let moved = moves.first { $0.cell == cell }?.move ?? 0
                    #expect(abs(moved) <= abs(distance) && moved * distance >= 0)
                    let value = system.values[cell] + moved
                    #expect(interval.low <= value && value <= interval.high, "seed \(seed)")
                    if moved != 0, chains.moves(cell, by: moved, hidden: hidden) == nil { farther += 1 }
                }
            }
        }
        #expect(farther > 5, "\(farther)")
    }
}
