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
            let head = try DurableFile.read("\(path).head")
            let second = try record("2026-2", "b", in: path)
            let both = try DurableFile.read(path)
            for length in whole.count..<both.count {
                try DurableFile.write(Array(both[..<length]), to: path)
                // The head is written after the line.
                try DurableFile.write(head, to: "\(path).head")
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

    // MARK: The head

    /// Two records, and the bytes of log and head after each.
    private func states(_ path: String) throws -> [(log: [UInt8], head: [UInt8])] {
        try ["a", "b"].map { content in
            _ = try record(content, content, in: path)
            return (try DurableFile.read(path), try DurableFile.read("\(path).head"))
        }
    }

    @Test func aLogThatLostLinesIsRefused() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/ledger.jsonl"
            let states = try states(path)
            // Emptied, one line short, cut inside the last line.
            for (log, lines) in [([], 0), (states[0].log, 1), (Array(states[1].log.dropLast()), 1)] {
                try DurableFile.write(log, to: path)
                let error = storeError { _ = try records(path) }
                #expect(error == .cutShort(path: path, lines: lines, expected: 2))
                #expect(error?.exitCode == 74)
                #expect(storeError { _ = try PublicationLog.records(of: path) } == error)
                // Nothing was repaired away: it is refused again.
                #expect(storeError { _ = try record("c", "c", in: path) } == error)
            }
            try FileManager.default.removeItem(atPath: path)
            #expect(storeError { _ = try records(path) } == .cutShort(path: path, lines: 0, expected: 2))
            // The backup makes it whole.
            try DurableFile.write(states[1].log, to: path)
            #expect(try records(path).count == 2)
        }
    }

    @Test func aRunKilledBeforeItsHeadIsMendedByTheNext() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/ledger.jsonl"
            let states = try states(path)
            try DurableFile.write(states[0].head, to: "\(path).head")
            #expect(try PublicationLog.records(of: path).count == 2)
            #expect(try DurableFile.read("\(path).head") == states[0].head, "who only looks writes nothing")
            #expect(try records(path).count == 2)
            #expect(try DurableFile.read("\(path).head") == states[1].head)
            // The very first line, without any head: as in logs of before there were heads.
            try FileManager.default.removeItem(atPath: "\(path).head")
            #expect(try records(path).count == 2)
            #expect(try DurableFile.read("\(path).head") == states[1].head)
        }
    }

    @Test func aLineThatSaysSomethingElseIsRefused() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/ledger.jsonl"
            let states = try states(path)
            let changed = String(decoding: states[1].log, as: UTF8.self)
                .replacingOccurrences(of: "\"wave\":\"a\"", with: "\"wave\":\"x\"")
            try DurableFile.write(Array(changed.utf8), to: path)
            #expect(storeError { _ = try records(path) }?.errorClass == "DAMAGED")
        }
    }

    @Test func aHeadThatIsNoneIsRefused() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/ledger.jsonl"
            _ = try states(path)
            for text in ["", "{}", "{\"sequence\":0,\"chain\":\"\"}", "{\"sequence\":2,\"chain\":\"zz\"}"] {
                try DurableFile.write(Array(text.utf8), to: "\(path).head")
                let error = storeError { _ = try records(path) }
                #expect(error?.errorClass == "DAMAGED" && error?.place == "\(path).head", "\(text)")
            }
        }
    }
}
