import CReadStat
import Foundation
import PeilIngest
import PeilStore
import PeilStudy
import PeilTestSupport
import Testing

@testable import PeilWaves

/// Who asks to be forgotten is gone from everything that peil keeps, and stays gone; copies go when their time has come.
@Suite struct ForgettingTests {
    @Test func aPersonIsGoneAtOnceAndStaysGone() throws {
        let tiny = try TinyStudy()
        let text = TinyStudy.answers("w1")
        try tiny.deliver(text, as: "w1.csv")
        try tiny.process()
        let shown = try tiny.current()
        #expect(try tiny.holding("w1-311,").count == 1)
        let receipt = try Forgetting(try tiny.study()).forget("w1-311")
        #expect(receipt.records == 1)
        #expect(!receipt.code.contains("311"))
        #expect(try tiny.holding("w1-311") == [])
        #expect(try tiny.current() == shown, "published figures stay")
        #expect(try WaveVerification(try tiny.study()).troubles == [])
        // Others whose identifier begins alike are still there.
        #expect(try tiny.holding("w1-310,").count == 1)
        // The same people less one: their difference would be the person.
        try tiny.deliver(TinyStudy.answers("w1", every: 2), as: "w1.csv")
        #expect(try tiny.outcome("w1")?.message.hasPrefix("DIFFERENCING") == true)
        try tiny.deliver(TinyStudy.answers("w1", rows: 660, every: 2), as: "w1.csv")
        #expect(try tiny.outcome("w1")?.word == .published)
        #expect(try tiny.holding("w1-311") == [])
        #expect(try tiny.ledger()?.deliveries().last?.files.first.map { $0.stored != $0.delivered } == true)
        try tiny.deliver(text, as: "w1.csv")
        #expect(try tiny.outcome("w1")?.exitCode == 65, "the first delivery is known by its own hash")
        #expect(try tiny.holding("w1-311") == [])
    }

