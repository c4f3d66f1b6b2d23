import PeilTable
import Testing

@testable import PeilStudy

@Suite struct SectionTests {
    @Test func unknownKeyNamesPlaceAndNearest() throws {
        let section = try StudyFixture.section("a: 1\nouter:\n  weigths: w\n").section("outer")
        let failure = try #require(StudyFixture.failure { try section.allow(["weights", "strata"]) })
        #expect(failure.code == "UNKNOWN_KEY")
        #expect(failure.exitCode == 78)
        #expect(failure.line == 3 && failure.column == 3)
        #expect(failure.message.contains("'outer'"))
        #expect(failure.remedy == "did you mean 'weights'?")
    }

    @Test func keyFarFromAllListsAll() throws {
        let failure = try #require(
            StudyFixture.failure { try StudyFixture.section("zzzzzzzz: 1").allow(["weights", "strata"]) })
        #expect(failure.remedy == "keys are: weights, strata")
    }

    @Test(arguments: ["x: nan", "x: inf", "x: 0x10", "x: \"\"", "x: 1,5", "x: [1]", "x: 1e999", "x: een"])
    func noNumberIsRefused(text: String) throws {
        let failure = try #require(StudyFixture.failure { _ = try StudyFixture.section(text).number("x") })
        #expect(failure.code == "WRONG_VALUE" && failure.line == 1)
    }

    @Test(arguments: [("x: 1", 1.0), ("x: -2.5", -2.5), ("x: 1e-10", 1e-10), ("x: \"3\"", 3)])
    func numbersAreRead(text: String, value: Double) throws {
        #expect(try StudyFixture.section(text).number("x") == value)
    }

    @Test func wholeNumbersAreWhole() throws {
        #expect(try StudyFixture.section("x: 4").integer("x") == 4)
        #expect(StudyFixture.failure { _ = try StudyFixture.section("x: 4.5").integer("x") }?.code == "WRONG_VALUE")
        #expect(StudyFixture.failure { _ = try StudyFixture.section("y: 4").integer("x") }?.code == "MISSING_KEY")
        #expect(try StudyFixture.section("y: 4").integer("x", default: 7) == 7)
    }

    @Test func flagsAreTrueOrFalse() throws {
        #expect(try StudyFixture.section("x: true").flag("x", default: false))
        #expect(
            StudyFixture.failure { _ = try StudyFixture.section("x: perhaps").flag("x", default: false) }?.code
                == "WRONG_VALUE")
    }

    @Test func oneTextStandsForAListOfOne() throws {
        #expect(try StudyFixture.section("x: a").texts("x") == ["a"])
        #expect(try StudyFixture.section("x: [a, b]").texts("x") == ["a", "b"])
        #expect(StudyFixture.failure { _ = try StudyFixture.section("x: {a: b}").texts("x") }?.code == "WRONG_VALUE")
    }

    @Test func jsonIsReadAsWell() throws {
        let section = try StudyFixture.section("{\"x\": {\"y\": [1, 2.5]}, \"t\": \"een\"}")
        #expect(try section.section("x").numbers("y") == [1, 2.5])
        #expect(try section.text("t") == "een")
    }

    @Test(arguments: [("", "EMPTY_FILE"), ("[1, 2]", "WRONG_TYPE"), ("a: [1", "NOT_YAML")])
    func whatIsNoMappingIsRefused(text: String, code: String) throws {
        let failure = try #require(StudyFixture.failure { _ = try StudyFixture.section(text) })
        #expect(failure.code == code)
        #expect(failure.exitCode == 78)
        #expect(failure.file == "f.yaml")
    }

    @Test func textsMayBePerLanguage() throws {
        let both = try StudyFixture.section("x: {nl: ja, en: \"yes\"}").localized("x")
        #expect(both.text(in: "nl") == "ja" && both.text(in: "en") == "yes")
        #expect(try StudyFixture.section("x: ja").localized("x").text(in: "en") == "ja")
    }

    @Test(arguments: [("wieghts", "weights"), ("srtata", "strata"), ("cluster", "clusters")])
    func nearestNameIsTheOneMeant(word: String, name: String) {
        #expect(nearestName(to: word, among: ["weights", "strata", "clusters"]) == name)
    }

    @Test func nothingNearIsNothing() {
        #expect(nearestName(to: "zzzzzz", among: ["weights", "strata"]) == nil)
        #expect(nearestName(to: "x", among: []) == nil)
        // Not one of the two letters stays.
        #expect(nearestName(to: "de", among: ["nl", "en"]) == nil)
    }
}
