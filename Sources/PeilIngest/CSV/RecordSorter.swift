/// Turns the split records of a block into good and bad ones, and gathers what they say of the whole file.
struct RecordSorter {
    let layout: FileLayout
    let limits: CSVLimits
    /// The header's first name as it may stand in a record: a cheap look before a record is compared whole.
    private let firstName: [UInt8]

    init(layout: FileLayout, limits: CSVLimits) {
        self.layout = layout
        self.limits = limits
        firstName = Array((layout.header?.first ?? "").utf8)
    }

    /// The records of a block; lines and numbers are counted from the beginning of the block.
    func sort(_ bytes: [UInt8], _ split: consuming SplitText) -> (records: CSVRecords, facts: FileFacts) {
        if isEven(split) { return sortEven(bytes, split) }
        var facts = FileFacts()
        facts.lineFeeds = split.lineFeeds
        facts.carriageReturns = split.carriageReturns
        facts.pairs = split.pairs
        facts.lineCount = split.nextLine - 1
        var good: [SplitRecord] = []
        var numbers: [Int32] = []
        var bad: [BadRecord] = []
        good.reserveCapacity(split.records.count)
        numbers.reserveCapacity(split.records.count)
        let cells = HeadCells(bytes: bytes, fieldEnds: split.fieldEnds, dialect: layout.dialect)
        for record in split.records {
            var record = record
            if record.isBlank, !layout.isOneColumn {
                facts.noteBlank(line: Int(record.line))
                continue
            }
            noteWidth(record, cells, &facts)
            if layout.endsWithDelimiter, endsWithDelimiter(record, cells) {
                record.fieldCount -= 1
                facts.trailingDelimiterCount += 1
            }
            let number = facts.recordCount
            if let trouble = trouble(of: record, number: number, cells, isListed: bad.count < BadRecord.shownCount) {
                facts.noteRecord(isGood: false)
                facts.cutOffLine = record.endsFile && trouble.code == "RAGGED_SHORT" ? Int(record.line) : nil
                bad.append(trouble)
                continue
            }
            facts.noteRecord(isGood: true)
            if record.damage == .toleratedQuote { facts.noteToleratedQuote(line: Int(record.line)) }
            good.append(record)
            numbers.append(Int32(truncatingIfNeeded: number))
        }
        let recordCount = facts.recordCount
        return (
            CSVRecords(
                bytes: bytes, dialect: layout.dialect, header: layout.header, badRecords: bad, warnings: [],
                recordCount: recordCount, fieldEnds: split.fieldEnds, marks: split.marks, rows: good, numbers: numbers),
            facts
        )
    }

    // MARK: Nothing but good records

    /// All records have the width of the header, none is damaged or blank.
    private func isEven(_ split: SplitText) -> Bool {
        guard split.isPlain, !layout.endsWithDelimiter else { return false }
        let width = UInt32(truncatingIfNeeded: layout.width)
        let records = split.records.span
        for index in records.indices where records[index].fieldCount != width || records[index].isBlank { return false }
        return true
    }

    /// The same for such records, without a word about each.
    private func sortEven(
        _ bytes: [UInt8], _ split: consuming SplitText
    ) -> (records: CSVRecords, facts: FileFacts) {
        var facts = FileFacts()
        facts.lineFeeds = split.lineFeeds
        facts.pairs = split.pairs
        facts.lineCount = split.nextLine - 1
        let count = split.records.count
        facts.noteGood(count, haveHeader: layout.header != nil && layout.width > 1)
        facts.repeatedHeaderLine = repeatedHeaderLine(bytes, split)
        let numbers = unsafe [Int32](unsafeUninitializedCapacity: count) { numbers, used in
            for index in 0..<count {
                unsafe numbers.initializeElement(at: index, to: Int32(truncatingIfNeeded: index))
            }
            used = count
        }
        return (
            CSVRecords(
                bytes: bytes, dialect: layout.dialect, header: layout.header, badRecords: [], warnings: [],
                recordCount: count, fieldEnds: split.fieldEnds, marks: split.marks, rows: split.records,
                numbers: numbers), facts
        )
    }

