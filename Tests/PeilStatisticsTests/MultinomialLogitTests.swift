import Foundation
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Multinomial regression")
struct MultinomialLogitTests {
    private static let terms: [PredictorMatrix.Term] = [.categorical("q1"), .categorical("q2"), .numeric("x")]

    private static func estimator(
        _ response: MultinomialResponse, _ terms: [PredictorMatrix.Term] = terms,
        of table: Table = FormulaSegments.table,
        ridge: Double = 0
    ) throws -> MultinomialLogitEstimator {
        try MultinomialLogitEstimator(
            response, on: PredictorMatrix(terms, of: table), options: MultinomialLogit(ridge: ridge))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let response: @Sendable () throws -> MultinomialResponse
        let values: [Double]
        let errors: [Double]
        let covariances: [Double]
        let jackknife: [Double]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "classes", response: { try MultinomialResponse("class", of: FormulaSegments.table) },
            values: MultinomialNumbers.hard, errors: MultinomialNumbers.hardErrors,
            covariances: MultinomialNumbers.hardCovariances, jackknife: MultinomialNumbers.hardJackknife),
        Case(
            testDescription: "chances", response: { MultinomialResponse(FormulaSegments.soft) },
            values: MultinomialNumbers.soft, errors: MultinomialNumbers.softErrors,
            covariances: MultinomialNumbers.softCovariances, jackknife: MultinomialNumbers.softJackknife),
        Case(
            testDescription: "two classes, as svyglm",
            response: { try MultinomialResponse("two", of: FormulaSegments.table) }, values: MultinomialNumbers.two,
            errors: MultinomialNumbers.twoErrors, covariances: MultinomialNumbers.twoCovariances,
            jackknife: MultinomialNumbers.twoJackknife)
    ]

    @Test("coefficients, standard errors and covariances are R's", arguments: cases)
    func golden(_ item: Case) throws {
        let result = try FormulaSegments.estimation().estimate(Self.estimator(try item.response()))
        let covariance = try #require(result.covariance)
        for j in item.values.indices {
            expectClose(result.values[j], item.values[j], relative: 1e-9, source: MultinomialNumbers.version)
            expectClose(
                try #require(result.standardError(j)), item.errors[j], relative: 1e-9,
                source: MultinomialNumbers.version)
            expectClose(
                covariance[0, j], item.covariances[j], absolute: 1e-9 * item.errors[0] * item.errors[j],
                source: MultinomialNumbers.version)
        }
        #expect(
            result.labels.first
                == ParameterLabel("(Intercept)", level: item.values.count == 8 ? "1" : result.labels[0].level))
    }

    @Test("with replicates it is fitted anew in each", arguments: cases)
    func replicates(_ item: Case) throws {
        let design = try FormulaSegments.design()
        let jackknife = design.replicated(try ReplicateMaker(.jackknifeN).replicates(of: design))
        let result = try Estimation(jackknife, engine: VarianceEngine(), threads: 2)
            .estimate(Self.estimator(try item.response()))
        for j in item.jackknife.indices {
            expectClose(
                try #require(result.standardError(j)), item.jackknife[j], relative: 1e-8,
                source: MultinomialNumbers.version)
        }
        #expect(result.discardedReplicates == 0)
    }

    @Test("a row with weight 2 counts as the row twice, and the order of rows changes nothing")
    func weightsAndOrder() throws {
        let table = FormulaSegments.table
        let weights = try FormulaSegments.design().weights
        let once = try Self.estimator(MultinomialResponse("class", of: table)).fit(weights: weights.map { 2 * $0 })
        let rows = (0..<table.rowCount).reversed().flatMap { [$0, $0] }
        let twice = table.selecting(rows: rows)
        let other = try Self.estimator(MultinomialResponse("class", of: twice), of: twice)
            .fit(weights: rows.map { weights[$0] })
        for (a, b) in zip(once.values, other.values) { expectClose(b, a, relative: 1e-12, source: "each row twice") }
        let order = Array((0..<table.rowCount).reversed())
        let turned = table.selecting(rows: order)
        let backwards = try Self.estimator(MultinomialResponse("class", of: turned), of: turned)
            .fit(weights: order.map { 2 * weights[$0] })
        #expect(backwards.values == once.values, "the same bits in another order")
    }

    @Test("a domain has the coefficients of its rows alone, and the margins of the whole design; threads change no bit")
    func domain() throws {
        let table = FormulaSegments.table
        let mask = (0..<table.rowCount).map { $0 % 4 != 1 }
        let terms: [PredictorMatrix.Term] = [.categorical("q1"), .numeric("x")]
        let response = try MultinomialResponse("class", of: table)
        let estimator = try Self.estimator(response, terms)
        let result = try FormulaSegments.estimation().estimate(estimator, in: mask)
        let rows = mask.indices.filter { mask[$0] }
        let alone = table.selecting(rows: rows)
        let weights = try FormulaSegments.design().weights
        let fitted = try Self.estimator(MultinomialResponse("class", of: alone), terms, of: alone)
            .fit(weights: rows.map { weights[$0] })
        for (a, b) in zip(result.values, fitted.values) { expectClose(a, b, relative: 1e-12, source: "rows alone") }
        #expect(result.degreesOfFreedom == 27, "thirty units in three strata all have rows of the domain")
        let threaded = try FormulaSegments.estimation(threads: 2).estimate(estimator, in: mask)
        #expect(threaded.values == result.values && threaded.covariance == result.covariance)
    }

    @Test("the ridge favours no class and no level: any reference gives the same chances")
    func ridgeIsSymmetric() throws {
        let table = FormulaSegments.table
        let weights = try FormulaSegments.design().weights
        let first = try Self.estimator(MultinomialResponse("class", of: table), ridge: 0.02).fit(weights: weights)
        let turnedClasses = MultinomialResponse(
            classes: ["2", "1", "0"], classOfRow: FormulaSegments.classes.map { Int32(2 - $0) })
        let other = try Self.estimator(
            turnedClasses, [.categorical("q1", reference: "c"), .categorical("q2"), .numeric("x")], ridge: 0.02
        ).fit(weights: weights)
        // Columns: intercept, q1 × 3, q2 × 3, x. The slope of x of class 0 against 2, and its sign turned.
        expectClose(other.values[15], -first.values[15], relative: 1e-9, source: "0 against 2 is minus 2 against 0")
        expectClose(
            other.values[7], first.values[7] - first.values[15], relative: 1e-8, source: "1 against 2 by difference")
    }

    @Test("a level that nobody of a class gave is named, and a ridge gets past it")
    func separation() throws {
        var table = FormulaSegments.table
        table.set(
            .categorical(
                .of(
                    (0..<table.rowCount).map {
                        FormulaSegments.classes[$0] == 1 && FormulaSegments.item(1, $0) == "d"
                            ? "a" : FormulaSegments.item(1, $0)
                    })), for: Variable(name: "q1"))
        let weights = try FormulaSegments.design().weights
        let response = try MultinomialResponse("class", of: table)
        #expect(throws: MultinomialError.separated(variable: "q1", level: "d", responseClass: "1")) {
            try Self.estimator(response, of: table).fit(weights: weights)
        }
        let held = try Self.estimator(response, of: table, ridge: 0.001).fit(weights: weights)
        #expect(held.values.allSatisfy { $0.isFinite && abs($0) < 30 })
    }

    @Test("a number that decides about a class is named")
    func separationByNumber() throws {
        var table = FormulaSegments.table
        let numbers = (0..<table.rowCount).map { Double(FormulaSegments.classes[$0] == 2 ? 100 + $0 : $0 % 50) }
        table.set(.numeric(NumericColumn(values: numbers)), for: Variable(name: "age"))
        let response = try MultinomialResponse("class", of: table)
        let weights = try FormulaSegments.design().weights
        #expect(throws: MultinomialError.separated(variable: "age", level: nil, responseClass: "2")) {
            try Self.estimator(response, [.numeric("age")], of: table).fit(weights: weights)
        }
    }

    @Test("columns that follow from others, empty classes and bad options are errors of their own")
    func badInput() throws {
        var table = FormulaSegments.table
        let x = try table.numbers("x")
        table.set(.numeric(NumericColumn(values: x.values.map { 3 - 2 * $0 })), for: Variable(name: "x2"))
        let response = try MultinomialResponse("class", of: table)
        let weights = try FormulaSegments.design().weights
        #expect(throws: MultinomialError.collinear(variable: "x2")) {
            try Self.estimator(response, [.numeric("x"), .numeric("x2")], of: table).fit(weights: weights)
        }
        let none = zip(weights, FormulaSegments.classes).map { $1 == 1 ? 0 : $0 }
        #expect(throws: MultinomialError.emptyClass("1")) { try Self.estimator(response).fit(weights: none) }
        #expect(throws: MultinomialError.noRows) { try Self.estimator(response).fit(weights: weights.map { _ in 0 }) }
        #expect(throws: MultinomialError.badWeight(row: 3)) {
            try Self.estimator(response).fit(weights: weights.enumerated().map { $0 == 3 ? -1 : $1 })
        }
        #expect(throws: MultinomialError.self) { try MultinomialLogit(ridge: -1) }
        #expect(throws: MultinomialError.badOption("predictor 'x' stands twice")) {
            try PredictorMatrix([.numeric("x"), .numeric("x")], of: table)
        }
        #expect(throws: EstimationError.unknownLevel(variable: "q1", level: "e")) {
            try PredictorMatrix([.categorical("q1", reference: "e")], of: table)
        }
        #expect(throws: MultinomialError.tooFewClasses(found: 1)) {
            try Self.estimator(MultinomialResponse(classes: ["a"], classOfRow: weights.map { _ in 0 }))
        }
    }
}

