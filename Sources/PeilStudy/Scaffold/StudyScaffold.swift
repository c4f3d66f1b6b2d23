import Foundation
import PeilIngest
import PeilStore

/// Makes a study's folder of one file of answers. The folder is there whole, or not at all.
public struct StudyScaffold: Sendable {
    /// What was written.
    public struct Answer: Sendable {
        public let folder: String
        public let questions: Int
        /// Guesses of the codebook that somebody has to look at.
        public let checks: Int
        public let columns: Int
        /// Columns whose codes have to be listed before they can be used.
        public let leftOut: [String]
    }

    public init() {}

    /// - Throws: `Failure` OUTPUT_EXISTS (73) where something has the folder's name already.
    public static func requireRoom(at folder: String) throws {
        let isThere = (try? FileManager.default.attributesOfItem(atPath: folder)) != nil
        guard !isThere else {
            throw Failure(
                "OUTPUT_EXISTS", "There is something here already, and it is not written over", file: folder,
                remedy: "name another folder with --out, or move this one away", exitCode: ExitStatus.cannotWrite)
        }
    }

    /// Writes the folder with study.yaml, codebook.yaml, the data and a .gitignore, and reads the study back.
    /// - Throws: `Failure` NO_QUESTIONS (65), OUTPUT_EXISTS (73); errors of the disk.
    public func write(_ draft: StudyDraft) throws -> Answer {
        guard draft.questionCount > 0 else {
            throw Failure(
                "NO_QUESTIONS", "No column of this file looks like a question that a report can show",
                file: draft.request.file, remedy: "see what it holds with peil inspect", exitCode: ExitStatus.data)
        }
        let folder = Self.trimmed(draft.request.folder)
        try Self.requireRoom(at: folder)
        let above = StudyFiles.folder(of: folder)
        try DurableFolder.make(above)
        let name = StudyFiles.join(above, ".peil-init-\(UUID().uuidString).part")
        do {
            try fill(name, draft)
            // What is written is what `peil run` will read: a draft that it refuses is a fault of this program.
            _ = try Study(at: name)
            try place(name, at: folder)
        } catch {
            try? DurableFolder.remove(name)
            throw error
        }
        return Answer(
            folder: folder, questions: draft.questionCount, checks: draft.proposal.checkCount,
            columns: draft.proposal.variables.count, leftOut: draft.leftOut)
    }

    private func fill(_ folder: String, _ draft: StudyDraft) throws {
        let file = draft.request.file
        let data = "data/" + Self.fileName(file)
        let bytes = try DurableFile.read(file)
        try DurableFolder.make(folder)
        try DurableFolder.requireRoom(for: bytes.count, in: folder)
        // Answers of people are for their keeper only.
        try DurableFolder.make(folder + "/data", mode: 0o700)
        try DurableFile.write(bytes, to: folder + "/" + data, mode: 0o600)
        let changed = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date
        let day = CalendarDay(daysSince1970: Int(((changed ?? Date()).timeIntervalSince1970 / 86_400).rounded(.down)))
        let files = [
            ("codebook.yaml", draft.proposal.yaml()), ("study.yaml", draft.studyText(data: data, changed: day)),
            (".gitignore", "data/\nout/\ninternal/\n")
        ]
        for (name, text) in files { try DurableFile.write(Array(text.utf8), to: folder + "/" + name) }
    }

    /// Moving takes no name that is there already.
    private func place(_ made: String, at folder: String) throws {
        do { try FileManager.default.moveItem(atPath: made, toPath: folder) } catch {
            try Self.requireRoom(at: folder)
            throw Failure(
                "OUTPUT_NOT_CREATED", "The study's folder could not be put in its place", file: folder,
                remedy: "choose a folder that this user can write, with --out", exitCode: ExitStatus.cannotWrite)
        }
        try DurableFolder.sync(StudyFiles.folder(of: folder))
    }

    private static func trimmed(_ folder: String) -> String {
        var folder = folder
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        return folder
    }

    /// The file's own name as far as it is plain: study files name it.
    static func fileName(_ path: String) -> String {
        let name = String(path.split(separator: "/").last ?? "answers")
        let plain = name.unicodeScalars.map { scalar -> Character in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            return isPlain || scalar == "." || scalar == "-" ? Character(scalar) : "_"
        }
        let text = String(plain)
        return text.hasPrefix(".") ? "answers" + text : text
    }
}
