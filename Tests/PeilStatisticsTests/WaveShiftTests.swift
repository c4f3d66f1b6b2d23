import PeilTable
import PeilTestSupport
import Testing

@testable import PeilStatistics

@Suite struct WaveShiftTests {
    private func codes(_ values: [Int], reasons: [UInt8] = []) -> Column {
        .categorical(
            CategoricalColumn(
                categories: (1...3).map { Category(code: "\($0)", label: "l") }, codes: values.map { UInt16($0 - 1) },
                reasons: reasons))
    }

    private func wave(_ columns: [(String, Column)], weights: [Double]) -> WeightedWave {
        var table = Table(rowCount: weights.count)
        for (name, column) in columns { table.set(column, for: Variable(name: name)) }
        return WeightedWave(table: table, weights: weights)
    }

    private let limits = ShiftLimits(totalVariation: 0.15, standardisedDifference: 0.3, missingShare: 0.1)

    @Test func totalVariationOfWeightedShares() throws {
        // Shares 1/2, 1/2, 0 and 1/4, 1/4, 1/2 by weight: half of the people would have to answer otherwise.
        let before = wave([("q", codes([1, 2]))], weights: [3, 3])
        let now = wave([("q", codes([1, 2, 3]))], weights: [1, 1, 2])
        let shift = try #require(WaveShift.all(["q"], from: before, to: now).first)
        #expect(shift.measure == .totalVariation)
        expectClose(try #require(shift.value), 0.5, relative: 1e-14, source: "½(¼ + ¼ + ½)")
        // Effective numbers 2 and 16/6; pooled shares 3/8, 3/8, 1/4.
        expectClose(
            shift.byChance, 0.52292, relative: 1e-4,
            source: "½ √(2/π · 7/8) (2 √(15/64) + √(3/16))")
        #expect(!shift.exceeds(limits))
    }

    @Test func aShiftOfManyAnswersIsReportedAndOfFewIsNot() throws {
        func shift(_ copies: Int) throws -> WaveShift {
            let rows = (0..<copies).flatMap { _ in [1, 1, 1, 2, 2] }
            let others = (0..<copies).flatMap { _ in [1, 2, 2, 2, 2] }
            let weights = [Double](repeating: 2, count: rows.count)
            return try #require(
                WaveShift.all(
                    ["q"], from: wave([("q", codes(rows))], weights: weights),
                    to: wave([("q", codes(others))], weights: weights)
                ).first)
        }
        let few = try shift(1)
        let many = try shift(40)
        expectClose(
            try #require(few.value), try #require(many.value), relative: 1e-13, source: "copies change no share")
        #expect(!few.exceeds(limits) && many.exceeds(limits))
    }

    @Test func standardisedDifferenceOfNumbers() throws {
        let before = wave([("x", .numeric(NumericColumn(values: [1, 3])))], weights: [1, 1])
        let now = wave([("x", .numeric(NumericColumn(values: [2, 6])))], weights: [1, 1])
        let shift = try #require(WaveShift.all(["x"], from: before, to: now).first)
        // Means 2 and 4, variances 1 and 4.
        expectClose(try #require(shift.value), 2 / 2.5.squareRoot(), relative: 1e-14, source: "2 / √2.5")
        let constant = wave([("x", .numeric(NumericColumn(values: [2, 2])))], weights: [1, 1])
        #expect(WaveShift.all(["x"], from: constant, to: constant).first?.value == nil)
    }

    @Test func missingSharesAreOfThoseAsked() throws {
        // Weights 1, 1, 2, 4: the last was not asked, the third does not know.
        let reasons: [UInt8] = [0, 0, MissingReason.dontKnow.rawValue, MissingReason.notAsked.rawValue]
        let now = wave([("q", codes([1, 2, 1, 1], reasons: reasons))], weights: [1, 1, 2, 4])
        let before = wave([("q", codes([1, 2]))], weights: [1, 1])
        let shift = try #require(WaveShift.all(["q"], from: before, to: now).first)
        #expect(shift.missingBefore == 0 && shift.missingNow == 0.5)
        #expect(shift.missingExceeds(limits))
        #expect(shift.value == 0)
    }

    @Test func questionsOfOneWaveOrOfTwoKindsAreLeftOut() {
        let before = wave([("q", codes([1])), ("x", codes([1]))], weights: [1])
        let now = wave([("x", .numeric(NumericColumn(values: [1]))), ("new", codes([1]))], weights: [1])
        #expect(WaveShift.all(["q", "x", "new"], from: before, to: now).isEmpty)
    }

    @Test func sharesOfFlagsByWeight() {
        let reasons: [UInt8] = [0, 0, 0, MissingReason.notAsked.rawValue]
        guard case .categorical(let column) = codes([1, 2, 2, 2], reasons: reasons) else { return }
        let share = WeightedShare(of: "2", in: column, weights: [2, 1, 1, 9])
        #expect(share.count == 2 && share.base == 3 && share.weightedShare == 0.5)
        #expect(WeightedShare(of: "9", in: column, weights: [2, 1, 1, 9]).count == 0)
        #expect(WeightedShare(of: "1", in: column, weights: [0, 0, 0, 0]).weightedShare == nil)
    }
}
