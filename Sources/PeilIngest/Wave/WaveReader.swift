import PeilTable

/// How much a delivery may suffer; nil leaves it to the codebook.
public struct IngestStrictness: Sendable, Equatable {
    public var maximumBadRecords: Int?
    public init(maximumBadRecords: Int? = nil) { self.maximumBadRecords = maximumBadRecords }
    public static let asCodebook = IngestStrictness()
}

/// Reads one survey file by a codebook.
public enum WaveReader {
    /// Errors: 66 and 77 where the file cannot be opened; 65 with the class of the trouble where the
    /// file is refused, or has more bad records than allowed; 78 for a codebook that does not fit.
    public static func read(
        path: String, codebook: Codebook, dialect: DialectDeclaration = .none,
        strictness: IngestStrictness = .asCodebook
    ) throws(IngestError) -> IngestedWave {
        let bytes = try FileBytes.read(path)
        do {
            return try read(bytes: bytes, path: path, codebook: codebook, dialect: dialect, strictness: strictness)
        } catch {
            throw error.naming(file: path)
        }
    }

    static func read(
        bytes: [UInt8], path: String, codebook: Codebook, dialect: DialectDeclaration = .none,
        strictness: IngestStrictness = .asCodebook
    ) throws(IngestError) -> IngestedWave {
        let opened = try OpenedFile.open(
            bytes, declared: dialect.over(codebook.csv), limits: codebook.policy.limits, guessesHeader: true)
        try Sidecar.check(path: path, bytes: bytes, recordCount: opened.records.recordCount)
        let decoded = try WaveDecoder(opened.records, codebook: codebook)
        guard decoded.header.matchesAny else {
            throw IngestError(
                "MISSING_COLUMN", "The file has none of the codebook's columns.", line: 1,
                remedy: "Check that this is the file that the codebook describes.")
        }
        try decoded.door.judge()
        let allowed = strictness.maximumBadRecords ?? codebook.policy.maximumBadRecords
        if let first = decoded.records.badRecords.first, decoded.records.badRecords.count > allowed {
            throw IngestError(
                first.code,
                "Bad records: \(decoded.records.badRecords.count), allowed: \(allowed). The first: \(first.message)\(first.column.map { ", column \($0)" } ?? "").",
                line: first.line,
                remedy:
                    "Run peil inspect on the file for the whole list, mend it, or allow more in policy max_bad_records."
            )
        }
        var quality = FileQuality(dialect: opened.records.dialect, dialectReason: opened.reason)
        quality.rowsRead = decoded.records.recordCount
        quality.quarantined = decoded.records.badRecords.map {
            .init(record: $0.record, line: $0.line, code: $0.code, column: $0.column)
        }
        quality.duplicates = decoded.records.badRecords.count { $0.code == "DUPLICATE_ROW" }
        quality.warnings = decoded.records.warnings
        var shaping = WaveShaping(codebook: codebook, decoded: decoded, quality: quality)
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
        return IngestedWave(table: shaping.table, quality: shaping.quality, inputHash: FileBytes.hash(bytes))
    }
}
