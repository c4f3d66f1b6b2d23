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
        let file = try SurveyFile.open(path, declared: dialect, userMissing: .madeEmpty)
        do {
            return try read(bytes: file.text, columns: columns, missingValue: missingValue, dialect: file.dialect)
        } catch { throw error.naming(file: path) }
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
        var wanted: [Int] = []
        var names: Set<String> = []
        for (index, name) in header.enumerated() where columns?.contains(name) ?? true {
            guard names.insert(name).inserted else {
                throw IngestError(
                    "DUPLICATE_HEADER", "Two columns are named \(printable(name)).", line: 1, column: index + 1,
                    remedy: "Give each column a name of its own.")
            }
            wanted.append(index)
        }
        let missing = missingValue.map { Array($0.utf8) } ?? []
        var table = Table(rowCount: records.rowCount)
        for start in stride(from: 0, to: wanted.count, by: columnsAtOnce) {
            let some = Array(wanted[start..<min(start + columnsAtOnce, wanted.count)])
            for (index, numbers) in zip(some, numeric(records, some, missing: missing)) {
                table.set(
                    numbers ?? coded(records, index, missing: missing),
                    for: Variable(name: header[index], wording: LocalizedText(everywhere: header[index])))
            }
        }
        return table
    }

    /// Columns that are read together: they share the trip through memory, and their numbers so far fit beside it.
    private static let columnsAtOnce = 64
    /// Rows whose text stays in the processor's cache while each column takes its cells.
    private static let rowsAtOnce = 1024

    /// The columns at `indices` as numbers, nil for each with a present cell that is no number or none present.
    /// A block of rows at a time: column by column over a large file, every cell would wait for memory.
    private static func numeric(_ records: CSVRecords, _ indices: [Int], missing: [UInt8]) -> [Column?] {
        let decimal = records.dialect.delimiter == Ascii.comma ? Ascii.point : records.dialect.decimal
        let rowCount = records.rowCount
        var readers: [NumberColumnReader?] = indices.map { _ in NumberColumnReader(count: rowCount) }
        for start in stride(from: 0, to: rowCount, by: rowsAtOnce) {
            let rows = start..<min(start + rowsAtOnce, rowCount)
            for position in indices.indices {
                // Taken out while it reads, so that its arrays are written in place.
                guard var reader = readers[position].take() else { continue }
                if reader.read(records, rows, indices[position], missing: missing, decimal: decimal) {
                    readers[position] = reader
                }
            }
        }
        return readers.map { reader in
            reader.flatMap { $0.holdsNumber || rowCount == 0 ? $0.builder.column : nil }
        }
    }

    /// The numbers of one column so far.
    private struct NumberColumnReader {
        var builder: NumberBuilder
        var holdsNumber = false

        init(count: Int) { builder = NumberBuilder(count: count) }

        /// False at the first present cell that is no number.
        mutating func read(
            _ records: CSVRecords, _ rows: Range<Int>, _ index: Int, missing: [UInt8], decimal: UInt8
        ) -> Bool {
            for row in rows {
                let isNumber = records.withField(row, index) { bytes, whole in
                    let place = CellSource.trimmed(bytes, whole)
                    if place.isEmpty || !missing.isEmpty && CellSource.equal(bytes, place, missing) {
                        builder.miss(row, .notAnswered)
                        return true
                    }
                    guard let value = NumberParser.plain(bytes, place, decimal: decimal), value.isFinite else {
                        return false
                    }
                    holdsNumber = true
                    builder.set(row, value)
                    return true
                }
                if !isNumber { return false }
            }
            return true
        }
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
