import PeilStore
public import PeilStudy

/// Where every wave of a study stands, from the ledger alone. Looking needs no lock and changes nothing.
public struct WaveStatus {
    public struct Line: Sendable {
        public let wave: String
        /// nil: nothing was ever delivered.
        public let delivery: LedgerDelivery?
        /// What readers see of the wave.
        public let published: LedgerPublication?
        /// The study, or peil, is another one than made the published report.
        public let isOutdated: Bool
        /// The wave that its report is compared with, where that one's report became another one since.
        public let staleSince: String?

        public var stage: String { delivery?.stage.rawValue ?? "nothing delivered" }
        public var needsSomebody: Bool {
            guard let delivery else { return false }
            return [.held, .quarantined, .failed].contains(delivery.stage) || delivery.trouble != nil
        }
    }
    public let lines: [Line]
    public let events: [LedgerEvent]
    public let pendingNotifications: Int
    /// Commands that it names are about this study.
    private let study: Study

    /// - Parameter events: how many of the newest to tell.
    public init(_ study: Study, events count: Int = 10) throws {
        self.study = study
        do {
            guard let ledger = try DeliveryLedger(reading: study.folder) else {
                lines = study.waves.map {
                    Line(wave: $0.id, delivery: nil, published: nil, isOutdated: false, staleSince: nil)
                }
                events = []
                pendingNotifications = 0
                return
            }
            let deliveries = try ledger.deliveries()
            let publications = try ledger.publications()
            let stale = StaleComparison.all(study, try ledger.publishedEvents())
            let names = study.waves.map(\.id)
            let others = Set(deliveries.map(\.wave)).subtracting(names).sorted()
            lines = (names + others).map { wave in
                let last = deliveries.last { $0.wave == wave && $0.stage != .replaced }
                let published = publications.last { $0.wave == wave }
                let made = deliveries.first { $0.number == published?.delivery }
                return Line(
                    wave: wave, delivery: last, published: published,
                    isOutdated: made.map { $0.study != study.hash || $0.program != PeilVersion.text } ?? false,
                    staleSince: stale[wave])
            }
            events = try ledger.events(newest: count)
            pendingNotifications = try ledger.pendingNotifications().count
        } catch { throw Failure(naming: error, file: study.folder) }
    }

    /// Only waves that need somebody.
    public var failed: [Line] { lines.filter(\.needsSomebody) }

    public func json(onlyFailed: Bool) -> JSONValue {
        .object([
            ("schema", "peil-waves-status-1"), ("study", .string(study.id)),
            ("waves", .array((onlyFailed ? failed : lines).map(Self.line))),
            ("notifications_pending", .integer(pendingNotifications)),
            ("events", .array(onlyFailed ? [] : events.map(Self.event)))
        ])
    }

    public func text(onlyFailed: Bool) -> String {
        let shown = onlyFailed ? failed : lines
        guard !shown.isEmpty else { return "No wave needs anybody.\n" }
        var rows = [["wave", "stage", "version", "report", "since"]]
        for line in shown {
            rows.append([
                line.wave, line.stage, line.published.map { String($0.version) } ?? "–",
                line.published?.publication ?? "–",
                events.last { $0.wave == line.wave }?.at ?? "–"
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var text = rows.map { row in
            var line = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
                .joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
        for line in shown {
            guard let delivery = line.delivery else { continue }
            if delivery.stage == .held {
                text += "\n\(line.wave) is held. The draft is internal/held/\(line.wave)/current/index.html.\n"
                for hold in delivery.holds { text += "  \(hold.code): \(hold.message)\n" }
                text += "  To let it through: peil waves approve \(study.folder) \(line.wave) --by NAME --reason …\n"
            }
            if let trouble = delivery.trouble {
                text += "\n\(line.wave): error[\(trouble.code)]: \(trouble.sentence)\n"
            }
            if line.isOutdated {
                text +=
                    "\n\(line.wave): the study or peil changed since its report was made; "
                    + "'peil waves retry \(study.folder) \(line.wave) --reprocess' makes it again.\n"
            }
            if let other = line.staleSince {
                text +=
                    "\n\(line.wave): \(StaleComparison.sentence(line.wave, since: other)); "
                    + "'peil waves retry \(study.folder) \(line.wave) --reprocess' makes it again.\n"
            }
        }
        if pendingNotifications > 0 { text += "\n\(pendingNotifications) message(s) have not arrived yet.\n" }
        return text
    }

    private static func line(_ line: Line) -> JSONValue {
        let delivery = line.delivery
        return .object([
            ("wave", .string(line.wave)), ("stage", .string(delivery?.stage.rawValue ?? "none")),
            ("delivery", delivery.map { .string($0.identity) } ?? .null),
            ("version", line.published.map { .integer($0.version) } ?? .null),
            ("publication", line.published.map { .string($0.publication) } ?? .null),
            ("manifest", line.published.map { .string($0.manifest) } ?? .null),
            ("changed_figures", line.published?.changedFigures.map(JSONValue.integer) ?? .null),
            ("outdated", .bool(line.isOutdated)),
            ("stale_since", line.staleSince.map(JSONValue.string) ?? .null),
            ("attempts", .integer(delivery?.attempts ?? 0)),
            ("retry_after", delivery?.retryAfter.map(JSONValue.string) ?? .null),
            (
                "holds",
                .array(
                    (delivery?.holds ?? []).map {
                        .object([("class", .string($0.code)), ("message", .string($0.message))])
                    })
            ),
            (
                "approval",
                delivery?.approval.map { .object([("by", .string($0.by)), ("reason", .string($0.reason))]) } ?? .null
            ),
            (
                "trouble",
                delivery?.trouble.map {
                    .object([
                        ("class", .string($0.code)), ("message", .string($0.message)),
                        ("file", $0.place.map(JSONValue.string) ?? .null),
                        ("line", $0.line.map(JSONValue.integer) ?? .null),
                        ("remedy", .string($0.remedy)), ("exit_code", .integer($0.exitCode))
                    ])
                } ?? .null
            ),
            (
                "files",
                .array(
                    (delivery?.files ?? []).map {
                        .object([
                            ("name", .string($0.name)), ("sha256", .string($0.delivered)), ("bytes", .integer($0.bytes))
                        ])
                    })
            )
        ])
    }

    private static func event(_ event: LedgerEvent) -> JSONValue {
        .object([
            ("sequence", .integer(Int(event.sequence ?? 0))), ("at", .string(event.at)), ("kind", .string(event.kind)),
            ("wave", event.wave.map(JSONValue.string) ?? .null),
            ("delivery", event.delivery.map { .integer(Int($0)) } ?? .null), ("text", .string(event.text))
        ])
    }
}
