import Foundation
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

// The README shows the lines between the marks.
// README begins
/// Means of `worry` by town, with standard errors by strata and households.
func worryByTown(_ answers: Table) throws -> [String: (mean: Double, standardError: Double)] {
    let columns = DesignColumns(weights: "w", strata: ["stratum"], clusters: ["household"])
    let design = try SampleDesign(columns, of: answers)
    let estimation = Estimation(design, engine: VarianceEngine())
    let towns = Grouping.cross([("town", try answers.column("town"))])
    let means = try estimation.estimate(MeanEstimator(["worry"], of: answers), by: towns)
    var result: [String: (mean: Double, standardError: Double)] = [:]
    for town in 0..<towns.count {
        guard let mean = means.value(town, 0), let error = means.standardError(town, 0) else { continue }
        result[towns.keys[town][0]] = (mean, error)
    }
    return result
}
// README ends

@Suite("The example of the README")
struct ReadmeExampleTests {
    @Test("The README holds the function above, line by line")
    func theReadmeShowsWhatIsCompiled() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let here = try String(contentsOfFile: #filePath, encoding: .utf8)
        let code = here.components(separatedBy: "// README begins\n")[1].components(separatedBy: "// README ends")[0]
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        #expect(readme.contains("```swift\nimport PeilStatistics\nimport PeilTable\n\n\(code)```\n"))
    }

    @Test("It gives what the formulas give")
    func itGivesWhatTheFormulasGive() throws {
        let answers = Table.of(
            numbers: ["w": [1, 1, 1, 1, 2, 2], "household": [1, 2, 3, 4, 5, 6], "worry": [1, 3, 2, 4, 5, 1]],
            codes: ["stratum": ["a", "a", "b", "b", "c", "c"], "town": ["x", "x", "x", "x", "y", "y"]])
        let result = try worryByTown(answers)
        // Var = Σ over strata of n/(n − 1) Σ (z − z̄)² with z = w (y − ȳ) / Σw, which is 0 outside the town.
        expectClose(try #require(result["x"]).mean, 2.5, relative: 1e-12, source: "(1 + 3 + 2 + 4) / 4")
        expectClose(
            try #require(result["x"]).standardError, 0.5.squareRoot(), relative: 1e-12,
            source: "√(2·2·0.25² + 2·2·0.25²)")
        expectClose(try #require(result["y"]).mean, 3, relative: 1e-12, source: "(2·5 + 2·1) / 4")
        expectClose(try #require(result["y"]).standardError, 2, relative: 1e-12, source: "√(2 (1² + 1²))")
    }
}
