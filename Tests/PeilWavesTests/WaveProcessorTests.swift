import Foundation
import PeilStore
import PeilStudy
import Testing

@testable import PeilWaves

/// Each delivery is processed once, or visibly not at all.
@Suite struct WaveProcessorTests {
    @Test func aDeliveryIsPublishedOnce() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        #expect(try tiny.outcome("w1")?.word == .published)
        let shown = try tiny.current()
        #expect(shown != nil)
        #expect(tiny.names("inbox").isEmpty, "what was taken has left the inbox")
        let second = try tiny.process()
        #expect(second.exitCode == 0)
        #expect(second.outcomes.allSatisfy { $0.word == .unchanged })
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        #expect(try tiny.outcome("w1")?.word == .unchanged)
        #expect(try tiny.current() == shown)
        #expect(try tiny.ledger()?.deliveries().count == 1)
        #expect(try WaveVerification(try tiny.study()).troubles == [])
    }

    @Test func copiesAndLedgerAreForTheirOwnerOnly() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try tiny.process()
        let copy = try #require(tiny.names("waves/raw").first)
        for (name, mode) in [
            ("waves/raw", 0o700), ("waves/raw/\(copy)", 0o600), ("ledger.sqlite", 0o600), ("internal", 0o700),
            ("internal/processing-register.md", 0o600), ("internal/quality-w1.json", 0o600)
        ] {
            #expect(try tiny.mode(name) == mode, "\(name)")
        }
    }

    @Test func aCorrectionIsANewVersionThatSaysWhatChanged() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try tiny.process()
        let first = try #require(try tiny.current())
        try tiny.deliver(TinyStudy.answers("w1", every: 2), as: "w1.csv")
        #expect(try tiny.outcome("w1")?.word == .published)
        let second = try #require(try tiny.current())
        #expect(first != second)
        #expect(try tiny.ledger()?.publications().map(\.version) == [1, 2])
        #expect(try tiny.ledger()?.publications().last?.changedFigures == 3)
        #expect(try tiny.page().contains("verbeterd rapport (versie 2)"))
        #expect(try tiny.page("method.html").contains("Wat is er verbeterd?"))
        #expect(try tiny.page("method.html").contains("eerst 33,3%, nu 50,0%"))
        #expect(try tiny.page(of: first).contains("verbeterd rapport") == false, "the first report stays what it was")
    }

    @Test func anOlderVersionDoesNotComeBackByItself() throws {
        let tiny = try TinyStudy()
        let old = TinyStudy.answers("w1")
        try tiny.deliver(old, as: "w1.csv")
        try tiny.process()
        try tiny.deliver(TinyStudy.answers("w1", every: 2), as: "w1.csv")
        try tiny.process()
        let shown = try tiny.current()
        try tiny.deliver(old, as: "w1.csv")
        let refused = try #require(try tiny.outcome("w1"))
        #expect(refused.exitCode == 65)
        #expect(refused.message.hasPrefix("SUPERSEDED_DELIVERY"))
        #expect(try tiny.current() == shown)
        try tiny.deliver(old, as: "w1.csv")
        #expect(try tiny.outcome("w1", restores: true)?.word == .published)
        #expect(try tiny.ledger()?.publications().map(\.version) == [1, 2, 3])
        #expect(try tiny.current() != shown)
    }

    @Test func readersStayAtTheNewestWave() throws {
        let tiny = try TinyStudy()
        for wave in ["w1", "w2"] { try tiny.deliver(TinyStudy.answers(wave), as: "\(wave).csv") }
        try tiny.process()
        let shown = try tiny.current()
        #expect(try tiny.page().contains("golf w2"))
        try tiny.deliver(TinyStudy.answers("w1", every: 2), as: "w1.csv")
        #expect(try tiny.outcome("w1")?.word == .published)
        #expect(try tiny.current() == shown)
        let corrected = try #require(try tiny.ledger()?.publications(of: "w1").last)
        #expect(try PublishedFolder.named(corrected.publication, in: "\(tiny.root)/out") != nil)
    }

    @Test func aRejectedDeliveryWaitsForAnotherStudy() throws {
        let tiny = try TinyStudy()
        let bad = TinyStudy.answers("w1").replacingOccurrences(of: "w1-7,", with: "w1-7,").replacingOccurrences(
            of: ",N,", with: ",Q,")
        try tiny.deliver(bad, as: "w1.csv")
        let refused = try #require(try tiny.outcome("w1"))
        #expect(refused.exitCode == 65)
        #expect(try tiny.current() == nil)
        let folder = try #require(tiny.names("quarantine").first)
        let reason = try String(
            decoding: Data(contentsOf: URL(fileURLWithPath: "\(tiny.root)/quarantine/\(folder)/reason.json")),
            as: UTF8.self)
        #expect(reason.contains("OUT_OF_CODEBOOK"))
        #expect(tiny.names("waves/raw").isEmpty)
        #expect(try tiny.process().exitCode == 0, "nothing changed, so nothing is tried")
        #expect(try WaveStatus(try tiny.study()).failed.map(\.wave) == ["w1"])
        try tiny.write(
            try String(contentsOfFile: "\(tiny.root)/codebook.yaml", encoding: .utf8).replacingOccurrences(
                of: "{code: N, nl: Noord, en: North}", with: "{code: Q, nl: Noord, en: North}"), to: "codebook.yaml")
        #expect(try tiny.outcome("w1")?.word == .published)
        #expect(tiny.names("quarantine").isEmpty)
    }

    @Test func aHeldWaveWaitsForSomebody() throws {
        let tiny = try TinyStudy()
        try tiny.writeStudy("holds: {design_effect: 1.0}")
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        let held = try #require(try tiny.outcome("w1"))
        #expect(held.word == .held)
        #expect(held.exitCode == 75)
        #expect(tiny.names("out").isEmpty)
        #expect(tiny.names("internal/held/w1").contains("current"))
        #expect(try tiny.process().outcomes.first?.word == .held, "time alone lets nothing through")
        let decisions = WaveDecisions(try tiny.study())
        #expect(throws: Failure.self) { try decisions.approve("w1", by: " ", reason: "x") }
        #expect(throws: Failure.self) { try decisions.approve("w2", by: "A", reason: "x") }
        try decisions.approve("w1", by: "A. de Vries", reason: "known design")
        #expect(try tiny.outcome("w1")?.word == .published)
        #expect(try tiny.ledger()?.deliveries().first?.approval?.by == "A. de Vries")
        let alert = try #require(tiny.names("internal/alerts").first { $0.hasSuffix(".txt") })
        let text = try String(contentsOfFile: "\(tiny.root)/internal/alerts/\(alert)", encoding: .utf8)
        #expect(text.contains("approved by A. de Vries: known design"))
    }

    @Test func lostRespondentsHoldACorrection() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try tiny.process()
        try tiny.deliver(TinyStudy.answers("w1", rows: 400), as: "w1.csv")
        #expect(try tiny.outcome("w1")?.word == .held)
        #expect(try tiny.ledger()?.deliveries().last?.holds.map(\.code) == ["RESPONDENTS_LOST"])
    }

    @Test func whatIsNotWholeIsNotRead() throws {
        let tiny = try TinyStudy()
        let text = TinyStudy.answers("w1")
        try tiny.deliver(text, as: "w1.csv", hasNote: false)
        #expect(try tiny.outcome("w1")?.exitCode == 75, "a moment old")
        try tiny.write("0000  w1.csv\n", to: "inbox/w1.csv.sha256")
        #expect(try tiny.outcome("w1")?.exitCode == 75, "another hash than the note's")
        try FileManager.default.removeItem(atPath: "\(tiny.root)/inbox/w1.csv.sha256")
        try tiny.write("{\"bytes\": 7}", to: "inbox/w1.csv.done")
        #expect(try tiny.outcome("w1")?.exitCode == 75, "another size than the note's")
        try FileManager.default.removeItem(atPath: "\(tiny.root)/inbox/w1.csv.done")
        try tiny.writeStudy("inbox: {settle: 0}")
        try tiny.write(String(text.dropLast()), to: "inbox/w1.csv")
        #expect(try tiny.outcome("w1")?.exitCode == 75, "no line end")
        #expect(try tiny.ledger()?.deliveries().count == 0, "nothing is written down of it")
        try tiny.write(text, to: "inbox/w1.csv")
        #expect(try tiny.outcome("w1")?.word == .published)
    }

    @Test func theRowsOfTheNoteAreCounted() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv", hasNote: false)
        try tiny.write("{\"rows\": 601}", to: "inbox/w1.csv.done")
        let refused = try #require(try tiny.outcome("w1"))
        #expect(refused.exitCode == 65)
        #expect(refused.message.hasPrefix("TRUNCATED"))
    }

    @Test func aWaveOfSeveralFilesWaitsForAll() throws {
        let tiny = try TinyStudy()
        let files =
            "merge: {by: [person], prefer: file_order}, files: [{path: data/web.csv, mode: web}, {pattern: \"data/paper*.csv\", mode: paper}]"
        try tiny.writeStudy(files: ["w1": files])
        try tiny.deliver(TinyStudy.answers("w1", rows: 400), as: "web.csv")
        #expect(try tiny.outcome("w1")?.exitCode == 75)
        try tiny.deliver(TinyStudy.answers("w1", rows: 100, from: 400), as: "paper-a.csv")
        try tiny.deliver(TinyStudy.answers("w1", rows: 100, from: 500), as: "paper-b.csv")
        #expect(try tiny.outcome("w1")?.word == .published)
        #expect(
            try tiny.ledger()?.deliveries().first?.files.map(\.name) == [
                "data/web.csv", "data/paper-a.csv", "data/paper-b.csv"
            ])
        // A correction brings one file; the others are those of before.
        try tiny.deliver(TinyStudy.answers("w1", rows: 400, every: 2), as: "web.csv")
        #expect(try tiny.outcome("w1")?.word == .published)
        #expect(try tiny.ledger()?.deliveries().last?.files.count == 3)
        #expect(try tiny.ledger()?.publications().map(\.version) == [1, 2])
    }

    @Test func filesWhereTheStudySaysAreReadAndLeftAlone() throws {
        let tiny = try TinyStudy()
        try tiny.writeStudy("inbox: {settle: 0}")
        try FileManager.default.createDirectory(atPath: "\(tiny.root)/data", withIntermediateDirectories: true)
        try tiny.write(TinyStudy.answers("w1"), to: "data/w1.csv")
        #expect(try tiny.outcome("w1")?.word == .published)
        #expect(tiny.names("data") == ["w1.csv"])
        #expect(try tiny.outcome("w1")?.word == .unchanged)
    }

    @Test func aFileOfNoWaveIsNamed() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w1"), as: "wave1.csv")
        let summary = try tiny.process()
        #expect(summary.exitCode == 65)
        #expect(summary.outcomes.first?.message.contains("belongs to no wave") == true)
        #expect(tiny.names("inbox").contains("wave1.csv"))
    }

    @Test func theAnswersOfOneWaveAreNotThoseOfAnother() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try tiny.process()
        try tiny.deliver(TinyStudy.answers("w1"), as: "w2.csv")
        let refused = try #require(try tiny.outcome("w2"))
        #expect(refused.message.hasPrefix("DELIVERED_FOR_OTHER_WAVE"))
        #expect(refused.exitCode == 65)
    }

    @Test func aFaultThatLastsIsGivenUpAfterFiveTries() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try tiny.write("in the way", to: "out")
        for attempt in 1...5 {
            let outcome = try tiny.outcome("w1")
            #expect(outcome?.exitCode == 73, "attempt \(attempt)")
            // The pause is not what is tested here.
            let ledger = try DeliveryLedger(changing: tiny.root)
            var delivery = try #require(try ledger.deliveries().first)
            #expect(delivery.attempts == attempt)
            #expect((delivery.stage == .failed) == (attempt == 5))
            delivery.retryAfter = nil
            let free = delivery
            _ = try ledger.change { try $0.save(free, "test") }
        }
        #expect(try WaveStatus(try tiny.study()).failed.count == 1)
        #expect(try tiny.process().exitCode == 0, "given up: not tried by itself")
        try FileManager.default.removeItem(atPath: "\(tiny.root)/out")
        #expect(try WaveDecisions(try tiny.study()).retry("w1", reprocess: false))
        #expect(try tiny.outcome("w1")?.word == .published)
    }

    @Test func aDraftOfSomebodyIsNotWhatReadersSee() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try tiny.process()
        let shown = try #require(try tiny.current())
        let other = try AtomicPublication(folder: "\(tiny.root)/out").publish([
            PublicationFile(name: "index.html", text: "a draft")
        ])
        #expect(try tiny.current() == other.id)
        #expect(try WaveVerification(try tiny.study()).troubles.count == 1)
        try tiny.process()
        #expect(try tiny.current() == shown)
    }

    @Test func aStudyInAnotherFolderGoesOn() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try tiny.process()
        let moved = tiny.root + "-moved"
        try FileManager.default.copyItem(atPath: tiny.root, toPath: moved)
        defer { try? FileManager.default.removeItem(atPath: moved) }
        let study = try Study(at: moved)
        #expect(try WaveProcessor(study).process().exitCode == 0)
        #expect(try WaveVerification(study).troubles == [])
        #expect(try DeliveryLedger(reading: moved)?.publications().count == 1)
    }

    @Test func aMovedStudyTakesItsNextWaveAndItsCorrections() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try tiny.process()
        let moved = try tiny.moved()
        #expect(try moved.process().exitCode == 0)
        try moved.deliver(TinyStudy.answers("w2"), as: "w2.csv")
        #expect(try moved.outcome("w2")?.word == .published)
        try moved.deliver(TinyStudy.answers("w1", every: 2), as: "w1.csv")
        #expect(try moved.outcome("w1")?.word == .published)
        #expect(try moved.ledger()?.publications().map(\.version) == [1, 1, 2])
        #expect(try WaveVerification(try moved.study()).troubles == [])
        #expect(try moved.holding(tiny.root) == [], "nothing names the place where it was")
        _ = tiny
    }

    @Test func severalStudiesOnOneMachineShareNothing() throws {
        let alone = try TinyStudy()
        try alone.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try alone.process()
        let (one, two) = (try TinyStudy(), try TinyStudy())
        try one.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try two.deliver(TinyStudy.answers("w1", every: 2), as: "w1.csv")
        // A run of one holds no lock of the other.
        let lock = try LedgerLock(one.root)
        #expect(try two.outcome("w1")?.word == .published)
        #expect(throws: Failure.self) { try one.process() }
        _ = consume lock
        #expect(try one.outcome("w1")?.word == .published)
        #expect(try one.current() == (try alone.current()), "the other study left no trace")
        #expect(try one.current() != two.current())
        // The same answers in another study are a delivery of their own.
        try two.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        #expect(try two.outcome("w1")?.word == .published)
        #expect(try one.ledger()?.publications().count == 1)
    }

    @Test func aCorrectionOfTheWaveBeforeMakesTheTrendStale() throws {
        let tiny = try TinyStudy()
        try tiny.writeStudy("holds: {shifted_questions: 1}")
        for wave in ["w1", "w2"] { try tiny.deliver(TinyStudy.answers(wave), as: "\(wave).csv") }
        try tiny.process()
        #expect(try tiny.status("w2").staleSince == nil)
        let shown = try tiny.current()
        try tiny.deliver(TinyStudy.answers("w1", every: 2), as: "w1.csv")
        #expect(try tiny.outcome("w1")?.word == .published)
        #expect(try tiny.status("w2").staleSince == "w1")
        #expect(try tiny.status("w1").staleSince == nil)
        #expect(
            try WaveStatus(try tiny.study()).text(onlyFailed: false).contains("still tells of change since wave 'w1'"))
        let alerts = try tiny.names("internal/alerts").filter { $0.hasSuffix(".txt") }.map {
            try String(contentsOfFile: "\(tiny.root)/internal/alerts/\($0)", encoding: .utf8)
        }
        #expect(
            alerts.filter { $0.contains("the report of wave 'w2'") }.count == 1,
            "who is told of the correction learns it")
        #expect(try tiny.process().exitCode == 0)
        #expect(try tiny.current() == shown, "nothing that readers see changes by itself")
        #expect(try WaveDecisions(try tiny.study()).retry("w2", reprocess: true))
        #expect(try tiny.outcome("w2")?.word == .published)
        #expect(try tiny.status("w2").staleSince == nil)
        #expect(try tiny.current() != shown)
        #expect(try tiny.ledger()?.publications(of: "w2").map(\.version) == [1, 2])
    }

    @Test func theFirstWaveThatComesLateMakesTheSecondStale() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w2"), as: "w2.csv")
        try tiny.process()
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try tiny.process()
        #expect(try tiny.status("w2").staleSince == "w1")
        #expect(try WaveDecisions(try tiny.study()).retry("w1", reprocess: true))
        try tiny.process()
        #expect(try WaveDecisions(try tiny.study()).retry("w2", reprocess: true))
        try tiny.process()
        #expect(try WaveDecisions(try tiny.study()).retry("w1", reprocess: true))
        try tiny.process()
        #expect(try tiny.status("w2").staleSince == nil, "the same report made again is no other one")
    }

    @Test func reprocessingWithoutAChangeMakesNoVersion() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try tiny.process()
        let shown = try tiny.current()
        #expect(try WaveDecisions(try tiny.study()).retry("w1", reprocess: false) == false)
        #expect(try WaveDecisions(try tiny.study()).retry("w1", reprocess: true))
        #expect(try tiny.outcome("w1")?.word == .published)
        #expect(try tiny.current() == shown)
        #expect(try tiny.ledger()?.publications().map(\.version) == [1])
    }

    @Test func anotherStudyFileAloneChangesNothing() throws {
        let tiny = try TinyStudy()
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        try tiny.process()
        let shown = try tiny.current()
        try tiny.writeStudy("disclosure: {minimum_base: 60}")
        #expect(try tiny.process().exitCode == 0)
        #expect(try tiny.current() == shown)
        #expect(try WaveStatus(try tiny.study()).lines.first?.isOutdated == true)
    }

    @Test func theProgramOfTheStudyIsToldAtLeastOnce() throws {
        let tiny = try TinyStudy()
        try tiny.writeStudy("notify: tell")
        try tiny.write("#!/bin/sh\nexit 3\n", to: "tell")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(tiny.root)/tell")
        try tiny.deliver(TinyStudy.answers("w1"), as: "w1.csv")
        let first = try tiny.process()
        #expect(first.exitCode == 75)
        #expect(first.outcomes.contains { $0.word == .published })
        try tiny.write("#!/bin/sh\ncat > \(tiny.root)/told\n", to: "tell")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(tiny.root)/tell")
        #expect(try tiny.process().exitCode == 0)
        let told = try String(contentsOfFile: "\(tiny.root)/told", encoding: .utf8)
        #expect(told.contains("\"schema\":\"peil-alert-1\""))
        #expect(told.contains(try #require(try tiny.current())))
        try FileManager.default.removeItem(atPath: "\(tiny.root)/told")
        #expect(try tiny.process().exitCode == 0)
        #expect(!FileManager.default.fileExists(atPath: "\(tiny.root)/told"), "told once it was heard")
    }
}
