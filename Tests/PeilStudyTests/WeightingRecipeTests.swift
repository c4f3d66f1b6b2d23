import PeilStatistics
import PeilTable
import Testing

@testable import PeilStudy

@Suite struct WeightingRecipeTests {
    /// 120 respondents in two areas; every tenth has no sex; the first of area b weighs much.
    private func table() -> (table: Table, weights: [Double]) {
        var table = Table(rowCount: 120)
        let area = (0..<120).map { $0 % 3 == 0 ? "a" : "b" }
        let sex = (0..<120).map { $0 % 10 == 0 ? nil : $0 % 2 == 0 ? "m" : "v" }
        let age = (0..<120).map { $0 % 4 == 3 ? "65+" : "18-64" }
        table.set(.identifier(IdentifierColumn(area)), for: Variable(name: "area"))
        table.set(.identifier(IdentifierColumn(sex)), for: Variable(name: "sex"))
        table.set(.identifier(IdentifierColumn(age)), for: Variable(name: "age"))
        var weights = (0..<120).map { 1 + Double($0 % 7) / 4 }
        weights[1] = 40
        table.set(.numeric(NumericColumn(values: weights)), for: Variable(name: "w"))
        return (table, weights)
    }

    private let sexMargin = AdjustmentStep.Margin(
        variables: ["area", "sex"],
        totals: [
            (["a", "m"], 300), (["a", "v"], 320), (["b", "m"], 700), (["b", "v"], 680)
        ], outside: .keepTheirShare)
    private let ageMargin = AdjustmentStep.Margin(
        variables: ["area", "age"],
        totals: [
            (["a", "18-64"], 450), (["a", "65+"], 170), (["b", "18-64"], 1000), (["b", "65+"], 380)
        ])

    private func sum(_ weights: [Double], _ table: Table, where holds: ([String?]) -> Bool) throws -> Double {
        let columns = try ["area", "sex", "age"].map { try table.column($0).rowLabels() }
        return weights.indices.filter { row in holds(columns.map { $0[row] }) }.map { weights[$0] }.reduce(0, +)
    }

    private func rake(_ margins: [AdjustmentStep.Margin], iterations: Int = 1000) -> AdjustmentStep {
        .rake(margins, Raking(maximumIterations: iterations))
    }

    private func run(_ steps: [AdjustmentStep]) throws -> (weights: StudyWeights, table: Table) {
        let table = table().table
        let design = try SampleDesign(DesignColumns(weights: "w"), of: table)
        return (try WeightingRecipe(steps: steps).weights(table, design), table)
    }

    @Test func peopleOutsideAMarginTakeTheirWeightedShareOffIt() throws {
        let (table, weights) = table()
        let classes = try #require(try run([rake([sexMargin])]).weights.records.first?.controls.first)
        for (area, population) in [("a", 620.0), ("b", 1380.0)] {
            let all = try sum(weights, table) { $0[0] == area }
            let outside = try sum(weights, table) { $0[0] == area && $0[1] == nil }
            let names = classes.names.indices.filter { classes.names[$0].hasPrefix(area) }
            let total = names.map { classes.totals[$0] }.reduce(0, +)
            #expect(abs(total - population) < 1e-9, "the parts still make the whole")
            let index = try #require(classes.names.firstIndex(of: "\(area) × (no answer)"))
            #expect(abs(classes.totals[index] - population * outside / all) < 1e-9)
        }
        let men = try #require(classes.names.firstIndex(of: "a × m"))
        let share = try sum(weights, table) { $0[0] == "a" && $0[1] == nil } / sum(weights, table) { $0[0] == "a" }
        #expect(abs(classes.totals[men] - 300 * (1 - share)) < 1e-9)
        #expect(!classes.classOfRow.contains(-1))
    }

    @Test func rakedWeightsMeetEveryMargin() throws {
        let (result, table) = try run([rake([sexMargin, ageMargin])])
        let weights = result.design.weights
        for cell in ageMargin.totals {
            let found = try sum(weights, table) { $0[0] == cell.key[0] && $0[2] == cell.key[1] }
            #expect(abs(found - cell.total) < 1e-6 * cell.total)
        }
        let classes = try #require(result.records.first?.controls.first)
        for (index, total) in classes.totals.enumerated() {
            let found = weights.indices.filter { classes.classOfRow[$0] == Int32(index) }.map { weights[$0] }.reduce(
                0, +)
            #expect(abs(found - total) < 1e-6 * total, "\(classes.names[index])")
        }
        #expect(result.trimmed == 0 && result.largestRatio == nil)
        #expect(result.largestRelativeError <= 1e-10)
    }

    @Test func trimmedWeightsKeepBoundsAndMargins() throws {
        let rake = rake([ageMargin])
        let (untrimmed, table) = try run([rake])
        let areas = try table.column("area").rowLabels()
        func largestRatio(_ weights: [Double]) -> Double {
            ["a", "b"].map { area in
                let own = weights.indices.filter { areas[$0] == area }.map { weights[$0] }
                return (own.max() ?? 0) / (own.reduce(0, +) / Double(own.count))
            }.max() ?? 0
        }
        #expect(largestRatio(untrimmed.design.weights) > 4)
        let (result, _) = try run([
            rake,
            .trim(.init(.relative(try Trimming(upper: 4), group: ["area"]), recalibrationRounds: 50, drift: .fail))
        ])
        let weights = result.design.weights
        #expect(largestRatio(weights) <= 4 * (1 + 1e-6))
        #expect(result.trimmed >= 1 && result.rounds >= 1)
        #expect(abs((result.largestRatio ?? 0) - largestRatio(weights)) < 1e-12)
        for cell in ageMargin.totals {
            let found = try sum(weights, table) { $0[0] == cell.key[0] && $0[2] == cell.key[1] }
            #expect(abs(found - cell.total) < 1e-6 * cell.total)
        }
    }

    @Test func peopleWithoutAClassAreRefusedUnlessTheMarginKeepsThem() throws {
        let strict = AdjustmentStep.Margin(variables: sexMargin.variables, totals: sexMargin.totals)
        let failure = try #require(
            StudyFixture.failure {
                _ = try run([rake([strict], iterations: 100)])
            })
        #expect(failure.code == "OUTSIDE_MARGIN" && failure.exitCode == 65)
        #expect(failure.message.contains("area × sex"))
    }

    @Test func aClassWithoutTargetIsNamed() throws {
        let short = AdjustmentStep.Margin(variables: ["area"], totals: [(["a"], 620)])
        let failure = try #require(
            StudyFixture.failure { _ = try run([rake([short], iterations: 100)]) })
        #expect(failure.code == "OUT_OF_CODEBOOK")
        #expect(failure.message.contains("'b'"))
    }

    @Test func aTargetWithoutRespondentsIsNamed() throws {
        let long = AdjustmentStep.Margin(
            variables: ["area"], totals: [(["a"], 620), (["b"], 1380), (["c"], 10)])
        let failure = try #require(
            StudyFixture.failure { _ = try run([rake([long], iterations: 100)]) })
        #expect(failure.code == "EMPTY_CELL" && failure.exitCode == 65)
        #expect(failure.message.contains("'c'"))
    }
}
