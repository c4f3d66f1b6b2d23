import Foundation
import PeilStore
import PeilStudy

/// Takes what arrived: an immutable copy first, then a line in the ledger, and only then the file leaves the inbox.
struct DeliveryIntake {
    enum Answer {
        /// A delivery to go on with.
        case delivery(LedgerDelivery)
        case done(WaveOutcome)
    }

    let study: Study
    let folder: StudyFolder
    let ledger: DeliveryLedger
    /// A version that was superseded may come back.
    let restores: Bool
    let log: (WaveEvent) -> Void
    private let snapshots: SnapshotStore

    init(
        study: Study, folder: StudyFolder, ledger: DeliveryLedger, restores: Bool, log: @escaping (WaveEvent) -> Void
    ) {
        self.study = study
        self.folder = folder
        self.ledger = ledger
        self.restores = restores
        self.log = log
        snapshots = SnapshotStore(folder.raw)
    }

    func take(_ files: [ArrivingFile], of wave: Study.WaveEntry, known: [LedgerDelivery]) throws -> Answer {
        var kept: [LedgerDelivery.File] = []
        var originals: [ArrivedFile] = []
        let forgotten = try Tombstones(ledger, folder)
        for file in files {
            switch file.source {
            case .kept(let copy): kept.append(copy)
            case .new(let arrived, let isFromInbox):
                let hash = try ContentHash.ofFile(arrived.path).hash
                let note = try SenderNote(beside: arrived.path)
                if let trouble = note.trouble(hash, arrived.bytes) {
                    return .done(waiting(wave, "\(file.name): \(trouble)"))
                }
                let stored = try keep(arrived, hash, note, forgotten, known)
                kept.append(
                    LedgerDelivery.File(
                        declared: file.slot.declared, name: file.name, delivered: hash.hex, stored: stored.hash.hex,
                        bytes: stored.bytes, isFromInbox: isFromInbox))
                if isFromInbox { originals.append(arrived) }
            }
        }
        let identity = ContentHash.combined(kept.compactMap { ContentHash(hex: $0.delivered) }).hex
        let answer = try register(identity, kept, of: wave, known)
        for original in originals { try clear(original) }
        return answer
    }

    /// The copy of a file; one that is there already is not written again.
    private func keep(
        _ file: ArrivedFile, _ hash: ContentHash, _ note: SenderNote, _ forgotten: Tombstones, _ known: [LedgerDelivery]
    ) throws -> (hash: ContentHash, bytes: Int) {
        if let before = known.lazy.flatMap(\.files).first(where: { $0.delivered == hash.hex }),
            try snapshots.holds(before.stored), let stored = ContentHash(hex: before.stored)
        {
            return (stored, before.bytes)
        }
        let copy = try snapshots.keep(file.path)
        guard copy.hash == hash else { throw StoreError.changing(path: file.path) }
        if let rest = try forgotten.without(snapshots.bytes(of: hash.hex), file: file.path, study) {
            let stored = try snapshots.keep(rest)
            try snapshots.remove(hash.hex)
            return (stored, rest.count)
        }
        for text in note.texts { try snapshots.keepNote(text.text, text.suffix, of: hash) }
        return copy
    }

    /// What the ledger says of these bytes decides; a name, a date or the order of arrival does not.
    private func register(
        _ identity: String, _ files: [LedgerDelivery.File], of wave: Study.WaveEntry, _ known: [LedgerDelivery]
    ) throws -> Answer {
        if let other = try ledger.deliveries().first(where: { $0.identity == identity && $0.wave != wave.id }) {
            return .done(
                rejected(
                    wave, "DELIVERED_FOR_OTHER_WAVE",
                    "These answers were delivered for wave '\(other.wave)' before", identity))
        }
        guard var delivery = known.first(where: { $0.identity == identity }) else {
            let new = LedgerDelivery(
                wave: wave.id, identity: identity, study: study.hash, program: PeilVersion.text, files: files)
            let pending = known.filter { $0.stage != .published && $0.stage != .quarantined && $0.stage != .replaced }
            let saved = try ledger.change { change in
                for var old in pending {
                    old.stage = .replaced
                    try change.save(old, "replaced", "a later delivery came")
                }
                return try change.save(new, "received", "\(files.count) file(s)")
            }
            log(
                WaveEvent(
                    "received", "A delivery of wave '\(wave.id)' came", wave: wave.id, delivery: identity,
                    counts: [("files", files.count), ("bytes", files.map(\.bytes).reduce(0, +))]))
            return .delivery(saved)
        }
        let current = try ledger.publications(of: wave.id).last
        switch delivery.stage {
        case .published where current?.delivery == delivery.number:
            return .done(WaveOutcome(wave.id, .unchanged, "this delivery was processed before"))
        case .published, .replaced:
            guard restores else {
                try note(delivery, "superseded")
                return .done(
                    rejected(
                        wave, "SUPERSEDED_DELIVERY",
                        "A later delivery of wave '\(wave.id)' was processed already; this one is older", identity))
            }
            delivery.stage = .received
            delivery.files = files
            delivery.study = study.hash
            delivery.program = PeilVersion.text
            return .delivery(try save(delivery, "restored"))
        case .quarantined:
            if delivery.study == study.hash, delivery.program == PeilVersion.text {
                let trouble = delivery.trouble
                return .done(
                    rejected(
                        wave, trouble?.code ?? "REJECTED_BEFORE",
                        "This delivery was rejected before, and neither it nor the study changed: "
                            + (trouble?.sentence ?? ""), identity))
            }
            delivery.stage = .received
            delivery.files = files
            return .delivery(try save(delivery, "retry"))
        case .received, .validated, .estimated, .held, .rendered, .failed:
            return .delivery(delivery)
        }
    }

    private func save(_ delivery: LedgerDelivery, _ kind: String) throws -> LedgerDelivery {
        try ledger.change { try $0.save(delivery, kind) }
    }

    private func note(_ delivery: LedgerDelivery, _ kind: String) throws {
        _ = try ledger.change { try $0.save(delivery, kind) }
    }

    /// The bytes are safe: the original and its notes leave the inbox. One that changed since stays, and is a delivery of its
    /// own in the next run.
    private func clear(_ original: ArrivedFile) throws {
        _ = try ArrivalFolder.take(original, notes: Settling.notes)
    }

    private func waiting(_ wave: Study.WaveEntry, _ message: String) -> WaveOutcome {
        log(WaveEvent("waiting", message, wave: wave.id))
        return WaveOutcome(wave.id, .waiting, message, exitCode: 75)
    }

    private func rejected(_ wave: Study.WaveEntry, _ code: String, _ message: String, _ identity: String) -> WaveOutcome
    {
        log(WaveEvent(code, message, wave: wave.id, delivery: identity, level: .error))
        return WaveOutcome(wave.id, .rejected, "\(code): \(message)", exitCode: ExitStatus.data)
    }
}
