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
        let names = columns.map(\.name)
        guard let first = columns.first?.column.coded() else {
            return Grouping(groupOfRow: [], keys: [], variables: names)
        }
        var groupOfRow = first.indexOfRow
        var keys = first.labels.map { [$0] }
        for (_, column) in columns.dropFirst() {
            let next = column.coded()
            let pairs = PairCoding(outer: groupOfRow, count: keys.count, inner: next.indexOfRow, count: next.count)
            groupOfRow = pairs.indexOfRow
            keys = zip(pairs.outer, pairs.inner).map { keys[Int($0)] + [next.labels[Int($1)]] }
        }
        return Grouping(groupOfRow: groupOfRow, keys: keys, variables: names)
    }
}

extension Column {
    /// The value of each row as a key: category codes, identifiers, numbers in shortest form. A text per row:
    /// for more than a few thousand rows prefer `coded`.
    public func rowLabels() -> [String?] {
        switch self {
        case .numeric(let column):
            if column.wholeCodes() == nil {
                return (0..<column.count).map { column.isPresent($0) ? shortestText(column.values[$0]) : nil }
            }
            let coded = coded()
            return coded.indexOfRow.map { $0 < 0 ? nil : coded.labels[Int($0)] }
        case .categorical(let column):
            let codes = column.categories.map(\.code)
            return (0..<column.count).map { column.isPresent($0) ? codes[Int(column.codes[$0])] : nil }
        case .identifier(let column):
            return column.indices.map { $0 < 0 ? nil : column.names[Int($0)] }
        }
    }
}

/// 3 for 3.0, 3.5 for 3.5: the form in which codes are written in files.
public func shortestText(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
}
