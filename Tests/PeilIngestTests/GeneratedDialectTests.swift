import Testing

@testable import PeilIngest

/// Files written here in every dialect that a bureau's program may write, from one table whose cells
/// need quoting. The sniffed dialect and every cell must come back.
struct GeneratedDialectTests {
    struct Dialect: Sendable, CustomTestStringConvertible {
        var delimiter = ","
        var quote: Character = "\""
        var quotesAll = false
        var escape = "\""
        var encoding = "utf-8"
        var hasMark = false
        var lineEnd = "\n"
        var titles: [String] = []
        var hint = false
        var headerLines = 1
        var describes = false

        var testDescription: String {
            "\(delimiter.debugDescription) \(quote) \(escape.debugDescription) \(encoding) \(lineEnd.debugDescription)"
                + " titles \(titles.count) header \(headerLines)"
                + (quotesAll ? " all" : "") + (hasMark ? " mark" : "") + (hint ? " sep" : "")
                + (describes ? " described" : "")
        }
    }

    static let header = ["respnr", "gemeente", "cijfer", "opmerking"]
    static let descriptions = [
        ["Nummer", "Waar woont u?", "Welk cijfer geeft u?", "Wat wilt u nog kwijt,\nof vragen?"],
        ["{\"ImportId\":\"QID1\"}", "{\"ImportId\":\"QID2\"}", "{\"ImportId\":\"QID3\"}", "{\"ImportId\":\"QID4\"}"]
    ]

    /// `decimal`: mark of the numbers. Cells hold delimiters, quotes, line ends and letters beyond ASCII.
    static func rows(decimal: String, quote: Character) -> [[String]] {
        let remarks = [
            "prima, echt waar; heel fijn", "", "zegt \(quote)goed\(quote) te zijn", "twee regels:\neen, en twee",
            "één | twee ~ drie ^ vier",
            "'s avonds 'rustig'", "café", "tab\there"
        ]
        return (0..<24).map { row in
            [
                "\(1001 + row)", row % 3 == 0 ? "Delft" : "Den Haag", "\(row % 10)\(decimal)\(row % 7)",
                remarks[row % remarks.count]
            ]
        }
    }

    static let combinations: [Dialect] = {
        var all: [Dialect] = []
        for delimiter in [",", ";", "\t", "|", "^", "~"] {
            for lineEnd in ["\n", "\r\n", "\r"] {
                all.append(Dialect(delimiter: delimiter, lineEnd: lineEnd))
                all.append(Dialect(delimiter: delimiter, quotesAll: true, lineEnd: lineEnd))
                all.append(Dialect(delimiter: delimiter, quote: "'", quotesAll: true, escape: "'", lineEnd: lineEnd))
                all.append(Dialect(delimiter: delimiter, escape: "\\", lineEnd: lineEnd))
            }
            for encoding in ["windows-1252", "iso-8859-15", "utf-16le", "utf-16be"] {
                all.append(Dialect(delimiter: delimiter, encoding: encoding, hasMark: true, lineEnd: "\r\n"))
            }
            all.append(Dialect(delimiter: delimiter, encoding: "utf-16le", lineEnd: "\r\n"))
            all.append(Dialect(delimiter: delimiter, hasMark: true, hint: true))
            all.append(Dialect(delimiter: delimiter, describes: true))
            all.append(
                Dialect(delimiter: delimiter, lineEnd: "\r\n", titles: ["Rapportage leefbaarheid", "", "Export"]))
        }
        for delimiter in [" ", ":"] {
            all.append(Dialect(delimiter: delimiter, quotesAll: true))
            all.append(Dialect(delimiter: delimiter, quotesAll: true, lineEnd: "\r\n"))
        }
        all.append(Dialect(delimiter: ", ", quotesAll: true))
        all.append(Dialect(delimiter: "; ", quotesAll: true, lineEnd: "\r\n"))
        return all
    }()

