import Yams

/// A file `NAME.done` beside a delivery says what it should hold: JSON with `rows`, `bytes` or
/// `sha256`; a file `NAME.sha256` begins with the hash, as `sha256sum` writes it. A delivery that disagrees with it was cut off on its way.
enum Sidecar {
    static func check(path: String, bytes: [UInt8], recordCount: Int) throws(IngestError) {
        guard !path.isEmpty else { return }
        if let text = try? FileBytes.read(path + ".sha256"), text.count >= 64,
            String(decoding: text.prefix(64), as: UTF8.self).lowercased() != FileBytes.hash(bytes)
        {
            throw IngestError(
                "TRUNCATED", "The file's SHA-256 differs from its .sha256 file.", file: path,
                line: lineNumber(of: bytes.count, in: bytes), remedy: "Deliver the file again; it changed on its way.")
        }
        guard let text = try? FileBytes.read(path + ".done") else { return }
        guard let node = try? Yams.compose(yaml: String(decoding: text, as: UTF8.self)), let mapping = node.mapping
        else { return }
        func refuse(_ what: String, _ found: String) throws(IngestError) {
            throw IngestError(
                "TRUNCATED", "The file holds \(found) \(what); its .done file says otherwise.", file: path,
                line: lineNumber(of: bytes.count, in: bytes), remedy: "Deliver the file again; the upload was cut off.")
        }
        if let rows = mapping["rows"]?.int, rows != recordCount { try refuse("records", "\(recordCount)") }
        if let count = mapping["bytes"]?.int, count != bytes.count { try refuse("bytes", "\(bytes.count)") }
        if let hash = mapping["sha256"]?.string, hash.lowercased() != FileBytes.hash(bytes) {
            try refuse("bytes with another SHA-256", "\(bytes.count)")
        }
    }
}