    @Test func aPersonInARejectedDeliveryIsGone() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w1").replacingOccurrences(of: ",N,", with: ",Q,"), as: "w1.csv")
        try tiny.process()
        #expect(try tiny.holding("w1-12,").count == 1)
        _ = try Forgetting(try tiny.study()).forget("w1-12")
        #expect(try tiny.holding("w1-12,") == [])
        #expect(try WaveVerification(try tiny.study()).troubles == [])
    }

    /// The answers of `TinyStudy` as SPSS would keep them.
    private static func survey(_ compression: readstat_compress_t) throws -> [UInt8] {
        let rows = 0..<600
        func column(_ name: String, _ width: Int, _ cell: (Int) -> SAVFixture.Cell) -> SAVFixture.Column {
            SAVFixture.Column(name: name, label: "Vraag \(name)", textWidth: width, cells: rows.map(cell))
        }
        var kit = column("kit", 0) { .number($0 % 3 == 0 ? 1 : 2) }
        kit.labels = [(1, "ja"), (2, "nee")]
        let columns = [
            column("person", 16) { .text("w1-\($0)") }, column("weight", 0) { .number(1 + Double($0 % 7) / 10) },
            column("area", 1) { .text($0 % 2 == 0 ? "N" : "S") }, kit
        ]
        return try SAVFixture(columns: columns, compression: compression).bytes()
    }

    @Test(arguments: [READSTAT_COMPRESS_NONE, READSTAT_COMPRESS_ROWS, READSTAT_COMPRESS_BINARY])
    func aPersonIsGoneFromAnSPSSCopy(_ compression: readstat_compress_t) throws {
        let tiny = try TinyStudy()
        try tiny.writeStudy("inbox: {settle: 0}", files: ["w1": "files: [{path: data/w1.sav, mode: web}]"])
        let bytes = try Self.survey(compression)
        func deliver() throws { try Data(bytes).write(to: URL(fileURLWithPath: "\(tiny.root)/inbox/w1.sav")) }
        try deliver()
        #expect(try tiny.outcome("w1")?.word == .published)
        let receipt = try Forgetting(try tiny.study()).forget("w1-311")
        #expect(receipt.records == 1)
        let file = try #require(try tiny.ledger()?.deliveries().first?.files.first)
        #expect(file.stored != file.delivered)
        #expect(try tiny.ledger()?.events(newest: 9).map(\.text).contains("\(file.delivered) → \(file.stored)") == true)
        let read = try SAVReader.delimitedText("\(tiny.root)/waves/raw/\(file.stored)")
        let text = String(decoding: read.bytes, as: UTF8.self)
        #expect(read.dictionary.recordCount == 599)
        #expect(read.dictionary.variable("kit")?.valueLabels.map(\.label) == ["ja", "nee"])
        #expect(read.dictionary.variable("person")?.width == 16)
        #expect(!text.contains("w1-311,") && text.contains("w1-310,") && text.contains("w1-312,"))
        #expect(tiny.names("waves/raw").count == 1)
        #expect(try WaveVerification(try tiny.study()).troubles == [])
        try deliver()
        #expect(try tiny.outcome("w1")?.word == .unchanged, "the same delivery, and the person stays away")
        #expect(tiny.names("waves/raw") == [file.stored])
    }

    @Test func aPersonInARejectedSPSSFileIsGone() throws {
        let tiny = try TinyStudy()
        try tiny.writeStudy("inbox: {settle: 0}", files: ["w1": "files: [{path: data/w1.sav, mode: web}]"])
        var bytes = try Self.survey(READSTAT_COMPRESS_BINARY)
        bytes.removeLast(40)
        try Data(bytes).write(to: URL(fileURLWithPath: "\(tiny.root)/inbox/w1.sav"))
        #expect(try tiny.outcome("w1")?.word == .rejected)
        let folder = try #require(tiny.names("quarantine").first)
        #expect(tiny.names("quarantine/\(folder)").count == 2)
        _ = try Forgetting(try tiny.study()).forget("w1-311")
        #expect(tiny.names("quarantine/\(folder)") == ["reason.json"], "nobody can say that the person is not in it")
    }

    @Test func whatPeilOnlyReadsIsNamed() throws {
        let tiny = try TinyStudy()
        try tiny.writeStudy("inbox: {settle: 0}")
        try FileManager.default.createDirectory(atPath: "\(tiny.root)/data", withIntermediateDirectories: true)
        try tiny.write(TinyStudy.answers("w1"), to: "data/w1.csv")
        try tiny.process()
        #expect(try Forgetting(try tiny.study()).forget("w1-5").elsewhere == ["data/w1.csv"])
        #expect(try tiny.holding("w1-5,") == ["data/w1.csv"])
    }

    @Test func nobodyIsForgottenByNoName() throws {
        let tiny = try TinyStudy()
        let forgetting = Forgetting(try tiny.study())
        #expect(throws: Failure.self) { try forgetting.forget("") }
        #expect(try forgetting.forget("nobody").records == 0)
    }

    @Test func copiesGoWhenTheirTimeHasCome() throws {
        let tiny = try TinyStudy()
        try tiny.writeStudy("privacy: {retain: {raw: 24 months, quarantine: 3 months}}")
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try tiny.process()
        let retention = Retention(try tiny.study())
        let later = Date().addingTimeInterval(731 * 86_400)
        #expect(try retention.purge(dryRun: false).isEmpty)
        let doubt = try #require(throws: Failure.self) { try retention.purge(dryRun: false, now: later) }
        #expect(doubt.code == "CLOCK_DOUBTFUL")
        #expect(try retention.purge(dryRun: true, believesClock: true, now: later).count == 1)
        #expect(tiny.names("waves/raw").count == 1)
        #expect(try retention.purge(dryRun: false, believesClock: true, now: later).count == 1)
        #expect(tiny.names("waves/raw").isEmpty)
        #expect(try WaveVerification(try tiny.study()).troubles == [])
        try tiny.deliver(TinyStudy.answers("w2"), as: "w2.csv")
        #expect(try tiny.outcome("w2")?.word == .published, "a wave without its copies is not compared with")
    }

    @Test func aStudyWithoutARuleRemovesNothing() throws {
        let tiny = try TinyStudy()
        let failure = try #require(throws: Failure.self) { try Retention(try tiny.study()).purge(dryRun: false) }
        #expect(failure.code == "NO_RETENTION_RULE")
    }

    @Test func aClockThatIsBehindRemovesNothing() throws {
        let tiny = try TinyStudy()
        try tiny.writeStudy("privacy: {retain: {raw: 1 days}}")
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try tiny.process()
        let failure = try #require(throws: Failure.self) {
            try Retention(try tiny.study()).purge(
                dryRun: false, believesClock: true, now: Date().addingTimeInterval(-10 * 86_400))
        }
        #expect(failure.exitCode == 75)
    }

    @Test func theRegisterNamesWhatIsKept() throws {
        let tiny = try TinyStudy()
        try tiny.writeStudy("privacy: {retain: {raw: 24 months}}")
        let text = ProcessingRegister(try tiny.study()).text
        #expect(text.contains("kenmerken van mensen: `person`"))
        #expect(text.contains("731 dagen"))
    }
}
