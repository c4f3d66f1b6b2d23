public import PeilTable
import Synchronization

extension AnalysisTableReader {
    /// What the present cells of a column hold in some rows.
    public enum ColumnKind: UInt8, Sendable, Codable {
        case nothing, numbers, words

        /// What both together hold; nil where one holds numbers and the other words.
        public func joined(_ other: ColumnKind) -> ColumnKind? {
            if self == .nothing { return other }
            return other == .nothing || other == self ? self : nil
        }
    }

    /// Some rows of a file, in its order.
    public struct Block: Sendable {
        public let table: Table
        public let kinds: [String: ColumnKind]
        /// Rows of the file before these.
        public let firstRow: Int
        /// How much of the file has been read, up to 1.
        public let share: Double
    }

    /// What a reading in blocks tells in the end.
    public struct BlockReading: Sendable {
        public let rowCount: Int
        /// SHA-256 of the file as delivered, in hexadecimal digits.
        public let hash: String
    }

    /// Rows of a block. A constant: the same blocks whatever the threads and the memory.
    public static let blockRows = 1 << 18

    /// Reads a file in blocks of rows, so that no more than one stands in memory, types and errors as in `read`.
    /// - Parameters:
    ///   - path: the file.
    ///   - columns: columns that are decoded.
    ///   - missingValue: what stands in a cell without an answer, besides nothing.
    ///   - asText: columns that hold words whatever their cells look like.
    ///   - threads: threads that read.
    ///   - begin: called before the first block, and again where the file must be read in another way after all: what
    ///     came before counts no more.
    ///   - take: called with each block in the order of the file; false ends the reading.
    /// - Returns: nil where `take` ended it.
    public static func readBlocks(
        path: String, columns: Set<String>, missingValue: String?, asText: Set<String> = [], threads: Int,
        begin: @escaping @Sendable () -> Void, take: @escaping @Sendable (Block) -> Bool
    ) throws(IngestError) -> BlockReading? {
        do throws(IngestError) {
            let file = try SurveyFile(path, declared: .none, userMissing: .madeEmpty)
            let delimited = DelimitedFile(
                file.text, declared: file.dialect, limits: CSVLimits(columns: 65_536), guessesHeader: false,
                threads: threads, hashes: true)
            var texts: Set<Int> = []
            while true {
                let known = texts
                let reading = try delimited.read { head throws(IngestError) in
                    begin()
                    let header = (head.records.header ?? []).map(HeaderMatch.cleaned)
                    let declared = header.indices.filter { asText.contains(header[$0]) }
                    return TableBlocks(
                        try AnalysisColumns(
                            head.records, columns: columns, missingValue: missingValue, asText: known.union(declared),
                            mostRows: blockRows + blockRows / 4), take)
                }
                var consumer = reading.consumer
                if let bad = consumer.columns.firstBad {
                    throw IngestError(
                        bad.code, "\(consumer.columns.badCount) bad records; the first: \(bad.message).",
                        line: bad.line,
                        remedy: "Mend the file, or read it with a codebook that says how many bad records are allowed.")
                }
                let mixed = consumer.columns.mixed
                if !mixed.isEmpty {
                    texts.formUnion(mixed)
                    continue
                }
                guard consumer.finish() else { return nil }
                return BlockReading(rowCount: consumer.rowCount, hash: try file.hash(of: reading))
            }
        } catch {
            throw error.naming(file: path)
        }
    }
}

/// Hands out the columns of a file in tables of about as many rows.
struct TableBlocks: RecordConsumer {
    private(set) var columns: AnalysisColumns
    private(set) var rowCount = 0
    private var isStopped = false
    private var share = 0.0
    private let take: @Sendable (AnalysisTableReader.Block) -> Bool
    private let stopped = StopMark()

    init(_ columns: AnalysisColumns, _ take: @escaping @Sendable (AnalysisTableReader.Block) -> Bool) {
        self.columns = columns
        self.take = take
    }

    func readsMarks(_ scratch: AnalysisColumns.Scratch) -> Bool { columns.readsMarks(scratch) }

    func makeScratch() -> AnalysisColumns.Scratch { columns.makeScratch() }

    func take(_ records: CSVRecords, _ scratch: inout AnalysisColumns.Scratch) -> AnalysisColumns.Part? {
        stopped.isSet ? nil : columns.take(records, &scratch)
    }

    mutating func add(_ part: consuming AnalysisColumns.Part?, at place: BlockPlace) {
        guard let part = part.take(), !isStopped else { return }
        columns.add(part, at: place)
        let read = Double(place.offset + place.blockBytes)
        share = min(1, read / Double(max(1, max(place.textBytes, place.offset + place.blockBytes))))
        // Types that do not hold make a reading anew; what is wrong with records comes before all else.
        guard columns.mixed.isEmpty, columns.badCount == 0 else {
            if columns.badCount == 0 { stop() }
            return
        }
        if columns.rowCount >= AnalysisTableReader.blockRows { hand() }
    }

    private mutating func hand() {
        let (table, kinds) = columns.takeTable()
        let block = AnalysisTableReader.Block(table: table, kinds: kinds, firstRow: rowCount, share: share)
        rowCount += table.rowCount
        if !take(block) { stop() }
    }

    private mutating func stop() {
        isStopped = true
        stopped.set()
    }

    /// Hands out the last rows.
    /// - Returns: false where the reading was ended.
    mutating func finish() -> Bool {
        share = 1
        if !isStopped, columns.rowCount > 0 || rowCount == 0 { hand() }
        return !isStopped
    }
}

/// Says on every thread that nothing more is wanted.
private final class StopMark: Sendable {
    private let mark = Atomic<Bool>(false)
    var isSet: Bool { mark.load(ordering: .relaxed) }
    func set() { mark.store(true, ordering: .relaxed) }
}
