import PeilStudy
import Testing

@Suite struct VersionAndHelpTests {
    @Test func versionIsOneLineOnStdout() throws {
        let answer = try Program.run("--version")
        #expect(answer.output == "peil \(PeilVersion.text)\n")
        #expect(answer.error.isEmpty)
        #expect(answer.exitCode == 0)
    }

    @Test func verboseVersionNamesTheKernelThatResultsName() throws {
        let folder = try TemporaryFolder()
        try folder.write("y\n1\n2\n4\n", to: "d.csv")
        let result = try Program.run("estimate", "mean", "y", "--data", "d.csv", "--format", "json", in: folder).json()
        let kernel = try #require(result["kernel"] as? String)
        #expect(try Program.run("--version", "--verbose").output == "peil \(PeilVersion.text)\nBLAS kernel \(kernel)\n")
        #expect(try Program.run("--verbose", "--version").exitCode == 0)
    }

    @Test func genericKernelIsTheSameOneEverywhere() throws {
        let answer = try Program.run("--version", "--verbose", "--kernel", "generic")
        #expect(answer.output.hasSuffix("BLAS kernel Prescott\n"))
    }

    @Test(arguments: ["run", "check", "inspect", "estimate", "simulate", "init", "explain"])
    func helpFitsATerminalAndShowsAnExample(command: String) throws {
        let answer = try Program.run(command, "--help")
        #expect(answer.exitCode == 0)
        #expect(answer.error.isEmpty)
        #expect(answer.output.contains("peil \(command) "))
        let beforeUsage = answer.output.components(separatedBy: "USAGE:")[0]
        #expect(beforeUsage.contains("peil \(command) "), "the example stands above the usage line")
        #expect(answer.output.split(separator: "\n", omittingEmptySubsequences: false).count <= 60)
        let long = answer.output.split(separator: "\n").filter { $0.count > 80 && !$0.hasPrefix("USAGE:") }
        #expect(long.isEmpty)
    }

    /// The usage line is one line, and breaks where the terminal breaks it.
    @Test func helpOfEveryCommandFitsEightyColumns() throws {
        func commands(_ path: [String]) throws -> [String] {
            let answer = try Program.run(path + ["--help"])
            #expect(answer.exitCode == 0, "\(path)")
            #expect(answer.output.contains("\nEXAMPLES:\n  peil "), "\(path)")
            #expect(answer.output.count { $0.isNewline } <= 62 || path.isEmpty, "\(path)")
            for line in answer.output.split(separator: "\n") where !line.hasPrefix("USAGE:") {
                #expect(line.count <= 80, "\(path): \(line)")
            }
            let parts = answer.output.components(separatedBy: "SUBCOMMANDS:\n")
            guard parts.count == 2 else { return [] }
            return parts[1].split(separator: "\n").compactMap { line in
                let word = line.dropFirst(2).prefix { $0 != " " }
                return line.hasPrefix("  ") && !word.isEmpty && line.dropFirst(2).first != " " ? String(word) : nil
            }.filter { $0 != "help" && !$0.hasPrefix("See") }
        }
        let all = try commands([])
        #expect(all.contains("init") && all.contains("explain") && all.contains("waves"))
        for command in all {
            for below in try commands([command]) { _ = try commands([command, below]) }
        }
    }

    @Test func helpNamesEveryCommand() throws {
        let answer = try Program.run("--help")
        #expect(answer.exitCode == 0)
        for command in ["run", "check", "inspect", "estimate", "simulate"] {
            #expect(answer.output.contains("\n  \(command) "))
        }
    }

    @Test(arguments: [("rnu", "run"), ("chekc", "check"), ("estimat", "estimate"), ("inspct", "inspect")])
    func unknownCommandNamesTheNearest(word: String, nearest: String) throws {
        let answer = try Program.run(word, "x")
        #expect(answer.exitCode == 64)
        #expect(answer.error == "error[USAGE]: '\(word)' is not a command of peil. · did you mean '\(nearest)'?\n")
        #expect(answer.output.isEmpty)
    }

    @Test func commandWithoutNeighbourListsAll() throws {
        let answer = try Program.run("xxxxxxxxxx")
        #expect(answer.exitCode == 64)
        #expect(answer.error.contains("commands are: run, report, check"))
    }

    @Test(arguments: [
        (["run", "x", "--wvae", "w"], "--wave"), (["check", "x", "--treads", "1"], "--threads"),
        (["inspect", "x", "--recrods"], "--records"), (["estimate", "mean", "--wieghts", "w"], "--weights")
    ])
    func unknownOptionNamesTheNearest(arguments: [String], nearest: String) throws {
        let answer = try Program.run(arguments)
        #expect(answer.exitCode == 64)
        #expect(answer.error.hasSuffix("· did you mean '\(nearest)'?\n"))
        #expect(answer.error.hasPrefix("error[USAGE]: "))
        #expect(answer.output.isEmpty)
    }

    @Test(arguments: [
        ["run"], ["run", "x", "--format", "xml"], ["run", "x", "--threads", "0"], ["run", "x", "--language", "de"],
        ["estimate"], ["estimate", "mean", "y"], ["estimate", "mean", "y", "--data", "d", "--level", "2"]
    ])
    func wrongUsageIs64AndPointsToHelp(arguments: [String]) throws {
        let answer = try Program.run(arguments)
        #expect(answer.exitCode == 64)
        #expect(answer.output.isEmpty)
        #expect(answer.error.hasPrefix("error[USAGE]: "))
        #expect(answer.error.contains(" · "))
    }

    @Test func wrongUsageForProgramsIsOneLineOfJSON() throws {
        let answer = try Program.run("run", "x", "--wvae", "w", "--format", "json")
        #expect(answer.exitCode == 64)
        #expect(answer.output.isEmpty)
        let error = try answer.errorJSON()
        #expect(error["schema"] as? String == "peil-error-1")
        #expect(error["class"] as? String == "USAGE")
        #expect(Set(error.keys) == ["schema", "class", "message", "file", "line", "column", "remedy"])
    }
}
