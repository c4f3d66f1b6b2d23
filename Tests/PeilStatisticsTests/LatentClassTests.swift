import Foundation
import PeilNumerics
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilStatistics

@Suite struct LatentClassTests {
    private static let survey = LatentClassSurvey.clear()
    private static let method = Result {
        try LatentClasses(items: survey.items, classes: 3, starts: 12, seed: 5, minimumAnswered: 6)
    }

    private func golden() throws -> LatentClassGolden {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try LatentClassGolden(root.path + "/Golden/latent-classes.json")
    }

    // MARK: Numbers of others

    @Test(arguments: [0, 1, 2]) func equalsStepMixAndAPlainEM(place: Int) throws {
        let golden = try golden()
        let expected = golden.fits[place]
        let fit = try LatentClasses(items: golden.items, classes: expected.classes, starts: 60, seed: 2)
            .analyse(golden.table, weights: golden.weights, threads: 2)
        let source = "StepMix 3.0.0 and numpy EM, Scripts/golden/latent-classes.py"
        expectClose(fit.logLikelihood, expected.logLikelihood, relative: 1e-9, source: source)
        expectClose(fit.bic, expected.bic, relative: 1e-9, source: source)
        #expect(fit.parameterCount == expected.parameters)
        for (share, other) in zip(fit.model.shares, expected.shares) {
            expectClose(share, other, absolute: 2e-5, source: source)
        }
        for (item, lines) in fit.model.probabilities.enumerated() {
            for (k, line) in lines.enumerated() {
                for (category, chance) in line.enumerated() {
                    expectClose(chance, expected.probabilities[item][k][category], absolute: 1e-4, source: source)
                }
            }
        }
    }

    /// An EM step written out answer by answer, against the one through tables of several items.
    @Test func oneStepIsTheTextbookStep() throws {
        let survey = LatentClassSurvey.clear(rows: 90, absent: 0.2)
        let method = try LatentClasses(items: survey.items, classes: 3, seed: 1, weightRule: .frequency)
        let lines: [[Double]] = [[0.2, 0.3, 0.5], [0.3, 0.3, 0.4], [0.4, 0.3, 0.3]]
        let start = LatentClassModel(
            items: try method.answers(of: survey.table, weights: survey.weights), shares: [0.2, 0.3, 0.5],
            probabilities: [[[Double]]](repeating: lines, count: survey.items.count), minimumAnswered: 1)
        let (next, trace) = try method.steps(1, from: start, survey.table, weights: survey.weights)
        let columns = try survey.items.map { try survey.table.categories($0) }
        var counts = [[[Double]]](repeating: [[Double]](repeating: [0, 0, 0], count: 3), count: 8)
        var sizes = [0.0, 0, 0]
        var logLikelihood = 0.0
        for row in 0..<90 where columns.contains(where: { $0.isPresent(row) }) {
            var joint = start.shares
            for (item, column) in columns.enumerated() where column.isPresent(row) {
                for k in 0..<3 { joint[k] *= start.probabilities[item][k][Int(column.codes[row])] }
            }
            let total = joint.reduce(0, +)
            logLikelihood += survey.weights[row] * log(total)
            for k in 0..<3 {
                let share = survey.weights[row] * joint[k] / total
                sizes[k] += share
                for (item, column) in columns.enumerated() where column.isPresent(row) {
                    counts[item][k][Int(column.codes[row])] += share
                }
            }
        }
        expectClose(trace[0], logLikelihood, relative: 1e-13, source: "the likelihood, row by row")
        for k in 0..<3 {
            expectClose(
                next.shares[k], sizes[k] / sizes.reduce(0, +), relative: 1e-12, source: "posterior sums, row by row")
            for item in 0..<8 {
                let total = counts[item][k].reduce(0, +)
                for category in 0..<3 {
                    expectClose(
                        next.probabilities[item][k][category], counts[item][k][category] / total, relative: 1e-12,
                        source: "posterior sums, row by row")
                }
            }
        }
    }

