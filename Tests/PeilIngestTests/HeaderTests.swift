import Testing

@testable import PeilIngest

struct HeaderTests {
    private func book() throws -> Codebook {
        try codebook(
            "{csv: {delimiter: ';'}, variables: [{id: resp, type: id, unique: true}, {id: age, type: int}, {id: remark, type: text, may_be_absent: true}]}"
        )
    }

    @Test func aHeaderThatStandsAgainBehindABlankLineIsNoAnswer() {
        let found = inspect("naam;score\n\nnaam;score\nan;1\nbert;2\n")
        #expect(found.error?.code == "MULTIROW_HEADER" && found.error?.line == 3)
    }

    @Test func columnsAreMatchedByName() throws {
        let found = try inspect("age;resp\n30;r1\n", codebook: book())
        #expect(found.outcome == .accept)
        #expect(found.header == ["resp", "age"])
        #expect(found.rows == [["r1", "30"]])
    }

    @Test func namesDecide() throws {
        let book = try book()
        #expect(inspect("resp;agee\nr1;30\n", codebook: book).error?.code == "MISSING_COLUMN")
        #expect(inspect("resp;agee\nr1;30\n", codebook: book).error?.remedy.contains("agee") == true)
        #expect(inspect("resp;age;age\nr1;30;31\n", codebook: book).error?.code == "DUPLICATE_HEADER")
        #expect(inspect("resp;;age\nr1;x;31\n", codebook: book).error?.message.contains("column 2") == true)
        #expect(inspect("Report\n\nresp;age\nr1;30\n", codebook: book).error?.code == "PREAMBLE")
        #expect(inspect("resp;age\n", codebook: book).error?.code == "HEADER_ONLY")
        #expect(inspect("1;30\n2;31\n", codebook: book).error?.code == "NO_HEADER")
    }

    @Test func harmlessNamesAreWarnings() throws {
        let book = try book()
        let extra = inspect("resp;age;ip\nr1;30;1.2.3.4\n", codebook: book)
        #expect(extra.warnings.map(\.code) == ["UNKNOWN_COLUMN"])
        #expect(extra.rows == [["r1", "30"]])
        #expect(
            inspect("\u{200B}resp;age\u{A0}\nr1;30\n", codebook: book).warnings.map(\.code) == ["HEADER_NORMALISED"])
        #expect(inspect("resp;age;\nr1;30;\n", codebook: book).warnings.map(\.code) == ["TRAILING_DELIMITER"])
        #expect(inspect("resp;age\nr1;30;\nr2;31;\n", codebook: book).warnings.map(\.code) == ["TRAILING_DELIMITER"])
    }

    @Test func identifiers() throws {
        let book = try book()
        #expect(inspect("resp;age\nr1;30\nr2;31\nr1;30\n", codebook: book).badRecords.map(\.code) == ["DUPLICATE_ROW"])
        #expect(inspect("resp;age\nr1;30\nr2;31\nr1;99\n", codebook: book).error?.code == "DUPLICATE_RESPONDENT")
        #expect(inspect("resp;age\n1,2E+15;30\n1,3E+15;31\n", codebook: book).error?.code == "ID_DAMAGED")
        #expect(inspect("resp;age\n1;30\n2;31\n3;5\n4;5\nTotaal;6\n", codebook: book).badRecords.map(\.line) == [6])
    }
}
