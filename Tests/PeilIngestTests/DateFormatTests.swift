import PeilTable
import Testing

@testable import PeilIngest

/// Dates as declared, serial numbers of Excel among them; percentages with their sign.
@Suite struct DateFormatTests {
    private func days(_ text: String, _ format: DateFormat) -> Double? {
        let bytes = Array(text.utf8)
        return DateParser.days(bytes.span, 0..<bytes.count, as: format)
    }

    /// Source: LibreOffice 7.4, DATEVALUE; days since 1970 by Python's datetime.
    @Test(arguments: [
        ("46331", DateFormat.excel, 20_762.0), ("1", .excel, -25_567), ("59", .excel, -25_509), ("61", .excel, -25_508),
        ("46331,75", .excel, 20_762), ("46331.75", .excel, 20_762), ("2958465", .excel, 2_932_896),
        ("44869", .excel1904, 20_762), ("0", .excel1904, -24_107),
        ("05/11/2026", .dayFirstSlashes, 20_762), ("11/05/2026", .monthFirstSlashes, 20_762),
        ("5/11/2026 14:30", .dayFirstSlashes, 20_762), ("5-11-2026", .dayFirst, 20_762), ("2026-11-05", .iso, 20_762)
    ])
    func aDateIsReadAsDeclared(_ text: String, _ format: DateFormat, _ expected: Double) {
        #expect(days(text, format) == expected)
    }

    @Test(arguments: [
        ("60", DateFormat.excel), ("0", .excel), ("-5", .excel), ("2958466", .excel), ("05-11-2026", .excel),
        ("46331,", .excel),
        ("46331,x", .excel), ("99999999999999999999", .excel), ("", .excel), ("31/02/2026", .dayFirstSlashes),
        ("13/13/2026", .monthFirstSlashes), ("5/11/26", .dayFirstSlashes), ("05-11-2026", .dayFirstSlashes),
        ("46331", .dayFirst), ("46331", .iso)
    ])
    func whatIsNoDateUnderTheDeclaredFormatIsRefused(_ text: String, _ format: DateFormat) {
        #expect(days(text, format) == nil)
    }

    @Test func serialNumbersAreReadOnlyWhereTheyAreDeclared() throws {
        func read(_ format: String) -> FileInspection {
            inspect(
                "d;x\n46331;1\n",
                codebook: try? codebook("variables: [{id: d, type: date\(format)}, {id: x, type: int}]"))
        }
        #expect(read(", format: excel").badRecords.isEmpty)
        #expect(read("").badRecords.map(\.code) == ["BAD_DATE"])
        #expect(read(", format: dd-mm-yyyy").badRecords.first?.message == "not a date as dd-mm-jjjj")
    }

    @Test func anUnknownFormatNamesTheKnownOnes() {
        let error = #expect(throws: IngestError.self) {
            try codebook("variables: [{id: d, type: date, format: jj-mm-dd}]")
        }
        #expect(error?.remedy.contains("dd-mm-jjjj, jjjj-mm-dd") == true && error?.line == 1)
    }

    @Test func aPercentSignIsTheUnitOfAPercentage() throws {
        let text = "p;x\n12,5%;1\n0,5 %;1\n100;1\n"
        let book =
            "{csv: {delimiter: ';', decimal: ','}, variables: [{id: p, type: number, unit: '%'}, {id: x, type: int}]}"
        let wave = try WaveReader.read(bytes: Array(text.utf8), path: "", codebook: codebook(book))
        #expect(try wave.table.numbers("p").values == [12.5, 0.5, 100])
        let without = inspect(text, codebook: try codebook(book.replacing(", unit: '%'", with: "")))
        #expect(without.badRecords.map(\.code) == ["BAD_NUMBER", "BAD_NUMBER"])
    }
}