    /// Sixty items of chances near 1e-6: their product leaves the range of a double.
    @Test func manyUnlikelyAnswersDoNotUnderflow() {
        let lines = (0..<120).flatMap { _ in [UInt32(0)] }
        let mixture = TableMixture(components: 2, tableCount: 120, lineCount: 1, lines: lines)
        let expected = mixture.expectation(table: [1e-6, 2e-6], weights: [3])
        let ratio = 120 * log(2.0)
        expectClose(
            expected.logLikelihood, 3 * (120 * log(1e-6) + ratio + log1p(exp(-ratio))), relative: 1e-13,
            source: "logarithms")
        expectClose(expected.sums.reduce(0, +), 3 * 120, relative: 1e-12, source: "the weight, once a table")
    }

    // MARK: Laws

    @Test func keepsTheLawsOfASegmentation() throws {
        let method = try Self.method.get()
        var survey = Self.survey
        survey.table.set(
            .categorical(
                CategoricalColumn(
                    categories: [Category(code: "1", label: LocalizedText(everywhere: ""))],
                    codes: [UInt16](repeating: 0, count: survey.table.rowCount))), for: Variable(name: "one"))
        try SegmentationConformance(survey.table, weights: survey.weights, tolerance: 1e-7).check(
            method, refitTolerance: 1e-5
        ) { model in model.shares + model.probabilities.flatMap { $0.flatMap { $0 } } }
    }

    @Test func frequencyWeightsCountRespondents() throws {
        let base = LatentClassSurvey.clear(rows: 300, absent: 0)
        let twice = Array(0..<300) + Array(0..<300)
        let method = try LatentClasses(items: base.items, classes: 3, starts: 8, seed: 5, weightRule: .frequency)
        let heavy = try method.analyse(base.table, weights: [Double](repeating: 2, count: 300), threads: 1)
        let doubled = try method.analyse(
            base.table.selecting(rows: twice), weights: [Double](repeating: 1, count: 600), threads: 1)
        #expect(heavy.count == 600)
        expectClose(heavy.logLikelihood, doubled.logLikelihood, relative: 1e-12, source: "rows twice")
        expectClose(heavy.bic, doubled.bic, relative: 1e-12, source: "rows twice")
        expectClose(
            try #require(heavy.likelihoodRatio), try #require(doubled.likelihoodRatio), relative: 1e-9,
            source: "rows twice")
    }

    @Test func aSamplingWeightIsScaledToTheNumberOfRespondents() throws {
        let method = try Self.method.get()
        let first = try method.analyse(Self.survey.table, weights: Self.survey.weights, threads: 1)
        let second = try method.analyse(Self.survey.table, weights: Self.survey.weights.map { $0 * 1000 }, threads: 1)
        expectClose(first.logLikelihood, second.logLikelihood, relative: 1e-12, source: "weights times 1000")
        #expect(first.count < 600 && first.count == first.count.rounded())
        #expect(first.effectiveCount < first.count)
    }

    // MARK: Derivatives

