import Foundation
import PeilStore
public import PeilStudy

/// Processes what was delivered for the waves of a study: each delivery exactly once, or visibly not at all.
///
/// One run holds `ledger.lock`. It first puts right what a run before it left behind, then goes through the waves in the
/// order of the study. A fault of one wave stops that wave and no other.
public struct WaveProcessor {
    private let study: Study
    private let folder: StudyFolder
    private let threads: Int
    private let stop: StopSignals
    private let restores: Bool
    private let log: (WaveEvent) -> Void

    /// Faults that should pass by, met in a row, before a delivery is given up.
    static let maximumAttempts = 5

    /// - Parameters:
    ///   - restores: a version that was superseded may come back.
    ///   - log: told everything that happens.
    public init(
        _ study: Study, threads: Int = 1, stop: StopSignals = .none, restores: Bool = false,
        log: @escaping (WaveEvent) -> Void = { _ in }
    ) {
        self.study = study
        folder = StudyFolder(root: study.folder)
        self.threads = threads
        self.stop = stop
        self.restores = restores
        self.log = log
    }

    /// - Parameter only: one wave; nil for all.
    /// - Throws: `Failure` where nothing could be done at all: 75 while another run is at work, 78, 77, 74 …
    public func process(only: String? = nil) throws -> WaveSummary {
        if let only, !study.waves.contains(where: { $0.id == only }) { _ = try WaveChoice.choose(only, of: study) }
        do {
            let lock = try LedgerLock(study.folder)
            defer { _ = lock }
            let ledger = try DeliveryLedger(changing: study.folder)
            if let copy = ledger.upgradedFrom {
                log(WaveEvent("upgraded", "The ledger was upgraded; a copy of before is \(copy)"))
            }
            try noteClock(ledger)
            try LedgerRecovery(study: study, folder: folder, ledger: ledger, log: log).run()
            var summary = WaveSummary()
            let files = try WaveFiles(
                study, folder,
                settle: Settling(seconds: study.unattended.settleSeconds, now: Date(), stop: stop))
            for stranger in files.strangers() { summary.outcomes.append(strange(stranger)) }
            for wave in study.waves where only == nil || wave.id == only {
                let outcome = outcome(of: wave, files, ledger)
                summary.outcomes.append(outcome)
                if outcome.word == .stopped { break }
            }
            summary.outcomes += Notifier(study: study, ledger: ledger, log: log).send()
            try ProcessingRegister(study).write()
            try LedgerSeal.write(in: study.folder)
            return summary
        } catch { throw Failure(naming: error, file: study.folder) }
    }

    private func strange(_ file: (name: String, waves: [String])) -> WaveOutcome {
        let message =
            file.waves.isEmpty
            ? "inbox/\(file.name) belongs to no wave of the study: name it as 'waves' does, or take it away"
            : "inbox/\(file.name) fits waves \(file.waves.joined(separator: " and ")): put it in inbox/\(file.waves[0]), the folder of its wave"
        log(WaveEvent("UNEXPECTED_FILE", message, level: .error))
        return WaveOutcome(file.name, .rejected, "UNEXPECTED_FILE: \(message)", exitCode: ExitStatus.data)
    }

    /// A clock that runs backwards changes no result; somebody should know.
    private func noteClock(_ ledger: DeliveryLedger) throws {
        guard let last = try ledger.events(newest: 1).first.flatMap({ LedgerClock.date($0.at) }),
            Date().timeIntervalSince(last) < -1
        else { return }
        log(
            WaveEvent(
                "clock",
                "This machine's clock is behind the ledger's last event: the order of events does not depend on it",
                level: .warning))
    }

    // MARK: One wave

    private func outcome(of wave: Study.WaveEntry, _ files: WaveFiles, _ ledger: DeliveryLedger) -> WaveOutcome {
        do {
            try stop.check()
            let known = try ledger.deliveries(of: wave.id)
            switch try files.arrival(of: wave, known: known) {
            case .unfinished(let reasons):
                // What is under way already need not wait for what is still coming.
                if let pending = pending(known) { return try goOn(pending, wave, ledger) }
                let message = reasons.joined(separator: "; ")
                log(WaveEvent("waiting", message, wave: wave.id))
                return WaveOutcome(wave.id, .waiting, message, exitCode: 75)
            case .complete(let arrived):
                let intake = DeliveryIntake(
                    study: study, folder: folder, ledger: ledger, restores: restores, log: log)
                switch try intake.take(arrived, of: wave, known: known) {
                case .done(let outcome):
                    guard outcome.word == .unchanged, let pending = pending(try ledger.deliveries(of: wave.id)) else {
                        return outcome
                    }
                    return try goOn(pending, wave, ledger)
                case .delivery(let delivery): return try goOn(delivery, wave, ledger)
                }
            case .nothing:
                guard let pending = pending(known) else { return WaveOutcome(wave.id, .unchanged, "nothing to do") }
                return try goOn(pending, wave, ledger)
            }
        } catch {
            return failed(Failure(naming: error, file: study.folder), wave)
        }
    }

    /// The delivery that a run before did not bring to its end; a rejected one where the study or peil changed since.
    private func pending(_ known: [LedgerDelivery]) -> LedgerDelivery? {
        guard let last = known.last(where: { $0.stage != .replaced }) else { return nil }
        switch last.stage {
        case .received, .validated, .estimated, .rendered, .held: return last
        case .quarantined: return last.study != study.hash || last.program != PeilVersion.text ? last : nil
        case .published, .failed, .replaced: return nil
        }
    }

