public import PeilTable

/// Segments by rules that are read from top to bottom; the first that holds decides. The same answers give
/// the same segment in every wave, and anyone can check a single case by hand.
public struct OrderedRules: SegmentModel {
    /// A condition on the answers of one respondent. A missing input makes its own condition false.
    public indirect enum Condition: Sendable {
        case answer(RowCondition)
        case all([Condition])
        case any([Condition])
    }

    public struct Rule: Sendable {
        public let code: String
        public let condition: Condition
        public init(code: String, condition: Condition) {
            self.code = code
            self.condition = condition
        }
    }

    /// Variables of which at most `maximumMissing` may be absent.
    public let inputs: [String]
    public let maximumMissing: Int
    /// Code of respondents with more absent inputs.
    public let unclassified: String
    public let rules: [Rule]
    /// Code of everyone whom no rule takes.
    public let otherwise: String

    public init(inputs: [String], maximumMissing: Int, unclassified: String, rules: [Rule], otherwise: String) {
        self.inputs = inputs
        self.maximumMissing = maximumMissing
        self.unclassified = unclassified
        self.rules = rules
        self.otherwise = otherwise
    }

    public var codes: [String] { rules.map(\.code) + [otherwise, unclassified] }

    public var items: [String] { inputs }

    public func score(_ table: Table) throws -> Segmentation {
        let last = UInt16(rules.count)
        var codeOfRow = [UInt16](repeating: last, count: table.rowCount)
        for (index, rule) in rules.enumerated().reversed() {
            let holds = try Self.mask(rule.condition, table)
            for row in holds.indices where holds[row] { codeOfRow[row] = UInt16(index) }
        }
        var missing = [Int](repeating: 0, count: table.rowCount)
        for input in inputs {
            let column = try table.column(input)
            for row in missing.indices where !column.isPresent(row) { missing[row] += 1 }
        }
        for row in missing.indices where missing[row] > maximumMissing { codeOfRow[row] = last + 1 }
        return Segmentation(codes: codes, codeOfRow: codeOfRow, method: "ordered rules")
    }

    private static func mask(_ condition: Condition, _ table: Table) throws(TableError) -> [Bool] {
        switch condition {
        case .answer(let answer): return try answer.mask(of: table)
        case .all(let parts):
            var result = [Bool](repeating: true, count: table.rowCount)
            for part in parts {
                let holds = try mask(part, table)
                for row in result.indices where !holds[row] { result[row] = false }
            }
            return result
        case .any(let parts):
            var result = [Bool](repeating: false, count: table.rowCount)
            for part in parts {
                let holds = try mask(part, table)
                for row in result.indices where holds[row] { result[row] = true }
            }
            return result
        }
    }

    /// The same rules with every threshold on `variables` raised by `shift`: how much do the sizes depend on
    /// where the line was drawn?
    public func shifted(by shift: Double, on variables: Set<String>) -> OrderedRules {
        func move(_ condition: Condition) -> Condition {
            switch condition {
            case .answer(let answer):
                guard variables.contains(answer.column) else { return condition }
                let values = answer.values.map { value in Double(value).map { shortestText($0 + shift) } ?? value }
                return .answer(RowCondition(column: answer.column, comparison: answer.comparison, values: values))
            case .all(let parts): return .all(parts.map(move))
            case .any(let parts): return .any(parts.map(move))
            }
        }
        return OrderedRules(
            inputs: inputs, maximumMissing: maximumMissing, unclassified: unclassified,
            rules: rules.map { Rule(code: $0.code, condition: move($0.condition)) }, otherwise: otherwise)
    }
}
