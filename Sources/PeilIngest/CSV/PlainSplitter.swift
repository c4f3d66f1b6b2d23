import CByteScan

/// How the bytes of a text are looked at; every way finds the same. A processor knows all up to its best.
enum ScanWay: Int32, CaseIterable {
    case portable, avx2, avx512

    static let best = ScanWay(rawValue: peil_scan_best()) ?? .portable

    /// Those that this processor knows.
    static var known: [ScanWay] { allCases.filter { $0.rawValue <= best.rawValue } }
}

/// Splits texts whose quotes stand where RFC 4180 has them, as nearly all do, many bytes at a time. It gives what
/// `RecordSplitter` gives, or nothing: stray quotes, lone carriage returns, other ways to escape and records beyond a
/// limit are left to that.
enum PlainSplitter {
    static func split(
        _ bytes: [UInt8], from start: Int, line: Int, dialect: CSVDialect, limits: CSVLimits, isFinal: Bool,
        way: ScanWay = .best, keepsMarks: Bool = false
    ) -> SplitText? {
        guard start < bytes.count, !dialect.skipsSpace, dialect.escape == dialect.quote else { return nil }
        let length = bytes.count - start
        // A block may hold nothing but records of one byte; of a long text that is left to the other, for room's sake.
        let mostRecords = length <= 1 << 22 ? length / 2 + 2 : length / 16 + 1 << 21
        var text = SplitText()
        var found = peil_scan_result()
        let marks = unsafe [UInt8](unsafeUninitializedCapacity: keepsMarks ? length + 192 : 0) { marks, markCount in
            text.fieldEnds = unsafe [UInt32](unsafeUninitializedCapacity: length + 64) { ends, endCount in
                unsafe withUnsafeTemporaryAllocation(of: peil_record.self, capacity: mostRecords) { records in
                    unsafe bytes.withUnsafeBufferPointer { buffer in
                        var plan = unsafe peil_text(
                            bytes: buffer.baseAddress, start: start, count: buffer.count, delimiter: dialect.delimiter,
                            quote: dialect.quote ?? 0, has_quote: dialect.quote == nil ? 0 : 1,
                            most_bytes: min(limits.fieldBytes, limits.recordBytes),
                            most_fields: limits.columns * 32 - 1, ends: ends.baseAddress, records: records.baseAddress,
                            most_records: mostRecords, marks: keepsMarks ? marks.baseAddress : nil)
                        found = unsafe peil_scan(&plan, way.rawValue)
                    }
                    guard found.is_plain != 0, found.is_inside == 0 || !isFinal else { return }
                    endCount = unsafe keep(found, records, ends, line: line, count: bytes.count, isFinal, &text)
                }
            }
            guard keepsMarks, found.is_plain != 0 else { return }
            markCount = found.mark_count + Int(peil_mark_room)
            unsafe marks[found.mark_count..<markCount].initialize(repeating: UInt8(peil_mark_other))
        }
        guard found.is_plain != 0, found.is_inside == 0 || !isFinal else { return nil }
        text.isPlain = true
        text.marks = marks
        text.lineFeeds = Int(found.line_feeds)
        text.pairs = Int(found.pairs)
        text.encoding = .init(isASCII: found.is_ascii != 0, holdsNul: found.holds_nul != 0)
        return text
    }

    /// Keeps the records found; the number of field ends that belong to them.
    private static func keep(
        _ found: peil_scan_result, _ records: UnsafeMutableBufferPointer<peil_record>,
        _ ends: UnsafeMutableBufferPointer<UInt32>, line: Int, count: Int, _ isFinal: Bool, _ text: inout SplitText
    ) -> Int {
        var endCount = found.end_count
        let rest = unsafe records[found.record_count]
        // Behind the last line end stands a record more where the file ends without one.
        let holdsLast = isFinal && Int(rest.start) < count
        let whole = found.record_count
        text.records = unsafe [SplitRecord](unsafeUninitializedCapacity: whole + 1) { kept, keptCount in
            guard let base = kept.baseAddress else { return }
            var followsBlank = false
            for index in 0..<whole {
                let (record, next) = unsafe (records[index], records[index + 1])
                let end = unsafe ends[Int(next.first_field) - 1]
                let isBlank = end == record.start
                unsafe (base + index).initialize(
                    to: SplitRecord(
                        start: record.start, firstField: record.first_field,
                        fieldCount: next.first_field - record.first_field,
                        line: UInt32(truncatingIfNeeded: line) &+ record.line, followsBlank: followsBlank,
                        isBlank: isBlank, holdsQuote: found.holds_quote != 0))
                followsBlank = isBlank
            }
            keptCount = whole
            guard holdsLast else { return }
            endCount += found.open_ends
            unsafe ends[endCount] = UInt32(truncatingIfNeeded: count)
            endCount += 1
            unsafe (base + whole).initialize(
                to: SplitRecord(
                    start: rest.start, firstField: rest.first_field, fieldCount: UInt32(found.open_ends) + 1,
                    line: UInt32(truncatingIfNeeded: line) &+ rest.line, followsBlank: followsBlank,
                    holdsQuote: found.holds_quote != 0, endsFile: true))
            keptCount += 1
        }
        text.consumed = holdsLast ? count : Int(rest.start)
        text.nextLine = line + Int(holdsLast ? found.lines : rest.line)
        return endCount
    }
}
