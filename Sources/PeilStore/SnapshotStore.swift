import Crypto
import Glibc

/// Immutable copies of what was delivered, each named by the hash of its bytes. Only the owner may look: they hold what
/// people answered.
public struct SnapshotStore: Sendable {
    private let folder: String

    /// - Parameter folder: `waves/raw` of a study; made where it is not there.
    public init(_ folder: String) { self.folder = folder }

    public func path(of hash: String) -> String { "\(folder)/\(hash)" }

    public func holds(_ hash: String) throws(StoreError) -> Bool { try FileStatus.of(path(of: hash)) != nil }

    /// Copies a file: under a temporary name, synced, renamed to its hash. Nothing that happens to the original afterwards
    /// matters. Throws `.changing` where it grew or was replaced meanwhile, `.diskFull` before anything is written where
    /// there is no room.
    public func keep(_ source: String) throws(StoreError) -> (hash: ContentHash, bytes: Int) {
        try DurableFolder.make(folder, mode: 0o700)
        let file = try Descriptor(open: source, O_RDONLY | O_NONBLOCK)
        let before = try file.status()
        guard before.kind == .file else { throw .wrongKind(path: source, expected: "a plain file") }
        try DurableFolder.requireRoom(for: before.size, in: folder)
        let temporary = "\(folder)/\(Self.prefix)\(RandomName.next()).part"
        do throws(StoreError) {
            let hash = try copy(file, to: temporary)
            guard try file.status() == before, try FileStatus.of(source) == before else {
                throw .changing(path: source)
            }
            try place(temporary, as: hash)
            return (hash, before.size)
        } catch {
            _ = SystemCall.unlink(temporary)
            throw error
        }
    }

    /// Keeps bytes that were made from a copy, for example without somebody who asked to be forgotten.
    public func keep(_ bytes: [UInt8]) throws(StoreError) -> ContentHash {
        try DurableFolder.make(folder, mode: 0o700)
        try DurableFolder.requireRoom(for: bytes.count, in: folder)
        let hash = ContentHash(of: bytes)
        let temporary = "\(folder)/\(Self.prefix)\(RandomName.next()).part"
        do throws(StoreError) {
            try DurableFile.writeNew(bytes, to: temporary, mode: 0o600)
            try place(temporary, as: hash)
        } catch {
            _ = SystemCall.unlink(temporary)
            throw error
        }
        return hash
    }

    /// A note of the sender beside a copy (`.done`, `.sha256`).
    public func keepNote(_ bytes: [UInt8], _ suffix: String, of hash: ContentHash) throws(StoreError) {
        try DurableFile.write(bytes, to: path(of: hash.hex) + suffix, mode: 0o600)
    }

    public func bytes(of hash: String) throws(StoreError) -> [UInt8] { try DurableFile.read(path(of: hash)) }

    /// Whether a copy still holds the bytes that it is named after; nil where it is gone.
    public func isWhole(_ hash: String) throws(StoreError) -> Bool? {
        guard try holds(hash) else { return nil }
        return try ContentHash.ofFile(path(of: hash)).hash.hex == hash
    }

    /// Removes a copy and its notes.
    public func remove(_ hash: String) throws(StoreError) {
        try ArrivalFolder.remove(path(of: hash))
        try removeNotes(of: hash)
    }

    /// Removes the notes of a copy: once it was read they have said what they could.
    public func removeNotes(of hash: String) throws(StoreError) {
        for suffix in [".done", ".sha256"] { try ArrivalFolder.remove(path(of: hash) + suffix) }
    }

    /// Removes what no ledger knows: copies of a run that was stopped before it wrote down that it had them.
    /// - Returns: how many copies.
    @discardableResult
    public func removeStrangers(keeping known: Set<String>) throws(StoreError) -> Int {
        var removed = 0
        for name in try ArrivalFolder.files(in: folder) {
            let stem = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init)
            if let stem, known.contains(stem) { continue }
            try ArrivalFolder.remove("\(folder)/\(name)")
            removed += 1
        }
        return removed
    }

    private func copy(_ file: borrowing Descriptor, to path: String) throws(StoreError) -> ContentHash {
        var target = try Descriptor(open: path, O_WRONLY | O_CREAT | O_EXCL, orThrow: SystemFailure.whileCreating)
        try target.setMode(0o600)
        var hasher = SHA256()
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try file.read(into: &block)
            if count == 0 { break }
            hasher.update(data: block[..<count])
            try target.write(count == block.count ? block : Array(block[..<count]))
        }
        try target.sync()
        try target.close()
        return ContentHash(finished: hasher.finalize())
    }

    private func place(_ temporary: String, as hash: ContentHash) throws(StoreError) {
        if let cause = SystemCall.rename(temporary, to: path(of: hash.hex)) { throw cause.whileCreating(folder) }
        try DurableFolder.sync(folder)
    }

    /// Hidden, and no hash.
    private static let prefix = ".new-"
}
