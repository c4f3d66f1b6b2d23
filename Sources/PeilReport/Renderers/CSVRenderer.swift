import Foundation
public import PeilDisclosure

/// The tidy file, a sidecar that says what it is, and the changes and models of the pages.
public struct CSVRenderer: ReportRenderer {
    public let format = ReportFormat.csv
    public init() {}

    public func render(_ publication: Released<Publication>, report: Report) throws(ReportError) -> [RenderedFile] {
        let rows = TidyRows(publication.content, report.language)
        let table = RenderedFile(name: "estimates.csv", head: Self.head(TidyRow.columns), count: rows.count) {
            place, bytes in
            if let row = rows.row(place) { Self.add(row.values.lazy.map { Self.field($0) }, to: &bytes) }
        }
        let sidecar = JSONRenderer.header(publication.content, describesColumns: true) + "\n"
        return [table, RenderedFile(name: "estimates.csv-metadata.json", text: sidecar)]
            + SideTable.all(publication.content, report.language).map(\.file)
    }

    /// The line that names the columns.
    static func head(_ columns: [String]) -> String { columns.joined(separator: ",") + "\n" }

    /// A line.
    static func add(_ fields: some Sequence<String>, to bytes: inout [UInt8]) {
        for (place, field) in fields.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: field.utf8)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    static func field(_ value: TidyRow.Value) -> String {
        switch value {
        case .absent: ""
        case .integer(let number): String(number)
        case .number(let number): plain(number)
        case .text(let text): quoted(neutralised(text))
        }
    }

    /// Shortest decimal form without exponent for the sizes that occur; never NaN or infinity.
    static func plain(_ number: Double) -> String {
        guard number.isFinite else { return "" }
        return number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : decimal(number)
    }

    private static func decimal(_ number: Double) -> String {
        let text = "\(number)"
        guard text.contains("e") else { return text }
        if abs(number) >= 1e12 { return String(format: "%.0f", number) }
        let millionths = Int64((abs(number) * 1_000_000).rounded())
        let digits = String(millionths % 1_000_000)
        let sign = number < 0 ? "-" : ""
        return "\(sign)\(millionths / 1_000_000).\(String(repeating: "0", count: 6 - digits.count))\(digits)"
    }

    /// A text that a spreadsheet would run as a formula gets an apostrophe in front.
    static func neutralised(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) else { return text }
        return "'" + text
    }

    private static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 44 || $0 == 34 || $0 == 10 || $0 == 13 }) else { return text }
        let lines = text.unicodeScalars.map { $0 == "\n" || $0 == "\r" ? " " : $0 == "\"" ? "\"\"" : String($0) }
        return "\"" + lines.joined() + "\""
    }
}
