import PeilTable

@testable import PeilIngest

/// The reader of survey files: delimited text in any dialect and SPSS files, with and without a codebook.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzReader(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    ReaderTarget.check(bytes)
    return 0
}

enum ReaderTarget {
    static let planted = PlantedMistake()

    static let codebookText = """
        {languages: [nl], csv: {delimiter: ';', decimal: ','}, missing_tokens: ['.'],
         policy: {max_bad_records: 100000, max_field_bytes: 300, max_columns: 40},
         variables: [{id: nr, type: id, unique: true, pattern: '[0-9A-Za-z-]+'},
           {id: a, type: int, min: 0, max: 99, missing: [{code: 98, kind: refused}]},
           {id: b, type: code, labels: [{code: 1, nl: ja}, {code: 2, nl: nee}], ask_if: a < 50},
           {id: c, type: number, thousands: true}, {id: d, type: date}, {id: m, type: multi, sep: '|', codes: [x, y, z]},
           {id: w, type: weight}, {id: r, type: region, codes: [GM0503, GM0518]}, {id: t, type: text, keep: true}],
         derived: [{id: klasse, bands: {of: a, edges: [18, 65], labels: [jong, oud]}}],
         completeness: {needs: [a, b], minimum_required_share: 0.5},
         straightliners: [{name: gelijk, items: [a, b]}], consistency: [{name: hoog, if: a > 90, then: b == 1}],
         municipality_changes: [{old: GM0001, new: GM0503, year: 2020}]}
        """
    static let codebook: Codebook = {
        do { return try Codebook.load(yaml: codebookText, file: "codebook.yaml") } catch {
            finding("the driver's own codebook is refused", "\(error)")
        }
    }()

    static func check(_ bytes: [UInt8]) {
        guard SAVStructure.isSAV(bytes) else {
            checkText(bytes, declared: .none)
            return
        }
        do throws(IngestError) {
            let read = try SAVReader.delimitedText(bytes)
            checkText(read.bytes, declared: SurveyFile.canonical)
            if case let found = Reading(read.bytes, nil, SurveyFile.canonical), let error = found.error {
                // A file of answers without a record, or one that holds more than we take, may be refused.
                let known = ["EMPTY_FILE", "HEADER_ONLY", "MALFORMED", "TOO_MANY_COLUMNS"]
                guard known.contains(error.code) else { finding("what we made of an SPSS file is refused", "\(error)") }
            }
        } catch {
            check(error, lines: Int.max)
            PrivateWords(bytes, allowed: "").check(error.description, of: "the refusal of an SPSS file")
        }
    }

    private static func checkText(_ bytes: [UInt8], declared: DialectDeclaration) {
        let number = fingerprint(bytes)
        let blockBytes = [1, 7, 16, 33, 64, 200][Int(number % 6)]
        let threads = (number >> 8) % 4 == 0 ? 3 : 1
        for codebook in [nil, codebook] {
            let whole = Reading(bytes, codebook, declared)
            let blocks = Reading(bytes, codebook, declared, blockBytes: blockBytes, threads: threads)
            guard whole == blocks else {
                finding(
                    "blocks of \(blockBytes) bytes on \(threads) threads give something else",
                    "with a codebook: \(codebook != nil)\n\(whole)\n\(blocks)")
            }
            planted.run(after: whole.error?.code, where: "MULTI_TABLE", on: bytes)
            whole.checkMessages(bytes, codebook == nil ? "" : codebookText)
            if codebook == nil, whole.error == nil { RoundTrip.check(whole) }
        }
        checkRefused(bytes, declared)
        checkWave(bytes, declared)
    }

    /// What `peil inspect` shows beside a refusal.
    private static func checkRefused(_ bytes: [UInt8], _ declared: DialectDeclaration) {
        guard let refusal = Reading(bytes, nil, declared).error,
            let text = try? TextEncoding.decode(bytes, declared: declared),
            let proposal = try? DialectSniffer.propose(text, declared: declared)
        else { return }
        let partial = PartialReading(text, dialect: proposal.dialect, limits: CSVLimits(), refusal: refusal)
        guard let records = partial.records else { return }
        for row in 0..<records.rowCount {
            for column in 0..<records.columnCount { _ = records.text(row, column) }
        }
    }

