import Foundation
import Testing

@testable import PeilStore

@Suite struct PublicationLogTests {
    func record(_ wave: String, _ content: String, in path: String) throws -> PublicationRecord {
        var log = try PublicationLog(path)
        let hash = ContentHash(of: content.utf8)
        return try log.append(publication: hash.short, study: "haaglanden", wave: wave, manifest: hash)
    }

    func records(_ path: String) throws -> [PublicationRecord] {
        let log = try PublicationLog(path)
        return log.records
    }

    @Test func recordsAreNumberedAndReadBack() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/ledger.jsonl"
            let first = try record("2026-1", "a", in: path)
            let second = try record("2026-2", "b", in: path)
            #expect(first.sequence == 1 && second.sequence == 2)
            #expect(try records(path) == [first, second])
            #expect(try text(path).split(separator: "\n").count == 2)
        }
    }

    @Test func theSameReleaseTwiceCountsOnce() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/ledger.jsonl"
            let first = try record("2026-1", "a", in: path)
            _ = try record("2026-2", "b", in: path)
            #expect(try record("2026-1", "a", in: path) == first)
            #expect(try records(path).count == 2)
        }
    }

    @Test func aCorrectionAndItsReturnAreThreeEvents() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/ledger.jsonl"
            for content in ["a", "b", "a"] { _ = try record("2026-1", content, in: path) }
            #expect(try records(path).map(\.sequence) == [1, 2, 3])
        }
    }

    /// Every way in which a kill can cut the last line, its newline included.
    @Test func aTornLastLineIsCutOffAtEveryByte() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/ledger.jsonl"
            let first = try record("2026-1", "a", in: path)
            let whole = try DurableFile.read(path)
            let second = try record("2026-2", "b", in: path)
            let both = try DurableFile.read(path)
            for length in whole.count..<both.count {
                try DurableFile.write(Array(both[..<length]), to: path)
                #expect(try records(path) == [first], "cut at byte \(length)")
                #expect(try record("2026-2", "b", in: path) == second)
                #expect(try DurableFile.read(path) == both)
            }
        }
    }

    @Test func damageInTheMiddleNamesTheLine() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/ledger.jsonl"
            for wave in ["1", "2", "3"] { _ = try record(wave, wave, in: path) }
            var lines = try text(path).components(separatedBy: "\n")
            lines[1] = "{}"
            try DurableFile.write(Array(lines.joined(separator: "\n").utf8), to: path)
            let error = storeError { _ = try records(path) }
            #expect(error?.errorClass == "DAMAGED")
            #expect(error?.line == 2)
        }
    }

    @Test func aRemovedLineIsNoticed() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/ledger.jsonl"
            for wave in ["1", "2", "3"] { _ = try record(wave, wave, in: path) }
            var lines = try text(path).components(separatedBy: "\n")
            lines.remove(at: 0)
            try DurableFile.write(Array(lines.joined(separator: "\n").utf8), to: path)
            #expect(storeError { _ = try records(path) }?.line == 1)
        }
    }

    @Test func twoWritersCannotOpenItAtOnce() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/ledger.jsonl"
            let open = try PublicationLog(path)
            #expect(storeError { _ = try PublicationLog(path) }?.exitCode == 75)
            #expect(open.records.isEmpty)
        }
    }
}
