/// Puts a set of files into an output folder so that a reader sees the old set or the new one, never a mix.
///
///     out/<id>/…             the files and MANIFEST.json; <id> is made from their content
///     out/current → <id>     what readers open
///     out/.staging-…         a set that is being written; removed by the next run after a kill
///
/// The order makes it safe: all files synced, folders synced, one rename of the folder, one rename of the link.
/// The value holds the folder's lock as long as it lives.
public struct AtomicPublication: ~Copyable {
    private let folder: String
    private let lock: FolderLock

    /// Opens (or makes) the output folder, locks it, and removes what a killed run left behind.
    public init(folder: String) throws(StoreError) {
        try DurableFolder.make(folder)
        let held = try FolderLock(folder)
        for name in try DurableFolder.names(in: folder) where Self.isLeftover(name) {
            try DurableFolder.remove("\(folder)/\(name)")
        }
        lock = held
        self.folder = folder
    }

    /// Publishes the files and points `current` to them. Publishing the same content again changes nothing.
    public func publish(_ files: [PublicationFile]) throws -> PublishedSet {
        try publish { staging in for file in files { try staging.add(file) } }
    }

    /// Publishes the files as they are made, one after the other; only the one being made is in memory.
    public func publish(_ make: (inout StagingFolder) throws -> Void) throws -> PublishedSet {
        let set = try prepare(make)
        try show(set.id)
        return set
    }

    /// Puts the files into their folder, whole and verified, without sending readers there. Whatever `make` throws, nothing
    /// is left behind.
    public func prepare(_ make: (inout StagingFolder) throws -> Void) throws -> PublishedSet {
        try refuseForeignCurrent()
        let path = "\(folder)/\(Self.stagingPrefix)\(RandomName.next())"
        do {
            var staging = try StagingFolder(path)
            try make(&staging)
            return try name(staging)
        } catch {
            if try FileStatus.of(path) != nil { try? DurableFolder.remove(path) }
            throw error
        }
    }

    /// Points `current` to a publication that lies here.
    public func show(_ id: String) throws(StoreError) {
        try refuseForeignCurrent()
        guard try FileStatus.of("\(folder)/\(id)")?.kind == .folder else { throw .absent(path: "\(folder)/\(id)") }
        try pointCurrent(to: id)
    }

    /// The publication that readers see now; nil when there is none.
    public func current() throws(StoreError) -> String? {
        try Self.linkTarget("\(folder)/current")
    }

    /// Gives what was staged the name of its content: by one rename, or not at all where that content lies there already.
    private func name(_ staging: consuming StagingFolder) throws(StoreError) -> PublishedSet {
        let manifest = staging.manifest
        let set = PublishedSet(
            id: manifest.hash.short, manifest: manifest.hash, folder: "\(folder)/\(manifest.hash.short)")
        if try FileStatus.of(set.folder) != nil {
            try verifySame(manifest, in: set.folder)
            try DurableFolder.remove(staging.path)
            return set
        }
        try staging.finish(manifest)
        if let cause = SystemCall.rename(staging.path, to: set.folder) { throw cause.whileCreating(set.folder) }
        try DurableFolder.sync(folder)
        return set
    }

    /// A folder of this name can only hold this content, unless somebody changed it by hand.
    private func verifySame(_ manifest: PublicationManifest, in published: String) throws(StoreError) {
        let there = try PublicationManifest.read(in: published)
        guard there.identity == manifest.identity else {
            throw .damaged(path: published, line: nil, reason: "its manifest was changed after it was published")
        }
        try there.verify(published)
    }

    private func pointCurrent(to id: String) throws(StoreError) {
        let current = "\(folder)/current"
        if try Self.linkTarget(current) == id { return }
        let next = "\(folder)/\(Self.linkPrefix)\(id)"
        if let cause = SystemCall.link(next, to: id) { throw cause.whileCreating(next) }
        if let cause = SystemCall.rename(next, to: current) {
            _ = SystemCall.unlink(next)
            throw cause.whileCreating(current)
        }
        try DurableFolder.sync(folder)
    }

    /// Somebody's own file or folder named `current` is not ours to replace.
    private func refuseForeignCurrent() throws(StoreError) {
        let path = "\(folder)/current"
        if let there = try FileStatus.of(path), there.kind != .link {
            throw .wrongKind(path: path, expected: "the link to the current publication")
        }
    }

    private static let stagingPrefix = ".staging-"
    private static let linkPrefix = ".current-"

    private static func isLeftover(_ name: String) -> Bool {
        name.hasPrefix(stagingPrefix) || name.hasPrefix(linkPrefix)
    }

    private static func linkTarget(_ path: String) throws(StoreError) -> String? {
        try FileStatus.of(path)?.kind == .link ? SystemCall.linkTarget(path) : nil
    }
}

/// What was published: its name, the hash of its manifest, and where it lies.
public struct PublishedSet: Sendable, Equatable {
    /// The first 16 hexadecimal digits of `manifest`.
    public let id: String
    public let manifest: ContentHash
    public let folder: String

    public init(id: String, manifest: ContentHash, folder: String) {
        self.id = id
        self.manifest = manifest
        self.folder = folder
    }
}
