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
        let underWay = Set(
            deliveries.filter { [.estimated, .held, .rendered].contains($0.stage) }.compactMap {
                $0.number.map(String.init)
            })
        for name in try ArrivalFolder.folders(in: folder.stages) where !underWay.contains(name) {
            try DurableFolder.remove("\(folder.stages)/\(name)")
        }
        try putBackTaken()
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

    /// A file that was being taken out of the inbox is there again under its hidden name; its bytes are in the ledger, or it
    /// is looked at as a delivery that just came.
    private func putBackTaken() throws {
        for place in [folder.inbox] + study.waves.map({ "\(folder.inbox)/\($0.id)" }) {
            for name in try ArrivalFolder.files(in: place) where name.hasPrefix(".taken-") {
                let path = "\(place)/\(name)"
                let hash = try ContentHash.ofFile(path).hash.hex
                let isKept = try ledger.deliveries().contains { $0.files.contains { $0.delivered == hash } }
                if isKept {
                    try ArrivalFolder.remove(path)
                } else {
                    log(WaveEvent("recovered", "inbox/\(name) was left by a run that was stopped", level: .warning))
                }
            }
        }
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
