import PeilStore
import PeilStudy

/// Where rejected deliveries go, each with its reason, out of the way of the next ones.
struct Quarantine {
    let folder: StudyFolder

    /// Moves the copies of a delivery. A move that was interrupted goes on in the next run.
    func take(_ delivery: LedgerDelivery, _ trouble: LedgerDelivery.Trouble) throws {
        let place = folder.quarantine(delivery.identity)
        try DurableFolder.make(folder.quarantine, mode: 0o700)
        try DurableFolder.make(place, mode: 0o700)
        let snapshots = SnapshotStore(folder.raw)
        for file in delivery.files {
            if try snapshots.holds(file.stored) {
                try ArrivalFolder.move(snapshots.path(of: file.stored), to: "\(place)/\(file.stored)")
            }
            try snapshots.removeNotes(of: file.stored)
        }
        let reason = JSONValue.object([
            ("schema", "peil-quarantine-1"), ("wave", .string(delivery.wave)), ("delivery", .string(delivery.identity)),
            ("class", .string(trouble.code)), ("message", .string(trouble.message)),
            ("file", trouble.place.map(JSONValue.string) ?? .null),
            ("line", trouble.line.map(JSONValue.integer) ?? .null),
            ("column", trouble.column.map(JSONValue.integer) ?? .null), ("remedy", .string(trouble.remedy)),
            (
                "files",
                .array(
                    delivery.files.map {
                        .object([
                            ("name", .string($0.name)), ("sha256", .string($0.delivered)),
                            ("kept_as", .string($0.stored)),
                            ("bytes", .integer($0.bytes))
                        ])
                    })
            )
        ])
        try DurableFile.write(Array((reason.text + "\n").utf8), to: "\(place)/reason.json", mode: 0o600)
    }

    /// Brings the copies back, to be tried again. Nothing where they are back already.
    func giveBack(_ delivery: LedgerDelivery) throws {
        let place = folder.quarantine(delivery.identity)
        let snapshots = SnapshotStore(folder.raw)
        try DurableFolder.make(folder.raw, mode: 0o700)
        for file in delivery.files where try !snapshots.holds(file.stored) {
            let kept = "\(place)/\(file.stored)"
            guard try ArrivedFile.look(kept) != nil else {
                throw StoreError.damaged(path: kept, line: nil, reason: "a rejected delivery is gone")
            }
            try ArrivalFolder.move(kept, to: snapshots.path(of: file.stored))
        }
        try ArrivalFolder.remove("\(place)/reason.json")
        try? DurableFolder.remove(place)
    }
}