    /// The observed information against differences of the score, and the score against differences of the likelihood.
    @Test(arguments: [false, true]) func informationIsTheSlopeOfTheScore(withCovariate: Bool) throws {
        var survey = LatentClassSurvey.clear(rows: 250, absent: 0.1)
        survey.addGroups()
        let method = try LatentClasses(
            items: Array(survey.items.prefix(4)), classes: 2, starts: 6, seed: 3,
            covariates: withCovariate ? ["g"] : [])
        let sample = try LatentClassSample(method, survey.table, survey.weights)
        let search = LatentClassSearch(sample.data, weights: sample.weights, classes: 2, iterations: 5000)
        var stream = StableRandom(seed: 1)
        // Away from the solution, where nothing vanishes.
        let start = search.run(from: search.randomStart(&stream), tolerance: 1e-2).parameters
        let information = LatentClassInformation(sample, search, start)
        func moved(_ parameter: Int, _ step: Double) -> LatentClassParameters {
            var result = start
            switch information.scores.free[parameter] {
            case .mix(let k, let column):
                var coefficients =
                    start.coefficients.isEmpty
                    ? [log(start.sharesOfCell[0][1] / start.sharesOfCell[0][0])] : start.coefficients
                coefficients[(k - 1) * sample.data.cells.width + column] += step
                result.coefficients = start.coefficients.isEmpty ? [] : coefficients
                result.sharesOfCell = (0..<sample.data.cells.count).map {
                    sample.data.cells.shares($0, coefficients, classes: 2)
                }
            case .answer(let item, let k, let category):
                var line = start.probabilities[item][k]
                line[category] *= exp(step)
                let total = line.reduce(0, +)
                result.probabilities[item][k] = line.map { $0 / total }
            }
            return result
        }
        func score(_ parameters: LatentClassParameters) -> [Double] {
            let own = LatentClassInformation(sample, search, parameters)
            let scores = own.scores.scores(0..<sample.data.count)
            return information.scores.free.indices.map { row in
                (0..<sample.data.count).reduce(0) { $0 + sample.weights[$1] * scores[row, $1] }
            }
        }
        let step = 1e-4
        let own = score(start)
        for parameter in information.scores.free.indices {
            let (up, down) = (moved(parameter, step), moved(parameter, -step))
            let slope = (search.step(up).logLikelihood - search.step(down).logLikelihood) / (2 * step)
            expectClose(own[parameter], slope, relative: 1e-5, absolute: 1e-4, source: "differences of log L")
            let change = zip(score(up), score(down)).map { ($0 - $1) / (2 * step) }
            for other in information.scores.free.indices {
                expectClose(
                    -information.information[other, parameter], change[other], relative: 1e-4, absolute: 1e-3,
                    source: "differences of the score")
            }
        }
    }

