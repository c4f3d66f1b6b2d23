import PeilTable

/// Decodes one column of a wave by the rules of its variable. Troubles quarantine their record.
struct ColumnDecoder {
    let source: CellSource
    let dialect: CSVDialect
    var variable: CodebookVariable { source.variable }
    private var name: String { source.variable.column }
    var rowCount: Int { source.records.rowCount }

    func line(_ row: Int) -> Int { source.records.line(row) }

    /// The trimmed cell of a row with the reason why it is absent, if it is.
    private func cell<R>(
        _ row: Int, _ notes: inout DecodingNotes,
        _ use: (Span<UInt8>, Range<Int>, MissingReason?, inout DecodingNotes) -> R
    ) -> R {
        source.withCell(row) { bytes, place in
            let inner = CellSource.trimmed(bytes, place)
            if inner.count != place.count {
                notes.warn("SPACES_TRIMMED", column: name, line: line(row), "spaces around values were taken off")
            }
            return use(bytes, inner, source.reason(bytes, inner), &notes)
        }
    }

    // MARK: Numbers

    func numbers(_ notes: inout DecodingNotes) -> NumberBuilder {
        var builder = NumberBuilder(count: rowCount)
        let decimal = variable.decimal ?? dialect.decimal
        for row in 0..<rowCount {
            cell(row, &notes) { bytes, place, reason, notes in
                if let reason {
                    builder.miss(row, reason)
                    return
                }
                guard let value = number(bytes, place, row, decimal: decimal, &notes) else {
                    builder.miss(row, .technical)
                    return
                }
                builder.set(row, value)
                let isOutside =
                    variable.minimum.map { value < $0 } ?? false || variable.maximum.map { value > $0 } ?? false
                if isOutside { notes.trouble(row, "OUT_OF_RANGE", name, "value outside the range of the codebook") }
            }
        }
        return builder
    }

    private func number(
        _ bytes: Span<UInt8>, _ place: Range<Int>, _ row: Int, decimal: UInt8, _ notes: inout DecodingNotes
    ) -> Double? {
        func bad(_ code: String, _ message: String) -> Double? {
            notes.trouble(row, code, name, message)
            return nil
        }
        switch NumberParser.parse(bytes, place, decimal: decimal) {
        case .value(let value):
            if variable.type == .int, value != value.rounded() { return bad("BAD_NUMBER", "not a whole number") }
            return value
        case .grouped(let value):
            guard variable.allowsThousands else {
                return bad("THOUSANDS_SEPARATOR", "thousands separators are not declared")
            }
            return value
        case .ambiguous(let value):
            if variable.acceptsBothDecimals { return otherMark(bytes, place, decimal) }
            guard variable.allowsThousands else {
                return bad("AMBIGUOUS_NUMBER", "thousands separator or decimal mark: it cannot be told")
            }
            notes.warn(
                "AMBIGUOUS_NUMBER", column: name, line: line(row),
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

    private func otherMark(_ bytes: Span<UInt8>, _ place: Range<Int>, _ decimal: UInt8) -> Double? {
        NumberParser.plain(bytes, place, decimal: decimal == Ascii.comma ? Ascii.point : Ascii.comma)
    }

    /// A weight is a positive number; a missing, zero or negative one is a trouble of its own class.
    func weights(_ notes: inout DecodingNotes) -> NumberBuilder {
        let builder = numbers(&notes)
        var present: [Double] = []
        for row in 0..<rowCount {
            // A cell that could not be read is technical, and has been listed already.
            if builder.reasons[row] == MissingReason.technical.rawValue { continue }
            if builder.reasons[row] != 0 {
                notes.trouble(row, "MISSING_WEIGHT", name, "no weight")
                continue
            }
            let value = builder.values[row]
            if value < 0 { notes.trouble(row, "NEGATIVE_WEIGHT", name, "negative weight") }
            if value == 0 { notes.trouble(row, "ZERO_WEIGHT", name, "weight of zero") }
            if value > 0 { present.append(value) }
        }
        warnOfExtremes(builder, present, &notes)
        return builder
    }

    private func warnOfExtremes(_ builder: NumberBuilder, _ present: [Double], _ notes: inout DecodingNotes) {
        guard !present.isEmpty else { return }
        let median = present.sorted()[present.count / 2]
        for row in 0..<rowCount where builder.values[row] > variable.extremeWeightRatio * median {
            notes.warn(
                "EXTREME_WEIGHT", column: name, line: line(row),
                "weights above \(shortestText(variable.extremeWeightRatio)) medians")
        }
    }

    func dates(_ notes: inout DecodingNotes) -> NumberBuilder {
        var builder = NumberBuilder(count: rowCount)
        for row in 0..<rowCount {
            cell(row, &notes) { bytes, place, reason, notes in
                if let reason {
                    builder.miss(row, reason)
                    return
                }
                guard let days = DateParser.days(bytes, place) else {
                    notes.trouble(row, "BAD_DATE", name, "not a date as dd-mm-jjjj or jjjj-mm-dd")
                    return
                }
                builder.set(row, days)
                let isOutside =
                    variable.minimum.map { days < $0 } ?? false || variable.maximum.map { days > $0 } ?? false
                if isOutside { notes.trouble(row, "OUT_OF_RANGE", name, "date outside the period of the codebook") }
            }
        }
        return builder
    }

    // MARK: Categories

    func codes(_ notes: inout DecodingNotes) -> CategoryBuilder {
        var builder = CategoryBuilder(count: rowCount)
        var interner = codeTable()
        let labels = labelTable()
        for row in 0..<rowCount {
            cell(row, &notes) { bytes, place, reason, notes in
                if let index = interner.index(bytes, place) {
                    builder.set(row, Int(index))
                    return
                }
                if let reason {
                    builder.miss(row, reason)
                    return
                }
                guard let match = labels[Self.folded(bytes, place)] else {
                    notes.trouble(row, "OUT_OF_CODEBOOK", name, "value that the codebook does not list")
                    return
                }
                switch match {
                case .category(let index):
                    notes.warn(
                        "LABELS_NOT_CODES", column: name, line: line(row), "labels stand where codes are expected")
                    builder.set(row, index)
                case .alias(let index):
                    interner.set(bytes, place, to: Int32(index))
                    builder.set(row, index)
                }
            }
        }
        return builder
    }

    private enum LabelMatch {
        case category(Int)
        case alias(Int)
    }

    private func codeTable() -> CellInterner {
        var interner = CellInterner()
        for (index, category) in variable.categories.enumerated() {
            let code = Array(category.code.utf8)
            interner.set(code.span, 0..<code.count, to: Int32(index))
        }
        return interner
    }

    /// Labels in every language, and aliases, in small letters.
    private func labelTable() -> [[UInt8]: LabelMatch] {
        var table: [[UInt8]: LabelMatch] = [:]
        for (index, category) in variable.categories.enumerated() {
            for label in category.label.byLanguage.values { table[Array(label.lowercased().utf8)] = .category(index) }
        }
        for (spelling, code) in variable.aliases {
            guard let index = variable.categories.firstIndex(where: { $0.code == code }) else { continue }
            table[Array(spelling.lowercased().utf8)] = .alias(index)
        }
        return table
    }

    static func folded(_ bytes: Span<UInt8>, _ place: Range<Int>) -> [UInt8] {
        Array(String(decoding: CellSource.copy(bytes, place), as: UTF8.self).lowercased().utf8)
    }

    /// Rows whose cell is truly empty, to tell silence from a code of absence.
    func isBlank(_ row: Int) -> Bool {
        source.withCell(row) { bytes, place in CellSource.trimmed(bytes, place).isEmpty }
    }
}
