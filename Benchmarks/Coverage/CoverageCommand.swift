import ArgumentParser
import Foundation
import PeilStudy

/// Draws many surveys from one finite population, takes each through the road, and counts how often intervals hold the
/// truth.
@main
struct CoverageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peil-coverage",
        abstract: "Coverage of intervals over many surveys of one finite population of a simulated study.")

    @Argument(help: "The folder of the sample study.")
    var study: String

    @Option(help: "ignorable, declared or complete: what stands between population and file.")
    var scenario: Scenario = .ignorable

    @Option(help: "How many surveys.")
    var surveys: Int?

    @Flag(help: "As many surveys as stand among the slow tests.")
    var short = false

    @Option(help: "Seed of the first survey; the next ones count on.")
    var seed = CoverageSettings.seed

    @Option(help: "Change between two waves: a study file that reads both as one.")
    var stacked: String?

    @Option(help: "Record of a long run: what it found outside may stay so in a shorter one.")
    var against: String?

    @Option(help: "File to write the record to.")
    var record: String

    func run() throws {
        let surveys = surveys ?? (short ? CoverageSettings.shortSurveys : CoverageSettings.surveys)
        let known = try against.map { try EarlierRun(record: $0).coverage } ?? [:]
        let stage = try SurveyStage(study, scenario, stackedStudy: stacked)
        let truth = KnownTruth(stage.population)
        var tally = CoverageTally()
        for survey in 0..<surveys {
            do {
                tally.add(try estimates(stage, survey), truth: truth.value)
            } catch {
                let failure = error as? Failure
                tally.fail(survey, failure?.code ?? String(describing: error))
                note("survey \(survey): \(failure?.message ?? String(describing: error))")
            }
            if (survey + 1) % 100 == 0 { note("\(survey + 1) surveys, \(tally.failures.count) failed") }
        }
        let result = CoverageRecord(
            tally, scenario, isStacked: stacked != nil, seed: seed, surveys: surveys, population: stage.population,
            known: known)
        try Data(result.text.utf8).write(to: URL(fileURLWithPath: record))
        print(Summary(result).text)
        guard result.gate.holds else { throw ExitCode(1) }
    }

    private func estimates(_ stage: SurveyStage, _ survey: Int) throws -> [(Statistic, Estimated)] {
        let (run, prepared) = try stage.survey(seed: seed &+ UInt64(survey))
        let own = SurveyEstimates(run, prepared)
        guard stacked != nil else { return try own.all() }
        let waves = stage.population.parameters.waves.map { String($0.code) }
        return try own.changes(wave: "golf", from: waves[0], to: waves[1])
    }

    private func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}

extension Scenario: ExpressibleByArgument {}
