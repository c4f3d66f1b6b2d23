/// Finds out what a file is, and with a codebook whether it keeps the codebook's rules.
public enum Inspector {
    /// Never throws: what is wrong stands in the answer. `policy`: limits where no codebook gives them.
    public static func inspect(
        path: String, declared: DialectDeclaration = .none, codebook: Codebook? = nil,
        policy: IngestPolicy = IngestPolicy(), includeRecords: Bool = false
    ) -> FileInspection {
        do {
            let file = try SurveyFile.open(path, declared: declared)
            return try inspect(
                bytes: file.text, original: file.original, path: path, declared: file.dialect,
                codebook: codebook.map { book throws(IngestError) in try file.fitting(book) }, policy: policy,
                includeRecords: includeRecords)
        } catch {
            var inspection = FileInspection(outcome: .reject)
            inspection.error = error.naming(file: path)
            return inspection
        }
    }

    static func inspect(
        bytes: [UInt8], original: [UInt8]? = nil, path: String, declared: DialectDeclaration,
        codebook: Codebook?, policy: IngestPolicy, includeRecords: Bool
    ) throws(IngestError) -> FileInspection {
        let limits = codebook?.policy.limits ?? policy.limits
        let opened = try OpenedFile.open(
            bytes, declared: declared.over(codebook?.csv), limits: limits, guessesHeader: true)
        try Sidecar.check(path: path, bytes: original ?? bytes, recordCount: opened.records.recordCount)
        var inspection = FileInspection(outcome: .accept)
        inspection.dialect = opened.records.dialect
        inspection.dialectReason = opened.reason
        inspection.dialectScore = opened.score
        inspection.includesRecords = includeRecords
        var records = opened.records
        var shown = Array(0..<records.columnCount)
        if let codebook {
            let decoded: WaveDecoder
            do { decoded = try WaveDecoder(records, codebook: codebook) } catch {
                inspection.outcome = .reject
                inspection.error = error.naming(file: path)
                inspection.header = records.header
                return inspection
            }
            inspection.codebookApplied = decoded.header.matchesAny
            records = decoded.records
            if decoded.header.matchesAny { shown = decoded.header.columnOfVariable.compactMap { $0 } }
            inspection.header = shown.map { decoded.header.names[$0] }
        } else {
            warnOfHeader(&records)
            inspection.header = records.header
        }
        let types =
            codebook.map { codebook in
                Dictionary(codebook.variables.map { ($0.column, $0.type.rawValue) }) { first, _ in first }
            } ?? [:]
        describe(records, columns: shown, types: types, &inspection)
        if includeRecords {
            inspection.rows = (0..<records.rowCount).map { row in shown.map { records.text(row, $0) } }
        }
        return inspection
    }

    private static func describe(
        _ records: CSVRecords, columns: [Int], types: [String: String], _ inspection: inout FileInspection
    ) {
        inspection.rowCount = records.rowCount
        inspection.badRecords = records.badRecords
        inspection.warnings = records.warnings
        for (position, column) in columns.enumerated() {
            let name = inspection.header?[position] ?? "column \(column + 1)"
            let kind = ColumnKind(records, column)
            inspection.columns.append(
                .init(name: name, type: types[name] ?? kind.type, missing: kind.missing, distinct: kind.distinct))
        }
        if !records.badRecords.isEmpty {
            inspection.outcome = .quarantine
        } else if !records.warnings.isEmpty {
            inspection.outcome = .acceptWarn
        }
    }

    /// Without a codebook a doubtful header is worth a word; with one it decides.
    private static func warnOfHeader(_ records: inout CSVRecords) {
        if records.recordCount == 0 {
            records.warn(
                FileWarning("HEADER_ONLY", count: 1, lines: [1], message: "the file holds 0 records under its header"))
        }
        guard let header = records.header else { return }
        let empty = header.indices.filter { header[$0].isEmpty }
        if !empty.isEmpty {
            records.warn(
                FileWarning(
                    "EMPTY_HEADER", count: empty.count, lines: [1], message: "column \(empty[0] + 1) has no name"))
        }
        var seen: Set<String> = []
        let repeated = header.filter { !$0.isEmpty && !seen.insert($0).inserted }
        if !repeated.isEmpty {
            records.warn(
                FileWarning(
                    "DUPLICATE_HEADER", count: repeated.count, columns: repeated.map(printable), lines: [1],
                    message: "column names stand more than once"))
        }
    }
}

/// The kind of a column, from its cells alone.
struct ColumnKind {
    private(set) var type = "text"
    private(set) var missing = 0
    private(set) var distinct = 0

    init(_ records: CSVRecords, _ column: Int) {
        var seen: Set<[UInt8]> = []
        var isWhole = true
        var isNumber = true
        var isDate = true
        var present = 0
        for row in 0..<records.rowCount {
            records.withField(row, column) { bytes, whole in
                let place = CellSource.trimmed(bytes, whole)
                if place.isEmpty {
                    missing += 1
                    return
                }
                present += 1
                if seen.count < FileInspection.ColumnFacts.distinctLimit { seen.insert(CellSource.copy(bytes, place)) }
                guard isNumber || isDate else { return }
                let value = isNumber ? NumberParser.plain(bytes, place, decimal: records.dialect.decimal) : nil
                if value == nil { isNumber = false }
                if value.map({ $0 != $0.rounded() }) ?? true { isWhole = false }
                if isDate, DateParser.days(bytes, place) == nil { isDate = false }
            }
        }
        distinct = seen.count
        guard present > 0 else { return }
        let values = seen.map { String(decoding: $0, as: UTF8.self).lowercased() }
        if isDate {
            type = "date"
        } else if distinct == 2,
            values.allSatisfy({ ["0", "1", "true", "false", "ja", "nee", "yes", "no"].contains($0) })
        {
            type = "boolean"
        } else if isNumber {
            type = isWhole ? "int" : "number"
        } else if distinct <= 20, distinct * 4 <= present {
            type = "code"
        }
    }
}
