import PeilTable

/// Decodes the numbers, weights and dates of a block. A class, because a copy would copy all that it knows.
final class NumberCells: Sendable {
    let variable: CodebookVariable
    let absent: AbsentCells
    /// Decimal mark of the column.
    let decimal: UInt8
    private let minimum: Double
    private let maximum: Double
    private let isWhole: Bool
    private let isWeight: Bool

    init(variable: CodebookVariable, absent: AbsentCells, dialect: CSVDialect) {
        self.variable = variable
        self.absent = absent
        decimal = variable.decimal ?? dialect.decimal
        minimum = variable.minimum ?? -.infinity
        maximum = variable.maximum ?? .infinity
        isWhole = variable.type == .int
        isWeight = variable.type == .weight
    }

    /// The column of a block: whole numbers as long as there are only such, as most columns have.
    func decode(
        _ cells: BlockCells, _ column: Int, _ scratch: NumberScratch, _ notes: inout ColumnNotes
    ) -> ColumnChunk {
        var reasons = Reasons(count: cells.rowCount)
        var whole = unsafe WholeNumbers(scratch.longs(cells.rowCount))
        let odd =
            variable.type == .date
            ? readDates(cells, column, &whole, &reasons, &notes) : readWhole(cells, column, &whole, &reasons, &notes)
        guard let odd else { return .numbers(whole.packed(cells.rowCount), reasons: reasons.list) }
        let values = unsafe [Double](unsafeUninitializedCapacity: cells.rowCount) { values, count in
            guard let base = values.baseAddress else { return }
            for row in 0..<odd.row { unsafe (base + row).initialize(to: Double(whole.longs[row])) }
            unsafe (base + odd.row).initialize(to: odd.value)
            unsafe readDecimal(cells, column, from: odd.row + 1, into: base, scratch, &reasons, &notes)
            count = cells.rowCount
        }
        return .numbers(PackedNumbers(values), reasons: reasons.list)
    }

    /// Reads whole numbers up to the first value that is none; nil where all are.
    private func readWhole(
        _ cells: BlockCells, _ column: Int, _ whole: inout WholeNumbers, _ reasons: inout Reasons,
        _ notes: inout ColumnNotes
    ) -> (row: Int, value: Double)? {
        let quick = cells.quick(column, 0..<cells.rowCount)
        for row in 0..<cells.rowCount {
            if row < quick.upperBound {
                let cell = cells.raw(column, row)
                if cell.count > 0, cell.count <= 8, !absent.mayBegin(with: cell.first),
                    let number = DigitWord.whole(cell.word, cell.count), isPlain(Double(number))
                {
                    whole.set(Int32(truncatingIfNeeded: number), row)
                    continue
                }
            }
            let value = look(cells, column, row, &reasons, &notes)
            guard whole.set(value, row) else { return (row, value) }
        }
        return nil
    }

    /// The same for dates, which are whole numbers of days.
    private func readDates(
        _ cells: BlockCells, _ column: Int, _ whole: inout WholeNumbers, _ reasons: inout Reasons,
        _ notes: inout ColumnNotes
    ) -> (row: Int, value: Double)? {
        let quick = cells.quick(column, 0..<cells.rowCount)
        var month = QuickNumber.Month()
        for row in 0..<cells.rowCount {
            if row < quick.upperBound {
                let cell = cells.raw(column, row)
                if cell.count == 10, !absent.mayBegin(with: cell.first), let day = month.day(cell.words),
                    isPlain(Double(day))
                {
                    whole.set(day, row)
                    continue
                }
            }
            let value = look(cells, column, row, &reasons, &notes)
            guard whole.set(value, row) else { return (row, value) }
        }
        return nil
    }

    private func readDecimal(
        _ cells: BlockCells, _ column: Int, from first: Int, into values: UnsafeMutablePointer<Double>,
        _ scratch: NumberScratch, _ reasons: inout Reasons, _ notes: inout ColumnNotes
    ) {
        let quick = cells.quick(column, first..<cells.rowCount)
        let marks = Word.repeating(decimal)
        for row in first..<cells.rowCount {
            if row < quick.upperBound, !isWhole, variable.type != .date {
                let cell = cells.raw(column, row)
                if cell.count > 0, cell.count <= 8, !absent.mayBegin(with: cell.first),
                    let number = DigitWord.decimal(cell.word, cell.count, marks: marks)
                {
                    let value = Double(number.digits) / scratch.power(number.decimals)
                    if isPlain(value) {
                        unsafe (values + row).initialize(to: value)
                        continue
                    }
                }
            }
            unsafe (values + row).initialize(to: look(cells, column, row, &reasons, &notes))
        }
    }

    /// Nothing is to be said of the value.
    @inline(__always)
    private func isPlain(_ value: Double) -> Bool { value >= minimum && value <= maximum && (!isWeight || value > 0) }

    /// The value of one row, by a look at its cell; 0 where there is none.
    @inline(never)
    private func look(
        _ cells: BlockCells, _ column: Int, _ row: Int, _ reasons: inout Reasons, _ notes: inout ColumnNotes
    ) -> Double {
        var value = 0.0
        cells.with(column, row) { row, whole in
            let cell = trim(whole, row, cells, &notes)
            if let reason = absent.reason(cell) {
                reasons.miss(row, reason)
                if isWeight { notes.trouble(row, "MISSING_WEIGHT", "no weight") }
                return
            }
            if variable.type == .date {
                guard let days = QuickNumber.isoDays(cell) ?? date(cell, row, &notes) else { return }
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
            if value < minimum || value > maximum { noteRange(row, &notes) }
            if isWeight, value <= 0 { noteWeight(value, row, &notes) }
        }
        return value
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
        if let days = DateParser.days(bytes.span, 0..<bytes.count) { return days }
        notes.trouble(row, "BAD_DATE", "not a date as dd-mm-jjjj or jjjj-mm-dd")
        return nil
    }

    /// A cell that is not plainly a number: what is wrong with it, or what the codebook allows.
    private func number(_ cell: Cell, _ row: Int, _ cells: BlockCells, _ notes: inout ColumnNotes) -> Double? {
        let bytes = cell.bytes
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
