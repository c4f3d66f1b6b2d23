import Dispatch
import Foundation
import PeilIngest
import PeilStudy
import Synchronization

/// Tells how far a pass over a file has come: one line that is written over, on a terminal and after a second of work
/// only.
final class PassProgress: Sendable {
    private let isShown: Bool
    private let start = ContinuousClock.now
    private let hasShown = Atomic<Bool>(false)
    private let isStopped = Atomic<Bool>(false)

    private static let quiet = Duration.seconds(1)
    private static let width = 30

    init(_ messages: Messages) {
        isShown = !messages.isQuiet && messages.logFormat == .text && isatty(STDERR_FILENO) == 1
    }

    /// Runs work that asks `note` whether to go on. An interrupt ends it after the block at hand, a second one the
    /// process.
    func during<Result>(_ work: () throws -> Result) rethrows -> Result {
        signal(SIGINT, SIG_IGN)
        let interrupt = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        interrupt.setEventHandler { [self] in
            if isStopped.exchange(true, ordering: .relaxed) { Foundation.exit(130) }
        }
        interrupt.resume()
        defer {
            interrupt.cancel()
            signal(SIGINT, SIG_DFL)
            if hasShown.load(ordering: .relaxed) { FileHandle.write("\r\u{1B}[K", toStandardError: true) }
        }
        return try work()
    }

    /// - Returns: false where the work is to end.
    func note(_ progress: PassReading.Progress) -> Bool {
        if isShown, ContinuousClock.now - start > Self.quiet {
            hasShown.store(true, ordering: .relaxed)
            let done = Int((progress.share * Double(Self.width)).rounded(.down))
            let bar = String(repeating: "█", count: done) + String(repeating: "·", count: Self.width - done)
            let percent = Int((progress.share * 100).rounded(.down))
            FileHandle.write(
                "\rpass \(progress.pass)\(progress.passes.map { " of \($0)" } ?? "") \(bar) \(percent)% \(progress.rows) rows\u{1B}[K",
                toStandardError: true)
        }
        return !isStopped.load(ordering: .relaxed)
    }
}

extension Messages {
    /// Memory that was taken, for those who asked for more: never in a result.
    func memory() {
        detail("peak memory: \(ResidentMemory.peak >> 20) MiB")
    }
}
