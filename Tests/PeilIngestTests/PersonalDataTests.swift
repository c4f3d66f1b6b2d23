import PeilTable
import Testing

@testable import PeilIngest

/// What the scan sees in a text.
private func found(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    return PersonalDataScan.kinds(bytes.span, 0..<bytes.count)
}

/// What a column with these cells is taken for.
private func verdict(_ name: String, _ cells: [String]) -> [String] {
    var tally = PersonalDataTally(columnName: name)
    for cell in cells {
        let bytes = Array(cell.utf8)
        tally.add(bytes.span, 0..<bytes.count)
    }
    return tally.verdict.words
}

/// Bank account numbers are the examples of banks and of ISO 13616; citizen numbers are made for tests.
@Suite struct PersonalDataTests {
    @Test(arguments: [
        ("mail mij: jan.jansen@voorbeeld.nl graag", "e-mail address"),
        ("JAN_1@POST.VOORBEELD.NL", "e-mail address"),
        ("bel 06-12345678", "telephone number"), ("06 12 34 56 78", "telephone number"),
        ("0612345678", "telephone number"), ("(070) 123 45 67", "telephone number"),
        ("070-1234567", "telephone number"), ("0174 123456", "telephone number"),

        ("nummer 1: 06 12345678", "telephone number"),
        ("NL91ABNA0417164300", "IBAN"), ("nl91 abna 0417 1643 00", "IBAN"), ("(BE68 5390 0754 7034)", "IBAN"),
        ("111222333", "citizen service number"),
        ("192.168.10.4", "IP address"), ("van 83.84.0.1:443", "IP address"), ("2001:db8::8a2e:370:7334", "IP address"),
        ("2001:0db8:85a3:0000:0000:8a2e:0370:7334", "IP address"),
        ("2511 AB 12", "postcode with house number"),
        ("Dorpsstraat 12a, 2511 AB Den Haag", "postcode with house number"),
        ("2511ab 12", "postcode with house number"),
        ("AB-12-CD", "licence plate"), ("12-BCD-3", "licence plate"), ("mijn auto G-123-BC staat", "licence plate")
    ])
    func isFound(_ text: String, _ kind: String) { #expect(found(text) == [kind]) }

    @Test(arguments: [
        "", "geen mening", "om 12:34:56 uur", "05-10-2026 14:03", "06-10-2026 14:03", "2026-10-05 14:03:22",
        "98 99 100",
        "a@b", "@", "twee @ drie", "@@@@", "jan@", "1.0.0", "120.0.0.0", "Chrome 120.0.6099.130", "1.234.567,89",
        "R1-000001", "H2197947", "GM0518-A", "in 2024 en 12", "2511 AB", "1-mrt-26", "1-jan-26", "12-34-56", "ab-cd-ef",
        "NL92ABNA0417164300", "NL91ABNA041716430", "nl01", "111222334", "0000000000", "00:1B:44:11:3A:B7", "72 uur",
        "0123456789012345", "Den Haag", "3,5", "998", "1e10", "€ 12,50", "12.345.678", "std::string::npos", "0800-1234"
    ])
    func isNot(_ text: String) { #expect(found(text).isEmpty) }

    @Test func aNumberMayStandAnywhereInALongText() {
        let padding = String(repeating: "tekst zonder iets ", count: 2_000)
        #expect(found(padding + "06-12345678" + padding) == ["telephone number"])
        #expect(found(padding).isEmpty)
    }

    /// Texts that make a careless search quadratic: it would not end within the limit by hours.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: ["@", "a@", "a@b.", "0-", "06 ", "1.", "a:", "::", "NL91 ", "2511 AB ", "1-", "AB-"])
    func timeIsLinear(_ piece: String) {
        let bytes = Array(String(repeating: piece, count: 1_000_000 / piece.utf8.count).utf8)
        _ = PersonalDataScan.found(bytes.span, 0..<bytes.count)
    }

    /// In open text a plus begins a sum or a formula as well.
    @Test(arguments: ["+31 6 12345678", "+31 (0)70 1234567", "0031612345678", "+32 470 12 34 56", "+31612345678"])
    func internationalNumbersCountInColumns(_ text: String) {
        #expect(found(text).isEmpty)
        #expect(verdict("v1", [text, text, text]) == ["telephone number"])
        #expect(verdict("mobiel", [text, "nee"]) == ["telephone number"])
    }

    // MARK: Columns

    @Test func theNameOfAColumnAndOneCellAreEnough() {
        #expect(verdict("E-mail adres", ["", "nvt", "nvt", "a@b.nl"]) == ["e-mail address"])
        #expect(verdict("RecipientEmail", ["a@b.nl"]) == ["e-mail address"])
        #expect(verdict("IPAddress", ["83.84.12.1", "83.84.12.1", "2001:db8::1:2"]) == ["IP address"])
        #expect(verdict("IPAddress", ["1.2.3.4"]).isEmpty)
        #expect(verdict("telefoon_mobiel", ["612345678"]) == ["telephone number"])
        #expect(verdict("BSN", ["111222333"]) == ["citizen service number"])
        #expect(verdict("RecipientLastName", ["Jansen", "de Vries"]) == ["name of a person"])
        #expect(verdict("voornaam", ["Zoë"]) == ["name of a person"])
        #expect(verdict("adres", ["Dorpsstraat 12"]) == ["postcode with house number"])
        #expect(verdict("kenteken", ["AB-12-CD"]) == ["licence plate"])
    }

    @Test func theNameOfAColumnAloneIsNot() {
        #expect(verdict("email", ["1", "0", "1"]).isEmpty)
        #expect(verdict("telefoon", ["1", "2", "9"]).isEmpty)
        #expect(verdict("RecipientEmail", ["", "", ""]).isEmpty)
        #expect(verdict("naam", ["1", "2"]).isEmpty)
        #expect(verdict("straatnaam_bekend", ["ja", "nee"]).isEmpty)
        #expect(verdict("bsn", []).isEmpty)
        #expect(verdict("tip", ["1.2.3.4.5"]).isEmpty)
    }

    @Test func withoutANameThreeCellsAndOneInTwenty() {
        let mail = Array(repeating: "a@b.nl", count: 3)
        #expect(verdict("v12", mail + Array(repeating: "x", count: 57)) == ["e-mail address"])
        #expect(verdict("v12", mail + Array(repeating: "x", count: 58)).isEmpty)
        #expect(verdict("v12", Array(mail.prefix(2))).isEmpty)
        #expect(verdict("v12", mail + Array(repeating: "", count: 1_000)) == ["e-mail address"])
    }

    @Test func respondentNumbersOfNineDigitsAreNoCitizenNumbers() {
        for start in [100_000_000, 123_456_700, 900_000_000] {
            #expect(verdict("respnr", (0..<1_000).map { String(start + $0) }).isEmpty)
        }
        let citizens = (111_222_000..<111_224_000).map(String.init).filter { found($0) == ["citizen service number"] }
        #expect(citizens.count > 150)
        #expect(verdict("v1", citizens) == ["citizen service number"])
        #expect(verdict("v1", citizens + citizens.map { "A" + $0 }) == ["citizen service number"])
    }

    @Test func numbersWithoutMarksAreTelephoneNumbersWhereMostAre() {
        let bare = (0..<10).map { "061234567\($0)" }
        let others = (0..<11).map { "123456789\($0)" }
        #expect(verdict("v1", bare) == ["telephone number"])
        #expect(verdict("v1", bare + others).isEmpty)
        #expect(verdict("v1", bare.map { "06-" + $0.dropFirst(2) } + others) == ["telephone number"])
        #expect(verdict("v1", (0..<500).map { "000000" + String(1_000 + $0) }).isEmpty)
    }

    @Test func talliesOfPartsAddUp() {
        let cells = ["a@b.nl", "x", "111222333", "06-12345678", "", "2511AB", "0612345678", "Jan"]
        for name in ["v1", "naam", "bsn", "huisnummer"] {
            var whole = PersonalDataTally(columnName: name)
            var merged = PersonalDataTally(columnName: name)
            for cell in cells {
                let bytes = Array(cell.utf8)
                whole.add(bytes.span, 0..<bytes.count)
                var part = PersonalDataTally(columnName: name)
                part.add(bytes.span, 0..<bytes.count)
                merged.merge(part)
            }
            #expect(whole == merged)
        }
    }

    // MARK: Files

    private let book = "{csv: {delimiter: ';'}, variables: [{id: nr, type: id, unique: true}, {id: x, type: int}]}"

    private func refusal(_ text: String, _ yaml: String) -> IngestError? {
        do {
            _ = try wave(text, yaml)
            return nil
        } catch { return error as? IngestError }
    }

    @Test func aColumnThatNobodyDeclaredIsRefusedByNameAndKind() throws {
        let text = "nr;x;contact\nR1;1;jan@voorbeeld.nl\nR2;2;piet@voorbeeld.nl\nR3;3;riet@voorbeeld.nl\n"
        let error = try #require(refusal(text, book))
        #expect(error.code == "PII_SUSPECT" && error.exitCode == 65)
        #expect(error.line == 1 && error.column == 3)
        #expect(error.message == "Column contact (e-mail address) looks like personal data.")
        #expect(!error.description.contains("voorbeeld"))
        let declared = book.replacing("{id: x,", with: "{id: contact, type: text, personal: dropped}, {id: x,")
        #expect(try wave(text, declared).table.names == ["nr", "x"])
        // inspect keeps nothing, so it says what it saw.
        let inspection = inspect(text, codebook: try codebook(book))
        #expect(inspection.outcome == .acceptWarn)
        #expect(Set(inspection.warnings.map(\.code)) == ["UNKNOWN_COLUMN", "PII_SUSPECT"])
    }

    @Test func identifiersThatArePersonalNeedAPseudonym() throws {
        let text = "nr;x\na@b.nl;1\nc@d.nl;2\ne@f.nl;3\n"
        #expect(refusal(text, book)?.code == "PII_SUSPECT")
        #expect(refusal(text, book.replacing("unique: true", with: "unique: true, personal: pseudonym")) == nil)
        #expect(
            errorCode { _ = try codebook("{variables: [{id: a, type: int, personal: pseudonym}]}") }
                == "CODEBOOK_INVALID")
        #expect(
            errorCode { _ = try codebook("{variables: [{id: a, type: int, personal: weg}]}") } == "CODEBOOK_INVALID")
    }

    @Test func aHouseNumberBesideAPostcode() {
        let described = book.replacing("{id: x,", with: "{id: pc, type: id}, {id: x,")
        #expect(refusal("nr;pc;x;huisnummer\nR1;2511AB;1;12\nR2;2511 AC;2;14\nR3;2611AD;1;3\n", described)?.column == 4)
        #expect(refusal("nr;pc;x;huisnummer\nR1;2511;1;12\nR2;2511;2;14\nR3;2611;1;3\n", described) == nil)
    }

    @Test func openTextIsAWarningWithItsCount() throws {
        let text = "nr;x;opm\nR1;1;a@b.nl\nR2;2;bel 06-12345678\nR3;3;c@d.nl\nR4;3;niets\n"
        let read = try wave(text, book.replacing("{id: x,", with: "{id: opm, type: text}, {id: x,"))
        #expect(read.table.names == ["nr", "x"])
        #expect(read.quality.warnings.map(\.code) == ["PII_SUSPECT"])
        #expect(read.quality.warnings[0].count == 3 && read.quality.warnings[0].lines == [2, 3, 4])
    }
}
