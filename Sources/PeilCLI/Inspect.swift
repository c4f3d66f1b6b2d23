import ArgumentParser
import Foundation
import PeilIngest
import PeilStudy

/// What a file is: dialect, encoding, columns, types, and whether it would be accepted.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what a survey file is and whether it would be accepted.",
        discussion: """
            EXAMPLES:
              peil inspect answers.csv
              peil inspect answers.csv --study Data/haaglanden --format json

            --records prints answers of respondents; no other command does.
            """)

    @Argument(help: "The file.", completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp(
            "Also apply the codebook of this study (study.yaml, its folder, or a codebook).", valueName: "study"),
        completion: .file())
    var study: String?

    @Flag(help: "Print the records.")
    var records = false

    @Option(help: ArgumentHelp("How the file is written, as JSON with the keys of `dialect`.", valueName: "json"))
    var dialect: String?

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        let messages = common.messages
        var exitCode: Int32 = 0
        messages.running(file: file) {
            let declared = try dialect.map(declaration) ?? .none
            let codebook = try study.map { try StudyCodebook.find($0) }
            let inspection = Inspector.inspect(
                path: file, declared: declared, codebook: codebook, includeRecords: records, threads: common.threads)
            messages.stages(inspection.costs)
            exitCode = inspection.exitCode
            if common.format == .json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                messages.result(String(decoding: try encoder.encode(inspection), as: UTF8.self))
            } else {
                let isUnread = inspection.error != nil && inspection.rowCount == 0 && inspection.columns.isEmpty
                if !isUnread { messages.result(InspectionText.text(inspection, file: file)) }
                if let error = inspection.error { messages.report(Failure(naming: error, file: file)) }
            }
        }
        if exitCode != 0 { Foundation.exit(exitCode) }
    }

    private func declaration(_ text: String) throws -> DialectDeclaration {
        do { return try JSONDecoder().decode(DialectDeclaration.self, from: Data(text.utf8)) } catch {
            if case .dataCorrupted(let context) = error as? DecodingError, context.underlyingError == nil {
                throw Failure(
                    "USAGE",
                    "--dialect: \(context.debugDescription.dropLast(context.debugDescription.hasSuffix(".") ? 1 : 0))",
                    remedy: "keys: \(DialectDeclaration.keys.joined(separator: ", "))", exitCode: ExitStatus.usage)
            }
            throw Failure(
                "USAGE", "--dialect is not JSON with the keys of a dialect",
                remedy: "for example --dialect '{\"delimiter\":\";\",\"decimal\":\",\"}'", exitCode: ExitStatus.usage)
        }
    }
}

/// An inspection for people.
enum InspectionText {
    static func text(_ inspection: FileInspection, file: String) -> String {
        var lines = [
            "\(file): \(inspection.outcome.rawValue), \(inspection.rowCount) records, \(inspection.columns.count) columns"
        ]
        if let dialect = inspection.dialect {
            lines.append("dialect: \(dialect)" + (inspection.dialectReason.map { " (\($0))" } ?? ""))
        }
        let width = inspection.columns.map(\.name.count).max() ?? 0
        for column in inspection.columns {
            let pad = String(repeating: " ", count: width - column.name.count)
            lines.append(
                "  \(column.name)\(pad)  \(column.type), \(column.distinct) different, \(column.missing) missing")
        }
        for warning in inspection.warnings {
            lines.append("warning[\(warning.code)]: \(warning.count) × \(warning.message)")
        }
        for record in inspection.badRecords.prefix(20) {
            lines.append("bad record \(record.record), line \(record.line): \(record.code)")
        }
        if inspection.badRecords.count > 20 {
            lines.append("… and \(inspection.badRecords.count - 20) more bad records")
        }
        for row in inspection.rows ?? [] { lines.append(row.joined(separator: "\t")) }
        return lines.joined(separator: "\n") + "\n"
    }
}
