import Foundation
import GRDB
import Testing

@testable import PeilStore

/// The ledger keeps what was written, and says so when it does not.
@Suite struct DeliveryLedgerTests {
    private static func delivery(_ wave: String) -> LedgerDelivery {
        LedgerDelivery(
            wave: wave, identity: ContentHash(of: Array(wave.utf8)).hex, study: "s", program: "p",
            files: [.init(declared: "a.csv", name: "a.csv", delivered: "d", stored: "d", bytes: 1, isFromInbox: true)])
    }

    private static func filled(_ folder: String) throws {
        let ledger = try DeliveryLedger(changing: folder)
        for wave in ["w1", "w2"] {
            let saved = try ledger.change { try $0.save(delivery(wave), "received") }
            try ledger.change { change in
                var next = saved
                next.stage = .published
                try change.save(next, "published")
                try change.add(
                    LedgerPublication(
                        delivery: saved.number ?? 0, wave: wave, version: 1, publication: "x", manifest: "m",
                        changedFigures: nil))
            }
        }
        try LedgerSeal.write(in: folder)
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        try withTemporaryFolder { folder in
            try Self.filled(folder)
            let ledger = try #require(try DeliveryLedger(reading: folder))
            #expect(try ledger.deliveries().map(\.stage) == [.published, .published])
            #expect(try ledger.publications(of: "w2").map(\.version) == [1])
            #expect(try ledger.events(newest: 2).map(\.kind) == ["received", "published"])
            #expect(try LedgerCheck.troubles(in: folder) == [])
        }
    }

