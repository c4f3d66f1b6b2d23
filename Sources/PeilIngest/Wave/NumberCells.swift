import PeilTable

/// Decodes the numbers, weights and dates of a block.
struct NumberCells: Sendable {
    let variable: CodebookVariable
    let absent: AbsentCells
    /// Decimal mark of the column.
    let decimal: UInt8
    private let minimum: Double
    private let maximum: Double
    private let isWhole: Bool
    /// Dates may stand as jjjj-mm-dd.
    private let readsPlainDates: Bool
    /// Cells may end in a percent sign, which is the variable's unit.
    private let isPercentage: Bool

    init(variable: CodebookVariable, absent: AbsentCells, dialect: CSVDialect) {
        self.variable = variable
        self.absent = absent
        decimal = variable.decimal ?? dialect.decimal
        minimum = variable.minimum ?? -.infinity
        maximum = variable.maximum ?? .infinity
        isWhole = variable.type == .int
        readsPlainDates = variable.dateFormat == nil || variable.dateFormat == .iso || variable.dateFormat == .dayFirst
        isPercentage = variable.unit == "%"
    }

    func decode(_ cells: BlockCells, _ column: Int, _ notes: inout ColumnNotes) -> ColumnChunk {
        var reasons = Reasons(count: cells.rowCount)
        let values = unsafe CodeCells.filled(cells.rowCount) { (values: UnsafeMutablePointer<Double>) in
            unsafe read(cells, column, into: values, &reasons, &notes)
        }
        return .numbers(PackedNumbers(values), reasons: reasons.list)
    }

    private func read(
        _ cells: BlockCells, _ column: Int, into values: UnsafeMutablePointer<Double>, _ reasons: inout Reasons,
        _ notes: inout ColumnNotes
    ) {
        let isDate = variable.type == .date
        let isWeight = variable.type == .weight
        cells.forEach(column, 0..<cells.rowCount) { row, whole in
            let cell = trim(whole, row, cells, &notes)
            if let reason = absent.reason(cell) {
                reasons.miss(row, reason)
                if isWeight { notes.trouble(row, "MISSING_WEIGHT", "no weight") }
                return
            }
            let value: Double
            if isDate {
                guard let days = (readsPlainDates ? QuickNumber.isoDays(cell) : nil) ?? date(cell, row, &notes)
                else { return }
                value = days
            } else if let quick = QuickNumber.plain(cell, decimal: decimal), !isWhole || quick == Double(Int(quick)) {
                value = quick
            } else {
                guard let slow = number(cell, row, cells, &notes) else {
                    reasons.miss(row, .technical)
                    return
                }
                value = slow
            }
            unsafe values[row] = value
            if value < minimum || value > maximum { noteRange(row, &notes) }
            if isWeight, value <= 0 { noteWeight(value, row, &notes) }
        }
    }

    @inline(__always)
    private func trim(_ cell: Cell, _ row: Int, _ cells: BlockCells, _ notes: inout ColumnNotes) -> Cell {
        guard cell.hasOuterSpace else { return cell }
        notes.warn("SPACES_TRIMMED", line: cells.line(row), "spaces around values were taken off")
        return cell.trimmed
    }

    private func noteRange(_ row: Int, _ notes: inout ColumnNotes) {
        notes.trouble(
            row, "OUT_OF_RANGE",
            variable.type == .date
                ? "date outside the period of the codebook" : "value outside the range of the codebook")
    }

    private func noteWeight(_ value: Double, _ row: Int, _ notes: inout ColumnNotes) {
        if value < 0 {
            notes.trouble(row, "NEGATIVE_WEIGHT", "negative weight")
        } else {
            notes.trouble(row, "ZERO_WEIGHT", "weight of zero")
        }
    }

    private func date(_ cell: Cell, _ row: Int, _ notes: inout ColumnNotes) -> Double? {
        let bytes = cell.bytes
        let days =
            if let format = variable.dateFormat {
                DateParser.days(bytes.span, 0..<bytes.count, as: format)
            } else {
                DateParser.days(bytes.span, 0..<bytes.count)
            }
        if let days { return days }
        let form = variable.dateFormat.map(\.rawValue) ?? "dd-mm-jjjj or jjjj-mm-dd"
        notes.trouble(row, "BAD_DATE", "not a date as \(form)")
        return nil
    }

