import Foundation
import PeilStore
import PeilStudy
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
