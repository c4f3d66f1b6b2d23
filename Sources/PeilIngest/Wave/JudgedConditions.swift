public import PeilTable

/// Conditions of the codebook's language, joined by `and`, as a question of their own: holds, does not hold, or cannot
/// be judged. Studies use them where a codebook would use `all`.
public struct JudgedConditions: Sendable, Equatable {
    public let text: String
    private let conditions: [Condition]

    /// The variables that are read.
    public var variables: [String] { conditions.map(\.variable) }

    /// nil where the text is no condition.
    public init?(_ text: String) {
        guard let conditions = Condition.parse(text) else { return nil }
        self.text = text
        self.conditions = conditions
    }

    /// A condition of the codebook.
    public init(_ condition: Condition) {
        text = condition.text
        conditions = [condition]
    }

    /// Codes and numbers with which a variable is compared, where they must be equal to one.
    public var comparedCodes: [(variable: String, codes: [String])] {
        conditions.compactMap { condition in
            switch condition.comparison {
            case .isIn, .equal, .unequal: (condition.variable, condition.operands)
            default: nil
            }
        }
    }

    /// 1 where all hold, 0 where one does not, else absent with the strongest reason.
    public func column(of table: Table) throws(TableError) -> NumericColumn {
        var judges: [ConditionJudge] = []
        for condition in conditions {
            judges.append(ConditionJudge(condition, column: try table.column(condition.variable)))
        }
        var values = [Double](repeating: 0, count: table.rowCount)
        var reasons = [UInt8](repeating: 0, count: table.rowCount)
        for row in values.indices {
            var (fails, absent) = (false, StrongestReason())
            for judge in judges {
                switch judge.judge(row) {
                case .holds: continue
                case .fails: fails = true
                case .unknown(let reason): absent.add(reason)
                }
            }
            if fails { continue }
            if absent.isEmpty { values[row] = 1 } else { reasons[row] = absent.reason.rawValue }
        }
        return NumericColumn(values: values, reasons: reasons)
    }
}

extension Condition {
    /// As a codebook would write it.
    public var text: String {
        switch comparison {
        case .answered: "\(variable) answered"
        case .isIn: "\(variable) in [\(operands.joined(separator: ", "))]"
        default: "\(variable) \(comparison.rawValue) \(operands.joined(separator: " "))"
        }
    }
}
