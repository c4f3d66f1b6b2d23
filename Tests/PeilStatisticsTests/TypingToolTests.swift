import Foundation
import PeilNumerics
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilStatistics

@Suite("Typing tool")
struct TypingToolTests {
    static let sample = ReactionSample(households: 250, seed: 3)
    static let found = Result { try sample.tool() }

    @Test("it finds the questions that tell segments apart, and its accuracy holds on people it never met")
    func recovery() throws {
        let fit = try Self.found.get()
        #expect(Set(fit.tool.items).isSubset(of: ReactionSample.telling))
        #expect(fit.itemsOfFolds.count == 3)
        let fresh = ReactionSample(households: 3000, seed: 77)
        let placed = try fit.tool.score(fresh.table)
        let rows = fresh.truth.indices.filter { placed.isPlaced($0) }
        let right = rows.count { Int(placed.codeOfRow[$0]) == fresh.truth[$0] }
        let assessment = fit.tool.assessment
        expectClose(
            assessment.accuracy, Double(right) / Double(rows.count), absolute: 0.06,
            source: "6000 new people of the same population")
        #expect(assessment.accuracy > assessment.largestShare + 0.15)
        let error = try #require(assessment.accuracyError)
        #expect(error > 0.005 && error < 0.05)
    }

    @Test("questions that say nothing promise nothing")
    func noiseIsNotLearnt() throws {
        let fit = try Self.sample.tool(ReactionSample.idle, sizes: 1...2)
        let assessment = fit.tool.assessment
        expectClose(assessment.accuracy, assessment.largestShare, absolute: 0.05, source: "the largest segment for all")
        #expect(fit.tool.items.count == 1, "the shortest set is as good as any")
    }

    @Test("the confusion matrix is the weighted table of placings of people not seen")
    func confusion() throws {
        let fit = try Self.found.get()
        let matrix = fit.tool.assessment.confusion
        let weights = try ReactionSample.estimation(Self.sample.table).design.weights
        for k in 0..<3 {
            let own = weights.indices.filter { Self.sample.truth[$0] == k && fit.placings.isPlaced($0) }
            #expect(matrix.counts[k] == own.count)
            let total = own.reduce(0.0) { $0 + weights[$1] }
            for j in 0..<3 {
                let placed = own.filter { Int(fit.placings.codeOfRow[$0]) == j }.reduce(0.0) { $0 + weights[$1] }
                expectClose(matrix.share(placed: j, segment: k), placed / total, absolute: 1e-12, source: "by hand")
            }
        }
    }

    @Test("sizes elsewhere, corrected with the tool's own matrix, are nearer to the truth than the placings")
    func sizesElsewhere() throws {
        let tool = try Self.found.get().tool
        let other = ReactionSample(households: 3000, shares: [0.1, 0.2, 0.7], seed: 5)
        let estimation = try ReactionSample.estimation(other.table)
        let result = try PrevalenceCorrection().sizes(
            of: try tool.score(other.table), confusion: tool.confusion, estimation: estimation)
        for (size, truth) in zip(result.sizes, [0.1, 0.2, 0.7]) {
            let error = try #require(size.standardError)
            #expect(abs(size.share - truth) < 4 * error && error < 0.05)
        }
        let bias = zip(result.sizes, [0.1, 0.2, 0.7]).map { (abs($0.placedShare - $1), abs($0.share - $1)) }
        #expect(bias.reduce(0) { $0 + $1.1 } < bias.reduce(0) { $0 + $1.0 })
    }

