/// Results for people who hold the microdata, as data: tables that are written as text for a terminal, as JSON, or as
/// one flat table. Full precision, unsuppressed, never published.
public struct ResearchReport: Sendable {
    public enum Cell: Sendable {
        case text(String)
        case integer(Int)
        case number(Double?)
        /// A part of 1, in text as a percentage.
        case share(Double?)
        /// A difference of two parts of 1, in text as percentage points with a sign.
        case change(Double?)
        /// A margin in parts of 1, in text as percentage points.
        case points(Double?)
        case flag(Bool)
        /// A number of people, or so many effective ones: whole in text.
        case people(Double?)

        static func text(_ value: String?) -> Cell { .text(value ?? "") }
    }

    public struct Column: Sendable {
        /// The key in JSON.
        let key: String
        /// The heading in text.
        let heading: String
        let isNumber: Bool

        static func text(_ key: String, _ heading: String? = nil) -> Column {
            Column(key: key, heading: heading ?? key, isNumber: false)
        }
        static func number(_ key: String, _ heading: String? = nil) -> Column {
            Column(key: key, heading: heading ?? key, isNumber: true)
        }
    }

    public struct Table: Sendable {
        let key: String
        let title: String
        let columns: [Column]
        let rows: [[Cell]]

        init(_ key: String, _ title: String, _ columns: [Column], _ rows: [[Cell]]) {
            precondition(rows.allSatisfy { $0.count == columns.count }, "a cell for each column")
            self.key = key
            self.title = title
            self.columns = columns
            self.rows = rows
        }
    }

    let schema: String
    /// Of which study, data and options.
    let source: [(String, JSONValue)]
    /// Sentences that a reader must have seen.
    var notes: [String]
    var tables: [Table]

    // MARK: JSON

    public var json: JSONValue {
        .object(
            [("schema", .string(schema)), ("use", "not for publication")] + source
                + [("notes", .strings(notes))] + tables.map { ($0.key, Self.json($0)) })
    }

    private static func json(_ table: Table) -> JSONValue {
        .array(table.rows.map { row in .object(zip(table.columns, row).map { ($0.key, json($1)) }) })
    }

    private static func json(_ cell: Cell) -> JSONValue {
        switch cell {
        case .text(let text): .string(text)
        case .integer(let number): .integer(number)
        case .number(let number), .share(let number), .change(let number), .points(let number), .people(let number):
            .optional(number)
        case .flag(let flag): .bool(flag)
        }
    }

    // MARK: Text

    /// Everything, on lines without limit.
    public var text: String { text(.plain) }

    public func text(_ layout: TextLayout) -> String {
        let parts =
            ["Research results, not for publication"] + notes.map(layout.wrapped)
            + tables.filter { !$0.rows.isEmpty }.map { layout.wrapped($0.title) + "\n" + Self.aligned($0, layout) }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func text(_ cell: Cell) -> String {
        switch cell {
        case .text(let text): text
        case .integer(let number): String(number)
        case .number(let number): number.map(Self.short) ?? "–"
        case .share(let share): share.map { Self.percent($0) } ?? "–"
        case .change(let share): share.map { ($0 > 0 ? "+" : "") + Self.points($0) } ?? "–"
        case .points(let share): share.map { Self.points($0) } ?? "–"
        case .flag(let flag): flag ? "yes" : ""
        case .people(let number): number.flatMap { Int(exactly: $0.rounded()) }.map { "\($0)" } ?? "–"
        }
    }

    /// Five digits, and all that stand before the decimal point.
    private static func short(_ number: Double) -> String {
        if abs(number) < 1e-13 { return "0" }
        let places = number.magnitude < 1e15 ? max(5, String(Int(number.magnitude)).count) : 5
        return SignificantDigits.text(number, places)
    }

    /// One decimal.
    private static func percent(_ share: Double) -> String {
        let tenths = (abs(share) * 1000).rounded()
        guard tenths.isFinite, tenths < 1e15 else { return "–" }
        let whole = Int(tenths)
        return "\(share < 0 && whole > 0 ? "-" : "")\(whole / 10).\(whole % 10) %"
    }

    private static func points(_ share: Double) -> String { percent(share).replacing(" %", with: " pt") }

    private static func aligned(_ table: Table, _ layout: TextLayout) -> String {
        TextTable(
            headings: table.columns.map(\.heading), rows: table.rows.map { $0.map(text) },
            isNumber: table.columns.map(\.isNumber)
        ).text(layout)
    }

    // MARK: CSV

    /// One line a cell: table, row, column, value.
    public var csv: String {
        var lines = [["table", "row", "column", "value"]]
        for table in tables {
            for (number, row) in table.rows.enumerated() {
                for (column, cell) in zip(table.columns, row) {
                    lines.append([table.key, String(number + 1), column.key, Self.json(cell).plainText])
                }
            }
        }
        return lines.map(CSVText.line).joined(separator: "\n") + "\n"
    }
}
