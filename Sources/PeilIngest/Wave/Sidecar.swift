internal import Yams

/// A file `NAME.done` beside a delivery says what it should hold: JSON with `rows`, `bytes` or
/// `sha256`; a file `NAME.sha256` begins with the hash, as `sha256sum` writes it. A delivery that disagrees with it was cut off on its way.
enum Sidecar {
    static func check<Consumer>(
        path: String, _ reading: DelimitedFile.Reading<Consumer>, _ file: SurveyFile
    ) throws(IngestError) {
        guard !path.isEmpty else { return }
        func hash() throws(IngestError) -> String { try file.hash(of: reading) }
        let byteCount = file.delivered.count
        if let text = try? FileBytes.read(path + ".sha256"), text.count >= 64,
            try String(decoding: text.prefix(64), as: UTF8.self).lowercased() != hash()
        {
            throw IngestError(
                "TRUNCATED", "The file's SHA-256 differs from its .sha256 file.", file: path,
                line: reading.lastLine, remedy: "Deliver the file again; it changed on its way.")
        }
        guard let text = try? FileBytes.read(path + ".done") else { return }
        guard let node = try? YAMLDocument.compose(String(decoding: text, as: UTF8.self)), let mapping = node.mapping
        else { return }
        func refuse(_ what: String, _ found: String) throws(IngestError) {
            throw IngestError(
                "TRUNCATED", "The file holds \(found) \(what); its .done file says otherwise.", file: path,
                line: reading.lastLine, remedy: "Deliver the file again; the upload was cut off.")
        }
        if let rows = mapping["rows"]?.int, rows != reading.recordCount {
            try refuse("records", "\(reading.recordCount)")
        }
        if let count = mapping["bytes"]?.int, count != byteCount { try refuse("bytes", "\(byteCount)") }
        if let wanted = mapping["sha256"]?.string, try wanted.lowercased() != hash() {
            try refuse("bytes with another SHA-256", "\(byteCount)")
        }
    }
}
