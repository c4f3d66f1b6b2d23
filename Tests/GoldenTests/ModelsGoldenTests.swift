import Foundation
import Testing

/// Plans of models, scales, change and small areas, each number against what R computed. The scripts that made them,
/// Scripts/golden/models.R and analyses.R, say from which functions of survey or which formula.
@Suite("Models and small areas against R")
struct ModelsGoldenTests {
    private static func cases(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: checkout + "/Tests/Golden/" + folder)) ?? [])
            .filter { $0.hasSuffix(".json") }.sorted().map { folder + "/" + $0 }
    }

    private static let models = cases("models")
    private static let analyses = cases("analyses")

    @Test("The cases are there") func areThere() {
        #expect(Self.models.count >= 11)
        #expect(Self.analyses.count >= 10)
    }

    @Test("Every number of a case", arguments: models + analyses)
    func numbers(_ name: String) throws {
        let golden = try GoldenPlan(path: checkout + "/Tests/Golden/" + name)
        let results = try golden.run()
        for item in golden.items {
            let own = try #require(results[item.id], "\(name) answers item \(item.id)")
            Comparison(place: "\(name) \(item.id)", item).compare(own)
        }
    }
}
