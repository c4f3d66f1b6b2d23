import ArgumentParser
import Foundation
import PeilIngest
import PeilStudy

/// A study's folder from a file of answers.
struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a study's folder from a file of answers: codebook, study.yaml, a first report.",
        discussion: """
            EXAMPLES:
              peil init answers.csv --out my-study
              peil init answers.sav --weights w --strata h --area town --yes

            On a terminal it asks what you do not say; --yes takes every proposal. Then:
            peil check my-study, peil run my-study. Nothing is written over.
            See Guides/Your-own-survey.md.
            """)

    @Argument(help: ArgumentHelp("The answers: CSV or SPSS.", valueName: "file"), completion: .file())
    var file: String

    @Option(
        help: ArgumentHelp("The study's folder; default the file's name.", valueName: "folder"), completion: .file())
    var out: String?

    @Option(help: ArgumentHelp("Column of weights.", valueName: "column"))
    var weights: String?

    @Option(help: ArgumentHelp("Column of strata; may be repeated.", valueName: "column"))
    var strata: [String] = []

    @Option(help: ArgumentHelp("Column of sampling units; may be repeated.", valueName: "column"))
    var clusters: [String] = []

    @Option(help: ArgumentHelp("Column of areas, such as the municipality.", valueName: "column"))
    var area: String?

    @Option(help: "probability where chance chose people, panel where they did.")
    var basis: BasisOption?

    @Option(help: ArgumentHelp("Language of the texts: nl or en.", valueName: "language"))
    var language: ReportLanguage = .nl

    @Option(help: ArgumentHelp("Title of the report; default the file's name.", valueName: "text"))
    var title: String?

    @Flag(help: "Ask nothing: take what is proposed.")
    var yes = false

    @OptionGroup(title: "Common options") var common: CommonOptions

    enum BasisOption: String, ExpressibleByArgument, CaseIterable { case probability, panel }

    func run() throws {
        common.chooseKernel()
        let messages = common.messages
        messages.running(file: file) {
            let folder = out ?? fileBase
            try StudyScaffold.requireRoom(at: folder)
            let proposal = try CodebookImport.propose(path: file, language: language.rawValue)
            let request = try InitQuestions(isAsking: isAsking, messages: messages)
                .complete(given(folder), proposal, basis: basis.map { $0 == .panel ? .panel : .probability })
            let answer = try StudyScaffold().write(StudyDraft(request, proposal))
            if let refusal = refusal(of: answer.folder) {
                messages.note("this file cannot be used as it is: \(refusal.text)")
            }
            if common.format == .json { return messages.result(json(answer, request)) }
            messages.result(text(answer, request))
        }
    }

    /// Why the file, read with the codebook that was proposed, would be refused; nil where it can be used.
    private func refusal(of folder: String) -> Failure? {
        do {
            let study = try Study(at: folder)
            guard let wave = study.waves.first else { return nil }
            _ = try StudyRun(study, wave: wave, threads: common.threads).prepare()
            return nil
        } catch { return Failure(naming: error, file: folder) }
    }

    private var isAsking: Bool {
        !yes && !common.quiet && common.format == .text && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
    }

    private func given(_ folder: String) -> ScaffoldRequest {
        // Strata and sampling units are what samples by chance have.
        let isChance = !strata.isEmpty || !clusters.isEmpty
        var request = ScaffoldRequest(
            file: file, folder: folder, language: language.rawValue, title: title ?? fileBase,
            basis: isChance ? .probability : .panel)
        request.weights = weights
        request.strata = strata
        request.clusters = clusters
        request.area = area
        return request
    }

    /// The file's name without folder and extension.
    private var fileBase: String {
        let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
        return name.isEmpty ? "study" : name
    }

    private func text(_ answer: StudyScaffold.Answer, _ request: ScaffoldRequest) -> String {
        var lines = [
            "\(answer.folder): study.yaml with \(answer.questions) questions, "
                + "codebook.yaml with \(answer.columns) columns",
            "weights \(request.weights ?? "none") · areas \(request.area ?? "none") · basis \(request.basis.rawValue)"
        ]
        if !answer.leftOut.isEmpty {
            lines.append("not used yet, their codes are not all known: \(answer.leftOut.joined(separator: ", "))")
        }
        lines += [
            "", "What to do next:", "  peil check \(answer.folder)", "  peil run \(answer.folder)",
            "  then read codebook.yaml (\(answer.checks) guesses under '# check:') and study.yaml, correct, run again"
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private func json(_ answer: StudyScaffold.Answer, _ request: ScaffoldRequest) -> String {
        func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
        return JSONValue.object([
            ("schema", "peil-init-1"), ("folder", .string(answer.folder)), ("questions", .integer(answer.questions)),
            ("columns", .integer(answer.columns)), ("checks", .integer(answer.checks)),
            ("left_out", .strings(answer.leftOut)), ("weights", text(request.weights)), ("area", text(request.area)),
            ("basis", .string(request.basis.rawValue))
        ]).text
    }
}

/// Fills in what the flags leave open: with the answers of somebody at a terminal, or with the one proposal there is.
struct InitQuestions {
    let isAsking: Bool
    let messages: Messages

    func complete(
        _ given: ScaffoldRequest, _ proposal: CodebookProposal, basis: Study.Basis?
    ) throws -> ScaffoldRequest {
        var request = given
        let (weights, areas) = (proposal.columns(like: .weight), proposal.columns(like: .region))
        if request.weights == nil { request.weights = only(weights, "weights") }
        if request.area == nil { request.area = only(areas, "area") }
        if let basis { request.basis = basis }
        guard isAsking else { return request }
        messages.note("Empty takes what stands between brackets; - stands for none.")
        request.title = ask("Title of the report", request.title) ?? request.title
        if given.weights == nil { request.weights = try column("Column of weights", request.weights, proposal) }
        if given.strata.isEmpty { request.strata = try columns("Columns of strata", proposal) }
        if given.clusters.isEmpty { request.clusters = try columns("Columns of sampling units", proposal) }
        if given.area == nil { request.area = try column("Column of areas", request.area, proposal) }
        if basis == nil {
            let isChance = !request.strata.isEmpty || !request.clusters.isEmpty
            let answer = ask("Did chance decide who was asked? yes or no", isChance ? "yes" : "no") ?? "no"
            request.basis = ["y", "yes", "j", "ja"].contains(answer.lowercased()) ? .probability : .panel
        }
        return request
    }

    /// Among several nothing is chosen in silence.
    private func only(_ columns: [String], _ option: String) -> String? {
        if columns.count > 1, !isAsking {
            messages.note(
                "several columns look like \(option), none is used: "
                    + "\(columns.prefix(6).joined(separator: ", ")); choose with --\(option)"
            )
        }
        return columns.count == 1 ? columns[0] : nil
    }

    /// nil for "-"; the proposal for an empty line or the end of the input.
    private func ask(_ question: String, _ proposed: String?) -> String? {
        FileHandle.write("\(question) [\(proposed ?? "-")]: ", toStandardError: true)
        let line = (readLine() ?? "").split { $0.isWhitespace }.joined(separator: " ")
        if line.isEmpty { return proposed }
        return line == "-" ? nil : line
    }

    /// Asks again while the file has no such column.
    private func column(_ question: String, _ proposed: String?, _ proposal: CodebookProposal) throws -> String? {
        for _ in 0..<3 {
            guard let name = ask(question, proposed) else { return nil }
            do { return proposal.variables[try proposal.place(of: name, option: question)].id } catch {
                messages.report(error)
            }
        }
        throw Failure(
            "USAGE", "No column was named", remedy: "see the columns with peil inspect", exitCode: ExitStatus.usage)
    }

    private func columns(_ question: String, _ proposal: CodebookProposal) throws -> [String] {
        for _ in 0..<3 {
            let names = (ask(question, nil) ?? "").split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
            do throws(Failure) {
                var ids: [String] = []
                for name in names { ids.append(proposal.variables[try proposal.place(of: name, option: question)].id) }
                return ids
            } catch { messages.report(error) }
        }
        throw Failure(
            "USAGE", "No column was named", remedy: "see the columns with peil inspect", exitCode: ExitStatus.usage)
    }
}