    /// The whole way to a table, as `peil run` goes it.
    private static func checkWave(_ bytes: [UInt8], _ declared: DialectDeclaration) {
        do throws(IngestError) {
            _ = try WaveReader.read(bytes: bytes, path: "", codebook: codebook, dialect: declared)
        } catch { check(error, lines: lineCount(bytes)) }
    }

    /// An error is of a known kind and points into the file.
    static func check(_ error: IngestError, lines: Int) {
        guard exitCodes.contains(error.exitCode) else { finding("an error has no exit code of sysexits", "\(error)") }
        guard !error.code.isEmpty, !error.message.isEmpty, !error.remedy.isEmpty else {
            finding("an error says nothing", "\(error)")
        }
        guard error.line.map({ $0 >= 1 && $0 - 1 <= lines }) ?? true, error.column.map({ $0 >= 1 }) ?? true else {
            finding("an error points outside the file", "\(error) of \(lines) lines")
        }
    }

    /// Upper bound: each line feed and each carriage return may end a line.
    static func lineCount(_ bytes: [UInt8]) -> Int { 1 + bytes.count { $0 == 10 || $0 == 13 } }
}

/// What a reading gives, in a form that can be compared.
struct Reading: Equatable {
    var error: IngestError?
    var dialect: CSVDialect?
    var header: [String]?
    var rows: [[String]] = []
    var bad: [BadRecord] = []
    var warnings: [FileWarning] = []
    var facts: [FileInspection.ColumnFacts] = []
    var columns: [Column] = []
    var lines: [Int] = []

    init(
        _ bytes: [UInt8], _ codebook: Codebook?, _ declared: DialectDeclaration, blockBytes: Int = 1 << 20,
        threads: Int = 1
    ) {
        do throws(IngestError) {
            let reading = try DelimitedFile(
                .memory(bytes), declared: declared.over(codebook?.csv), limits: codebook?.policy.limits ?? CSVLimits(),
                guessesHeader: true, threads: threads, blockBytes: blockBytes
            ).read { head in FileInspector(head.records, codebook: codebook, keepsText: true) }
            dialect = reading.head.layout.dialect
            header = reading.head.layout.header
            warnings = reading.warnings
            let inspector = reading.consumer
            if let refusal = inspector.refusal { throw refusal }
            guard let wave = inspector.wave else {
                rows = inspector.texts
                bad = inspector.badRecords
                facts = inspector.tallies.map { $0.facts("column") }
                return
            }
            let content = try wave.finish(recordCount: reading.recordCount) { place throws(IngestError) in
                try reading.record(at: place)
            }
            rows = content.texts
            bad = content.badRecords
            warnings += content.warnings
            columns = content.table.names.compactMap { try? content.table.column($0) }
            lines = Array(content.lines)
        } catch { self.error = error }
    }

    /// Messages hold names and places, never answers. Names are what stands above the answers.
    func checkMessages(_ bytes: [UInt8], _ codebookText: String) {
        let lines = ReaderTarget.lineCount(bytes)
        if let error { ReaderTarget.check(error, lines: lines) }
        for record in bad where record.line < 1 || record.line > lines || record.message.isEmpty {
            finding("a bad record has no place", "\(record) of \(lines) lines")
        }
        let top = bytes.split(whereSeparator: { $0 == 10 || $0 == 13 }).first.map {
            String(decoding: $0, as: UTF8.self)
        }
        let answers = PrivateWords(
            bytes, allowed: codebookText + (top ?? "") + (header ?? []).joined(separator: " "))
        guard !answers.isEmpty else { return }
        if let error { answers.check(error.description, of: "an error") }
        for warning in warnings {
            answers.check("\(warning.message) \(warning.columns)", of: "a warning")
        }
        for record in bad { answers.check("\(record.message) \(record.column ?? "")", of: "a bad record") }
    }
}
