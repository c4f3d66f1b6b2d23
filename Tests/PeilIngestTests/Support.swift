import PeilTable

@testable import PeilIngest

/// The class of the error that `work` throws, or nil.
func errorCode(_ work: () throws -> Void) -> String? {
    do {
        try work()
        return nil
    } catch let error as IngestError { return error.code } catch { return "\(error)" }
}

func open(_ text: String, codebook: Codebook? = nil) throws -> CSVRecords {
    try CSVReader.sniff(
        Array(text.utf8), declared: DialectDeclaration.none.over(codebook?.csv), limits: CSVLimits())
}

func grid(_ records: CSVRecords) -> [[String]] {
    (0..<records.rowCount).map { row in (0..<records.columnCount).map { records.text(row, $0) } }
}

func inspect(_ text: String, codebook: Codebook? = nil, declared: DialectDeclaration = .none) -> FileInspection {
    inspect(Array(text.utf8), codebook: codebook, declared: declared)
}

func inspect(_ bytes: [UInt8], codebook: Codebook? = nil, declared: DialectDeclaration = .none) -> FileInspection {
    do {
        return try Inspector.inspect(
            bytes: bytes, path: "", declared: declared, codebook: codebook, policy: IngestPolicy(), includeRecords: true
        )
    } catch {
        var inspection = FileInspection(outcome: .reject)
        inspection.error = error
        return inspection
    }
}

func codebook(_ yaml: String) throws -> Codebook { try Codebook.load(yaml: yaml, file: "codebook.yaml") }

func wave(_ text: String, _ yaml: String) throws -> IngestedWave {
    try WaveReader.read(bytes: Array(text.utf8), path: "", codebook: codebook(yaml))
}

/// The values of a column as keys; absent ones as the word of their reason in brackets.
func values(_ wave: IngestedWave, _ name: String) throws -> [String] {
    let column = try wave.table.column(name)
    let labels = column.rowLabels()
    return (0..<column.count).map { labels[$0] ?? "(\(column.reason($0)?.codebookWord ?? "?"))" }
}
