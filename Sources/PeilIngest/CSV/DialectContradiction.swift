/// What a binding declaration says against the file. Each finding names a line and what to do.
struct DialectContradiction {
    let sample: Sample
    let declared: DialectDeclaration

    private func error(_ message: String, line: Int?, _ remedy: String) -> IngestError {
        IngestError("DIALECT_CONTRADICTION", message, line: line, remedy: remedy)
    }

    /// The declared delimiter is another than the `sep=` line names, or does not occur where another
    /// one splits every record alike.
    func checkDelimiter(_ dialect: CSVDialect, hint: UInt8?) throws(IngestError) {
        guard declared.isBinding, let wanted = declared.delimiter else { return }
        if let hint, hint != wanted {
            throw error(
                "The first line names another delimiter than the declared one.", line: 1,
                "Declare the delimiter \(characterName(hint)), or leave it open.")
        }
        guard sample.headReading(dialect).firstRecord?.width ?? 0 <= 1 else { return }
        for candidate in DialectSniffer.delimiters where candidate != wanted && sample.holds(candidate) {
            var other = dialect
            other.delimiter = candidate
            let found = sample.headReading(other)
            guard found.width > 1, found.share > 0.9, found.count > 1 else { continue }
            throw error(
                "The declared delimiter does not occur in the first record; another one splits every record alike.",
                line: found.firstRecord?.line ?? 1,
                "Leave the delimiter open, or declare \(characterName(candidate)).")
        }
    }

    /// Quotes, decimal mark, header, description rows and line ends.
    func checkRest(_ reading: SampleReading) throws(IngestError) {
        guard declared.isBinding else { return }
        try checkQuotes(reading)
        try checkDecimal(reading)
        try checkHeader(reading)
        try checkDescriptionRows(reading)
        if let wanted = declared.lineEnd, let found = sample.lineEnd, wanted != found {
            throw error(
                "Most lines end with \(found.rawValue), not with the declared \(wanted.rawValue).", line: 1,
                "Declare line_end: \(found.rawValue), or leave it open.")
        }
    }

    /// The declared quotes leave records in pieces that another pair of quotes keeps whole.
    private func checkQuotes(_ reading: SampleReading) throws(IngestError) {
        guard declared.quote != nil || declared.hasNoQuote, reading.bad >= 3 || reading.isBroken else { return }
        for quote in [Ascii.quote, Ascii.apostrophe] where quote != declared.quote {
            var other = reading.dialect
            other.quote = quote
            other.escape = quote
            let found = sample.reading(other)
            guard found.bad == 0, !found.isBroken, found.width > 1, found.quotedFields > 0 else { continue }
            let line = reading.first.first { !$0.isBlank && ($0.isDamaged || $0.width != reading.width) }?.line
            throw error(
                "The declared quotes leave \(reading.bad) records damaged; with \(characterName(quote)) every record fits.",
                line: line ?? reading.firstRecord?.line, "Leave quotechar open, or declare \(characterName(quote)).")
        }
    }

    /// No number has the declared decimal mark and at least three have the other.
    private func checkDecimal(_ reading: SampleReading) throws(IngestError) {
        guard let wanted = declared.decimal else { return }
        let marks = NumberMarks(reading, sample.bytes)
        let (own, other) = wanted == Ascii.comma ? (marks.commas, marks.points) : (marks.points, marks.commas)
        guard own == 0, other >= 3 else { return }
        let mark = wanted == Ascii.comma ? Ascii.point : Ascii.comma
        throw error(
            "No number has the declared decimal mark; \(other) cells have \(characterName(mark)).",
            line: wanted == Ascii.comma ? marks.firstPoint : marks.firstComma,
            "Declare decimal: \(characterName(mark)), or leave it open.")
    }

    private func checkHeader(_ reading: SampleReading) throws(IngestError) {
        guard let lines = declared.headerLines, let first = reading.firstRecord, first.width == reading.width else {
            return
        }
        let body = reading.first.filter { !$0.isBlank && !$0.isDamaged && $0.width == reading.width }.dropFirst()
        guard body.count >= 3 else { return }
        let kinds = first.cells.map { CellKind(sample.bytes[$0]) }
        let values = (0..<reading.width).filter { column in
            body.allSatisfy { CellKind(sample.bytes[$0.cells[column]]) == .value }
        }
        if lines == 0, !values.isEmpty, kinds.allSatisfy({ $0 == .word }) {
            throw error(
                "No header is declared; the first record holds words above columns of numbers.", line: first.line,
                "Declare header_lines: 1, or leave it open.")
        }
        if lines > 0, kinds.contains(.value), values.contains(where: { kinds[$0] == .value }),
            values.allSatisfy({ kinds[$0] != .word })
        {
            throw error(
                "A header is declared; the first record is an answer like the others.", line: first.line,
                "Declare header_lines: 0, or the right number of preamble_lines.")
        }
    }

    private func checkDescriptionRows(_ reading: SampleReading) throws(IngestError) {
        guard let wanted = declared.descriptionRows,
            let found = DescriptionRows(reading, sample.bytes, headerLines: max(declared.headerLines ?? 1, 1)),
            found.count != wanted
        else { return }
        throw error(
            "Description rows declared: \(wanted); the row with import codes is number \(found.count) under the header.",
            line: found.codesLine, "Declare description_rows: \(found.count), or leave it open.")
    }
}
