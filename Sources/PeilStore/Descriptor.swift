import Glibc

/// One open file or folder. It closes itself at the end of its life; who needs to know that closing went
/// well (a disk may report a late error there) calls `close()`.
struct Descriptor: ~Copyable {
    private(set) var number: Int32
    let path: String

    /// Opens with O_CLOEXEC and O_NOFOLLOW, so that a link planted in the folder is an error, not a detour.
    init(
        open path: String, _ flags: Int32, mode: mode_t = 0o600,
        orThrow failure: (SystemFailure, String) -> StoreError = SystemFailure.whileReading
    ) throws(StoreError) {
        while true {
            let opened = unsafe Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode)
            if opened >= 0 {
                number = opened
                self.path = path
                return
            }
            let cause = SystemFailure.last
            if cause.wasInterrupted { continue }
            throw failure(cause, path)
        }
    }

    deinit {
        if number >= 0 { _ = Glibc.close(number) }
    }

    mutating func close() throws(StoreError) {
        let result = Glibc.close(number)
        // Never repeated: Linux has closed the descriptor even when it reports EINTR, and its number may be
        // in use again.
        number = -1
        guard result == 0 || SystemFailure.last.wasInterrupted else { throw SystemFailure.last.whileWriting(path) }
    }

    /// Writes all bytes, however many calls that takes.
    func write(_ bytes: [UInt8]) throws(StoreError) {
        var done = 0
        while done < bytes.count {
            let written = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(number, buffer.baseAddress?.advanced(by: done), buffer.count - done)
            }
            if written >= 0 {
                done += written
            } else {
                let cause = SystemFailure.last
                guard cause.wasInterrupted else { throw cause.whileWriting(path) }
            }
        }
    }

    /// Fills `block` from the current position and returns the number of bytes read; 0 at the end.
    func read(into block: inout [UInt8]) throws(StoreError) -> Int {
        while true {
            let count = unsafe block.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(number, buffer.baseAddress, buffer.count)
            }
            if count >= 0 { return count }
            let cause = SystemFailure.last
            guard cause.wasInterrupted else { throw cause.whileReading(path) }
        }
    }

    /// The last bytes of a file, at most `count`.
    func last(_ count: Int) throws(StoreError) -> [UInt8] {
        let size = try status().size
        guard lseek(number, off_t(max(0, size - count)), SEEK_SET) >= 0 else {
            throw SystemFailure.last.whileReading(path)
        }
        var block = [UInt8](repeating: 0, count: count)
        let read = try read(into: &block)
        return Array(block[..<read])
    }

    /// Waits until the bytes are on the disk. A failed fsync is never tried again: the kernel may have
    /// dropped the pages, and a second call would then succeed without them.
    func sync() throws(StoreError) {
        guard fsync(number) == 0 else { throw SystemFailure.last.whileWriting(path) }
    }

    /// Sets the permission bits exactly; the mode given to open(2) is narrowed by the umask.
    func setMode(_ mode: mode_t) throws(StoreError) {
        guard fchmod(number, mode) == 0 else { throw SystemFailure.last.whileCreating(path) }
    }

    func truncate(to length: Int) throws(StoreError) {
        guard ftruncate(number, off_t(length)) == 0 else { throw SystemFailure.last.whileWriting(path) }
    }

    func status() throws(StoreError) -> FileStatus {
        var raw = stat()
        guard unsafe fstat(number, &raw) == 0 else { throw SystemFailure.last.whileReading(path) }
        return FileStatus(raw)
    }
}
