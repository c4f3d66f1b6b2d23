import Foundation
import PeilStore
import PeilStudy

/// Hands the message about a publication to the study's own program, at least once: what did not arrive is sent again by the
/// next run. Nothing else leaves the machine.
struct Notifier {
    let study: Study
    let ledger: DeliveryLedger
    let log: (WaveEvent) -> Void

    private static let patience = 60.0

    /// One outcome for each message that did not arrive.
    func send() -> [WaveOutcome] {
        guard let program = study.unattended.notify else { return [] }
        let path = study.path(program)
        let waiting = (try? ledger.pendingNotifications()) ?? []
        return waiting.compactMap { notification in
            let trouble = tell(path, notification)
            var next = notification
            next.attempts += 1
            next.isSent = trouble == nil
            let saved = next
            _ = try? ledger.change { change in
                try change.save(saved)
                try change.note(saved.isSent ? "notified" : "not notified", saved.publication, wave: saved.wave)
            }
            guard let trouble else {
                log(
                    WaveEvent("notified", "\(program) was told of \(notification.publication)", wave: notification.wave)
                )
                return nil
            }
            let message =
                "\(program) \(trouble); publication \(notification.publication) stands, and the next run tells it again"
            log(WaveEvent("NOTIFY_FAILED", message, wave: notification.wave, level: .error))
            return WaveOutcome(notification.wave, .waiting, "NOTIFY_FAILED: \(message)", exitCode: 75)
        }
    }

    /// What went wrong; nil when the program took the message and ended well.
    private func tell(_ path: String, _ notification: LedgerNotification) -> String? {
        guard FileManager.default.isExecutableFile(atPath: path) else { return "is not there, or not executable" }
        // From a file, not a pipe: a program that does not read its message must not stop the run.
        let message = "\(StudyFolder(root: study.folder).alerts)/\(notification.publication).json"
        do {
            try DurableFolder.make(StudyFolder(root: study.folder).alerts, mode: 0o700)
            try DurableFile.write(Array((notification.payload + "\n").utf8), to: message, mode: 0o600)
        } catch { return "could not be given its message" }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"]
        process.standardInput = FileHandle(forReadingAtPath: message)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return "could not be started" }
        let start = ContinuousClock.now
        while process.isRunning {
            if ContinuousClock.now - start > .seconds(Self.patience) {
                process.terminate()
                return "took longer than \(Int(Self.patience)) seconds"
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
        return process.terminationStatus == 0 ? nil : "ended with code \(process.terminationStatus)"
    }
}
