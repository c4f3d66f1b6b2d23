import PeilTable

/// A question as small whole numbers, over the rows a test uses. Texts are compared once a level, never once a
/// row: a table over a million rows is integer work.
struct CodedQuestion: Sendable {
    let name: String
    /// Levels that occur in the rows used, numbers by value and before other codes, which go by their bytes.
    let levels: [String]
    /// −1 for rows that are not used.
    let levelOfRow: [Int32]

    /// More are no closed question.
    static let levelLimit = 2000

    /// Codes several questions over the rows in which all have an answer, the domain holds and the weight is not 0.
    static func all(
        _ names: [String], of table: Table, weights: [Double], in domain: [Bool]?
    ) throws -> [CodedQuestion] {
        let raw = try names.map { try RawCodes($0, try table.column($0)) }
        var isUsed = domain ?? [Bool](repeating: true, count: weights.count)
        for row in isUsed.indices where isUsed[row] {
            isUsed[row] = weights[row] != 0 && raw.allSatisfy { $0.codes[row] >= 0 }
        }
        guard isUsed.contains(true) else { throw TestError.noCompleteRows(columns: names) }
        return zip(names, raw).map { CodedQuestion($0, $1, isUsed) }
    }

    private init(_ name: String, _ raw: RawCodes, _ isUsed: [Bool]) {
        self.name = name
        var occurs = [Bool](repeating: false, count: raw.labels.count)
        for row in isUsed.indices where isUsed[row] { occurs[Int(raw.codes[row])] = true }
        let present = occurs.indices.filter { occurs[$0] }
        let order = Self.ranks(present.map { raw.labels[$0] })
        levels = order.labels
        var levelOfCode = [Int32](repeating: -1, count: raw.labels.count)
        for (position, code) in present.enumerated() { levelOfCode[code] = order.rank[position] }
        levelOfRow = isUsed.indices.map { isUsed[$0] ? levelOfCode[Int(raw.codes[$0])] : -1 }
    }

    /// Whether `values` is one number in each level: then nothing is left to compare the levels by.
    func isConstantWithinLevels(_ values: [Double]) -> Bool {
        var valueOfLevel = [Double?](repeating: nil, count: levels.count)
        for row in levelOfRow.indices where levelOfRow[row] >= 0 {
            let level = Int(levelOfRow[row])
            if let value = valueOfLevel[level], value != values[row] { return false }
            valueOfLevel[level] = values[row]
        }
        return true
    }

    /// The levels of two questions together, and where those of each stand among them.
    static func union(
        _ first: [String], _ second: [String]
    ) -> (levels: [String], first: [Int32], second: [Int32]) {
        let together = ranks(IdentifierColumn((first + second).map(Optional.some)).names)
        func place(_ level: String) -> Int32 {
            Int32(together.labels.firstIndex { $0.utf8.elementsEqual(level.utf8) } ?? 0)
        }
        return (together.labels, first.map(place), second.map(place))
    }

    /// The order of `Grouping`: a column with each label once, grouped.
    private static func ranks(_ labels: [String]) -> (labels: [String], rank: [Int32]) {
        let column = Column.identifier(IdentifierColumn(names: labels, indices: labels.indices.map { Int32($0) }))
        let grouping = Grouping.cross([("", column)])
        return (grouping.keys.map { $0[0] }, grouping.groupOfRow)
    }
}

/// Codes of a column in any order, −1 where absent.
private struct RawCodes {
    let labels: [String]
    let codes: [Int32]

    init(_ name: String, _ column: Column) throws(TestError) {
        switch column {
        case .categorical(let answers):
            labels = answers.categories.map(\.code)
            codes = answers.codes.indices.map { answers.isPresent($0) ? Int32(answers.codes[$0]) : -1 }
        case .identifier(let identifiers):
            labels = identifiers.names
            codes = identifiers.indices
        case .numeric(let numbers):
            (labels, codes) = try Self.distinct(numbers, name)
        }
    }

    private static func distinct(
        _ numbers: NumericColumn, _ name: String
    ) throws(TestError) -> ([String], [Int32]) {
        var labels: [String] = []
        var codes = [Int32](repeating: -1, count: numbers.count)
        var known: [UInt64: Int32] = [:]
        for row in codes.indices where numbers.isPresent(row) {
            let value = numbers.values[row] == 0 ? 0 : numbers.values[row]
            if let code = known[value.bitPattern] {
                codes[row] = code
                continue
            }
            guard labels.count < CodedQuestion.levelLimit else {
                throw .tooManyLevels(column: name, levels: labels.count + 1, limit: CodedQuestion.levelLimit)
            }
            codes[row] = Int32(labels.count)
            known[value.bitPattern] = codes[row]
            labels.append(shortestText(value))
        }
        return (labels, codes)
    }
}
