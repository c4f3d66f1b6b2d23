import Foundation
import Testing

/// `peil partial STUDY FILE` and `peil merge --study`: partitions of a wave give the figures of its report.
@Suite struct StudyPartitionTests {
    /// The sample study without trimming, which needs all rows at once; its second wave in three files.
    private func split() throws -> StudyCopy {
        let study = try StudyCopy()
        try study.edit(
            "study.yaml",
            "    - {method: trim, group: gemeente, upper: 3, recalibrate: 50, drift: report}\n", "")
        let lines = try study.text("data/golf2.csv").split(whereSeparator: \.isNewline)
        let rows = lines.dropFirst()
        for part in 0..<3 {
            let own = rows.dropFirst(part * rows.count / 3).prefix((part + 1) * rows.count / 3 - part * rows.count / 3)
            try study.folder.write(([lines[0]] + own).joined(separator: "\n") + "\n", to: "part\(part + 1).csv")
        }
        return study
    }

    private func pass(_ study: StudyCopy, _ suffix: String, _ more: [String] = []) throws {
        for part in 1...3 {
            let arguments = ["partial", "study", "part\(part).csv", "--part", "\(part)/3", "--out", "\(part).\(suffix)"]
            let answer = try Program.run(arguments + more, in: study.folder)
            try #require(answer.exitCode == 0, "\(answer.error)")
        }
    }

    @Test("Two passes over three files give what the report of the whole wave shows, to its rounding")
    func figures() throws {
        let study = try split()
        try pass(study, "first")
        let first = try Program.run(
            ["merge", "--study", "study", "3.first", "1.first", "2.first", "--out", "weights.par"], in: study.folder)
        #expect(first.exitCode == 0 && first.output.contains("Pass 2 of 2 comes next"), "\(first.error)")
        try pass(study, "second", ["--parameters", "weights.par"])
        let second = try Program.run(
            ["merge", "--study", "study", "1.second", "2.second", "3.second", "--format", "json"], in: study.folder)
        try #require(second.exitCode == 0, "\(second.error)")
        let alone = try Program.run(
            ["merge", "3.second", "1.second", "2.second", "--format", "json"], in: study.folder)
        let isSame = alone.output == second.output
        #expect(isSame, "states carry what the study asks: \(alone.error)")
        let merged = try Self.estimates(second.output)
        let report = try study.run("run", "--out", study.folder.path("out"))
        try #require(report.exitCode == 0, "\(report.error)")
        let published = Records(try study.folder.text("out/current/estimates.csv"), delimiter: ",")
        var compared = 0
        for row in published.rows {
            func cell(_ name: String) -> String { row[published.header.firstIndex(of: name)!] }
            guard ["share", "mean"].contains(cell("statistic")), let estimate = Double(cell("estimate")) else {
                continue
            }
            let key = [cell("question"), cell("level"), cell("area"), cell("segment")]
            let found = try #require(merged[key], "\(key)")
            // Shares of few people are rounded to whole percents.
            let step = cell("statistic") == "mean" || cell("status") == "indicative" ? 0.01 : 0.001
            #expect(abs(found.estimate - estimate) <= step / 2 + 1e-9, "\(key)")
            if let error = Double(cell("se")) { #expect(abs(found.error - error) <= step, "\(key)") }
            compared += 1
        }
        #expect(compared > 1_000)
    }

    /// By question, answer, area and segment.
    private static func estimates(_ text: String) throws -> [[String]: (estimate: Double, error: Double)] {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        var result: [[String]: (Double, Double)] = [:]
        for item in try #require(object["items"] as? [[String: Any]]) {
            for estimate in item["estimates"] as? [[String: Any]] ?? [] {
                let domain = estimate["domain"] as? [String: String] ?? [:]
                let key = [
                    try #require(estimate["variable"] as? String), estimate["level"] as? String ?? "",
                    domain["gemeente"] ?? "", domain["segment"] ?? ""
                ]
                guard let value = estimate["estimate"] as? Double, let error = estimate["se"] as? Double else {
                    continue
                }
                result[key] = (value, error)
            }
        }
        return result
    }

    @Test("What needs all rows at once is refused by name")
    func refusals() throws {
        let trimmed = try StudyCopy()
        let answer = try Program.run(
            ["partial", "study", "study/data/golf2.csv", "--out", "1.state"], in: trimmed.folder)
        #expect(answer.exitCode == 78 && answer.error.contains("NOT_STREAMED") && answer.error.contains("trim"))
        #expect(answer.error.contains("peil run") && !answer.error.contains("--max-memory"))
        #expect(!trimmed.folder.exists("1.state"))
    }

    @Test("States of another codebook are not merged")
    func otherStudy() throws {
        let study = try split()
        try pass(study, "first")
        try study.edit("codebook.yaml", "any: {where: [\"uren >= 24\"]}", "any: {where: [\"uren >= 25\"]}")
        let answer = try Program.run(
            ["merge", "--study", "study", "1.first", "2.first", "3.first", "--out", "weights.par"], in: study.folder)
        #expect(answer.exitCode == 65 && answer.error.contains("OTHER_PLAN"), "\(answer.error)")
    }

    @Test(
        "A wrong use says what to type",
        arguments: [
            (["partial", "a.csv", "--out", "s"], "peil partial STUDY FILE --out STATE"),
            (
                ["partial", "--plan", "p.yaml", "a.csv", "b.csv", "--out", "s"],
                "peil partial --plan PLAN FILE --out STATE"
            ),
            (["partial", "study", "-", "--out", "s"], "name a file"),
            (["merge", "--plan", "p.yaml", "--study", "study", "1.state"], "name one of them"),
            (["merge", "--plan", "p.yaml", "--wave", "w", "1.state"], "leave --wave out")
        ])
    func usage(arguments: [String], remedy: String) throws {
        let answer = try Program.run(arguments, in: try TemporaryFolder())
        #expect(answer.exitCode == 64 && answer.error.contains(remedy), "\(answer.error)")
    }
}
