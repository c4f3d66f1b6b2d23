import PeilTable
import Testing

@testable import PeilIngest

struct WaveReadingTests {
    @Test func missingCodesAreReadPerVariable() throws {
        let book = """
            languages: [nl]
            variables:
            - {id: age, type: int, min: 18, max: 110, missing: [{code: 999, kind: refused}]}
            - {id: hours, type: int, missing: [{code: 98, kind: dont_know}, {code: 99, kind: refused}]}
            """
        let wave = try wave("age;hours\n98;98\n99;99\n999;24\n;72\n", book)
        #expect(try values(wave, "age") == ["98", "99", "(refused)", "(not_answered)"])
        #expect(try values(wave, "hours") == ["(dont_know)", "(refused)", "24", "72"])
        #expect(wave.quality.itemMissing.first?.countByReason == ["refused": 1, "not_answered": 1])
    }

    @Test func anEmptyCellBehindRoutingIsNotAsked() throws {
        let book = """
            languages: [nl]
            variables:
            - {id: kit, type: code, labels: [1, 2, 3, 4, 5], missing: [{code: 9, kind: refused}]}
            - {id: why, type: code, labels: [1, 2], ask_if: "kit in [1, 2, 3]"}
            """
        let wave = try wave("kit;why\n1;2\n1;\n4;\n9;\n5;1\n", book)
        #expect(try values(wave, "why") == ["2", "(not_answered)", "(not_asked)", "(not_asked)", "1"])
        #expect(wave.quality.findings.map(\.count) == [1])
        #expect(wave.quality.findings.first?.lines == [6])
    }

    @Test func aBlockOfOptionsHasThreeStates() throws {
        let book = """
            languages: [nl]
            answer_sets: {ticked: {labels: [0, 1]}}
            variables:
            - {id: p, type: multi, answers: ticked, group: channel}
            - {id: q, type: multi, answers: ticked, group: channel}
            """
        let wave = try wave("p;q\n1;0\n0;0\n;\n1;\n", book)
        #expect(try values(wave, "p") == ["1", "0", "(not_asked)", "1"])
        #expect(try values(wave, "q") == ["0", "0", "(not_asked)", "(not_answered)"])
        let ticksOnly = try self.wave(
            "p;q\n1;\n;\n", book.replacing("group: channel}", with: "group: channel, empty: not_ticked}"))
        #expect(try values(ticksOnly, "q") == ["0", "(not_asked)"])
    }

    private func wave(_ text: String, _ yaml: String) throws -> IngestedWave {
        try WaveReader.read(bytes: Array(text.utf8), path: "", codebook: codebook(yaml))
    }

    @Test func severalAnswersInOneCell() throws {
        let wave = try wave(
            "m;x\n\"a,c\";1\n\"c,,c\";1\n;1\n",
            "{csv: {delimiter: ';'}, variables: [{id: m, type: multi, separator: ',', labels: [a, b, c]}, {id: x, type: int}]}"
        )
        #expect(try values(wave, "m_a") == ["1", "0", "(not_answered)"])
        #expect(try values(wave, "m_c") == ["1", "1", "(not_answered)"])
        #expect(try values(wave, "m_count") == ["2", "1", "(not_answered)"])
        #expect(wave.quality.warnings.map(\.code) == ["MULTI_NORMALISED"])
    }

    @Test func labelsAndRegionsInManySpellings() throws {
        let book = """
            languages: [nl, en]
            csv: {delimiter: ";"}
            variables:
            - id: town
              type: region
              labels: [{code: GM0518, nl: Den Haag, en: The Hague}, {code: GM1982, nl: Land van Cuijk, en: Land van Cuijk}]
              aliases: {GM0518: ["'s-Gravenhage (gemeente)"]}
            - {id: sex, type: code, labels: [{code: 1, nl: man, en: male}, {code: 2, nl: vrouw, en: female}]}
            municipality_changes: [{old: GM0756, new: GM1982, year: 2022}, {old: GM0788, new: null, year: 2021}]
            policy: {max_bad_records: 1}
            """
        let wave = try wave(
            "town;sex\n518;1\n0518;Vrouw\ngm0518;2\n's-Gravenhage (gemeente);male\nThe Hague;1\nGM0756;2\nGM0788;1\n",
            book)
        #expect(try values(wave, "town") == ["GM0518", "GM0518", "GM0518", "GM0518", "GM0518", "GM1982"])
        #expect(try values(wave, "sex") == ["1", "2", "2", "1", "1", "2"])
        #expect(wave.quality.quarantined.map(\.code) == ["UNKNOWN_REGION"])
        #expect(Set(wave.quality.warnings.map(\.code)) == ["REGION_NORMALISED", "RENAMED_REGION", "LABELS_NOT_CODES"])
    }

