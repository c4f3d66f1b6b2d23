import Foundation
internal import GRDB

/// Whether a ledger still says what was written: the file by its seal, rows by the chain of events.
public enum LedgerCheck {
    /// Everything that is wrong, one sentence each; empty for a ledger that is whole.
    ///
    /// The file is compared with `ledger.sqlite.seal`. A run that was killed between its last change and the seal leaves a
    /// ledger that is one or more changes ahead of it (SQLite counts them in its header); then the rows decide alone.
    public static func troubles(in folder: String) throws(StoreError) -> [String] {
        let path = "\(folder)/\(DeliveryLedger.fileName)"
        guard try FileStatus.of(path) != nil else { return [] }
        var found = try LedgerSeal.troubles(of: path)
        do throws(StoreError) {
            if let ledger = try DeliveryLedger(reading: folder) { found += try ledger.check() }
        } catch .damaged(_, _, let reason) { found.append(reason) }
        return found
    }

    static func troubles(in database: Database) throws -> [String] {
        var found = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
        if try !Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty {
            found.append("a row names a delivery that is not there")
        }
        var chain = ""
        var newest: [Int64: String] = [:]
        let events = try LedgerEvent.order(Column("sequence")).fetchCursor(database)
        while let event = try events.next() {
            if event.chain != event.link(after: chain) {
                found.append("event \(event.sequence ?? 0) is not what was written")
            }
            chain = event.chain
            if let delivery = event.delivery { newest[delivery] = event.delivered }
        }
        for delivery in try LedgerDelivery.order(Column("number")).fetchAll(database) {
            let number = delivery.number ?? 0
            if newest.removeValue(forKey: number) != (try seal(delivery)) {
                found.append("delivery \(number) is not what was written")
            }
        }
        for number in newest.keys.sorted() { found.append("delivery \(number) is gone") }
        return found
    }

    /// Hash of everything a row says.
    static func seal(_ delivery: LedgerDelivery) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ContentHash(of: [UInt8](try encoder.encode(delivery))).hex
    }
}

extension LedgerEvent {
    /// The event with its own link, where `chain` held the one before.
    func chained() -> LedgerEvent {
        LedgerEvent(
            at: at, kind: kind, wave: wave, delivery: delivery, text: text, delivered: delivered,
            chain: link(after: chain))
    }

    func link(after before: String) -> String {
        let parts = [before, at, kind, wave ?? "", delivery.map(String.init) ?? "", text, delivered ?? ""]
        return ContentHash(of: parts.map { "\($0.utf8.count):\($0)" }.joined().utf8).hex
    }
}

/// The hash of the ledger's whole file, written when a run ends: rows are sealed one by one, but a file has bytes that no row
/// uses.
public enum LedgerSeal {
    private struct Form: Codable {
        let changes: Int
        let sha256: ContentHash
    }

    /// Seals the file as it is now.
    public static func write(in folder: String) throws(StoreError) {
        let path = "\(folder)/\(DeliveryLedger.fileName)"
        let form = Form(changes: try header(of: path).changes, sha256: try ContentHash.ofFile(path).hash)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let data = try? encoder.encode(form) else { return }
        try DurableFile.write([UInt8](data) + [UInt8(ascii: "\n")], to: "\(path).seal", mode: 0o600)
    }

    static func troubles(of path: String) throws(StoreError) -> [String] {
        let header = try header(of: path)
        guard try FileStatus.of("\(path).seal") != nil else { return [] }
        guard let form = try? JSONDecoder().decode(Form.self, from: Data(DurableFile.read("\(path).seal"))) else {
            return ["the seal of the ledger is not what was written"]
        }
        if try ContentHash.ofFile(path).hash == form.sha256 { return [] }
        // SQLite writes its count of changes twice.
        if header.changes == header.changesAgain, header.changes > form.changes { return [] }
        return ["the ledger's file is not what was written"]
    }

    private static func header(of path: String) throws(StoreError) -> (changes: Int, changesAgain: Int) {
        let file = try Descriptor(open: path, O_RDONLY)
        var block = [UInt8](repeating: 0, count: 100)
        guard try file.read(into: &block) == 100 else { return (0, 0) }
        func number(at place: Int) -> Int { block[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        return (number(at: 24), number(at: 92))
    }
}
