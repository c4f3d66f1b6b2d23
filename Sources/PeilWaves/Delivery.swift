import PeilStore

/// The files of one wave as they lie there now. Their bytes decide what a delivery is: names, dates and the
/// order of arrival do not, so the same answers sent again under another name are the same delivery.
public struct Delivery: Sendable, Equatable {
    public struct File: Sendable, Equatable {
        public let path: String
        public let bytes: Int
        public let hash: ContentHash
    }

    public let waveID: String
    /// The files that are there, in the order of the study file.
    public let files: [File]
    /// Paths the study names that are not there yet, or whose upload is visibly unfinished.
    public let missing: [String]

    /// A wave is complete when every file that the study names for it is there.
    public var isComplete: Bool { missing.isEmpty && !files.isEmpty }

    /// One hash for the bytes of all files together. Equal identities hold equal answers.
    public var identity: ContentHash { .combined(files.map(\.hash)) }

    /// Looks at each path once and hashes what is there. An absent file is a fact about the delivery, not an
    /// error; a file that may not be read, is no plain file or changes meanwhile is one.
    public static func inspect(waveID: String, files paths: [String]) throws(StoreError) -> Delivery {
        var files: [File] = []
        var missing: [String] = []
        for path in paths {
            guard !isUnfinished(path), let found = try inspect(path) else {
                missing.append(path)
                continue
            }
            files.append(found)
        }
        return Delivery(waveID: waveID, files: files, missing: missing)
    }

    private static func inspect(_ path: String) throws(StoreError) -> File? {
        do {
            let (hash, bytes) = try ContentHash.ofFile(path)
            return File(path: path, bytes: bytes, hash: hash)
        } catch .absent {
            return nil
        }
    }

    /// Names that upload programs give to a file until it is whole.
    private static func isUnfinished(_ path: String) -> Bool {
        path.hasSuffix(".part") || path.hasSuffix(".tmp")
    }
}
