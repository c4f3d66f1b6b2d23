import Glibc

/// A failed system call, and the one place that decides which `StoreError` it is.
struct SystemFailure: Sendable {
    let number: Int32

    static var last: SystemFailure { SystemFailure(number: errno) }

    var wasInterrupted: Bool { number == EINTR }

    private var reason: String { unsafe String(cString: strerror(number)) }

    func whileCreating(_ path: String) -> StoreError {
        switch number {
        case ENOSPC, EDQUOT, EFBIG: .diskFull(path: path)
        case EIO: .inputOutput(path: path, reason: reason)
        case ELOOP: .wrongKind(path: path, expected: "a real file or folder, not a link")
        case EMFILE, ENFILE, ENOMEM: .system(path: path, reason: reason)
        default: .cannotCreate(path: path, reason: reason)
        }
    }

    func whileWriting(_ path: String) -> StoreError {
        switch number {
        case ENOSPC, EDQUOT, EFBIG: .diskFull(path: path)
        case EACCES, EPERM, EROFS: .notWritable(path: path, reason: reason)
        case EMFILE, ENFILE, ENOMEM: .system(path: path, reason: reason)
        default: .inputOutput(path: path, reason: reason)
        }
    }

    func whileReading(_ path: String) -> StoreError {
        switch number {
        case ENOENT, ENOTDIR: .absent(path: path)
        case EACCES, EPERM: .noPermission(path: path)
        case ELOOP: .wrongKind(path: path, expected: "a real file or folder, not a link")
        case EMFILE, ENFILE, ENOMEM: .system(path: path, reason: reason)
        default: .inputOutput(path: path, reason: reason)
        }
    }

    static func whileReading(_ failure: SystemFailure, _ path: String) -> StoreError { failure.whileReading(path) }
    static func whileWriting(_ failure: SystemFailure, _ path: String) -> StoreError { failure.whileWriting(path) }
    static func whileCreating(_ failure: SystemFailure, _ path: String) -> StoreError { failure.whileCreating(path) }
}
