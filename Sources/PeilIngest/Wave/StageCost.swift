#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a stage of the work cost. A stage may be reported in parts: their sum counts.
public struct StageCost: Sendable {
    public let stage: String
    /// Processor seconds of all threads.
    public var processorSeconds: Double
    public let wallSeconds: Double
    /// Threads that the stage worked on, where it may be more than one.
    public var threads: Int?
}

/// Runs from where it is made.
struct StageClock {
    private let wall = ContinuousClock.now
    private let processor = clock()

    /// The cost since then.
    func cost(of stage: String, threads: Int? = nil) -> StageCost {
        StageCost(
            stage: stage, processorSeconds: Double(clock() - processor) / Double(CLOCKS_PER_SEC),
            wallSeconds: Double((ContinuousClock.now - wall) / .microseconds(1)) / 1e6, threads: threads)
    }
}

/// Processor time of one thread within its work.
struct ThreadClock {
    private let start = Self.now

    /// Seconds since it was made.
    var seconds: Double { Self.now - start }

    private static var now: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
