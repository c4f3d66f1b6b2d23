/// What is wrong with one cell: its record is quarantined.
struct CellTrouble: Sendable {
    let row: Int
    let code: String
    let column: String
    let message: String
}

/// Facts gathered while columns are decoded; warnings count cells, and name lines but never values.
struct DecodingNotes {
    var troubles: [CellTrouble] = []
    private(set) var warnings: [String: FileWarning] = [:]
    private(set) var order: [String] = []

    mutating func trouble(_ row: Int, _ code: String, _ column: String, _ message: String) {
        troubles.append(CellTrouble(row: row, code: code, column: column, message: message))
    }

    mutating func warn(_ code: String, column: String, line: Int, _ message: @autoclosure () -> String) {
        if var warning = warnings[code] {
            warning.count += 1
            if !warning.columns.contains(column) { warning.columns.append(column) }
            if warning.lines.count < 10 { warning.lines.append(line) }
            warnings[code] = warning
        } else {
            order.append(code)
            warnings[code] = FileWarning(
                code, count: 1, columns: [column], lines: [line],
                message: message() + ", first in column \(column), line \(line)")
        }
    }

    /// Adds `text` to the message of a warning that was given.
    mutating func extend(_ code: String, with text: String) {
        guard warnings[code]?.message.contains(text) == false else { return }
        warnings[code]?.message += "; " + text
    }

    var all: [FileWarning] { order.compactMap { warnings[$0] } }
}
