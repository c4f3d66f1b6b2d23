import Crypto

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The bytes of a file, read at once: a file that shrinks while it is read gives fewer bytes, never a signal.
enum FileBytes {
    /// Errors: FILE_ABSENT (66), PERMISSION_DENIED (77), READ_FAILED (74).
    static func read(_ path: String) throws(IngestError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, errno) }
        defer { close(descriptor) }
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0 else { throw failure(path, errno) }
        guard facts.st_mode & S_IFMT != S_IFDIR else { throw failure(path, EISDIR) }
        var bytes = [UInt8](repeating: 0, count: max(Int(facts.st_size), 0) + 1)
        var filled = 0
        while true {
            if filled == bytes.count {
                bytes.append(contentsOf: [UInt8](repeating: 0, count: max(bytes.count, 1 << 16)))
            }
            let room = bytes.count - filled
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Self.readInto(descriptor, buffer, offset: filled, room: room)
            }
            guard count >= 0 else { throw failure(path, errno) }
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    private static func readInto(
        _ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, offset: Int, room: Int
    ) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        #if canImport(Darwin)
        return unsafe Darwin.read(descriptor, base + offset, room)
        #elseif canImport(Musl)
        return unsafe Musl.read(descriptor, base + offset, room)
        #else
        return unsafe Glibc.read(descriptor, base + offset, room)
        #endif
    }

    private static func failure(_ path: String, _ code: Int32) -> IngestError {
        switch code {
        case ENOENT, ENOTDIR:
            IngestError("FILE_ABSENT", "The file does not exist.", file: path, remedy: "Check the path.", exitCode: 66)
        case EISDIR:
            IngestError(
                "FILE_ABSENT", "The path is a folder, not a file.", file: path, remedy: "Name the file in it.",
                exitCode: 66)
        case EACCES, EPERM:
            IngestError(
                "PERMISSION_DENIED", "The file may not be read.", file: path,
                remedy: "Ask its owner for permission to read.", exitCode: 77)
        default:
            IngestError(
                "READ_FAILED", "The file could not be read (error \(code)).", file: path,
                remedy: "Check the disk and try again.", exitCode: 74)
        }
    }

    /// SHA-256 as hexadecimal digits.
    static func hash(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in SHA256.hash(data: bytes) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
