import Foundation
import PeilDisclosure

/// Tells how far `peil disclosure protect` has come: one line that is written over, on a terminal and after a second
/// of work only; and for those who asked for more, what each stage cost.
final class SuppressionProgress {
    private let messages: Messages
    private let isShown: Bool
    private let start = ContinuousClock.now
    private var lastShown: ContinuousClock.Instant?
    private var stage: SuppressionStep.Stage?
    private var stageStart: (wall: ContinuousClock.Instant, processor: Int)
    private var costs: [SuppressionStep.Stage: (wall: Double, processor: Double)] = [:]

    private static let quiet = Duration.seconds(1)
    private static let pause = Duration.milliseconds(100)

    init(_ messages: Messages) {
        self.messages = messages
        isShown = !messages.isQuiet && messages.logFormat == .text && isatty(STDERR_FILENO) == 1
        stageStart = (start, clock())
    }

    func note(_ step: SuppressionStep) {
        if step.stage != stage { enter(step.stage) }
        let now = ContinuousClock.now
        guard isShown, now - start > Self.quiet, lastShown.map({ now - $0 > Self.pause }) ?? true else { return }
        lastShown = now
        let share = step.count > 0 ? ": \(step.done) of \(step.count)" : ""
        // The rest of an older, longer line is wiped out.
        FileHandle.write("\r\(step.stage.rawValue)\(share)\u{1B}[K", toStandardError: true)
    }

    /// Wipes the line, and tells the costs.
    func end() {
        enter(nil)
        if lastShown != nil { FileHandle.write("\r\u{1B}[K", toStandardError: true) }
        guard messages.isVerbose, !messages.isQuiet else { return }
        for stage in SuppressionStep.Stage.allCases {
            guard let cost = costs[stage] else { continue }
            messages.stage(stage.rawValue, processorSeconds: cost.processor, wallSeconds: cost.wall)
        }
    }

    private func enter(_ next: SuppressionStep.Stage?) {
        let now = (wall: ContinuousClock.now, processor: clock())
        if let stage {
            let old = costs[stage] ?? (0, 0)
            costs[stage] = (
                old.wall + Double((now.wall - stageStart.wall) / .milliseconds(1)) / 1000,
                old.processor + Double(now.processor - stageStart.processor) / Double(CLOCKS_PER_SEC)
            )
        }
        (stage, stageStart) = (next, now)
    }
}
