import PeilTable

/// Finds out what a file is, and with a codebook whether it keeps the codebook's rules.
public enum Inspector {
    /// Never throws: what is wrong stands in the answer. `policy`: limits where no codebook gives them.
    public static func inspect(
        path: String, declared: DialectDeclaration = .none, codebook: Codebook? = nil,
        policy: IngestPolicy = IngestPolicy(), includeRecords: Bool = false, threads: Int = ReadingThreads.all
    ) -> FileInspection {
        var inspection = FileInspection(outcome: .reject)
        do throws(IngestError) {
            let file = try SurveyFile(path, declared: declared)
            do throws(IngestError) {
                let fitting: Codebook? = if let codebook { try file.fitting(codebook) } else { nil }
                return try inspect(
                    file, path: path, codebook: fitting, policy: policy, includeRecords: includeRecords,
                    threads: threads)
            } catch {
                inspection.error = error.naming(file: path)
                if includeRecords, codebook == nil {
                    showReadable(
                        try file.text.readAll(), declared: file.dialect, limits: policy.limits, refusal: error,
                        &inspection)
                }
            }
        } catch {
            inspection.error = error.naming(file: path)
        }
        return inspection
    }

    /// Beside a refusal, the records that can be read around its cause.
    private static func showReadable(
        _ bytes: [UInt8], declared: DialectDeclaration, limits: CSVLimits, refusal: IngestError,
        _ inspection: inout FileInspection
    ) {
        guard let text = try? TextEncoding.decode(bytes, declared: declared),
            let proposal = try? DialectSniffer.propose(text, declared: declared)
        else { return }
        let partial = PartialReading(text, dialect: proposal.dialect, limits: limits, refusal: refusal)
        inspection.dialect = partial.dialect
        inspection.dialectReason = proposal.reason
        guard let records = partial.records else { return }
        inspection.includesRecords = true
        inspection.header = partial.header
        inspection.rowCount = records.rowCount
        inspection.badRecords = records.badRecords
        inspection.rows = (0..<records.rowCount).map { row in
            (0..<records.columnCount).map { records.text(row, $0) }
        }
    }

    static func inspect(
        bytes: [UInt8], path: String, declared: DialectDeclaration, codebook: Codebook?,
        policy: IngestPolicy, includeRecords: Bool
    ) throws(IngestError) -> FileInspection {
        try inspect(
            SurveyFile(text: .memory(bytes), dialect: declared), path: path, codebook: codebook, policy: policy,
            includeRecords: includeRecords, threads: 1)
    }

    private static func inspect(
        _ file: SurveyFile, path: String, codebook: Codebook?, policy: IngestPolicy, includeRecords: Bool,
        threads: Int
    ) throws(IngestError) -> FileInspection {
        let clock = StageClock()
        // A header that the codebook refuses is an answer, not a failure to read.
        let reading = try DelimitedFile(
            file.text, declared: file.dialect.over(codebook?.csv), limits: codebook?.policy.limits ?? policy.limits,
            guessesHeader: true, threads: threads
        ).read { head in
            FileInspector(head.records, codebook: codebook, keepsText: includeRecords)
        }
        try Sidecar.check(path: path, reading, file)
        var inspection = FileInspection(outcome: .accept)
        inspection.dialect = reading.head.layout.dialect
        inspection.dialectReason = reading.head.reason
        inspection.dialectScore = reading.head.score
        inspection.includesRecords = includeRecords
        do throws(IngestError) {
            try describe(reading, codebook, &inspection)
        } catch {
            guard codebook != nil else { throw error }
            inspection.outcome = .reject
            inspection.error = error.naming(file: path)
            inspection.header = reading.head.layout.header
        }
        inspection.costs = reading.costs(since: clock)
        return inspection
    }

    private static func describe(
        _ reading: DelimitedFile.Reading<FileInspector>, _ codebook: Codebook?, _ inspection: inout FileInspection
    ) throws(IngestError) {
        let inspector = reading.consumer
        var warnings = reading.warnings
        if let refusal = inspector.refusal { throw refusal }
        if let wave = inspector.wave {
            let content = try wave.finish(recordCount: reading.recordCount) { place throws(IngestError) in
                try reading.record(at: place)
            }
            inspection.codebookApplied = wave.header.matchesAny
            inspection.badRecords = content.badRecords
            warnings += content.warnings
            let shown =
                wave.header.matchesAny
                ? wave.header.columnOfVariable.compactMap { $0 } : Array(wave.header.names.indices)
            inspection.header = shown.map { wave.header.names[$0] }
            inspection.rows = content.texts.map { row in shown.map { row[$0] } }
            inspection.rowCount = wave.header.matchesAny ? content.lines.count : reading.goodCount
            for variable in codebook?.variables ?? [] where inspection.header?.contains(variable.column) ?? false {
                inspection.columns.append(
                    inspector.textFacts[variable.column] ?? .init(variable, in: content.table))
            }
        } else {
            inspection.header = reading.head.layout.header
            inspection.badRecords = inspector.badRecords
            inspection.rows = inspector.texts
            inspection.rowCount = reading.goodCount
            if let preamble = reading.head.preamble { warnings.append(try preamble.warning()) }
            warnings += headerWarnings(reading)
            for (column, tally) in inspector.tallies.enumerated() {
                inspection.columns.append(tally.facts(inspection.header?[column] ?? "column \(column + 1)"))
            }
        }
        if !inspection.includesRecords { inspection.rows = nil }
        inspection.warnings = WaveReader.joined(warnings)
        if !inspection.badRecords.isEmpty {
            inspection.outcome = .quarantine
        } else if !inspection.warnings.isEmpty {
            inspection.outcome = .acceptWarn
        }
    }

