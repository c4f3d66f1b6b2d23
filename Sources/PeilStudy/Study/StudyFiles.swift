import Foundation

/// Paths and texts of study files.
enum StudyFiles {
    /// The text of a UTF-8 file.
    /// - Throws: `Failure` with exit code 66 when absent, 77 when unreadable, 78 when not UTF-8.
    static func text(_ path: String, what: String) throws -> String {
        guard let text = String(validating: try bytes(path, what: what), as: UTF8.self) else {
            throw Failure(
                "BAD_ENCODING", "The \(what) file is not UTF-8", file: path, remedy: "save it as UTF-8",
                exitCode: ExitStatus.configuration)
        }
        return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }

    static func bytes(_ path: String, what: String) throws -> [UInt8] {
        let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        guard FileManager.default.fileExists(atPath: path), kind != .typeDirectory else {
            throw Failure(
                "FILE_ABSENT", "There is no \(what) file here", file: path, remedy: "check the path",
                exitCode: ExitStatus.absent)
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(
                "NOT_READABLE", "The \(what) file cannot be read", file: path, remedy: "check its permissions",
                exitCode: ExitStatus.noPermission)
        }
        return [UInt8](data)
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder == "." ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// Whether a path of a study file stays inside the study's folder: relative, without "..".
    static func isInside(_ path: String) -> Bool {
        !path.isEmpty && !path.hasPrefix("/") && !path.split(separator: "/").contains("..")
    }
}
