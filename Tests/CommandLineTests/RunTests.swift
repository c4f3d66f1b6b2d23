import Foundation
import Testing

/// One run of the sample study, shared by the tests that only look at it.
enum SampleRun {
    struct Outcome: Sendable {
        let study: StudyCopy
        let before: [String: Data]
        let after: [String: Data]
        let answer: Program.Answer
        let published: [String: Data]
    }

    static let newest: Result<Outcome, any Error> = Result {
        let study = try StudyCopy()
        let before = try study.folder.tree()
        let answer = try study.run("run", "--threads", "1")
        return Outcome(
            study: study, before: before, after: try study.folder.tree(), answer: answer,
            published: try study.published())
    }

    static func text(_ name: String) throws -> String {
        String(decoding: try #require(try newest.get().published[name]), as: UTF8.self)
    }
}

@Suite struct RunTests {
    @Test func runEndsWellAndNamesThePage() throws {
        let outcome = try SampleRun.newest.get()
        #expect(outcome.answer.exitCode == 0)
        #expect(outcome.answer.output == outcome.study.path + "/out/current/index.html\n")
        #expect(outcome.answer.error.hasSuffix("a draft\n"))
        #expect(
            Set(outcome.published.keys.filter { $0 == "index.html" || !$0.hasSuffix(".html") }) == [
                "MANIFEST.json", "index.html", "estimates.csv", "estimates.csv-metadata.json", "estimates.json",
                "findings.json", "publication.json", "workbook.xlsx", "contrasts.csv", "changes.csv", "drivers.csv"
            ])
    }

    @Test func nothingIsWrittenOutsideOut() throws {
        let outcome = try SampleRun.newest.get()
        #expect(outcome.after.filter { !$0.key.hasPrefix("study/out/") } == outcome.before)
    }

    @Test func tidyFileHasTheColumnsThatNotebooksRead() throws {
        let header =
            "row_id,study,wave,question,wording_hash,mode,level,base,area,segment,statistic,unit,estimate,se,lower,"
            + "upper,ci_level,ci_method,df,n,missing_share,effective_n,deff,cv,reference,difference,p,p_adjusted,family,"
            + "method,basis,status,reason"
        let text = try SampleRun.text("estimates.csv")
        #expect(text.hasPrefix(header + "\n"))
        #expect(!text.contains("\r"))
        let rows = Records(text, delimiter: ",")
        #expect(rows.rows.allSatisfy { $0.count == rows.header.count })
        #expect(Set(try rows.values("row_id")).count == rows.rows.count)
        #expect(Set(try rows.values("wave")) == ["golf2"])
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(try SampleRun.text("estimates.json").utf8)) as? [String: Any])
        #expect((json["header"] as? [String: Any])?["columns"] as? [String] == rows.header)
        #expect((json["rows"] as? [[String: Any]])?.count == rows.rows.count)
    }

    @Test func everyRowHasAKnownStatusAndHiddenRowsHaveNoNumbers() throws {
        let records = Records(try SampleRun.text("estimates.csv"), delimiter: ",")
        let status = try records.index("status")
        #expect(Set(records.rows.map { $0[status] }).isSubset(of: ["released", "indicative", "suppressed", "too_few"]))
        let numbers = try [
            "estimate", "se", "lower", "upper", "df", "n", "missing_share", "effective_n", "deff", "cv", "difference",
            "p", "p_adjusted"
        ].map(records.index)
        let hidden = records.rows.filter { ["suppressed", "too_few"].contains($0[status]) }
        #expect(!hidden.isEmpty)
        #expect(hidden.allSatisfy { row in numbers.allSatisfy { row[$0].isEmpty } })
        let shown = records.rows.filter { ["released", "indicative"].contains($0[status]) }
        // A bound stands in for 0 % and 100 % of a small base.
        let reason = try records.index("reason")
        #expect(
            shown.allSatisfy {
                !$0[numbers[0]].isEmpty || $0[reason].contains(";below=") || $0[reason].contains(";above=")
            })
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(try SampleRun.text("estimates.json").utf8)) as? [String: Any])
        let rows = try #require(json["rows"] as? [[String: Any]]).filter {
            ["suppressed", "too_few"].contains($0["status"] as? String)
        }
        #expect(rows.count == hidden.count)
        #expect(rows.allSatisfy { row in row["estimate"] is NSNull && row["n"] is NSNull && row["p"] is NSNull })
    }

    @Test func numbersAreNumbers() throws {
        for name in ["estimates.csv", "estimates.json"] {
            let text = try SampleRun.text(name).lowercased()
            for word in [",nan", ",inf", ",-inf", ":nan", ":inf", ":-inf"] {
                #expect(!text.contains(word), "\(word) in \(name)")
            }
        }
        let records = Records(try SampleRun.text("estimates.csv"), delimiter: ",")
        let shares = zip(
            try records.values("statistic"),
            zip(try records.values("lower"), zip(try records.values("estimate"), try records.values("upper")))
        )
        .filter { $0.0 == "share" && !$0.1.1.0.isEmpty }
        #expect(shares.count > 300)
        for (_, (lower, (estimate, upper))) in shares {
            let (low, middle, high) = (Double(lower) ?? -1, Double(estimate) ?? -1, Double(upper) ?? -1)
            #expect(0 <= low && low <= middle && middle <= high && high <= 1, "\(lower) \(estimate) \(upper)")
        }
    }

    @Test func pageSaysThatItsDataAreInvented() throws {
        let page = try SampleRun.text("index.html")
        #expect(page.contains("Voorbeeld met verzonnen gegevens. Deze cijfers gaan niet over echte inwoners."))
        #expect(page.contains("<html lang=\"nl\""))
        for foreign in ["http://", "https://", "src=\"//", "@import"] {
            let found = page.components(separatedBy: foreign).dropFirst().filter { !$0.hasPrefix("www.w3.org/") }
            #expect(found.isEmpty, "the page needs nothing from elsewhere: \(foreign)")
        }
    }

    @Test func noRespondentCanBeReadFromThePublication() throws {
        let outcome = try SampleRun.newest.get()
        let records = Records(try outcome.study.text("data/golf2.csv"), delimiter: ";")
        let all = outcome.published.values.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
        let tokens = Set(all.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init))
        for column in ["resp_id", "persoon_id", "hh_id"] {
            let identifiers = Set(try records.values(column))
            #expect(identifiers.count > 2000)
            #expect(tokens.isDisjoint(with: identifiers), "\(column)")
        }
        // A remark of a single dash is punctuation that stands on every page.
        let remarks = Set(try records.values("opmerking")).filter { $0.count >= 3 }
        #expect(remarks.count >= 15)
        for remark in remarks { #expect(!all.contains(remark.prefix(40)), "a remark") }
    }

    @Test func manifestListsWhatIsThere() throws {
        let outcome = try SampleRun.newest.get()
        let manifest = try #require(
            JSONSerialization.jsonObject(with: Data(try SampleRun.text("MANIFEST.json").utf8)) as? [String: Any])
        let files = try #require(manifest["files"] as? [[String: Any]])
        #expect(files.count == outcome.published.count - 1)
        for file in files {
            let name = try #require(file["name"] as? String)
            #expect(file["bytes"] as? Int == outcome.published[name]?.count, "\(name)")
        }
    }
}
