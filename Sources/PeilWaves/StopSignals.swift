import PeilStudy
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The signal that asked to stop; 0: none did.
private let askedSignal = Atomic<Int32>(0)

/// Asks to stop, from outside. A run ends at its next safe point; where that takes longer than a few seconds it ends at once,
/// which is as safe: whatever is killed at any moment is taken up by the next run.
public struct StopSignals: Sendable {
    private let listens: Bool

    /// Seconds until a run that reaches no safe point is ended.
    private static let patience: UInt32 = 4

    /// For callers that nobody interrupts.
    public static let none = StopSignals(listens: false)

    /// Listens to SIGTERM and SIGINT; ignores SIGHUP, SIGPIPE and SIGXFSZ, which become errors of calls.
    public static func listening() -> StopSignals {
        askedSignal.store(0, ordering: .relaxed)
        for number in [SIGHUP, SIGPIPE, SIGXFSZ] { _ = signal(number, SIG_IGN) }
        // Handlers only store a number and set an alarm: both are allowed inside one.
        for number in [SIGTERM, SIGINT] {
            _ = signal(number) { number in
                askedSignal.store(number, ordering: .relaxed)
                _ = alarm(StopSignals.patience)
            }
        }
        _ = signal(SIGALRM) { _ in _exit(128 + askedSignal.load(ordering: .relaxed)) }
        return StopSignals(listens: true)
    }

    var isAsked: Bool { listens && askedSignal.load(ordering: .relaxed) != 0 }

    /// A safe point. Throws `Failure` `STOPPED` with exit code 143 or 130.
    func check() throws {
        guard isAsked else { return }
        throw Failure(
            "STOPPED", "The run was asked to stop", remedy: "run it again: it goes on where it was",
            exitCode: 128 + askedSignal.load(ordering: .relaxed))
    }
}
