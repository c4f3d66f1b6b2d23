/// Lines above the header: titles, dates of export, blank rows.
struct PreambleGuess: Sendable, Equatable {
    /// Physical lines above what looks like the header.
    let lines: Int
    /// A line above has another width than the table. Where all have the same width the first one could
    /// still be the header, of columns without names.
    let isSure: Bool

    private static let mostLines = 20

    /// Nil where the first record may be the header.
    /// Sure only where the lines above hold one cell, nothing, or a cell in a row of empty ones; below
    /// them stands a record of different words, and records of the same width follow.
    init?(_ reading: SampleReading, _ bytes: [UInt8]) {
        let width = reading.width
        guard width > 1, reading.fitting > (width == 2 ? 3 : 2), let first = reading.firstRecord,
            Self.isTitle(first, width, bytes),
            let top = reading.first.prefix(Self.mostLines).firstIndex(where: { !Self.isTitle($0, width, bytes) })
        else { return nil }
        let header = reading.first[top]
        let words = header.cells.map { bytes[$0] }
        guard header.width == width, !header.isDamaged, words.allSatisfy({ CellKind($0) == .word }),
            Set(words.map(Array.init)).count == width
        else { return nil }
        let body = reading.first[(top + 1)...].filter { !$0.isBlank }
        let whole = body.filter { $0.width == width && !$0.isDamaged }
        guard whole.count * 10 >= body.count * 9 else { return nil }
        // Of two columns one must hold numbers: lines of text with one comma look like a table, too.
        let hasValues = (0..<width).contains { column in
            whole.allSatisfy { CellKind(bytes[$0.cells[column]]) == .value }
        }
        guard width > 2 || hasValues else { return nil }
        lines = header.line - 1
        isSure = reading.first[..<top].contains { !$0.isBlank && $0.width != width }
    }

    private static func isTitle(_ record: SampleReading.Record, _ width: Int, _ bytes: [UInt8]) -> Bool {
        if record.isBlank { return true }
        if record.isDamaged { return false }
        if record.width == 1 { return true }
        let filled = record.cells.count { CellKind(bytes[$0]) != .empty }
        return record.width == width && width > 2 && filled <= 1
    }

    /// Error PREAMBLE where it is sure, a warning where it is not.
    func warning() throws(IngestError) -> FileWarning {
        guard !isSure else {
            throw IngestError(
                "PREAMBLE", "The header seems to stand on line \(lines + 1), below other text.", line: lines + 1,
                remedy: "Take the lines above it out, or declare preamble_lines: \(lines).")
        }
        return FileWarning(
            "PREAMBLE", count: lines, lines: [lines + 1],
            message: "the header could stand on line \(lines + 1); then declare preamble_lines: \(lines)")
    }
}