    /// A cell that is not plainly a number: what is wrong with it, or what the codebook allows.
    private func number(_ cell: Cell, _ row: Int, _ cells: BlockCells, _ notes: inout ColumnNotes) -> Double? {
        let bytes = isPercentage ? Self.withoutPercentSign(cell.bytes) : cell.bytes
        func bad(_ code: String, _ message: String) -> Double? {
            notes.trouble(row, code, message)
            return nil
        }
        switch NumberParser.parse(bytes.span, 0..<bytes.count, decimal: decimal) {
        case .value(let value):
            if isWhole, value != value.rounded() { return bad("BAD_NUMBER", "not a whole number") }
            return value
        case .grouped(let value):
            guard variable.allowsThousands else {
                return bad("THOUSANDS_SEPARATOR", "thousands separators are not declared")
            }
            return value
        case .ambiguous(let value):
            if variable.acceptsBothDecimals { return otherMark(bytes) }
            guard variable.allowsThousands else {
                return bad("AMBIGUOUS_NUMBER", "thousands separator or decimal mark: it cannot be told")
            }
            notes.warn(
                "AMBIGUOUS_NUMBER", line: cells.line(row),
                "numbers read with a thousands separator could be decimals")
            return value
        case .otherDecimal(let value):
            guard variable.acceptsBothDecimals else {
                return bad("MIXED_DECIMAL", "another decimal mark than declared")
            }
            return value
        case .notFinite: return bad("NON_FINITE", "not a finite number")
        case .notANumber: return bad("BAD_NUMBER", "not a number")
        }
    }

    /// `12,5%` and `12,5 %` in a column whose unit is the percentage point.
    private static func withoutPercentSign(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.last == UInt8(ascii: "%") else { return bytes }
        var bytes = bytes.dropLast()
        while bytes.last == Ascii.space { bytes.removeLast() }
        return Array(bytes)
    }

    private func otherMark(_ bytes: [UInt8]) -> Double? {
        NumberParser.plain(
            bytes.span, 0..<bytes.count, decimal: decimal == Ascii.comma ? Ascii.point : Ascii.comma)
    }
}

/// Reasons of absence of a block; no memory while nothing is absent.
struct Reasons {
    private(set) var list: [UInt8] = []
    private let count: Int

    init(count: Int) { self.count = count }

    @inline(__always)
    mutating func miss(_ row: Int, _ reason: MissingReason) {
        if list.isEmpty { list = [UInt8](repeating: 0, count: count) }
        list[row] = reason.rawValue
    }
}

/// Numbers and dates as most cells write them; nil sends a cell to the parser that knows all the rest.
enum QuickNumber {
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    ]

    /// Sign?, digits, then at most one mark and digits; up to 15 digits, whose double is exact (Clinger 1990).
    @inline(__always)
    static func plain(_ cell: Cell, decimal: UInt8) -> Double? {
        let count = cell.count
        var index = 0
        let isNegative = cell[0] == Ascii.minus
        if isNegative { index = 1 }
        guard count - index <= 16, index < count else { return nil }
        var mantissa: UInt64 = 0
        var mark = -1
        while index < count {
            let byte = cell[index]
            let digit = byte &- Ascii.zero
            if digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
            } else if byte == decimal, mark < 0, index > 0, Ascii.isDigit(cell[index - 1]) {
                mark = index
            } else {
                return nil
            }
            index &+= 1
        }
        guard mantissa < 1_000_000_000_000_000, mark < count - 1 else { return nil }
        var value = Double(mantissa)
        if mark >= 0 { value /= powers[count &- 1 &- mark] }
        return isNegative ? (mantissa == 0 ? nil : -value) : value
    }

    /// jjjj-mm-dd; nil for any other form and for days that do not exist.
    @inline(__always)
    static func isoDays(_ cell: Cell) -> Double? {
        guard cell.count == 10, cell[4] == Ascii.minus, cell[7] == Ascii.minus else { return nil }
        var number = 0
        for index in 0..<10 where index != 4 && index != 7 {
            let digit = cell[index] &- Ascii.zero
            guard digit < 10 else { return nil }
            number = number &* 10 &+ Int(digit)
        }
        return DateParser.days(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }
}
