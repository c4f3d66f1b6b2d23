import Foundation
import PeilDisclosure
import Testing

/// A release that was stored comes back as it was, or not at all.
struct StoredPublicationTests {
    /// Any function of bytes will do: what counts is that the bytes are those that were recorded.
    private func hash(_ bytes: [UInt8]) -> String { "\(bytes.count)-\(bytes.reduce(7) { ($0 &* 31) &+ Int($1) })" }

    /// Two answers of a region that are shown, and of an area that are too few.
    private func released() throws -> Released<Publication> {
        let subject = Draft.subject([Draft.question("q", levels: ["1", "2"])], areas: ["A", "B"])
        let figures = [
            Draft.figure("q", "1", count: 160, base: 400), Draft.figure("q", "2", count: 240, base: 400),
            Draft.figure("q", "1", area: "A", count: 10, base: 20),
            Draft.figure("q", "2", area: "A", count: 10, base: 20),
            Draft.figure("q", "1", area: "B", count: 150, base: 380),
            Draft.figure("q", "2", area: "B", count: 230, base: 380)
        ]
        let facts = [
            Fact(topic: "quality", key: "rows_read", value: .count(412)),
            Fact(topic: "weighting", key: "kish_effect", value: .measure(1.25)),
            Fact(topic: "software", key: "version", value: .text("0"))
        ]
        return try DisclosureRules(minimumFrequency: 11).release(
            PublicationDraft(subject: subject, figures: figures, facts: facts))
    }

    /// The stored form with a text replaced, taken back under the hash of what it became.
    private func edited(_ old: String, _ new: String) throws -> Released<Publication> {
        let text = String(decoding: try StoredPublication.bytes(of: released()), as: UTF8.self)
        try #require(text.contains(old), "\(old) must stand in \(text.prefix(2000))")
        let bytes = Array(text.replacingOccurrences(of: old, with: new).utf8)
        return try StoredPublication.released(bytes, recorded: hash(bytes), hash: hash)
    }

    @Test func `what was stored comes back and is stored as the same bytes`() throws {
        let released = try released()
        let bytes = try StoredPublication.bytes(of: released)
        let again = try StoredPublication.released(bytes, recorded: hash(bytes), hash: hash)
        #expect(try StoredPublication.bytes(of: again) == bytes)
        #expect(again.content.rules == released.content.rules)
        #expect(again.content.rows.count == 6 && again.content.facts.count == 3)
        #expect(again.content.rows.map(\.estimate) == released.content.rows.map(\.estimate))
        #expect(again.content.rows.contains { $0.status == .tooFew && $0.estimate == nil })
    }

    @Test func `hundreds of rows are stored as one encoder writes them, whatever their texts say`() throws {
        let levels = (1...150).map { "\"rows\":[{\($0)}]\\" }
        let subject = Draft.subject([Draft.question("q", levels: levels)], areas: ["A", "B", "C"])
        let figures = ["", "A", "B", "C"].flatMap { area in
            levels.map { Draft.figure("q", $0, area: area, count: area.isEmpty ? 120 : 40, base: 18_000) }
        }
        let released = try DisclosureRules().release(PublicationDraft(subject: subject, figures: figures, facts: []))
        let bytes = try StoredPublication.bytes(of: released)
        let again = try StoredPublication.released(bytes, recorded: hash(bytes), hash: hash)
        #expect(again.content.rows.map(\.name) == released.content.rows.map(\.name) && again.content.rows.count == 600)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let rows = String(decoding: try encoder.encode(released.content.rows), as: UTF8.self)
        #expect(String(decoding: bytes, as: UTF8.self).contains(",\"rows\":\(rows),\"rules\":"))
    }

    @Test(arguments: [1, 2, 3, 7, 64, 5000]) func `a file read in pieces is the same release`(size: Int) throws {
        let bytes = try StoredPublication.bytes(of: released())
        func read(_ bytes: [UInt8]) throws -> Released<Publication> {
            try StoredPublication.released(recorded: hash(bytes)) { take in
                for start in stride(from: 0, to: bytes.count, by: size) {
                    take(Array(bytes[start..<min(start + size, bytes.count)]))
                }
                return hash(bytes)
            }
        }
        #expect(try StoredPublication.bytes(of: read(bytes)) == bytes)
        #expect(throws: StoredPublicationError.unreadable) { try read(Array(bytes.dropLast(9))) }
        #expect(throws: StoredPublicationError.unreadable) {
            try read(Array(String(decoding: bytes, as: UTF8.self).replacing("\"name\":", with: "\"nome\":").utf8))
        }
    }

    @Test func `of a file that was changed its hash is what is wrong, whatever it holds now`() {
        #expect(throws: StoredPublicationError.changed) {
            try StoredPublication.released(recorded: "as it was") { take in
                take(Array("{\"rows\":[{}]}".utf8))
                return "as it is"
            }
        }
    }

    @Test func `one changed digit is refused`() throws {
        var bytes = try StoredPublication.bytes(of: released())
        let recorded = hash(bytes)
        let digit = try #require(bytes.lastIndex { $0 == UInt8(ascii: "4") })
        bytes[digit] = UInt8(ascii: "5")
        #expect(throws: StoredPublicationError.changed) {
            try StoredPublication.released(bytes, recorded: recorded, hash: hash)
        }
    }

    @Test func `rules under the floor do not come back even under the right hash`() throws {
        #expect(throws: StoredPublicationError.breaksRules) {
            try edited("\"minimumFrequency\":11", "\"minimumFrequency\":1")
        }
    }

    @Test func `a hidden row with a number does not come back even under the right hash`() throws {
        #expect(throws: StoredPublicationError.breaksRules) {
            try edited("\"status\":\"too_few\"", "\"estimate\":0.5,\"status\":\"too_few\"")
        }
    }

    @Test func `another schema is not read`() throws {
        #expect(throws: StoredPublicationError.unreadable) { try edited("peil-publication-1", "peil-publication-0") }
    }
}
