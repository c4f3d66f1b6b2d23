import PeilIngest
import PeilStatistics
import PeilTable
import Synchronization

/// Reads a partition for one pass, block by block, so that memory holds one block and the sums.
public struct PassReading: Sendable {
    public let plan: PassPlan
    /// Number of the partition, from 1, and how many there are.
    public var number = 1
    public var count = 1
    /// What the pass before found; nil for the first.
    public var parameters: PassParameters?
    /// Columns that hold words, whatever their cells look like.
    public var text: Set<String> = []
    public var threads = 1
    /// Bytes that the process may take; nil for no bound.
    public var memoryLimit: Int?

    /// How a study reads its files; nil where the columns are read as they are.
    private let study: StudyPartition?

    public init(_ plan: PassPlan) {
        self.plan = plan
        study = nil
    }

    /// Reads whole partitions of a study's wave, each of which stands in memory.
    public init(_ study: StudyPartition) {
        plan = study.plan
        self.study = study
    }

    /// How far a reading has come.
    public struct Progress: Sendable {
        public let pass: Int
        /// nil where nobody knows.
        public let passes: Int?
        public let rows: Int
        /// Of the file, up to 1.
        public let share: Double
    }

    /// What the blocks leave behind.
    private struct Work {
        var summation: PassSummation
        var failure: (any Error)?
    }

    /// - Parameters:
    ///   - path: the file.
    ///   - progress: called after each block; false ends the work.
    /// - Returns: what the file adds to this pass.
    /// - Throws: `Failure`: what reading, design and items may throw, MEMORY_LIMIT, CANCELLED.
    public func state(of path: String, progress: @escaping @Sendable (Progress) -> Bool) throws -> PassState {
        let names = FailureNames(file: path)
        do { return try read(path, progress) } catch { throw names.failure(error) }
    }

    private func empty() -> PassSummation {
        PassSummation(
            plan, parameters: parameters,
            partition: PassState.Partition(number: number, count: count, hash: "", rows: 0), threads: threads)
    }

    private func read(_ path: String, _ progress: @escaping @Sendable (Progress) -> Bool) throws -> PassState {
        if let study { return try read(path, by: study, progress) }
        let work = Mutex(Work(summation: empty()))
        let (pass, passes) = ((parameters?.pass ?? 0) + 1, plan.passCount(after: parameters))
        let reading = try blocks(
            of: path, begin: { work.withLock { $0 = Work(summation: empty()) } },
            take: { block in
                work.withLock { work in
                    do {
                        try work.summation.add(block.table, kinds: block.kinds)
                        let rows = block.firstRow + block.table.rowCount
                        try refuseBeyondLimit(rows)
                        let now = Progress(pass: pass, passes: passes, rows: rows, share: block.share)
                        guard progress(now) else { throw Self.cancelled }
                        return true
                    } catch {
                        work.failure = error
                        return false
                    }
                }
            })
        return try work.withLock { work in
            if let failure = work.failure { throw failure }
            guard let reading else { throw Self.cancelled }
            let state = work.summation.finish(hash: reading.hash)
            try parameters?.check(state.partitions[0], path)
            return state
        }
    }

    private func read(
        _ path: String, by study: StudyPartition, _ progress: @escaping @Sendable (Progress) -> Bool
    ) throws -> PassState {
        let (table, hash) = try study.table(of: path, threads: threads)
        var summation = empty()
        try summation.add(table, kinds: StudyPartition.kinds(table, plan.columns(of: plan.work(after: parameters))))
        let now = Progress(
            pass: (parameters?.pass ?? 0) + 1, passes: plan.passCount(after: parameters), rows: table.rowCount, share: 1
        )
        guard progress(now) else { throw Self.cancelled }
        let state = summation.finish(hash: hash)
        try parameters?.check(state.partitions[0], path)
        return state
    }

    /// A column that the data lack makes the plan wrong, not the data.
    private func blocks(
        of path: String, begin: @escaping @Sendable () -> Void,
        take: @escaping @Sendable (AnalysisTableReader.Block) -> Bool
    ) throws -> AnalysisTableReader.BlockReading? {
        do {
            return try AnalysisTableReader.readBlocks(
                path: path, columns: plan.columns(of: plan.work(after: parameters)),
                missingValue: plan.plan.missingValue, asText: text,
                threads: threads, begin: begin, take: take)
        } catch  where error.code == "MISSING_COLUMN" {
            throw Failure(
                error.code, error.message, file: error.file, line: error.line, remedy: error.remedy,
                exitCode: ExitStatus.configuration)
        }
    }

    private func refuseBeyondLimit(_ rows: Int) throws {
        guard let memoryLimit, case let peak = ResidentMemory.peak, peak > memoryLimit else { return }
        throw Failure(
            "MEMORY_LIMIT",
            "After \(rows) rows the work takes \(peak >> 20) MiB, more than the \(memoryLimit >> 20) MiB of --max-memory",
            remedy: "allow more, or ask for fewer groups and items at a time", exitCode: ExitStatus.data)
    }

    private static let cancelled = Failure(
        "CANCELLED", "The work was stopped before its end; nothing was written", remedy: "run it again",
        exitCode: 130)
}

extension PassPlan {
    /// All passes over one file.
    public func stream(
        threads: Int, memoryLimit: Int?, progress: @escaping @Sendable (PassReading.Progress) -> Bool
    ) throws -> PlanRunner.Outcome {
        var reading = PassReading(self)
        reading.threads = threads
        reading.memoryLimit = memoryLimit
        while true {
            let state = try reading.state(of: plan.dataset, progress: progress)
            switch try finish(state, threads: threads) {
            case .next(let parameters): reading.parameters = parameters
            case .results(let outcome): return outcome
            }
        }
    }
}
