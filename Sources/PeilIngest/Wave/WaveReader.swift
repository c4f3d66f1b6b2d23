import PeilTable

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How much a delivery may suffer; nil leaves it to the codebook.
public struct IngestStrictness: Sendable, Equatable {
    public var maximumBadRecords: Int?
    public init(maximumBadRecords: Int? = nil) { self.maximumBadRecords = maximumBadRecords }
    public static let asCodebook = IngestStrictness()
}

/// Reads one survey file by a codebook.
public enum WaveReader {
    /// The same table on any number of `threads`.
    /// Errors: 66 and 77 where the file cannot be opened; 65 with the class of the trouble where the
    /// file is refused, or has more bad records than allowed; 78 for a codebook that does not fit.
    public static func read(
        path: String, codebook: Codebook, dialect: DialectDeclaration = .none,
        strictness: IngestStrictness = .asCodebook, threads: Int = ReadingThreads.all
    ) throws(IngestError) -> IngestedWave {
        do throws(IngestError) {
            let file = try SurveyFile(path, declared: dialect)
            return try read(
                file, path: path, codebook: file.fitting(codebook), strictness: strictness, threads: threads)
        } catch {
            throw error.naming(file: path)
        }
    }

    static func read(
        bytes: [UInt8], path: String, codebook: Codebook, dialect: DialectDeclaration = .none,
        strictness: IngestStrictness = .asCodebook
    ) throws(IngestError) -> IngestedWave {
        try read(
            SurveyFile(text: .memory(bytes), dialect: dialect), path: path, codebook: codebook,
            strictness: strictness, threads: 1)
    }

    private static func read(
        _ file: SurveyFile, path: String, codebook: Codebook, strictness: IngestStrictness, threads: Int
    ) throws(IngestError) -> IngestedWave {
        let clock = StageClock()
        let reading = try DelimitedFile(
            file.text, declared: file.dialect.over(codebook.csv), limits: codebook.policy.limits,
            guessesHeader: true, threads: threads, hashes: file.dictionary == nil
        ).read { head throws(IngestError) in try WaveDecoder(head.records, codebook: codebook) }
        try Sidecar.check(path: path, reading, file)
        guard reading.consumer.header.matchesAny else {
            throw IngestError(
                "MISSING_COLUMN", "The file has none of the codebook's columns.", line: 1,
                remedy: "Check that this is the file that the codebook describes.")
        }
        let content = try reading.content()
        var costs = reading.costs(since: clock)
        try reading.consumer.door.judge()
        let allowed = strictness.maximumBadRecords ?? codebook.policy.maximumBadRecords
        if let first = content.badRecords.first, content.badRecords.count > allowed {
            throw IngestError(
                first.code,
                "Bad records: \(content.badRecords.count), allowed: \(allowed). The first: \(first.message)\(first.column.map { ", column \($0)" } ?? "").",
                line: first.line,
                remedy:
                    "Run peil inspect on the file for the whole list, mend it, or allow more in policy max_bad_records."
            )
        }
        var quality = FileQuality(dialect: reading.head.layout.dialect, dialectReason: reading.head.reason)
        quality.rowsRead = reading.recordCount
        quality.quarantined = content.badRecords.map {
            .init(record: $0.record, line: $0.line, code: $0.code, column: $0.column)
        }
        quality.duplicates = content.badRecords.count { $0.code == "DUPLICATE_ROW" }
        quality.warnings = joined(reading.warnings + content.warnings)
        let shapingClock = StageClock()
        var shaping = WaveShaping(codebook: codebook, table: content.table, lines: content.lines, quality: quality)
        do {
            try shaping.run()
        } catch let error as IngestError {
            throw error
        } catch {
            throw IngestError(
                "CODEBOOK_INVALID", "The codebook asks of a column what it cannot give: \(error).",
                remedy:
                    "Check the inputs of derived variables and rules: arithmetic needs numbers, and columns that the file has.",
                exitCode: 78)
        }
        costs.append(shapingClock.cost(of: "shape"))
        return IngestedWave(
            table: shaping.table, quality: shaping.quality, inputHash: try file.hash(of: reading), costs: costs)
    }

    /// One warning of each class.
    static func joined(_ warnings: [FileWarning]) -> [FileWarning] {
        var result: [FileWarning] = []
        for warning in warnings {
            guard let index = result.firstIndex(where: { $0.code == warning.code }) else {
                result.append(warning)
                continue
            }
            result[index].count += warning.count
            let known = result[index].columns
            result[index].columns += warning.columns.filter { !known.contains($0) }
            result[index].message += "; " + warning.message
        }
        return result
    }
}

extension DelimitedFile.Reading<WaveDecoder> {
    /// The table and what was found on the way. Errors: those of `WaveDecoder.finish`.
    func content() throws(IngestError) -> WaveDecoder.Content {
        try consumer.finish(recordCount: recordCount) { offset throws(IngestError) in try record(at: offset) }
    }
}

/// How many threads read a file.
public enum ReadingThreads {
    /// One for each processor that is online.
    public static let all = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}
