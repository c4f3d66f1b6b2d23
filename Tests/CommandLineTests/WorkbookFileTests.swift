import Foundation
import PeilTestSupport
import Testing

/// The workbook of the sample study's publication, as its readers find it.
struct WorkbookFileTests {
    @Test func everyNumberIsThatOfTheTidyFile() throws {
        let published = try SampleRun.newest.get().published
        let book = try ReadWorkbook.read(try #require(published["workbook.xlsx"]))
        let tidy = Records(try SampleRun.text("estimates.csv"), delimiter: ",")
        var lines: [String: [Int: ReadWorkbook.Cell]] = [:]
        // Changes and models have sheets of their own, with other columns.
        let figures = book.sheets.filter { $0.frozenRows == 7 && $0.row(6)[10]?.value == "row_id" }
        #expect(figures.count > 40 && book.sheets.count == figures.count + 5)
        for sheet in figures {
            let byRow = Dictionary(grouping: sheet.cells.filter { $0.row >= sheet.frozenRows }, by: \.row)
            for cells in byRow.values {
                let line = Dictionary(cells.map { ($0.column, $0) }, uniquingKeysWith: { first, _ in first })
                let id = try #require(line[10]).value
                #expect(lines.updateValue(line, forKey: id) == nil, "\(id) stands twice")
            }
        }
        let places = try ["row_id", "estimate", "lower", "upper", "n", "status"].map { name in
            try #require(tidy.header.firstIndex(of: name))
        }
        #expect(lines.count == tidy.rows.count)
        for row in tidy.rows {
            let line = try #require(lines[row[places[0]]], "\(row[places[0]])")
            let isHidden = ["suppressed", "too_few"].contains(row[places[5]])
            for (column, place) in zip(4...7, places[1...4]) {
                let number = line[column].flatMap { $0.kind == "number" ? Double($0.value) : nil }
                #expect(number == Double(row[place]), "\(row[places[0]]), \(tidy.header[place])")
                if isHidden { #expect(number == nil) }
            }
            if row[places[1]].isEmpty {
                #expect(line[4]?.kind == "text" && line[4]?.value.isEmpty == false, "\(row[places[0]])")
            }
        }
        #expect(book.formulas == 0)
        let hidden = Set(tidy.rows.filter { $0[places[5]] == "suppressed" }.map { lines[$0[places[0]]]?[4]?.value })
        #expect(hidden.isSubset(of: ["te weinig antwoorden", "alleen voor de hele regio"]))
    }

    @Test func theSameBytesOnASecondRunInAnotherTimeZone() throws {
        let first = try #require(try SampleRun.newest.get().published["workbook.xlsx"])
        let study = try StudyCopy()
        let answer = try Program.start("/usr/bin/env", ["TZ=Pacific/Auckland", Program.path, "run", study.path])
        #expect(answer.exitCode == 0, "\(answer.error)")
        #expect(try study.published()["workbook.xlsx"] == first)
    }

    @Test func onlyTheFormsThatTheStudyAsksFor() throws {
        let study = try StudyCopy()
        try study.edit("study.yaml", "formats: [html, csv, json, xlsx]", "formats: [csv, xlsx]")
        let answer = try study.run()
        #expect(answer.exitCode == 0, "\(answer.error)")
        #expect(
            Set(try study.published().keys) == [
                "MANIFEST.json", "estimates.csv", "estimates.csv-metadata.json", "contrasts.csv", "changes.csv",
                "drivers.csv", "publication.json", "workbook.xlsx"
            ])
    }

    @Test func aFormThatIsNoneIsNamedWithTheNearest() throws {
        let study = try StudyCopy()
        try study.edit("study.yaml", "formats: [html, csv, json, xlsx]", "formats: [html, xls]")
        let answer = try study.run("check")
        #expect(answer.exitCode == 78)
        #expect(answer.error.contains("'xls'") && answer.error.contains("did you mean 'xlsx'?"), "\(answer.error)")
    }

    @Test func aFolderForTemporaryFilesThatIsNotThereIsNamed() throws {
        let study = try StudyCopy()
        let answer = try Program.start(
            "/usr/bin/env", ["TMPDIR=\(study.path)/not-there", Program.path, "run", study.path])
        #expect(answer.exitCode == 74, "\(answer.error)")
        #expect(answer.error.contains("WORKBOOK") && answer.error.contains("TMPDIR"), "\(answer.error)")
        #expect(!study.exists("out/current"))
    }
}