    private func repeatedHeaderLine(_ bytes: [UInt8], _ split: SplitText) -> Int? {
        guard let header = layout.header, layout.width > 1 else { return nil }
        let (records, text) = (split.records.span, bytes.span)
        let (start, quote) = (firstName.first, layout.dialect.quote)
        let cells = HeadCells(bytes: bytes, fieldEnds: split.fieldEnds, dialect: layout.dialect)
        for index in 0..<records.count {
            let byte = text[Int(records[index].start)]
            guard start == nil || byte == start || byte == quote else { continue }
            if startsLikeHeader(records[index], cells), cells.fields(records[index]) == header {
                return Int(records[index].line)
            }
        }
        return nil
    }

    // MARK: Any records

    private func endsWithDelimiter(_ record: SplitRecord, _ cells: HeadCells) -> Bool {
        Int(record.fieldCount) == layout.width + 1 && cells.place(record, layout.width).isEmpty
    }

    private func noteWidth(_ record: SplitRecord, _ cells: HeadCells, _ facts: inout FileFacts) {
        guard let header = layout.header, layout.width > 1 else { return }
        if Int(record.fieldCount) == layout.width, record.damage != .textAfterQuote {
            facts.noteWidth(ofGood: record)
            if facts.repeatedHeaderLine == nil, startsLikeHeader(record, cells),
                cells.fields(record) == header
            {
                facts.repeatedHeaderLine = Int(record.line)
            }
            return
        }
        facts.noteWidth(ofRagged: record) {
            let names = Set(header)
            return cells.fields(record).count { !$0.isEmpty && names.contains($0) }
        }
    }

    /// Compares the first cell with the header's first name byte by byte, its quote left aside.
    private func startsLikeHeader(_ record: SplitRecord, _ cells: HeadCells) -> Bool {
        let place = cells.place(record, 0)
        guard let first = firstName.first else { return place.isEmpty }
        guard place.count >= firstName.count else { return false }
        let span = cells.bytes.span
        if span[place.lowerBound] == layout.dialect.quote { return true }
        return span[place.lowerBound] == first && place.count == firstName.count
    }

    private func trouble(of record: SplitRecord, number: Int, _ cells: HeadCells, isListed: Bool) -> BadRecord? {
        let line = Int(record.line)
        let count = Int(record.fieldCount)
        let width = layout.width
        // Beyond `BadRecord.shownCount` bad records the list gives places and classes only.
        func fields() -> [String] { isListed ? cells.fields(record) : [] }
        switch record.damage {
        case .fieldTooLarge:
            let field = Int(record.damagedField)
            let column = layout.header.flatMap { field < $0.count ? $0[field] : nil }
            return BadRecord(
                record: number, line: line, code: "FIELD_TOO_LARGE", column: column.map(printable),
                message: "field \(field + 1) is larger than the limit")
        case .textAfterQuote:
            let place = Int(record.start)..<Int(cells.fieldEnds[Int(record.firstField + record.fieldCount) - 1])
            let meant =
                isListed
                ? DamagedRecord(bytes: cells.bytes, place: place, dialect: layout.dialect).fields(width: width) : nil
            return BadRecord(
                record: number, line: line, code: "STRAY_QUOTE",
                message: "text follows the closing quote of field \(record.damagedField + 1)", fields: meant ?? [],
                raw: isListed && meant == nil ? String(decoding: cells.bytes[place], as: UTF8.self) : nil)
        case .strayQuote where count == width:
            return BadRecord(
                record: number, line: line, code: "STRAY_QUOTE",
                message: "a quote stands inside field \(record.damagedField + 1), which is not quoted",
                fields: fields())
        default:
            guard count != width else { return nil }
            return BadRecord(
                record: number, line: line, code: count < width ? "RAGGED_SHORT" : "RAGGED_LONG",
                message: "\(count) fields where the header has \(width)", fields: fields())
        }
    }
}
