import Foundation
import PeilStudy

/// A copy of a study in a folder of its own, into which one drawn survey after another is delivered and taken through
/// the road: files, checks, weights, segments.
final class SurveyStage {
    let population: FinitePopulation
    private let study: Study
    private let folder: URL
    /// Files of which waves a survey delivers.
    private let waves: Range<Int>

    /// - Parameters:
    ///   - source: the folder of the sample study.
    ///   - stackedStudy: a study file that reads both waves as one file, instead of the study's own first wave.
    init(_ source: String, _ scenario: Scenario, stackedStudy: String?) throws {
        let own = URL(fileURLWithPath: source)
        let texts = try ["simulation.yaml", "margins.csv"].map {
            try String(contentsOf: own.appendingPathComponent($0), encoding: .utf8)
        }
        let margins = try AdultMargin.read(csv: texts[1])
        population = try Simulation.population(
            scenario.applied(to: try SimulationParameters(yaml: texts[0])), margins: margins)
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("peil-coverage-\(UUID().uuidString)")
        waves = stackedStudy == nil ? 0..<1 : 0..<2
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["study.yaml", "codebook.yaml", "margins.csv", "frame.csv", "data"] {
            try FileManager.default.copyItem(
                at: own.appendingPathComponent(name), to: folder.appendingPathComponent(name))
        }
        if let stackedStudy {
            try FileManager.default.removeItem(at: folder.appendingPathComponent("study.yaml"))
            try FileManager.default.copyItem(
                at: URL(fileURLWithPath: stackedStudy), to: folder.appendingPathComponent("study.yaml"))
            try Self.stacked(margins, waves: population.parameters.waves.map(\.code))
                .write(to: folder.appendingPathComponent("margins-by-wave.csv"), atomically: true, encoding: .utf8)
        }
        study = try Study(at: folder.path)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The same adults in each wave.
    private static func stacked(_ margins: [AdultMargin], waves: [Int]) -> String {
        let lines = waves.flatMap { wave in
            margins.map { "\(wave);\($0.municipalityCode);\($0.sex);\($0.ageClass);\($0.population)" }
        }
        return (["wave;municipality_code;sex;age_class;population"] + lines).joined(separator: "\n") + "\n"
    }

    /// Draws, delivers, reads and weights one survey.
    func survey(seed: UInt64) throws -> (run: StudyRun, prepared: StudyRun.Prepared) {
        let drawn =
            waves.count == 1
            ? [try Simulation.drawWave(0, from: population, seed: seed)]
            : try Simulation.drawWaves(from: population, seed: seed)
        for file in Simulation.delivery(of: drawn, from: population) {
            try Data(file.bytes).write(to: folder.appendingPathComponent(file.path))
        }
        let run = StudyRun(study, wave: study.waves[0])
        return (run, try run.prepare())
    }
}
