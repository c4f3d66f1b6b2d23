/// Numbers in the narrowest type that holds each of them exactly: most answers are whole and small, and a wave
/// of a million rows then fits in memory beside its file.
public enum PackedNumbers: Sendable {
    case bytes([Int8])
    case words([Int16])
    case longs([Int32])
    case doubles([Double])

    public init(_ values: [Double]) {
        var low = 0.0
        var high = 0.0
        for value in values {
            // Negative zero is no whole number: its sign would be lost.
            guard value == value.rounded(.towardZero), value != 0 || value.sign == .plus, abs(value) < 2e9 else {
                self = .doubles(values)
                return
            }
            low = min(low, value)
            high = max(high, value)
        }
        if low >= -128, high <= 127 {
            self = .bytes(values.map { Int8(truncatingIfNeeded: Int32($0)) })
        } else if low >= -32_768, high <= 32_767 {
            self = .words(values.map { Int16(truncatingIfNeeded: Int32($0)) })
        } else {
            self = .longs(values.map { Int32($0) })
        }
    }

    public var count: Int {
        switch self {
        case .bytes(let values): values.count
        case .words(let values): values.count
        case .longs(let values): values.count
        case .doubles(let values): values.count
        }
    }

    /// The numbers themselves; no copy where they are kept as doubles.
    public var unpacked: [Double] {
        switch self {
        case .bytes(let values): values.map { Double($0) }
        case .words(let values): values.map { Double($0) }
        case .longs(let values): values.map { Double($0) }
        case .doubles(let values): values
        }
    }

    /// Bytes a number takes.
    var width: Int {
        switch self {
        case .bytes: 1
        case .words: 2
        case .longs: 4
        case .doubles: 8
        }
    }

    /// The parts one behind the other, in the width of the widest. Each part is let go once it is copied.
    public static func joined(_ parts: consuming [PackedNumbers]) -> PackedNumbers {
        let count = parts.reduce(0) { $0 + $1.count }
        switch parts.reduce(1, { max($0, $1.width) }) {
        case 1: return .bytes(collect(&parts, count) { if case .bytes(let values) = $0 { $1 += values } })
        case 2:
            return .words(
                collect(&parts, count) { part, result in
                    switch part {
                    case .bytes(let values): for value in values { result.append(Int16(value)) }
                    case .words(let values): result += values
                    default: break
                    }
                })
        case 4:
            return .longs(
                collect(&parts, count) { part, result in
                    switch part {
                    case .bytes(let values): for value in values { result.append(Int32(value)) }
                    case .words(let values): for value in values { result.append(Int32(value)) }
                    case .longs(let values): result += values
                    case .doubles: break
                    }
                })
        default: return .doubles(collect(&parts, count) { part, result in result += part.unpacked })
        }
    }

    private static func collect<Number>(
        _ parts: inout [PackedNumbers], _ count: Int, _ add: (PackedNumbers, inout [Number]) -> Void
    ) -> [Number] {
        var result: [Number] = []
        result.reserveCapacity(count)
        for index in parts.indices {
            add(parts[index], &result)
            parts[index] = .bytes([])
        }
        return result
    }

    func selecting(rows: [Int]) -> PackedNumbers {
        switch self {
        case .bytes(let values): .bytes(rows.map { values[$0] })
        case .words(let values): .words(rows.map { values[$0] })
        case .longs(let values): .longs(rows.map { values[$0] })
        case .doubles(let values): .doubles(rows.map { values[$0] })
        }
    }
}

/// Indices of categories: one byte each up to 256 categories, two beyond.
public enum PackedCodes: Sendable {
    case bytes([UInt8])
    case words([UInt16])

    public init(_ codes: [UInt16], categoryCount: Int) {
        self = categoryCount <= 256 ? .bytes(codes.map { UInt8(truncatingIfNeeded: $0) }) : .words(codes)
    }

    public var count: Int {
        switch self {
        case .bytes(let codes): codes.count
        case .words(let codes): codes.count
        }
    }

    public var unpacked: [UInt16] {
        switch self {
        case .bytes(let codes): codes.map { UInt16($0) }
        case .words(let codes): codes
        }
    }

    /// The parts one behind the other. Each part is let go once it is copied.
    public static func joined(_ parts: consuming [PackedCodes], categoryCount: Int) -> PackedCodes {
        let count = parts.reduce(0) { $0 + $1.count }
        if categoryCount <= 256 {
            var result: [UInt8] = []
            result.reserveCapacity(count)
            for index in parts.indices {
                switch parts[index] {
                case .bytes(let codes): result += codes
                case .words(let codes): for code in codes { result.append(UInt8(truncatingIfNeeded: code)) }
                }
                parts[index] = .bytes([])
            }
            return .bytes(result)
        }
        var result: [UInt16] = []
        result.reserveCapacity(count)
        for index in parts.indices {
            result += parts[index].unpacked
            parts[index] = .bytes([])
        }
        return .words(result)
    }

    func selecting(rows: [Int]) -> PackedCodes {
        switch self {
        case .bytes(let codes): .bytes(rows.map { codes[$0] })
        case .words(let codes): .words(rows.map { codes[$0] })
        }
    }
}

/// A column as a table keeps it: as narrow as its values allow. `column` gives it in the types that
/// estimators work with.
public enum PackedColumn: Sendable {
    /// `reasons`: as in `NumericColumn`, empty when nothing is absent.
    case numeric(PackedNumbers, reasons: [UInt8])
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
            .categorical(CategoricalColumn(categories: categories, codes: codes.unpacked, knownReasons: reasons))
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

    /// Raw `MissingReason` a row, empty when nothing is absent; identifiers know no reasons.
    public var reasons: [UInt8] {
        switch self {
        case .numeric(_, let reasons), .categorical(_, _, let reasons): reasons
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
