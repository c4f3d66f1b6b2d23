import Foundation
import Testing

/// Deliveries that break the codebook or the rules: refused whole, with the place and never the value.
@Suite struct BadDataTests {
    private func refused(
        _ study: StudyCopy, _ exitCode: Int32, _ errorClass: String, says: [String], never: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try study.folder.tree()
        for command in ["run", "check"] {
            let answer = try study.run(command, "--wave", "golf2")
            #expect(answer.exitCode == exitCode, "\(answer.error)", sourceLocation: sourceLocation)
            #expect(answer.error.hasPrefix("error[\(errorClass)]: "), "\(answer.error)", sourceLocation: sourceLocation)
            for text in says {
                #expect(answer.error.contains(text), "\(text) in \(answer.error)", sourceLocation: sourceLocation)
            }
            let message = answer.error.replacingOccurrences(of: study.path, with: "")
            for value in never { #expect(!message.contains(value), "\(answer.error)", sourceLocation: sourceLocation) }
            #expect(answer.output.isEmpty, sourceLocation: sourceLocation)
        }
        #expect(try study.folder.tree() == before, sourceLocation: sourceLocation)
        #expect(!study.exists("out"), sourceLocation: sourceLocation)
    }

    /// Line of the fifth record: no earlier one has line breaks inside a cell.
    private let line = "golf2.csv:6"

    @Test func absentFile() throws {
        let study = try StudyCopy()
        try study.remove("data/golf2.csv")
        try refused(study, 66, "FILE_ABSENT", says: ["data/golf2.csv"])
    }

    @Test func emptyFile() throws {
        let study = try StudyCopy()
        try study.folder.write("", to: "study/data/golf2.csv")
        try refused(study, 65, "EMPTY_FILE", says: ["data/golf2.csv"])
    }

    @Test(arguments: [
        ("kans_stroom", "77", "OUT_OF_CODEBOOK"), ("gemeente", "GM9876", "UNKNOWN_REGION"),
        ("basisgewicht", "-38,25", "NEGATIVE_WEIGHT"), ("basisgewicht", "", "MISSING_WEIGHT"),
        ("leeftijd", "tachtig", "BAD_NUMBER"), ("datum", "31-02-2026", "BAD_DATE")
    ])
    func badCell(column: String, value: String, errorClass: String) throws {
        let study = try StudyCopy()
        try study.editWave { try $0.set(4, column, value) }
        try refused(study, 65, errorClass, says: [line, "column \(column)"], never: value.isEmpty ? [] : [value])
    }

    @Test func columnThatTheFileLacks() throws {
        let study = try StudyCopy()
        try study.editWave { records in
            let index = try records.index("norm")
            records.header[index] = "normm"
        }
        try refused(study, 65, "MISSING_COLUMN", says: ["golf2.csv:1", "no column norm", "'normm'"])
    }

    @Test func columnThatTheCodebookLacksIsToldNotUsed() throws {
        let study = try StudyCopy()
        try study.editWave { records in
            records.header.append("extra")
            for row in records.rows.indices { records.rows[row].append("zeldzaamwoord") }
        }
        let answer = try study.run("check")
        #expect(answer.exitCode == 0)
        #expect(answer.output.contains("UNKNOWN_COLUMN: 1"))
        #expect(!(answer.output + answer.error).contains("zeldzaamwoord"))
        #expect(try study.run().exitCode == 0)
        let all = try study.published().values.map { String(decoding: $0, as: UTF8.self) }.joined()
        #expect(!all.contains("zeldzaamwoord"))
    }

    @Test func householdInTwoStrata() throws {
        let study = try StudyCopy()
        var household = ""
        try study.editWave { records in
            let (unit, stratum) = (try records.index("hh_id"), try records.index("stratum"))
            var first: [String: Int] = [:]
            for row in records.rows.indices {
                household = records.rows[row][unit]
                guard let other = first[household] else {
                    first[household] = row
                    continue
                }
                records.rows[row][stratum] = records.rows[other][stratum] == "GM0503-A" ? "GM0503-B" : "GM0503-A"
                break
            }
        }
        try refused(study, 65, "NESTING_BROKEN", says: ["hh_id", "stratum", "line"], never: [household, "GM0503-"])
    }

    @Test func sameRespondentTwice() throws {
        let study = try StudyCopy()
        var identifier = ""
        try study.editWave { records in
            identifier = records.rows[3][0]
            try records.set(4, "resp_id", identifier)
        }
        try refused(study, 65, "DUPLICATE_RESPONDENT", says: [line, "line 5"], never: [identifier])
    }

    @Test func recordThatIsTooShort() throws {
        let study = try StudyCopy()
        try study.editWave { _ = $0.rows[4].popLast() }
        try refused(study, 65, "RAGGED_SHORT", says: [line])
    }

    @Test func ageClassWithoutRespondents() throws {
        let study = try StudyCopy()
        try study.editWave { records in
            let (area, age) = (try records.index("gemeente"), try records.index("leeftijd"))
            records.rows.removeAll { $0[area] == "GM1842" && (18...24).contains(Int($0[age]) ?? 0) }
        }
        try refused(study, 65, "EMPTY_CELL", says: ["GM1842 × 18-24", "gemeente × leeftijd_klasse"])
    }

    /// One household of a stratum stays there; its other records go to the neighbouring stratum.
    private func lonely() throws -> StudyCopy {
        let study = try StudyCopy()
        try study.editWave { records in
            let (unit, stratum) = (try records.index("hh_id"), try records.index("stratum"))
            let kept = records.rows.first { $0[stratum] == "GM1842-B" }?[unit]
            for row in records.rows.indices
            where records.rows[row][stratum] == "GM1842-B" && records.rows[row][unit] != kept {
                records.rows[row][stratum] = "GM1842-A"
            }
        }
        return study
    }

    @Test func lonelyStrataAreNamedWhereTheRuleIsToFail() throws {
        let study = try lonely()
        let check = try study.run("check")
        #expect(check.exitCode == 0)
        #expect(check.output.contains("lonely strata: GM1842-B\n"))
        #expect(try study.run().exitCode == 0, "the rule `adjust` goes on")
        try study.remove("out")
        try study.edit("study.yaml", "lonely_psu: adjust", "lonely_psu: fail")
        let answer = try study.run()
        #expect(answer.exitCode == 65)
        #expect(answer.error.hasPrefix("error[LONELY_PSU]: "))
        #expect(answer.error.contains("GM1842-B"))
        #expect(!study.exists("out"))
    }

    @Test func aRefusedDeliveryLeavesTheOldReport() throws {
        let study = try StudyCopy()
        #expect(try study.run().exitCode == 0)
        let before = try study.published()
        try study.editWave { try $0.set(4, "kans_stroom", "77") }
        #expect(try study.run().exitCode == 65)
        #expect(try study.published() == before)
    }
}
