public import PeilDisclosure

/// Every finding of every page, bound to the rows that it rests on: for whoever checks a sentence or writes another.
public struct FindingsFile: Sendable {
    static let schema = "peil-findings-1"
    private var lines: [String] = []
    /// Base and adjusted p of every row, change and effect.
    private let rows: [String: (n: Int?, adjustedP: Double?)]
    private let header: String

    public init(_ publication: Released<Publication>) {
        let content = publication.content
        var rows: [String: (n: Int?, adjustedP: Double?)] = [:]
        for row in content.rows { rows[row.rowID] = (row.n, row.adjustedP) }
        for change in content.changes?.rows ?? [] {
            rows[change.rowID] = (rows[change.name.rowID]?.n, change.adjustedP)
        }
        for model in content.drivers {
            for effect in model.effects { rows[effect.rowID] = (model.n, effect.adjustedP) }
        }
        self.rows = rows
        let subject = content.subject
        header =
            "{\"schema\":\(JSONRenderer.string(Self.schema)),\"study\":\(JSONRenderer.string(subject.study)),"
            + "\"wave\":\(JSONRenderer.string(subject.wave)),\"findings\":[\n"
    }

    /// Adds what a page finds.
    public mutating func add(_ report: Report) {
        for finding in report.findings {
            let evidence = finding.rowIDs.compactMap { id in rows[id].map { (id, $0) } }.map { id, row in
                let parts = [
                    ("row_id", JSONRenderer.string(id)), ("n", row.n.map { String($0) } ?? "null"),
                    ("p_adjusted", row.adjustedP.map { CSVRenderer.plain($0) } ?? "null")
                ]
                return "{" + parts.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
            }
            let fields = [
                ("page", JSONRenderer.string(report.file)), ("id", JSONRenderer.string(finding.id)),
                ("evidence", JSONRenderer.string(finding.evidence.rawValue)),
                ("sentence", JSONRenderer.string(finding.sentence.plain)),
                ("rows", "[" + evidence.joined(separator: ",") + "]")
            ]
            lines.append("{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}")
        }
    }

    public var file: RenderedFile {
        RenderedFile(name: "findings.json", text: header + lines.joined(separator: ",\n") + "\n]}\n")
    }
}
