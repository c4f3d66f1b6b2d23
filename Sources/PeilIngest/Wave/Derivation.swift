import PeilTable

/// Computes derived variables, one column at a time, in the order of the codebook.
struct Derivation {
    private(set) var table: Table

    init(table: Table) { self.table = table }

    mutating func add(_ derived: DerivedVariable) throws(TableError) {
        table.set(try column(derived.form), for: derived.variable)
    }

    private func column(_ form: DerivedVariable.Form) throws(TableError) -> Column {
        switch form {
        case .bands(let input, let edges, let categories): try bands(input, edges, categories)
        case .recode(let input, let target, let categories, let otherwise):
            try recode(input, target, categories, otherwise)
        case .mean(let items, let treatment, let minimum):
            try combine(items, minimum: minimum, treatment: treatment) { sum, count in sum / Double(count) }
        case .sum(let items, let minimum): try combine(items, minimum: minimum, treatment: .none) { sum, _ in sum }
        case .linear(let input, let times, let plus): try linear(input, times, plus)
        case .count(let conditions, let minimum): try count(conditions, minimum)
        case .test(let conditions, let needed, let categories): try test(conditions, needed, categories)
        case .paste(let inputs, let separator): try paste(inputs, separator)
        case .constant(let value): .numeric(NumericColumn(values: [Double](repeating: value, count: table.rowCount)))
        }
    }

    private func bands(_ input: String, _ edges: [Double], _ categories: [Category]) throws(TableError) -> Column {
        let numbers = try table.numbers(input)
        var builder = CategoryBuilder(count: numbers.count)
        for row in 0..<numbers.count {
            if let reason = numbers.reason(row) {
                builder.miss(row, reason)
                continue
            }
            guard let index = edges.lastIndex(where: { $0 <= numbers.values[row] }) else {
                builder.miss(row, .technical)
                continue
            }
            builder.set(row, index)
        }
        return builder.column(categories)
    }

    private func recode(
        _ input: String, _ target: [String: Int], _ categories: [Category], _ otherwise: MissingReason
    ) throws(TableError) -> Column {
        let column = try table.column(input)
        let labels = column.rowLabels()
        var builder = CategoryBuilder(count: table.rowCount)
        for row in 0..<table.rowCount {
            guard let label = labels[row] else {
                builder.miss(row, column.reason(row) ?? .notAnswered)
                continue
            }
            guard let index = target[label] else {
                builder.miss(row, otherwise)
                continue
            }
            builder.set(row, index)
        }
        return builder.column(categories)
    }

    private func combine(
        _ items: [String], minimum: Int, treatment: ItemTreatment, _ finish: (Double, Int) -> Double
    ) throws(TableError) -> Column {
        var columns: [NumericColumn] = []
        for item in items { columns.append(try table.numbers(item)) }
        var builder = NumberBuilder(count: table.rowCount)
        for row in 0..<table.rowCount {
            var sum = 0.0
            var present = 0
            var absent = StrongestReason()
            for (index, column) in columns.enumerated() {
                if let reason = column.reason(row) {
                    absent.add(reason)
                    continue
                }
                sum += treatment.apply(column.values[row], to: items[index])
                present += 1
            }
            if present >= max(minimum, 1) {
                builder.set(row, finish(sum, present))
            } else {
                builder.miss(row, absent.reason)
            }
        }
        return builder.column
    }

    private func linear(_ input: String, _ times: Double, _ plus: Double) throws(TableError) -> Column {
        let numbers = try table.numbers(input)
        var builder = NumberBuilder(count: numbers.count)
        for row in 0..<numbers.count {
            if let reason = numbers.reason(row) {
                builder.miss(row, reason)
            } else {
                builder.set(row, times * numbers.values[row] + plus)
            }
        }
        return builder.column
    }

    private func judges(_ conditions: [Condition]) throws(TableError) -> [ConditionJudge] {
        var judges: [ConditionJudge] = []
        for condition in conditions {
            judges.append(ConditionJudge(condition, column: try table.column(condition.variable)))
        }
        return judges
    }

