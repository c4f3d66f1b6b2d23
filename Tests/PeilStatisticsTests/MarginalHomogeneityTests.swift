import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Marginal homogeneity")
struct MarginalHomogeneityTests {
    /// The survey with b in the levels of a, and two yes/no answers.
    private let table: Table = {
        var table = TestSurvey.table
        let map = ["u": "p", "v": "q", "w": "r"]
        let b = TestSurvey.table
        let labels = (try? b.column("b").rowLabels()) ?? []
        table.set(.categorical(.of(labels.map { $0.flatMap { map[$0] } })), for: Variable(name: "b as a"))
        for (name, level) in [("is p", "p"), ("b is p", "p")] {
            let source = name == "is p" ? "a" : "b as a"
            let answers = (try? table.column(source).rowLabels()) ?? []
            table.set(.numeric(.of(answers.map { $0.map { $0 == level ? 1 : 0 } })), for: Variable(name: name))
        }
        return table
    }()

    @Test("Three levels equal the Wald test of the paired differences")
    func threeLevels() throws {
        let result = try MarginalHomogeneityTest("a", "b as a").run(TestSurvey.plain(), of: table)
        expectOutcome(
            result.outcome, statistic: 0.269121880681572, 2, 10, p: 0.769411724029213,
            source: "svymean of the differences of indicators, W/2")
        let expected = [0.0097799511002445, 0.0301548492257539, 0.0456470212395249, 0.0469666073720856]
        for (value, number) in zip(result.differences.prefix(2) + result.standardErrors.prefix(2), expected) {
            expectClose(value, number, relative: 1e-12, source: TestSurvey.version)
        }
        for l in result.levels.indices {
            expectClose(
                result.firstShares[l] - result.secondShares[l], result.differences[l], absolute: 1e-15,
                source: "difference of the shares")
        }
    }

    @Test("Two levels: the paired t, squared, with its p")
    func twoLevels() throws {
        for estimation in [try TestSurvey.plain(), try TestSurvey.raked()] {
            let result = try MarginalHomogeneityTest("is p", "b is p").run(estimation, of: table)
            let t = try TTest.paired("is p", minus: "b is p").run(estimation, of: table)
            expectClose(
                result.outcome.statistic, t.outcome.statistic * t.outcome.statistic, relative: 1e-11, source: "t²")
            expectClose(result.outcome.p, t.outcome.p, relative: 1e-11, source: "p of t")
            expectClose(
                result.standardErrors[1], t.difference.standardError, relative: 1e-12, source: "se of the difference")
        }
    }

    @Test("A level on which all agree takes no degree of freedom")
    func agreement() throws {
        var table = table
        let first = try table.column("is p").rowLabels()
        let second = try table.column("b is p").rowLabels()
        // Every fifth row says "9" twice.
        func withNine(_ labels: [String?]) -> CategoricalColumn {
            .of(labels.enumerated().map { $0 % 5 == 0 ? "9" : $1 })
        }
        table.set(.categorical(withNine(first)), for: Variable(name: "one"))
        table.set(.categorical(withNine(second)), for: Variable(name: "two"))
        let result = try MarginalHomogeneityTest("one", "two").run(TestSurvey.plain(), of: table)
        #expect(result.levels == ["0", "1", "9"] && result.differences[2] == 0)
        #expect(result.outcome.degreesOfFreedom == 1 && result.outcome.denominatorDegreesOfFreedom == 11)
    }

    @Test("What cannot be compared is an error that names the columns")
    func errors() throws {
        let plain = try TestSurvey.plain()
        #expect(throws: TestError.noVariation(columns: ["a", "a"])) {
            try MarginalHomogeneityTest("a", "a").run(plain, of: table)
        }
        #expect(throws: TestError.tooFewLevels(column: "all alike", levels: 1)) {
            try MarginalHomogeneityTest("all alike", "all alike").run(plain, of: table)
        }
        #expect(throws: TestError.tooFewUnits(columns: ["a", "b as a"], designDegreesOfFreedom: 2, needed: 3)) {
            try MarginalHomogeneityTest("a", "b as a").run(plain, of: table, in: (0..<120).map { $0 < 24 })
        }
    }
}
