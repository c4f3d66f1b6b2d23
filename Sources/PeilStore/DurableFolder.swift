import Foundation
import Glibc

/// Folders: make, sync, list, remove.
public enum DurableFolder {
    /// Makes the folder and its missing parents. A link at the end of the path is refused, because what
    /// is written through it would land somewhere else than the caller said.
    public static func make(_ path: String, mode: UInt32 = 0o755) throws(StoreError) {
        switch try FileStatus.of(path)?.kind {
        case .folder: return
        case .link: throw .wrongKind(path: path, expected: "a real folder, not a link")
        case .file, .other: throw .cannotCreate(path: path, reason: "a file has this name")
        case nil: break
        }
        let above = DurableFile.parent(of: path)
        if above != path, try !isFolder(above) { try make(above, mode: mode) }
        if let cause = SystemCall.makeFolder(path, mode: mode), cause.number != EEXIST {
            throw cause.whileCreating(path)
        }
        try sync(above)
    }

    /// Makes the names in a folder last: new files, renames and removals.
    public static func sync(_ path: String) throws(StoreError) {
        // The one place where a link may be followed: a study folder may be reached through one.
        let folder = try Descriptor(open: SystemCall.realPath(path), O_RDONLY | O_DIRECTORY)
        try folder.sync()
    }

    /// Names of the entries, sorted, without "." and "..".
    public static func names(in path: String) throws(StoreError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw .inputOutput(path: path, reason: "the folder could not be listed")
        }
    }

    /// Removes a file, a link or a whole folder; links inside are removed, never followed.
    public static func remove(_ path: String) throws(StoreError) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw .notWritable(path: path, reason: "it could not be removed")
        }
    }

    /// Throws `.diskFull` unless there is room for `bytes` twice over and 64 MiB more. Asking first keeps a
    /// nearly full disk from being filled up by a run that cannot succeed.
    public static func requireRoom(for bytes: Int, in path: String) throws(StoreError) {
        var room = statvfs()
        guard unsafe statvfs(path, &room) == 0 else { throw SystemFailure.last.whileReading(path) }
        let free = Double(room.f_bavail) * Double(room.f_frsize)
        guard free >= 2 * Double(bytes) + 64 * 1_048_576 else { throw .diskFull(path: path) }
    }

    private static func isFolder(_ path: String) throws(StoreError) -> Bool {
        var raw = stat()
        return unsafe stat(path, &raw) == 0 && raw.st_mode & S_IFMT == S_IFDIR
    }
}
