import ArgumentParser
import Foundation
import PeilIngest
import PeilStudy

/// Codebooks: proposed from a file, written out for people and archives, compared between waves.
struct CodebookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codebook", abstract: "Propose a codebook from a file, export one, or compare two.",
        discussion: """
            EXAMPLES:
              peil codebook import answers.sav --out codebook.yaml
              peil codebook export Data/haaglanden --format csv
              peil codebook diff wave1.yaml wave2.yaml
            """,
        subcommands: [CodebookImportCommand.self, CodebookExportCommand.self, CodebookDiffCommand.self])
}

/// `peil codebook import`: a codebook.yaml to read through.
struct CodebookImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Propose a codebook from what a survey program delivers.",
        discussion: """
            EXAMPLES:
              peil codebook import answers.sav --out codebook.yaml

            Takes SPSS files, Qualtrics and LimeSurvey exports, LimeSurvey structures
            (.lss, .txt) and any CSV. A line under '# check:' is a guess. Open answers
            never enter a codebook.
            """)

    @Argument(help: "The file.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("Write the proposal here; default stdout.", valueName: "file"), completion: .file())
    var out: String?

    @Option(help: ArgumentHelp("Language of the texts in the file: nl or en.", valueName: "language"))
    var language = "nl"

    @OptionGroup(title: "Common options") var common: CommonOptions

    func validate() throws {
        guard CodebookImport.languages.contains(language) else {
            throw ValidationError("--language must be \(CodebookImport.languages.joined(separator: " or "))")
        }
    }

    func run() throws {
        let messages = common.messages
        messages.running(file: file) {
            let proposal = try CodebookImport.propose(path: file, language: language)
            guard let out else { return messages.result(proposal.yaml()) }
            // A codebook that somebody has corrected is not written over.
            try ResultFile.write(proposal.yaml(), to: out, replaces: false)
            messages.note("\(out): \(proposal.variables.count) variables, \(proposal.checkCount) guesses to check")
        }
    }
}

/// `peil codebook export`: a codebook as a table, as JSON, or for an archive.
struct CodebookExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a codebook as a table, as JSON or as DDI.",
        discussion: """
            EXAMPLES:
              peil codebook export Data/haaglanden --format csv --out codebook.csv
            """)

    enum Form: String, ExpressibleByArgument, CaseIterable {
        case csv, json, ddi
    }

    @Argument(help: ArgumentHelp("A codebook, or a study with one.", valueName: "codebook"), completion: .file())
    var codebook: String

    @Option(help: ArgumentHelp("csv, json or ddi (DDI Codebook 2.5).", valueName: "form"))
    var format: Form = .csv

    @Option(help: ArgumentHelp("Write it here; default stdout.", valueName: "file"), completion: .file())
    var out: String?

    func run() throws {
        let messages = Messages(format: format == .json ? .json : .text)
        messages.running(file: codebook) {
            let book = try StudyCodebook.find(codebook)
            let text =
                switch format {
                case .csv: CodebookTable(book).csv
                case .json: CodebookJSON.text(CodebookTable(book), of: book)
                case .ddi: DDICodebook(book).xml
                }
            guard let out else { return messages.result(text) }
            try ResultFile.write(text, to: out, replaces: true)
        }
    }
}

/// `peil codebook diff`: whether answers of two waves may be compared.
struct CodebookDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Say per question whether two codebooks differ, and whether that breaks trends.",
        discussion: """
            EXAMPLES:
              peil codebook diff wave1.yaml wave2.yaml

            Ends in 0 where nothing breaks a trend, in 65 where something does.
            """)

    @Argument(help: ArgumentHelp("The codebook before, or a study with one.", valueName: "old"), completion: .file())
    var old: String

    @Argument(help: ArgumentHelp("The codebook after, or a study with one.", valueName: "new"), completion: .file())
    var new: String

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        let messages = common.messages
        var isBreaking = false
        messages.running {
            let comparison = CodebookComparison(old: try find(old), new: try find(new))
            isBreaking = comparison.verdict == .breaking
            let text = CodebookDiffText(comparison, old: old, new: new)
            messages.result(common.format == .json ? text.json : text.text)
        }
        if isBreaking { Foundation.exit(ExitStatus.data) }
    }

    private func find(_ path: String) throws -> Codebook {
        do { return try StudyCodebook.find(path) } catch { throw Failure(naming: error, file: path) }
    }
}
