import Foundation
import Testing

/// What differs on a terminal: width, bold headings, red errors. A pseudo-terminal of util-linux's `script` stands for one.
@Suite struct TerminalTests {
    static let data: String = {
        let rows = (1...40).map { "\($0 % 7),\($0 % 4),\($0 % 3 + 1)\n" }.joined()
        return "answer,municipality_with_a_long_name,weight\n" + rows
    }()

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(Self.data, to: "d.csv")
        return folder
    }

    /// Runs peil on a terminal of so many columns.
    private func onTerminal(
        _ arguments: String, columns: Int, _ environment: String = "", in folder: TemporaryFolder
    ) throws
        -> String
    {
        let command =
            "stty cols \(columns); env -u NO_COLOR \(environment) TERM=xterm \(Program.path) \(arguments)"
        return try Program.start("/usr/bin/script", ["-qec", command, "/dev/null"], in: folder.url).output
            .replacing("\r\n", with: "\n")
    }

    private let estimate = "estimate mean answer --data d.csv --weights weight --by municipality_with_a_long_name"

    @Test func aTableFitsTheTerminal() throws {
        let folder = try folder()
        for columns in [60, 80, 120] {
            let text = try onTerminal(estimate, columns: columns, "NO_COLOR=1", in: folder)
            #expect(text.contains("answer") && text.contains("upper"))
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns }, "\(columns)")
        }
    }

    @Test func aPipeHoldsOneLineARowUnlessColumnsSayHowLong() throws {
        let folder = try folder()
        let arguments = estimate.split(separator: " ").map(String.init)
        let piped = try Program.run(arguments, in: folder).output
        #expect(piped.split(separator: "\n").count == 2 + 4)
        #expect(!piped.contains("\u{1B}"))
        let narrow = try Program.start(
            "/usr/bin/env", ["COLUMNS=60", Program.path] + arguments, in: folder.url
        ).output
        #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= 60 })
    }

    @Test func colourIsForTerminalsThatWantIt() throws {
        let folder = try folder()
        let bold = "\u{1B}[1m"
        #expect(try onTerminal(estimate, columns: 100, in: folder).contains(bold))
        #expect(try !onTerminal(estimate, columns: 100, "NO_COLOR=1", in: folder).contains("\u{1B}"))
        #expect(try onTerminal("run", columns: 100, in: folder).contains("\u{1B}[1;31merror[USAGE]\u{1B}[0m: "))
        #expect(try !onTerminal("run", columns: 100, "NO_COLOR=1", in: folder).contains("\u{1B}"))
    }
}

/// The scripts that shells load to complete commands.
@Suite struct CompletionTests {
    /// What bash would offer after these words; the last one is being typed.
    private func offered(_ words: [String], in folder: TemporaryFolder) throws -> [String] {
        let line = words.map { "'\($0)'" }.joined(separator: " ")
        let script = """
            source peil.bash
            COMP_WORDS=(\(line)); COMP_CWORD=\(words.count - 1); COMP_LINE='\(words.joined(separator: " "))'
            COMP_POINT=${#COMP_LINE}
            _peil peil '\(words[words.count - 1])' '\(words[words.count - 2])'
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        return try Program.start("/bin/bash", ["-c", script], in: folder.url).output.split(separator: "\n").map(
            String.init)
    }

    @Test func bashCompletesCommandsOptionsValuesAndFiles() throws {
        let folder = try TemporaryFolder()
        let script = try Program.run("--generate-completion-script", "bash")
        #expect(script.exitCode == 0)
        try folder.write(script.output, to: "peil.bash")
        try folder.write("", to: "answers.csv")
        #expect(try offered(["peil", "r"], in: folder) == ["run", "report"])
        #expect(try offered(["peil", "segment", "sc"], in: folder) == ["score"])
        #expect(try offered(["peil", "segment", "fit", "--st"], in: folder) == ["--stability"])
        #expect(try offered(["peil", "run", "--language", ""], in: folder) == ["nl", "en"])
        #expect(try offered(["peil", "estimate", "quan"], in: folder) == ["quantile"])
        #expect(try offered(["peil", "inspect", "ans"], in: folder) == ["answers.csv"])
        #expect(try offered(["peil", "estimate", "--plan", "ans"], in: folder) == ["answers.csv"])
        #expect(try offered(["peil", "explain", "LONELY"], in: folder).contains("LONELY_PSU"))
    }

    @Test(arguments: ["zsh", "fish"])
    func otherShellsHaveAScriptWithEveryCommand(shell: String) throws {
        let answer = try Program.run("--generate-completion-script", shell)
        #expect(answer.exitCode == 0)
        for command in ["run", "init", "typing-tool", "approve"] { #expect(answer.output.contains(command)) }
    }
}
