/// A publication that lies in an output folder, for who reads it again. Nothing is written and nothing locked: a
/// published folder never changes.
public struct PublishedFolder: Sendable {
    /// Name of the folder: the first digits of `manifest`.
    public let id: String
    public let path: String
    /// Hash of the list of files.
    public let manifest: ContentHash
    private let files: PublicationManifest

    /// What readers see in an output folder; nil where nothing was published there.
    public static func current(in folder: String) throws(StoreError) -> PublishedFolder? {
        guard try FileStatus.of("\(folder)/current")?.kind == .link else { return nil }
        return try named(try SystemCall.linkTarget("\(folder)/current"), in: folder)
    }

    /// The publication of this id; nil where it is not there. Throws `.damaged` where its list of files was changed.
    public static func named(_ id: String, in folder: String) throws(StoreError) -> PublishedFolder? {
        let path = "\(folder)/\(id)"
        let isName =
            id.utf8.count == 16 && id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard isName, try FileStatus.of(path)?.kind == .folder else { return nil }
        let files = try PublicationManifest.read(in: path)
        guard files.hash.short == id else {
            throw .damaged(path: path, line: nil, reason: "its manifest was changed after it was published")
        }
        return PublishedFolder(id: id, path: path, manifest: files.hash, files: files)
    }

    /// Throws `.damaged` where a file is changed, gone, or not of the publication.
    public func verify() throws(StoreError) { try files.verify(path) }

    /// Hash of a file as it was published; nil where the publication has no such file.
    public func recordedHash(of name: String) -> ContentHash? { files.files.first { $0.name == name }?.sha256 }

    /// Gives the bytes of a file away piece by piece, as they lie there now.
    /// - Parameters:
    ///   - name: of the file.
    ///   - take: what is done with a piece; what it throws ends the reading.
    /// - Returns: the hash of all of them, for who compares it with the recorded one.
    public func read(_ name: String, _ take: ([UInt8]) throws -> Void) throws -> ContentHash {
        try DurableFile.read("\(path)/\(name)", take)
    }
}
