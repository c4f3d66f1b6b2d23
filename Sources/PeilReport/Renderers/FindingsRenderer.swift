public import PeilDisclosure
import PeilTable

/// Every finding of every page, bound to the rows that it rests on: for whoever checks a sentence or writes another.
public struct FindingsFile: Sendable {
    static let schema = "peil-findings-1"
    private var lines: [String] = []
    private let rows: ReleasedRows
    private let rowsByID: PositionIndex
    /// Base and adjusted p of every change and effect.
    private let others: [String: (n: Int?, adjustedP: Double?)]
    private let header: String

    public init(_ publication: Released<Publication>) {
        let content = publication.content
        let rows = content.rows
        self.rows = rows
        rowsByID = PositionIndex(count: rows.count) { rows.name(at: $0).rowID.hashValue }
        var others: [String: (n: Int?, adjustedP: Double?)] = [:]
        let byName = rows.nameIndex()
        for change in content.changes?.rows ?? [] {
            others[change.rowID] = (rows.row(change.name, by: byName)?.n, change.adjustedP)
        }
        for model in content.drivers {
            for effect in model.effects { others[effect.rowID] = (model.n, effect.adjustedP) }
        }
        self.others = others
        let subject = content.subject
        header =
            "{\"schema\":\(JSONRenderer.string(Self.schema)),\"study\":\(JSONRenderer.string(subject.study)),"
            + "\"wave\":\(JSONRenderer.string(subject.wave)),\"findings\":[\n"
    }

    /// Adds what a page finds.
    public mutating func add(_ report: Report) {
        for finding in report.findings {
            let evidence = finding.rowIDs.compactMap { id in numbers(of: id).map { (id, $0) } }.map { id, row in
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

    private func numbers(of id: String) -> (n: Int?, adjustedP: Double?)? {
        if let other = others[id] { return other }
        let place = rowsByID.first(hash: id.hashValue) { rows.name(at: $0).rowID == id }
        return place.map { rows[$0] }.map { ($0.n, $0.adjustedP) }
    }

    public var file: RenderedFile {
        RenderedFile(name: "findings.json", text: header + lines.joined(separator: ",\n") + "\n]}\n")
    }
}
