import PeilStatistics
import PeilTestSupport
import Testing

@Suite struct ResponseRatesTests {
    /// 400 complete, 50 partial, 200 refused, 250 not reached, 20 other, 60 unknown, 20 not eligible.
    private var counts: DispositionCounts {
        var counts = DispositionCounts()
        for (outcome, amount): (SampleOutcome, Double) in [
            (.complete, 400), (.partial, 50), (.refusal, 200), (.nonContact, 250), (.other, 20), (.unknown, 60),
            (.notEligible, 20)
        ] { counts.add(outcome, amount) }
        return counts
    }

    /// Source: the formulas of AAPOR, Standard Definitions (2023), worked out by hand: e = 920/940.
    private static let byHand: [(OutcomeRate, numerator: Double, denominator: Double)] = [
        (.response1, 400, 980), (.response2, 450, 980), (.response3, 400 * 940, 920 * 1000),
        (.response4, 450 * 940, 920 * 1000), (.response5, 400, 920), (.response6, 450, 920),
        (.cooperation1, 400, 670), (.cooperation2, 450, 670), (.refusal1, 200, 980), (.contact1, 670, 980)
    ]

    @Test(arguments: byHand)
    func eachRateFollowsItsFormula(_ rate: OutcomeRate, _ numerator: Double, _ denominator: Double) throws {
        expectClose(
            try #require(counts.rate(rate)), numerator / denominator, relative: 1e-15, source: "AAPOR 2023, by hand")
    }

    @Test func ratesAreOrderedAsTheirDefinitionsSay() throws {
        let rates = try OutcomeRate.allCases.map { try #require(counts.rate($0)) }
        // RR1 <= RR3 <= RR5, RR2 <= RR4 <= RR6, and partial interviews only add.
        #expect(rates[0] <= rates[2] && rates[2] <= rates[4] && rates[1] <= rates[3] && rates[3] <= rates[5])
        #expect(rates[0] <= rates[1] && rates[2] <= rates[3] && rates[4] <= rates[5])
    }

    @Test func nobodySampledHasNoRate() {
        #expect(DispositionCounts().rate(.response1) == nil && DispositionCounts().eligibleShare == nil)
        var unknown = DispositionCounts()
        unknown.add(.unknown, 5)
        #expect(unknown.rate(.response1) == 0 && unknown.rate(.response3) == 0 && unknown.rate(.response5) == nil)
    }

    @Test func groupsAddUpToTheWhole() {
        let sum = counts + counts
        #expect(sum.total == 2 * counts.total && sum.rate(.response2) == counts.rate(.response2))
    }
}
