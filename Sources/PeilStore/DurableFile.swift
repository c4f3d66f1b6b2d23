import Glibc

/// Files that are wholly there or not at all, also after a kill or a power cut.
///
/// Foundation's atomic write is not enough: it does not sync the folder, forgets the permission bits of
/// the file it replaces, and replaces a link by a file without a word.
public enum DurableFile {
    /// Writes `bytes` under a temporary name in the same folder, syncs them, renames and syncs the folder.
    /// An existing plain file is replaced; a link or a folder in its place is refused.
    public static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(StoreError) {
        if let there = try FileStatus.of(path), there.kind != .file {
            throw .wrongKind(path: path, expected: "a plain file")
        }
        let folder = parent(of: path)
        let temporary = "\(folder)/.\(name(of: path)).\(RandomName.next()).part"
        do throws(StoreError) {
            try writeNew(bytes, to: temporary, mode: mode)
            if let cause = SystemCall.rename(temporary, to: path) { throw cause.whileCreating(path) }
        } catch {
            _ = SystemCall.unlink(temporary)
            throw error
        }
        try DurableFolder.sync(folder)
    }

    /// Writes and syncs a file that must not exist yet. The caller syncs the folder.
    static func writeNew(_ bytes: [UInt8], to path: String, mode: UInt32) throws(StoreError) {
        var file = try opened(new: path, mode: mode)
        try file.write(bytes)
        try file.sync()
        try file.close()
    }

    /// A file that must not exist yet, open to be written. The caller syncs it and its folder.
    static func opened(new path: String, mode: UInt32) throws(StoreError) -> Descriptor {
        let file = try Descriptor(open: path, O_WRONLY | O_CREAT | O_EXCL, orThrow: SystemFailure.whileCreating)
        try file.setMode(mode)
        return file
    }

    /// Removes temporary files that a killed run left in a folder. Only for who knows that nobody writes there now.
    public static func removeLeftovers(in folder: String) throws(StoreError) {
        for name in try ArrivalFolder.files(in: folder) where name.hasPrefix(".") && name.hasSuffix(".part") {
            try ArrivalFolder.remove("\(folder)/\(name)")
        }
    }

    /// All bytes of a plain file.
    public static func read(_ path: String) throws(StoreError) -> [UInt8] { try rest(of: try opened(path)) }

    /// Gives the bytes of a plain file away piece by piece.
    /// - Parameters:
    ///   - path: of the file.
    ///   - take: what is done with a piece.
    /// - Returns: the hash of all of them.
    static func read(_ path: String, _ take: ([UInt8]) throws -> Void) throws -> ContentHash {
        let file = try opened(path)
        var hash = RunningHash()
        var block = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = try file.read(into: &block)
            if count == 0 { return hash.hash }
            let piece = Array(block[..<count])
            hash.add(piece)
            try take(piece)
        }
    }

    /// A plain file, open to be read.
    private static func opened(_ path: String) throws(StoreError) -> Descriptor {
        let file = try Descriptor(open: path, O_RDONLY | O_NONBLOCK)
        guard try file.status().kind == .file else { throw .wrongKind(path: path, expected: "a plain file") }
        return file
    }

    /// All bytes of a file of the kernel, whose size is not known before.
    static func readEndless(_ path: String) throws(StoreError) -> [UInt8] {
        try rest(of: try Descriptor(open: path, O_RDONLY))
    }

    private static func rest(of file: borrowing Descriptor) throws(StoreError) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try file.read(into: &block)
            if count == 0 { return bytes }
            bytes += block[..<count]
        }
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}

/// Names for temporary files. Chance only keeps two runs apart; it never reaches a published name.
enum RandomName {
    static func next() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }
}
