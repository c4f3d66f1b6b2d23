import Foundation
import PeilTestSupport
import Testing

@testable import PeilStudy

@Suite("Simulation: the committed sample study")
struct SimulationCommittedFilesTests {
    private struct Truth: Decodable {
        struct Wave: Decodable {
            var sample: Sample
            var household_correlation: [String: Double]
        }
        struct Sample: Decodable {
            var respondents: Int
            var respondents_by_municipality: [String: Int]
        }
        var adults: Int
        var files: [String: String]
        var waves: [Wave]
    }

    private func truth() throws -> Truth {
        try JSONDecoder().decode(Truth.self, from: Data(try SimulationFixture.bytes("truth.json")))
    }

    @Test("Files have the hashes that truth.json states")
    func hashes() throws {
        let files = try truth().files
        #expect(files.count == 6)
        for (path, hash) in files {
            #expect(SimulatedFile.sha256(of: try SimulationFixture.bytes(path)) == hash, "\(path)")
        }
    }

    @Test("About 3,600 people answered in a wave, about 400 in each municipality")
    func sizes() throws {
        let truth = try truth()
        #expect(truth.adults == 934_357 && truth.waves.count == 2)
        for wave in truth.waves {
            expectClose(Double(wave.sample.respondents), 3_600, relative: 0.05, source: "simulation.yaml")
            for (_, count) in wave.sample.respondents_by_municipality {
                expectClose(Double(count), 400, relative: 0.2, source: "3,600 over nine")
            }
            for name in ["pakket", "dreiging", "handelingsvertrouwen"] {
                #expect(wave.household_correlation[name, default: 0] >= 0.1)
            }
        }
    }

    @Test("The folder stays small")
    func weight() throws {
        let paths = Array(try truth().files.keys) + ["truth.json"]
        #expect(try paths.reduce(0) { $0 + (try SimulationFixture.bytes($1).count) } < 6_000_000)
    }
}
