/// Files that are not delimited text, told by their first bytes whatever their name says.
enum FileSignature {
    private static let signatures: [(bytes: [UInt8], code: String, kind: String)] = [
        ([0x1F, 0x8B], "COMPRESSED_INPUT", "a gzip archive"),
        ([0x50, 0x4B, 0x03, 0x04], "COMPRESSED_INPUT", "a zip archive (or an Excel workbook)"),
        ([0x50, 0x4B, 0x05, 0x06], "COMPRESSED_INPUT", "an empty zip archive"),
        ([0x42, 0x5A, 0x68], "COMPRESSED_INPUT", "a bzip2 archive"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "COMPRESSED_INPUT", "an xz archive"),
        ([0x28, 0xB5, 0x2F, 0xFD], "COMPRESSED_INPUT", "a zstd archive"),
        ([0x37, 0x7A, 0xBC, 0xAF], "COMPRESSED_INPUT", "a 7z archive"),
        ([0xD0, 0xCF, 0x11, 0xE0], "NOT_CSV", "an old Office document"),
        ([0x25, 0x50, 0x44, 0x46], "NOT_CSV", "a PDF document"),
        ([0x24, 0x46, 0x4C, 0x32], "NOT_CSV", "an SPSS data file"),
        ([0x24, 0x46, 0x4C, 0x33], "NOT_CSV", "a compressed SPSS data file"),
        ([0x89, 0x50, 0x4E, 0x47], "NOT_CSV", "an image"),
        ([0x53, 0x51, 0x4C, 0x69, 0x74, 0x65], "NOT_CSV", "an SQLite database"),
        ([0x50, 0x41, 0x52, 0x31], "NOT_CSV", "a Parquet file")
    ]

    /// Throws COMPRESSED_INPUT or NOT_CSV; a compressed file is never unpacked unasked.
    static func refuseOtherFormats(_ bytes: [UInt8]) throws(IngestError) {
        for signature in signatures where bytes.starts(with: signature.bytes) {
            throw IngestError(
                signature.code, "The file is \(signature.kind), whatever its name says.", line: 1,
                remedy: signature.code == "NOT_CSV"
                    ? "Export the answers as CSV."
                    : "Unpack it first and deliver the CSV file in it.")
        }
        if let kind = markup(bytes) {
            throw IngestError(
                "NOT_CSV", "The file is \(kind), not delimited text.", line: 1,
                remedy: "Look at it in a browser: often it is the error page of a failed download.")
        }
    }

    private static func markup(_ bytes: [UInt8]) -> String? {
        var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while index < min(bytes.count, 1024), bytes[index] <= Ascii.space, bytes[index] > 0 { index += 1 }
        let head = bytes[index..<min(bytes.count, index + 14)].map { byte -> UInt8 in
            byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        }
        for tag in ["<!doctype html", "<html", "<head", "<body"] where head.starts(with: Array(tag.utf8)) {
            return "an HTML page"
        }
        return head.starts(with: Array("<?xml".utf8)) ? "an XML document" : nil
    }
}
