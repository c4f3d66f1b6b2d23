import Foundation
internal import GRDB

/// The tables of the ledger, and how an older ledger becomes one of now.
struct LedgerSchema: Sendable {
    /// Steps from version 1 to 2, from 2 to 3, and so on; none may lose a row. An argument, so that a test can be a later peil.
    let steps: [@Sendable (Database) throws -> Void]

    /// What this peil writes: the first version, and no step yet.
    static let current = LedgerSchema(steps: [])

    /// `PRAGMA user_version` of a ledger after all steps.
    var version: Int { 1 + steps.count }
    /// "peil" in `PRAGMA application_id`: another program's database is not ours to change.
    static let application = 0x7065_696C

    /// Makes the tables of a new file; upgrades an older one in one transaction, after a copy beside it that was read back.
    /// - Returns: the copy, where there was an upgrade.
    func prepare(_ queue: DatabaseQueue, path: String) throws -> String? {
        let (found, isEmpty) = try queue.read { database in
            try requireKnown(database)
            return (try Self.number("user_version", database), try !database.tableExists("event"))
        }
        if found == version { return nil }
        guard !isEmpty else {
            try queue.write { database in
                try Self.tables(database)
                for step in steps { try step(database) }
                try stamp(database)
            }
            return nil
        }
        // Tables without a version are of no peil that ever was.
        guard found >= 1 else { throw LedgerFailure.notALedger }
        let copy = try Self.backup(path, version: found)
        try queue.write { database in
            for step in steps[(found - 1)...] { try step(database) }
            try stamp(database)
        }
        return copy
    }

    /// Throws for a database of another program or of a newer peil.
    func requireKnown(_ database: Database) throws {
        let isOurs = try Self.number("application_id", database) == Self.application
        let holdsNothing = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0
        guard isOurs || holdsNothing else { throw LedgerFailure.notALedger }
        let found = try Self.number("user_version", database)
        guard found <= version else { throw LedgerFailure.newer(found) }
    }

    private static func number(_ pragma: String, _ database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA \(pragma)") ?? 0
    }

    private func stamp(_ database: Database) throws {
        try database.execute(sql: "PRAGMA application_id = \(Self.application)")
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }

    private static func backup(_ path: String, version: Int) throws -> String {
        let copy = "\(path).v\(version).bak"
        try DurableFile.write(DurableFile.read(path), to: copy, mode: 0o600)
        guard try ContentHash.ofFile(copy).hash == ContentHash.ofFile(path).hash else {
            throw LedgerFailure.notALedger
        }
        return copy
    }

    private static func tables(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE delivery(
                    number INTEGER PRIMARY KEY AUTOINCREMENT, wave TEXT NOT NULL, identity TEXT NOT NULL,
                    stage TEXT NOT NULL, study TEXT NOT NULL, program TEXT NOT NULL, files TEXT NOT NULL,
                    release TEXT, decisions TEXT, publication TEXT, manifest TEXT, holds TEXT NOT NULL, approval TEXT,
                    trouble TEXT, attempts INTEGER NOT NULL, retryAfter TEXT, isPurged INTEGER NOT NULL,
                    UNIQUE(wave, identity)) STRICT;
                CREATE TABLE publication(
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT, delivery INTEGER NOT NULL REFERENCES delivery(number),
                    wave TEXT NOT NULL, version INTEGER NOT NULL, publication TEXT NOT NULL, manifest TEXT NOT NULL,
                    changedFigures INTEGER, UNIQUE(wave, version)) STRICT;
                CREATE TABLE event(
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, wave TEXT,
                    delivery INTEGER REFERENCES delivery(number), text TEXT NOT NULL, delivered TEXT,
                    chain TEXT NOT NULL) STRICT;
                CREATE TABLE tombstone(pseudonym TEXT PRIMARY KEY, receipt TEXT NOT NULL) STRICT;
                CREATE TABLE notification(
                    publication TEXT PRIMARY KEY, wave TEXT NOT NULL, payload TEXT NOT NULL, isSent INTEGER NOT NULL,
                    attempts INTEGER NOT NULL) STRICT;
                """)
    }
}

/// Why a ledger cannot be used.
enum LedgerFailure: Error {
    case notALedger
    case newer(Int)

    /// Any error of SQLite as one of the store's.
    static func named(_ error: any Error, _ path: String) -> StoreError {
        switch error {
        case let error as StoreError: error
        case LedgerFailure.notALedger: .damaged(path: path, line: nil, reason: "this is not a ledger of peil")
        case LedgerFailure.newer(let version): .newerSchema(path: path, version: version)
        case let error as DatabaseError: named(error, path)
        default: .damaged(path: path, line: nil, reason: "a row of the ledger cannot be read")
        }
    }

    private static func named(_ error: DatabaseError, _ path: String) -> StoreError {
        switch error.resultCode {
        case .SQLITE_FULL: .diskFull(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(path: path)
        case .SQLITE_NOTADB, .SQLITE_CORRUPT: .damaged(path: path, line: nil, reason: "SQLite cannot read it")
        case .SQLITE_CONSTRAINT: .damaged(path: path, line: nil, reason: "a row would contradict another")
        case .SQLITE_READONLY: .notWritable(path: path, reason: "the ledger is read-only")
        case .SQLITE_PERM, .SQLITE_AUTH: .noPermission(path: path)
        case .SQLITE_NOMEM: .system(path: path, reason: "out of memory")
        case .SQLITE_CANTOPEN: .cannotCreate(path: path, reason: "SQLite cannot open it")
        default: .inputOutput(path: path, reason: "SQLite reports code \(error.extendedResultCode.rawValue)")
        }
    }
}
