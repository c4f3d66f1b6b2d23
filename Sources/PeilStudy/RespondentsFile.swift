import Foundation
import PeilIngest
import PeilStore
import PeilTable

/// Numbers of respondents as a file: identifier and columns, in the order of the table, with a manifest beside it that
/// says of which study and data they are. Microdata: only for its owner, and never among publications.
public struct RespondentsFile {
    let identifier: (name: String, values: [String])
    let columns: [(name: String, values: [String])]
    let schema: String
    let facts: [(String, JSONValue)]

    /// The respondents' own identifier (`unique`), a pseudonym where the study has a key.
    static func identifier(_ run: StudyRun, _ table: Table) throws -> (name: String, values: [String]) {
        guard let name = run.study.codebook.variables.first(where: { $0.isUnique && table.has($0.id) })?.id else {
            throw Failure(
                "NO_IDENTIFIER", "The codebook has no identifier of respondents (unique: true)", file: run.study.file,
                remedy: "describe the column that tells respondents apart", exitCode: ExitStatus.configuration)
        }
        return (name, try table.column(name).rowLabels().map { $0 ?? "" })
    }

    /// A column of any data, or the number of the row.
    static func identifier(_ name: String?, _ table: Table) throws -> (name: String, values: [String]) {
        guard let name else { return ("row", (0..<table.rowCount).map { "\($0 + 1)" }) }
        return (name, try table.column(name).rowLabels().map { $0 ?? "" })
    }

    /// Links are followed first: a folder may be reached by more names than one. A folder of publications is told by its
    /// link `current`, whoever's study it is.
    private static func refusePublications(_ path: String, _ publications: String?) throws {
        func real(_ path: String) -> URL { URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath() }
        let own = publications.map { real($0).path }
        // The file need not be there yet; its folder is.
        var folder = real(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        while folder.path != "/" {
            let current = folder.appendingPathComponent("current").path
            guard folder.path != own, (try? FileManager.default.destinationOfSymbolicLink(atPath: current)) == nil
            else {
                throw Failure(
                    "USAGE", "Numbers of respondents do not go among publications", file: path,
                    remedy: "write them elsewhere, for example in internal/", exitCode: ExitStatus.usage)
            }
            folder.deleteLastPathComponent()
        }
    }

    /// A file that is there is replaced only where its manifest says that it came from here.
    private static func refuseFilesOfOthers(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let manifest = try? Section.document(
            StudyFiles.text(path + ".manifest.json", what: "manifest"), file: path + ".manifest.json")
        let bytes = try? StudyFiles.bytes(path, what: "output", maximum: 1 << 30)
        guard let stated = try? manifest?.optionalText("sha256"), let bytes, ContentHash(of: bytes).hex == stated else {
            throw Failure(
                "OUTPUT_EXISTS", "There is a file here already that does not come from this command", file: path,
                remedy: "name another file, or move this one away", exitCode: ExitStatus.cannotWrite)
        }
    }

    /// Writes `path` and `path.manifest.json`, both whole or not at all, readable by their owner only.
    /// - Parameters:
    ///   - path: where it is written.
    ///   - publications: the study's folder of publications, which takes no microdata.
    /// - Throws: `Failure`: 64 inside `publications`, 73 and 74 where it cannot be written.
    public func write(to path: String, publications: String?) throws {
        try Self.refusePublications(path, publications)
        try Self.refuseFilesOfOthers(path)
        var text = CSVText.line([identifier.name] + columns.map(\.name)) + "\n"
        for (row, value) in identifier.values.enumerated() {
            text += CSVText.line([value] + columns.map { $0.values[row] }) + "\n"
        }
        let bytes = Array(text.utf8)
        let manifest = JSONValue.object(
            [("schema", .string(schema)), ("use", "not for publication")] + facts + [
                ("rows", .integer(identifier.values.count)), ("sha256", .string(ContentHash(of: bytes).hex)),
                ("version", .string(PeilVersion.text))
            ])
        do {
            try DurableFile.write(bytes, to: path, mode: 0o600)
            try DurableFile.write(Array((manifest.text + "\n").utf8), to: path + ".manifest.json", mode: 0o600)
        } catch { throw Failure(naming: error, file: path) }
    }
}