    private func goOn(_ start: LedgerDelivery, _ wave: Study.WaveEntry, _ ledger: DeliveryLedger) throws -> WaveOutcome
    {
        if let wait = waits(start) { return wait }
        var delivery = try settled(start, ledger)
        do {
            let seen = try WaveCopies.study(study, for: delivery, ledger)
            let stages = DeliveryStages(
                study: seen, wave: wave, folder: folder, ledger: ledger, threads: threads, stop: stop, log: log)
            return try stages.advance(delivery).1
        } catch {
            let failure = Failure(naming: error, file: study.folder)
            delivery = try ledger.deliveries(of: wave.id).first { $0.number == delivery.number } ?? delivery
            return try noted(failure, delivery, wave, ledger)
        }
    }

    /// A fault that should have passed by is tried again at once, then after longer and longer.
    private func waits(_ delivery: LedgerDelivery) -> WaveOutcome? {
        guard let text = delivery.retryAfter, let until = LedgerClock.date(text) else { return nil }
        let left = until.timeIntervalSinceNow
        // Never longer than the longest pause: a clock that was set back must not stop a wave for years.
        guard left > 0, left <= Self.pause(after: Self.maximumAttempts) else { return nil }
        let message = "tried \(delivery.attempts) times; waits until \(text)"
        log(WaveEvent("waiting", message, wave: delivery.wave, delivery: delivery.identity))
        return WaveOutcome(delivery.wave, .waiting, message, exitCode: 75)
    }

    /// Seconds: none after the first fault, then one minute, four, sixteen.
    private static func pause(after attempts: Int) -> Double {
        attempts < 2 ? 0 : 60 * pow(4, Double(min(attempts, maximumAttempts) - 2))
    }

    /// The delivery at a stage whose results are there and were made by this study and this peil; else from its copy on.
    private func settled(_ delivery: LedgerDelivery, _ ledger: DeliveryLedger) throws -> LedgerDelivery {
        var next = delivery
        if delivery.stage == .quarantined {
            try Quarantine(folder: folder).giveBack(delivery)
            next.stage = .received
        }
        if next.study != study.hash || next.program != PeilVersion.text {
            next.stage = .received
            next.study = study.hash
            next.program = PeilVersion.text
            next.approval = nil
        }
        if [.estimated, .held, .rendered].contains(next.stage) {
            let place = folder.stage(delivery.number ?? 0)
            let isThere =
                (try? StageFile.release(in: place).read(delivery.release)) != nil
                && (try? StageFile.decisions(in: place).read(delivery.decisions)) != nil
            if !isThere { next.stage = .received }
        }
        if next.stage == .rendered {
            let found = try PublishedFolder.named(delivery.publication ?? "", in: folder.out)
            if found?.manifest.hex != delivery.manifest { next.stage = .estimated }
        }
        guard next != delivery else { return delivery }
        let saved = next
        return try ledger.change { try $0.save(saved, "again", "from stage \(saved.stage.rawValue)") }
    }

    /// Writes down what stopped a delivery. Data that break the rules are rejected; faults of the machine are tried again; an
    /// error of the study waits for somebody to correct it.
    private func noted(
        _ failure: Failure, _ delivery: LedgerDelivery, _ wave: Study.WaveEntry, _ ledger: DeliveryLedger
    ) throws -> WaveOutcome {
        var next = delivery
        let trouble = LedgerDelivery.Trouble(failure)
        next.trouble = trouble
        switch failure.exitCode {
        case ExitStatus.data where try ledger.publications(of: wave.id).contains { $0.delivery == delivery.number }:
            // Its report stands; only making it again was refused.
            next.stage = .published
            let kept = next
            _ = try ledger.change { try $0.save(kept, "refused", failure.code) }
            try? DurableFolder.remove(folder.stage(delivery.number ?? 0))
            log(
                WaveEvent(
                    failure.code, trouble.sentence, wave: wave.id, delivery: delivery.identity, level: .error))
            return WaveOutcome(wave.id, .rejected, "\(failure.code): \(trouble.sentence)", exitCode: failure.exitCode)
        case ExitStatus.data:
            next.stage = .quarantined
            let rejected = next
            let saved = try ledger.change { try $0.save(rejected, "quarantined", failure.code) }
            try Quarantine(folder: folder).take(saved, trouble)
            log(
                WaveEvent(
                    failure.code, trouble.sentence, wave: wave.id, delivery: delivery.identity, level: .error))
            return WaveOutcome(wave.id, .rejected, "\(failure.code): \(trouble.sentence)", exitCode: failure.exitCode)
        case ExitStatus.internalError, ExitStatus.cannotWrite, ExitStatus.inputOutput, ExitStatus.systemError, 75:
            next.attempts += 1
            next.retryAfter = LedgerClock.text(Date().addingTimeInterval(Self.pause(after: next.attempts)))
            if next.attempts >= Self.maximumAttempts { next.stage = .failed }
            // Where not even this can be written, the exit code has to say it all.
            let isGivenUp = next.stage == .failed
            let saved = next
            _ = try? ledger.change { try $0.save(saved, isGivenUp ? "failed" : "retry", failure.code) }
            return failed(failure, wave)
        default:
            if next != delivery {
                let saved = next
                _ = try? ledger.change { try $0.save(saved, "stopped", failure.code) }
            }
            return failed(failure, wave)
        }
    }

    private func failed(_ failure: Failure, _ wave: Study.WaveEntry) -> WaveOutcome {
        let trouble = LedgerDelivery.Trouble(failure)
        let isAsked = failure.exitCode > 128
        log(WaveEvent(failure.code, trouble.sentence, wave: wave.id, level: isAsked ? .warning : .error))
        return WaveOutcome(
            wave.id, isAsked ? .stopped : .failed, "\(failure.code): \(trouble.sentence)", exitCode: failure.exitCode)
    }
}
