/// Tables that a reader cannot tell from the true ones, by the names of the cells that differ: what one look at a publication
/// has seen, the next one need not look for. Whoever uses one has to see first that it is a table of the own system.
struct SeenTables {
    private struct Move: Hashable {
        /// Of the name.
        let number: Int
        let move: Double
    }

    private var numberOfName: [String: Int] = [:]
    /// In the order in which they were seen.
    private var tables: [[Move]] = []
    private var isSeen: Set<[Move]> = []

    mutating func note(_ tables: [CellMoves], _ system: TableSystem) {
        note(tables, names: system.names)
    }

    mutating func note(_ other: SeenTables) {
        var names = [String](repeating: "", count: other.numberOfName.count)
        for (name, number) in other.numberOfName { names[number] = name }
        note(other.tables.map { table in table.map { (cell: $0.number, move: $0.move) } }, names: names)
    }

    private mutating func note(_ tables: [CellMoves], names: [String]) {
        guard !tables.isEmpty else { return }
        let numbers = names.map { number(of: $0) }
        for table in tables {
            let moves = table.map { Move(number: numbers[$0.cell], move: $0.move) }
            if isSeen.insert(moves).inserted { self.tables.append(moves) }
        }
    }

    private mutating func number(of name: String) -> Int {
        if let number = numberOfName[name] { return number }
        numberOfName[name] = numberOfName.count
        return numberOfName.count - 1
    }

    /// Those of which the system has all cells.
    func moves(in system: TableSystem) -> [CellMoves] {
        guard !tables.isEmpty else { return [] }
        var place = [Int](repeating: -1, count: numberOfName.count)
        for (cell, name) in system.names.enumerated() {
            if let number = numberOfName[name] { place[number] = cell }
        }
        return tables.compactMap { table in
            var moves: CellMoves = []
            moves.reserveCapacity(table.count)
            for move in table {
                guard place[move.number] >= 0 else { return nil }
                moves.append((place[move.number], move.move))
            }
            return moves
        }
    }
}
