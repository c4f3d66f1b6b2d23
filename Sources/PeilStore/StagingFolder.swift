/// A publication that is being written: each file is put on the disk and synced as it comes, and what is kept of it is
/// its line of the manifest. So a publication of hundreds of pages takes no more memory than its largest file.
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
        try PublicationManifest.requireNew(file.name, among: &taken)
        try DurableFolder.requireRoom(for: file.bytes.count, in: path)
        let place = "\(path)/\(file.name)"
        let parent = DurableFile.parent(of: place)
        if folders.insert(parent).inserted { try DurableFolder.make(parent) }
        try DurableFile.writeNew(file.bytes, to: place, mode: 0o644)
        entries.append(PublicationManifest.Entry(file))
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
