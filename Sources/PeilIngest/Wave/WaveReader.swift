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

/// Reads the files of a wave by a codebook.
public enum WaveReader {
    /// One file that is a whole wave. The same table on any number of `threads`.
    /// Errors: as for several files.
    public static func read(
        path: String, codebook: Codebook, dialect: DialectDeclaration = .none,
        strictness: IngestStrictness = .asCodebook, threads: Int = ReadingThreads.all
    ) throws(IngestError) -> IngestedWave {
        try read(
            [WaveFile(path: path, dialect: dialect)], codebook: codebook, strictness: strictness, threads: threads)
    }

    /// The files of a wave, in the order in which the study lists them. The same table on any number of `threads`.
    ///
    /// - Parameters:
    ///   - strictness: how many broken records are borne.
    ///   - files: the files, in the order of the wave.
    ///   - threads: threads; the result is the same on any number.
    ///   - codebook: what the columns mean.
    ///   - merge: who is one person, and which record counts; nil where no person has two records.
    ///   - pseudonyms: replaces identifiers of people before anything leaves this module.
    /// - Throws: 66 and 77 where a file cannot be opened; 65 with the class of the trouble where a file is refused, or
    ///   has more bad records than allowed, or files contradict each other (PERSON_CONTRADICTED,
    ///   DUPLICATE_RESPONDENT, NESTING_BROKEN); 78 for a codebook that does not fit.
    public static func read(
        _ files: [WaveFile], merge: MergeRule? = nil, codebook: Codebook, pseudonyms: Pseudonyms? = nil,
        strictness: IngestStrictness = .asCodebook, threads: Int = ReadingThreads.all
    ) throws(IngestError) -> IngestedWave {
        precondition(!files.isEmpty, "a wave has a file")
        try requireKey(codebook, pseudonyms)
        let scope: WaveShaping.Scope = files.count == 1 ? .wave : .oneOfSeveralFiles
        var parts: [WaveMerge.Part] = []
        for file in files {
            do throws(IngestError) {
                let survey = try SurveyFile(file.path, declared: file.dialect)
                parts.append(
                    try part(
                        survey, file, codebook: survey.fitting(codebook), pseudonyms: pseudonyms,
                        strictness: strictness, scope: scope, threads: threads))
            } catch {
                throw error.naming(file: file.path)
            }
        }
        return try wave(parts, merge: merge, codebook: codebook)
    }

    static func read(
        bytes: [UInt8], path: String, codebook: Codebook, dialect: DialectDeclaration = .none,
        strictness: IngestStrictness = .asCodebook
    ) throws(IngestError) -> IngestedWave {
        try wave(
            [
                part(
                    SurveyFile(text: .memory(bytes), dialect: dialect), WaveFile(path: path), codebook: codebook,
                    pseudonyms: nil, strictness: strictness, scope: .wave, threads: 1)
            ], merge: nil, codebook: codebook)
    }

    /// A codebook that asks for pseudonyms must not be read without a key.
    private static func requireKey(_ codebook: Codebook, _ pseudonyms: Pseudonyms?) throws(IngestError) {
        for variable in codebook.variables where variable.personal == .pseudonym {
            guard pseudonyms?.variables.contains(variable.id) != true else { continue }
            throw IngestError(
                "KEY_MISSING", "The codebook wants pseudonyms for \(variable.id), and no key is named.",
                line: variable.line, remedy: "Name a key in study.yaml: privacy: {key_file: internal/pseudonyms.key}.",
                exitCode: 78)
        }
    }

    private static func wave(
        _ parts: [WaveMerge.Part], merge: MergeRule?, codebook: Codebook
    ) throws(IngestError) -> IngestedWave {
        // Names and order of the files decide nothing: the same answers are the same delivery.
        let hash =
            parts.count == 1
            ? parts[0].hash : FileBytes.hash(Array(parts.map { $0.hash + "\n" }.sorted().joined().utf8))
        do {
            var wave = try WaveMerge(codebook: codebook, rule: merge).wave(parts, hash: hash)
            wave.costs = parts.flatMap(\.costs)
            return wave
        } catch {
            throw described(error)
        }
    }

    /// Errors of tables mean that the codebook asks for what its columns cannot give.
    private static func described(_ error: any Error) -> IngestError {
        error as? IngestError
            ?? IngestError(
                "CODEBOOK_INVALID", "The codebook asks of a column what it cannot give: \(error).",
                remedy:
                    "Check the inputs of derived variables and rules: arithmetic needs numbers, and columns that the file has.",
                exitCode: 78)
    }

    private static func part(
        _ file: SurveyFile, _ delivered: WaveFile, codebook: Codebook, pseudonyms: Pseudonyms?,
        strictness: IngestStrictness, scope: WaveShaping.Scope, threads: Int
    ) throws(IngestError) -> WaveMerge.Part {
        let clock = StageClock()
        let reading = try DelimitedFile(
            file.text, declared: file.dialect.over(codebook.csv), limits: codebook.policy.limits,
            guessesHeader: true, threads: threads, hashes: file.dictionary == nil
        ).read { head throws(IngestError) in try WaveDecoder(head.records, codebook: codebook) }
        try Sidecar.check(path: delivered.path, reading, file)
        guard reading.consumer.header.matchesAny else {
            throw IngestError(
                "MISSING_COLUMN", "The file has none of the codebook's columns.", line: 1,
                remedy: "Check that this is the file that the codebook describes.")
        }
        let content = try reading.content(pseudonyms)
        let costs = reading.costs(since: clock)
        try reading.consumer.door.judge()
        try refuseBad(content, allowed: strictness.maximumBadRecords ?? codebook.policy.maximumBadRecords)
        var quality = FileQuality(dialect: reading.head.layout.dialect, dialectReason: reading.head.reason)
        quality.rowsRead = reading.recordCount
        quality.quarantined = content.badRecords.map {
            .init(record: $0.record, line: $0.line, code: $0.code, column: $0.column)
        }
        quality.duplicates = content.badRecords.count { $0.code == "DUPLICATE_ROW" }
        quality.warnings = joined(reading.warnings + content.warnings)
        let shapingClock = StageClock()
        var shaping = WaveShaping(
            codebook: codebook, table: content.table, lines: content.lines, quality: quality, scope: scope)
        do { try shaping.run(expecting: delivered.expectations) } catch { throw described(error) }
        return WaveMerge.Part(
            file: delivered, table: shaping.table, lines: shaping.lines, isPartial: shaping.isPartial,
            quality: shaping.quality, hash: try file.hash(of: reading),
            costs: costs + [shapingClock.cost(of: "shape")])
    }

    private static func refuseBad(_ content: WaveDecoder.Content, allowed: Int) throws(IngestError) {
        guard let first = content.badRecords.first, content.badRecords.count > allowed else { return }
        throw IngestError(
            first.code,
            "Bad records: \(content.badRecords.count), allowed: \(allowed). The first: \(first.message)\(first.column.map { ", column \($0)" } ?? "").",
            line: first.line,
            remedy:
                "Run peil inspect on the file for the whole list, mend it, or allow more: max_bad_records under policy in the codebook."
        )
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
    func content(_ pseudonyms: Pseudonyms? = nil) throws(IngestError) -> WaveDecoder.Content {
        try consumer.finish(recordCount: recordCount, pseudonyms: pseudonyms) { place throws(IngestError) in
            try record(at: place)
        }
    }
}

/// How many threads read a file.
public enum ReadingThreads {
    /// One for each processor that is online.
    public static let all = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}
