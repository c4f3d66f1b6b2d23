/// A publication that is being written: each file is put on the disk and synced as it comes, and what is kept of it is
/// its line of the manifest. So a publication of hundreds of pages takes no more memory than the largest piece that is
/// written of a file.
///
/// Made by `AtomicPublication`, which gives the folder its name once every file is there.
public struct StagingFolder: ~Copyable {
    let path: String
    private var entries: [PublicationManifest.Entry] = []
    private var taken: Set<String> = []
    private var folders: Set<String>

    init(_ path: String) throws(StoreError) {
        try DurableFolder.make(path)
        self.path = path
        folders = [path]
    }

    /// Names of the files so far, in the order they came.
    public var names: [String] { entries.map(\.name) }

    /// Throws `.badName` for a name that is here already, `.diskFull` before a disk is filled up, or what kept the file
    /// from being written.
    public mutating func add(_ file: PublicationFile) throws(StoreError) {
        let place = try self.place(of: file.name)
        try DurableFolder.requireRoom(for: file.bytes.count, in: path)
        try DurableFile.writeNew(file.bytes, to: place, mode: 0o644)
        entries.append(PublicationManifest.Entry(file))
    }

    /// Adds a file that is never in memory as a whole.
    /// - Parameters:
    ///   - name: of the file, as `PublicationFile` takes it.
    ///   - make: gives the file's pieces, one after the other, to the function that it is given.
    /// - Throws: what `add` of a whole file throws, or `make`.
    public mutating func add(_ name: String, _ make: (_ write: ([UInt8]) throws -> Void) throws -> Void) throws {
        try PublicationFile.check(name)
        var file = try DurableFile.opened(new: try place(of: name), mode: 0o644)
        var hash = RunningHash()
        try make { piece in
            try DurableFolder.requireRoom(for: piece.count, in: path)
            try file.write(piece)
            hash.add(piece)
        }
        try file.sync()
        try file.close()
        entries.append(.init(name: name, bytes: hash.bytes, sha256: hash.hash, isDerived: false))
    }

    /// Where a new file comes, whose folder is there.
    private mutating func place(of name: String) throws(StoreError) -> String {
        try PublicationManifest.requireNew(name, among: &taken)
        let place = "\(path)/\(name)"
        let parent = DurableFile.parent(of: place)
        if folders.insert(parent).inserted { try DurableFolder.make(parent) }
        return place
    }

    var manifest: PublicationManifest { PublicationManifest(entries) }

    /// The manifest, and then the names in every folder, are on the disk.
    func finish(_ manifest: PublicationManifest) throws(StoreError) {
        let listing = manifest.encoded
        try DurableFolder.requireRoom(for: listing.count, in: path)
        try DurableFile.writeNew(listing, to: "\(path)/\(PublicationManifest.fileName)", mode: 0o644)
        for folder in folders.sorted() { try DurableFolder.sync(folder) }
    }
}
