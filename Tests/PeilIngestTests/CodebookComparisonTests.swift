import PeilTable
import Testing

@testable import PeilIngest

@Suite struct CodebookComparisonTests {
    private static let base = """
        languages: [nl]
        mode: [web, paper]
        variables:
        - {id: sex, type: code, nl: Bent u een man of een vrouw?, labels: [{code: 1, nl: man}, {code: 2, nl: vrouw}]}
        - {id: age, type: int, nl: Wat is uw leeftijd?, min: 18, missing: [{code: 99, kind: refused}]}
        - id: worry
          type: code
          nl: "Hoeveel zorgen maakt u zich?"
          labels: [{code: 1, nl: geen}, {code: 2, nl: enige}, {code: 3, nl: veel}]
          missing: [{code: 8, kind: dont_know}]
          ask_if: ["sex in [1, 2]", "age >= 18"]
        derived:
        - {id: ageband, bands: {of: age, edges: [18, 40, 65], labels: [jong, midden, oud]}}
        """

    /// Kinds and verdicts of what `old` → `new` in the base codebook gives.
    private func differences(_ old: String, _ new: String) throws -> [String] {
        try #require(Self.base.contains(old), "'\(old)' is not in the codebook")
        let comparison = CodebookComparison(
            old: try codebook(Self.base), new: try codebook(Self.base.replacing(old, with: new)))
        return comparison.differences.map { "\($0.question) \($0.kind.rawValue) \($0.verdict.rawValue)" }
    }

    @Test func theSameCodebookIsIdentical() throws {
        let book = try codebook(Self.base)
        let comparison = CodebookComparison(old: book, new: book)
        #expect(comparison.differences.isEmpty && comparison.verdict == .identical)
        #expect(comparison.questions == ["sex", "age", "worry", "ageband"])
    }

    @Test(arguments: [
        ("Hoeveel zorgen maakt u zich?", "hoeveel  zorgen maakt u zich", "worry wording cosmetic"),
        ("Hoeveel zorgen maakt u zich?", "Hoeveel zorgen maakte u zich?", "worry wording breaking"),
        ("nl: geen}", "nl: Geen.}", "worry options cosmetic"),
        ("nl: geen}", "nl: weinig}", "worry options breaking"),
        (", {code: 3, nl: veel}", "", "worry options breaking"),
        ("{code: 3, nl: veel}", "{code: 3, nl: veel}, {code: 4, nl: heel veel}", "worry options breaking"),
        (
            "{code: 1, nl: man}, {code: 2, nl: vrouw}", "{code: 2, nl: vrouw}, {code: 1, nl: man}",
            "sex option_order breaking"
        ),
        ("{code: 3, nl: veel}", "{code: 5, nl: veel}", "worry codes breaking"),
        ("\"sex in [1, 2]\", \"age >= 18\"", "\"age >= 18\", \"sex in [2, 1]\"", "worry routing cosmetic"),
        ("age >= 18", "age >= 16", "worry routing breaking"),
        ("{code: 8, kind: dont_know}", "{code: 8, kind: refused}", "worry missing_codes breaking"),
        ("missing: [{code: 8, kind: dont_know}]", "missing: []", "worry missing_codes breaking"),
        ("id: age, type: int", "id: age, type: number", "age type breaking"),
        ("min: 18", "min: 16", "age rules cosmetic"),
        ("min: 18", "unit: jaar, min: 18", "age unit breaking"),
        ("edges: [18, 40, 65]", "edges: [18, 45, 65]", "ageband derivation breaking")
    ]) func eachChangeHasItsKindAndVerdict(old: String, new: String, expected: String) throws {
        #expect(try differences(old, new).contains(expected))
        #expect(try differences(old, new).filter { !$0.hasPrefix("ageband inputs") }.count == 1)
    }

    @Test func anotherModeBreaksEveryQuestionThatHasNoneOfItsOwn() throws {
        #expect(
            try differences("mode: [web, paper]", "mode: [telephone]") == [
                "sex mode breaking", "age mode breaking", "worry mode breaking", "ageband inputs breaking"
            ])
        #expect(try differences("id: sex,", "id: sex, mode: web,") == ["sex mode breaking"])
    }

    @Test func swappedCodesAreTwoChangesOfCode() throws {
        let found = try differences(
            "{code: 1, nl: man}, {code: 2, nl: vrouw}", "{code: 2, nl: man}, {code: 1, nl: vrouw}")
        #expect(found == ["sex codes breaking", "sex codes breaking"])
    }

    @Test func newAndVanishedQuestions() throws {
        let found = try differences("id: worry", "id: concern")
        #expect(found == ["concern added cosmetic", "worry removed breaking"])
    }

    @Test func whatFollowsFromAChangedQuestionIsBrokenToo() throws {
        let new = try codebook(Self.base.replacing("Wat is uw leeftijd?", with: "Hoe oud bent u?"))
        let comparison = CodebookComparison(old: try codebook(Self.base), new: new)
        #expect(comparison.breakingQuestions == ["age", "ageband"])
        #expect(comparison.verdict(of: "worry") == .identical)
        let first = try #require(comparison.differences.first)
        #expect(first.oldLine == 5 && first.newLine == 5)
    }

    @Test(arguments: [
        ("Bent u 65+?", "Bent u 65?", CodebookVerdict.breaking), ("1,5 liter", "15 liter", .breaking),
        ("18-24 jaar", "18–24  jaar", .cosmetic), ("< 20%", "> 20%", .breaking),
        ("don't know", "Don’t know!", .cosmetic),
        ("5", "-5", .breaking), ("e\u{301}\u{301}n", "een", .breaking), ("café", "cafe\u{301}", .identical),
        ("ja, wel", "ja - wel", .cosmetic), ("€ 10", "$ 10", .breaking)
    ]) func wordsCountAndPunctuationDoesNot(old: String, new: String, expected: CodebookVerdict) {
        #expect(WordingComparison.verdict(old, new) == expected)
    }

    @Test func movedQuestionsAreAsFewAsCanBe() {
        #expect(CodebookComparison.moved(from: ["a", "b", "c", "d"], to: ["d", "a", "b", "c"]) == ["d"])
        #expect(CodebookComparison.moved(from: ["a", "b"], to: ["x", "a", "b"]).isEmpty)
    }
}
