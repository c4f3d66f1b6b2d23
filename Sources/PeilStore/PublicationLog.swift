import Foundation
import Glibc

/// One line of the publication log: this content was released for this wave of this study.
public struct PublicationRecord: Sendable, Equatable, Codable {
    /// 1, 2, 3 … The order of events comes from this number, never from a clock.
    public let sequence: Int
    public let publication: String
    public let study: String
    public let wave: String
    public let manifest: ContentHash
    /// The families of tests that were declared, in one line; absent in records of before they were kept.
    public let families: String?
    /// What was shown and what hidden: later versions are bound by it. Absent in records of before it was kept.
    public let decisions: PublicationDecisions?
    /// Hash of the answers it was made of: the same answers under another name are bound too. Absent in records of before
    /// it was kept.
    public let input: String?

    /// Whether people in it are those of a wave: it is a version of that wave, or it was made of the same answers.
    public func binds(study: String, wave: String, input: String) -> Bool {
        (self.study == study && self.wave == wave) || self.input == input
    }

    func sameEvent(as other: PublicationRecord) -> Bool {
        publication == other.publication && study == other.study && wave == other.wave && manifest == other.manifest
    }
}

/// Rows of a publication by row id: hidden ones, and the printed base of those that were shown. Nothing here is more than
/// what the publication says, but for sums that tell whether two bases hold the same people.
public struct PublicationDecisions: Sendable, Equatable, Codable {
    public let hidden: [String]
    public let shown: [String: Int]
    /// Printed shares of those that were shown; absent in records of before they were kept.
    public let shares: [String: Double]?
    /// Respondents behind those shares; absent in records of before they were kept.
    public let counts: [String: Int]?
    /// Sums over the people of each printed base that name nobody; absent in records of before they were kept.
    public let members: [String: [UInt64]]?
    /// Figures of an earlier wave that this one shows beside its own; absent where it shows none, and in records of before they
    /// were kept.
    public let trend: Trend?

    /// Rows of another wave, by row id.
    public struct Trend: Sendable, Equatable, Codable {
        public let wave: String
        public let shown: [String]

        public init(wave: String, shown: [String]) {
            self.wave = wave
            self.shown = shown
        }
    }

    public init(
        hidden: [String], shown: [String: Int], shares: [String: Double]? = nil, members: [String: [UInt64]]? = nil,
        counts: [String: Int]? = nil, trend: Trend? = nil
    ) {
        self.counts = counts
        self.shares = shares
        self.hidden = hidden
        self.shown = shown
        self.members = members
        self.trend = trend
    }
}

/// What has been released, one JSON object a line, only ever added to. A line counts when its newline is on
/// the disk: the last line of a run that was killed halfway has none, and the next run cuts it off. That no line was taken away
/// stands in its head (`LogHead`).
public struct PublicationLog: ~Copyable {
    private let path: String
    private let lock: FolderLock
    public private(set) var records: [PublicationRecord]
    private var head: LogHead

    /// Opens the log under a lock of its own; a log that is not there yet is empty. A head that a killed run left
    /// behind its log is brought up to it.
    /// Throws `.damaged` with the line when a whole line is not a record or is out of sequence, `.cutShort` when lines that
    /// were written are gone.
    public init(_ path: String) throws(StoreError) {
        let held = try FolderLock(DurableFile.parent(of: path), name: ".\(DurableFile.name(of: path)).lock")
        let content = try Self.read(path)
        if content.head != .empty, try LogHead.read(of: path) != content.head { try content.head.write(of: path) }
        records = content.records
        head = content.head
        lock = held
        self.path = path
    }

    /// The records as they are, without a lock and without writing: for who only looks.
    public static func records(of path: String) throws(StoreError) -> [PublicationRecord] {
        try read(path).records
    }

    /// Adds a record and returns it. When the newest record of this wave says the same, nothing is written
    /// and that record is returned, so that a repeated run counts once.
    @discardableResult
    public mutating func append(
        publication: String, study: String, wave: String,
        manifest: ContentHash, families: String? = nil, decisions: PublicationDecisions? = nil,
        input: String? = nil
    ) throws(StoreError) -> PublicationRecord {
        let record = PublicationRecord(
            sequence: records.count + 1, publication: publication, study: study,
            wave: wave, manifest: manifest, families: families, decisions: decisions, input: input)
        if let newest = records.last(where: { $0.study == study && $0.wave == wave }), newest.sameEvent(as: record) {
            return newest
        }
        let line = try Self.line(of: record)
        try write(line)
        records.append(record)
        head = head.after(line.dropLast())
        try head.write(of: path)
        return record
    }

    private func write(_ line: [UInt8]) throws(StoreError) {
        let isNew = try FileStatus.of(path) == nil
        var file = try Descriptor(open: path, O_WRONLY | O_CREAT | O_APPEND, orThrow: SystemFailure.whileCreating)
        let whole = try isNew ? 0 : Self.read(path).wholeBytes
        try file.truncate(to: whole)
        do throws(StoreError) {
            try file.write(line)
            try file.sync()
            try file.close()
        } catch {
            // Half a line must not be taken for the start of the next one.
            _ = SystemCall.truncate(path, to: whole)
            throw error
        }
        if isNew { try DurableFolder.sync(DurableFile.parent(of: path)) }
    }

    private static func line(of record: PublicationRecord) throws(StoreError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(record) else {
            throw .system(path: record.publication, reason: "the record could not be written as JSON")
        }
        return Array(data) + [newline]
    }

    /// What the whole lines of a log say.
    private struct Content {
        var records: [PublicationRecord] = []
        var head = LogHead.empty
        /// How many bytes those lines take.
        var wholeBytes = 0
    }

    private static func read(_ path: String) throws(StoreError) -> Content {
        // The head first: a run that adds a line meanwhile leaves the log ahead of it.
        let head = try LogHead.read(of: path)
        var (content, reached) = (Content(), [LogHead]())
        let bytes = try FileStatus.of(path) == nil ? [] : try DurableFile.read(path)
        if let end = bytes.lastIndex(of: newline) {
            content.wholeBytes = end + 1
            for line in bytes[..<end].split(separator: newline, omittingEmptySubsequences: false) {
                let number = content.records.count + 1
                guard let record = try? JSONDecoder().decode(PublicationRecord.self, from: Data(line)),
                    record.sequence == number
                else {
                    throw .damaged(path: path, line: number, reason: "this line is not the record number \(number)")
                }
                content.records.append(record)
                content.head = content.head.after(line)
                reached.append(content.head)
            }
        }
        try head?.check(reached, of: path)
        return content
    }

    private static let newline = UInt8(ascii: "\n")
}
