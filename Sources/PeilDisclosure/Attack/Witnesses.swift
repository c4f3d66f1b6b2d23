/// Tables that show how far a cell can go.
struct Witness {
    let moves: CellMoves
    let distance: Double
    /// False for fractions where cells are whole.
    let isTable: Bool
    /// Counts tables in the order in which they were seen: a table is a witness for each cell that moves in it.
    let number: Int

    func counts(_ hidden: [Bool]) -> Bool { moves.allSatisfy { hidden[$0.cell] } }
}

/// Those of one cell, of each way so many as are worth keeping.
struct Witnesses {
    private static let limit = 32
    private(set) var down: [Witness] = []
    private(set) var up: [Witness] = []

    /// Those that are no fractions.
    var tables: Witnesses {
        var result = Witnesses()
        result.down = down.filter(\.isTable)
        result.up = up.filter(\.isTable)
        return result
    }

    mutating func add(_ witness: Witness, isUp: Bool) {
        if isUp { Self.add(witness, to: &up) } else { Self.add(witness, to: &down) }
    }

    /// The oldest goes, but not the one that goes farthest.
    private static func add(_ witness: Witness, to list: inout [Witness]) {
        if list.count == limit {
            let farthest = list.reduce(0) { max($0, $1.distance) }
            list.remove(at: list.firstIndex { $0.distance < farthest } ?? 0)
        }
        list.append(witness)
    }

    func reach(_ hidden: [Bool]) -> Reach {
        Reach(down: Self.farthest(down, hidden), up: Self.farthest(up, hidden))
    }

    private static func farthest(_ list: [Witness], _ hidden: [Bool]) -> Double {
        list.reduce(0) { $1.distance > $0 && $1.counts(hidden) ? $1.distance : $0 }
    }
}
