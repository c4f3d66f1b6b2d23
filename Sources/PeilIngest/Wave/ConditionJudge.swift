import PeilTable

/// What a condition says of one row.
enum Judgement: Sendable, Equatable {
    case holds, fails
    case unknown(MissingReason)
}

/// A condition made ready for a column: constants are compared once per category, not once per row.
struct ConditionJudge {
    private let column: Column
    private let condition: Condition
    private let categoryHolds: [Bool]
    private let identifierHolds: [Bool]
    private let numbers: [Double]

    init(_ condition: Condition, column: Column) {
        self.column = column
        self.condition = condition
        numbers = condition.operands.compactMap(Double.init)
        var categoryHolds: [Bool] = []
        var identifierHolds: [Bool] = []
        switch column {
        case .categorical(let column): categoryHolds = column.categories.map { Self.holds(condition, text: $0.code) }
        case .identifier(let column): identifierHolds = column.names.map { Self.holds(condition, text: $0) }
        case .numeric: break
        }
        self.categoryHolds = categoryHolds
        self.identifierHolds = identifierHolds
    }

    func judge(_ row: Int) -> Judgement {
        if let reason = column.reason(row) { return condition.comparison == .answered ? .fails : .unknown(reason) }
        let holds =
            switch column {
            case .categorical(let column): categoryHolds[Int(column.codes[row])]
            case .identifier(let column): identifierHolds[Int(column.indices[row])]
            case .numeric(let column): Self.holds(condition.comparison, column.values[row], numbers)
            }
        return holds ? .holds : .fails
    }

    private static func holds(_ condition: Condition, text: String) -> Bool {
        switch condition.comparison {
        case .answered: return true
        case .isIn, .equal: return condition.operands.contains { sameBytes($0, text) }
        case .unequal: return !condition.operands.contains { sameBytes($0, text) }
        default:
            guard let value = Double(text) else { return false }
            return holds(condition.comparison, value, condition.operands.compactMap(Double.init))
        }
    }

    private static func holds(_ comparison: Condition.Comparison, _ value: Double, _ operands: [Double]) -> Bool {
        switch comparison {
        case .answered: true
        case .isIn, .equal: operands.contains(value)
        case .unequal: !operands.contains(value)
        case .less: operands.allSatisfy { value < $0 }
        case .atMost: operands.allSatisfy { value <= $0 }
        case .more: operands.allSatisfy { value > $0 }
        case .atLeast: operands.allSatisfy { value >= $0 }
        }
    }

    /// Codes are compared by their bytes: a composed and a decomposed é are two codes.
    static func sameBytes(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
}

extension [ConditionJudge] {
    /// Whether all conditions hold; what cannot be judged does not.
    func allHold(_ row: Int) -> Bool { allSatisfy { $0.judge(row) == .holds } }
}

/// The reason that stands for several: not asked only where all are; else the most deliberate one.
struct StrongestReason {
    private var seen: UInt8 = 0

    mutating func add(_ reason: MissingReason) { seen |= 1 << reason.rawValue }
    var isEmpty: Bool { seen == 0 }

    var reason: MissingReason {
        for reason in [MissingReason.refused, .dontKnow, .notAnswered, .technical]
        where seen & (1 << reason.rawValue) != 0 { return reason }
        return seen == 0 ? .notAnswered : .notAsked
    }
}
