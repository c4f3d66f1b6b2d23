import CReadStat
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilIngest

@Suite struct SAVReadingTests {
    private static let compressions = [READSTAT_COMPRESS_NONE, READSTAT_COMPRESS_ROWS]

    private func read(
        _ fixture: SAVFixture, _ userMissing: SAVReader.UserMissing = .keptAsCodes
    ) throws -> (text: String, dictionary: SAVDictionary) {
        let read = try SAVReader.delimitedText(try fixture.bytes(), userMissing: userMissing)
        return (String(decoding: read.bytes, as: UTF8.self), read.dictionary)
    }

    @Test(arguments: [0, 1]) func answersBecomeDelimitedText(compression: Int) throws {
        let read = try read(.survey(Self.compressions[compression]))
        let zee = String(String(repeating: "Zeeën, ", count: 80).dropLast())
        #expect(
            read.text == """
                resp_id,Zorgen,leeftijd,uren,datum,gewicht,gemeente,toelichting
                1,1,34,1.5,2025-11-30,0.75,GM0518,"Nee, ""niets\"""
                2,3,98,-0.25,1582-10-14,1,GM0503,"\(zee)"
                3,8,999,1e-07,1970-01-01,1.25,GM9999,
                4,,61,40,,1,GM0518,"regel een
                regel twee"

                """)
        #expect(read.dictionary.recordCount == 4)
        #expect(read.dictionary.weight == "gewicht")
        #expect(read.dictionary.encoding.uppercased() == "UTF-8")
    }

    @Test func theDictionaryTellsLabelsAndWhatIsMissing() throws {
        let dictionary = try read(.survey()).dictionary
        let worry = try #require(dictionary.variable("Zorgen"))
        #expect(worry.label == "Hoeveel zorgen maakt u zich?")
        #expect(worry.measure == .ordinal && worry.kind == .number && worry.format == "F1.0")
        #expect(worry.valueLabels.map(\.code) == ["1", "2", "3", "8", "9"])
        #expect(worry.valueLabels.map(\.label)[2] == "véél")
        #expect(worry.missing == [.code("8"), .code("9")])
        #expect(worry.missingCodesFound == ["8"])
        let age = try #require(dictionary.variable("leeftijd"))
        #expect(age.missing == [.range(low: 997, high: 999)])
        #expect(age.missingCodesFound == ["999"])
        let town = try #require(dictionary.variable("gemeente"))
        #expect(town.kind == .text && town.width >= 6)
        #expect(town.missing == [.code("GM9999")])
        #expect(town.missingCodesFound == ["GM9999"])
        #expect(town.valueLabels.map(\.label) == ["Den Haag", "Delft", "onbekend"])
        #expect(try #require(dictionary.variable("datum")).kind == .date)
    }

    @Test func withoutACodebookUserMissingValuesAreAbsent() throws {
        let text = try read(.survey(), .madeEmpty).text
        #expect(text.contains("\n3,,,1e-07,1970-01-01,1.25,,\n"))
    }

    @Test func zsavIsReadAsSav() throws {
        var fixture = SAVFixture.survey(READSTAT_COMPRESS_BINARY)
        let packed = try read(fixture).text
        fixture.compression = READSTAT_COMPRESS_NONE
        #expect(packed == (try read(fixture).text))
    }

    @Test func aFileOfOneVariableKeepsItsEmptyAnswers() throws {
        let fixture = SAVFixture(columns: [.init(name: "q", cells: [.number(1), .absent, .number(2), .absent])])
        #expect(try read(fixture).text == "q\n1\n\"\"\n2\n\"\"\n")
        let table = try AnalysisTableReader.read(
            bytes: Array(try read(fixture).text.utf8), columns: nil, missingValue: nil)
        #expect(table.rowCount == 4)
    }

    @Test func aFileWithoutRecordsKeepsItsNames() throws {
        #expect(
            try read(SAVFixture(columns: [.init(name: "a", cells: []), .init(name: "b", cells: [])])).text == "a,b\n")
    }

    @Test func datesBeforeAndAfterTheEpoch() {
        #expect(SAVText.text(12_219_379_200 - 86_400, .date) == "1969-12-31")
        #expect(SAVText.text(13_171_852_799.5, .dateTime) == "2000-03-07T23:59:59.500")
        #expect(SAVText.text(13_171_161_600, .date) == "2000-02-29")
        #expect(SAVText.text(1e300, .date) == "1e+300")
        #expect(SAVText.text(-0.0, .number) == "0")
        #expect(SAVText.text(9_007_199_254_740_992, .number) == "9007199254740992")
        #expect(SAVText.text(5400, .duration) == "5400")
    }

    @Test func veryLongTextsComeBackWhole() throws {
        for width in [255, 256, 300, 504, 505, 760, 2000] {
            let text = String((0..<width).map { Character(UnicodeScalar(UInt8(97 + $0 % 26))) })
            let fixture = SAVFixture(columns: [
                .init(name: "before", cells: [.number(7)]),
                .init(name: "text", textWidth: width, cells: [.text(text)]),
                .init(name: "after", cells: [.number(8)])
            ])
            #expect(try read(fixture).text == "before,text,after\n7,\(text),8\n")
        }
    }

    @Test func longTextsHaveLabelsAndMissingValuesOfTheirOwn() throws {
        let fixture = SAVFixture(columns: [
            .init(
                name: "keuze", textWidth: 20, textLabels: [("een lange keuze", "Één"), ("wegens", "niets")],
                missingTexts: ["wegens"], cells: [.text("een lange keuze"), .text("wegens")])
        ])
        let read = try read(fixture, .madeEmpty)
        #expect(read.text == "keuze\neen lange keuze\n\"\"\n")
        let variable = try #require(read.dictionary.variable("keuze"))
        #expect(variable.valueLabels.map(\.label) == ["Één", "niets"])
        #expect(variable.missing == [.code("wegens")] && variable.missingCodesFound == ["wegens"])
    }

    // MARK: Damage

    /// A file that calls itself UTF-8 and is not: its reader was told of a damaged line of a text that nobody has.
    @Test func textsThatAreNotInTheirCharacterSetAreRefusedAsThoseOfAnSPSSFile() throws {
        let fixture = SAVFixture(columns: [.init(name: "t", textWidth: 8, cells: [.text("een"), .text("café!")])])
        var bytes = try fixture.bytes()
        let place = try #require(bytes.indices.dropLast().first { bytes[$0] == 0xC3 && bytes[$0 + 1] == 0xA9 })
        bytes[place] = 0xE9
        bytes[place + 1] = 0x21
        do throws(IngestError) {
            _ = try SAVReader.delimitedText(bytes)
            Issue.record("The file was read.")
        } catch {
            #expect(error.code == "BAD_ENCODING" && error.line == 3 && error.message.contains("SPSS"), "\(error)")
        }
    }

    @Test(arguments: [0, 1]) func aTruncatedFileIsRefusedAtEveryPlace(compression: Int) throws {
        let whole = try SAVFixture.survey(Self.compressions[compression]).bytes()
        #expect(try SAVReader.delimitedText(whole).dictionary.recordCount == 4)
        for count in stride(from: 0, to: whole.count - 1, by: 97) {
            let code = errorCode { _ = try SAVReader.delimitedText(Array(whole[..<count])) }
            #expect(["TRUNCATED", "MALFORMED", "NOT_CSV"].contains(code), "\(count) bytes of \(whole.count)")
        }
    }

    /// Bits turned at random end in a typed error or in a text, never in a crash; a tail of nonsense too.
    @Test(arguments: [0, 1]) func damagedBitsNeverCrash(compression: Int) throws {
        let whole = try SAVFixture.survey(Self.compressions[compression]).bytes()
        var state: UInt64 = 20_260_401 + UInt64(compression)
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let allowed: Set<String?> = [nil, "TRUNCATED", "MALFORMED", "NOT_CSV", "BAD_ENCODING"]
        for _ in 0..<1500 {
            var bytes = whole
            for _ in 0...random(4) { bytes[random(bytes.count)] ^= 1 << UInt8(random(8)) }
            #expect(allowed.contains(errorCode { _ = try SAVReader.delimitedText(bytes) }))
        }
    }

    @Test func absurdSizesAreRefusedAtOnce() throws {
        let whole = try SAVFixture.survey().bytes()
        func changed(_ offset: Int, _ value: Int32) -> [UInt8] {
            var bytes = whole
            for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> Int32(8 * index)) }
            return bytes
        }
        #expect(errorCode { _ = try SAVReader.delimitedText(changed(80, .max)) } == "MALFORMED")
        #expect(errorCode { _ = try SAVReader.delimitedText(changed(80, 5)) } == "TRUNCATED")
        #expect(errorCode { _ = try SAVReader.delimitedText(changed(80, -7)) } == "MALFORMED")
        #expect(errorCode { _ = try SAVReader.delimitedText(changed(80, 3)) } == "MALFORMED")
        #expect(errorCode { _ = try SAVReader.delimitedText(changed(176 + 4, 1000)) } == "MALFORMED")
        #expect(errorCode { _ = try SAVReader.delimitedText(changed(64, 9)) } == "MALFORMED")
    }
}
