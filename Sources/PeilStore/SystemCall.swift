import Glibc

/// The system calls that take a path, each once: here the unsafe pointers stay, and a failure becomes a
/// value. Every function returns nil when the call succeeded.
enum SystemCall {
    static func rename(_ old: String, to new: String) -> SystemFailure? {
        unsafe failure(Glibc.rename(old, new))
    }

    static func unlink(_ path: String) -> SystemFailure? {
        unsafe failure(Glibc.unlink(path))
    }

    static func makeFolder(_ path: String, mode: UInt32) -> SystemFailure? {
        unsafe failure(Glibc.mkdir(path, mode))
    }

    static func link(_ path: String, to target: String) -> SystemFailure? {
        unsafe failure(Glibc.symlink(target, path))
    }

    static func truncate(_ path: String, to length: Int) -> SystemFailure? {
        unsafe failure(Glibc.truncate(path, off_t(length)))
    }

    /// What a link says, without asking whether anything stands there.
    static func linkTarget(_ path: String) throws(StoreError) -> String {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = unsafe Glibc.readlink(path, &target, target.count)
        guard length >= 0 else { throw SystemFailure.last.whileReading(path) }
        return String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The path with all links followed.
    static func realPath(_ path: String) throws(StoreError) -> String {
        guard let real = unsafe Glibc.realpath(path, nil) else { throw SystemFailure.last.whileReading(path) }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    private static func failure(_ result: Int32) -> SystemFailure? {
        result == 0 ? nil : SystemFailure.last
    }
}
