#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where the bytes of a delivery come from: a file that is read piece by piece, or bytes in memory.
/// Reading is by position, so that a second pass finds the same bytes; a file that shrinks in between
/// gives fewer of them, never a signal.
enum ByteSource: Sendable {
    case file(OpenFile)
    case memory([UInt8])

    /// A regular file is read piece by piece; what cannot be read twice (a pipe) is taken into memory.
    /// Errors: FILE_ABSENT (66), PERMISSION_DENIED (77), READ_FAILED (74).
    static func open(_ path: String) throws(IngestError) -> ByteSource {
        let file = try OpenFile(path)
        return file.isRegular ? .file(file) : .memory(try file.readAll())
    }

    /// Number of bytes; for a file, when it was opened.
    var count: Int {
        switch self {
        case .file(let file): file.size
        case .memory(let bytes): bytes.count
        }
    }

    /// Appends up to `count` bytes from `offset` on, fewer only at the end.
    func append(_ count: Int, from offset: Int, to bytes: inout [UInt8]) throws(IngestError) {
        switch self {
        case .file(let file): try file.append(count, from: offset, to: &bytes)
        case .memory(let all):
            let end = min(all.count, offset + count)
            if offset < end { bytes += all[offset..<end] }
        }
    }

    func readAll() throws(IngestError) -> [UInt8] {
        switch self {
        case .file(let file): try file.readAll()
        case .memory(let bytes): bytes
        }
    }
}

/// A file that is open for reading, closed when nobody holds it any more.
final class OpenFile: Sendable {
    private let descriptor: Int32
    let path: String
    let size: Int
    let isRegular: Bool

    init(_ path: String) throws(IngestError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        var facts = stat()
        let isKnown = unsafe fstat(descriptor, &facts) == 0
        guard isKnown, facts.st_mode & S_IFMT != S_IFDIR else {
            let code = isKnown ? EISDIR : errno
            close(descriptor)
            throw Self.failure(path, code)
        }
        self.descriptor = descriptor
        self.path = path
        size = max(Int(facts.st_size), 0)
        isRegular = facts.st_mode & S_IFMT == S_IFREG
    }

    deinit { close(descriptor) }

    /// Appends up to `count` bytes from `offset` on, fewer only at the end of the file.
    func append(_ count: Int, from offset: Int, to bytes: inout [UInt8]) throws(IngestError) {
        guard count > 0 else { return }
        let filled = bytes.count
        var code: Int32 = 0
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: filled + count) { room, used in
            unsafe bytes.withUnsafeBufferPointer { old in
                if let source = old.baseAddress, let target = room.baseAddress {
                    unsafe target.update(from: source, count: filled)
                }
            }
            used = filled
            while used < filled + count {
                guard let base = room.baseAddress else { return }
                let got = unsafe pread(descriptor, base + used, filled + count - used, off_t(offset + used - filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { code = errno }
                if got <= 0 { return }
                used += got
            }
        }
        guard code == 0 else { throw Self.failure(path, code) }
        bytes = piece
    }

    /// The whole file from its beginning, whatever kind of file it is.
    func readAll() throws(IngestError) -> [UInt8] {
        var bytes: [UInt8] = []
        if isRegular {
            try append(size, from: 0, to: &bytes)
            return bytes
        }
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { room in
                unsafe read(descriptor, room.baseAddress, room.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(path, errno) }
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    private static func failure(_ path: String, _ code: Int32) -> IngestError {
        switch code {
        case ENOENT, ENOTDIR:
            IngestError(
                "FILE_ABSENT", "The file does not exist.", file: path,
                remedy: nearestPath(to: path).map { "Did you mean '\($0)'?" } ?? "Check the path.",
                exitCode: 66)
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
}
