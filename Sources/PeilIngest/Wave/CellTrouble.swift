/// What is wrong with one cell: its record is quarantined.
struct CellTrouble: Sendable {
    /// Row of the block among its good records.
    let row: Int
    let code: String
    let message: String
}

/// Facts gathered while a column is decoded; warnings count cells, and name lines but never values. Notes of
/// blocks add up in the order of the file.
struct ColumnNotes: Sendable {
    struct Warning: Sendable {
        let code: String
        var count: Int
        /// Physical lines, the first few.
        var lines: [Int]
        /// Distinct sentences, in order of first appearance.
        var messages: [String]
    }

    private(set) var warnings: [Warning] = []
    /// Only of the block that is being decoded.
    var troubles: [CellTrouble] = []
    /// Why the whole file must be refused, with its line.
    private(set) var refusal: IngestError?

    private static let shownLines = 10

    mutating func trouble(_ row: Int, _ code: String, _ message: String) {
        troubles.append(CellTrouble(row: row, code: code, message: message))
    }

    mutating func warn(_ code: String, line: Int, _ message: @autoclosure () -> String) {
        guard let index = warnings.firstIndex(where: { $0.code == code }) else {
            warnings.append(Warning(code: code, count: 1, lines: [line], messages: [message()]))
            return
        }
        warnings[index].count += 1
        if warnings[index].lines.count < Self.shownLines { warnings[index].lines.append(line) }
        let message = message()
        if !warnings[index].messages.contains(message) { warnings[index].messages.append(message) }
    }

    /// Whether another warning of each of these classes, in words that have been used, would only be counted.
    func needNoMore(of codes: [String]) -> Bool {
        codes.allSatisfy { code in
            warnings.contains { $0.code == code && $0.lines.count >= Self.shownLines }
        }
    }

    /// Counts warnings of a class that has been warned of, in words that have been used.
    mutating func warnMore(_ code: String, _ count: Int) {
        if let index = warnings.firstIndex(where: { $0.code == code }) { warnings[index].count += count }
    }

    mutating func refuse(_ error: IngestError) { refusal = refusal ?? error }

    /// Adds the notes of the next block, before which `lines` physical lines stand.
    mutating func add(_ next: ColumnNotes, lines: Int) {
        for warning in next.warnings {
            let moved = warning.lines.map { $0 + lines }
            guard let index = warnings.firstIndex(where: { $0.code == warning.code }) else {
                warnings.append(
                    Warning(code: warning.code, count: warning.count, lines: moved, messages: warning.messages))
                continue
            }
            warnings[index].count += warning.count
            warnings[index].lines += moved.prefix(max(0, Self.shownLines - warnings[index].lines.count))
            let known = warnings[index].messages
            warnings[index].messages += warning.messages.filter { !known.contains($0) }
        }
        if refusal == nil, let error = next.refusal { refusal = error.moved(lines: lines) }
    }
}

extension IngestError {
    /// The same error with its line in the file.
    func moved(lines: Int) -> IngestError {
        IngestError(
            code, message, file: file, line: line.map { $0 + lines }, column: column, remedy: remedy,
            exitCode: exitCode)
    }
}

/// The warnings of all columns: one of each class, with the columns that gave it.
struct WaveWarnings {
    private var warnings: [FileWarning] = []

    mutating func add(_ notes: ColumnNotes, column: String) {
        for warning in notes.warnings {
            if let index = warnings.firstIndex(where: { $0.code == warning.code }) {
                warnings[index].count += warning.count
                if !warnings[index].columns.contains(column) { warnings[index].columns.append(column) }
                warnings[index].lines += warning.lines.prefix(max(0, 10 - warnings[index].lines.count))
                continue
            }
            let others = warning.messages.dropFirst().map { "; " + $0 }.joined()
            warnings.append(
                FileWarning(
                    warning.code, count: warning.count, columns: [column], lines: warning.lines,
                    message: (warning.messages.first ?? "")
                        + ", first in column \(column), line \(warning.lines.first ?? 0)" + others))
        }
    }

    var all: [FileWarning] { warnings }
}
