/// One group index a row: the form in which every `by` reaches an estimator. Rows outside all groups
/// have index -1; they count zero and stay in the design.
public struct Grouping: Sendable, Equatable {
    /// The group of each row, -1 for none.
    public let groupOfRow: [Int32]
    /// The value of each `by` variable, in the order of `variables`, for each group.
    public let keys: [[String]]
    /// Names of the `by` variables; empty for one group that holds all rows.
    public let variables: [String]

    public var count: Int { keys.count }

    public init(groupOfRow: [Int32], keys: [[String]], variables: [String]) {
        self.groupOfRow = groupOfRow
        self.keys = keys
        self.variables = variables
    }

    /// All rows in one group.
    public static func everyone(rowCount: Int) -> Grouping {
        Grouping(groupOfRow: [Int32](repeating: 0, count: rowCount), keys: [[]], variables: [])
    }

    /// The cross of `columns`: one group for each combination that occurs, ordered by the keys
    /// (numbers by value, other keys by their bytes), so that row order changes nothing.
    public static func cross(_ columns: [(name: String, column: Column)]) -> Grouping {
        let coded = columns.map { $0.column.distinctLabels() }
        let rowCount = columns.first?.column.count ?? 0
        var indexOfKey: [[Int32]: Int32] = [:]
        var keys: [[String]] = []
        var raw = [Int32](repeating: -1, count: rowCount)
        rows: for row in 0..<rowCount {
            var key: [Int32] = []
            key.reserveCapacity(coded.count)
            for column in coded {
                guard column.indexOfRow[row] >= 0 else { continue rows }
                key.append(column.indexOfRow[row])
            }
            if let index = indexOfKey[key] {
                raw[row] = index
                continue
            }
            let index = Int32(keys.count)
            indexOfKey[key] = index
            keys.append(zip(coded, key).map { $0.labels[Int($1)] })
            raw[row] = index
        }
        let order = keys.indices.sorted { Self.isOrdered(keys[$0], before: keys[$1]) }
        var rank = [Int32](repeating: 0, count: keys.count)
        for (position, index) in order.enumerated() { rank[index] = Int32(position) }
        return Grouping(
            groupOfRow: raw.map { $0 < 0 ? -1 : rank[Int($0)] }, keys: order.map { keys[$0] },
            variables: columns.map(\.name))
    }

    /// Numbers by value and before all other keys, which go by their bytes: one order, whatever the mixture.
    static func isOrdered(_ left: [String], before right: [String]) -> Bool {
        for (a, b) in zip(left, right) where !a.utf8.elementsEqual(b.utf8) {
            switch (number(a), number(b)) {
            case (let x?, let y?) where x != y: return x < y
            case (_?, nil): return true
            case (nil, _?): return false
            default: return a.utf8.lexicographicallyPrecedes(b.utf8)
            }
        }
        return false
    }

    private static func number(_ key: String) -> Double? {
        Double(key).flatMap { $0.isFinite ? $0 : nil }
    }
}

extension Column {
    /// The value of each row as a key: category codes, identifiers, numbers in shortest form.
    public func rowLabels() -> [String?] {
        switch self {
        case .numeric(let column):
            return (0..<column.count).map { column.isPresent($0) ? shortestText(column.values[$0]) : nil }
        case .categorical(let column):
            return (0..<column.count).map { column.code($0) }
        case .identifier(let column):
            return column.indices.map { $0 < 0 ? nil : column.names[Int($0)] }
        }
    }

    /// The distinct values of `rowLabels` and the index of each row, −1 where absent. Labels are told apart by
    /// their bytes: to a dictionary a composed and a decomposed accent are one key.
    func distinctLabels() -> (labels: [String], indexOfRow: [Int32]) {
        let column = IdentifierColumn(rowLabels())
        return (column.names, column.indices)
    }
}

/// 3 for 3.0, 3.5 for 3.5: the form in which codes are written in files.
public func shortestText(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
}
