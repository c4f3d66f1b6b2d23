import Foundation
import PeilIngest
import PeilStudy
import Testing

private let statisticsFolder = checkout + "/Tests/Golden/statistics"
private let statisticsCases =
    ((try? FileManager.default.contentsOfDirectory(atPath: statisticsFolder)) ?? [])
    .filter { $0.hasSuffix(".json") }.sorted()

/// Plans over synthetic samples, each number against what R (survey 4.1-1, or the formula of 4.5 where the two differ)
/// computed. Tests/Golden/statistics/README.md says what each case covers.
@Suite("Statistics against R")
struct StatisticsGoldenTests {
    @Test("The cases are there") func areThere() { #expect(statisticsCases.count >= 60) }

    @Test("Every number of a case", arguments: statisticsCases)
    func numbers(_ name: String) throws {
        let golden = try GoldenPlan(path: statisticsFolder + "/" + name)
        let results = try golden.run()
        for item in golden.items {
            let own = try #require(results[item.id], "\(name) answers item \(item.id)")
            Comparison(place: "\(name) \(item.id)", item).compare(own)
        }
    }
}

/// A plan with the expectations of its items.
struct GoldenPlan {
    struct Item {
        let id: String
        let expected: [String: Any]
        let relative: Double
        let absolute: Double
    }

    let items: [Item]
    private let plan: [String: Any]

    init(path: String) throws {
        let data = try Data(contentsOf: URL(filePath: path))
        var document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let entries = try #require(document["items"] as? [[String: Any]])
        items = try entries.map { entry in
            let tolerance = try #require(entry["tolerance"] as? [String: Any])
            return Item(
                id: try #require(entry["id"] as? String), expected: try #require(entry["expected"] as? [String: Any]),
                relative: (tolerance["rel"] as? NSNumber)?.doubleValue ?? 0,
                absolute: (tolerance["abs"] as? NSNumber)?.doubleValue ?? 0)
        }
        document["items"] = entries.map { entry in
            var kept = entry.filter { ["id", "statistic", "variables", "by", "domain", "options"].contains($0.key) }
            if var options = kept["options"] as? [String: Any] {
                options["expect_error"] = nil
                options["note"] = nil
                kept["options"] = options
            }
            return kept
        }
        let dataset = try #require(document["dataset"] as? String)
        document["dataset"] = URL(filePath: path).deletingLastPathComponent().appending(path: dataset).path
        plan = document.filter { ["id", "dataset", "missing_value", "design", "items"].contains($0.key) }
    }

    /// The answers by item.
    func run() throws -> [String: [String: Any]] {
        let file = FileManager.default.temporaryDirectory.appending(path: "golden-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try JSONSerialization.data(withJSONObject: plan).write(to: file)
        let plan = try AnalysisPlan(file: file.path)
        let table = try AnalysisTableReader.read(
            path: plan.dataset, columns: plan.columns, missingValue: plan.missingValue)
        let text = try PlanRunner(plan, over: table, threads: 2).run().json.text
        let result = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        var answers: [String: [String: Any]] = [:]
        for item in try #require(result["items"] as? [[String: Any]]) {
            var answer = item
            answer["design_df"] = result["design_df"]
            answers[try #require(item["id"] as? String)] = answer
        }
        return answers
    }
}

/// Compares one item's answer with what is expected, number by number.
struct Comparison {
    let place: String
    let expected: [String: Any]
    let relative: Double
    let absolute: Double

    init(place: String, _ item: GoldenPlan.Item) {
        self.place = place
        expected = item.expected
        relative = item.relative
        absolute = item.absolute
    }

    func compare(_ own: [String: Any]) {
        if expected["error"] != nil {
            #expect(own["error"] != nil, "\(place) fails")
            return
        }
        #expect(own["error"] == nil, "\(place): \(String(describing: own["error"]))")
        for (key, value) in expected {
            switch key {
            case "estimates", "contrasts": rows(value, own[key], "\(place) \(key)")
            case "vcov": matrix(value, own[key], order(own))
            default: deep(value, own[key], "\(place) \(key)")
            }
        }
    }

    private func rows(_ expected: Any, _ own: Any?, _ place: String) {
        let wanted = expected as? [[String: Any]] ?? []
        let found = own as? [[String: Any]] ?? []
        if place.hasSuffix("estimates") { #expect(found.count == wanted.count, "\(place): number of rows") }
        for row in wanted {
            let name = Self.name(row)
            guard let match = found.first(where: { Self.name($0) == name }) else {
                Issue.record("\(place): no row \(name)")
                continue
            }
            for (key, value) in row where !["variable", "level", "domain"].contains(key) {
                deep(value, match[key], "\(place)[\(name)] \(key)")
            }
        }
    }

    /// Rows by variable, level and domain, numbers in one form.
    private static func name(_ row: [String: Any]) -> String {
        func text(_ value: Any?) -> String {
            guard let value else { return "" }
            if let number = Double("\(value)") { return "\(number)" }
            return "\(value)"
        }
        let domain = (row["domain"] as? [String: Any] ?? [:]).sorted { $0.key < $1.key }
            .map { "\($0.key)=\(text($0.value))" }
        return ([text(row["variable"]), text(row["level"])] + domain).joined(separator: "|")
    }

    private func deep(_ expected: Any, _ own: Any?, _ place: String) {
        switch expected {
        case let wanted as [String: Any]:
            let found = own as? [String: Any] ?? [:]
            for (key, value) in wanted where key != "method" { deep(value, found[key], "\(place).\(key)") }
        case let wanted as [Any]:
            let found = own as? [Any] ?? []
            #expect(found.count >= wanted.count, "\(place): length")
            for (index, value) in wanted.enumerated() where index < found.count {
                deep(value, found[index], "\(place)[\(index)]")
            }
        case is NSNull: #expect(own == nil || own is NSNull, "\(place) is undefined, not \(String(describing: own))")
        case let wanted as NSNumber:
            guard let found = own as? NSNumber else {
                Issue.record("\(place): \(String(describing: own)) for \(wanted)")
                return
            }
            close(found.doubleValue, wanted.doubleValue, place)
        default: break
        }
    }

    private func close(_ own: Double, _ wanted: Double, _ place: String) {
        #expect(
            abs(own - wanted) <= max(absolute, relative * abs(wanted)), "\(place): \(own) for \(wanted)")
    }

    /// Where each expected row stands among the own ones: rows may come in another order.
    private func order(_ own: [String: Any]) -> [Int] {
        let found = (own["estimates"] as? [[String: Any]] ?? []).map(Self.name)
        return (expected["estimates"] as? [[String: Any]] ?? []).map { found.firstIndex(of: Self.name($0)) ?? 0 }
    }

    /// An element off the diagonal may differ by the tolerance times the geometric mean of its two variances.
    private func matrix(_ expected: Any, _ own: Any?, _ order: [Int]) {
        let wanted = (expected as? [[NSNumber]] ?? []).map { $0.map(\.doubleValue) }
        let found = (own as? [[NSNumber]] ?? []).map { $0.map(\.doubleValue) }
        guard wanted.count == found.count, order.count == wanted.count else {
            Issue.record("\(place) vcov: \(found.count) rows for \(wanted.count)")
            return
        }
        for i in wanted.indices {
            for j in wanted[i].indices {
                let scale = (wanted[i][i] * wanted[j][j]).squareRoot()
                let own = found[order[i]][order[j]]
                #expect(
                    abs(own - wanted[i][j]) <= max(absolute, relative * scale),
                    "\(place) vcov[\(i)][\(j)]: \(own) for \(wanted[i][j])")
            }
        }
    }
}
