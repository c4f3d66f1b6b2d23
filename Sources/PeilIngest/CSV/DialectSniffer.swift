/// Finds out how a file is written. A dialect is proposed by how well the file's own records agree in
/// width; a second-choice reading needs the habit of the whole sample.
public enum DialectSniffer {
    /// Looked for in every file.
    static let delimiters: [UInt8] = [Ascii.comma, Ascii.semicolon, Ascii.tab, Ascii.bar]
    /// Looked for where none of those fits; they stand in text as well and must fit beyond doubt.
    static let rareDelimiters: [UInt8] = [Ascii.caret, Ascii.tilde, Ascii.colon, Ascii.space]
    /// Bytes looked at for a proposal, and of them for the choice of the delimiter.
    static let sampleBytes = 1 << 20
    static let delimiterBytes = 1 << 17

    /// `score`: share of sampled records that fit. Errors: those of the encoding, and
    /// DIALECT_CONTRADICTION where a binding declaration does not fit the file.
    public static func propose(
        _ bytes: [UInt8], declared: DialectDeclaration = .none
    )
        throws(IngestError) -> (dialect: CSVDialect, reason: String, score: Double, warnings: [FileWarning])
    {
        try FileSignature.refuseOtherFormats(bytes)
        let text = try TextEncoding.decode(bytes, declared: declared)
        let proposal = try propose(text, declared: declared)
        return (proposal.dialect, proposal.reason, proposal.score, text.warnings + proposal.warnings)
    }

    struct Proposal {
        var dialect: CSVDialect
        /// In words, the widths of the records first.
        var reasons: [String] = []
        var reason: String { reasons.joined(separator: "; ") }
        /// Share of the sampled records that fit.
        var score = 0.0
        var warnings: [FileWarning] = []
        /// What stands above the header.
        var preamble: PreambleGuess?
    }

    static func propose(_ text: DecodedText, declared: DialectDeclaration) throws(IngestError) -> Proposal {
        var dialect = CSVDialect()
        dialect.apply(declared)
        dialect.encoding = text.encoding
        let sample = Sample(text.bytes)
        let hint = CSVReader.separatorLine(text.bytes)
        var proposal = delimiter(sample, base: dialect, declared: declared, hint: hint)
        proposal.dialect.lineEnd = sample.lineEnd
        let contradiction = DialectContradiction(sample: sample, declared: declared)
        try contradiction.checkDelimiter(proposal.dialect, hint: hint)
        if !declared.isBinding || !declared.saysQuoting {
            proposal = QuotingGuess.improve(proposal, sample)
        }
        let reading = sample.reading(proposal.dialect)
        try contradiction.checkRest(reading)
        proposal.score = reading.share
        proposal.reasons.insert(
            reading.width > 1
                ? "\(reading.fitting) of \(reading.count) records have \(reading.width) fields" : "one column", at: 0)
        if let wanted = declared.delimiter, wanted != proposal.dialect.delimiter {
            proposal.reasons.append("declared is \(characterName(wanted))")
        }
        guessMarks(sample, reading, declared, &proposal)
        if declared.preambleLines == nil, declared.headerLines ?? 1 > 0 {
            proposal.preamble = PreambleGuess(reading, sample.bytes)
        }
        if declared.descriptionRows == nil { guessDescriptionRows(sample, reading, &proposal) }
        return proposal
    }

    private static func guessDescriptionRows(_ sample: Sample, _ reading: SampleReading, _ proposal: inout Proposal) {
        guard proposal.dialect.headerLines > 0,
            let rows = DescriptionRows(reading, sample.bytes, headerLines: proposal.dialect.headerLines)
        else { return }
        proposal.dialect.descriptionRows = rows.count
        proposal.reasons.append("import codes in row \(rows.count) under the header")
        proposal.warnings.append(
            FileWarning(
                "MULTIROW_HEADER", count: rows.count, lines: [rows.firstLine],
                message: "\(rows.count) rows under the header describe the columns and are no answers"))
    }

    private static func guessMarks(
        _ sample: Sample, _ reading: SampleReading, _ declared: DialectDeclaration, _ proposal: inout Proposal
    ) {
        let marks = NumberMarks(reading, sample.bytes)
        // A file with another delimiter than the codebook expects comes from another program, with its own mark.
        let isOtherProgram = declared.delimiter.map { $0 != proposal.dialect.delimiter } ?? false
        if declared.decimal == nil || isOtherProgram {
            proposal.dialect.decimal = marks.decimal
            if marks.decimal == Ascii.comma {
                proposal.reasons.append("decimal commas in \(marks.commas) cells")
            }
        }
        if declared.grouping == nil, let mark = marks.grouping, mark != proposal.dialect.decimal {
            proposal.dialect.grouping = mark
            proposal.reasons.append("groups of three digits in \(marks.groupedCells) cells")
        }
    }

    // MARK: The delimiter

