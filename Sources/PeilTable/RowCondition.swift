/// A condition on one column, from which the mask of a domain is made. Rows without an answer do not meet it.
public struct RowCondition: Sendable, Equatable {
    public enum Comparison: String, Sendable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case isOneOf = "in"
        case isPresent = "notmissing"
    }

    public let column: String
    public let comparison: Comparison
    /// One value, or several for `in`; none for `notmissing`. Numbers as text.
    public let values: [String]

    public init(column: String, comparison: Comparison, values: [String]) {
        self.column = column
        self.comparison = comparison
        self.values = values
    }

    /// Whether each row meets the condition. Numeric columns compare by value, others by code; an order
    /// between codes exists only where both are numbers.
    public func mask(of table: Table) throws(TableError) -> [Bool] {
        let data = try table.column(column)
        if comparison == .isPresent { return (0..<table.rowCount).map { data.isPresent($0) } }
        switch data {
        case .numeric(let numbers):
            var wanted: [Double] = []
            for value in values {
                guard let number = Double(value) else { throw .notNumeric(column) }
                wanted.append(number)
            }
            return numbers.values.indices.map { numbers.isPresent($0) && holds(numbers.values[$0], wanted) }
        case .categorical(let answers):
            let meets = try answers.categories.map { category throws(TableError) in try holds(category.code) }
            return answers.codes.indices.map { answers.isPresent($0) && meets[Int(answers.codes[$0])] }
        case .identifier(let identifiers):
            let meets = try identifiers.names.map { name throws(TableError) in try holds(name) }
            return identifiers.indices.map { $0 >= 0 && meets[Int($0)] }
        }
    }

    private func holds(_ value: Double, _ wanted: [Double]) -> Bool {
        guard let first = wanted.first else { return false }
        switch comparison {
        case .equal: return value == first
        case .notEqual: return value != first
        case .less: return value < first
        case .lessOrEqual: return value <= first
        case .greater: return value > first
        case .greaterOrEqual: return value >= first
        case .isOneOf: return wanted.contains(value)
        case .isPresent: return true
        }
    }

    private func holds(_ code: String) throws(TableError) -> Bool {
        switch comparison {
        case .equal: return values.contains { same($0, code) }
        case .notEqual: return !values.contains { same($0, code) }
        case .isOneOf: return values.contains { same($0, code) }
        case .isPresent: return true
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            let wanted = values.compactMap(Double.init)
            guard let number = Double(code), wanted.count == values.count else { throw .notNumeric(column) }
            return holds(number, wanted)
        }
    }

    /// Codes are compared by their bytes, so that composed and decomposed accents stay apart, and as numbers
    /// where both are ("2" and 2.0).
    private func same(_ left: String, _ right: String) -> Bool {
        if left.utf8.elementsEqual(right.utf8) { return true }
        if let a = Double(left), let b = Double(right) { return a == b }
        return false
    }
}
