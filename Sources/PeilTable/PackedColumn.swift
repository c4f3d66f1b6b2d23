/// Indices of categories: one byte each up to 256 categories, two beyond.
public enum PackedCodes: Sendable {
    case bytes([UInt8])
    case words([UInt16])
    /// One byte each, in which also stands why an answer is absent: 256 less the raw `MissingReason`. For up to
    /// `mostAnswers` categories.
    case answers([UInt8])

    /// Categories that leave room for reasons in their byte.
    public static var mostAnswers: Int { 240 }
    /// The byte that is neither a category nor a reason.
    public static var neither: UInt8 { UInt8(mostAnswers) }
    /// The least byte that says why an answer is absent.
    private static var leastAbsent: UInt8 { neither + 1 }

    /// 0 where a byte is a category, else 16 less the raw reason. Without a branch: who answers is not foreseen.
    @inline(__always)
    private static func absence(_ code: UInt8) -> UInt8 { max(code, neither) &- neither }

    /// The category that a byte stands for, 0 where it is a reason.
    @inline(__always)
    private static func category(_ code: UInt8) -> UInt8 { code & (min(absence(code), 1) &- 1) }

    public init(_ codes: [UInt16], categoryCount: Int) {
        self = categoryCount <= 256 ? .bytes(codes.map { UInt8(truncatingIfNeeded: $0) }) : .words(codes)
    }

    public var count: Int {
        switch self {
        case .bytes(let codes), .answers(let codes): codes.count
        case .words(let codes): codes.count
        }
    }

    /// Raw `MissingReason` a row where they stand among the codes; empty where they do not, or none is absent.
    public var reasons: [UInt8] {
        guard case .answers(let codes) = self, codes.largest >= Self.leastAbsent else { return [] }
        return codes.eachMapped { (16 &- Self.absence($0)) & 15 }
    }

    /// The codes alone, 0 where an answer is absent.
    public var withoutReasons: PackedCodes {
        guard case .answers(let codes) = self else { return self }
        return .bytes(codes.eachMapped { Self.category($0) })
    }

    /// The index of the category of each row, 0 where an answer is absent.
    public var unpacked: [UInt16] {
        switch self {
        case .bytes(let codes): codes.eachMapped { UInt16($0) }
        case .words(let codes): codes
        case .answers(let codes): codes.eachMapped { UInt16(Self.category($0)) }
        }
    }

    /// Makes room for `count` codes.
    public mutating func reserve(_ count: Int) {
        switch self {
        case .bytes(var codes):
            self = .bytes([])
            codes.reserveCapacity(count)
            self = .bytes(codes)
        case .words(var codes):
            self = .bytes([])
            codes.reserveCapacity(count)
            self = .words(codes)
        case .answers(var codes):
            self = .bytes([])
            codes.reserveCapacity(count)
            self = .answers(codes)
        }
    }

    /// Adds codes that are kept in the same way.
    public mutating func append(_ next: PackedCodes) {
        switch (self, next) {
        case (.bytes(var codes), .bytes(let more)):
            self = .bytes([])
            codes += more
            self = .bytes(codes)
        case (.words(var codes), .words(let more)):
            self = .bytes([])
            codes += more
            self = .words(codes)
        case (.answers(var codes), .answers(let more)):
            self = .bytes([])
            codes += more
            self = .answers(codes)
        default: preconditionFailure("codes of one column are kept in one way")
        }
    }

    func selecting(rows: [Int]) -> PackedCodes {
        switch self {
        case .bytes(let codes): .bytes(rows.map { codes[$0] })
        case .words(let codes): .words(rows.map { codes[$0] })
        case .answers(let codes): .answers(rows.map { codes[$0] })
        }
    }
}

/// A column as a table keeps it: as narrow as its values allow. `column` gives it in the types that
/// estimators work with.
public enum PackedColumn: Sendable {
    /// `reasons`: as in `NumericColumn`, empty when nothing is absent.
    case numeric(PackedNumbers, reasons: [UInt8])
    /// Without `reasons` also where these stand among the codes.
    case categorical([Category], PackedCodes, reasons: [UInt8])
    case identifier(IdentifierColumn)

    public init(_ column: Column) {
        switch column {
        case .numeric(let column): self = .numeric(PackedNumbers(column.values), reasons: column.reasons)
        case .categorical(let column):
            self = .categorical(
                column.categories, PackedCodes(column.codes, categoryCount: column.categories.count),
                reasons: column.reasons)
        case .identifier(let column): self = .identifier(column)
        }
    }

    public var column: Column {
        switch self {
        case .numeric(let numbers, let reasons):
            .numeric(NumericColumn(values: numbers.unpacked, knownReasons: reasons))
        case .categorical(let categories, let codes, let reasons):
            .categorical(
                CategoricalColumn(
                    categories: categories, codes: codes.unpacked,
                    knownReasons: reasons.isEmpty ? codes.reasons : reasons))
        case .identifier(let column): .identifier(column)
        }
    }

    public var count: Int {
        switch self {
        case .numeric(let numbers, _): numbers.count
        case .categorical(_, let codes, _): codes.count
        case .identifier(let column): column.count
        }
    }

    /// The same column with its reasons beside its codes.
    public var parted: PackedColumn {
        guard case .categorical(let categories, let codes, []) = self else { return self }
        return .categorical(categories, codes.withoutReasons, reasons: codes.reasons)
    }

    /// Raw `MissingReason` a row, empty when nothing is absent; identifiers know no reasons.
    public var reasons: [UInt8] {
        switch self {
        case .numeric(_, let reasons): reasons
        case .categorical(_, let codes, let reasons): reasons.isEmpty ? codes.reasons : reasons
        case .identifier: []
        }
    }

    /// The rows listed in `rows`, in that order.
    public func selecting(rows: [Int]) -> PackedColumn {
        func pick(_ reasons: [UInt8]) -> [UInt8] {
            let picked = reasons.isEmpty ? [] : rows.map { reasons[$0] }
            return picked.contains { $0 != 0 } ? picked : []
        }
        switch self {
        case .numeric(let numbers, let reasons): return .numeric(numbers.selecting(rows: rows), reasons: pick(reasons))
        case .categorical(let categories, let codes, let reasons):
            return .categorical(categories, codes.selecting(rows: rows), reasons: pick(reasons))
        case .identifier(let column):
            return .identifier(IdentifierColumn(names: column.names, indices: rows.map { column.indices[$0] }))
        }
    }
}

extension PackedColumn: Equatable {
    /// Equal values, however they are packed.
    public static func == (left: PackedColumn, right: PackedColumn) -> Bool { left.column == right.column }
}
