internal import PeilTable

/// A column of the table as a model reads it, over the rows used.
struct Predictor: Sendable {
    enum Values: Sendable {
        /// A number a row of the table.
        case numbers([Double])
        /// A level a row used; level 0 is the reference.
        case levels([Int32], labels: [String])
    }

    let name: String
    let values: Values

    var labels: [String] {
        if case .levels(_, let labels) = values { return labels }
        return []
    }

    var isCategorical: Bool { !labels.isEmpty }

    init(numbers: NumericColumn, _ name: String) {
        self.name = name
        values = .numbers(numbers.values)
    }

    /// Levels that occur in `rows`, the reference first.
    init(coded: CodedColumn, _ name: String, reference: String?, rows: [Int32]) throws(ModelError) {
        self.name = name
        var occurs = [Bool](repeating: false, count: coded.labels.count)
        for row in rows { occurs[Int(coded.indexOfRow[Int(row)])] = true }
        var order = occurs.indices.filter { occurs[$0] }
        if let reference {
            guard let place = order.firstIndex(where: { coded.labels[$0].utf8.elementsEqual(reference.utf8) }) else {
                throw .noSuchLevel(column: name, level: reference, known: order.map { coded.labels[$0] })
            }
            order.insert(order.remove(at: place), at: 0)
        }
        guard order.count > 1 else { throw .tooFewLevels(column: name) }
        var place = [Int32](repeating: -1, count: coded.labels.count)
        for (level, code) in order.enumerated() { place[code] = Int32(level) }
        values = .levels(
            rows.map { place[Int(coded.indexOfRow[Int($0)])] }, labels: order.map { coded.labels[$0] })
    }
}

/// A column of the model matrix: the product of numbers and 0/1 indicators of levels; without factors the intercept.
struct ModelColumn: Sendable {
    struct Factor: Sendable, Equatable {
        let predictor: Int
        /// The level that the indicator asks for; nil for a number.
        let level: Int32?
    }

    let label: String
    /// The term that the column belongs to; −1 for the intercept.
    let term: Int
    let factors: [Factor]
}

/// The columns of terms: treatment coding, R's names with `=` between column and level.
struct ModelCoding {
    private(set) var columns: [ModelColumn] = []
    /// The most columns that a model may have.
    static let limit = 500

    init(_ terms: [ModelTerm], _ predictors: [Predictor], hasIntercept: Bool) throws(ModelError) {
        if hasIntercept { columns.append(ModelColumn(label: "(Intercept)", term: -1, factors: [])) }
        // Without an intercept the first categorical column shows all its levels, as in R.
        let full = hasIntercept ? nil : terms.firstIndex { Self.isCategorical($0, predictors) }
        for (index, term) in terms.enumerated() {
            try Self.checkMargins(term, terms, predictors)
            var own: [ModelColumn] = [ModelColumn(label: "", term: index, factors: [])]
            for name in term.columns {
                let place = predictors.firstIndex { $0.name == name } ?? 0
                // The first column of an interaction varies fastest, as in R.
                own = Self.factors(place, predictors[place], from: full == index ? 0 : 1).flatMap { factor in
                    own.map { column in
                        ModelColumn(
                            label: column.label.isEmpty ? factor.label : "\(column.label):\(factor.label)",
                            term: index, factors: column.factors + [factor.factor])
                    }
                }
            }
            columns += own
            guard columns.count <= Self.limit else {
                throw .tooManyColumns(found: columns.count, limit: Self.limit)
            }
        }
    }

    private static func isCategorical(_ term: ModelTerm, _ predictors: [Predictor]) -> Bool {
        guard case .column(let name, _, _) = term else { return false }
        return predictors.contains { $0.name == name && $0.isCategorical }
    }

    private static func factors(
        _ place: Int, _ predictor: Predictor, from first: Int
    ) -> [(label: String, factor: ModelColumn.Factor)] {
        guard predictor.isCategorical else {
            return [(predictor.name, ModelColumn.Factor(predictor: place, level: nil))]
        }
        return predictor.labels.indices.dropFirst(first).map {
            ("\(predictor.name)=\(predictor.labels[$0])", ModelColumn.Factor(predictor: place, level: Int32($0)))
        }
    }

    /// Without a categorical column of an interaction, what remains must stand in the model: else the 0/1 columns
    /// would mean something else than differences from the reference.
    private static func checkMargins(
        _ term: ModelTerm, _ terms: [ModelTerm], _ predictors: [Predictor]
    ) throws(ModelError) {
        guard term.columns.count > 1 else { return }
        for name in term.columns where predictors.contains(where: { $0.name == name && $0.isCategorical }) {
            let rest = term.columns.filter { $0 != name }
            guard terms.contains(where: { Set($0.columns) == Set(rest) }) else {
                throw .interactionWithoutMain(term: term.name, missing: rest.joined(separator: ":"))
            }
        }
    }
}
