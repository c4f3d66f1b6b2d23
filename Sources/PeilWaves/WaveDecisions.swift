import Foundation
import PeilStore
public import PeilStudy

/// What people decide about waves: let a held one through, try one again.
public struct WaveDecisions {
    private let study: Study

    public init(_ study: Study) { self.study = study }

    /// Writes down who lets the held wave through, and why. The next run, which the caller starts, publishes it.
    /// - Throws: `Failure` `NOT_HELD` (65) where the wave does not wait for anybody; `USAGE` (64) without a name or a reason.
    public func approve(_ wave: String, by name: String, reason: String) throws {
        for (what, text) in [("--by", name), ("--reason", reason)] {
            guard text.contains(where: { !$0.isWhitespace }), text.count <= 1_000 else {
                throw Failure(
                    "USAGE", "\(what) needs some words",
                    remedy: "for example --by 'A. de Vries' --reason 'checked the shift'",
                    exitCode: ExitStatus.usage)
            }
        }
        try changing(wave) { ledger, known in
            guard var delivery = known.last(where: { $0.stage == .held }) else {
                throw Failure(
                    "NOT_HELD", "Wave '\(wave)' does not wait for anybody", file: study.folder,
                    remedy: "see 'peil waves status'", exitCode: ExitStatus.data)
            }
            delivery.approval = .init(by: name, reason: reason)
            let approved = delivery
            _ = try ledger.change { try $0.save(approved, "approved", "\(name): \(reason)") }
        }
    }

    /// Lets deliveries that were given up or rejected be tried again; with `reprocess` also the published one, by the study and the
    /// peil of now.
    /// - Returns: whether there was anything to try.
    public func retry(_ wave: String, reprocess: Bool) throws -> Bool {
        var found = false
        try changing(wave) { ledger, known in
            guard var delivery = known.last(where: { $0.stage != .replaced }) else { return }
            switch delivery.stage {
            case .published:
                guard reprocess else { return }
                guard !delivery.isPurged else {
                    throw Failure(
                        "COPIES_REMOVED", "The copies of wave '\(wave)' were removed by the retention rule",
                        file: study.folder, remedy: "deliver it again", exitCode: ExitStatus.absent)
                }
            case .quarantined: try Quarantine(folder: StudyFolder(root: study.folder)).giveBack(delivery)
            case .received, .validated, .estimated, .held, .rendered, .failed, .replaced: break
            }
            delivery.stage = .received
            delivery.attempts = 0
            delivery.retryAfter = nil
            delivery.trouble = nil
            delivery.study = study.hash
            delivery.program = PeilVersion.text
            let again = delivery
            _ = try ledger.change { try $0.save(again, "retry", reprocess ? "reprocess" : "") }
            found = true
        }
        return found
    }

    private func changing(_ wave: String, _ work: (DeliveryLedger, [LedgerDelivery]) throws -> Void) throws {
        _ = try WaveChoice.choose(wave, of: study)
        do {
            let lock = try LedgerLock(study.folder)
            defer { _ = lock }
            let ledger = try DeliveryLedger(changing: study.folder)
            try work(ledger, try ledger.deliveries(of: wave))
            try LedgerSeal.write(in: study.folder)
        } catch { throw Failure(naming: error, file: study.folder) }
    }
}
