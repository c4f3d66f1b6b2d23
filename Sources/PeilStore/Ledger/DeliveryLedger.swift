import Foundation
public import GRDB

/// What became of every delivery, in one SQLite file. Whoever changes it holds `ledger.lock` (`LedgerLock`); whoever looks
/// needs no lock.
///
/// A transaction is wholly done or not at all (journal on disk, `synchronous = EXTRA`). Every change writes an event; events
/// are a hash chain, and each names the seal of the delivery that it left behind, so that a changed byte in any row is found
/// (`LedgerCheck`). Erased rows are overwritten (`secure_delete`).
public final class DeliveryLedger: Sendable {
    private let queue: DatabaseQueue
    private let path: String
    /// Set when an older schema was upgraded: where the copy of before lies.
    public let upgradedFrom: String?

    public static let fileName = "ledger.sqlite"

    /// Opens the ledger of a study's folder to change it, and makes it where it is not there. The caller holds the lock.
    /// Throws `.newerSchema` where a newer peil wrote it, `.damaged` where it is no ledger.
    public convenience init(changing folder: String) throws(StoreError) {
        try self.init(changing: folder, schema: .current)
    }

    init(changing folder: String, schema: LedgerSchema) throws(StoreError) {
        path = "\(folder)/\(Self.fileName)"
        if let there = try FileStatus.of(path), there.kind != .file {
            throw .wrongKind(path: path, expected: "a plain file")
        }
        let isNew = try FileStatus.of(path) == nil
        if isNew {
            // SQLite would make it readable for others.
            try DurableFile.write([], to: path, mode: 0o600)
        }
        let path = path
        do {
            queue = try DatabaseQueue(path: path, configuration: Self.configuration(readonly: false))
            upgradedFrom = try schema.prepare(queue, path: path)
        } catch { throw LedgerFailure.named(error, path) }
    }

    /// Opens a ledger to look at it; nil where there is none.
    public convenience init?(reading folder: String) throws(StoreError) {
        try self.init(reading: folder, schema: .current)
    }

    init?(reading folder: String, schema: LedgerSchema) throws(StoreError) {
        path = "\(folder)/\(Self.fileName)"
        guard let there = try FileStatus.of(path) else { return nil }
        guard there.kind == .file else { throw .wrongKind(path: path, expected: "a plain file") }
        guard there.size > 0 else { return nil }
        upgradedFrom = nil
        let path = path
        do {
            queue = try DatabaseQueue(path: path, configuration: Self.configuration(readonly: true))
            try queue.read { try schema.requireKnown($0) }
        } catch { throw LedgerFailure.named(error, path) }
    }

    private static func configuration(readonly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = readonly
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            guard !readonly else { return }
            try database.execute(sql: "PRAGMA journal_mode = DELETE")
            try database.execute(sql: "PRAGMA synchronous = EXTRA")
            try database.execute(sql: "PRAGMA secure_delete = ON")
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            // Rows to sort stay in memory: a temporary file would hold them outside the study's folder.
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        return configuration
    }

    // MARK: Looking

    /// All deliveries in the order in which they came.
    public func deliveries(of wave: String? = nil) throws(StoreError) -> [LedgerDelivery] {
        try look { database in
            let request = LedgerDelivery.order(Column("number"))
            return try (wave.map { request.filter(Column("wave") == $0) } ?? request).fetchAll(database)
        }
    }

    public func publications(of wave: String? = nil) throws(StoreError) -> [LedgerPublication] {
        try look { database in
            let request = LedgerPublication.order(Column("sequence"))
            return try (wave.map { request.filter(Column("wave") == $0) } ?? request).fetchAll(database)
        }
    }

    /// The newest events, oldest first.
    public func events(newest count: Int) throws(StoreError) -> [LedgerEvent] {
        try look { try LedgerEvent.order(Column("sequence").desc).limit(count).fetchAll($0).reversed() }
    }

    /// Every publication of every wave in the order in which readers were sent there, also one that was made again with the same
    /// bytes; `text` tells version and name.
    public func publishedEvents() throws(StoreError) -> [LedgerEvent] {
        try look { try LedgerEvent.filter(Column("kind") == "published").order(Column("sequence")).fetchAll($0) }
    }