    /// Linearised standard errors against a jackknife that refits.
    @Test func standardErrorsAgreeWithAJackknife() throws {
        let survey = LatentClassSurvey.clear(rows: 240, absent: 0.05, seed: 4)
        let method = try LatentClasses(items: survey.items, classes: 3, starts: 8, seed: 5)
        let design = try survey.simpleDesign()
        let model = try method.fit(survey.table, weights: design.weights, threads: 2)
        let estimator = try LatentClassEstimator(model, method, of: survey.table)
        let linear = try Estimation(design, engine: VarianceEngine(), threads: 2).estimate(estimator)
        let replicates = try ReplicateMaker(.jackknifeN).replicates(of: design)
        let jackknife = try Estimation(design.replicated(replicates), engine: VarianceEngine(), threads: 2)
            .estimate(estimator)
        for k in 0..<3 {
            let (first, second) = (try #require(linear.standardError(k)), try #require(jackknife.standardError(k)))
            #expect(abs(first / second - 1) < 0.03, "class \(k): \(first) and \(second)")
            #expect(first > 0.02 && first < 0.06)
        }
        #expect(abs((0..<3).reduce(0) { $0 + linear.values[$1] } - 1) < 1e-12)
        // Shares sum to 1, so their covariance has no variance in that direction.
        let covariance = try #require(linear.covariance)
        #expect(abs(covariance.quadraticForm([1, 1, 1])) < 1e-12)
    }

    @Test func withoutUnsurePlacingAClassIsADomainShare() throws {
        // Items that tell the class for certain: its share is an ordinary proportion.
        let chances = (0..<6).map { _ in [[1.0, 0], [0, 1.0]] }
        let survey = LatentClassSurvey(
            rows: 200, shares: [0.6, 0.4], chances: chances, seed: 8, weight: { 1 + $0.uniform() })
        let method = try LatentClasses(items: survey.items, classes: 2, starts: 4, seed: 1)
        let design = try survey.simpleDesign()
        let estimation = Estimation(design, engine: VarianceEngine())
        let model = try method.fit(survey.table, weights: design.weights, threads: 1)
        let classes = try estimation.estimate(try LatentClassEstimator(model, method, of: survey.table))
        let plain = try estimation.estimate(
            ProportionEstimator("q1", of: survey.table), by: .everyone(rowCount: 200))
        let shares = [try #require(plain.value(0, 0)), try #require(plain.value(0, 1))].sorted(by: >)
        for k in 0..<2 {
            expectClose(classes.values[k], shares[k], relative: 1e-12, source: "proportion of an item")
            expectClose(
                try #require(classes.standardError(k)), try #require(plain.standardError(0, 0)), relative: 1e-9,
                source: "proportion of an item")
        }
    }

    // MARK: Covariates

    @Test func aCovariateLetsTheMixDiffer() throws {
        var survey = LatentClassSurvey.clear(rows: 900, absent: 0.02, seed: 21)
        survey.addGroups()
        let method = try LatentClasses(items: survey.items, classes: 3, starts: 8, seed: 5, covariates: ["g"])
        let fit = try method.analyse(survey.table, weights: survey.weights, threads: 2)
        let mix = try #require(fit.model.mix)
        #expect(mix.covariates == [ClassMix.Covariate(variable: "g", categories: ["a", "b", "c"])])
        #expect(fit.parameterCount == 2 * 3 + 3 * 16)
        // At the solution the shares of a group are the mean chances of its members.
        let (memberships, _) = try fit.model.placing(survey.table)
        let groups = try survey.table.categories("g")
        let cells = try MixCells(mix.covariates, of: survey.table)
        for (group, category) in groups.categories.enumerated() {
            let rows = (0..<900).filter { Int(groups.codes[$0]) == group && memberships.lineOfRow[$0] >= 0 }
            let total = rows.reduce(0) { $0 + survey.weights[$1] }
            let cell = Int(cells.cellOfRow[rows[0]])
            for (k, share) in cells.shares(cell, mix.coefficients, classes: 3).enumerated() {
                let mean = rows.reduce(0) { $0 + survey.weights[$1] * memberships.chance($1, k) } / total
                expectClose(share, mean, absolute: 1e-4, source: "mean posterior of group \(category.code)")
            }
        }
        // A group that the fit has not seen takes the overall mix.
        var stranger = survey.table.selecting(rows: [0])
        stranger.set(
            .categorical(
                CategoricalColumn(
                    categories: [Category(code: "z", label: LocalizedText(everywhere: ""))], codes: [0])),
            for: Variable(name: "g"))
        #expect(try fit.model.score(stranger).isPlaced(0))
    }

    @Test func aConstantCovariateIsNamed() throws {
        var survey = Self.survey
        survey.table.set(
            .categorical(
                CategoricalColumn(
                    categories: [Category(code: "1", label: LocalizedText(everywhere: ""))],
                    codes: [UInt16](repeating: 0, count: survey.table.rowCount))), for: Variable(name: "one"))
        let method = try LatentClasses(items: survey.items, classes: 2, starts: 2, seed: 1, covariates: ["one"])
        #expect(throws: SegmentationError.constantInput("one")) {
            try method.fit(survey.table, weights: survey.weights, threads: 1)
        }
    }

    // MARK: How many

    @Test func findsTheNumberOfClassesThatIsThere() throws {
        let survey = LatentClassSurvey.clear(rows: 700, absent: 0.02, seed: 31)
        let method = try LatentClasses(items: survey.items, classes: 2, starts: 8, seed: 5)
        let design = try survey.simpleDesign()
        let result = try LatentClassCount(1...5, folds: 4, innerStarts: 4).judge(
            method, survey.table, design: design, threads: 2)
        #expect(result.recommended == 3)
        #expect(result.reason.bestCrossValidated == 3)
        #expect(result.lines.map(\.classes) == [1, 2, 3, 4, 5])
        let values = result.lines.compactMap { $0.fit?.logLikelihood }
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 + 1e-6 }, "more classes fit no worse")
        #expect(!result.reason.bootstrapRefused)
        // The order of rows changes nothing.
        var random = StableRandom(seed: 9)
        var order = Array(0..<700)
        random.shuffle(&order)
        let turned = survey.selecting(order)
        let again = try LatentClassCount(3...3, folds: 4, innerStarts: 4).judge(
            method, turned.table, design: try turned.simpleDesign(), threads: 1)
        expectClose(
            try #require(again.lines[0].crossValidated), try #require(result.lines[2].crossValidated), relative: 1e-9,
            source: "rows in another order")
    }

    @Test func simulationTellsTwoClassesFromOneOnlyWhereTheSampleIsSimple() throws {
        let chances = (0..<5).map { _ in [[0.85, 0.15], [0.15, 0.85]] }
        let survey = LatentClassSurvey(rows: 250, shares: [0.6, 0.4], chances: chances, seed: 3)
        let method = try LatentClasses(items: survey.items, classes: 2, starts: 4, seed: 5)
        let count = try LatentClassCount(1...3, folds: 0, bootstrapDraws: 19, innerStarts: 3)
        let simple = try count.judge(method, survey.table, design: try survey.simpleDesign(), threads: 2)
        #expect(simple.lines[0].bootstrapP == nil)
        #expect(try #require(simple.lines[1].bootstrapP) == 0.05)
        #expect(try #require(simple.lines[2].bootstrapP) > 0.05)
        var weighted = survey
        weighted.weights[0] = 2
        let refused = try count.judge(method, weighted.table, design: try weighted.simpleDesign(), threads: 2)
        #expect(refused.reason.bootstrapRefused && refused.lines.allSatisfy { $0.bootstrapP == nil })
    }

    // MARK: What cannot be

    @Test func saysWhyTheAnswersCannotTellClassesApart() throws {
        let chances = [[[0.8, 0.2], [0.3, 0.7]], [[0.8, 0.2], [0.3, 0.7]]]
        let two = LatentClassSurvey(rows: 200, shares: [0.5, 0.5], chances: chances, seed: 2)
        let method = try LatentClasses(items: two.items, classes: 2, starts: 3, seed: 1)
        #expect {
            try method.fit(two.table, weights: two.weights, threads: 1)
        } throws: { error in
            guard case .notIdentified(let why)? = error as? SegmentationError else { return false }
            return why.contains("5 parameters") && why.contains("3 independent facts")
        }
        // Four yes-no items hold 15 facts and three classes have 14 parameters, which they still do not determine
        // (Goodman 1974).
        // What three classes would show exactly, with no chance in it: a fit that cannot be told from others.
        let yes: [[Double]] = [[0.2, 0.5, 0.8], [0.3, 0.6, 0.9], [0.7, 0.4, 0.2], [0.6, 0.35, 0.1]]
        let four = Self.exactly(yes.map { item in item.map { [$0, 1 - $0] } }, shares: [0.5, 0.3, 0.2])
        let fit = try LatentClasses(items: ["q1", "q2", "q3", "q4"], classes: 3, starts: 10, seed: 1)
            .analyse(four.table, weights: four.weights, threads: 2)
        #expect(fit.flatDirections == 1, "smallest eigenvalue \(fit.smallestEigenvalue), \(fit.model.shares)")
        // With a fifth item they are told apart.
        let five = Self.exactly(
            (yes + [[0.15, 0.85, 0.5]]).map { item in item.map { [$0, 1 - $0] } }, shares: [0.5, 0.3, 0.2])
        let known = try LatentClasses(items: ["q1", "q2", "q3", "q4", "q5"], classes: 3, starts: 10, seed: 1)
            .analyse(five.table, weights: five.weights, threads: 2)
        #expect(known.flatDirections == 0 && known.smallestEigenvalue > 1e-4)
        for (share, expected) in zip(known.model.shares, [0.5, 0.3, 0.2]) { #expect(abs(share - expected) < 1e-3) }
    }

    /// Every pattern of yes–no items once, with the weight that classes give it.
    private static func exactly(
        _ chances: [[[Double]]], shares: [Double]
    ) -> (table: Table, weights: [Double]) {
        let count = 1 << chances.count
        var table = Table(rowCount: count)
        for item in chances.indices {
            table.set(
                .numeric(NumericColumn(values: (0..<count).map { Double(($0 >> item) & 1) })),
                for: Variable(name: "q\(item + 1)"))
        }
        let weights = (0..<count).map { pattern in
            shares.indices.reduce(0.0) { sum, k in
                chances.indices.reduce(shares[k]) { $0 * chances[$1][k][(pattern >> $1) & 1] } + sum
            }
        }
        return (table, weights.map { $0 * 5000 })
    }

    @Test func constantItemsAndTooFewPatternsAreNamed() throws {
        var survey = Self.survey
        survey.table.set(.numeric(NumericColumn(values: survey.weights.map { _ in 1 })), for: Variable(name: "same"))
        let items = survey.items + ["same"]
        #expect(throws: SegmentationError.constantInput("same")) {
            try LatentClasses(items: items, classes: 2, starts: 2, seed: 1)
                .fit(survey.table, weights: survey.weights, threads: 1)
        }
        let few = survey.selecting([0, 1, 2])
        #expect(throws: SegmentationError.self) {
            try LatentClasses(items: few.items, classes: 4, starts: 2, seed: 1)
                .fit(few.table, weights: few.weights, threads: 1)
        }
        #expect(throws: SegmentationError.badOption("'q1' is named twice")) {
            try LatentClasses(items: ["q1", "q1"], classes: 2, seed: 1)
        }
        #expect(throws: SegmentationError.noInputs) { try LatentClasses(items: [], classes: 2, seed: 1) }
        #expect(throws: SegmentationError.self) { try LatentClasses(items: ["a"], classes: 33, seed: 1) }
    }

    @Test func doesNotCallAHalfDoneSearchASolution() throws {
        let golden = try golden()
        #expect {
            try LatentClasses(items: golden.items, classes: 4, starts: 2, seed: 1, iterations: 10)
                .fit(golden.table, weights: golden.weights, threads: 1)
        } throws: { error in
            guard case .notConverged(10, _)? = error as? SegmentationError else { return false }
            return true
        }
    }

    @Test func anAnswerNobodyGaveBeforeIsCountedAndSaysNothing() throws {
        let model = try Self.method.get().fit(Self.survey.table, weights: Self.survey.weights, threads: 1)
        var table = Self.survey.table.selecting(rows: [0, 1, 2])
        let column = try table.categories("q1")
        table.set(
            .categorical(
                CategoricalColumn(
                    categories: column.categories + [Category(code: "9", label: LocalizedText(everywhere: ""))],
                    codes: [3, 0, 0], reasons: [])), for: Variable(name: "q1"))
        let unknown = try model.unknownAnswers(table)
        #expect(unknown.count == 1 && unknown[0].item == "q1" && unknown[0].rows == 1)
        #expect(try model.score(table).codes.last == "S0")
    }
}

extension LatentClassSurvey {
    /// A column g whose categories hold the classes in other shares.
    mutating func addGroups() {
        let codes = types.indices.map { row in UInt16((types[row] * 2 + row % 5 / 2) % 3) }
        table.set(
            .categorical(
                CategoricalColumn(
                    categories: ["a", "b", "c"].map { Category(code: $0, label: LocalizedText(everywhere: "")) },
                    codes: codes)), for: Variable(name: "g"))
    }
}
