import CReadStat
import Foundation
import PeilTestSupport
import Testing

/// Files that nobody has described, each made a study that runs at once.
@Suite struct InitTests {
    /// A survey as Excel in Dutch writes it: semicolons, decimal commas, windows-1252, CRLF.
    private static func dutch() -> Data {
        var lines = ["respnr;gemeente;leeftijd;zorgen;noodpakket;weegfactor;opmerking;datum;Café bezoek"]
        for row in 0..<240 {
            let place = ["GM0518", "GM0503", "GM0603"][row % 3]
            let kit = ["ja", "nee", "ja", "weet niet"][row * 7 % 4]
            let remark = row % 5 == 0 ? "één zaak, nummer \(row)" : ""
            let visits = ["vaak", "nooit", "één keer"][row * 5 % 3 == 0 ? 0 : row % 3]
            lines.append(
                "\(1000 + row);\(place);\(18 + row * 13 % 70);\(1 + row * 11 % 5);\(kit);1,\(row % 9);\(remark);"
                    + "2026-03-\(10 + row % 20);\(visits)")
        }
        return lines.joined(separator: "\r\n").data(using: .windowsCP1252) ?? Data()
    }

    /// A survey with ticks, a list with rare values, an address of e-mail, places by name, strata and households.
    private static func english() -> String {
        var lines = ["id,email,municipality,age,income,k_1,k_2,k_3,school,stratum,household"]
        for row in 0..<300 {
            let place = ["Den Haag", "Delft", "Zoetermeer"][row % 3]
            let school = row == 4 ? "elsewhere" : ["low", "middle", "high"][row * 7 % 3 == 0 ? row % 3 : 1]
            let income = row % 4 == 0 ? "" : String(1000 + row * 37 % 4000)
            lines.append(
                "\(row),x\(row)@voorbeeld.nl,\(place),\(18 + row * 13 % 70),\(income),\(row % 2),\(row / 2 % 2),"
                    + "\(row / 3 % 2),\(school),\(row < 150 ? "A" : "B"),\(row / 2)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// init, check and run of a file in `folder`; the page in both languages.
    private func makeAndRun(_ folder: TemporaryFolder, _ arguments: String...) throws -> Program.Answer {
        let made = try Program.run(["init"] + arguments + ["--out", "study"], in: folder)
        #expect(made.exitCode == 0, "\(made.error)")
        for command in [["check", "study"], ["run", "study", "--language", "en"], ["run", "study"]] {
            let answer = try Program.run(command, in: folder)
            #expect(answer.exitCode == 0, "\(command): \(answer.error)")
        }
        return made
    }

    @Test func aDutchCSVBecomesAReport() throws {
        let folder = try TemporaryFolder()
        try Self.dutch().write(to: folder.url.appendingPathComponent("Enquête 1.csv"))
        let made = try makeAndRun(folder, "Enquête 1.csv", "--title", "Wat denkt u?")
        #expect(made.output.contains("peil check study") && made.output.contains("peil run study"))
        #expect(made.output.contains("weights weegfactor · areas gemeente · basis panel"))
        let study = try folder.text("study/study.yaml")
        #expect(study.contains("from: \"2026-03-01\"") && study.contains("to: \"2026-03-31\""))
        let codebook = try folder.text("study/codebook.yaml")
        #expect(!study.contains("één zaak") && !codebook.contains("één zaak"))
        let page = try folder.text("study/out/current/index.html")
        #expect(page.contains("Wat denkt u?") && page.contains("Café bezoek") && page.contains("één keer"))
        #expect(try folder.bytes("study/data/Enqu_te_1.csv") == Self.dutch())
    }

    @Test func namesTicksAndRareValuesStopNothing() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.english(), to: "s.csv")
        let made = try makeAndRun(
            folder, "s.csv", "--language", "en", "--strata", "stratum", "--clusters", "household")
        #expect(made.output.contains("areas municipality · basis probability"))
        #expect(made.output.contains("not used yet, their codes are not all known: school"))
        let codebook = try folder.text("study/codebook.yaml")
        #expect(codebook.contains("personal: dropped"))
        #expect(!codebook.contains("voorbeeld.nl") && !codebook.contains("elsewhere"))
        #expect(!made.output.contains("voorbeeld") && made.error.isEmpty)
        #expect(try folder.text("study/out/current/index.html").contains("Zoetermeer"))
    }

    @Test func anSPSSFileBecomesAReport() throws {
        let folder = try TemporaryFolder()
        let rows = 0..<200
        let fixture = SAVFixture(
            columns: [
                .init(name: "resp", label: "Volgnummer", format: "F8.0", cells: rows.map { .number(Double($0 + 1)) }),
                .init(
                    name: "zorgen", label: "Hoeveel zorgen maakt u zich?", format: "F1.0",
                    measure: READSTAT_MEASURE_ORDINAL, labels: [(1, "geen"), (2, "enige"), (9, "wil niet zeggen")],
                    missing: [9...9], cells: rows.map { .number([1, 2, 2, 9][$0 % 4]) }),
                .init(
                    name: "uren", label: "Uren zonder stroom", format: "F8.1", measure: READSTAT_MEASURE_SCALE,
                    cells: rows.map { .number(Double($0 % 50) + 0.5) }),
                .init(name: "weging", format: "F8.2", cells: rows.map { .number(0.5 + Double($0 % 3)) })
            ], compression: READSTAT_COMPRESS_ROWS, weight: "weging")
        try Data(fixture.bytes()).write(to: folder.url.appendingPathComponent("wave.sav"))
        let made = try makeAndRun(folder, "wave.sav", "--yes")
        #expect(made.output.contains("weights weging"))
        let page = try folder.text("study/out/current/index.html")
        #expect(page.contains("Hoeveel zorgen maakt u zich?") && page.contains("enige"))
    }

    @Test func wrongUseEndsInOneSentenceAndLeavesNothing() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.english(), to: "s.csv")
        try folder.write("", to: "there/keep.txt")
        let before = try folder.tree()
        let cases: [(arguments: [String], code: Int32, says: String)] = [
            (["absent.csv", "--out", "x"], 66, "error[FILE_ABSENT]"),
            (["s.csv", "--out", "there"], 73, "error[OUTPUT_EXISTS]"),
            (["s.csv", "--out", "s.csv"], 73, "error[OUTPUT_EXISTS]"),
            (["s.csv", "--out", "x", "--weights", "incme"], 64, "did you mean 'income'?"),
            (["s.csv", "--out", "x", "--strata", "strat"], 64, "did you mean 'stratum'?"),
            (["s.csv", "--out", "x", "--area", "email"], 64, "error[AREAS_NOT_LISTED]"),
            (["s.csv", "--out", "x", "--strata", "stratum", "--clusters", "stratum"], 64, "error[REPEATED_COLUMN]"),
            (["s.csv", "--out", "x", "--wegihts", "w"], 64, "did you mean '--weights'?"),
            (["s.csv", "--out", "x", "--basis", "chance"], 64, "error[USAGE]")
        ]
        for (arguments, code, says) in cases {
            let answer = try Program.run(["init"] + arguments, in: folder)
            #expect(answer.exitCode == code && answer.error.contains(says), "\(arguments): \(answer.error)")
            #expect(answer.output.isEmpty && answer.error.split(separator: "\n").count == 1)
            #expect(!answer.error.contains("voorbeeld"))
        }
        #expect(try folder.tree() == before)
    }

    /// The study is made, and says at once what `peil check` will say of the file.
    @Test func aDamagedFileIsNamedWhenItsStudyIsMade() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.english() + "7,only,three\n", to: "s.csv")
        let answer = try Program.run("init", "s.csv", in: folder)
        #expect(answer.exitCode == 0)
        #expect(answer.error.hasPrefix("this file cannot be used as it is: error[RAGGED_SHORT]"))
        #expect(try Program.run("check", "s", in: folder).exitCode == 65)
    }

    @Test func aFileWithoutQuestionsMakesNoFolder() throws {
        let folder = try TemporaryFolder()
        try folder.write("id,remark\n" + (1...30).map { "\($0),text \($0 * 7)\n" }.joined(), to: "s.csv")
        let answer = try Program.run("init", "s.csv", in: folder)
        #expect(answer.exitCode == 65 && answer.error.contains("error[NO_QUESTIONS]"))
        #expect(try folder.tree().keys.sorted() == ["s.csv"])
    }

    @Test func resultsAsJSONNameWhatWasMade() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.english(), to: "s.csv")
        let made = try Program.run("init", "s.csv", "--format", "json", in: folder).json()
        #expect(made["schema"] as? String == "peil-init-1" && made["folder"] as? String == "s")
        #expect(made["left_out"] as? [String] == ["school"] && made["area"] as? String == "municipality")
    }
}
