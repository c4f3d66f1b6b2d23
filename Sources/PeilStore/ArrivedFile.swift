import Foundation
import Glibc

/// A file that somebody put where deliveries arrive, as it looks now.
public struct ArrivedFile: Sendable, Equatable {
    public let path: String
    public let bytes: Int
    private let status: FileStatus

    /// nil where nothing is there. Throws `.wrongKind` for a link, a folder or a device: those are never followed.
    public static func look(_ path: String) throws(StoreError) -> ArrivedFile? {
        guard let status = try FileStatus.of(path) else { return nil }
        guard status.kind == .file else { throw .wrongKind(path: path, expected: "a plain file") }
        return ArrivedFile(path: path, bytes: status.size, status: status)
    }

    /// Seconds since anything about the file changed; negative where this machine's clock was set back since.
    public func age(at now: Date) -> Double {
        let newest = max(Self.seconds(status.modified), Self.seconds(status.changed))
        return now.timeIntervalSince1970 - newest
    }

    private static func seconds(_ time: [Int]) -> Double { Double(time[0]) + Double(time[1]) / 1e9 }

    /// The same file with the same content; its name may have changed.
    func isSame(as other: ArrivedFile) -> Bool {
        status.inode == other.status.inode && status.size == other.status.size
            && status.modified == other.status.modified
    }

    /// Whether a text ends where a record ends: its last byte is a line feed or a carriage return.
    public func endsRecord() throws(StoreError) -> Bool {
        guard bytes > 0 else { return false }
        let file = try Descriptor(open: path, O_RDONLY | O_NONBLOCK)
        // UTF-16 writes a line feed as two bytes, in either order.
        let tail = try file.last(2)
        return tail.contains { $0 == 0x0A || $0 == 0x0D }
    }
}

/// Folders in which deliveries arrive and leave.
public enum ArrivalFolder {
    /// Names of plain files in a folder, sorted; none where there is no such folder. Links and folders are left out.
    public static func files(in folder: String) throws(StoreError) -> [String] {
        guard try FileStatus.of(folder)?.kind == .folder else { return [] }
        var found: [String] = []
        for name in try DurableFolder.names(in: folder) where try FileStatus.of("\(folder)/\(name)")?.kind == .file {
            found.append(name)
        }
        return found
    }

    /// Names of folders in a folder, sorted.
    public static func folders(in folder: String) throws(StoreError) -> [String] {
        guard try FileStatus.of(folder)?.kind == .folder else { return [] }
        var found: [String] = []
        for name in try DurableFolder.names(in: folder) where try FileStatus.of("\(folder)/\(name)")?.kind == .folder {
            found.append(name)
        }
        return found
    }

    /// Moves a file to another folder of the same disk, and makes both folders last.
    public static func move(_ path: String, to target: String) throws(StoreError) {
        if let cause = SystemCall.rename(path, to: target) { throw cause.whileCreating(target) }
        try DurableFolder.sync(DurableFile.parent(of: target))
        try DurableFolder.sync(DurableFile.parent(of: path))
    }

    /// Removes a file that was copied, and the notes beside it, unless it is another file by now: it is set aside first,
    /// looked at, and put back where it changed since. Returns whether it is gone.
    public static func take(_ file: ArrivedFile, notes: [String]) throws(StoreError) -> Bool {
        let folder = DurableFile.parent(of: file.path)
        let aside = "\(folder)/\(asidePrefix)\(DurableFile.name(of: file.path))"
        if let cause = SystemCall.rename(file.path, to: aside) {
            if cause.number == ENOENT { return true }
            throw cause.whileWriting(file.path)
        }
        guard try ArrivedFile.look(aside)?.isSame(as: file) == true else {
            if try FileStatus.of(file.path) == nil, let cause = SystemCall.rename(aside, to: file.path) {
                throw cause.whileWriting(file.path)
            }
            return false
        }
        try finishTaking(DurableFile.name(of: file.path), in: folder, notes: notes)
        return true
    }

    /// Names of files that a run was taking when it was killed.
    public static func halfTaken(in folder: String) throws(StoreError) -> [String] {
        try files(in: folder).filter { $0.hasPrefix(asidePrefix) }.map { String($0.dropFirst(asidePrefix.count)) }
    }

    /// Where a file that is being taken lies meanwhile.
    public static func aside(_ name: String, in folder: String) -> String { "\(folder)/\(asidePrefix)\(name)" }

    /// Removes what was set aside. Its notes go too, unless a new file of that name came.
    public static func finishTaking(_ name: String, in folder: String, notes: [String]) throws(StoreError) {
        if try FileStatus.of("\(folder)/\(name)") == nil {
            for note in notes { try remove("\(folder)/\(name)\(note)") }
        }
        try remove(aside(name, in: folder))
    }

    private static let asidePrefix = ".taken-"

    /// Removes a file that may be gone already.
    public static func remove(_ path: String) throws(StoreError) {
        guard try FileStatus.of(path) != nil else { return }
        if let cause = SystemCall.unlink(path) { throw cause.whileWriting(path) }
        try DurableFolder.sync(DurableFile.parent(of: path))
    }
}
