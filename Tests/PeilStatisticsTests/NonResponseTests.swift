import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Non-response")
struct NonResponseTests {
    private let codes: [SampleOutcome] = [
        .complete, .refusal, .complete, .unknown, .notEligible, .complete, .nonContact, .complete, .complete,
        .refusal
    ]
    private let weights: [Double] = [10, 20, 30, 6, 14, 12, 8, 5, 15, 10]
    private let classes = FrameClasses(variable: "area", names: ["a", "b"], classOfUnit: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1])

    @Test("A class keeps its sum: unknown eligibility shared out, then non-respondents given to respondents")
    func byClass() throws {
        let units = try SampledUnits(weights: weights, outcomes: codes)
        let result = try NonResponseAdjustment().adjust(units, in: classes)
        // Class a: R 40, N 20, I 14, U 6: f1 = 80/74, f2 = 60/40. Class b: R 32, N 18: f2 = 50/32.
        expectClose(result.classes[0].eligibilityFactor, 80 / 74, relative: 1e-14, source: "by hand")
        expectClose(result.classes[0].responseFactor, 1.5, relative: 1e-14, source: "by hand")
        expectClose(result.classes[1].responseFactor, 50 / 32, relative: 1e-14, source: "by hand")
        #expect(result.classes[0].responded == 2 && result.classes[0].unknown == 1)
        for part in 0..<2 {
            let own = (0..<10).filter { classes.classOfUnit[$0] == part }
            expectClose(
                own.reduce(0) { $0 + result.weights[$1] }, own.reduce(0) { $0 + weights[$1] }, relative: 1e-14,
                source: "the class keeps its sum")
        }
        #expect(result.weights[1] == 0 && result.weights[3] == 0 && result.weights[6] == 0)
        expectClose(result.weights[0], 10 * 80 / 74 * 1.5, relative: 1e-14, source: "by hand")
    }

    @Test("An empty class is named; joined with its neighbour it is none")
    func emptyClass() throws {
        let units = try SampledUnits(weights: weights, outcomes: codes)
        let three = FrameClasses(variable: "area", names: ["a", "b", "c"], classOfUnit: [0, 2, 0, 0, 0, 1, 1, 1, 1, 1])
        #expect(throws: WeightingError.emptyResponseClass(name: "c")) {
            try NonResponseAdjustment().adjust(units, in: three)
        }
        let joined = try three.collapsing([["a", "c"]])
        let result = try NonResponseAdjustment().adjust(units, in: joined)
        expectClose(result.weights.reduce(0, +), weights.reduce(0, +), relative: 1e-14, source: "all of them")
    }

    @Test("Bad base weights and units without a class are refused")
    func badFrame() throws {
        for bad in [0, -1, .nan] as [Double] {
            #expect(throws: WeightingError.badDesignWeights(count: 1, firstRow: 0)) {
                try SampledUnits(weights: [bad, 1], outcomes: [.complete, .refusal])
            }
        }
        let empty = Table.of(codes: ["area": ["a", nil]])
        #expect(throws: WeightingError.outsideMargin(margin: "area", count: 1)) {
            try FrameClasses(["area"], of: empty)
        }
    }

    @Test("Response propensity is R's weighted logistic regression")
    func propensity() throws {
        let data = PropensityNumbers.self
        let units = try SampledUnits(
            weights: data.weights, outcomes: data.responded.map { $0 == 1 ? .complete : .refusal })
        let age = FrameClasses(variable: "age", names: ["j", "m", "o"], classOfUnit: data.age)
        let sex = FrameClasses(variable: "sex", names: ["m", "v"], classOfUnit: data.sex)
        let fit = try ResponsePropensity().fit(units, on: [age, sex])
        for (propensity, other) in zip(fit.propensities, data.fitted) {
            expectClose(propensity, other, relative: 1e-9, source: "glm(binomial), R 4.2.2; response-propensity.R")
        }
        let classes = fit.classes(3)
        let adjusted = try NonResponseAdjustment().adjust(units, in: classes)
        expectClose(adjusted.weights.reduce(0, +), data.weights.reduce(0, +), relative: 1e-13, source: "all of them")
        for (low, high) in zip(adjusted.classes, adjusted.classes.dropFirst()) {
            #expect(low.responseRate < high.responseRate)
        }
    }

    @Test("A category in which everybody responded has no finite coefficient and is named")
    func separated() throws {
        let units = try SampledUnits(
            weights: [1, 1, 1, 1], outcomes: [.complete, .complete, .complete, .refusal])
        let area = FrameClasses(variable: "area", names: ["a", "b"], classOfUnit: [0, 0, 1, 1])
        #expect(throws: WeightingError.separated(variable: "area", category: "a")) {
            try ResponsePropensity().fit(units, on: [area])
        }
    }
}
