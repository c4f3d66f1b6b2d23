import Foundation
import PeilIngest
import PeilStore
public import PeilStudy

/// Erases what is kept of one person, at once, and keeps the person out of every later delivery. Published figures stay: they
/// tell nothing of a person; they change with the next publication of the wave, if the rules of disclosure let it pass.
public struct Forgetting {
    public struct Receipt: Sendable {
        /// To be given to the person; it says nothing about who it was.
        public let code: String
        public let records: Int
        /// Waves whose copies were written anew.
        public let waves: [String]
        /// Files that the study names and peil only reads, where the person still is.
        public let elsewhere: [String]
        /// Deliveries that wait in the inbox: the person is dropped when they are taken.
        public let waiting: Int

        public var json: JSONValue {
            .object([
                ("schema", "peil-forget-1"), ("receipt", .string(code)), ("copies_rewritten", .integer(records)),
                ("waves", .strings(waves)), ("still_in", .strings(elsewhere)), ("inbox", .integer(waiting))
            ])
        }
    }

    private let study: Study
    private let folder: StudyFolder

    public init(_ study: Study) {
        self.study = study
        folder = StudyFolder(root: study.folder)
    }

    /// - Parameter person: an identifier as the data have it.
    /// - Throws: `Failure`: 64 for no identifier, 65 where an SPSS file cannot lose the person alone, 75 while a run is at work.
    public func forget(_ person: String) throws -> Receipt {
        let identifier = Array(person.utf8)
        guard !identifier.isEmpty, person.allSatisfy({ !$0.isNewline }) else {
            throw Failure(
                "USAGE", "There is no identifier to forget",
                remedy: "give the person's identifier, or '-' to read it from stdin",
                exitCode: ExitStatus.usage)
        }
        guard !study.personColumns.isEmpty else {
            throw Failure(
                "NO_IDENTIFIER", "The study knows nobody by an identifier", file: study.file,
                remedy: "mark the column of people in the codebook: type id, unique", exitCode: ExitStatus.configuration
            )
        }
        do {
            let lock = try LedgerLock(study.folder)
            defer { _ = lock }
            let ledger = try DeliveryLedger(changing: study.folder)
            try LedgerRecovery(study: study, folder: folder, ledger: ledger, log: { _ in }).run()
            let receipt = try erase(identifier, ledger)
            try LedgerSeal.write(in: study.folder)
            return receipt
        } catch { throw Failure(naming: error, file: study.folder) }
    }

    private func erase(_ person: [UInt8], _ ledger: DeliveryLedger) throws -> Receipt {
        let key = try Tombstones.key(folder, makes: true)
        let code = "peil-" + String(UInt64.random(in: .min ... .max), radix: 36)
        let snapshots = SnapshotStore(folder.raw)
        var (changed, old, waves) = ([LedgerDelivery](), [String](), [String]())
        var rewritten: [String: (hash: String, bytes: Int)] = [:]
        for delivery in try ledger.deliveries() where !delivery.isPurged {
            var next = delivery
            for index in next.files.indices {
                let file = next.files[index]
                if delivery.stage == .quarantined {
                    if try eraseRejected(delivery, file, person) { next.isPurged = true }
                    continue
                }
                if rewritten[file.stored] == nil, try snapshots.holds(file.stored),
                    let rest = try ErasedRecords.without(
                        snapshots.bytes(of: file.stored), file: file.name, study, isMeant: { $0 == person })
                {
                    rewritten[file.stored] = (try snapshots.keep(rest).hex, rest.count)
                }
                guard let new = rewritten[file.stored] else { continue }
                old.append(file.stored)
                next.files[index].stored = new.hash
                next.files[index].bytes = new.bytes
            }
            guard next != delivery else { continue }
            // What was computed with the person is computed again.
            if [.validated, .estimated, .held, .rendered].contains(next.stage) { next.stage = .received }
            changed.append(next)
            if !waves.contains(next.wave) { waves.append(next.wave) }
        }
        let tombstone = LedgerTombstone(pseudonym: Tombstones.pseudonym(of: person, key), receipt: code)
        let (deliveries, changes) = (changed, rewritten.map { "\($0.key) → \($0.value.hash)" }.sorted())
        try ledger.change { change in
            try change.add(tombstone)
            try change.note("forgotten", "receipt \(code)")
            for delivery in deliveries { try change.save(delivery, "forgotten", "receipt \(code)") }
            for line in changes { try change.note("rewritten", line) }
        }
        // Only now: a run that is killed before has forgotten nobody, one that is killed here leaves copies that the next
        // removes.
        for hash in old { try snapshots.remove(hash) }
        for delivery in deliveries { try? DurableFolder.remove(folder.stage(delivery.number ?? 0)) }
        return Receipt(
            code: code, records: rewritten.count, waves: waves, elsewhere: try elsewhere(person),
            waiting: try ArrivalFolder.files(in: folder.inbox).filter { !Settling.isNote($0) && !$0.hasPrefix(".") }
                .count)
    }

    /// A rejected file may be broken in any way: where the person's identifier stands in it at all, it goes as a whole. So does
    /// an SPSS file that cannot be unfolded: nobody can say whether the person is in it.
    private func eraseRejected(
        _ delivery: LedgerDelivery, _ file: LedgerDelivery.File, _ person: [UInt8]
    ) throws -> Bool {
        let path = "\(folder.quarantine(delivery.identity))/\(file.stored)"
        guard try ArrivedFile.look(path) != nil else { return false }
        let bytes = try DurableFile.read(path)
        // As UTF-16 has it, in either order.
        let wide: [UInt8] = Array(person.map { [$0, 0] }.joined().dropLast())
        if let text = RecordErasure.searchable(bytes) {
            guard Self.contains(text, person) || Self.contains(text, wide) else { return false }
        }
        try ArrivalFolder.remove(path)
        return true
    }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first, part.count <= bytes.count else { return false }
        var place = 0
        while let found = bytes[place...].firstIndex(of: first), found + part.count <= bytes.count {
            if bytes[found..<found + part.count].elementsEqual(part) { return true }
            place = found + 1
        }
        return false
    }

    /// What the study names and peil does not own: waves that lie in the study's folder, and the frame.
    private func elsewhere(_ person: [UInt8]) throws -> [String] {
        var names = study.waves.flatMap(\.files).map(\.path)
        if let frame = study.frame { names.append(frame.file) }
        var found: [String] = []
        for name in names where !found.contains(name) {
            guard try ArrivedFile.look(study.path(name)) != nil else { continue }
            let bytes = try DurableFile.read(study.path(name))
            if try ErasedRecords.without(bytes, file: name, study, isMeant: { $0 == person }) != nil {
                found.append(name)
            }
        }
        return found
    }
}