    /// Without a codebook a doubtful header is worth a word; with one it decides.
    private static func headerWarnings(_ reading: DelimitedFile.Reading<FileInspector>) -> [FileWarning] {
        var warnings: [FileWarning] = []
        if reading.recordCount == 0 {
            warnings.append(
                FileWarning("HEADER_ONLY", count: 1, lines: [1], message: "the file holds 0 records under its header"))
        }
        guard let header = reading.head.layout.header else { return warnings }
        let empty = header.indices.filter { header[$0].isEmpty }
        if !empty.isEmpty {
            warnings.append(
                FileWarning(
                    "EMPTY_HEADER", count: empty.count, lines: [1], message: "column \(empty[0] + 1) has no name"))
        }
        var seen: Set<String> = []
        let repeated = header.filter { !$0.isEmpty && !seen.insert($0).inserted }
        if !repeated.isEmpty {
            warnings.append(
                FileWarning(
                    "DUPLICATE_HEADER", count: repeated.count, columns: repeated.map(printable), lines: [1],
                    message: "column names stand more than once"))
        }
        return warnings
    }
}

/// Looks at the records of a file: through a codebook where there is one, else at each column as it stands.
struct FileInspector: RecordConsumer {
    private(set) var wave: WaveDecoder?
    private(set) var refusal: IngestError?
    private(set) var tallies: [ColumnTally] = []
    private(set) var badRecords: [BadRecord] = []
    private(set) var texts: [[String]] = []
    private let tallied: [Int]
    private let names: [String]
    private let keepsText: Bool
    private let decimal: UInt8

    init(_ head: CSVRecords, codebook: Codebook?, keepsText: Bool) {
        self.keepsText = keepsText
        decimal = head.dialect.decimal
        var tallied = Array(0..<head.columnCount)
        if let codebook {
            tallied = []
            do throws(IngestError) {
                let wave = try WaveDecoder(head, codebook: codebook, keepsText: keepsText)
                // Open answers are dropped on the way, so they are counted as they pass.
                for (variable, column) in zip(codebook.variables, wave.header.columnOfVariable)
                where variable.type == .text {
                    if let column { tallied.append(column) }
                }
                self.wave = wave
            } catch { refusal = error }
        }
        self.tallied = tallied
        names = (head.header ?? []).map(HeaderMatch.cleaned)
        tallies = tallied.map { _ in ColumnTally(looksAtValues: codebook == nil) }
    }

    struct Part: Sendable {
        var wave: WaveDecoder.Part?
        var tallies: [ColumnTally]
        var badRecords: [BadRecord]
        var texts: [[String]]
    }

    func makeScratch() -> WaveScratch { wave?.makeScratch() ?? WaveScratch() }

    func take(_ records: CSVRecords, _ scratch: inout WaveScratch) -> Part {
        var part = Part(
            wave: wave?.take(records, &scratch),
            tallies: tallied.map { _ in ColumnTally(looksAtValues: wave == nil && refusal == nil) },
            badRecords: wave == nil ? records.badRecords : [], texts: [])
        guard records.rowCount > 0 else { return part }
        BlockCells.with(records) { cells in
            for (index, column) in tallied.enumerated() {
                cells.forEach(column, 0..<cells.rowCount) { _, cell in part.tallies[index].add(cell, decimal: decimal) }
            }
        }
        if keepsText, wave == nil {
            part.texts = (0..<records.rowCount).map { row in
                (0..<records.columnCount).map { records.text(row, $0) }
            }
        }
        return part
    }

    mutating func add(_ part: consuming Part, at place: BlockPlace) {
        if let own = part.wave { wave?.add(own, at: place) }
        for index in tallies.indices { tallies[index].add(part.tallies[index]) }
        badRecords += part.badRecords.map { $0.moved(lines: place.lines, numbers: place.firstNumber) }
        texts += part.texts
    }

    /// Facts of the columns of open answers, by name.
    var textFacts: [String: FileInspection.ColumnFacts] {
        var facts: [String: FileInspection.ColumnFacts] = [:]
        guard wave != nil else { return facts }
        for (column, tally) in zip(tallied, tallies) {
            facts[names[column]] = tally.facts(names[column], type: "text")
        }
        return facts
    }
}
