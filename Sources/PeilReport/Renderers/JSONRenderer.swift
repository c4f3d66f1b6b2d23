public import PeilDisclosure

/// The same rows as the tidy file: a header object, then an array of rows. Written by hand, so that key order
/// and number form are fixed.
public struct JSONRenderer: ReportRenderer {
    public let format = ReportFormat.json
    static let schema = "peil-estimates-1"
    public init() {}

    public func render(_ publication: Released<Publication>, report: Report) throws(ReportError) -> [RenderedFile] {
        let keys = TidyRow.columns.map { Self.string($0) + ":" }
        let rows = TidyRows(publication.content, report.language)
        let head = "{\"header\":\(Self.header(publication.content)),\n\"rows\":["
        return [
            RenderedFile(name: "estimates.json", head: head, foot: "\n]}\n", separator: ",", count: rows.count) {
                place, bytes in
                guard let row = rows.row(place) else { return }
                let fields = zip(keys, row.values).map { $0 + Self.value($1) }.joined(separator: ",")
                bytes.append(contentsOf: "\n{\(fields)}".utf8)
            }
        ]
    }

    /// Schema, origin and columns: the first object of the JSON and the sidecar of the CSV, which
    /// also says what each column holds.
    static func header(_ publication: Publication, describesColumns: Bool = false) -> String {
        let subject = publication.subject
        var fields = [
            ("schema", string(schema)), ("study", string(subject.study)), ("wave", string(subject.wave)),
            ("study_hash", string(subject.studyHash)), ("input_hash", string(subject.inputHash)),
            ("seed", String(subject.seed)), ("version", string(subject.version)),
            ("columns", "[" + TidyRow.columns.map { string($0) }.joined(separator: ",") + "]")
        ]
        if describesColumns {
            let texts = TidyColumns.all.map { "\(string($0.name)):\(string($0.text))" }
            fields.append(("descriptions", "{" + texts.joined(separator: ",") + "}"))
        }
        return "{" + fields.map { "\(string($0.0)):\($0.1)" }.joined(separator: ",") + "}"
    }

    private static func value(_ value: TidyRow.Value) -> String {
        switch value {
        case .absent: "null"
        case .integer(let number): String(number)
        case .number(let number): number.isFinite ? CSVRenderer.plain(number) : "null"
        case .text(let text): string(text)
        }
    }

    static func string(_ text: String) -> String {
        // Most texts have nothing to escape.
        guard text.utf8.contains(where: { $0 < 32 || $0 == 34 || $0 == 92 }) else { return "\"" + text + "\"" }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 32:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
