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

    /// Writes `path` and `path.manifest.json`, both whole or not at all, readable by their owner only.
    /// - Parameter publications: the study's folder of publications, which takes no microdata.
    /// - Throws: `Failure`: 64 inside `publications`, 73 and 74 where it cannot be written.
    public func write(to path: String, publications: String?) throws {
        let place = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
        if let publications {
            let folder = URL(fileURLWithPath: publications).standardizedFileURL.resolvingSymlinksInPath().path
            guard place != folder, !place.hasPrefix(folder + "/") else {
                throw Failure(
                    "USAGE", "Numbers of respondents do not go among publications", file: path,
                    remedy: "write them elsewhere, for example in internal/", exitCode: ExitStatus.usage)
            }
        }
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
