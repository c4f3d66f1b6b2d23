import PeilTable

/// Reads any rectangular text file for an analysis plan: no codebook, types from the cells.
public enum AnalysisTableReader {
    /// A column whose present cells are all numbers becomes numeric (decimal point, or decimal comma
    /// in a semicolon file); any other becomes categorical with its codes in byte order, or an
    /// identifier beyond 65535 distinct values. An empty cell, or one that is `missingValue`, is not
    /// answered; the word NA only where it is declared. Only `columns` are decoded; nil takes all.
    /// Errors: as `WaveReader`; a ragged file is refused whole (its first bad record is named).
    public static func read(
        path: String, columns: Set<String>? = nil, missingValue: String? = nil,
        dialect: DialectDeclaration = .none
    ) throws(IngestError) -> Table {
        let bytes = try FileBytes.read(path)
        do { return try read(bytes: bytes, columns: columns, missingValue: missingValue, dialect: dialect) } catch {
            throw error.naming(file: path)
        }
    }

    static func read(
        bytes: [UInt8], columns: Set<String>?, missingValue: String?, dialect: DialectDeclaration = .none
    )
        throws(IngestError) -> Table
    {
        let opened = try OpenedFile.open(
            bytes, declared: dialect, limits: CSVLimits(columns: 65_536), guessesHeader: false)
        let records = opened.records
        if let bad = records.badRecords.first {
            throw IngestError(
                bad.code, "\(records.badRecords.count) bad records; the first: \(bad.message).", line: bad.line,
                remedy: "Mend the file, or read it with a codebook that says how many bad records are allowed.")
        }
        let header = (records.header ?? []).map(HeaderMatch.cleaned)
        if let columns, let absent = columns.sorted().first(where: { !header.contains($0) }) {
            throw IngestError(
                "MISSING_COLUMN", "The file has no column \(printable(absent)).", line: 1,
                remedy: nearestName(to: absent, among: header).map { "Did you mean '\(printable($0))'?" }
                    ?? "Columns: \(header.prefix(40).map(printable).joined(separator: ", ")).")
        }
        var table = Table(rowCount: records.rowCount)
        for (index, name) in header.enumerated() where columns?.contains(name) ?? true {
            guard !table.has(name) else {
                throw IngestError(
                    "DUPLICATE_HEADER", "Two columns are named \(printable(name)).", line: 1, column: index + 1,
                    remedy: "Give each column a name of its own.")
            }
            table.set(
                column(records, index, missing: missingValue.map { Array($0.utf8) } ?? []),
                for: Variable(name: name, wording: LocalizedText(everywhere: name)))
        }
        return table
    }

    private static func column(_ records: CSVRecords, _ index: Int, missing: [UInt8]) -> Column {
        numeric(records, index, missing: missing) ?? coded(records, index, missing: missing)
    }

    /// Nil at the first present cell that is no number.
    private static func numeric(_ records: CSVRecords, _ index: Int, missing: [UInt8]) -> Column? {
        let decimal = records.dialect.delimiter == Ascii.comma ? Ascii.point : records.dialect.decimal
        var builder = NumberBuilder(count: records.rowCount)
        var present = 0
        for row in 0..<records.rowCount {
            let isNumber = records.withField(row, index) { bytes, whole in
                let place = CellSource.trimmed(bytes, whole)
                if place.isEmpty || !missing.isEmpty && CellSource.equal(bytes, place, missing) {
                    builder.miss(row, .notAnswered)
                    return true
                }
                guard let value = NumberParser.plain(bytes, place, decimal: decimal), value.isFinite else {
                    return false
                }
                present += 1
                builder.set(row, value)
                return true
            }
            if !isNumber { return nil }
        }
        return present > 0 || records.rowCount == 0 ? builder.column : nil
    }

    private static func coded(_ records: CSVRecords, _ index: Int, missing: [UInt8]) -> Column {
        var interner = CellInterner()
        var names: [String] = []
        var indices = [Int32](repeating: -1, count: records.rowCount)
        for row in 0..<records.rowCount {
            records.withField(row, index) { bytes, place in
                if place.isEmpty || !missing.isEmpty && CellSource.equal(bytes, place, missing) { return }
                if let known = interner.index(bytes, place) {
                    indices[row] = known
                    return
                }
                let fresh = Int32(names.count)
                interner.set(bytes, place, to: fresh)
                names.append(String(decoding: CellSource.copy(bytes, place), as: UTF8.self))
                indices[row] = fresh
            }
        }
        guard names.count <= Int(UInt16.max) else {
            return .identifier(IdentifierColumn(names: names, indices: indices))
        }
        let order = names.indices.sorted { names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8) }
        var rank = [UInt16](repeating: 0, count: names.count)
        for (position, original) in order.enumerated() { rank[original] = UInt16(position) }
        return .categorical(
            CategoricalColumn(
                categories: order.map { Category(code: names[$0], label: LocalizedText(everywhere: names[$0])) },
                codes: indices.map { $0 < 0 ? 0 : rank[Int($0)] },
                reasons: indices.map { $0 < 0 ? MissingReason.notAnswered.rawValue : 0 }))
    }
}
