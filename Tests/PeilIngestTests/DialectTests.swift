import Testing

@testable import PeilIngest

struct DialectTests {
    @Test(arguments: [",", ";", "\t", "|"]) func theDelimiterIsFound(delimiter: String) throws {
        let text =
            ["a", "b", "c"].joined(separator: delimiter) + "\n" + ["1", "x", "3"].joined(separator: delimiter) + "\n"
        let proposal = try DialectSniffer.propose(Array(text.utf8))
        #expect(proposal.dialect.delimiter == delimiter.utf8.first)
        #expect(proposal.score == 1)
    }

    @Test func decimalCommasDoNotMakeACommaFile() throws {
        let proposal = try DialectSniffer.propose(Array("id;w\n1;2,5\n2;3,5\n".utf8))
        #expect(proposal.dialect.delimiter == UInt8(ascii: ";"))
        #expect(proposal.dialect.decimal == UInt8(ascii: ","))
    }

    @Test func singleQuotesAreTakenOnlyWhereTheyFitEveryRecord() throws {
        #expect(try grid(open("a|b\n1|'x|y'\n2|z\n")) == [["1", "x|y"], ["2", "z"]])
        #expect(try grid(open("a|b\n1|'s ochtends\n2|z\n")) == [["1", "'s ochtends"], ["2", "z"]])
    }

    @Test func backslashesAreTakenWhereTheyAreAHabit() throws {
        let rows = (1...4).map { "\($0),\"say \\\"hi\\\", then go\"\n" }.joined()
        let records = try open("a,b\n" + rows)
        #expect(records.dialect.escape == UInt8(ascii: "\\"))
        #expect(grid(records).first == ["1", "say \"hi\", then go"])
    }

    @Test func aBindingDeclarationThatContradictsTheFileIsAnError() {
        let declared = DialectDeclaration(delimiter: UInt8(ascii: ";"), isBinding: true)
        #expect(inspect("a,b\n1,2\n3,4\n", declared: declared).error?.code == "DIALECT_CONTRADICTION")
        let encoding = DialectDeclaration(encoding: "utf-8", isBinding: true)
        #expect(inspect(Array("a,b\n1,".utf8) + [0xE9, 0x0A], declared: encoding).error?.code == "BAD_ENCODING")
    }

    @Test func encodings() {
        #expect(inspect([0xEF, 0xBB, 0xBF] + Array("a,b\n1,2\n".utf8)).header == ["a", "b"])
        let guessed = inspect(Array("a,b\n1,caf".utf8) + [0xE9, 0x0A])
        #expect(guessed.rows == [["1", "café"]])
        #expect(guessed.warnings.map(\.code) == ["ENCODING_GUESSED"])
        let mixed = inspect(Array("a,b\n1,café\n2,caf".utf8) + [0xE9, 0x0A])
        #expect(mixed.error?.code == "BAD_ENCODING")
        #expect(mixed.error?.line == 3)
        #expect(inspect(Array("a,b\n1,caf".utf8) + [0xC3]).error?.code == "TRUNCATED")
        var wide: [UInt8] = [0xFF, 0xFE]
        for unit in "a\tb\n1\tß€\n".utf16 { wide += [UInt8(unit & 255), UInt8(unit >> 8)] }
        #expect(inspect(wide).rows == [["1", "ß€"]])
        #expect(inspect("a,b\n1,geÃ¯nteresseerd\n").warnings.map(\.code) == ["MOJIBAKE_SUSPECT"])
    }

    @Test func otherFormatsAreNamed() {
        #expect(inspect([0x1F, 0x8B, 8, 0, 0]).error?.code == "COMPRESSED_INPUT")
        #expect(inspect([0x50, 0x4B, 3, 4, 0]).error?.code == "COMPRESSED_INPUT")
        #expect(inspect("<!DOCTYPE html><html></html>").error?.code == "NOT_CSV")
        #expect(inspect("a\0b").error?.code == "NUL_BYTE")
        #expect(inspect("").error?.code == "EMPTY_FILE")
        #expect(inspect("\n\n").error?.code == "EMPTY_FILE")
    }
}
