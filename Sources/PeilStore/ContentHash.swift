import Crypto
import Glibc

/// SHA-256 of some bytes: the name of a content. Two files with the same hash are the same file to peil,
/// whatever they are called and whenever they were written.
public struct ContentHash: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// 64 lowercase hexadecimal digits.
    public let hex: String

    public init(of bytes: some Sequence<UInt8>) {
        var hasher = SHA256()
        hasher.update(data: Array(bytes))
        hex = Self.hexadecimal(hasher.finalize())
    }

    /// A hash that was written down before; nil unless it is 64 lowercase hexadecimal digits.
    public init?(hex: String) {
        let digits = Array(hex.utf8)
        guard digits.count == 64, digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.hex = hex
    }

    init(finished: SHA256.Digest) { hex = Self.hexadecimal(finished) }

    /// The first 16 digits: enough to name a folder, and short enough to read aloud.
    public var short: String { String(hex.prefix(16)) }

    public var description: String { hex }

    public static func < (left: ContentHash, right: ContentHash) -> Bool { left.hex < right.hex }

    /// The hash and size of a plain file, read in blocks so that memory does not grow with the file.
    /// Throws `.changing` when the file grew or was replaced meanwhile.
    public static func ofFile(_ path: String) throws(StoreError) -> (hash: ContentHash, bytes: Int) {
        let file = try Descriptor(open: path, O_RDONLY | O_NONBLOCK)
        let before = try file.status()
        guard before.kind == .file else { throw .wrongKind(path: path, expected: "a plain file") }
        var hasher = SHA256()
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try file.read(into: &block)
            if count == 0 { break }
            hasher.update(data: block[..<count])
        }
        guard try file.status() == before, try FileStatus.of(path) == before else { throw .changing(path: path) }
        return (ContentHash(finished: hasher.finalize()), before.size)
    }

    /// One identity for several contents. The order in which they are given does not matter.
    public static func combined(_ parts: [ContentHash]) -> ContentHash {
        ContentHash(of: parts.sorted().map { $0.hex + "\n" }.joined().utf8)
    }

    private static func hexadecimal(_ digest: SHA256.Digest) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in digest {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// The hash of bytes that come piece by piece.
struct RunningHash {
    private var hasher = SHA256()
    /// How many came.
    private(set) var bytes = 0

    mutating func add(_ piece: [UInt8]) {
        hasher.update(data: piece)
        bytes += piece.count
    }

    var hash: ContentHash { ContentHash(finished: hasher.finalize()) }
}

extension ContentHash: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let hash = ContentHash(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a SHA-256 in hexadecimal")
        }
        self = hash
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
