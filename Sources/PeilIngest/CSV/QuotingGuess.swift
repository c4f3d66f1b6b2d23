/// Other ways of quoting, taken only where the standard reading fails and the other fits the sample.
enum QuotingGuess {
    static func improve(_ proposal: DialectSniffer.Proposal, _ sample: Sample) -> DialectSniffer.Proposal {
        let standard = sample.reading(proposal.dialect)
        guard standard.bad > 0 || standard.isBroken else { return proposal }
        func attempt(_ reason: String, _ change: (inout CSVDialect) -> Void) -> DialectSniffer.Proposal? {
            var other = proposal
            change(&other.dialect)
            let found = sample.reading(other.dialect)
            // A few bad records among many that the standard reading spoils are records of their own trouble.
            guard found.bad == 0 || found.bad * 20 <= standard.bad, !found.isBroken,
                found.width > 1 || standard.width == 1
            else { return nil }
            other.reasons.append(reason)
            return other
        }
        let isHabit = standard.bad >= 3 || standard.isBroken && sample.bytes.count > 4096
        if quotesSingly(sample.bytes, proposal.dialect.delimiter) {
            let single = attempt("single quotes") {
                $0.quote = Ascii.apostrophe
                $0.escape = Ascii.apostrophe
            }
            if let single { return single }
            let unescaped = attempt("single quotes that are not doubled inside fields") {
                $0.quote = Ascii.apostrophe
                $0.escape = nil
            }
            if let unescaped, isHabit { return warned(unescaped, standard.bad) }
        }
        if isHabit, let escaped = attempt("backslash before quotes", { $0.escape = Ascii.backslash }) { return escaped }
        let everyDelimiterHasSpace = standard.delimiters > 0 && standard.delimiters == standard.delimitersBeforeSpace
        if standard.isBroken || standard.bad * 2 > standard.count || isHabit && everyDelimiterHasSpace,
            let spaced = attempt("a space after each delimiter", { $0.skipsSpace = true })
        {
            return spaced
        }
        if isHabit, let plain = attempt("quotes inside quoted fields are not doubled", { $0.escape = nil }) {
            return warned(plain, standard.bad)
        }
        return proposal
    }

    /// Single quotes where fields begin with them, and backslashes where there are any.
    static func otherQuotes(_ sample: Sample, _ dialect: CSVDialect) -> [CSVDialect] {
        var others: [CSVDialect] = []
        if sample.holds(Ascii.backslash) {
            others.append(dialect)
            others[0].escape = Ascii.backslash
        }
        if quotesSingly(sample.bytes, dialect.delimiter) {
            var single = dialect
            single.quote = Ascii.apostrophe
            single.escape = Ascii.apostrophe
            others.append(single)
        }
        return others
    }

    private static func warned(_ proposal: DialectSniffer.Proposal, _ count: Int) -> DialectSniffer.Proposal {
        var proposal = proposal
        proposal.warnings.append(
            FileWarning(
                "STRAY_QUOTE", count: count,
                message: "quotes inside quoted fields are not doubled; they were kept as text"))
        return proposal
    }

    /// A field begins with a single quote, and none with a double one: elsewhere it is an apostrophe.
    static func quotesSingly(_ sample: [UInt8], _ delimiter: UInt8) -> Bool {
        var previous = Ascii.lineFeed
        var isFound = false
        for byte in sample {
            if previous == delimiter || Ascii.isLineEnd(previous) {
                if byte == Ascii.quote { return false }
                if byte == Ascii.apostrophe { isFound = true }
            }
            previous = byte
        }
        return isFound
    }
}
