import Testing

@testable import PeilStudy

@Suite("Simulation: parameters")
struct SimulationParametersTests {
    @Test("The sample study's file is read completely")
    func sampleStudy() throws {
        let parameters = try SimulationFixture.parameters()
        #expect(parameters.municipalities.count == 9)
        #expect(parameters.types.count == 5)
        #expect(parameters.columns.count == 63)
        #expect(parameters.waves.map(\.firstDay.dutchText) == ["29-09-2025", "06-04-2026"])
        #expect(parameters.municipalities.reduce(0) { $0 + $1.postcodes.count } == 142)
    }

    @Test(
        "A misspelt key is an error that names the nearest valid one",
        arguments: [
            ("rows: 3600", "rowz: 3600", "rowz", "rows"),
            ("household: 0.30, person: 0.42", "houshold: 0.30, person: 0.42", "houshold", "household"),
            ("not_eligible: 0.02", "not_eligable: 0.02", "not_eligable", "not_eligible"),
            ("from: {readiness: 1.0}", "from: {reediness: 1.0}", "reediness", "readiness"),
            ("worried: {on_the_way: 0.04}", "worried: {on_the_wey: 0.04}", "on_the_wey", "on_the_way")
        ])
    func unknownKey(original: String, misspelt: String, key: String, nearest: String) throws {
        let text = try SimulationFixture.text("simulation.yaml")
        #expect(text.contains(original))
        let broken = text.replacing(original, with: misspelt, maxReplacements: 1)
        let error = #expect(throws: SimulationError.self) { try SimulationParameters(yaml: broken) }
        guard case .unknownKey(let found, let hint, _, let line) = error else {
            Issue.record("another error than an unknown key")
            return
        }
        #expect(found == key && hint == nearest && line != nil)
    }

    @Test(
        "Values outside their range are errors",
        arguments: [
            ("share_of_layer_b: 0.32", "share_of_layer_b: 1.32"),
            ("median: 690", "median: nan"),
            ("from: 29-09-2025", "from: 31-09-2025"),
            ("shares: [0.68, 0.32]", "shares: [0.68, 0.42]"),
            ("rows: 3600", "rows: 3600.5")
        ])
    func badValue(original: String, broken: String) throws {
        let text = try SimulationFixture.text("simulation.yaml").replacing(original, with: broken)
        let error = #expect(throws: SimulationError.self) { try SimulationParameters(yaml: text) }
        guard case .badValue = error else {
            Issue.record("another error than a bad value")
            return
        }
    }

    @Test("Margins with another municipality, a double or an absent cell are refused")
    func margins() throws {
        let parameters = try SimulationFixture.parameters()
        let margins = try SimulationFixture.margins()
        var strange = margins
        strange[0].municipalityCode = "GM9999"
        for broken in [strange, margins + [margins[3]], Array(margins.dropLast())] {
            let error = #expect(throws: SimulationError.self) {
                try Simulation.population(parameters, margins: broken)
            }
            guard case .marginMismatch = error else {
                Issue.record("another error than a mismatch")
                return
            }
        }
        let header = "municipality_code;municipality;sex;age_class;population\n"
        #expect(
            throws: SimulationError.badMargin(line: 2, expected: "five cells, sex m or v, a whole number of people")
        ) {
            try AdultMargin.read(csv: header + "GM0503;Delft;x;18-24;5\n")
        }
    }

    @Test("Days are counted over leap years and months")
    func days() throws {
        #expect(try #require(CalendarDay(dutch: "01-01-1970")).daysSince1970 == 0)
        #expect(try #require(CalendarDay(dutch: "01-03-2024")).daysSince1970 == 19_783)
        #expect(CalendarDay(dutch: "29-02-2025") == nil)
        #expect(CalendarDay(dutch: "1-3-2024") == nil)
        for day in 15_000..<23_000 {
            let text = CalendarDay(daysSince1970: day).dutchText
            #expect(CalendarDay(dutch: text)?.daysSince1970 == day)
        }
    }

    @Test("Numbers have decimal commas and cells quotes only where needed")
    func dutchText() {
        #expect(DutchText.decimal(423.653527, places: 6) == "423,653527")
        #expect(DutchText.decimal(12, places: 6) == "12")
        #expect(DutchText.decimal(0.05, places: 3) == "0,05")
        #expect(DutchText.decimal(-1.5, places: 1) == "-1,5")
        let bytes = DutchText.bytes(header: ["a", "b"], rows: [["x;y", "say \"hi\""], ["=1+1", "two\nlines"]])
        #expect(
            bytes == [0xEF, 0xBB, 0xBF] + Array("a;b\r\n\"x;y\";\"say \"\"hi\"\"\"\r\n=1+1;\"two\nlines\"\r\n".utf8))
    }
}
