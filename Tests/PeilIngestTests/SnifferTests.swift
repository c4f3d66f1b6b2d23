import Foundation
import Testing

@testable import PeilIngest

/// What the sniffer must not be led astray by.
struct SnifferTests {
    private func sniffed(_ text: String) throws -> CSVDialect { try DialectSniffer.propose(Array(text.utf8)).dialect }

    @Test(arguments: [
        "full name\nJan Jansen\nPiet Pietersen\n", "tijd\n08:15\n09:30\n", "08:15\n09:30\n10:45\n",
        "adres\nKerkweg 1\nDorp 2\n",
        "remark\nyes, no\nnothing\nnever\n", "only\n"
    ])
    func aFileOfOneColumnStaysOne(text: String) throws {
        #expect(try DialectSniffer.propose(Array(text.utf8)).reason.hasPrefix("one column"))
    }

    @Test func aSpaceIsTheDelimiterWhereNumbersStandUnderAWord() throws {
        #expect(try sniffed("naam leeftijd\nJan 30\nPiet 41\n").delimiter == Ascii.space)
        #expect(try sniffed("naam leeftijd\n\"Jan J.\" 30\n\"Piet P.\" 41\n").delimiter == Ascii.space)
    }

    @Test func decimalCommasOfAFileWithoutHeaderAreNoDelimiters() throws {
        #expect(try sniffed("1;2,5\n2;3,5\n3;4,5\n").delimiter == Ascii.semicolon)
    }

    /// The header's line end was lost on the way: its record is too wide, and commas agree better than semicolons.
    @Test func decimalCommasUnderADamagedHeaderAreNoDelimiters() throws {
        let found = inspect(
            "nr;a;b;c;d;e1;ja;;Zeeën;857,54;kg\n2;x|y;2026-04-21;kg;3149,65;\n3;nee;2026-07-25;;255,06;x\n4;;2026-08-11;n;382,66;y\n"
        )
        #expect(found.dialect?.delimiter == Ascii.semicolon && found.outcome == .quarantine)
        #expect(inspect("a,b\n1,2\n3,4\n").dialect?.delimiter == Ascii.comma)
        #expect(inspect("1,2,3\n4,5,6\n").dialect?.delimiter == Ascii.comma)
        #expect(inspect("1,2,3\n4,5,6;7\n").dialect?.delimiter == Ascii.comma)
    }

    @Test(arguments: ["\"", "'", "a", "1", "\n"]) func aSepLineNamesNoDelimiterThatCannotBeOne(mark: String) {
        let found = inspect("sep=\(mark)\nnr;b\n1;2\n3;4\n5;6\n")
        #expect(found.dialect?.delimiter ?? Ascii.semicolon == Ascii.semicolon, "\(String(describing: found.dialect))")
    }

    @Test func textWithCommasDoesNotOutvoteTheHeader() throws {
        let rows = (1...50).map { "\($0);Den Haag, Nederland\n" }.joined()
        #expect(try sniffed("nr;plaats\n" + rows + "51;a;b\n").delimiter == Ascii.semicolon)
    }

    @Test func groupsOfThreeDigitsDoNotDecideTheDecimalMark() throws {
        #expect(try sniffed("a;b\n1.250;2,5\n2.500;3\n3.750;4\n").decimal == Ascii.comma)
        #expect(try sniffed("a;b\n0,875;2\n0,125;3\n").decimal == Ascii.comma)
    }

    @Test func theSampleMayEndInsideAQuotedField() throws {
        let row = "1;\"a text of, well,\nsome lines\"\n"
        let text = "nr;text\n" + String(repeating: row, count: DialectSniffer.sampleBytes / row.utf8.count + 10)
        let proposal = try DialectSniffer.propose(Array(text.utf8))
        #expect(proposal.dialect.delimiter == Ascii.semicolon)
        #expect(proposal.dialect.escape == Ascii.quote)
        #expect(proposal.score == 1)
        let long = "nr,text\n1,\"" + String(repeating: "line, and line\n", count: 100_000) + "\"\n2,x\n"
        #expect(try sniffed(long).delimiter == Ascii.comma)
    }

    @Test func quotesThatAreNotEscapedAtAllAreKeptAsText() throws {
        let rows = (1...5).map { "\($0),\"say \"hi\" then, and go\"\n" }.joined()
        let found = inspect("a,b\n" + rows)
        #expect(found.dialect?.escape == nil)
        #expect(found.rows?.first == ["1", "say \"hi\" then, and go"])
        let single = (1...5).map { "\($0),'it's fine, isn't it'\n" }.joined()
        #expect(inspect("a,b\n" + single).rows?.first == ["1", "it's fine, isn't it"])
    }

    @Test func theEuroSignTellsLatin9() {
        let latin = inspect(Array("a,b\n1,5 ".utf8) + [0xA4, 0x0A])
        #expect(latin.dialect?.encoding == "iso-8859-15")
        #expect(latin.rows == [["1", "5 €"]])
        let windows = inspect(Array("a,b\n1,5 ".utf8) + [0x80, 0x20, 0xA4, 0x0A])
        #expect(windows.dialect?.encoding == "windows-1252")
    }

