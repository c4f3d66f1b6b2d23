import Foundation

@testable import PeilStudy

/// The sample study's parameters, and a population of about a sixtieth of Haaglanden that is quick in debug builds.
enum SimulationFixture {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Data/haaglanden")

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(path)))
    }

    static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    static func parameters() throws -> SimulationParameters {
        try SimulationParameters(yaml: try text("simulation.yaml"))
    }

    static func margins(dividedBy divisor: Int = 1) throws -> [AdultMargin] {
        try AdultMargin.read(csv: try text("margins.csv")).map { margin in
            var small = margin
            small.population = margin.population / divisor
            return small
        }
    }

    /// Built once for all tests.
    static let small: Result<FinitePopulation, any Error> = Result {
        try Simulation.population(try parameters(), margins: try margins(dividedBy: 60))
    }

    static let smallRows = 450
    static let smallWaves: Result<[SimulatedWave], any Error> = Result {
        try Simulation.drawWaves(from: try small.get(), rows: smallRows, seed: 7)
    }
}
