/// Takes the records of somebody out of a delivered file and leaves every other byte as it was.
///
/// Records are found as the reader finds them, also those that it would leave out as broken; what goes are their physical
/// lines, so that the encoding and the dialect of the rest cannot change. Of SPSS files see `SAVErasure`.
public enum RecordErasure {
    /// - Parameters:
    ///   - bytes: the bytes of the file.
    ///   - declared: how the file is written, as far as that was said.
    ///   - columns: header names of identifiers of people, whatever their case.
    ///   - isMeant: whether an identifier, as bytes of UTF-8 without quotes and outer white space, is of somebody to erase.
    /// - Returns: the file without those records, and how many there were; nil where there is none.
    /// Errors: those of reading the file; SPSS_NOT_REWRITTEN for an SPSS file that cannot lose a record alone.
    public static func erasing(
        _ bytes: [UInt8], declared: DialectDeclaration, columns: Set<String>, isMeant: ([UInt8]) -> Bool
    ) throws(IngestError) -> (bytes: [UInt8], records: Int)? {
        if SAVStructure.isSAV(Array(bytes.prefix(8))) {
            return try SAVErasure(bytes).without(columns, isMeant)
        }
        let meant = try records(of: bytes, declared: declared, columns, isMeant)
        guard !meant.isEmpty else { return nil }
        return (without(meant.map(\.lines), bytes), meant.count)
    }

    /// The bytes in which to look for an identifier of a file that nobody could read as answers: its own, or, of an SPSS file, what
    /// it unfolds to; nil where that cannot be known.
    public static func searchable(_ bytes: [UInt8]) -> [UInt8]? {
        guard SAVStructure.isSAV(Array(bytes.prefix(8))) else { return bytes }
        return try? SAVReader.delimitedText(bytes).bytes
    }

    /// A record that is meant: which one it is, from 0, and its physical lines, from 1.
    struct Found {
        let ordinal: Int
        let lines: Range<Int>
    }

    static func records(
        of bytes: [UInt8], declared: DialectDeclaration, _ columns: Set<String>, _ isMeant: ([UInt8]) -> Bool
    ) throws(IngestError) -> [Found] {
        let records = try CSVReader.sniff(bytes, declared: declared, limits: CSVLimits())
        let wanted = Set(columns.map { $0.lowercased() })
        let places = (records.header ?? []).indices.filter { column in
            wanted.contains(trimmed(records.header?[column] ?? "").lowercased())
        }
        var meant: Set<Int> = []
        for row in 0..<records.rowCount {
            let isOne = places.contains { isMeant(Array(trimmed(records.text(row, $0)).utf8)) }
            if isOne { meant.insert(records.line(row)) }
        }
        // A broken record has no columns to trust: whatever stands in it counts.
        for record in records.badRecords {
            let words = record.fields + (record.raw.map(Self.words) ?? [])
            if words.contains(where: { isMeant(Array(trimmed($0).utf8)) }) { meant.insert(record.line) }
        }
        let starts = ((0..<records.rowCount).map { records.line($0) } + records.badRecords.map(\.line)).sorted()
        return starts.indices.filter { meant.contains(starts[$0]) }.map { ordinal in
            let next = starts[(ordinal + 1)...].first { $0 > starts[ordinal] } ?? Int.max
            return Found(ordinal: ordinal, lines: starts[ordinal]..<next)
        }
    }

    private static func words(_ text: String) -> [String] {
        text.split { ",;\t|\"'".contains($0) || $0.isNewline }.map(String.init)
    }

    static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }

    /// The bytes without some physical lines. A line ends with a line feed, a carriage return, or both.
    static func without(_ lines: [Range<Int>], _ bytes: [UInt8]) -> [UInt8] {
        let width = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || hasWideEnds(bytes) ? 2 : 1
        let isBigEndian =
            width == 2 && (bytes.starts(with: [0xFE, 0xFF]) || (bytes.count > 1 && bytes[0] == 0 && bytes[1] != 0))
        func mark(_ place: Int) -> UInt8? {
            guard width == 2 else { return bytes[place] }
            guard place + 1 < bytes.count else { return nil }
            let (high, low) = isBigEndian ? (bytes[place], bytes[place + 1]) : (bytes[place + 1], bytes[place])
            return high == 0 ? low : nil
        }
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var (line, place, next) = (1, 0, 0)
        while place < bytes.count {
            while next < lines.count, lines[next].upperBound <= line { next += 1 }
            let goes = next < lines.count && lines[next].contains(line)
            let start = place
            while place < bytes.count {
                let found = mark(place)
                place = min(place + width, bytes.count)
                if found == 0x0A { break }
                if found == 0x0D {
                    if place < bytes.count, mark(place) == 0x0A { place = min(place + width, bytes.count) }
                    break
                }
            }
            if !goes { kept += bytes[start..<place] }
            line += 1
        }
        return kept
    }

    /// Without a byte order mark: every other byte of the beginning is 0.
    private static func hasWideEnds(_ bytes: [UInt8]) -> Bool {
        let head = bytes.prefix(64)
        guard head.count >= 8 else { return false }
        return [0, 1].contains { first in
            stride(from: first, to: head.count, by: 2).allSatisfy { head[$0] == 0 }
        }
    }
}