@Suite("The ridge of a multinomial regression")
struct MultinomialRidgeTests {
    @Test("chances are scikit-learn's, where every answer is a column of its own and all are penalised")
    func golden() throws {
        let table = FormulaSegments.table
        let estimator = try MultinomialLogitEstimator(
            MultinomialResponse("class", of: table),
            on: PredictorMatrix([.categorical("q1"), .categorical("q2")], of: table),
            options: MultinomialLogit(ridge: 0.01))
        let values = try estimator.fit(weights: FormulaSegments.design().weights).values
        let lines = [(0, 0), (1, 2), (3, 1), (2, 3)]
        for (place, line) in lines.enumerated() {
            // Columns of a class: intercept, b, c, d of q1, b, c, d of q2.
            let odds = (0..<3).map { k -> Double in
                guard k > 0 else { return 1 }
                let own = values[((k - 1) * 7)..<(k * 7)].map { $0 }
                let first = line.0 > 0 ? own[line.0] : 0
                let second = line.1 > 0 ? own[3 + line.1] : 0
                return exp(own[0] + first + second)
            }
            for k in 0..<3 {
                expectClose(
                    odds[k] / odds.reduce(0, +), ThreeStepNumbers.ridgeChances[place * 3 + k], absolute: 1e-7,
                    source: ThreeStepNumbers.version)
            }
        }
    }
}
