import PeilTable

/// Rows that belong to one person, because they share an identifier, or because another row shares one with each.
struct PersonGroups {
    /// The earliest row of each row's person.
    private(set) var firstRow: [Int]

    init(rowCount: Int) { firstRow = Array(0..<rowCount) }

    /// Joins rows with the same value of `column`; absent values join nothing.
    mutating func join(by column: Column) {
        var seen: [Int: Int] = [:]
        let values = PersonGroups.values(column)
        for (row, value) in values.enumerated() where value >= 0 {
            if let earlier = seen.updateValue(row, forKey: value) { join(earlier, row) }
        }
    }

    private mutating func join(_ one: Int, _ other: Int) {
        let (low, high) = (root(one), root(other))
        if low != high { firstRow[max(low, high)] = min(low, high) }
    }

    private mutating func root(_ row: Int) -> Int {
        var row = row
        while firstRow[row] != row {
            firstRow[row] = firstRow[firstRow[row]]
            row = firstRow[row]
        }
        return row
    }

    /// The rows of each person who has several, in order.
    mutating func several() -> [[Int]] {
        var rowsOfPerson: [Int: [Int]] = [:]
        for row in firstRow.indices {
            let person = root(row)
            if person != row { rowsOfPerson[person, default: [person]].append(row) }
        }
        return rowsOfPerson.keys.sorted().map { rowsOfPerson[$0] ?? [] }
    }

    /// A number a row, equal where the values are equal by their bytes; −1 where absent.
    static func values(_ column: Column) -> [Int] {
        switch column {
        case .identifier(let column): return column.indices.map { Int($0) }
        case .categorical(let column):
            return (0..<column.count).map { column.isPresent($0) ? Int(column.codes[$0]) : -1 }
        case .numeric(let column):
            var known: [UInt64: Int] = [:]
            return (0..<column.count).map { row in
                guard column.isPresent(row) else { return -1 }
                let bits = column.values[row].bitPattern
                if let index = known[bits] { return index }
                known[bits] = known.count
                return known.count - 1
            }
        }
    }
}
