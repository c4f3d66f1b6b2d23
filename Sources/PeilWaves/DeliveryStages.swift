import Foundation
import PeilDisclosure
import PeilStore
import PeilStudy

/// Brings one delivery from its copy to the page that readers see. Each stage leaves its result on the disk and then a line in
/// the ledger, so that a run that was stopped repeats at most the stage it was in; what a stage does depends on the copy, the
/// study and peil alone.
struct DeliveryStages {
    let study: Study
    let wave: Study.WaveEntry
    let folder: StudyFolder
    let ledger: DeliveryLedger
    let threads: Int
    let stop: StopSignals
    let log: (WaveEvent) -> Void

    private var run: StudyRun {
        StudyRun(study, wave: study.waves.first { $0.id == wave.id } ?? wave, threads: threads)
    }

    /// Goes on from where the delivery is until readers see it or a human must decide.
    func advance(_ start: LedgerDelivery) throws -> (LedgerDelivery, WaveOutcome) {
        var delivery = start
        var prepared: StudyRun.Prepared?
        while true {
            try stop.check()
            switch delivery.stage {
            case .received:
                let made = try run.prepare()
                prepared = made
                delivery = try validate(delivery, made)
            case .validated:
                let ready = try prepared ?? run.prepare()
                delivery = try estimate(delivery, ready)
            case .estimated:
                delivery = try render(delivery)
                if delivery.stage == .held { return (delivery, heldOutcome(delivery)) }
            case .held:
                guard delivery.approval != nil else { return (delivery, heldOutcome(delivery)) }
                delivery.stage = .estimated
            case .rendered:
                return try publish(delivery)
            case .published, .quarantined, .failed, .replaced:
                return (delivery, WaveOutcome(wave.id, .unchanged, "nothing to do"))
            }
        }
    }

    private func heldOutcome(_ delivery: LedgerDelivery) -> WaveOutcome {
        WaveOutcome(
            wave.id, .held,
            "held for a human: \(delivery.holds.map(\.code).joined(separator: ", ")); see 'peil waves status', then 'peil waves approve \(wave.id)'",
            exitCode: 75, publication: nil)
    }

    // MARK: Stages

    private func validate(_ delivery: LedgerDelivery, _ prepared: StudyRun.Prepared) throws -> LedgerDelivery {
        let comparison = WaveComparison(run, prepared)
        let scales = try ScaleQuality(run, prepared)
        var holds = try WaveHolds(run, prepared).all(comparison, scales)
        let lost = try CorrectedRespondents(study, wave, folder, ledger, threads: threads).compare(prepared, delivery)
        holds += lost.holds
        try QualityFacts(run, prepared, comparison: comparison, scales: scales).write()
        var next = delivery
        next.stage = .validated
        next.holds = holds.map { .init(code: $0.code, message: $0.message) }
        let counts =
            [
                ("respondents", prepared.table.rowCount),
                ("left_out", prepared.quality.rowsRead - prepared.table.rowCount)
            ] + lost.counts
        let saved = try save(next, "validated", counts: counts)
        for file in delivery.files { try SnapshotStore(folder.raw).removeNotes(of: file.stored) }
        return saved
    }

    private func estimate(_ delivery: LedgerDelivery, _ prepared: StudyRun.Prepared) throws -> LedgerDelivery {
        let publisher = Publisher(run)
        try publisher.requireSameFamilies()
        var released = try run.release(prepared)
        if let earlier = try ledger.publications(of: wave.id).last {
            let before = try PublishedRelease(folder.out, earlier.publication).released()
            let isSame =
                try StoredPublication.bytes(of: before.withoutCorrection, threads: threads)
                == StoredPublication.bytes(of: released, threads: threads)
            released =
                isSame
                ? before : released.correcting(before, version: earlier.version + 1, replaces: earlier.publication)
        }
        let decisions = publisher.decisions(released.content, try run.members(prepared))
        var next = delivery
        let place = folder.stage(delivery.number ?? 0)
        try DurableFolder.make(place, mode: 0o700)
        next.release = try StageFile.release(in: place).write(StoredPublication.bytes(of: released, threads: threads))
        next.decisions = try StageFile.decisions(in: place).write(StageFile.encoded(decisions))
        next.stage = .estimated
        return try save(next, "estimated", counts: [("figures", released.content.rows.count)])
    }

