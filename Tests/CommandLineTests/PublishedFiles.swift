import Foundation
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
        var result = Set<String>()
        for part in page.components(separatedBy: "data-row=\"").dropFirst() {
            guard let end = part.firstIndex(of: "\""), let open = part.firstIndex(of: ">") else { continue }
            let text = part[part.index(after: open)...].prefix { $0 != "<" }
            guard text.contains(where: \.isNumber) else { continue }
            for id in part[..<end].split(separator: " ") { result.insert(plain(String(id))) }
        }
        return result
    }

    private static func plain(_ text: String) -> String {
        text.replacingOccurrences(of: "&lt;", with: "<").replacingOccurrences(of: "&gt;", with: ">")
            .replacingOccurrences(of: "&amp;", with: "&")
    }

    /// Rows of charts: what stands between two lines that part rows. The wide drawings name the rows that they show.
    func chartRows(_ variant: String = "w") -> [String] {
        page.components(separatedBy: "<svg class=\"\(variant)\"").dropFirst().flatMap { part -> [String] in
            let svg = part.components(separatedBy: "</svg>")[0]
            return svg.contains("class=\"rr\"") ? svg.components(separatedBy: "class=\"rr\"") : []
        }
    }
}
