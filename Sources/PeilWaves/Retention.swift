import Foundation
import PeilStore
public import PeilStudy

/// Removes copies of answers when their time has come, as `privacy › retain` says.
public struct Retention {
    public struct Removal: Sendable {
        public let wave: String
        public let delivery: String
        public let isRejected: Bool
        public let days: Int
        public let bytes: Int
    }

    private let study: Study
    private let folder: StudyFolder

    public init(_ study: Study) {
        self.study = study
        folder = StudyFolder(root: study.folder)
    }

    /// A clock that is further than this ahead of the ledger's last event is not believed.
    private static let believableDays = 400.0

    /// - Parameters:
    ///   - dryRun: only say what would go.
    ///   - believesClock: the clock is right although it says that nothing happened for more than a year.
    /// - Throws: `Failure` `CLOCK_DOUBTFUL` (75), 75 while a run is at work, 78 where the study has no rule.
    public func purge(dryRun: Bool, believesClock: Bool = false, now: Date = Date()) throws -> [Removal] {
        let rule = study.unattended.retention
        guard rule.rawDays != nil || rule.quarantineDays != nil else {
            throw Failure(
                "NO_RETENTION_RULE", "The study does not say how long copies are kept", file: study.file,
                remedy: "add privacy › retain: {raw: 24 months, quarantine: 3 months}",
                exitCode: ExitStatus.configuration)
        }
        do {
            let lock = try LedgerLock(study.folder)
            defer { _ = lock }
            let ledger = try DeliveryLedger(changing: study.folder)
            try checkClock(ledger, now, believesClock)
            let found = try due(ledger, now)
            if !dryRun {
                for (delivery, removal) in found { try remove(delivery, removal, ledger) }
                try LedgerSeal.write(in: study.folder)
            }
            return found.map(\.1)
        } catch { throw Failure(naming: error, file: study.folder) }
    }

    private func checkClock(_ ledger: DeliveryLedger, _ now: Date, _ believes: Bool) throws {
        guard let last = try ledger.events(newest: 1).first.flatMap({ LedgerClock.date($0.at) }) else { return }
        let days = now.timeIntervalSince(last) / 86_400
        guard days < -1 || (days > Self.believableDays && !believes) else { return }
        throw Failure(
            "CLOCK_DOUBTFUL",
            "This machine's clock is \(Int(abs(days))) days \(days < 0 ? "behind" : "ahead of") the ledger's last event",
            file: study.folder, remedy: days < 0 ? "set the clock right" : "if the clock is right, say --believe-clock",
            exitCode: 75)
    }

    private func due(_ ledger: DeliveryLedger, _ now: Date) throws -> [(LedgerDelivery, Removal)] {
        let rule = study.unattended.retention
        var arrival: [Int64: Date] = [:]
        for event in try ledger.events(newest: .max) where event.kind == "received" {
            if let delivery = event.delivery { arrival[delivery] = LedgerClock.date(event.at) }
        }
        let inUse: Set<DeliveryStage> = [.received, .validated, .estimated, .held, .rendered]
        return try ledger.deliveries().compactMap { delivery in
            guard !delivery.isPurged, !inUse.contains(delivery.stage), let came = arrival[delivery.number ?? 0] else {
                return nil
            }
            let isRejected = delivery.stage == .quarantined
            let days = Int(now.timeIntervalSince(came) / 86_400)
            guard let limit = isRejected ? rule.quarantineDays : rule.rawDays, days >= limit else { return nil }
            return (
                delivery,
                Removal(
                    wave: delivery.wave, delivery: delivery.identity, isRejected: isRejected, days: days,
                    bytes: delivery.files.map(\.bytes).reduce(0, +))
            )
        }
    }

    /// First the ledger, then the disk: a copy that the ledger does not know any more is removed by the next run at the latest.
    private func remove(_ delivery: LedgerDelivery, _ removal: Removal, _ ledger: DeliveryLedger) throws {
        var next = delivery
        next.isPurged = true
        let saved = next
        _ = try ledger.change { try $0.save(saved, "purged", "after \(removal.days) days") }
        let kept = Set(try ledger.deliveries().filter { !$0.isPurged }.flatMap(\.files).map(\.stored))
        let snapshots = SnapshotStore(folder.raw)
        for file in delivery.files where !kept.contains(file.stored) { try snapshots.remove(file.stored) }
        if removal.isRejected { try? DurableFolder.remove(folder.quarantine(delivery.identity)) }
    }
}
