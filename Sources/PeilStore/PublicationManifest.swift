import Foundation

/// The list of what a publication holds: each file's name, size and hash. The hash of the list itself names
/// the publication, so the same content always has the same name and other content never has; derived files count by
/// their names alone.
public struct PublicationManifest: Sendable, Equatable, Decodable {
    public struct Entry: Sendable, Equatable, Decodable {
        public let name: String
        public let bytes: Int
        public let sha256: ContentHash
        /// true: made from the other files by a program that does not write the same bytes twice.
        public let derived: Bool?
        var isDerived: Bool { derived == true }

        init(_ file: PublicationFile) {
            self.init(
                name: file.name, bytes: file.bytes.count, sha256: ContentHash(of: file.bytes),
                isDerived: file.isDerived)
        }

        init(name: String, bytes: Int, sha256: ContentHash, isDerived: Bool) {
            self.name = name
            self.bytes = bytes
            self.sha256 = sha256
            derived = isDerived ? true : nil
        }
    }

    public static let fileName = "MANIFEST.json"
    static let schemaName = "peil-manifest-1"

    public let schema: String
    /// Sorted by name.
    public let files: [Entry]

    /// - Parameter entries: of files whose names differ.
    init(_ entries: [Entry]) {
        schema = Self.schemaName
        files = entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Throws `.badName` for two files with one name; names that differ only in case count as one, because
    /// a report is also copied to disks that do not tell them apart.
    static func requireNew(_ name: String, among taken: inout Set<String>) throws(StoreError) {
        let plain = name.lowercased()
        guard plain != fileName.lowercased(), taken.insert(plain).inserted else {
            throw .badName(name, reason: "two files have this name")
        }
    }

    /// The manifest file. Written by hand, so that a newer JSON encoder cannot change the name of a
    /// publication; names need no escapes (`PublicationFile` sees to that).
    public var encoded: [UInt8] {
        Self.listing(schema, files.map { Self.line($0, isNamedOnly: false) })
    }

    /// What names the publication: everything, but of derived files the names alone.
    var identity: [UInt8] { Self.listing(schema, files.map { Self.line($0, isNamedOnly: $0.isDerived) }) }

    public var hash: ContentHash { ContentHash(of: identity) }

    private static func line(_ entry: Entry, isNamedOnly: Bool) -> String {
        let content = isNamedOnly ? "" : #", "bytes": \#(entry.bytes), "sha256": "\#(entry.sha256)""#
        return #"    {"name": "\#(entry.name)"\#(content)\#(entry.isDerived ? #", "derived": true"# : "")}"#
    }

    private static func listing(_ schema: String, _ lines: [String]) -> [UInt8] {
        Array("{\n  \"schema\": \"\(schema)\",\n  \"files\": [\n\(lines.joined(separator: ",\n"))\n  ]\n}\n".utf8)
    }

    /// Reads the manifest of a published folder. Throws `.absent` when it has none and `.damaged` when it is
    /// not a manifest.
    public static func read(in folder: String) throws(StoreError) -> PublicationManifest {
        let path = "\(folder)/\(fileName)"
        let bytes = try DurableFile.read(path)
        guard let manifest = try? JSONDecoder().decode(PublicationManifest.self, from: Data(bytes)),
            manifest.schema == schemaName, manifest.encoded == bytes
        else { throw .damaged(path: path, line: nil, reason: "this is not a manifest of a publication") }
        for entry in manifest.files { try PublicationFile.check(entry.name) }
        return manifest
    }

    /// Compares the folder with this list: every file there, none changed, none more.
    public func verify(_ folder: String) throws(StoreError) {
        for entry in files {
            let path = "\(folder)/\(entry.name)"
            guard try FileStatus.of(path) != nil else {
                throw .damaged(path: path, line: nil, reason: "this file of the publication is gone")
            }
            let found = try ContentHash.ofFile(path)
            guard found.hash == entry.sha256 else {
                throw .damaged(path: path, line: nil, reason: "this file was changed after it was published")
            }
        }
        let known = Set(files.map(\.name) + [Self.fileName])
        for name in try Self.fileNames(in: folder, under: "") where !known.contains(name) {
            throw .damaged(path: "\(folder)/\(name)", line: nil, reason: "this file does not belong to the publication")
        }
    }

    private static func fileNames(in folder: String, under prefix: String) throws(StoreError) -> [String] {
        var result: [String] = []
        for name in try DurableFolder.names(in: folder) {
            if try FileStatus.of("\(folder)/\(name)")?.kind == .folder {
                result += try fileNames(in: "\(folder)/\(name)", under: "\(prefix)\(name)/")
            } else {
                result.append(prefix + name)
            }
        }
        return result
    }
}
