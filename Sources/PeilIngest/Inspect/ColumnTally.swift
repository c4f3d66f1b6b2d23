import PeilTable

/// The kind of a column, from its cells alone. Tallies of blocks add up in the order of the file.
struct ColumnTally: Sendable {
    private var missing = 0
    private var present = 0
    private var distinct = CellTable()
    private var isWhole = true
    private var isNumber = true
    private var isDate = true
    /// False: how many cells are filled is all that is asked.
    private let looksAtValues: Bool

    init(looksAtValues: Bool = true) { self.looksAtValues = looksAtValues }

    mutating func add(_ whole: Cell, decimal: UInt8) {
        let cell = whole.hasOuterSpace ? whole.trimmed : whole
        if cell.isEmpty {
            missing += 1
            return
        }
        present += 1
        guard looksAtValues else { return }
        if distinct.count < FileInspection.ColumnFacts.distinctLimit { _ = distinct.intern(cell) }
        guard isNumber || isDate else { return }
        if isNumber {
            if let value = QuickNumber.plain(cell, decimal: decimal) ?? Self.number(cell, decimal) {
                if value != value.rounded() { isWhole = false }
            } else {
                isNumber = false
            }
        }
        if isDate, QuickNumber.isoDays(cell) == nil, !Self.isDate(cell) { isDate = false }
    }

    private static func number(_ cell: Cell, _ decimal: UInt8) -> Double? {
        let bytes = cell.bytes
        return NumberParser.plain(bytes.span, 0..<bytes.count, decimal: decimal)
    }

    private static func isDate(_ cell: Cell) -> Bool {
        guard cell.count >= 8, Ascii.isDigit(cell[0]) else { return false }
        let bytes = cell.bytes
        return DateParser.days(bytes.span, 0..<bytes.count) != nil
    }

    mutating func add(_ next: ColumnTally) {
        missing += next.missing
        present += next.present
        for index in 0..<next.distinct.count where distinct.count < FileInspection.ColumnFacts.distinctLimit {
            _ = distinct.intern(index, of: next.distinct)
        }
        isWhole = isWhole && next.isWhole
        isNumber = isNumber && next.isNumber
        isDate = isDate && next.isDate
    }

    /// `type`: where something else than the cells decides it.
    func facts(_ name: String, type: String? = nil) -> FileInspection.ColumnFacts {
        .init(
            name: name, type: type ?? self.type, missing: missing,
            distinct: looksAtValues ? distinct.count : min(present, FileInspection.ColumnFacts.distinctLimit))
    }

    private var type: String {
        guard present > 0 else { return "text" }
        if isDate { return "date" }
        let yesNo = ["0", "1", "true", "false", "ja", "nee", "yes", "no"]
        if distinct.count == 2, (0..<2).allSatisfy({ yesNo.contains(distinct.text($0).lowercased()) }) {
            return "boolean"
        }
        if isNumber { return isWhole ? "int" : "number" }
        return distinct.count <= 20 && distinct.count * 4 <= present ? "code" : "text"
    }
}

extension FileInspection.ColumnFacts {
    /// What a codebook made of a column: absent answers of any kind, and distinct answers.
    init(_ variable: CodebookVariable, in table: Table) {
        let column = try? table.packed(variable.id).parted
        var absent = 0
        var distinct = 0
        switch column {
        case .numeric(let numbers, let reasons):
            absent = reasons.count { $0 != 0 }
            distinct = Self.distinct(numbers, reasons)
        case .categorical(_, let codes, let reasons):
            absent = reasons.count { $0 != 0 }
            switch codes {
            case .bytes(let codes), .answers(let codes): distinct = Self.distinct(codes, reasons, room: 1 << 8)
            case .words(let codes): distinct = Self.distinct(codes, reasons, room: 1 << 16)
            }
        case .identifier(let column):
            absent = column.indices.count { $0 < 0 }
            distinct = column.names.count
        case nil:
            // Several options in one cell became several columns.
            let count = try? table.packed("\(variable.id)_count")
            absent = count?.reasons.count { $0 != 0 } ?? 0
            distinct = variable.categories.count
        }
        self.init(
            name: variable.column, type: variable.type.rawValue, missing: absent,
            distinct: min(distinct, Self.distinctLimit))
    }

    private static func distinct(_ numbers: PackedNumbers, _ reasons: [UInt8]) -> Int {
        switch numbers {
        case .bytes(let values): return distinct(values, reasons, room: 1 << 8)
        case .words(let values): return distinct(values, reasons, room: 1 << 16)
        case .longs(let values), .decimals(let values, _): return distinct(values, reasons)
        case .doubles(let values): return distinct(values, reasons)
        }
    }

    private static func distinct<Number: Hashable>(_ values: [Number], _ reasons: [UInt8]) -> Int {
        var seen: Set<Number> = []
        for (row, value) in values.enumerated() where reasons.isEmpty || reasons[row] == 0 {
            seen.insert(value)
            if seen.count >= distinctLimit { break }
        }
        return seen.count
    }

    private static func distinct<Number: FixedWidthInteger>(
        _ values: [Number], _ reasons: [UInt8], room: Int
    ) -> Int {
        var occurs = [Bool](repeating: false, count: room)
        for value in values { occurs[Int(truncatingIfNeeded: value) & (room - 1)] = true }
        // Absent answers are kept as 0: whether an answer is 0 takes a second look.
        if !reasons.isEmpty { occurs[0] = values.indices.contains { values[$0] == 0 && reasons[$0] == 0 } }
        return occurs.count { $0 }
    }
}
