import Foundation
import PeilTestSupport
import Testing

/// What a reader finds in the files of a publication: which rows print a number, in each format.
struct PublishedFiles {
    struct Row {
        let id: String
        let question: String
        let level: String
        let area: String
        let segment: String
        let statistic: String
        let isPrinted: Bool
        let n: Int?
    }

    let rows: [Row]
    /// Row ids that print a number, by format.
    let printed: [String: Set<String>]
    let page: String
    /// Changes are numbers of their own; empty where nothing is compared.
    let changes: String
    private static let words: Set<String> = [
        "row_id", "study", "wave", "question", "wording_hash", "mode", "level", "base", "area", "segment", "statistic",
        "unit", "basis", "status", "reason"
    ]

    init(_ files: [String: Data]) throws {
        func text(_ name: String) throws -> String {
            String(decoding: try #require(files[name], "\(name)"), as: UTF8.self)
        }
        let table = Records(try text("estimates.csv"), delimiter: ",")
        let numbers = table.header.indices.filter { !Self.words.contains(table.header[$0]) }
        func rows(_ column: String) throws -> [String] { try table.values(column) }
        let columns = try ["row_id", "question", "level", "area", "segment", "statistic", "n"].map(rows)
        self.rows = table.rows.indices.map { row in
            Row(
                id: columns[0][row], question: columns[1][row], level: columns[2][row], area: columns[3][row],
                segment: columns[4][row], statistic: columns[5][row],
                isPrinted: numbers.contains { !table.rows[row][$0].isEmpty } || !Self.bound(table, row).isEmpty,
                n: Int(columns[6][row]))
        }
        page = try text("index.html")
        changes = files["changes.csv"].map { String(decoding: $0, as: UTF8.self) } ?? "row_id\n"
        printed = [
            "csv": Set(self.rows.filter(\.isPrinted).map(\.id)),
            "json": try Self.json(Data(try text("estimates.json").utf8)),
            "html": Self.html(page)
        ]
    }

    /// A bound stands in the reason: "below=0.1".
    private static func bound(_ table: Records, _ row: Int) -> String {
        guard let column = table.header.firstIndex(of: "reason") else { return "" }
        return table.rows[row][column].filter(\.isNumber)
    }

    private static func json(_ data: Data) throws -> Set<String> {
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rows = try #require(document["rows"] as? [[String: Any]])
        return Set(
            try rows.filter { row in
                row.contains { key, value in
                    guard !words.contains(key) else { return key == "reason" && "\(value)".contains(where: \.isNumber) }
                    return value is NSNumber || (value as? String).map { !$0.isEmpty } ?? false
                }
            }.map { try #require($0["row_id"] as? String) })
    }

    /// Rows named by an element with a digit in its text.
    private static func html(_ page: String) -> Set<String> {
        Set(pageNumbers(page).filter { $0.text.contains(where: \.isNumber) }.flatMap(\.rows))
    }

    /// Groups of dot plots: the marks of one row each. The wide drawings name the rows that they show.
    func chartRows(_ variant: String = "w") -> [String] {
        page.components(separatedBy: "<figure").filter { $0.contains(">Puntdiagram.") }.flatMap { figure -> [String] in
            let drawing = figure.components(separatedBy: "<svg class=\(variant) ").dropFirst().first ?? ""
            return drawing.components(separatedBy: "</svg>")[0].components(separatedBy: "<g").dropFirst()
                .filter { !$0.hasPrefix(" class") }.map { $0.components(separatedBy: "</g>")[0] }
        }
    }

    /// What a hatched box and nothing else is in a drawing of the page.
    func isHatchedBox(_ row: String) throws -> Bool {
        let rules = page.components(separatedBy: "{fill:url(#hidden)}")[0]
        let looks = rules.suffix(from: rules.lastIndex(of: "}") ?? rules.startIndex).dropFirst().split(separator: ",")
        return try looks.contains { look in
            row.wholeMatch(of: try Regex(">?<path class=\(look.dropFirst()) d=\"[MhvzHV0-9 .-]*\"/>")) != nil
        }
    }
}
