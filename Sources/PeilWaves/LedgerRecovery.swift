import PeilStore
import PeilStudy

/// Puts right what a run that was stopped left behind. It runs under the lock, before anything else, and changes nothing that
/// readers see but a link that points where the ledger knows of nothing.
struct LedgerRecovery {
    let study: Study
    let folder: StudyFolder
    let ledger: DeliveryLedger
    let log: (WaveEvent) -> Void

    func run() throws {
        let deliveries = try ledger.deliveries()
        try finishQuarantine(deliveries)
        let known = Set(deliveries.filter { !$0.isPurged }.flatMap(\.files).map(\.stored))
        let strangers = try SnapshotStore(folder.raw).removeStrangers(keeping: known)
        if strangers > 0 {
            log(WaveEvent("recovered", "Copies of a run that was stopped are removed", counts: [("copies", strangers)]))
        }
        for delivery in deliveries where delivery.stage != .received {
            for file in delivery.files { try SnapshotStore(folder.raw).removeNotes(of: file.stored) }
        }
        let underWay = Set(
            deliveries.filter { [.estimated, .held, .rendered].contains($0.stage) }.compactMap {
                $0.number.map(String.init)
            })
        for name in try ArrivalFolder.folders(in: folder.stages) where !underWay.contains(name) {
            try DurableFolder.remove("\(folder.stages)/\(name)")
        }
        try removeLeftovers(deliveries)
        try finishTaking()
        try mendLink(deliveries)
    }

    /// A rejected delivery whose copies were not moved yet.
    private func finishQuarantine(_ deliveries: [LedgerDelivery]) throws {
        let snapshots = SnapshotStore(folder.raw)
        let others = Set(deliveries.filter { $0.stage != .quarantined }.flatMap(\.files).map(\.stored))
        for delivery in deliveries where delivery.stage == .quarantined && !delivery.isPurged {
            let isLeft = try delivery.files.contains { try snapshots.holds($0.stored) && !others.contains($0.stored) }
            let hasReason = try ArrivedFile.look("\(folder.quarantine(delivery.identity))/reason.json") != nil
            if let trouble = delivery.trouble, isLeft || !hasReason {
                try Quarantine(folder: folder).take(delivery, trouble)
            }
        }
    }

    /// A file that was being taken out of the inbox: its bytes are in the ledger, so the taking is finished; else it is put back.
    private func finishTaking() throws {
        for place in [folder.inbox] + study.waves.map({ "\(folder.inbox)/\($0.id)" }) {
            for name in try ArrivalFolder.halfTaken(in: place) {
                let aside = ArrivalFolder.aside(name, in: place)
                let hash = try ContentHash.ofFile(aside).hash.hex
                let isKept = try ledger.deliveries().contains { $0.files.contains { $0.delivered == hash } }
                if isKept {
                    try ArrivalFolder.finishTaking(name, in: place, notes: Settling.notes)
                } else if try ArrivedFile.look("\(place)/\(name)") == nil {
                    try ArrivalFolder.move(aside, to: "\(place)/\(name)")
                }
            }
        }
    }

    /// Temporary files of a run that was killed while it wrote.
    private func removeLeftovers(_ deliveries: [LedgerDelivery]) throws {
        let rejected = deliveries.filter { $0.stage == .quarantined }.map { folder.quarantine($0.identity) }
        let own = [folder.root, "\(folder.root)/internal", folder.alerts]
        let stages = try ArrivalFolder.folders(in: folder.stages).map { "\(folder.stages)/\($0)" }
        for place in own + stages + rejected { try DurableFile.removeLeftovers(in: place) }
    }

    /// `current` shows what the ledger published last of the newest wave, or what is about to be written down. A draft that
    /// somebody's own `peil run` put there goes back.
    private func mendLink(_ deliveries: [LedgerDelivery]) throws {
        let publications = try ledger.publications()
        let order = study.waves.map(\.id)
        let newest = publications.max { left, right in
            let (first, second) = (order.firstIndex(of: left.wave) ?? -1, order.firstIndex(of: right.wave) ?? -1)
            return (first, left.version) < (second, right.version)
        }
        guard let newest, try DurableFolder.names(in: folder.root).contains("out") else { return }
        let output = try AtomicPublication(folder: folder.out)
        let shown = try output.current()
        guard shown != newest.publication else { return }
        let isUnderWay = deliveries.contains { $0.stage == .rendered && $0.publication == shown }
        guard !isUnderWay, try PublishedFolder.named(newest.publication, in: folder.out) != nil else { return }
        try output.show(newest.publication)
        log(
            WaveEvent(
                "recovered",
                "out/current pointed to something that was not published; it shows the last publication again",
                wave: newest.wave, level: .warning))
    }
}
