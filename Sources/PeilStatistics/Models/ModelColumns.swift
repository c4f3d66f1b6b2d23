internal import PeilTable

/// The columns of the terms, before it is known which rows are used.
struct PredictorSource {
    private enum Source {
        case numbers(NumericColumn)
        case coded(CodedColumn, reference: String?)
    }

    private let names: [String]
    private let sources: [Source]

    init(_ terms: [ModelTerm], of table: Table) throws {
        var seen: [Set<String>] = []
        for term in terms {
            let own = Set(term.columns)
            guard own.count == term.columns.count, !seen.contains(own) else {
                throw ModelError.repeatedTerm(term.name)
            }
            seen.append(own)
        }
        var names: [String] = []
        var sources: [Source] = []
        for case .column(let name, let isCategorical, let reference) in terms {
            names.append(name)
            sources.append(try Self.source(name, isCategorical: isCategorical || reference != nil, reference, table))
        }
        for name in terms.flatMap(\.columns) where !names.contains(name) {
            names.append(name)
            sources.append(try Self.source(name, isCategorical: false, nil, table))
        }
        self.names = names
        self.sources = sources
    }

    private static func source(
        _ name: String, isCategorical: Bool, _ reference: String?, _ table: Table
    ) throws -> Source {
        if !isCategorical, let numbers = try numbers(name, table) { return .numbers(numbers) }
        return .coded(try table.column(name).coded(), reference: reference)
    }

    /// nil where the column holds texts.
    private static func numbers(_ name: String, _ table: Table) throws -> NumericColumn? {
        do { return try table.numbers(name) } catch {
            if case .notNumeric = error { return nil }
            throw error
        }
    }

    /// Takes out the rows that lack a predictor.
    func exclude(from isUsed: inout [Bool]) {
        for source in sources {
            switch source {
            case .numbers(let column):
                for row in column.reasons.indices where column.reasons[row] != 0 { isUsed[row] = false }
            case .coded(let column, _):
                for row in isUsed.indices where column.indexOfRow[row] < 0 { isUsed[row] = false }
            }
        }
    }

    func predictors(_ rows: [Int32]) throws -> [Predictor] {
        try zip(names, sources).map { name, source in
            switch source {
            case .numbers(let column): Predictor(numbers: column, name)
            case .coded(let column, let reference):
                try Predictor(coded: column, name, reference: reference, rows: rows)
            }
        }
    }
}

/// The response: a number, or whether the answer is among those that count as 1.
struct ResponseColumn {
    private let name: String
    private let values: [Double]
    private let column: Column

    init(_ model: GeneralisedLinearModel, of table: Table) throws {
        name = model.response
        column = try table.column(name)
        if !model.success.isEmpty {
            let condition = RowCondition(column: name, comparison: .isOneOf, values: model.success)
            values = try condition.mask(of: table).map { $0 ? 1 : 0 }
            return
        }
        do { values = try table.numbers(name).values } catch {
            if case .notNumeric = error, model.family.isBinary { throw ModelError.responseOfTexts(column: name) }
            throw error
        }
    }

    /// Takes out the rows that lack the response.
    func exclude(from isUsed: inout [Bool]) {
        guard column.firstMissingRow != nil else { return }
        for row in isUsed.indices where !column.isPresent(row) { isUsed[row] = false }
    }

    /// - Throws: `.responseOutside`; `.responseConstant` where no model can say more than the response does.
    func values(_ rows: [Int32], _ family: ModelFamily) throws(ModelError) -> [Double] {
        let own = rows.map { values[Int($0)] }
        if let place = own.firstIndex(where: { !family.allows($0) }) {
            throw .responseOutside(column: name, row: Int(rows[place]), family: family)
        }
        let first = own[0]
        let isConstant = own.allSatisfy { $0 == first }
        if isConstant, family.isBinary && (first == 0 || first == 1) || family == .logLinear && first == 0 {
            throw .responseConstant(column: name)
        }
        return own
    }
}
