/// Finds out how a file is written. A dialect is proposed by how well the file's own records agree
/// with the width of its first record; a second-choice reading needs the habit of the whole file.
public enum DialectSniffer {
    static let delimiters: [UInt8] = [Ascii.comma, Ascii.semicolon, Ascii.tab, Ascii.bar]
    /// Bytes looked at for a proposal.
    static let sampleBytes = 1 << 20

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
        var reason: String
        var score: Double
        var warnings: [FileWarning] = []
    }

    static func propose(_ text: DecodedText, declared: DialectDeclaration) throws(IngestError) -> Proposal {
        var dialect = CSVDialect()
        dialect.apply(declared)
        dialect.encoding = text.encoding
        let sample = sample(text.bytes)
        let hint = CSVReader.separatorLine(text.bytes)
        var proposal = delimiter(sample, base: dialect, declared: declared, hint: hint)
        if declared.isBinding, let wanted = declared.delimiter {
            try refuse(contradiction: wanted, proposal, sample, dialect)
        }
        if !declared.isBinding || (declared.quote == nil && !declared.hasNoQuote && declared.escape == nil) {
            proposal = quoting(sample, proposal)
        }
        if declared.decimal == nil || proposal.dialect.delimiter != declared.delimiter && !declared.isBinding {
            proposal.dialect.decimal = decimal(sample, proposal.dialect)
        }
        return proposal
    }

    /// The head of the file, cut at a line end.
    private static func sample(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count > sampleBytes else { return bytes }
        let end = bytes[..<sampleBytes].lastIndex(of: Ascii.lineFeed) ?? sampleBytes - 1
        return Array(bytes[...end])
    }

    /// How a sample fares under one dialect.
    struct Fit {
        var width = 0, records = 0, fitting = 0, bad = 0
        var isBroken = false
        var share: Double { records == 0 ? 0 : Double(fitting) / Double(records) }
        /// Share of fitting records, with nothing for a width of one.
        var score: Double { width > 1 ? share : 0 }
    }

    static func fit(_ sample: [UInt8], _ dialect: CSVDialect) -> Fit {
        let start = CSVReader.startOfRecords(sample, preambleLines: dialect.preambleLines)
        let split = RecordSplitter.split(
            sample, from: start.offset, line: start.line, dialect: dialect, limits: CSVLimits())
        var fit = Fit()
        fit.isBroken = split.unterminatedLine != nil || split.tooManyColumns != nil
        for record in split.records where !record.isBlank {
            if fit.width == 0 { fit.width = Int(record.fieldCount) }
            fit.records += 1
            let isBad =
                Int(record.fieldCount) != fit.width || record.damage.rawValue > RecordDamage.toleratedQuote.rawValue
            if isBad { fit.bad += 1 } else { fit.fitting += 1 }
        }
        return fit
    }

    private static func delimiter(
        _ sample: [UInt8], base: CSVDialect, declared: DialectDeclaration, hint: UInt8?
    ) -> Proposal {
        var dialect = base
        if let hint {
            dialect.delimiter = hint
            return Proposal(dialect: dialect, reason: "named by a sep= line", score: fit(sample, dialect).share)
        }
        if let wanted = declared.delimiter {
            dialect.delimiter = wanted
            let found = fit(sample, dialect)
            if declared.isBinding || found.width > 1 {
                return Proposal(dialect: dialect, reason: "declared", score: found.share)
            }
        }
        var best = Proposal(dialect: dialect, reason: "no delimiter occurs in the first record", score: 0)
        best.dialect.delimiter = declared.delimiter ?? Ascii.comma
        var bestFit = Fit()
        for candidate in delimiters {
            dialect.delimiter = candidate
            let found = fit(sample, dialect)
            guard
                found.score > bestFit.score
                    || found.score == bestFit.score && found.score > 0 && found.width > bestFit.width
            else { continue }
            bestFit = found
            best = Proposal(
                dialect: dialect,
                reason: "\(found.fitting) of \(found.records) records have the \(found.width) fields of the first",
                score: found.score)
        }
        return best
    }

    private static func refuse(
        contradiction wanted: UInt8, _ proposal: Proposal, _ sample: [UInt8], _ base: CSVDialect
    ) throws(IngestError) {
        guard fit(sample, proposal.dialect).width <= 1 else { return }
        for candidate in delimiters where candidate != wanted {
            var other = base
            other.delimiter = candidate
            let found = fit(sample, other)
            guard found.width > 1, found.share > 0.9, found.records > 1 else { continue }
            throw IngestError(
                "DIALECT_CONTRADICTION",
                "The declared delimiter does not occur in the first record; another one splits every record alike.",
                line: 1, remedy: "Leave the delimiter open, or declare the one that the file uses.")
        }
    }

    /// Other ways of quoting, taken only where the standard reading fails and the other fits every record.
    private static func quoting(_ sample: [UInt8], _ proposal: Proposal) -> Proposal {
        let standard = fit(sample, proposal.dialect)
        guard standard.bad > 0 || standard.isBroken else { return proposal }
        func attempt(_ reason: String, _ change: (inout CSVDialect) -> Void) -> Proposal? {
            var other = proposal
            change(&other.dialect)
            let found = fit(sample, other.dialect)
            guard found.bad == 0, !found.isBroken, found.width > 1 || standard.width == 1 else { return nil }
            other.reason += "; " + reason
            other.score = found.share
            return other
        }
        let isHabit = standard.bad >= 3 || standard.isBroken && sample.count > 4096
        if let single = attempt(
            "single quotes",
            {
                $0.quote = Ascii.apostrophe
                $0.escape = Ascii.apostrophe
            }),
            quotesSingly(sample, single.dialect)
        {
            return single
        }
        if isHabit, let escaped = attempt("backslash before quotes", { $0.escape = Ascii.backslash }) { return escaped }
        if standard.isBroken || standard.bad * 2 > standard.records,
            let spaced = attempt("a space after each delimiter", { $0.skipsSpace = true })
        {
            return spaced
        }
        if isHabit, var plain = attempt("quotes inside quoted fields are not doubled", { $0.escape = nil }) {
            plain.warnings.append(
                FileWarning(
                    "STRAY_QUOTE", count: standard.bad,
                    message: "quotes inside quoted fields are not doubled; they were kept as text"))
            return plain
        }
        return proposal
    }

    /// A field begins with a single quote, and none with a double one: elsewhere it is an apostrophe.
    private static func quotesSingly(_ sample: [UInt8], _ dialect: CSVDialect) -> Bool {
        var previous = Ascii.lineFeed
        var isFound = false
        for byte in sample {
            if previous == dialect.delimiter || previous == Ascii.lineFeed || previous == Ascii.carriageReturn {
                if byte == Ascii.quote { return false }
                if byte == Ascii.apostrophe { isFound = true }
            }
            previous = byte
        }
        return isFound
    }

    /// A comma where cells of digits, one comma and digits outnumber cells with a point.
    private static func decimal(_ sample: [UInt8], _ dialect: CSVDialect) -> UInt8 {
        let split = RecordSplitter.split(
            Array(sample.prefix(1 << 16)), from: 0, line: 1, dialect: dialect, limits: CSVLimits())
        var commas = 0
        var points = 0
        for record in split.records {
            for column in 0..<Int(record.fieldCount) {
                let place = CSVRecords.place(record, column, split.fieldEnds, sample, dialect)
                switch NumberParser.mark(of: sample[place]) {
                case Ascii.comma: commas += 1
                case Ascii.point: points += 1
                default: break
                }
            }
        }
        return commas > points ? Ascii.comma : Ascii.point
    }
}
