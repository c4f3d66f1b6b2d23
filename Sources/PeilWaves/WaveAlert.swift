import PeilDisclosure
import PeilReport
import PeilStore
import PeilStudy

/// The short message about a publication: what changed clearly, what needs attention. Released figures only.
struct WaveAlert {
    let study: String
    let wave: String
    let publication: String
    let version: Int
    /// Sentences about change, each with the row it rests on; nil where no earlier wave is compared.
    let changes: [ChangeNews.Item]?
    /// What somebody should look at.
    let attention: [String]
    /// How many figures differ from the version before; nil for a first version.
    let changedFigures: Int?

    init(
        _ released: Released<Publication>, _ study: Study, wave: String, publication: String, version: Int,
        holds: [LedgerDelivery.Hold], approval: LedgerDelivery.Approval?, stale: [String]
    ) throws {
        self.study = study.id
        self.wave = wave
        self.publication = publication
        self.version = version
        let language = Language(rawValue: study.language) ?? .nl
        changes = try ChangeNews(released, outline: study.report.outline, language: language).items
        changedFigures = released.content.correction?.changed.count
        var attention = holds.map { "\($0.code): \($0.message)" }
        if let approval { attention.append("approved by \(approval.by): \(approval.reason)") }
        self.attention = attention + stale
    }

    var json: JSONValue {
        .object([
            ("schema", "peil-alert-1"), ("study", .string(study)), ("wave", .string(wave)),
            ("publication", .string(publication)), ("version", .integer(version)),
            ("compared", .bool(changes != nil)),
            (
                "changes",
                .array(
                    (changes ?? []).map {
                        .object([
                            ("row_id", .string($0.rowID)), ("sentence", .string($0.sentence)),
                            ("detail", .string($0.detail))
                        ])
                    })
            ),
            ("changed_figures", changedFigures.map(JSONValue.integer) ?? .null),
            ("attention", .strings(attention))
        ])
    }

    /// A line each, for a mail or a chat.
    var text: String {
        var lines = ["\(study), \(wave): \(publication)" + (version > 1 ? " (version \(version))" : "")]
        if let changedFigures { lines.append("\(changedFigures) figures differ from the version before.") }
        lines += (changes ?? []).map { "- \($0.sentence) \($0.detail)" }
        lines += attention.map { "! \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Beside the study, for its owner only: who is told is the study's choice (`notify`).
    func write(in folder: StudyFolder) throws {
        try DurableFolder.make(folder.alerts, mode: 0o700)
        try DurableFile.write(Array((json.text + "\n").utf8), to: "\(folder.alerts)/\(publication).json", mode: 0o600)
        try DurableFile.write(Array(text.utf8), to: "\(folder.alerts)/\(publication).txt", mode: 0o600)
    }
}