    @Test func utf32IsNamed() {
        #expect(inspect([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0]).error?.code == "BAD_ENCODING")
        #expect(inspect([0, 0, 0xFE, 0xFF, 0, 0, 0, 0x61]).error?.code == "BAD_ENCODING")
    }

    @Test func aTitleAboveTheHeaderIsNamedWithItsRemedy() {
        let found = inspect("Report of the wave\n\nnr;naam;plaats\n1;a;b\n2;c;d\n3;e;f\n")
        #expect(found.error?.code == "PREAMBLE")
        #expect(found.error?.line == 3)
        #expect(found.error?.remedy.contains("preamble_lines: 2") == true)
        let doubtful = inspect("Report,,\nnr,naam,plaats\n1,a,b\n2,c,d\n3,e,f\n")
        #expect(doubtful.warnings.map(\.code).contains("PREAMBLE"))
        #expect(doubtful.rows?.count == 4)
    }

    @Test func aBadRecordShowsTheFieldsThatWereMeant() {
        func fields(_ line: String) -> [String]? {
            inspect("a,b,c\n1,2,3\n\(line)\n4,5,6\n").badRecords.first.map {
                $0.fields.isEmpty ? [$0.raw ?? ""] : $0.fields
            }
        }
        #expect(fields("\"x,y,\"p,q\"") == ["\"x", "y", "p,q"])
        #expect(fields("x,\"\"y, z\",w") == ["x", "\"y, z", "w"])
        #expect(fields("x,\"say \"hi\" or, not\",w") == ["x", "say \"hi\" or, not", "w"])
    }

    @Test func aRefusedFileStillShowsItsOtherRecords() throws {
        func shown(_ text: String) throws -> FileInspection {
            let path = FileManager.default.temporaryDirectory.appendingPathComponent("partial-\(UUID()).csv").path
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(atPath: path) }
            return Inspector.inspect(path: path, includeRecords: true)
        }
        let open = try shown("a,b\n1,x\n2,\"y\n3,z\n4,\"q\"\n")
        #expect(open.error?.code == "UNTERMINATED_QUOTE" && open.exitCode == 65)
        #expect(open.rows == [["1", "x"], ["3", "z"], ["4", "q"]])
        #expect(open.badRecords.map(\.record) == [2])
        #expect(open.badRecords.first?.fields == ["2", "\"y"])
        let header = try shown("\"a,b,\"c\"\n1,2,3\n")
        #expect(header.error?.code == "STRAY_QUOTE" && header.header == ["\"a", "b", "c"])
        let narrow = try shown("\"a,b\"x,c,d\n1,2\n3,4\n")
        #expect(narrow.error?.code == "STRAY_QUOTE" && narrow.rows == [["1", "2"], ["3", "4"]])
        let second = try shown("a,b,c\n1,2,3\n4,5,6\n\nx,y\n1,2\n3,4\n")
        #expect(second.error?.code == "MULTI_TABLE" && second.rows == [["1", "2", "3"], ["4", "5", "6"]])
        let repeated = try shown("a,b\na,b\na,b\n1,2\n")
        #expect(repeated.error?.code == "MULTIROW_HEADER")
        #expect(repeated.header == ["a a a", "b b b"] && repeated.dialect?.headerLines == 3)
        let titled = try shown("Report\nnr,naam\n1,a\n2,b\n3,c\n4,d\n")
        #expect(titled.error?.code == "PREAMBLE" && titled.header == ["nr", "naam"] && titled.rows?.count == 4)
    }

    @Test func aQuoteAnywhereCostsNoOtherRecord() throws {
        let rows = (1...12).map { ["\($0)", "word \($0)", "some, text", "\($0 * 3)"] }
        let lines = ["nr,name,remark,count"] + rows.map { "\($0[0]),\($0[1]),\"\($0[2])\",\($0[3])" }
        let text = lines.joined(separator: "\n") + "\n"
        for offset in 0...text.utf8.count {
            var bytes = Array(text.utf8)
            bytes.insert(Ascii.quote, at: offset)
            let damaged = bytes.prefix(offset).count { $0 == Ascii.lineFeed }
            let shown = try shownRows(bytes)
            for (index, row) in rows.enumerated() where index + 1 != damaged {
                #expect(shown.contains(row), "a quote at \(offset) cost record \(index + 1)")
            }
        }
    }

    private func shownRows(_ bytes: [UInt8]) throws -> [[String]] {
        let found = inspect(bytes)
        guard let error = found.error else { return found.rows ?? [] }
        let text = try TextEncoding.decode(bytes, declared: .none)
        let proposal = try DialectSniffer.propose(text, declared: .none)
        let partial = PartialReading(text, dialect: proposal.dialect, limits: CSVLimits(), refusal: error)
        return try grid(#require(partial.records, "\(error)"))
    }
}
