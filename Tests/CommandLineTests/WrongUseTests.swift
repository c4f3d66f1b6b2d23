import Testing

/// What a new user mistypes: one sentence, and what to type instead.
@Suite struct WrongUseTests {
    typealias Case = (arguments: [String], message: String, remedy: String)

    static let cases: [Case] = [
        (["run"], "'peil run' needs <study>.", "for example: peil run Data/haaglanden"),
        (["run", "s", "--wav", "golf2"], "'peil run' has no option '--wav'.", "did you mean '--wave'?"),
        (["run", "s", "--language", "de"], "'de' is no value for --language.", "choose one of nl, en"),
        (
            ["run", "s", "--threads", "two"], "'two' is no value for --threads.",
            "it takes a number, for example: --threads 2"
        ),
        (["report", "s", "--format"], "--format needs a value after it.", "see 'peil report --help'"),
        (["segment", "fitt", "s"], "'fitt' is not a command of peil segment.", "did you mean 'segment fit'?"),
        (["waves", "statuss", "s"], "'statuss' is not a command of peil waves.", "did you mean 'waves status'?"),
        (["codebook", "imprt", "s"], "'imprt' is not a command of peil codebook.", "did you mean 'codebook import'?"),
        (["disclosure", "zzzzzzzz"], "'zzzzzzzz' is not a command of peil disclosure.", "commands are: audit, protect"),
        (["segment", "fit"], "'peil segment fit' needs <study>.", "for example: peil segment fit Data/haaglanden"),
        (["weight", "s", "--boot", "3"], "'peil weight' has no option '--boot'.", "did you mean '--bootstrap'?"),
        (
            ["waves", "purge", "s", "--older", "x"], "'peil waves purge' has no option '--older'.",
            "see 'peil waves purge --help'"
        ),
        (["help", "runn"], "'runn' is not a command of peil.", "did you mean 'run'?"),
        (["--versio"], "'peil' has no option '--versio'.", "did you mean '--version'?"),
        (["scale", "s", "--show", "alfa"], "'alfa' is no value for --show.", "did you mean 'alpha'?"),
        (
            ["estimate", "mean", "y", "--data", "d", "--lonely-psu", "adjst"], "'adjst' is no value for --lonely-psu.",
            "did you mean 'adjust'?"
        ),
        (["estimate", "mean", "--data", "d"], "The columns must be at least 1, as mean needs.", "name the columns"),
        (["run", "s", "extra"], "Unexpected argument 'extra'.", "see 'peil run --help'")
    ]

    @Test(arguments: cases.indices)
    func aWrongUseEndsInOneSentenceThatSaysWhatToType(index: Int) throws {
        let wrong = Self.cases[index]
        let answer = try Program.run(wrong.arguments)
        #expect(answer.exitCode == 64)
        #expect(answer.output.isEmpty)
        #expect(answer.error.count(where: \.isNewline) == 1)
        #expect(answer.error.hasPrefix("error[USAGE]: \(wrong.message) · \(wrong.remedy)"), "\(answer.error)")
    }

    @Test func aPathThatLeadsNowhereNamesTheOneBesideIt() throws {
        let folder = try TemporaryFolder()
        try folder.write("y\n1\n", to: "data/answers.csv")
        let data = try Program.run("estimate", "mean", "y", "--data", "daat/answers.csv", in: folder)
        #expect(data.exitCode == 66)
        #expect(data.error.hasSuffix("· Did you mean 'data/answers.csv'?\n"), "\(data.error)")
        let study = try Program.run("check", "nothing-like-it", in: folder)
        #expect(study.exitCode == 66)
        #expect(study.error.contains("'peil init answers.csv' makes one"), "\(study.error)")
    }

    @Test func aStatisticThatFailsPrintsNoEmptyTable() throws {
        let folder = try TemporaryFolder()
        try folder.write("y\n1\n2\n", to: "d.csv")
        let answer = try Program.run("estimate", "quantile", "y", "--probs", "2", "--data", "d.csv", in: folder)
        #expect(answer.exitCode == 65)
        #expect(answer.output.isEmpty)
        #expect(answer.error.hasPrefix("error[BAD_OPTION]"))
    }
}
