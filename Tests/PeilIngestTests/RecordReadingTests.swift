import Testing

@testable import PeilIngest

struct RecordReadingTests {
    @Test func quotedFieldsHoldDelimitersQuotesAndLineEnds() throws {
        let records = try open("a,b\r\n1,\"x, \"\"y\"\"\r\nz\"\r\n2,\r\n")
        #expect(records.header == ["a", "b"])
        #expect(grid(records) == [["1", "x, \"y\"\r\nz"], ["2", ""]])
        #expect(records.line(1) == 4)
    }

    @Test(arguments: ["\n", "\r\n", "\r"]) func everyLineEndEndsARecord(lineEnd: String) throws {
        let records = try open(["a;b", "1;2", "3;4"].joined(separator: lineEnd))
        #expect(grid(records) == [["1", "2"], ["3", "4"]])
    }

    @Test func mixedLineEndsAreKeptWithAWarning() {
        let found = inspect("a,b\r\n1,2\n3,4\r5,6\n")
        #expect(found.rows?.count == 3)
        #expect(found.warnings.map(\.code) == ["MIXED_NEWLINES"])
    }

    @Test func raggedRecordsAreListedNotPadded() {
        let found = inspect("a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,1,1\n")
        #expect(found.outcome == .quarantine)
        #expect(found.badRecords.map(\.code) == ["RAGGED_SHORT", "RAGGED_LONG"])
        #expect(found.badRecords.map(\.line) == [3, 4])
        #expect(found.badRecords.map(\.record) == [2, 3])
        #expect(found.rows == [["1", "2", "3"], ["1", "1", "1"]])
        #expect(found.exitCode == 65)
    }

    @Test func damageOfAQuoteStaysInItsRecord() {
        let found = inspect("a,b,c\n1,\"x\"y,3\n4,5,6\n")
        #expect(found.badRecords.map(\.code) == ["STRAY_QUOTE"])
        #expect(found.rows == [["4", "5", "6"]])
    }

    @Test func aQuoteThatSwallowsRecordsIsRefusedWithTheLineWhereItOpened() {
        let found = inspect("a,b\n1,x\n2,\"y\n3,z\n4,\"q\"\n")
        #expect(found.error?.code == "UNTERMINATED_QUOTE")
        #expect(found.error?.line == 3)
    }

    @Test func measureSignsAndBracketedListsAreText() {
        let found = inspect("a,b\n1,tv of 32\" wide\n2,[\"x\"]\n")
        #expect(found.outcome == .acceptWarn)
        #expect(found.rows == [["1", "tv of 32\" wide"], ["2", "[\"x\"]"]])
        #expect(inspect("a,b\n1,this \"word\" here\n2,x\n").badRecords.map(\.code) == ["STRAY_QUOTE"])
    }

    @Test func blankLinesAreNoRecordsExceptInAFileOfOneColumn() throws {
        #expect(inspect("a,b\n1,2\n\n3,4\n").warnings.map(\.code) == ["BLANK_LINES"])
        #expect(try grid(open("a\n1\n\n2\n")) == [["1"], [""], ["2"]])
    }

    @Test func aShortLastRecordWithoutLineEndIsATruncation() {
        #expect(inspect("a,b,c\n1,2,3\n4,5").error?.code == "TRUNCATED")
        #expect(inspect("a,b,c\n1,2,3\n4,5,6").outcome == .accept)
    }

    @Test func twoTablesAndRepeatedHeadersAreRefused() {
        #expect(inspect("a,b,c\n1,2,3\n4,5,6\n\nx,y\n1,2\n").error?.code == "MULTI_TABLE")
        #expect(inspect("a,b\n1,2\na,b\n3,4\n").error?.code == "MULTI_TABLE")
        #expect(inspect("a,b\na,b\n3,4\n").error?.code == "MULTIROW_HEADER")
    }

    @Test func rowsThatDescribeColumnsAreNoRespondents() throws {
        let text =
            "Q1,Q2\nHow?,\"Why,\nand when?\"\n\"{\"\"ImportId\"\":\"\"A\"\"}\",\"{\"\"ImportId\"\":\"\"B\"\"}\"\n1,2\n"
        let found = inspect(text)
        #expect(found.rows == [["1", "2"]])
        #expect(found.warnings.map(\.code) == ["MULTIROW_HEADER"])
    }

    @Test func aFileWithoutHeaderSaysSo() {
        let found = inspect("1,a,2.5\n2,b,3.5\n")
        #expect(found.header == nil)
        #expect(found.rows?.count == 2)
        #expect(found.warnings.map(\.code) == ["NO_HEADER"])
    }

    @Test func theSepLineNamesTheDelimiterAndCountsAsALine() {
        let found = inspect("sep=;\na;b\n1;2;3\n4;5\n")
        #expect(found.header == ["a", "b"])
        #expect(found.badRecords.map(\.line) == [3])
    }
}
