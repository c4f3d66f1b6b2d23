import PeilTable

/// Which column of the file belongs to which variable of the codebook: by name, never by position.
struct HeaderMatch {
    /// Header as matched: outer spaces and invisible characters taken off.
    private(set) var names: [String] = []
    /// Column of the file for each variable of the codebook; nil where the file lacks it.
    private(set) var columnOfVariable: [Int?] = []
    private(set) var warnings: [FileWarning] = []
    /// False where the file has none of the columns: it is another file than the codebook describes.
    var matchesAny: Bool { columnOfVariable.contains { $0 != nil } }

    /// Errors: NO_HEADER, PREAMBLE, DUPLICATE_HEADER, EMPTY_HEADER, MISSING_COLUMN.
    init(_ records: CSVRecords, codebook: Codebook) throws(IngestError) {
        guard let header = records.header else {
            throw IngestError(
                "NO_HEADER", "The first record is an answer; the column names are absent.", line: 1,
                remedy: "Export with the names of the columns in the first record.")
        }
        names = header.map(Self.cleaned)
        warnOfInvisible(header)
        var columnOfName: [String: Int] = [:]
        for (column, name) in names.enumerated() where columnOfName[name] == nil { columnOfName[name] = column }
        columnOfVariable = codebook.variables.map { columnOfName[$0.column] }
        let wanted = Set(codebook.variables.map(\.column))
        try refusePreamble(records, wanted: wanted)
        guard matchesAny else { return }
        try refuseBadNames(records, columnOfName)
        try refuseMissing(codebook, wanted: wanted)
        warnOfUnknown(wanted)
    }

    /// Takes off spaces, no-break spaces and zero-width characters at both ends and inside.
    static func cleaned(_ name: String) -> String {
        var scalars = Array(name.unicodeScalars).filter { !isInvisible($0) }.map { $0.value == 0xA0 ? " " : $0 }
        while let first = scalars.first, first == " " || first == "\t" { scalars.removeFirst() }
        while let last = scalars.last, last == " " || last == "\t" { scalars.removeLast() }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars)
        return String(result)
    }

    private static func isInvisible(_ scalar: UnicodeScalar) -> Bool {
        (0x200B...0x200D).contains(scalar.value) || scalar.value == 0x2060 || scalar.value == 0xFEFF
    }

    private mutating func warnOfInvisible(_ header: [String]) {
        let changed = header.indices.filter { header[$0] != names[$0] }
        guard !changed.isEmpty else { return }
        let points = Set(
            changed.flatMap {
                header[$0].unicodeScalars.filter { $0.value == 0xA0 || Self.isInvisible($0) || $0 == " " || $0 == "\t" }
            })
        let list = points.map(\.value).sorted().map { "U+" + Self.hexadecimal($0) }.joined(separator: ", ")
        warnings.append(
            FileWarning(
                "HEADER_NORMALISED", count: changed.count, columns: changed.map { printable(names[$0]) }, lines: [1],
                message: "spaces or invisible characters were taken off column names: \(list)"))
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// The header stands lower down: at least half of the columns are found in a later record.
    private func refusePreamble(_ records: CSVRecords, wanted: Set<String>) throws(IngestError) {
        let found = names.count { wanted.contains($0) }
        guard found * 2 < wanted.count, !wanted.isEmpty else { return }
        var candidates: [(line: Int, fields: [String])] = records.badRecords.prefix(50).map { ($0.line, $0.fields) }
        for row in 0..<min(records.rowCount, 50) {
            candidates.append((records.line(row), (0..<records.columnCount).map { records.text(row, $0) }))
        }
        for candidate in candidates.sorted(by: { $0.line < $1.line }) {
            let names = candidate.fields.map(Self.cleaned).filter { wanted.contains($0) }
            guard names.count * 2 >= wanted.count, let first = names.first else { continue }
            throw IngestError(
                "PREAMBLE", "The header with column \(first) stands on line \(candidate.line), below other text.",
                line: candidate.line,
                remedy: "Take the lines above it out, or declare preamble_lines: \(candidate.line - 1).")
        }
    }

    private func refuseBadNames(_ records: CSVRecords, _ columnOfName: [String: Int]) throws(IngestError) {
        for (column, name) in names.enumerated() {
            if name.isEmpty {
                // An empty last column that holds nothing is a trailing delimiter.
                let isTrailing =
                    column == names.count - 1 && (0..<records.rowCount).allSatisfy { records.place($0, column).isEmpty }
                if isTrailing { continue }
                throw IngestError(
                    "EMPTY_HEADER", "column \(column + 1) has no name.", line: 1, column: column + 1,
                    remedy: "Name the column in the export.")
            }
            guard columnOfName[name] == column else {
                throw IngestError(
                    "DUPLICATE_HEADER", "Two columns are named \(printable(name)).", line: 1, column: column + 1,
                    remedy: "Give each column a name of its own.")
            }
        }
    }

    private func refuseMissing(_ codebook: Codebook, wanted: Set<String>) throws(IngestError) {
        for (index, variable) in codebook.variables.enumerated()
        where columnOfVariable[index] == nil && !variable.mayBeAbsent {
            let strangers = names.filter { !$0.isEmpty && !wanted.contains($0) }
            let near =
                nearestName(to: variable.column, among: strangers) ?? strangers.first { $0.hasPrefix(variable.column) }
            throw IngestError(
                "MISSING_COLUMN", "The file has no column \(variable.column).", line: 1,
                remedy: near.map { "Did the export name it '\(printable($0))'? Rename it." }
                    ?? "Add the column, or declare it may_be_absent.")
        }
    }

    private mutating func warnOfUnknown(_ wanted: Set<String>) {
        if names.last?.isEmpty == true {
            warnings.append(
                FileWarning(
                    "TRAILING_DELIMITER", count: 1, lines: [1],
                    message: "an empty last column without a name was dropped"))
        }
        let unknown = names.filter { !$0.isEmpty && !wanted.contains($0) }
        guard !unknown.isEmpty else { return }
        let list = unknown.prefix(20).map(printable)
        warnings.append(
            FileWarning(
                "UNKNOWN_COLUMN", count: unknown.count, columns: list,
                message: "columns that the codebook does not describe were dropped: \(list.joined(separator: ", "))"))
    }
}