    @Test func aTransactionThatFailsLeavesNothing() throws {
        try withTemporaryFolder { folder in
            try Self.filled(folder)
            let ledger = try DeliveryLedger(changing: folder)
            struct Stop: Error {}
            #expect(throws: StoreError.self) {
                try ledger.change { change in
                    try change.save(Self.delivery("w3"), "received")
                    throw Stop()
                }
            }
            #expect(try ledger.deliveries().count == 2)
            #expect(try LedgerCheck.troubles(in: folder) == [])
        }
    }

    @Test(arguments: [
        "UPDATE delivery SET stage = 'received' WHERE number = 1", "DELETE FROM event WHERE sequence = 2",
        "UPDATE event SET text = 'x' WHERE sequence = 1", "UPDATE delivery SET files = '[]' WHERE number = 2"
    ])
    func aRowThatWasChangedByHandIsFound(_ sql: String) throws {
        try withTemporaryFolder { folder in
            try Self.filled(folder)
            let queue = try DatabaseQueue(path: "\(folder)/ledger.sqlite")
            try queue.write { try $0.execute(sql: sql) }
            try queue.close()
            // As a run that was killed before its seal: the rows have to tell it alone.
            #expect(try !LedgerCheck.troubles(in: folder).isEmpty)
        }
    }

    @Test func aNewerLedgerIsLeftAlone() throws {
        try withTemporaryFolder { folder in
            try Self.filled(folder)
            let queue = try DatabaseQueue(path: "\(folder)/ledger.sqlite")
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
            try queue.close()
            let before = try DurableFile.read("\(folder)/ledger.sqlite")
            let failure = try #require(throws: StoreError.self) { _ = try DeliveryLedger(changing: folder) }
            #expect(failure.exitCode == 78)
            #expect(try DurableFile.read("\(folder)/ledger.sqlite") == before)
        }
    }

    /// A peil to come, whose ledger has two steps more.
    private static let later = LedgerSchema(steps: [
        { try $0.execute(sql: "ALTER TABLE publication ADD COLUMN pages INTEGER NOT NULL DEFAULT 0") },
        {
            try $0.execute(sql: "CREATE TABLE reader(name TEXT PRIMARY KEY) STRICT")
            try $0.execute(sql: "INSERT INTO reader SELECT DISTINCT wave FROM delivery")
        }
    ])

    @Test func anOlderLedgerIsUpgradedAfterACopy() throws {
        try withTemporaryFolder { folder in
            try Self.filled(folder)
            let path = "\(folder)/ledger.sqlite"
            let before = try DurableFile.read(path)
            let ledger = try DeliveryLedger(changing: folder, schema: Self.later)
            #expect(ledger.upgradedFrom == "\(path).v1.bak")
            #expect(try DurableFile.read("\(path).v1.bak") == before)
            #expect(try ledger.deliveries().map(\.wave) == ["w1", "w2"])
            #expect(try ledger.publications().map(\.version) == [1, 1])
            #expect(try ledger.check() == [], "no row is another")
            let queue = try DatabaseQueue(path: path)
            #expect(try queue.read { try String.fetchAll($0, sql: "SELECT name FROM reader") } == ["w1", "w2"])
            #expect(try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 3)
            #expect(try DeliveryLedger(changing: folder, schema: Self.later).upgradedFrom == nil, "once")
            // The peil of before leaves it alone, and goes on from the copy.
            let refused = try #require(throws: StoreError.self) { _ = try DeliveryLedger(changing: folder) }
            #expect(refused.exitCode == 78)
            #expect(throws: StoreError.self) { _ = try DeliveryLedger(reading: folder) }
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: "\(path).v1.bak", toPath: path)
            #expect(try LedgerCheck.troubles(in: folder) == [])
        }
    }

    @Test func anUpgradeThatFailsLeavesTheOldLedger() throws {
        try withTemporaryFolder { folder in
            try Self.filled(folder)
            let path = "\(folder)/ledger.sqlite"
            let broken = LedgerSchema(steps: Self.later.steps + [{ try $0.execute(sql: "DROP TABLE nowhere") }])
            #expect(throws: StoreError.self) { _ = try DeliveryLedger(changing: folder, schema: broken) }
            #expect(try DeliveryLedger(changing: folder).deliveries().count == 2)
            #expect(try LedgerCheck.troubles(in: folder) == [])
            let queue = try DatabaseQueue(path: path)
            #expect(try queue.read { try $0.tableExists("reader") } == false)
        }
    }

    @Test func aNewLedgerHasAllSteps() throws {
        try withTemporaryFolder { folder in
            let ledger = try DeliveryLedger(changing: folder, schema: Self.later)
            #expect(ledger.upgradedFrom == nil)
            #expect(try ledger.deliveries().isEmpty)
            let queue = try DatabaseQueue(path: "\(folder)/ledger.sqlite")
            #expect(try queue.read { try $0.tableExists("reader") })
        }
    }

    @Test func tablesOfNoVersionAreNotOurs() throws {
        try withTemporaryFolder { folder in
            try Self.filled(folder)
            let queue = try DatabaseQueue(path: "\(folder)/ledger.sqlite")
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 0") }
            try queue.close()
            #expect(throws: StoreError.self) { _ = try DeliveryLedger(changing: folder, schema: Self.later) }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/ledger.sqlite.v0.bak"))
        }
    }

    @Test func anotherProgramsDatabaseIsNotOurs() throws {
        try withTemporaryFolder { folder in
            let queue = try DatabaseQueue(path: "\(folder)/ledger.sqlite")
            try queue.write { try $0.execute(sql: "CREATE TABLE other(x)") }
            try queue.close()
            let failure = try #require(throws: StoreError.self) { _ = try DeliveryLedger(changing: folder) }
            #expect(failure.errorClass == "DAMAGED")
        }
    }

    @Test func twoRunsDoNotShareALedger() throws {
        try withTemporaryFolder { folder in
            let lock = try LedgerLock(folder)
            defer { _ = lock }
            let failure = try #require(throws: StoreError.self) { _ = try LedgerLock(folder) }
            #expect(failure.exitCode == 75)
        }
    }

    @Test func aCopyThatChangedWhileItWasMadeIsNone() throws {
        try withTemporaryFolder { folder in
            try DurableFile.write(Array("abc\n".utf8), to: "\(folder)/in.csv")
            let store = SnapshotStore("\(folder)/raw")
            let kept = try store.keep("\(folder)/in.csv")
            #expect(kept.bytes == 4)
            #expect(try store.isWhole(kept.hash.hex) == true)
            try Data("xyz".utf8).write(to: URL(fileURLWithPath: store.path(of: kept.hash.hex)))
            #expect(try store.isWhole(kept.hash.hex) == false)
            #expect(try store.removeStrangers(keeping: []) == 1)
            #expect(try store.isWhole(kept.hash.hex) == nil)
        }
    }

    @Test func aLinkIsNoDelivery() throws {
        try withTemporaryFolder { folder in
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/in.csv", withDestinationPath: "/etc/passwd")
            #expect(throws: StoreError.self) { _ = try ArrivedFile.look("\(folder)/in.csv") }
            #expect(throws: StoreError.self) { _ = try SnapshotStore("\(folder)/raw").keep("\(folder)/in.csv") }
        }
    }
}
