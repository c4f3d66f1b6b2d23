/// A small table that a codebook names instead of writing it out: postcodes with their municipality, mergers of
/// municipalities. Cells are texts, so that 0518 stays 0518.
struct SideTable {
    /// In the order of the columns asked for.
    private(set) var rows: [[String]] = []
    /// SHA-256 of the file.
    let hash: String

    /// `name`: relative to the folder of the codebook `file`, and inside it.
    /// Errors: CODEBOOK_INVALID without a file where the name will not do; else those of reading, with exit code 78
    /// where the file is wrong in itself.
    init(_ name: String, beside file: String, columns: [String]) throws(IngestError) {
        guard !name.isEmpty, !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
            throw IngestError(
                "CODEBOOK_INVALID", "A file of the codebook must lie beside it.",
                remedy: "Use a relative path without '..'.", exitCode: 78)
        }
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        let path = folder + name
        let bytes = try FileBytes.read(path)
        hash = FileBytes.hash(bytes)
        do throws(IngestError) { try read(bytes, columns) } catch {
            let own = error.naming(file: path)
            throw IngestError(
                own.code, own.message, file: own.file, line: own.line, column: own.column, remedy: own.remedy,
                exitCode: 78)
        }
    }

    private mutating func read(_ bytes: [UInt8], _ columns: [String]) throws(IngestError) {
        let records = try CSVReader.sniff(bytes, declared: .none, limits: CSVLimits())
        let names = (records.header ?? []).map(HeaderMatch.cleaned)
        var places: [Int] = []
        for column in columns {
            guard let place = names.firstIndex(of: column) else {
                throw IngestError(
                    "MISSING_COLUMN", "The file has no column \(printable(column)).", line: 1,
                    remedy: "Name the columns \(columns.map(printable).joined(separator: ", ")).")
            }
            places.append(place)
        }
        if let bad = records.badRecords.first {
            throw IngestError(bad.code, "\(bad.message).", line: bad.line, remedy: "Mend the file.")
        }
        rows = (0..<records.rowCount).map { row in places.map { records.text(row, $0) } }
    }
}