    private func render(_ delivery: LedgerDelivery) throws -> LedgerDelivery {
        let released = try stored(delivery)
        let publisher = Publisher(run)
        try publisher.requireEngines()
        var count = 0
        let write = { (staging: inout StagingFolder) in
            try Publisher.write(released, run.study, language: study.language, into: &staging, threads: threads)
            count = staging.names.count
        }
        var next = delivery
        guard delivery.holds.isEmpty || delivery.approval != nil else {
            try DurableFolder.make(folder.held, mode: 0o700)
            let draft = try AtomicPublication(folder: "\(folder.held)/\(Self.safe(wave.id))").publish(write)
            next.stage = .held
            next.publication = draft.id
            next.manifest = draft.manifest.hex
            return try save(next, "held", level: .warning)
        }
        let set = try AtomicPublication(folder: folder.out).prepare(write)
        next.stage = .rendered
        next.publication = set.id
        next.manifest = set.manifest.hex
        return try save(next, "rendered", counts: [("files", count)])
    }

    /// The study's log binds later versions before any reader sees this one; then the link; then the ledger, with the message
    /// that must go out.
    private func publish(_ delivery: LedgerDelivery) throws -> (LedgerDelivery, WaveOutcome) {
        let released = try stored(delivery)
        let set = try rendered(delivery)
        let decisions = try StageFile.decisions(in: folder.stage(delivery.number ?? 0)).read(delivery.decisions)
        try Publisher(run).record(set, released.content, StageFile.decoded(decisions))
        let versions = try ledger.publications()
        let last = versions.last { $0.wave == wave.id }
        let isSame = last?.publication == set.id
        let isNewest = Self.isNewest(wave.id, among: versions.map(\.wave), study)
        if isNewest { try AtomicPublication(folder: folder.out).show(set.id) }
        let version = isSame ? last?.version ?? 1 : (last?.version ?? 0) + 1
        let stale = isSame ? [] : try self.stale(after: version, set.id)
        let alert = try WaveAlert(
            released, study, wave: wave.id, publication: set.id, version: version, holds: delivery.holds,
            approval: delivery.approval, stale: stale)
        try alert.write(in: folder)
        var next = delivery
        next.stage = .published
        next.attempts = 0
        next.trouble = nil
        next.retryAfter = nil
        let (saved, id, notify, text) = (next, self.wave.id, study.unattended.notify, alert.json.text)
        let row = LedgerPublication(
            delivery: delivery.number ?? 0, wave: id, version: version, publication: set.id, manifest: set.manifest.hex,
            changedFigures: released.content.correction?.changed.count)
        let done = try ledger.change { change in
            let note = LedgerEvent.published(version, set.id)
            let done = try change.save(saved, note.kind, note.text)
            if !isSame { try change.add(row) }
            if notify != nil, !isSame {
                try change.save(LedgerNotification(publication: set.id, wave: id, payload: text))
            }
            return done
        }
        try? DurableFolder.remove(folder.stage(delivery.number ?? 0))
        log(
            WaveEvent(
                "published", "Wave '\(id)' is published" + (version > 1 ? " as version \(version)" : ""), wave: id,
                delivery: delivery.identity,
                counts: released.content.correction.map { [("changed_figures", $0.changed.count)] } ?? []))
        for sentence in stale { log(WaveEvent("stale", sentence, wave: id, level: .warning)) }
        return (
            done, WaveOutcome(id, .published, "version \(version)", publication: set.id)
        )
    }