    @Test("margins follow the design: replicates agree with linearisation, a sample without a claim has none")
    func designs() throws {
        let fit = try Self.found.get()
        let segments = Self.sample.segments
        let linearised = try ReactionSample.estimation(Self.sample.table)
        let design = linearised.design
        let jackknife = Estimation(
            design.replicated(try ReplicateMaker(.jackknifeN).replicates(of: design)), engine: VarianceEngine())
        let (plain, replicated) = (
            try linearised.assess(fit.placings, of: segments), try jackknife.assess(fit.placings, of: segments)
        )
        #expect(plain.accuracy == replicated.accuracy)
        expectClose(
            try #require(replicated.accuracyError), try #require(plain.accuracyError), relative: 0.02,
            source: "jackknife and linearisation of a ratio")
        for k in 0..<3 {
            expectClose(
                try #require(replicated.confusion.standardError(placed: k, segment: k)),
                try #require(plain.confusion.standardError(placed: k, segment: k)), relative: 0.05,
                source: "jackknife and linearisation of a ratio")
        }
        let optIn = Estimation(OptInSample(design), engine: VarianceEngine())
        let unclaimed = try optIn.assess(fit.placings, of: segments)
        #expect(unclaimed.accuracyError == nil && unclaimed.confusion.covariance == nil)
        let sizes = try PrevalenceCorrection().sizes(
            of: fit.tool.score(Self.sample.table), confusion: unclaimed.confusion, estimation: optIn)
        #expect(sizes.sizes.allSatisfy { $0.standardError == nil && $0.interval == nil && $0.placedError == nil })
    }

    @Test("threads, row order and the unit of the weights change no choice")
    func invariance() throws {
        let fit = try Self.found.get()
        #expect(try Self.sample.tool(threads: 2).tool == fit.tool)
        let order = Array((0..<Self.sample.table.rowCount).reversed())
        let turned = Self.sample.table.selecting(rows: order)
        let segments = Segmentation(
            codes: ["A", "B", "C", "none"], codeOfRow: order.map { UInt16(Self.sample.truth[$0]) }, method: "known")
        let method = try TypingToolMethod(
            candidates: ReactionSample.telling + ReactionSample.idle, sizes: 3...4, folds: 3, seed: 1)
        let other = try method.fit(turned, segments: segments, estimation: ReactionSample.estimation(turned)).tool
        #expect(other.items == fit.tool.items)
        expectClose(other.assessment.accuracy, fit.tool.assessment.accuracy, relative: 1e-12, source: "row order")
        expectClose(other.assessment.logLoss, fit.tool.assessment.logLoss, relative: 1e-9, source: "row order")
        #expect(other.handScoring.points == fit.tool.handScoring.points)
        var heavier = Self.sample.table
        let weights = try heavier.numbers("w").values.map { $0 * 250 }
        heavier.set(.numeric(NumericColumn(values: weights)), for: Variable(name: "w"))
        let scaled = try method.fit(
            heavier, segments: Self.sample.segments, estimation: ReactionSample.estimation(heavier)
        ).tool
        #expect(scaled.items == fit.tool.items && scaled.handScoring.points == fit.tool.handScoring.points)
    }

    @Test("an answer left open: placed by those who answered the rest; too few answers: not placed")
    func missingAnswers() throws {
        let tool = try Self.found.get().tool
        let classifier = tool.classifier
        let count = classifier.items.count
        #expect(classifier.requiredAnswers == count - 1)
        var answers = [Int](repeating: 1, count: count)
        answers[0] = -1
        let chances = try #require(classifier.chances(answers))
        let rest = Array(1..<count)
        let own = try #require(classifier.tables.first { $0.items == rest })
        #expect(chances == own.chances(answers))
        // The table of that pattern is the regression on the items that were answered, of all who answered them.
        let data = Self.sample
        let estimator = try MultinomialLogitEstimator(
            MultinomialResponse(data.segments),
            on: PredictorMatrix(rest.map { .categorical(classifier.items[$0].name) }, of: data.table),
            options: MultinomialLogit(ridge: TypingToolMethod.defaultRidge))
        let weights = try ReactionSample.estimation(data.table).design.weights
        let values = try estimator.fit(weights: weights).values
        let width = values.count / 2
        let odds = (0..<3).map { k in
            k == 0
                ? 1
                : exp(
                    values[(k - 1) * width]
                        + rest.indices.reduce(0) { $0 + values[(k - 1) * width + 1 + 3 * $1] })
        }
        for k in 0..<3 {
            expectClose(chances[k], odds[k] / odds.reduce(0, +), absolute: 1e-9, source: "a fit of its own")
        }
        answers[1] = -1
        #expect(classifier.chances(answers) == nil)
        let placed = try tool.score(
            .of(
                codes: [
                    tool.items[0]: ["1", nil, "9"], tool.items[1]: ["1", nil, "1"], tool.items[2]: ["1", "1", "1"]
                ]).adding(tool.items.dropFirst(3), answer: "1"))
        #expect(placed.isPlaced(0) && !placed.isPlaced(1) && placed.isPlaced(2), "an unknown answer is none")
    }