    public func tombstones() throws(StoreError) -> [LedgerTombstone] {
        try look { try LedgerTombstone.order(Column("pseudonym")).fetchAll($0) }
    }

    /// Messages that have not arrived yet.
    public func pendingNotifications() throws(StoreError) -> [LedgerNotification] {
        try look { try LedgerNotification.filter(Column("isSent") == false).order(Column.rowID).fetchAll($0) }
    }

    private func look<Result: Sendable>(_ read: @Sendable (Database) throws -> Result) throws(StoreError) -> Result {
        do { return try queue.read(read) } catch { throw LedgerFailure.named(error, path) }
    }

    // MARK: Changing

    /// Runs changes as one transaction: all of them are on the disk when it returns, or none.
    public func change<Result: Sendable>(
        _ work: @Sendable (borrowing LedgerChange) throws -> Result
    ) throws(StoreError) -> Result {
        do { return try queue.write { try work(LedgerChange(database: $0)) } } catch {
            throw LedgerFailure.named(error, path)
        }
    }

    /// The file's own check, and that of every row: `LedgerCheck`.
    func check() throws(StoreError) -> [String] {
        try look { try LedgerCheck.troubles(in: $0) }
    }
}

/// Changes inside one transaction.
public struct LedgerChange: ~Copyable {
    private let database: Database

    init(database: Database) { self.database = database }

    /// Adds a delivery, or replaces what is known of it, and notes why.
    @discardableResult
    public func save(_ delivery: LedgerDelivery, _ kind: String, _ text: String = "") throws -> LedgerDelivery {
        var delivery = delivery
        if delivery.number == nil {
            try delivery.insert(database)
            delivery.number = database.lastInsertedRowID
        } else {
            try delivery.update(database)
        }
        try note(kind, text, of: delivery)
        return delivery
    }

    @discardableResult
    public func add(_ publication: LedgerPublication) throws -> LedgerPublication {
        var publication = publication
        try publication.insert(database)
        publication.sequence = database.lastInsertedRowID
        return publication
    }

    public func add(_ tombstone: LedgerTombstone) throws { try tombstone.insert(database, onConflict: .ignore) }

    public func save(_ notification: LedgerNotification) throws { try notification.save(database) }

    /// An event of its own, of a wave or of the whole study.
    public func note(_ kind: String, _ text: String, wave: String? = nil) throws {
        try note(kind, text, wave: wave, delivery: nil)
    }

    private func note(_ kind: String, _ text: String, of delivery: LedgerDelivery) throws {
        try note(kind, text, wave: delivery.wave, delivery: delivery)
    }

    private func note(_ kind: String, _ text: String, wave: String?, delivery: LedgerDelivery?) throws {
        let before = try String.fetchOne(database, sql: "SELECT chain FROM event ORDER BY sequence DESC LIMIT 1") ?? ""
        let event = LedgerEvent(
            at: LedgerClock.now, kind: kind, wave: wave, delivery: delivery?.number, text: text,
            delivered: try delivery.map(LedgerCheck.seal), chain: before)
        try event.chained().insert(database)
    }
}

/// Wall time for people. Nothing depends on it but how long to wait before another try, and when copies are old.
public enum LedgerClock {
    public static var now: String { text(Date()) }

    public static func text(_ date: Date) -> String { date.formatted(.iso8601) }

    public static func date(_ text: String) -> Date? { try? Date(text, strategy: .iso8601) }
}

// MARK: Rows

extension LedgerDelivery: FetchableRecord, PersistableRecord {
    public static let databaseTableName = "delivery"
}
extension LedgerPublication: FetchableRecord, PersistableRecord {
    public static let databaseTableName = "publication"
}
extension LedgerEvent: FetchableRecord, PersistableRecord {
    public static let databaseTableName = "event"
}
extension LedgerTombstone: FetchableRecord, PersistableRecord {
    public static let databaseTableName = "tombstone"
}
extension LedgerNotification: FetchableRecord, PersistableRecord {
    public static let databaseTableName = "notification"
}
