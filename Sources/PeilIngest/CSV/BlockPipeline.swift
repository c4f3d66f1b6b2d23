import Dispatch
import Synchronization

/// Why a file must be read once more from its beginning, in another way.
enum SecondReading: Sendable {
    /// A block does not end with a record: quotes stand where RFC 4180 has none.
    case oneAfterAnother
    /// The bytes are no UTF-8, or hold a NUL.
    case inAnotherEncoding
}

/// The blocks of one file on their way through a consumer, on several threads. A thread takes the next
/// block, splits and decodes it, and adds what is ready in the order of the file.
final class BlockPipeline<Consumer: RecordConsumer>: Sendable {
    private let layout: FileLayout
    private let limits: CSVLimits
    private let checksEncoding: Bool
    private let textBytes: Int
    private let threads: Int
    private let hashes: Bool
    private let cutter: Mutex<BlockCutter>
    private let queue: Mutex<Queue>
    private let table: Mutex<Table>
    /// Blocks that may wait to be added before a thread waits for the one that adds.
    private let mostWaiting: Int
    /// The consumer before it got anything: it takes, and shares no column with the one that adds.
    private let taker: Consumer

    private struct Result: Sendable {
        let block: (offset: Int, index: Int, count: Int)
        /// The block itself, where it is still to be hashed.
        let bytes: [UInt8]
        let facts: FileFacts
        let part: Consumer.Part
        /// Why the file cannot be read: lines counted from the beginning of the block.
        let broken: SplitText?
    }

    /// Blocks that are ready, until those before them are.
    private struct Queue: Sendable {
        var waiting: [Int: Result] = [:]
        var nextIndex = 0
        var again: SecondReading?
        var error: IngestError?
        var isStopped: Bool { again != nil || error != nil }

        /// The next block in the order of the file, if it is ready.
        mutating func next() -> Result? {
            guard !isStopped, let result = waiting.removeValue(forKey: nextIndex) else { return nil }
            nextIndex += 1
            return result
        }
    }

    /// What the blocks have been added to.
    private struct Table: Sendable {
        var consumer: Consumer
        var facts: FileFacts
        /// nil where nobody asks for it.
        var hash: TextHash?
    }

    init(
        _ cutter: BlockCutter, layout: FileLayout, limits: CSVLimits, checksEncoding: Bool, threads: Int,
        hash: TextHash?, consumer: Consumer
    ) {
        hashes = hash != nil
        self.threads = max(threads, 1)
        mostWaiting = 4 * self.threads
        self.layout = layout
        self.limits = limits
        self.checksEncoding = checksEncoding
        textBytes = cutter.bytesLeft
        taker = consumer
        self.cutter = Mutex(cutter)
        queue = Mutex(Queue())
        table = Mutex(Table(consumer: consumer, facts: FileFacts(lineCount: layout.bodyLine - 1), hash: hash))
    }

    struct Outcome: Sendable {
        let consumer: Consumer
        let facts: FileFacts
        let again: SecondReading?
        let hash: String?
        /// Processor seconds that the hash cost.
        var hashSeconds = 0.0
        /// Threads that took part.
        var threads = 1
    }

    /// Errors: those of reading; UNTERMINATED_QUOTE, TOO_MANY_COLUMNS, MALFORMED.
    func run() throws(IngestError) -> Outcome {
        if threads > 1 {
            DispatchQueue.concurrentPerform(iterations: threads) { _ in self.work() }
        } else {
            work()
        }
        // What came while nobody added, or while somebody was about to end.
        table.withLock { addReady(to: &$0) }
        let (again, error) = queue.withLock { ($0.again, $0.error) }
        if let error { throw error }
        let (consumer, facts, hash) = table.withLock { ($0.consumer, $0.facts, $0.hash) }
        return Outcome(
            consumer: consumer, facts: facts, again: again, hash: again == nil ? hash?.text : nil,
            hashSeconds: hash?.seconds ?? 0, threads: threads)
    }

    private func work() {
        let sorter = RecordSorter(layout: layout, limits: limits)
        var scratch: Consumer.Scratch?
        while !queue.withLock({ $0.isStopped }) {
            let block: TextBlock
            do throws(IngestError) {
                guard let next = try cutter.withLock({ cutter throws(IngestError) in try cutter.next() }) else {
                    return
                }
                block = next
            } catch {
                queue.withLock { $0.error = $0.error ?? error }
                return
            }
            // Taken out while it is used, so that it is changed in place.
            var own = scratch.take() ?? taker.makeScratch()
            process(block, sorter, &own)
            scratch = own
        }
    }

    private func process(
        _ block: TextBlock, _ sorter: RecordSorter, _ scratch: inout Consumer.Scratch
    ) {
        let split = RecordSplitter.split(
            block.bytes, from: 0, line: 1, dialect: layout.dialect, limits: limits, isFinal: block.isLast,
            keepsMarks: taker.readsMarks(scratch))
        let encoding = checksEncoding ? EncodingFacts(block.bytes, seen: split.encoding) : nil
        guard encoding?.isSound ?? true else {
            queue.withLock { $0.again = .inAnotherEncoding }
            return
        }
        // Where a quote seems to swallow records, a look at the whole file from there decides.
        guard split.isBroken || split.consumed == block.bytes.count else {
            queue.withLock { $0.again = .oneAfterAnother }
            return
        }
        var (records, facts) = sorter.sort(block.bytes, split)
        if let encoding { facts.note(encoding) }
        let part = taker.take(records, &scratch)
        records.badRecords = []
        add(
            Result(
                block: (block.offset, block.index, block.bytes.count), bytes: hashes ? block.bytes : [], facts: facts,
                part: part,
                broken: split.isBroken ? split : nil))
    }

    /// Adds the result and those behind it that waited for it, unless another thread is adding: that one takes it too.
    private func add(_ result: Result) {
        let isLate = queue.withLock { queue in
            queue.waiting[result.block.index] = result
            return queue.waiting.count > mostWaiting
        }
        if isLate {
            table.withLock { addReady(to: &$0) }
        } else {
            _ = table.withLockIfAvailable { addReady(to: &$0) }
        }
    }

    private func addReady(to table: inout Table) {
        while let next = queue.withLock({ $0.next() }) {
            let lines = table.facts.lineCount
            if let broken = next.broken {
                do throws(IngestError) { try CSVReader.refuse(broken.moved(lines: lines), limits: limits) } catch {
                    queue.withLock { $0.error = $0.error ?? error }
                }
                return
            }
            table.consumer.add(
                next.part,
                at: BlockPlace(
                    lines: lines, firstNumber: layout.firstNumber + table.facts.recordCount,
                    offset: next.block.offset, blockBytes: next.block.count, textBytes: textBytes))
            table.facts.add(next.facts)
            table.hash?.add(next.bytes)
        }
    }
}

extension SplitText {
    /// The same break with its line in the file.
    func moved(lines: Int) -> SplitText {
        var result = self
        result.unterminatedLine = unterminatedLine.map { $0 + lines }
        result.recordTooLongLine = recordTooLongLine.map { $0 + lines }
        result.tooManyColumns = tooManyColumns.map { ($0.line + lines, $0.count) }
        return result
    }
}
