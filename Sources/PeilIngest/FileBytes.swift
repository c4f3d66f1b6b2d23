import Crypto

/// The bytes of a file at once, and what names them.
enum FileBytes {
    /// Errors: FILE_ABSENT (66), PERMISSION_DENIED (77), READ_FAILED (74).
    static func read(_ path: String) throws(IngestError) -> [UInt8] { try OpenFile(path).readAll() }

    /// SHA-256 as hexadecimal digits.
    static func hash(_ bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(data: bytes)) }

    static func hexadecimal(_ digest: SHA256.Digest) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in digest {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