    @Test func openTextStaysBehindAndPersonalDataIsCounted() throws {
        let text = "x;remark\n1;mail jan@voorbeeld.nl\n2;bel 06-12345678\n"
        let wave = try wave(text, "{csv: {delimiter: ';'}, variables: [{id: x, type: int}, {id: remark, type: text}]}")
        #expect(wave.table.names == ["x"])
        #expect(wave.quality.warnings.first?.count == 2)
        #expect(wave.quality.warnings.first?.message.contains("voorbeeld") == false)
    }

    @Test func badRecordsHoldTheWaveUnlessThePolicyAllowsThem() throws {
        let book =
            "{csv: {delimiter: ';', decimal: ','}, variables: [{id: x, type: number, min: 1, max: 10}, {id: w, type: weight}]}"
        let text = "x;w\n1,5;1\n1.5;1\n11;1\n2;-1\n2;\n2;0\n"
        do {
            _ = try wave(text, book)
            Issue.record("no error")
        } catch let error as IngestError {
            #expect(error.code == "MIXED_DECIMAL")
            #expect(error.line == 3)
            #expect(error.exitCode == 65)
        }
        let read = try WaveReader.read(
            bytes: Array(text.utf8), path: "", codebook: codebook(book),
            strictness: IngestStrictness(maximumBadRecords: 9))
        #expect(
            read.quality.quarantined.map(\.code) == [
                "MIXED_DECIMAL", "OUT_OF_RANGE", "NEGATIVE_WEIGHT", "MISSING_WEIGHT", "ZERO_WEIGHT"
            ])
        #expect(read.quality.rowsRead == 6 && read.quality.rowsKept == 1)
    }

    @Test func breakOffsAndExclusionsAreCounted() throws {
        let book = """
            languages: [nl]
            variables:
            - {id: w, type: number}
            - {id: a, type: int, required: true, missing: [{code: 9, kind: refused}]}
            - {id: b, type: int, required: true}
            - {id: c, type: int, required: true}
            completeness: {needs: [w], minimum_required_share: 0.5}
            exclude: [{name: base, keep: ["a in [1, 2]"]}]
            """
        let wave = try wave("w;a;b;c\n1;1;1;1\n1;1;;\n;1;1;1\n1;9;1;\n1;2;2;2\n", book)
        #expect(wave.quality.partials == 2)
        #expect(wave.quality.exclusions == [.init(rule: "base", count: 1)])
        #expect(try values(wave, "a") == ["1", "2"])
    }

    @Test func aHouseholdInTwoStrataIsAnError() {
        let book = "{variables: [{id: hh, type: id}, {id: stratum, type: id}], nested: [{inner: hh, outer: stratum}]}"
        #expect(errorCode { _ = try wave("hh;stratum\nh1;A\nh1;A\nh2;B\n", book) } == nil)
        #expect(errorCode { _ = try wave("hh;stratum\nh1;A\nh2;B\nh1;B\n", book) } == "NESTING_BROKEN")
    }

    @Test func inconsistentAnswersAreFindingsNotDrops() throws {
        let book = """
            variables: [{id: pc, type: id}, {id: town, type: code, labels: [A, B]}, {id: n, type: int}]
            consistency:
            - {name: postcode, key: pc, under: town, table: {A: [1000, 1001], B: [2000]}}
            - {name: alone, if: town == A, then: n == 1}
            """
        let wave = try wave("pc;town;n\n1000;A;1\n2000;A;2\n2000;B;5\n;A;1\n", book)
        #expect(wave.quality.findings.map(\.rule) == ["postcode", "alone"])
        #expect(wave.quality.findings.map(\.lines) == [[3], [3]])
        #expect(wave.table.rowCount == 4)
    }

    @Test func theHashIsThatOfTheBytes() throws {
        let wave = try wave("x\n1\n", "{variables: [{id: x, type: int}]}")
        #expect(wave.inputHash.count == 64)
    }
}