    /// Reports of later waves that tell of change since this one, once this version is shown.
    private func stale(after version: Int, _ publication: String) throws -> [String] {
        let stale = try StaleComparison.all(
            study, ledger.publishedEvents() + [.published(of: wave.id, version: version, publication)])
        return stale.filter { $0.value == wave.id }.keys.sorted().map {
            StaleComparison.sentence($0, since: wave.id) + ": 'peil waves retry … \($0) --reprocess' makes it again"
        }
    }

    /// The folder of the report, if it is whole.
    private func rendered(_ delivery: LedgerDelivery) throws -> PublishedSet {
        let id = delivery.publication ?? ""
        guard let found = try PublishedFolder.named(id, in: folder.out), found.manifest.hex == delivery.manifest else {
            throw StoreError.damaged(path: "\(folder.out)/\(id)", line: nil, reason: "a rendered report is gone")
        }
        return PublishedSet(id: id, manifest: found.manifest, folder: found.path)
    }

    /// What a stage before stored, if nobody changed it.
    private func stored(_ delivery: LedgerDelivery) throws -> Released<Publication> {
        let bytes = try StageFile.release(in: folder.stage(delivery.number ?? 0)).read(delivery.release)
        return try StoredPublication.released(bytes, recorded: delivery.release ?? "") { ContentHash(of: $0).hex }
    }

    private func save(
        _ delivery: LedgerDelivery, _ kind: String, counts: [(String, Int)] = [], level: WaveEvent.Level = .info
    ) throws -> LedgerDelivery {
        let text = counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let saved = try ledger.change { try $0.save(delivery, kind, text) }
        log(
            WaveEvent(
                kind, "Wave '\(delivery.wave)': \(kind)", wave: delivery.wave, delivery: delivery.identity,
                counts: counts, level: level))
        return saved
    }

    /// Readers see the newest wave; a correction of an older one gets its folder, and the link stays.
    static func isNewest(_ wave: String, among published: [String], _ study: Study) -> Bool {
        let order = study.waves.map(\.id)
        let own = order.firstIndex(of: wave) ?? 0
        return !published.contains { (order.firstIndex(of: $0) ?? -1) > own }
    }

    private static func safe(_ name: String) -> String { String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" }) }
}

/// A result of a stage on the disk, under the hash that the ledger keeps of it.
struct StageFile {
    private let path: String

    static func release(in folder: String) -> StageFile { StageFile(path: "\(folder)/publication.json") }
    static func decisions(in folder: String) -> StageFile { StageFile(path: "\(folder)/decisions.json") }

    func write(_ bytes: [UInt8]) throws -> String {
        try DurableFile.write(bytes, to: path, mode: 0o600)
        return ContentHash(of: bytes).hex
    }

    func read(_ recorded: String?) throws -> [UInt8] {
        let bytes = try DurableFile.read(path)
        guard ContentHash(of: bytes).hex == recorded else {
            throw StoreError.damaged(path: path, line: nil, reason: "a stored result was changed")
        }
        return bytes
    }

    static func encoded(_ decisions: PublicationDecisions) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(decisions))
    }

    static func decoded(_ bytes: [UInt8]) throws -> PublicationDecisions {
        try JSONDecoder().decode(PublicationDecisions.self, from: Data(bytes))
    }
}

/// What a published report was rendered from.
struct PublishedRelease {
    private let folder: String
    private let id: String

    init(_ folder: String, _ id: String) {
        self.folder = folder
        self.id = id
    }

    func released() throws -> Released<Publication> {
        let name = StoredReport.file
        guard let published = try PublishedFolder.named(id, in: folder),
            let recorded = published.recordedHash(of: name)
        else { throw StoreError.damaged(path: "\(folder)/\(id)", line: nil, reason: "a published report is gone") }
        do {
            return try StoredPublication.released(recorded: recorded.hex) { try published.read(name, $0).hex }
        } catch is StoredPublicationError {
            throw StoreError.damaged(
                path: "\(folder)/\(id)/\(name)", line: nil, reason: "a published report was changed")
        }
    }
}
