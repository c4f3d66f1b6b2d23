import Dispatch
import Synchronization

/// Work over fixed blocks: the same blocks on any number of threads, results in block order, so that the
/// thread count changes no bit.
public struct ParallelBlocks: Sendable {
    public let threads: Int

    public init(threads: Int) { self.threads = max(1, threads) }

    /// `body(0), …, body(count − 1)`, in order.
    public func map<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
        guard threads > 1, count > 1 else { return (0..<count).map(body) }
        let results = Mutex([Result?](repeating: nil, count: count))
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
            while true {
                let block = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if block >= count { return }
                let result = body(block)
                results.withLock { $0[block] = result }
            }
        }
        return results.withLock { $0.compactMap { $0 } }
    }
}
