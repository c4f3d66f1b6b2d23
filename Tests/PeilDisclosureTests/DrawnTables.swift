import PeilDisclosure

/// Numbers that Scripts/golden/attack.py draws too.
struct TableDraw {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % count
    }
}

/// Random systems of relations and random tables.
enum DrawnTables {
    /// The system of a seed in Scripts/golden/attack.py, and which cells are hidden.
    static func system(seed: UInt64, isWhole: Bool) throws -> (system: TableSystem, hidden: [Bool]) {
        var draw = TableDraw(seed: seed)
        let count = 6 + draw.next(12)
        let values = (0..<count).map { _ in draw.next(4) == 0 ? 0 : Double(draw.next(40)) }
        let hidden = (0..<count).map { _ in draw.next(3) > 0 }
        var relations: [TableSystem.Relation] = []
        for _ in 0..<3 + draw.next(4) {
            var terms: [(cell: Int, coefficient: Double)] = []
            for cell in 0..<count {
                let coefficient = [0.0, 0, 1, 1, -1, 2, 3][draw.next(7)]
                if coefficient != 0 { terms.append((cell, coefficient)) }
            }
            let total = terms.reduce(0) { $0 + $1.coefficient * values[$1.cell] }
            let slack = Double(draw.next(3) * draw.next(6))
            guard !terms.isEmpty else { continue }
            relations.append(.init(terms, from: total - slack, to: total + (slack == 0 ? 0 : slack + 1)))
        }
        return (
            try TableSystem(
                names: values.indices.map { "x\($0)" }, values: values, relations: relations, isWhole: isWhole), hidden
        )
    }

    /// Inner cells by rows, then totals of rows and columns; a twelfth of the cells are small, some are zero.
    static func table(seed: UInt64, rows: Int, columns: Int) throws -> TableSystem {
        var draw = TableDraw(seed: seed)
        let count = rows * columns
        var values: [Double] = []
        for _ in 0..<count { values.append(value(&draw)) }
        var names: [String] = (0..<count).map { "\($0 / columns)|\($0 % columns)" }
        var relations: [TableSystem.Relation] = []
        for row in 0..<rows {
            let parts: [Int] = (0..<columns).map { row * columns + $0 }
            relations.append(TableSystem.Relation(parts: parts, total: values.count))
            values.append(parts.reduce(0.0) { $0 + values[$1] })
            names.append("\(row)|T")
        }
        for column in 0..<columns {
            let parts: [Int] = (0..<rows).map { $0 * columns + column }
            relations.append(TableSystem.Relation(parts: parts, total: values.count))
            values.append(parts.reduce(0.0) { $0 + values[$1] })
            names.append("T|\(column)")
        }
        return try TableSystem(names: names, values: values, relations: relations, isWhole: true)
    }

    private static func value(_ draw: inout TableDraw) -> Double {
        let kind = draw.next(100)
        if kind < 6 { return 0 }
        return kind < 14 ? Double(1 + draw.next(9)) : Double(10 + draw.next(190))
    }
}
