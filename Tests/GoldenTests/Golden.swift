import Foundation
import Testing

/// A golden file: what R computed, with its versions.
struct Golden {
    struct Row {
        let statistic: String
        let variable: String
        let estimate: Double
        let standardError: Double
        let area: String?
        let method: String?
        let count: Int?
        let degreesOfFreedom: Int?
        let lower: Double?
        let upper: Double?
    }

    struct Design {
        let degreesOfFreedom: Int
        let firstWeights: [Double]
        let rows: [Row]
    }

    let rows: Int
    let source: String
    private let designs: [String: Any]

    init(wave: String) throws {
        let data = try Data(contentsOf: URL(filePath: checkout + "/Tests/Golden/\(wave).json"))
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let versions = try #require(document["made_by"] as? [String: String])
        source = "R \(versions["R"] ?? "?"), survey \(versions["survey"] ?? "?"), Scripts/golden/haaglanden.R"
        rows = try #require(document["rows"] as? Int)
        designs = try #require(document["designs"] as? [String: Any])
    }

    func design(_ name: String) throws -> Design {
        let design = try #require(designs[name] as? [String: Any])
        let weights = try #require(design["weights"] as? [String: Any])
        let results = try #require(design["results"] as? [[String: Any]])
        return Design(
            degreesOfFreedom: try #require(design["degf"] as? Int),
            firstWeights: try #require(weights["first"] as? [Double]),
            rows: try results.map(row))
    }

    private func row(_ entry: [String: Any]) throws -> Row {
        Row(
            statistic: try #require(entry["statistic"] as? String),
            variable: try #require(entry["variable"] as? String),
            estimate: try #require(entry["estimate"] as? Double), standardError: try #require(entry["se"] as? Double),
            area: entry["gemeente"] as? String, method: entry["method"] as? String, count: entry["n"] as? Int,
            degreesOfFreedom: entry["df"] as? Int, lower: entry["lower"] as? Double, upper: entry["upper"] as? Double)
    }
}
