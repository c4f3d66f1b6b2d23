import Glibc

/// Holds a folder for one process until the value ends. The kernel keeps the lock, so it cannot be left
/// behind by a process that was killed, and the lock file itself never needs to be removed.
public struct FolderLock: ~Copyable {
    private let file: Descriptor

    /// Throws `.busy` at once when another process, or another lock in this one, holds the folder.
    public init(_ folder: String, name: String = ".lock") throws(StoreError) {
        let path = "\(folder)/\(name)"
        let opened = try Descriptor(open: path, O_RDWR | O_CREAT, orThrow: SystemFailure.whileCreating)
        while flock(opened.number, LOCK_EX | LOCK_NB) != 0 {
            let cause = SystemFailure.last
            if cause.wasInterrupted { continue }
            if cause.number == EWOULDBLOCK { throw .busy(path: folder) }
            throw .system(path: path, reason: "it cannot be locked")
        }
        file = opened
    }
}