    private static func delimiter(
        _ sample: Sample, base: CSVDialect, declared: DialectDeclaration, hint: UInt8?
    ) -> Proposal {
        func proposal(_ delimiter: UInt8, _ reason: String? = nil) -> Proposal {
            var dialect = base
            dialect.delimiter = delimiter
            return Proposal(dialect: dialect, reasons: reason.map { [$0] } ?? [])
        }
        if let wanted = declared.delimiter, declared.isBinding { return proposal(wanted, "declared") }
        if let hint { return proposal(hint, "named by a sep= line") }
        func candidate(_ delimiter: UInt8) -> Candidate {
            var dialect = base
            dialect.delimiter = delimiter
            return Candidate(sample, dialect, mayChangeQuotes: !declared.saysQuoting)
        }
        if let wanted = declared.delimiter, candidate(wanted).firstWidth > 1 { return proposal(wanted, "declared") }
        let common = delimiters.filter(sample.holds).map(candidate)
        var best: Candidate?
        for found in common
        where found.score > 0 && !found.isDecimalComma(among: common) && found.isBetter(than: best) { best = found }
        if let best, best.score >= 0.5 { return proposal(best.delimiter) }
        let rare = rareDelimiters.filter(sample.holds).map(candidate)
        if let found = rare.first(where: { $0.fitsBeyondDoubt(sample.bytes, score: best?.score ?? 0) }) {
            return proposal(found.delimiter)
        }
        if let best { return proposal(best.delimiter) }
        if let found = (common + rare).filter(\.standsBesideQuotes).max(by: { $0.undamagedShare < $1.undamagedShare }) {
            return proposal(found.delimiter, "quotes open and close beside \(characterName(found.delimiter))")
        }
        return proposal(declared.delimiter ?? Ascii.comma, "no delimiter fits")
    }

    /// One delimiter and how the head of the file fares with it.
    private struct Candidate {
        let reading: SampleReading
        /// Share of cells that hold no other delimiter; a decimal comma is none.
        let cleanness: Double
        /// Each delimiter, in the first records.
        let standsBetweenDigits: Bool
        var delimiter: UInt8 { reading.dialect.delimiter }
        var firstWidth: Int { reading.firstRecord?.width ?? 0 }

        init(_ sample: Sample, _ dialect: CSVDialect, mayChangeQuotes: Bool) {
            let bytes = sample.bytes
            var best = sample.headReading(dialect)
            if mayChangeQuotes, best.isBroken || best.damaged * 10 > best.count {
                for other in QuotingGuess.otherQuotes(sample, dialect) {
                    let found = sample.headReading(other)
                    if found.width > 1, !found.isBroken, best.isBroken || found.share > best.share { best = found }
                }
            }
            reading = best
            var clean = 0
            var cells = 0
            for record in reading.first.prefix(100) where !record.isBlank {
                for cell in record.cells.prefix(1000) {
                    cells += 1
                    let holdsOther = bytes[cell].contains { $0 != dialect.delimiter && delimiters.contains($0) }
                    if !holdsOther || NumberParser.mark(of: bytes[cell]) != nil { clean += 1 }
                }
            }
            cleanness = cells == 0 ? 0 : Double(clean) / Double(cells)
            standsBetweenDigits = reading.first.prefix(100).allSatisfy { record in
                record.cells.prefix(1000).dropLast().allSatisfy { cell in
                    let place = cell.upperBound
                    return place > 0 && place + 1 < bytes.count && Ascii.isDigit(bytes[place - 1])
                        && Ascii.isDigit(bytes[place + 1])
                }
            }
        }

        /// Share of records of the usual width, halved where the first record has another; nothing for a width of one.
        var score: Double {
            reading.width > 1 ? reading.share * (firstWidth == reading.width ? 1 : 0.5) : 0
        }

        var undamagedShare: Double {
            reading.count == 0 ? 0 : 1 - Double(reading.damaged) / Double(reading.count)
        }

        /// Every comma stands between two digits, and another delimiter makes as many fields: in a file of
        /// measurements with a damaged header each record may hold one decimal comma.
        func isDecimalComma(among others: [Candidate]) -> Bool {
            delimiter == Ascii.comma && standsBetweenDigits
                && others.contains { $0.delimiter != delimiter && $0.reading.width >= reading.width }
        }

        func isBetter(than other: Candidate?) -> Bool {
            guard let other else { return true }
            return (score, cleanness, Double(reading.width))
                > (other.score, other.cleanness, Double(other.reading.width))
        }

        /// No other reading explains the quotes.
        var standsBesideQuotes: Bool {
            !reading.isBroken && firstWidth > 1 && reading.quotedFields * 2 >= reading.count && reading.count > 1
                && undamagedShare > 0.9
        }

        /// For a character that stands in text as well: the records agree better than with any other, and
        /// where it is a colon or a space the first holds words, one of them above a column of numbers.
        func fitsBeyondDoubt(_ bytes: [UInt8], score other: Double) -> Bool {
            if delimiter == Ascii.caret || delimiter == Ascii.tilde { return score > max(other, 0.4) }
            guard reading.count > 1, reading.width > 1, firstWidth == reading.width, reading.share >= 0.95,
                !reading.isBroken, let header = reading.firstRecord
            else { return false }
            if reading.delimitersBeforeSpace * 20 > reading.delimiters { return false }
            guard header.cells.allSatisfy({ CellKind(bytes[$0]) == .word }) else { return false }
            let body = reading.first.filter { !$0.isBlank && $0.width == reading.width }.dropFirst()
            return (0..<reading.width).contains { column in
                body.allSatisfy { CellKind(bytes[$0.cells[column]]) == .value }
            }
        }
    }
}

extension DialectDeclaration {
    /// Anything about quotes is declared.
    var saysQuoting: Bool { quote != nil || hasNoQuote || escape != nil || hasNoEscape }
}
