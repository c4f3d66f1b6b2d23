import Foundation
import PeilIngest

/// Paths and texts of study files.
enum StudyFiles {
    /// Bytes of a table that a study names, such as its margins.
    static let maximumTableBytes = 64 << 20

    /// The text of a UTF-8 file.
    /// - Throws: `Failure` with exit code 66 when absent, 77 when unreadable, 78 when not UTF-8 or larger than
    ///   `maximum` bytes.
    static func text(_ path: String, what: String, maximum: Int = YAMLDocument.maximumBytes) throws -> String {
        guard let text = String(validating: try bytes(path, what: what, maximum: maximum), as: UTF8.self) else {
            throw Failure(
                "BAD_ENCODING", "The \(what) file is not UTF-8", file: path, remedy: "save it as UTF-8",
                exitCode: ExitStatus.configuration)
        }
        return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }

    /// No more than `maximum` bytes are ever read, whatever the path leads to.
    static func bytes(_ path: String, what: String, maximum: Int = YAMLDocument.maximumBytes) throws -> [UInt8] {
        let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        guard FileManager.default.fileExists(atPath: path), kind != .typeDirectory else {
            throw Failure(
                "FILE_ABSENT", "There is no \(what) file here", file: path, remedy: adviceWhereAbsent(path, what),
                exitCode: ExitStatus.absent)
        }
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: maximum + 1) ?? Data()
        else {
            throw Failure(
                "NOT_READABLE", "The \(what) file cannot be read", file: path, remedy: "check its permissions",
                exitCode: ExitStatus.noPermission)
        }
        guard data.count <= maximum else {
            throw Failure(
                "TOO_LARGE", "The \(what) file is larger than \(maximum >> 20) MiB", file: path,
                remedy: "name the right file", exitCode: ExitStatus.configuration)
        }
        return [UInt8](data)
    }

    private static func adviceWhereAbsent(_ path: String, _ what: String) -> String {
        if let near = nearestPath(to: path) { return "did you mean '\(near)'?" }
        return what == "study"
            ? "name a study.yaml or the folder that holds one; 'peil init answers.csv' makes one" : "check the path"
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder == "." ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// Whether a path of a study file stays inside the study's folder: relative, without "..", and not through a
    /// link that leads out of it.
    static func isInside(_ path: String, folder: String) -> Bool {
        guard !path.isEmpty, !path.hasPrefix("/"), !path.split(separator: "/").contains(".."),
            path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return false }
        func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
        let root = real(folder)
        return real(join(folder, path)).hasPrefix(root.hasSuffix("/") ? root : root + "/")
    }
}
