/// What can go wrong between this program and the disk. Every case names the place it happened at; none
/// carries the content of a file, because a file may hold answers of respondents.
public enum StoreError: Error, Equatable, Sendable {
    /// A file or folder could not be made where it has to be.
    case cannotCreate(path: String, reason: String)
    /// The place exists but refuses to be written.
    case notWritable(path: String, reason: String)
    /// Something else stands where a plain file or a real folder is expected, for example a link.
    case wrongKind(path: String, expected: String)
    /// A name that could leave the output folder or that another system could not store.
    case badName(String, reason: String)
    case diskFull(path: String)
    case inputOutput(path: String, reason: String)
    case system(path: String, reason: String)
    /// Another process holds the lock.
    case busy(path: String)
    /// The file changed while it was being read: an upload that is still going on.
    case changing(path: String)
    case absent(path: String)
    case noPermission(path: String)
    /// Stored content differs from what the manifest or the log promises.
    case damaged(path: String, line: Int?, reason: String)
    /// A log has fewer whole lines than its head says were written: it was emptied, cut off or taken away.
    case cutShort(path: String, lines: Int, expected: Int)
    /// A newer peil wrote it.
    case newerSchema(path: String, version: Int)
    /// On a network disk two runs may hold one lock.
    case networkFolder(path: String)
}

extension StoreError {
    /// The word in `error[CLASS]`.
    public var errorClass: String {
        switch self {
        case .cannotCreate: "OUTPUT_NOT_CREATED"
        case .notWritable: "OUTPUT_NOT_WRITABLE"
        case .wrongKind: "WRONG_KIND_OF_FILE"
        case .badName: "BAD_FILE_NAME"
        case .diskFull: "DISK_FULL"
        case .inputOutput: "INPUT_OUTPUT"
        case .system: "OPERATING_SYSTEM"
        case .busy: "BUSY"
        case .changing: "STILL_CHANGING"
        case .absent: "FILE_ABSENT"
        case .noPermission: "NO_PERMISSION"
        case .damaged: "DAMAGED"
        case .cutShort: "LOG_CUT_SHORT"
        case .newerSchema: "NEWER_LEDGER"
        case .networkFolder: "NETWORK_FOLDER"
        }
    }

    /// The exit code of sysexits.h that a scheduled job acts on.
    public var exitCode: Int32 {
        switch self {
        case .cannotCreate, .notWritable, .wrongKind, .badName: 73
        case .diskFull, .inputOutput, .damaged, .cutShort: 74
        case .system: 71
        case .busy, .changing: 75
        case .absent: 66
        case .noPermission: 77
        case .newerSchema: 78
        case .networkFolder: 73
        }
    }

    /// The file or folder it is about.
    public var place: String {
        switch self {
        case .cannotCreate(let path, _), .notWritable(let path, _), .wrongKind(let path, _),
            .badName(let path, _), .diskFull(let path), .inputOutput(let path, _), .system(let path, _),
            .busy(let path), .changing(let path), .absent(let path), .noPermission(let path),
            .damaged(let path, _, _), .cutShort(let path, _, _), .newerSchema(let path, _),
            .networkFolder(let path):
            path
        }
    }

    /// The line of the file, where there is one.
    public var line: Int? {
        if case .damaged(_, let line, _) = self { line } else { nil }
    }

    /// One sentence without the place and without a full stop.
    public var message: String {
        switch self {
        case .cannotCreate(_, let reason): "this could not be created: \(reason)"
        case .notWritable(_, let reason): "this cannot be written: \(reason)"
        case .wrongKind(_, let expected): "this should be \(expected), and it is something else"
        case .badName(_, let reason): "this name cannot be used for a published file: \(reason)"
        case .diskFull: "the disk is full"
        case .inputOutput(_, let reason): "reading or writing failed: \(reason)"
        case .system(_, let reason): "the operating system refused: \(reason)"
        case .busy: "another run is at work here"
        case .changing: "this file changed while it was being read"
        case .absent: "this file is not there"
        case .noPermission: "this file may not be read by this user"
        case .cutShort(_, let lines, let expected): "this log has \(lines) of the \(expected) lines that were written"
        case .newerSchema(_, let version): "a newer version of peil wrote this ledger (schema \(version))"
        case .networkFolder: "this folder lies on a network disk, where two runs may hold the same lock"
        case .damaged(_, _, let reason): "stored content is not what was written: \(reason)"
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .cannotCreate, .notWritable: "choose an output folder that this user can write, with --out"
        case .wrongKind: "move it away, or name the real file or folder instead of a link to it"
        case .badName: "use letters, digits, '.', '_' and '-', not starting with a dot"
        case .diskFull: "free some space and run the same command again"
        case .inputOutput: "check the disk, then run the same command again"
        case .system: "check the limits of this system, then run the same command again"
        case .busy: "wait until the other run has ended"
        case .changing: "wait until the upload has ended"
        case .absent: "check the path, or wait for the delivery"
        case .noPermission: "ask for permission to read it"
        // A log that is emptied binds nothing any more.
        case .damaged(let path, _, _) where path.hasSuffix(".jsonl"):
            "restore it from a backup: what it holds binds later publications"
        case .cutShort: "restore it from a backup: what it holds binds later publications"
        case .damaged(let path, _, _) where path.hasSuffix(".jsonl.head"):
            "restore it and its log from a backup"
        case .newerSchema: "use that version of peil, or restore the ledger from the copy made when it was upgraded"
        case .networkFolder: "keep the study on a disk of this machine"
        case .damaged(let path, _, _) where path.hasSuffix(DeliveryLedger.fileName):
            "restore the study's folder from a backup: the ledger knows what was published"
        case .damaged: "move it away, then run the same command again"
        }
    }
}

extension StoreError: CustomStringConvertible {
    /// `error[CLASS]: sentence. file:line · remedy.`
    public var description: String {
        let position = line.map { "\(place):\($0)" } ?? place
        return "error[\(errorClass)]: \(message). \(position) · \(remedy)."
    }
}
