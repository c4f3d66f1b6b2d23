import Glibc

/// What stands at a path, without following a link.
struct FileStatus: Equatable {
    enum Kind { case file, folder, link, other }

    let kind: Kind
    let size: Int
    let mode: mode_t
    /// Seconds and nanoseconds of the last change of the content.
    let modified: [Int]
    /// Of the last change of anything about it: no program can set this back.
    let changed: [Int]
    let inode: UInt64

    init(_ raw: stat) {
        switch raw.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .link
        default: kind = .other
        }
        size = Int(raw.st_size)
        mode = raw.st_mode & 0o7777
        modified = [Int(raw.st_mtim.tv_sec), Int(raw.st_mtim.tv_nsec)]
        changed = [Int(raw.st_ctim.tv_sec), Int(raw.st_ctim.tv_nsec)]
        inode = UInt64(raw.st_ino)
    }

    /// nil when nothing is there.
    static func of(_ path: String) throws(StoreError) -> FileStatus? {
        var raw = stat()
        if unsafe lstat(path, &raw) == 0 { return FileStatus(raw) }
        let cause = SystemFailure.last
        // A file where a parent folder should be hides whatever the path means: nothing is there either.
        if cause.number == ENOENT || cause.number == ENOTDIR { return nil }
        throw cause.whileReading(path)
    }
}
