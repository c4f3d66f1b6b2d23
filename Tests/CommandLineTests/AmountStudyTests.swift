import Foundation
import Testing

/// A study with an amount of which one respondent of an area has nearly all.
struct AmountStudyTests {
    /// Hours on one's own as an amount, by area. In Rijswijk everybody says 0, but one.
    private func study(dominance: String) throws -> StudyCopy {
        let study = try StudyCopy()
        try study.edit(
            "study.yaml", "    - variable: dreiging\n      label: {nl: \"Dreiging\", en: \"Threat\"}",
            """
                - variable: uren
                  label: {nl: "Uren", en: "Hours"}
                  statistic: mean
                  unit: {nl: "uur", en: "hours"}
                - variable: dreiging
                  label: {nl: "Dreiging", en: "Threat"}
            """)
        try study.edit("study.yaml", "  minimum_frequency: 10\n", "  minimum_frequency: 10\n\(dominance)")
        try study.editWave { records in
            let hours = try #require(records.header.firstIndex(of: "uren"))
            let area = try #require(records.header.firstIndex(of: "gemeente"))
            var isFirst = true
            for row in records.rows.indices where records.rows[row][area] == "GM0603" {
                guard Int(records.rows[row][hours]) != nil else { continue }
                records.rows[row][hours] = isFirst ? "240" : "0"
                isFirst = false
            }
            try #require(!isFirst)
        }
        return study
    }

    /// The line of a mean by area; the region's is that of an empty area.
    private func line(_ area: String, _ study: StudyCopy) throws -> String {
        let data = try #require(try study.published()["estimates.csv"])
        let start = "uren.-.\(area.isEmpty ? "-" : area).-.mean,"
        return try #require(String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(start) })
            .description
    }

    @Test func aDominatedMeanIsHiddenAndDoesNotFollow() throws {
        let study = try study(dominance: "  dominance: {p: 15, amounts: [uren]}\n")
        let answer = try study.run("run", "--quiet")
        #expect(answer.exitCode == 0, "\(answer.error)")
        #expect(try line("GM0603", study).contains("confidential"))
        #expect(try !line("", study).contains("confidential"))
        let others = ["GM0503", "GM0518", "GM0629", "GM0637", "GM1783", "GM1842", "GM1916", "GM1926"]
        #expect(try others.count { try line($0, study).contains("confidential") } == 1)
    }

    @Test func peopleOfManyDoNotDominate() throws {
        let study = try study(dominance: "  dominance: {p: 15, amounts: [uren], contributors: people}\n")
        let answer = try study.run("run", "--quiet")
        #expect(answer.exitCode == 0, "\(answer.error)")
        #expect(try !line("GM0603", study).contains("confidential"))
    }

    static let mistakes: [(String, String)] = [
        ("{p: 15}", "amounts"), ("{p: 15, amounts: [urn]}", "uren"), ("{p: 15, amounts: [pakket]}", "mean"),
        ("{amounts: [uren]}", "n"), ("{p: 15, amount: [uren]}", "amounts"),
        ("{p: 15, amounts: [uren], contributors: persons}", "people")
    ]

    @Test(arguments: mistakes) func aWrongRuleIsNamed(_ mistake: (rule: String, names: String)) throws {
        let answer = try study(dominance: "  dominance: \(mistake.rule)\n").run("check")
        #expect(answer.exitCode == 78, "\(mistake.rule)")
        #expect(answer.error.contains(mistake.names), "\(answer.error)")
    }
}