    @Test func thereAreManyOfThem() { #expect(Self.combinations.count >= 60) }

    @Test(arguments: combinations) func theDialectAndEveryCellComeBack(dialect: Dialect) throws {
        let decimal = dialect.delimiter == ";" ? "," : "."
        let rows = Self.rows(decimal: decimal, quote: dialect.quote)
        let bytes = Self.write([Self.header] + (dialect.describes ? Self.descriptions : []) + rows, dialect)
        let proposal = try DialectSniffer.propose(bytes)
        #expect(proposal.dialect.delimiter == dialect.delimiter.utf8.first)
        #expect(proposal.dialect.skipsSpace == (dialect.delimiter.count == 2))
        #expect(proposal.dialect.quote == dialect.quote.asciiValue)
        #expect(proposal.dialect.escape == dialect.escape.utf8.first)
        #expect(proposal.dialect.decimal == decimal.utf8.first)
        #expect(proposal.dialect.lineEnd?.rawValue == ["\n": "lf", "\r\n": "crlf", "\r": "cr"][dialect.lineEnd])
        #expect(proposal.dialect.descriptionRows == (dialect.describes ? 2 : 0))
        if dialect.hasMark || dialect.encoding == "utf-16le" {
            #expect(proposal.dialect.encoding == dialect.encoding || dialect.encoding == "iso-8859-15")
        }
        #expect(proposal.reason.contains("records have 4 fields"))
        let found = inspect(bytes)
        guard dialect.titles.isEmpty else {
            #expect(found.error?.code == "PREAMBLE")
            #expect(found.error?.line == dialect.titles.count + 1)
            var declared = DialectDeclaration(isBinding: true)
            declared.preambleLines = dialect.titles.count
            let rest = inspect(bytes, declared: declared)
            #expect(rest.header == Self.header)
            #expect(rest.rows.map(Self.plain) == rows)
            return
        }
        #expect(found.header == Self.header)
        #expect(found.rows.map(Self.plain) == rows)
        #expect(found.badRecords.isEmpty)
    }

    @Test(arguments: combinations) func theDeclaredDialectReadsTheSameCells(dialect: Dialect) throws {
        let decimal = dialect.delimiter == ";" ? "," : "."
        let rows = Self.rows(decimal: decimal, quote: dialect.quote)
        let bytes = Self.write([Self.header] + (dialect.describes ? Self.descriptions : []) + rows, dialect)
        var declared = DialectDeclaration(isBinding: true)
        try declared.set("encoding", to: dialect.encoding)
        try declared.set("delimiter", to: dialect.delimiter)
        try declared.set("quotechar", to: String(dialect.quote))
        try declared.set("escapechar", to: dialect.escape)
        try declared.set("decimal", to: decimal)
        try declared.set("header_lines", to: "1")
        try declared.set("preamble_lines", to: "\(dialect.titles.count)")
        try declared.set("description_rows", to: dialect.describes ? "2" : "0")
        try declared.set("line_end", to: ["\n": "lf", "\r\n": "crlf", "\r": "cr"][dialect.lineEnd])
        try declared.check()
        let found = inspect(bytes, declared: declared)
        #expect(found.error == nil)
        #expect(found.header == Self.header)
        #expect(found.rows.map(Self.plain) == rows)
        #expect(found.badRecords.isEmpty)
    }

    // MARK: Writing

    /// Line ends inside cells are written as the file's line ends.
    private static func plain(_ rows: [[String]]) -> [[String]] {
        rows.map { row in
            row.map { cell in
                String(String.UnicodeScalarView(cell.unicodeScalars.filter { $0 != "\r" }))
            }
        }
    }

    private static func write(_ table: [[String]], _ dialect: Dialect) -> [UInt8] {
        var text = dialect.hint ? "sep=\(dialect.delimiter)\(dialect.lineEnd)" : ""
        for title in dialect.titles { text += title + dialect.lineEnd }
        for row in table {
            text += row.map { field($0, dialect) }.joined(separator: dialect.delimiter) + dialect.lineEnd
        }
        switch dialect.encoding {
        case "utf-16le", "utf-16be":
            let isBig = dialect.encoding == "utf-16be"
            let units = (dialect.hasMark ? [0xFEFF] : []) + Array(text.utf16)
            return units.flatMap { unit in
                let pair = [UInt8(unit & 255), UInt8(unit >> 8)]
                return isBig ? pair.reversed() : pair
            }
        case "utf-8": return (dialect.hasMark ? [0xEF, 0xBB, 0xBF] : []) + Array(text.utf8)
        default: return text.unicodeScalars.map { UInt8($0.value) }
        }
    }

    private static func field(_ cell: String, _ dialect: Dialect) -> String {
        let quote = String(dialect.quote)
        // With carriage returns as line ends a cell's own line end is one too.
        let text = cell.replacing("\n", with: dialect.lineEnd == "\r" ? "\n" : dialect.lineEnd)
        let needs = [dialect.delimiter, quote, "\n", "\r", "\\"].contains {
            text.unicodeScalars.contains($0.unicodeScalars.first ?? " ")
        }
        guard dialect.quotesAll || needs else { return text }
        return quote + text.replacing(quote, with: dialect.escape + quote) + quote
    }
}
