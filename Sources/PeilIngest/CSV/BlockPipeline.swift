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
    private let cutter: Mutex<BlockCutter>
    private let state: Mutex<State>

    private struct Result: Sendable {
        let block: (offset: Int, index: Int, count: Int)
        let facts: FileFacts
        let part: Consumer.Part
        /// Why the file cannot be read: lines counted from the beginning of the block.
        let broken: SplitText?
    }

    private struct State: Sendable {
        var consumer: Consumer
        var facts: FileFacts
        var waiting: [Int: Result] = [:]
        var nextIndex = 0
        var again: SecondReading?
        var error: IngestError?
        var isStopped: Bool { again != nil || error != nil }
    }

    init(
        _ cutter: BlockCutter, layout: FileLayout, limits: CSVLimits, checksEncoding: Bool, consumer: Consumer
    ) {
        self.layout = layout
        self.limits = limits
        self.checksEncoding = checksEncoding
        textBytes = cutter.bytesLeft
        self.cutter = Mutex(cutter)
        state = Mutex(State(consumer: consumer, facts: FileFacts(lineCount: layout.bodyLine - 1)))
    }

    struct Outcome: Sendable {
        let consumer: Consumer
        let facts: FileFacts
        let again: SecondReading?
        let hash: String?
    }

    /// Errors: those of reading; UNTERMINATED_QUOTE, TOO_MANY_COLUMNS, MALFORMED.
    func run(threads: Int) throws(IngestError) -> Outcome {
        if threads > 1 {
            DispatchQueue.concurrentPerform(iterations: threads) { _ in self.work() }
        } else {
            work()
        }
        let (consumer, facts, again, error) = state.withLock { ($0.consumer, $0.facts, $0.again, $0.error) }
        if let error { throw error }
        return Outcome(consumer: consumer, facts: facts, again: again, hash: cutter.withLock { $0.hash })
    }

    private func work() {
        let sorter = RecordSorter(layout: layout, limits: limits)
        var scratch: Consumer.Scratch?
        let consumer = state.withLock { $0.consumer }
        while !state.withLock({ $0.isStopped }) {
            let block: TextBlock
            do throws(IngestError) {
                guard let next = try cutter.withLock({ cutter throws(IngestError) in try cutter.next() }) else {
                    return
                }
                block = next
            } catch {
                state.withLock { $0.error = $0.error ?? error }
                return
            }
            // Taken out while it is used, so that it is changed in place.
            var own = scratch.take() ?? consumer.makeScratch()
            process(block, sorter, consumer, &own)
            scratch = own
        }
    }

    private func process(
        _ block: TextBlock, _ sorter: RecordSorter, _ consumer: Consumer, _ scratch: inout Consumer.Scratch
    ) {
        let encoding = checksEncoding ? EncodingFacts(block.bytes) : nil
        guard encoding?.isSound ?? true else {
            state.withLock { $0.again = .inAnotherEncoding }
            return
        }
        let split = RecordSplitter.split(
            block.bytes, from: 0, line: 1, dialect: layout.dialect, limits: limits, isFinal: block.isLast)
        // Where a quote seems to swallow records, a look at the whole file from there decides.
        guard split.isBroken || split.consumed == block.bytes.count else {
            state.withLock { $0.again = .oneAfterAnother }
            return
        }
        var (records, facts) = sorter.sort(block.bytes, split)
        if let encoding { facts.note(encoding) }
        let part = consumer.take(records, &scratch)
        records.badRecords = []
        add(
            Result(
                block: (block.offset, block.index, block.bytes.count), facts: facts, part: part,
                broken: split.isBroken ? split : nil))
    }

    /// Adds the result, and those behind it that waited for it.
    private func add(_ result: Result) {
        state.withLock { state in
            state.waiting[result.block.index] = result
            while !state.isStopped, let next = state.waiting.removeValue(forKey: state.nextIndex) {
                state.nextIndex += 1
                let lines = state.facts.lineCount
                if let broken = next.broken {
                    do throws(IngestError) { try CSVReader.refuse(broken.moved(lines: lines), limits: limits) } catch {
                        state.error = error
                    }
                    return
                }
                state.consumer.add(
                    next.part,
                    at: BlockPlace(
                        lines: lines, firstNumber: layout.firstNumber + state.facts.recordCount,
                        offset: next.block.offset, blockBytes: next.block.count, textBytes: textBytes))
                state.facts.add(next.facts)
            }
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
