import PeilDisclosure
import Testing

@testable import PeilStudy

/// Answers of which one holds all people of the other, found in the data.
struct NestedAnswerTests {
    /// A question with one shown answer, given by the first `given` of `answered` respondents.
    private func question(
        _ id: String, given: Int, answered: Int = 1_000, of count: Int = 1_000
    ) -> AnswerLinks.Question {
        AnswerLinks.Question(
            id: id, levels: ["1"],
            levelOfRow: (0..<count).map { $0 < given ? 0 : $0 < answered ? 1 : -1 })
    }

    private func pairs(_ questions: [AnswerLinks.Question]) -> Set<String> {
        Set(
            AnswerLinks(questions, rowCount: 1_000).nested().map {
                "\($0.inner.question) < \($0.outer.question)"
            })
    }

    @Test func onlyTheNextOfEachIsPaired() {
        let chain = [question("72", given: 300), question("24", given: 800), question("48", given: 500)]
        #expect(pairs(chain) == ["72 < 48", "48 < 24"])
    }

    @Test func anAnswerThatOneOfThemLacksIsNotNested() {
        var inner = question("a", given: 300).levelOfRow
        inner[999] = 0
        let outside = AnswerLinks.Question(id: "a", levels: ["1"], levelOfRow: inner)
        #expect(pairs([outside, question("b", given: 500)]).isEmpty)
        // Not even where the other question was not answered.
        #expect(pairs([question("a", given: 300), question("b", given: 250, answered: 250)]) == ["b < a"])
    }

    @Test func theSamePeopleAreALinkAndNoPair() {
        let same = [question("a", given: 300), question("b", given: 300)]
        #expect(pairs(same).isEmpty)
        #expect(AnswerLinks(same, rowCount: 1_000).links().count == 1)
    }

    @Test func fewWhoAllGaveWhatNearlyEverybodyGaveAreChance() {
        #expect(pairs([question("rare", given: 20), question("common", given: 950)]).isEmpty)
        #expect(pairs([question("often", given: 600), question("common", given: 950)]) == ["often < common"])
    }
}
