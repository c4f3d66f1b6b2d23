import Foundation
import PeilStudy
import PeilTestSupport
import Testing

/// Scales and models of the sample study against R, with the study's calibration and without. The answers were coded in R
/// from the delivered file, so what the study and its codebook say about reversing, rescaling and missing answers is
/// compared too.
@Suite("Scales and models of the sample study against R")
struct StudyAnalysesGoldenTests {
    private struct Row {
        let table: String
        let place: [String: Any]
        let values: [String: Double]
    }

    @Test("Every number of R comes out of peil scale and peil model", arguments: ["base", "calibrated"])
    func agreesWithR(design: String) throws {
        let (rows, source) = try golden(design)
        let tables = try reports(design)
        #expect(rows.count > 200, "the golden file holds the statistics it is meant to")
        for row in rows {
            let table = try #require(tables[row.table] as? [[String: Any]], "table \(row.table)")
            let own = table.filter { line in row.place.allSatisfy { "\(line[$0.key] ?? "")" == "\($0.value)" } }
            try #require(own.count == 1, "one row of \(row.table) where \(row.place)")
            for (key, expected) in row.values {
                let value = try #require(own[0][key] as? Double, "\(key) of \(row.table) where \(row.place)")
                let place = "\(key) of \(row.table) where \(row.place), \(design), \(source)"
                if key.hasSuffix("lower") || key.hasSuffix("upper") {
                    // An end near 0 has lost digits: it is as exact as the interval is wide.
                    expectClose(
                        value, expected, absolute: 1e-8 * max(abs(expected), width(row.values, key)), source: place)
                } else {
                    expectClose(value, expected, relative: Self.tolerance(row.table, key), source: place)
                }
            }
        }
    }

    /// p of many standard errors multiplies their rounding; R's errors of eigenvalues rest on numerical derivatives.
    private static func tolerance(_ table: String, _ key: String) -> Double {
        key == "p" || key.hasSuffix("p_adjusted") || key == "from_others_p" || table == "components" && key == "se"
            ? 1e-6 : 1e-8
    }

    private func width(_ values: [String: Double], _ key: String) -> Double {
        let stem = key.hasSuffix("lower") || key.hasSuffix("upper") ? String(key.dropLast(5)) : key
        return (values[stem + "upper"] ?? 0) - (values[stem + "lower"] ?? 0)
    }

    private func golden(_ design: String) throws -> ([Row], String) {
        let data = try Data(contentsOf: URL(filePath: checkout + "/Tests/Golden/study-analyses.json"))
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let versions = try #require(document["made_by"] as? [String: String])
        let rows = try #require(document["rows"] as? [[String: Any]])
        let own = try rows.filter { $0["design"] as? String == design }.map { row in
            Row(
                table: try #require(row["table"] as? String), place: try #require(row["where"] as? [String: Any]),
                values: try #require(row["values"] as? [String: Double]))
        }
        return (
            own, "R \(versions["R"] ?? "?"), survey \(versions["survey"] ?? "?"), Scripts/golden/study-analyses.R"
        )
    }

    /// Both reports as one document.
    private func reports(_ design: String) throws -> [String: Any] {
        var folder = URL(filePath: sampleStudy)
        defer { if design == "base" { try? FileManager.default.removeItem(at: folder) } }
        if design == "base" { folder = try withoutWeighting() }
        let study = try Study(at: folder.path())
        let wave = try #require(study.waves.first { $0.id == "golf2" })
        let run = StudyRun(study, wave: wave)
        let prepared = try run.prepare(withSegments: false)
        let scales = try StudyScales(run, prepared).result(StudyScales.Options(byArea: true)).report
        let models = try StudyModels(run, prepared).result([]).report
        var tables: [String: Any] = [:]
        for report in [scales, models] {
            let document = try JSONSerialization.jsonObject(with: Data(report.json.text.utf8)) as? [String: Any]
            tables.merge(try #require(document)) { first, _ in first }
        }
        return tables
    }

    /// The sample study in a folder of its own, design weights only.
    private func withoutWeighting() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("peil-golden-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["codebook.yaml", "frame.csv", "margins.csv", "messages.yaml", "data"] {
            try FileManager.default.copyItem(
                at: URL(filePath: sampleStudy).appendingPathComponent(name), to: folder.appendingPathComponent(name))
        }
        let text = try String(contentsOfFile: sampleStudy + "/study.yaml", encoding: .utf8)
        let start = try #require(text.range(of: "\nweighting:"))
        let end = try #require(text.range(of: "\nareas:"))
        try text.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: "").write(
            to: folder.appendingPathComponent("study.yaml"), atomically: true, encoding: .utf8)
        return folder
    }
}
