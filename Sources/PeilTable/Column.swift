/// Numbers with a reason wherever one is absent.
public struct NumericColumn: Sendable, Equatable {
    /// One value a row; 0 where `reasons` says that it is absent, never NaN.
    public var values: [Double]
    /// Raw `MissingReason` a row, 0 where the value is present. Empty when nothing is absent.
    public var reasons: [UInt8]

    public init(values: [Double], reasons: [UInt8] = []) {
        precondition(reasons.isEmpty || reasons.count == values.count, "one reason a row")
        self.values = values
        self.reasons = reasons.contains { $0 != 0 } ? reasons : []
    }

    /// `knownReasons`: empty, or with at least one that is not 0, which nobody needs to look for again.
    init(values: [Double], knownReasons: [UInt8]) {
        self.values = values
        reasons = knownReasons
    }

    public var count: Int { values.count }
    /// False: every row has a value, and `reasons` is empty. A scan asks once, not row by row.
    public var hasMissing: Bool { !reasons.isEmpty }
    /// Inlinable: it stands in loops over rows of other modules.
    @inlinable public func isPresent(_ row: Int) -> Bool { reasons.isEmpty || reasons[row] == 0 }
    public func reason(_ row: Int) -> MissingReason? {
        reasons.isEmpty ? nil : MissingReason(rawValue: reasons[row])
    }
}

/// Answers to a closed question: an index into `categories` a row.
public struct CategoricalColumn: Sendable, Equatable {
    public var categories: [Category]
    /// Index into `categories`; 0 where `reasons` says that the answer is absent.
    public var codes: [UInt16]
    /// Raw `MissingReason` a row, 0 where the answer is present. Empty when nothing is absent.
    public var reasons: [UInt8]

    public init(categories: [Category], codes: [UInt16], reasons: [UInt8] = []) {
        precondition(reasons.isEmpty || reasons.count == codes.count, "one reason a row")
        self.categories = categories
        self.codes = codes
        self.reasons = reasons.contains { $0 != 0 } ? reasons : []
    }

    /// `knownReasons`: empty, or with at least one that is not 0, which nobody needs to look for again.
    init(categories: [Category], codes: [UInt16], knownReasons: [UInt8]) {
        self.categories = categories
        self.codes = codes
        reasons = knownReasons
    }

    public var count: Int { codes.count }
    /// False: every row has an answer, and `reasons` is empty. A scan asks once, not row by row.
    public var hasMissing: Bool { !reasons.isEmpty }
    public func isPresent(_ row: Int) -> Bool { reasons.isEmpty || reasons[row] == 0 }
    public func reason(_ row: Int) -> MissingReason? {
        reasons.isEmpty ? nil : MissingReason(rawValue: reasons[row])
    }
    /// The code of a row as text, nil where absent.
    public func code(_ row: Int) -> String? { isPresent(row) ? categories[Int(codes[row])].code : nil }
}

/// Identifiers (respondent, household, stratum): interned, so that a row costs four bytes.
public struct IdentifierColumn: Sendable, Equatable {
    /// Distinct identifiers in order of first appearance.
    public var names: [String]
    /// Index into `names` a row; -1 where absent.
    public var indices: [Int32]

    public init(names: [String], indices: [Int32]) {
        self.names = names
        self.indices = indices
    }

    /// Interns `values` by their bytes, so that composed and decomposed accents stay apart; nil stands for absent.
    public init(_ values: [String?]) {
        var names: [String] = []
        var known: [[UInt8]: Int32] = [:]
        indices = values.map { value in
            guard let value else { return -1 }
            let bytes = Array(value.utf8)
            if let index = known[bytes] { return index }
            let index = Int32(names.count)
            names.append(value)
            known[bytes] = index
            return index
        }
        self.names = names
    }

    public var count: Int { indices.count }
    public func isPresent(_ row: Int) -> Bool { indices[row] >= 0 }
}

/// The closed set of column kinds. Dates are numeric: days since 1970-01-01.
public enum Column: Sendable, Equatable {
    case numeric(NumericColumn)
    case categorical(CategoricalColumn)
    case identifier(IdentifierColumn)

    public var count: Int {
        switch self {
        case .numeric(let column): column.count
        case .categorical(let column): column.count
        case .identifier(let column): column.count
        }
    }

    public func isPresent(_ row: Int) -> Bool {
        switch self {
        case .numeric(let column): column.isPresent(row)
        case .categorical(let column): column.isPresent(row)
        case .identifier(let column): column.isPresent(row)
        }
    }

    /// The first row without a value; nil where every row has one.
    public var firstMissingRow: Int? {
        switch self {
        case .numeric(let column): column.reasons.firstIndex { $0 != 0 }
        case .categorical(let column): column.reasons.firstIndex { $0 != 0 }
        case .identifier(let column): column.indices.firstIndex { $0 < 0 }
        }
    }

    /// How many rows have no value, by why.
    public var missingCounts: [MissingReason: Int] {
        var counts = [Int](repeating: 0, count: 256)
        switch self {
        case .numeric(let column): for reason in column.reasons { counts[Int(reason)] += 1 }
        case .categorical(let column): for reason in column.reasons { counts[Int(reason)] += 1 }
        case .identifier(let column):
            counts[Int(MissingReason.notAnswered.rawValue)] = column.indices.count { $0 < 0 }
        }
        return MissingReason.allCases.reduce(into: [:]) { result, reason in
            let count = counts[Int(reason.rawValue)]
            if count > 0 { result[reason] = count }
        }
    }

    /// Why the answer of a row is absent; nil where it is present.
    public func reason(_ row: Int) -> MissingReason? {
        switch self {
        case .numeric(let column): column.reason(row)
        case .categorical(let column): column.reason(row)
        case .identifier(let column): column.isPresent(row) ? nil : .notAnswered
        }
    }
}
