import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Outside variables by segment in three steps")
struct ThreeStepTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let options: ThreeStep
        let means: [Double]
        let meanErrors: [Double]
        let shares: [[Double]]
        let shareErrors: [[Double]]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "modal, corrected", options: ThreeStep(), means: ThreeStepNumbers.modalMeans,
            meanErrors: ThreeStepNumbers.modalMeanErrors,
            shares: [
                ThreeStepNumbers.modalShares0, ThreeStepNumbers.modalShares1, ThreeStepNumbers.modalShares2
            ],
            shareErrors: [
                ThreeStepNumbers.modalShareErrors0, ThreeStepNumbers.modalShareErrors1,
                ThreeStepNumbers.modalShareErrors2
            ]),
        Case(
            testDescription: "proportional, corrected", options: ThreeStep(.proportional),
            means: ThreeStepNumbers.proportionalMeans, meanErrors: ThreeStepNumbers.proportionalMeanErrors,
            shares: [
                ThreeStepNumbers.proportionalShares0, ThreeStepNumbers.proportionalShares1,
                ThreeStepNumbers.proportionalShares2
            ],
            shareErrors: [
                ThreeStepNumbers.proportionalShareErrors0, ThreeStepNumbers.proportionalShareErrors1,
                ThreeStepNumbers.proportionalShareErrors2
            ]),
        Case(
            testDescription: "proportional, as it is", options: ThreeStep(.proportional, correction: .none),
            means: ThreeStepNumbers.proportionalUncorrectedMeans,
            meanErrors: ThreeStepNumbers.proportionalUncorrectedMeanErrors,
            shares: [
                ThreeStepNumbers.proportionalUncorrectedShares0, ThreeStepNumbers.proportionalUncorrectedShares1,
                ThreeStepNumbers.proportionalUncorrectedShares2
            ],
            shareErrors: [
                ThreeStepNumbers.proportionalUncorrectedShareErrors0,
                ThreeStepNumbers.proportionalUncorrectedShareErrors1,
                ThreeStepNumbers.proportionalUncorrectedShareErrors2
            ])
    ]

    @Test("means, shares and differences from the rest, with standard errors that know the table", arguments: cases)
    func golden(_ item: Case) throws {
        let estimation = try FormulaSegments.estimation()
        let table = FormulaSegments.table
        let means = try estimation.segmentFigures(
            .mean("y"), by: FormulaSegments.soft, of: table, options: item.options)
        try expect(means, item.means, item.meanErrors)
        let shares = try estimation.segmentFigures(
            .shares("z"), by: FormulaSegments.soft, of: table, options: item.options)
        #expect(shares.map(\.answer) == ["s", "s", "s", "t", "t", "t", "u", "u", "u"])
        for level in 0..<3 {
            try expect(Array(shares[(3 * level)..<(3 * level + 3)]), item.shares[level], item.shareErrors[level])
        }
    }

    private func expect(_ figures: [SegmentFigure], _ values: [Double], _ errors: [Double]) throws {
        for k in 0..<3 {
            let comparison = try #require(figures[k].comparison)
            expectClose(figures[k].estimate, values[k], absolute: 1e-11, source: ThreeStepNumbers.version)
            expectClose(comparison.difference, values[3 + k], absolute: 1e-11, source: ThreeStepNumbers.version)
            expectClose(
                try #require(figures[k].standardError), errors[k], relative: 1e-9, source: ThreeStepNumbers.version)
            expectClose(
                try #require(comparison.standardError), errors[3 + k], relative: 1e-9,
                source: ThreeStepNumbers.version)
        }
    }

    @Test("who is placed without chance gives domain means, corrected or not")
    func hardSegmentsAreDomains() throws {
        let estimation = try FormulaSegments.estimation()
        let table = FormulaSegments.table
        let grouping = Grouping.cross([("class", try table.column("class"))])
        let means = try estimation.estimate(
            MeanEstimator(["y"], of: table), by: grouping, wishes: Estimation.Wishes(groupAgainstRest: true))
        for options in [ThreeStep(), ThreeStep(.modal, correction: .none), ThreeStep(.proportional)] {
            let figures = try estimation.segmentFigures(
                .mean("y"), by: FormulaSegments.hard, of: table, options: options)
            for k in 0..<3 {
                let comparison = try #require(figures[k].comparison)
                expectClose(figures[k].estimate, try #require(means.value(k, 0)), relative: 1e-12, source: "D = I")
                expectClose(
                    try #require(figures[k].standardError), try #require(means.standardError(k, 0)), relative: 1e-10,
                    source: "D = I")
                expectClose(
                    try #require(comparison.standardError), try #require(means.standardErrorOfDifference(k, 0)),
                    relative: 1e-10, source: "D = I")
                expectClose(
                    try #require(comparison.index), 100 * figures[k].estimate / comparison.rest, relative: 1e-14,
                    source: "100 is the rest")
                let interval = try #require(comparison.indexInterval)
                #expect(interval.lower < comparison.index! && interval.upper > comparison.index!)
            }
        }
    }

    @Test("estimators of segments keep the laws of smooth estimators")
    func conformance() throws {
        let complete = [Bool](repeating: true, count: FormulaSegments.rowCount)
        for options in [ThreeStep(), ThreeStep(.proportional), ThreeStep(.proportional, correction: .none)] {
            for variable in [DescribingVariable.mean("y"), .shares("z")] {
                try SmoothEstimatorConformance(complete: complete, degree: 0).check(
                    ThreeStepEstimator(variable, by: FormulaSegments.soft, of: FormulaSegments.table, options: options))
            }
        }
        try SmoothEstimatorConformance(complete: complete, degree: 0).check(SegmentSizeEstimator(partlyPlaced))
        let placed = complete.indices.map { $0 % 10 != 3 }
        try SmoothEstimatorConformance(complete: placed, degree: 0).check(
            SegmentSizeEstimator(partlyPlaced, onlyPlaced: true))
    }

    private var partlyPlaced: Segmentation {
        Segmentation(
            codes: FormulaSegments.soft.codes,
            codeOfRow: FormulaSegments.soft.codeOfRow.enumerated().map { $0 % 10 == 3 ? 3 : $1 },
            memberships: FormulaSegments.soft.memberships, method: "formula")
    }

    @Test("sizes of corrected modal placings are the sums of chances")
    func sizes() throws {
        let weights = try FormulaSegments.design().weights
        let sizes = try FormulaSegments.estimation()
            .estimate(SegmentSizeEstimator(FormulaSegments.soft), by: .everyone(rowCount: FormulaSegments.rowCount))
        let total = weights.reduce(0, +)
        for k in 0..<3 {
            let sum = weights.indices.reduce(0.0) { $0 + weights[$1] * FormulaSegments.chances[$1 * 3 + k] }
            expectClose(try #require(sizes.value(0, k)), sum / total, relative: 1e-13, source: "Σ w p / Σ w")
        }
        #expect(sizes.value(0, 3) == 0, "everybody is placed")
    }

    @Test("the estimate gets back what unsure placing had mixed")
    func recovery() throws {
        // Two segments, 6000 people; y is 0 in one and 10 in the other, and a fifth of the people is placed wrongly.
        var random = StableRandom(seed: 8)
        var (chances, y, codes) = ([Double](), [Double](), [UInt16]())
        for _ in 0..<6000 {
            let chance = random.chance(0.5) ? 0.8 : 0.2
            let segment = random.chance(chance) ? 0 : 1
            chances += [chance, 1 - chance]
            codes.append(chance > 0.5 ? 0 : 1)
            y.append(10 * Double(segment) + random.normal())
        }
        let segments = Segmentation(
            codes: ["A", "B", "none"], codeOfRow: codes,
            memberships: Memberships(segmentCount: 2, chances: chances, lineOfRow: (0..<6000).map { Int32($0) }),
            method: "known chances")
        let table = Table.of(numbers: ["y": y])
        let estimation = Estimation(try SampleDesign(DesignColumns(), of: table), engine: VarianceEngine())
        let plain = try estimation.segmentFigures(
            .mean("y"), by: segments, of: table, options: ThreeStep(.modal, correction: .none))
        let corrected = try estimation.segmentFigures(.mean("y"), by: segments, of: table)
        expectClose(plain[0].estimate, 2, absolute: 0.3, source: "a fifth of 10 comes from the other segment")
        expectClose(corrected[0].estimate, 0, absolute: 0.5, source: "truth")
        expectClose(corrected[1].estimate, 10, absolute: 0.5, source: "truth")
        #expect(try #require(corrected[0].standardError) > (try #require(plain[0].standardError)))
    }

    @Test("a question that a segment was not asked leaves it out, for the others too nothing changes")
    func notAsked() throws {
        var table = FormulaSegments.table
        let y = try table.numbers("y")
        func asked(_ classes: Set<Int>) -> Table {
            let answers = (0..<table.rowCount).map { row in
                classes.contains(FormulaSegments.classes[row]) && y.isPresent(row) ? y.values[row] : nil
            }
            table.set(.numeric(.of(answers)), for: Variable(name: "y"))
            return table
        }
        let estimation = try FormulaSegments.estimation()
        let two = asked([0, 2])
        let figures = try estimation.segmentFigures(.mean("y"), by: FormulaSegments.hard, of: two)
        #expect(figures.map(\.segment) == [0, 2])
        let grouping = Grouping.cross([("class", try two.column("class"))])
        let means = try estimation.estimate(
            MeanEstimator(["y"], of: two), by: grouping, in: FormulaSegments.classes.map { $0 != 1 },
            wishes: Estimation.Wishes(groupAgainstRest: true))
        for (figure, group) in zip(figures, [0, 2]) {
            expectClose(figure.estimate, try #require(means.value(group, 0)), relative: 1e-12, source: "a domain")
            expectClose(
                try #require(figure.comparison?.standardError), try #require(means.standardErrorOfDifference(group, 0)),
                relative: 1e-10, source: "a domain")
        }
        let one = try estimation.segmentFigures(.mean("y"), by: FormulaSegments.hard, of: asked([2]))
        #expect(one.count == 1 && one[0].segment == 2 && one[0].comparison == nil && one[0].standardError != nil)
    }

    @Test("placings that say nothing and segments without people are errors")
    func badInput() throws {
        let rows = FormulaSegments.rowCount
        let blind = Segmentation(
            codes: ["A", "B", "none"], codeOfRow: (0..<rows).map { UInt16($0 % 2) },
            memberships: Memberships(
                segmentCount: 2, chances: [0.5, 0.5], lineOfRow: [Int32](repeating: 0, count: rows)), method: "blind")
        let estimation = try FormulaSegments.estimation()
        #expect(throws: EstimationError.inseparableSegments(condition: .infinity)) {
            try estimation.segmentFigures(.mean("y"), by: blind, of: FormulaSegments.table)
        }
        let domain = FormulaSegments.classes.map { $0 != 1 }
        let estimator = try ThreeStepEstimator(.mean("y"), by: FormulaSegments.hard, of: FormulaSegments.table)
        let everyone = Grouping.everyone(rowCount: rows)
        #expect(throws: EstimationError.emptySegment("B")) {
            try estimation.estimate(estimator, by: everyone, in: domain).outcomes[0].get()
        }
        #expect(throws: EstimationError.emptyDomain) {
            try estimation.segmentFigures(
                .mean("y"), by: FormulaSegments.hard, of: FormulaSegments.table, in: domain.map { _ in false })
        }
        let single = Segmentation(
            codes: ["A", "none"], codeOfRow: [UInt16](repeating: 0, count: rows), method: "one")
        #expect(throws: EstimationError.self) {
            try estimation.segmentFigures(.mean("y"), by: single, of: FormulaSegments.table)
        }
    }
}
