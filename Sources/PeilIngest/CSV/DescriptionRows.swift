/// Rows under the header that describe the columns. Qualtrics writes the question text and then, in the
/// last of them, import codes: {"ImportId":"QID1"}.
struct DescriptionRows: Equatable {
    /// Records from the header to the row of import codes, that row included.
    let count: Int
    /// Line of the first of them.
    let firstLine: Int
    /// Line of the row of import codes.
    let codesLine: Int

    /// Nil where no row near the header has import codes in at least half of its cells.
    init?(_ reading: SampleReading, _ bytes: [UInt8], headerLines: Int) {
        let below = reading.first.filter { !$0.isBlank }.dropFirst(headerLines).prefix(4)
        guard let first = below.first,
            let index = below.firstIndex(where: { record in
                let codes = record.cells.count { Self.isImportCode(bytes[$0]) }
                return codes > 0 && codes * 2 >= record.width
            })
        else { return nil }
        count = index - below.startIndex + 1
        firstLine = first.line
        codesLine = below[index].line
    }

    private static func isImportCode(_ cell: ArraySlice<UInt8>) -> Bool {
        cell.prefix(32).filter { $0 != Ascii.quote && $0 != Ascii.space }.starts(with: "{ImportId:".utf8)
    }
}
