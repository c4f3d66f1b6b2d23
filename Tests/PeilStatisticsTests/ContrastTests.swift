import Foundation
import PeilNumerics
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilStatistics

@Suite("Expressions and contrasts")
struct ContrastTests {
    private let names = ["a", "b", "c.d_1"]
    private let values = [2.0, 3, 0.5]

    @Test(
        "Values follow the rules of arithmetic",
        arguments: [
            ("a + b * c.d_1", 3.5), ("(a + b) * c.d_1", 2.5), ("a - b - c.d_1", -1.5), ("a / b / c.d_1", 4.0 / 3),
            ("2 ^ b ^ a", 512), ("-a ^ 2", -4), ("(-a) ^ 2", 4), ("a - -b", 5), ("log(exp(b))", 3), ("sqrt(a * 8)", 4),
            (" 1.5 ", 1.5), (".5*a", 1), ("`a` + `b`", 5), ("b^-1", 1.0 / 3), ("10 - 2 * 3", 4)
        ] as [(String, Double)])
    func value(text: String, expected: Double) throws {
        expectClose(
            try SmoothExpression(text).evaluate(names: names, values: values).0, expected, relative: 1e-15,
            source: "arithmetic")
    }

    @Test(
        "Derivatives equal finite differences to 1e-8",
        arguments: [
            "a*b*c.d_1", "a/b - b/c.d_1", "log(a/b) + exp(c.d_1*a)", "sqrt(a + b^2)", "a^b", "(a - b)^3",
            "exp(-a)/(1 + exp(-a))",
            "log(a)^2 * sqrt(c.d_1)", "2^a", "a^-0.5"
        ])
    func derivatives(text: String) throws {
        let expression = try SmoothExpression(text)
        let (_, slopes) = try expression.evaluate(names: names, values: values)
        for index in names.indices {
            func at(_ step: Double) throws -> Double {
                var moved = values
                moved[index] += step
                return try expression.evaluate(names: names, values: moved).0
            }
            let wide = try (at(1e-3) - at(-1e-3)) / 2e-3
            let narrow = try (at(5e-4) - at(-5e-4)) / 1e-3
            expectClose(
                slopes[index], (4 * narrow - wide) / 3, relative: 1e-8, absolute: 1e-9,
                source: "Richardson's extrapolation of \(text)")
        }
    }

    @Test(
        "A text that is no expression is an error with its place",
        arguments: [
            ("a +", 3), ("(a + b", 6), ("a b", 2), ("", 0), ("a + * b", 4), ("log(a", 5), ("a)", 1), ("a # b", 2)
        ] as [(String, Int)])
    func syntax(text: String, position: Int) throws {
        let error = try #require(throws: ContrastError.self) { try SmoothExpression(text) }
        guard case .syntax(_, let found) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(found == position)
    }

    @Test("An unknown name and a value that is no number are errors")
    func evaluationErrors() {
        #expect(throws: ContrastError.unknownName("z", known: names)) {
            try SmoothExpression("a + z").evaluate(names: names, values: values)
        }
        for text in ["a / (b - 3)", "log(-a)", "sqrt(a - b)", "exp(1000*a)", "(a-2)^-1"] {
            #expect(throws: ContrastError.notFinite) {
                try SmoothExpression(text).evaluate(names: names, values: values)
            }
        }
    }

    @Test("A linear contrast of groups, with their covariance, equals svycontrast to 1e-12")
    func linear() throws {
        let table = SmallSurvey.table()
        let groups = Grouping.cross([("g", try table.column("g"))])
        let result = try SmallSurvey.estimation(SmallSurvey.twoStage)
            .estimate(MeanEstimator(["y"], of: table), by: groups, wishes: .init(covariance: true))
        let covariance = try #require(result.covariance)
        let expected = [
            1.17136142104777, -0.0522199498883121, -0.602414088076933, -0.0522199498883121, 0.0754906135567376,
            0.0602096665891484, -0.602414088076933, 0.0602096665891484, 0.704846795337143
        ]
        for index in 0..<9 {
            expectClose(
                covariance.storage[index], expected[index], absolute: 1e-13,
                source: "vcov(svyby(covmat = TRUE)), \(SmallSurvey.version)")
        }
        let outcome = try Contrast(name: "u − v", form: .linear(["u": 1, "v": -1]))
            .evaluate(
                names: ["u", "v", "w"], values: try (0..<3).map { try #require(result.value($0, 0)) },
                covariance: covariance)
        expectClose(
            outcome.estimate, -0.658347302415099, relative: 1e-12, source: "svycontrast, \(SmallSurvey.version)")
        expectClose(
            outcome.standardError, 1.16245083095206, relative: 1e-12, source: "svycontrast, \(SmallSurvey.version)")
        #expect(throws: ContrastError.unknownName("x", known: ["u", "v", "w"])) {
            try Contrast(name: "", form: .linear(["x": 1])).evaluate(
                names: ["u", "v", "w"], values: [1, 2, 3], covariance: covariance)
        }
    }

    @Test("A smooth contrast equals svycontrast(quote(log(y/x))) to 1e-12")
    func smooth() throws {
        let result = try SmallSurvey.estimation(SmallSurvey.twoStage)
            .estimate(
                MeanEstimator(["y", "x"], of: SmallSurvey.table()), by: SmallSurvey.everyone(),
                wishes: .init(covariance: true))
        let outcome = try Contrast(name: "log ratio", form: .expression(SmoothExpression("log(y/x)")))
            .evaluate(
                names: ["y", "x"], values: try (0..<2).map { try #require(result.value(0, $0)) },
                covariance: try #require(result.covariance))
        expectClose(outcome.estimate, 0.684363547333158, relative: 1e-12, source: "svycontrast, \(SmallSurvey.version)")
        expectClose(
            outcome.standardError, 0.059803776350843, relative: 1e-12, source: "svycontrast, \(SmallSurvey.version)")
    }
}
