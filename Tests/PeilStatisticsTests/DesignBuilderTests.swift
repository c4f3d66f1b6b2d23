import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Design from columns")
struct DesignBuilderTests {
    private func table(
        weights: [Double?] = [1, 2, 3, 4], sizes: [Double?] = [9, 9, 9, 9],
        strata: [String?] = ["a", "a", "b", "b"]
    ) -> Table {
        .of(numbers: ["w": weights, "N": sizes, "psu": [1, 2, 2, 3]], codes: ["h": strata])
    }

    private func build(_ columns: DesignColumns, _ table: Table) throws -> SampleDesign {
        try SampleDesign(columns, of: table)
    }

    @Test("A missing weight names its column and row")
    func missingWeight() {
        #expect(throws: DesignError.missingWeight(column: "w", row: 2)) {
            try build(DesignColumns(weights: "w"), table(weights: [1, 2, nil, 4]))
        }
    }

    @Test("A weight is a number from 0", arguments: [-1, -.leastNonzeroMagnitude, .infinity, .nan] as [Double])
    func badWeight(weight: Double) {
        #expect(throws: DesignError.badWeight(column: "w", row: 1)) {
            try build(DesignColumns(weights: "w"), table(weights: [1, weight, 3, 4]))
        }
    }

    @Test("A row without a stratum or cluster is refused")
    func missingDesignValue() {
        #expect(throws: DesignError.missingDesignValue(column: "h", row: 3)) {
            try build(DesignColumns(strata: ["h"]), table(strata: ["a", "a", "b", nil]))
        }
        #expect(throws: DesignError.missingDesignValue(column: "w", row: 0)) {
            try build(DesignColumns(clusters: ["w"]), table(weights: [nil, 2, 3, 4]))
        }
    }

    @Test("A file without respondents has no design")
    func noRespondents() {
        #expect(throws: DesignError.noRespondents) { try build(DesignColumns(), Table(rowCount: 0)) }
    }

    @Test("A stratum has one population size")
    func varyingSize() {
        #expect(throws: DesignError.populationSizeVaries(column: "N", stratum: "b")) {
            try build(DesignColumns(strata: ["h"], populationSizes: ["N"]), table(sizes: [9, 9, 9, 8]))
        }
        #expect(throws: DesignError.populationSizeVaries(column: "N", stratum: "all")) {
            try build(DesignColumns(populationSizes: ["N"]), table(sizes: [9, 9, 8, 8]))
        }
    }

    @Test("A population is not smaller than its sample")
    func smallPopulation() {
        #expect(throws: DesignError.populationSmallerThanSample(column: "N", stratum: "b")) {
            try build(DesignColumns(strata: ["h"], populationSizes: ["N"]), table(sizes: [2, 2, 1.5, 1.5]))
        }
        #expect(throws: DesignError.populationSmallerThanSample(column: "N", stratum: "a")) {
            try build(
                DesignColumns(strata: ["h"], populationSizes: ["N"], populationSizeKind: .fraction),
                table(sizes: [2, 2, 1, 1]))
        }
    }

    @Test("A population size is a number above 0", arguments: [0, -5, .infinity, nil] as [Double?])
    func badSize(size: Double?) {
        #expect(throws: DesignError.badPopulationSize(column: "N", row: 1)) {
            try build(DesignColumns(populationSizes: ["N"]), table(sizes: [9, size, 9, 9]))
        }
    }

    @Test("A cluster name in two strata is two clusters, or an error when names are unique")
    func nesting() throws {
        #expect(throws: DesignError.clusterInTwoStrata(column: "psu", cluster: "2")) {
            try build(DesignColumns(strata: ["h"], clusters: ["psu"], nested: false), table())
        }
        #expect(try build(DesignColumns(strata: ["h"], clusters: ["psu"]), table()).stages[0].unitCount == 4)
        #expect(try build(DesignColumns(clusters: ["psu"], nested: false), table()).stages[0].unitCount == 3)
    }

    @Test("More population sizes than stages is an error")
    func tooManySizes() {
        #expect(throws: DesignError.tooManyPopulationSizes(stages: 1, given: 2)) {
            try build(DesignColumns(populationSizes: ["N", "N"]), table())
        }
    }

    @Test("An unknown column is named")
    func unknownColumn() {
        #expect(throws: TableError.unknownColumn("z", known: ["w", "N", "psu", "h"])) {
            try build(DesignColumns(strata: ["z"]), table())
        }
        #expect(throws: TableError.notNumeric("h")) {
            try build(DesignColumns(strata: ["h"], populationSizes: ["h"]), table())
        }
    }

    @Test("No columns: every row is a unit of one stratum and weighs 1")
    func elements() throws {
        let design = try build(DesignColumns(), table())
        #expect(design.weights == [1, 1, 1, 1] && design.stages.count == 1)
        #expect(design.stages[0].unitCount == 4 && design.stages[0].strata.count == 1 && design.degreesOfFreedom == 3)
        #expect(design.stages[0].strata[0].finiteCorrection == 1)
    }

    @Test("Two stages: strata of the second are the clusters of the first, with their fraction")
    func twoStages() throws {
        let design = try SmallSurvey.design(SmallSurvey.twoStage)
        #expect(design.stages.map(\.unitCount) == [6, 14] && design.stages.map(\.strata.count) == [2, 6])
        #expect(design.stages[1].strata.map(\.sampled) == [2, 2, 2, 3, 2, 3])
        #expect(design.stages[1].strata.map(\.earlierFraction) == [0.3, 0.3, 0.3, 0.25, 0.25, 0.25])
        #expect(design.stages[0].strata.map(\.finiteCorrection) == [0.7, 0.75])
    }
}