    private func tally(_ judges: [ConditionJudge], _ row: Int) -> (holding: Int, judged: Int, absent: StrongestReason) {
        var holding = 0
        var judged = 0
        var absent = StrongestReason()
        for judge in judges {
            switch judge.judge(row) {
            case .holds:
                holding += 1
                judged += 1
            case .fails: judged += 1
            case .unknown(let reason): absent.add(reason)
            }
        }
        return (holding, judged, absent)
    }

    private func count(_ conditions: [Condition], _ minimum: Int) throws(TableError) -> Column {
        let judges = try judges(conditions)
        var builder = NumberBuilder(count: table.rowCount)
        for row in 0..<table.rowCount {
            let tally = tally(judges, row)
            if tally.judged >= minimum {
                builder.set(row, Double(tally.holding))
            } else {
                builder.miss(row, tally.absent.reason)
            }
        }
        return builder.column
    }

    private func test(_ conditions: [Condition], _ needed: Int, _ categories: [Category]) throws(TableError) -> Column {
        let judges = try judges(conditions)
        var builder = CategoryBuilder(count: table.rowCount)
        for row in 0..<table.rowCount {
            let tally = tally(judges, row)
            if tally.holding >= needed {
                builder.set(row, 1)
            } else if tally.holding + judges.count - tally.judged < needed {
                builder.set(row, 0)
            } else {
                builder.miss(row, tally.absent.reason)
            }
        }
        return builder.column(categories)
    }

    /// Keys become categories in byte order, so that row order changes nothing.
    private func paste(_ inputs: [String], _ separator: String) throws(TableError) -> Column {
        var columns: [Column] = []
        for input in inputs { columns.append(try table.column(input)) }
        let labels = columns.map { $0.rowLabels() }
        var keys = [String?](repeating: nil, count: table.rowCount)
        var reasons = [UInt8](repeating: 0, count: table.rowCount)
        for row in 0..<table.rowCount {
            var absent = StrongestReason()
            for column in columns { if let reason = column.reason(row) { absent.add(reason) } }
            if absent.isEmpty {
                keys[row] = labels.map { $0[row] ?? "" }.joined(separator: separator)
            } else {
                reasons[row] = absent.reason.rawValue
            }
        }
        let distinct = Set(keys.compactMap { $0 }).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard distinct.count <= Int(UInt16.max) else { return .identifier(IdentifierColumn(keys)) }
        let index = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, UInt16($0)) })
        return .categorical(
            CategoricalColumn(
                categories: distinct.map { Category(code: $0, label: LocalizedText(everywhere: $0)) },
                codes: keys.map { $0.flatMap { index[$0] } ?? 0 }, reasons: reasons))
    }
}

/// Collects a numeric column.
struct NumberBuilder {
    private(set) var values: [Double]
    private(set) var reasons: [UInt8]

    init(count: Int) {
        values = [Double](repeating: 0, count: count)
        reasons = [UInt8](repeating: 0, count: count)
    }

    mutating func set(_ row: Int, _ value: Double) {
        values[row] = value
        reasons[row] = 0
    }
    mutating func miss(_ row: Int, _ reason: MissingReason) { reasons[row] = reason.rawValue }
    var column: Column { .numeric(NumericColumn(values: values, reasons: reasons)) }
}

/// Collects a categorical column.
struct CategoryBuilder {
    private(set) var codes: [UInt16]
    private(set) var reasons: [UInt8]

    init(count: Int) {
        codes = [UInt16](repeating: 0, count: count)
        reasons = [UInt8](repeating: 0, count: count)
    }

    mutating func set(_ row: Int, _ index: Int) {
        codes[row] = UInt16(index)
        reasons[row] = 0
    }
    mutating func miss(_ row: Int, _ reason: MissingReason) { reasons[row] = reason.rawValue }
    func isEmptyCell(_ row: Int) -> Bool { reasons[row] == MissingReason.notAnswered.rawValue }
    func column(_ categories: [Category]) -> Column {
        .categorical(CategoricalColumn(categories: categories, codes: codes, reasons: reasons))
    }
}
