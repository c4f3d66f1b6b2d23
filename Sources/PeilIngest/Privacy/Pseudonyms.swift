public import Crypto
import PeilTable

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Makes identifiers of people into keyed pseudonyms: the first 128 bits of HMAC-SHA-256 over the variable's name, a
/// zero byte and the identifier, as 32 hexadecimal digits.
///
/// The same person has the same pseudonym in every file, wave and frame of a study, and nobody without the key can
/// find the person back, or check a guess, which a plain hash would allow. Who destroys the key ends both.
public struct Pseudonyms: Sendable {
    private let key: SymmetricKey
    /// Variables whose identifiers are replaced.
    public let variables: Set<String>

    /// Keys shorter than this can be guessed.
    public static let minimumKeyBytes = 32

    public init(key: SymmetricKey, variables: Set<String>) {
        self.key = key
        self.variables = variables
    }

    /// Reads the key from a file that only its owner can read; white space around it does not count.
    /// Errors: FILE_ABSENT (66), KEY_EXPOSED and KEY_TOO_SHORT (78), PERMISSION_DENIED (77).
    public init(keyFile path: String, variables: Set<String>) throws(IngestError) {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else {
            throw IngestError(
                "FILE_ABSENT", "The key file for pseudonyms does not exist.", file: path,
                remedy:
                    "Bring the study's own key back; for a new study make one: (umask 077; head -c 32 /dev/urandom | base64 > \(path)).",
                exitCode: 66)
        }
        guard facts.st_mode & 0o077 == 0 else {
            throw IngestError(
                "KEY_EXPOSED", "Others than its owner may read the key file for pseudonyms.", file: path,
                remedy: "Write: chmod 600 \(path).", exitCode: 78)
        }
        var bytes = try FileBytes.read(path)[...]
        while let last = bytes.last, Self.isSpace(last) { bytes.removeLast() }
        while let first = bytes.first, Self.isSpace(first) { bytes.removeFirst() }
        guard bytes.count >= Self.minimumKeyBytes else {
            throw IngestError(
                "KEY_TOO_SHORT",
                "The key file for pseudonyms holds \(bytes.count) bytes; at least \(Self.minimumKeyBytes) are needed.",
                file: path, remedy: "Make a key: (umask 077; head -c 32 /dev/urandom | base64 > \(path)).", exitCode: 78
            )
        }
        self.init(key: SymmetricKey(data: bytes), variables: variables)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The column with pseudonyms where `variable` is one of ours; else as it is.
    func replacing(_ column: IdentifierColumn, of variable: String) -> IdentifierColumn {
        guard variables.contains(variable) else { return column }
        return IdentifierColumn(names: column.names.map { text(of: $0, in: variable) }, indices: column.indices)
    }

    func text(of identifier: String, in variable: String) -> String {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Array(variable.utf8) + [0])
        code.update(data: Array(identifier.utf8))
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in code.finalize().prefix(16) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
