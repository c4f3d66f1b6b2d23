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
    private let isDate: Bool
    /// The least value of which nothing is to be said: weights are above 0.
    private let lowest: Double
    /// The plain numbers of up to eight digits.
    private let wholes: ClosedRange<UInt32>?
    /// Dates may stand as jjjj-mm-dd.
    private let readsPlainDates: Bool
    /// Plain numbers are read a tile of rows at a time: no code for an absent answer looks like one.
    private let readsTiles: Bool
    /// Cells may end in a percent sign, which is the variable's unit.
    private let isPercentage: Bool

    init(variable: CodebookVariable, absent: AbsentCells, dialect: CSVDialect) {
        self.variable = variable
        self.absent = absent
        decimal = variable.decimal ?? dialect.decimal
        minimum = variable.minimum ?? -.infinity
        maximum = variable.maximum ?? .infinity
        isWhole = variable.type == .int
        isWeight = variable.type == .weight
        isDate = variable.type == .date
        lowest = isWeight ? max(minimum, .leastNonzeroMagnitude) : minimum
        let (least, most) = (max(lowest, 0).rounded(.up), min(maximum, 99_999_999).rounded(.down))
        wholes = least <= most ? UInt32(least)...UInt32(most) : nil
        readsPlainDates = variable.dateFormat == nil || variable.dateFormat == .iso || variable.dateFormat == .dayFirst
        isPercentage = variable.unit == "%"
        readsTiles = NumberTile.isKnown && !absent.holdsDigits && !isDate
    }

    /// The column of a block: whole numbers as long as there are only such, as most columns have.
    func decode(
        _ cells: BlockCells, _ column: Int, _ scratch: NumberScratch, _ notes: inout ColumnNotes
    ) -> ColumnChunk {
        var reasons = Reasons(count: cells.rowCount)
        var whole = unsafe WholeNumbers(scratch.longs(cells.rowCount))
        guard let odd = readWhole(cells, column, &whole, &reasons, &notes) else {
            if column > 0, !isDate, let digits = whole.mostDigits { scratch.note(column, mostDigits: digits) }
            return .numbers(whole.packed(cells.rowCount), reasons: reasons.list)
        }
        var decimals = unsafe DecimalNumbers(
            whole.longs, powers: scratch.powers, mark: decimal, lowest: lowest, highest: maximum)
        guard let other = read(cells, column, from: odd, into: &decimals, scratch, &reasons, &notes) else {
            let numbers = unsafe Array(UnsafeBufferPointer(start: decimals.longs, count: cells.rowCount))
            return .numbers(.decimals(numbers, places: decimals.places), reasons: reasons.list)
        }
        let values = unsafe [Double](unsafeUninitializedCapacity: cells.rowCount) { values, count in
            guard let base = values.baseAddress else { return }
            for row in 0..<other.row { unsafe (base + row).initialize(to: decimals.value(row)) }
            var doubles = unsafe DoubleNumbers(base, powers: scratch.powers)
            _ = read(cells, column, from: other, into: &doubles, scratch, &reasons, &notes)
            count = cells.rowCount
        }
        return .numbers(PackedNumbers(values), reasons: reasons.list)
    }

    /// Reads whole numbers up to the first value that is none; nil where all are.
    private func readWhole(
        _ cells: BlockCells, _ column: Int, _ whole: inout WholeNumbers, _ reasons: inout Reasons,
        _ notes: inout ColumnNotes
    ) -> (row: Int, value: Double)? {
        let (places, end) = (cells.places(column), quickEnd(cells, column))
        var month = QuickNumber.Month()
        var row = 0
        while row < cells.rowCount {
            if row < end, readsTiles, let wholes {
                let tile = unsafe NumberTile(places, row..<end, NumberTile.plan(wholes), into: whole.longs)
                whole.note(highest: tile.found.highest, digits: Int(tile.found.longest))
                if tile.found.others | tile.found.empties != 0 { whole.noteOther() }
                for odd in rowsToLookAt(tile, &reasons) {
                    let value = look(cells, column, odd, &reasons, &notes)
                    guard whole.set(value, odd) else { return (odd, value) }
                }
                row = tile.end
                continue
            }
            if row < end {
                row = isDate ? dateRun(places, row..<end, &month, &whole) : wholeRun(places, row..<end, &whole)
                guard row < end else { continue }
                whole.noteOther()
            }
            let value = look(cells, column, row, &reasons, &notes)
            guard whole.set(value, row) else { return (row, value) }
            row += 1
        }
        return nil
    }

    /// Notes the empty cells of a tile, of which there is nothing else to say; the rows that must be looked at.
    private func rowsToLookAt(_ tile: NumberTile, _ reasons: inout Reasons) -> NumberTile.Rows {
        guard !isWeight else { return tile.rows(tile.found.others | tile.found.empties) }
        for row in tile.rows(tile.found.empties) { reasons.miss(row, .notAnswered) }
        return tile.rows(tile.found.others)
    }

    /// Behind the rows that the loops of many cells may read.
    private func quickEnd(_ cells: BlockCells, _ column: Int) -> Int {
        column > 0 && (!isDate || readsPlainDates) ? cells.quick(column, 0..<cells.rowCount).upperBound : 0
    }

    /// Reads plain whole numbers; the first row that holds something else.
    @inline(never)
    private func wholeRun(_ places: CellPlaces, _ rows: Range<Int>, _ whole: inout WholeNumbers) -> Int {
        guard let wholes else { return rows.lowerBound }
        let (longs, mayBeAbsent) = unsafe (whole.longs, absent.holdsDigits)
        var (row, high, digits) = (rows.lowerBound, UInt32(0), 0)
        while row < rows.upperBound {
            let cell = places[row]
            guard cell.count > 0, cell.count <= 8, !mayBeAbsent || !absent.mayBegin(with: cell.first),
                let number = DigitWord.whole(cell.word, cell.count), wholes.contains(number)
            else { break }
            unsafe longs[row] = Int32(truncatingIfNeeded: number)
            high = max(high, number)
            digits = max(digits, cell.count)
            row &+= 1
        }
        whole.note(highest: Int32(truncatingIfNeeded: high), digits: digits)
        return row
    }

    /// Reads plain dates, which are whole numbers of days.
    @inline(never)
    private func dateRun(
        _ places: CellPlaces, _ rows: Range<Int>, _ month: inout QuickNumber.Month, _ whole: inout WholeNumbers
    ) -> Int {
        var row = rows.lowerBound
        var (numbers, last) = (whole, month)
        while row < rows.upperBound {
            let cell = places[row]
            guard cell.count == 10, !absent.mayBegin(with: cell.first), let day = last.day(cell.words),
                isPlain(Double(day))
            else { break }
            numbers.set(day, row)
            row &+= 1
        }
        (whole, month) = (numbers, last)
        return row
    }

    /// Reads any numbers from one on that was read already; the first that `numbers` does not take, nil where it takes all.
    private func read<Numbers: NumberSink>(
        _ cells: BlockCells, _ column: Int, from first: (row: Int, value: Double), into numbers: inout Numbers,
        _ scratch: NumberScratch, _ reasons: inout Reasons, _ notes: inout ColumnNotes
    ) -> (row: Int, value: Double)? {
        guard numbers.set(first.value, first.row) else { return first }
        let (places, end) = (cells.places(column), isWhole || isDate ? 0 : quickEnd(cells, column))
        var row = first.row + 1
        while row < cells.rowCount {
            if row < end, readsTiles, let tile = numbers.setTile(places, row..<end) {
                row = tile.end
                let digits = numbers.places
                for odd in rowsToLookAt(tile, &reasons) {
                    let value = look(cells, column, odd, &reasons, &notes)
                    guard numbers.set(value, odd) else { return (odd, value) }
                    guard numbers.places == digits else {
                        // What stands behind was written with fewer places.
                        row = odd + 1
                        break
                    }
                }
                continue
            }
            if row < end {
                row = unsafe decimalRun(places, row..<end, &numbers, scratch.powers, &reasons)
                guard row < end else { continue }
            }
            let value = look(cells, column, row, &reasons, &notes)
            guard numbers.set(value, row) else { return (row, value) }
            row += 1
        }
        return nil
    }

    /// Reads plain numbers of up to eight bytes, and empty cells of which nothing is to be said; the first row that holds
    /// something else.
    @inline(never)
    private func decimalRun<Numbers: NumberSink>(
        _ places: CellPlaces, _ rows: Range<Int>, _ numbers: inout Numbers, _ powers: UnsafePointer<Double>,
        _ reasons: inout Reasons
    ) -> Int {
        let (marks, mayBeAbsent, mayBeEmpty) = (Word.repeating(decimal), absent.holdsDigits, !isWeight)
        let (lowest, highest) = (lowest, maximum)
        var (row, own) = (rows.lowerBound, numbers)
        while row < rows.upperBound {
            let cell = places[row]
            if cell.count == 0, mayBeEmpty {
                reasons.miss(row, .notAnswered)
                _ = own.set(0, decimals: 0, row)
                row &+= 1
                continue
            }
            guard cell.count > 0, cell.count <= 8, !mayBeAbsent || !absent.mayBegin(with: cell.first),
                let number = DigitWord.decimal(cell.word, cell.count, marks: marks)
            else { break }
            let value = unsafe Double(number.digits) / powers[number.decimals]
            guard value >= lowest, value <= highest, own.set(number.digits, decimals: number.decimals, row) else {
                break
            }
            row &+= 1
        }
        numbers = own
        return row
    }

    /// Nothing is to be said of the value.
    @inline(__always)
    private func isPlain(_ value: Double) -> Bool { value >= lowest && value <= maximum }

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