    @Test("an answer that nobody gave stands in the question all the same, and counts as the average answer")
    func answersThatNobodyGave() throws {
        var table = Self.sample.table
        let kit = try table.categories("kit")
        let categories = [Category(code: "0", label: "none")] + kit.categories
        table.set(
            .categorical(
                CategoricalColumn(categories: categories, codes: kit.codes.map { $0 + 1 }, reasons: kit.reasons)),
            for: Variable(name: "kit"))
        func tool(_ table: Table) throws -> TypingTool {
            try TypingToolMethod(candidates: ["kit", "plan"], sizes: 2...2, folds: 3, seed: 1).fit(
                table, segments: Self.sample.segments, estimation: ReactionSample.estimation(table)
            ).tool
        }
        let (wide, narrow) = (try tool(table), try tool(Self.sample.table))
        #expect(wide.classifier.items[0].categories == ["0", "1", "2", "3", "4"])
        let scores = wide.classifier.tables[0].scores[0]
        for k in 0..<3 {
            let others = scores.dropFirst().map { $0[k] }
            expectClose(scores[0][k], others.reduce(0, +) / 4, absolute: 1e-8, source: "the mean of the others")
        }
        let a = try #require(wide.classifier.chances([2, 1]))
        let b = try #require(narrow.classifier.chances([1, 1]))
        for k in 0..<3 { expectClose(a[k], b[k], absolute: 1e-8, source: "known answers place as before") }
    }

    @Test("points that are added by hand agree as often as is said")
    func handScoring() throws {
        let tool = try Self.found.get().tool
        let scoring = tool.handScoring
        #expect(scoring.agreement > 0.95)
        let all = scoring.startPoints + scoring.points.flatMap { $0.flatMap { $0 } } + scoring.openPoints.flatMap { $0 }
        #expect(all.allSatisfy { (0...HandScoring.largestPoints).contains($0) })
        let weights = try ReactionSample.estimation(Self.sample.table).design.weights
        let places = try tool.classifier.items.map { item in
            try Self.sample.table.column(item.name).rowLabels().map { label in
                label.flatMap { item.categories.firstIndex(of: $0) } ?? -1
            }
        }
        var (same, total) = (0.0, 0.0)
        for row in weights.indices {
            let answers = places.map { $0[row] }
            guard let chances = tool.classifier.chances(answers) else { continue }
            total += weights[row]
            if scoring.segment(answers) == likeliest(chances) { same += weights[row] }
        }
        expectClose(scoring.agreement, same / total, absolute: 1e-12, source: "person by person")
    }

    @Test("latent classes reduced to all their items place as the classes do")
    func reducedClasses() throws {
        let data = Self.sample
        let weights = try ReactionSample.estimation(data.table).design.weights
        let model = try LatentClasses(items: ReactionSample.telling, classes: 3, starts: 5, seed: 2, minimumAnswered: 3)
            .fit(data.table, weights: weights, threads: 1)
        let segments = try model.score(data.table)
        let family = ShortFormFamily.reducedClasses(model, candidates: model.items)
        let tool = try TypingToolMethod(
            candidates: model.items, sizes: 4...4, requiredAnswers: 3, folds: 4, family: family, seed: 1
        ).fit(data.table, segments: segments, estimation: ReactionSample.estimation(data.table)).tool
        let placed = try tool.score(data.table)
        #expect(placed.codeOfRow == segments.codeOfRow)
        for row in stride(from: 0, to: 500, by: 7) {
            for k in 0..<3 {
                expectClose(
                    placed.membership(row, k), segments.membership(row, k), absolute: 1e-10, source: "Bayes' rule")
            }
        }
        #expect(tool.method == "reduced latent classes")
        let short = try TypingToolMethod(
            candidates: model.items, sizes: 2...3, folds: 4,
            family: family, seed: 1
        ).fit(data.table, segments: segments, estimation: ReactionSample.estimation(data.table)).tool
        #expect(short.assessment.accuracy > short.assessment.largestShare)
        let restricted = try model.restricted(to: short.items, minimumAnswered: short.items.count - 1).score(data.table)
        #expect(try short.score(data.table).codeOfRow == restricted.codeOfRow)
    }

