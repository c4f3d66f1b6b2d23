/// A wave in memory: named columns of equal length. No input or output, no C.
public struct Table: Sendable, Equatable {
    public let rowCount: Int
    public private(set) var names: [String]
    /// As narrow as the values allow; `column` widens them.
    private var columnOfName: [String: PackedColumn]
    private var variableOfName: [String: Variable]

    public init(rowCount: Int) {
        self.rowCount = rowCount
        names = []
        columnOfName = [:]
        variableOfName = [:]
    }

    /// Adds a column, or replaces the one of the same name in place.
    public mutating func set(_ column: Column, for variable: Variable) {
        set(packed: PackedColumn(column), for: variable)
    }

    /// Adds a column that is packed already, or replaces the one of the same name in place.
    public mutating func set(packed column: PackedColumn, for variable: Variable) {
        precondition(column.count == rowCount, "column \(variable.name) has \(column.count) rows, not \(rowCount)")
        if columnOfName.updateValue(column, forKey: variable.name) == nil { names.append(variable.name) }
        variableOfName[variable.name] = variable
    }

    public func has(_ name: String) -> Bool { columnOfName[name] != nil }

    public func variable(_ name: String) throws(TableError) -> Variable {
        guard let variable = variableOfName[name] else { throw .unknownColumn(name, known: names) }
        return variable
    }

    /// A column in the types that estimators work with: written out anew at each call, so ask once, not row by row.
    public func column(_ name: String) throws(TableError) -> Column { try packed(name).column }

    /// A column as the table keeps it.
    public func packed(_ name: String) throws(TableError) -> PackedColumn {
        guard let column = columnOfName[name] else { throw .unknownColumn(name, known: names) }
        return column
    }

    /// The column as numbers: numeric columns as they are, categories by the number of their code.
    public func numbers(_ name: String) throws(TableError) -> NumericColumn {
        switch try column(name) {
        case .numeric(let column):
            return column
        case .categorical(let column):
            var valueOfCategory: [Double] = []
            for category in column.categories {
                guard let value = category.value else { throw .notNumeric(name) }
                valueOfCategory.append(value)
            }
            var values = [Double](repeating: 0, count: column.count)
            for row in 0..<column.count where column.isPresent(row) {
                values[row] = valueOfCategory[Int(column.codes[row])]
            }
            return NumericColumn(values: values, reasons: column.reasons)
        case .identifier:
            throw .notNumeric(name)
        }
    }

    public func categories(_ name: String) throws(TableError) -> CategoricalColumn {
        guard case .categorical(let column) = try column(name) else { throw .notCategorical(name) }
        return column
    }

    /// The rows listed in `rows`, in that order, with every column.
    public func selecting(rows: [Int]) -> Table {
        var result = Table(rowCount: rows.count)
        for name in names {
            guard let column = columnOfName[name], let variable = variableOfName[name] else { continue }
            result.set(packed: column.selecting(rows: rows), for: variable)
        }
        return result
    }
}

extension Column {
    /// The rows listed in `rows`, in that order.
    public func selecting(rows: [Int]) -> Column {
        func pick<T>(_ values: [T]) -> [T] { values.isEmpty ? [] : rows.map { values[$0] } }
        switch self {
        case .numeric(let column):
            return .numeric(NumericColumn(values: pick(column.values), reasons: pick(column.reasons)))
        case .categorical(let column):
            return .categorical(
                CategoricalColumn(
                    categories: column.categories, codes: pick(column.codes),
                    reasons: pick(column.reasons)))
        case .identifier(let column):
            return .identifier(IdentifierColumn(names: column.names, indices: pick(column.indices)))
        }
    }
}

extension Column {
    /// The same column with answers that stand in `codes` absent ("8" for don't know), for the reason given.
    public func treating(_ codes: [String], as reason: MissingReason) -> Column {
        func reasons(_ old: [UInt8], _ isMissing: [Bool]) -> [UInt8] {
            isMissing.indices.map { isMissing[$0] ? reason.rawValue : old.isEmpty ? 0 : old[$0] }
        }
        switch self {
        case .numeric(var column):
            // A number stands in `codes` where one of them is how the number is written.
            let numbers = codes.compactMap { code in Double(code).flatMap { shortestText($0) == code ? $0 : nil } }
            let isMissing = column.values.indices.map { column.isPresent($0) && numbers.contains(column.values[$0]) }
            guard isMissing.contains(true) else { return self }
            let reasons = reasons(column.reasons, isMissing)
            for row in isMissing.indices where isMissing[row] { column.values[row] = 0 }
            return .numeric(NumericColumn(values: column.values, reasons: reasons))
        case .categorical(let column):
            let stands = column.categories.map { codes.contains($0.code) }
            guard stands.contains(true) else { return self }
            let isMissing = column.codes.indices.map { column.isPresent($0) && stands[Int(column.codes[$0])] }
            return .categorical(
                CategoricalColumn(
                    categories: column.categories, codes: column.codes, reasons: reasons(column.reasons, isMissing)))
        case .identifier(let column):
            let stands = column.names.map { codes.contains($0) }
            guard stands.contains(true) else { return self }
            return .identifier(
                IdentifierColumn(
                    names: column.names, indices: column.indices.map { $0 >= 0 && stands[Int($0)] ? -1 : $0 }))
        }
    }
}

public enum TableError: Error, Equatable, Sendable {
    case unknownColumn(String, known: [String])
    case notNumeric(String)
    case notCategorical(String)
    /// Numbers in one file of a wave and answers with codes in another.
    case otherKind(String)
}