    @Test("estimators of confusion keep the laws of smooth estimators")
    func conformance() throws {
        let placings = Segmentation(
            codes: FormulaSegments.soft.codes,
            codeOfRow: FormulaSegments.classes.enumerated().map {
                $0 % 12 == 1 ? 3 : UInt16(($1 + ($0 % 4 == 0 ? 1 : 0)) % 3)
            },
            method: "formula")
        let complete = (0..<FormulaSegments.rowCount).map { $0 % 12 != 1 }
        try SmoothEstimatorConformance(complete: complete, degree: 0).check(
            ConfusionEstimator(segments: FormulaSegments.soft, placings: placings))
    }

    @Test("options and data that make no tool are errors of their own")
    func badInput() throws {
        #expect(throws: TypingError.tooFewCandidates(found: 2, needed: 6)) {
            try TypingToolMethod(candidates: ["a", "b"], seed: 1)
        }
        #expect(throws: TypingError.self) { try TypingToolMethod(candidates: ["a", "a"], sizes: 1...1, seed: 1) }
        #expect(throws: TypingError.self) {
            try TypingToolMethod(candidates: ["a"], sizes: 1...1, family: .multinomialLogit(ridge: 0), seed: 1)
        }
        #expect(throws: TypingError.self) { try TypingToolMethod(candidates: ["a"], sizes: 1...1, folds: 1, seed: 1) }
        #expect(throws: TypingError.self) {
            try TypingToolMethod(candidates: ["a"], numericItems: ["b"], sizes: 1...1, seed: 1)
        }
        let few = ReactionSample(households: 2, seed: 1)
        let method = try TypingToolMethod(candidates: ["kit"], sizes: 1...1, folds: 5, seed: 1)
        #expect(throws: TypingError.tooFewUnits(found: 2, folds: 5)) {
            try method.fit(few.table, segments: few.segments, estimation: ReactionSample.estimation(few.table))
        }
        var constant = Self.sample.table
        constant.set(
            .categorical(.of([String?](repeating: "1", count: constant.rowCount))), for: Variable(name: "kit"))
        #expect(throws: SegmentationError.constantInput("kit")) {
            try method.fit(
                constant, segments: Self.sample.segments, estimation: ReactionSample.estimation(constant))
        }
        let empty = Segmentation(
            codes: ["A", "B", "C", "none"], codeOfRow: Self.sample.truth.map { $0 == 2 ? 3 : UInt16($0) },
            method: "known")
        #expect(throws: TypingError.segmentMissesAFold("C")) {
            try method.fit(
                Self.sample.table, segments: empty, estimation: ReactionSample.estimation(Self.sample.table))
        }
        #expect(throws: TableError.self) {
            try TypingToolMethod(candidates: ["none"], sizes: 1...1, seed: 1).fit(
                Self.sample.table, segments: Self.sample.segments,
                estimation: ReactionSample.estimation(Self.sample.table))
        }
    }
}

extension Table {
    /// The same rows with columns that hold one answer.
    fileprivate func adding(_ names: some Sequence<String>, answer: String) -> Table {
        var result = self
        for name in names {
            result.set(.categorical(.of([String?](repeating: answer, count: rowCount))), for: Variable(name: name))
        }
        return result
    }
}
