import Foundation
import PeilTable
import Testing

@testable import PeilIngest

/// Municipalities in the spellings of CBS and of fieldwork bureaus, and codes that boundaries have left behind.
@Suite struct GeographyTests {
    private static func book(_ more: String = "", changes: String = "[]") -> String {
        """
        languages: [nl]
        policy: {max_bad_records: 100}
        variables:
        - id: gm
          type: region
          \(more)
          labels:
          - {code: GM0518, nl: "'s-Gravenhage"}
          - {code: GM0603, nl: Rijswijk}
          - {code: GM0373, nl: "Bergen (NH.)"}
          - {code: GM1978, nl: Molenlanden}
          aliases: {GM0518: [Den Haag]}
        - {id: x, type: int}
        municipality_changes: \(changes)
        """
    }

    private func read(_ cells: [String], _ yaml: String) throws -> IngestedWave {
        try WaveReader.read(
            bytes: Array(("gm;x\n" + cells.map { "\($0);1\n" }.joined()).utf8), path: "", codebook: codebook(yaml))
    }

    @Test(arguments: [
        ("GM0518", "GM0518"), ("518", "GM0518"), ("0518", "GM0518"), ("gm518", "GM0518"), ("GM0518    ", "GM0518"),
        ("'s-Gravenhage (gemeente)", "GM0518"), ("’s-Gravenhage", "GM0518"), ("'S-GRAVENHAGE", "GM0518"),
        ("den haag", "GM0518"), ("Gemeente Den Haag", "GM0518"), ("Rijswijk (ZH.)", "GM0603"), ("rijswijk", "GM0603"),
        ("Bergen (NH)", "GM0373"), ("Bergen", "GM0373"), ("bergen  (nh.)", "GM0373")
    ])
    func aMunicipalityIsFoundInItsSpellings(_ cell: String, _ code: String) throws {
        #expect(try values(try read([cell], Self.book()), "gm") == [code])
    }

    @Test(arguments: ["Bergen (L.)", "Delft", "GM9999", "0", "51800", "Rijs", "gm", "-518"])
    func anotherPlaceIsNotTakenForOneOfOurs(_ cell: String) throws {
        let wave = try read([cell, "GM0603"], Self.book())
        #expect(try values(wave, "gm") == ["GM0603"])
        #expect(wave.quality.quarantined.map(\.code) == ["UNKNOWN_REGION"])
    }

    private static let mergers = """
        [{old: GM0689, new: GM1927, year: 2013}, {old: GM1927, new: GM1978, year: 2019}, {old: GM0620, new: null, year: 2019},
         {old: GM1978, new: GM2030, year: 2030}]
        """

    @Test func aMergedMunicipalityIsFollowedOverSeveralMergers() throws {
        let wave = try read(["689", "GM1927", "GM1978"], Self.book("vintage: 2026", changes: Self.mergers))
        #expect(try values(wave, "gm") == ["GM1978", "GM1978", "GM1978"])
        let renamed = try #require(wave.quality.warnings.first { $0.code == "RENAMED_REGION" })
        #expect(renamed.count == 2)
    }

    @Test func aSplitMunicipalityHasNoSuccessor() throws {
        let text = Self.book("vintage: 2026", changes: Self.mergers)
        let inspected = inspect("gm;x\nGM0620;1\n", codebook: try codebook(text))
        #expect(inspected.badRecords.first?.message == "GM0620 was split in 2019 and has no one successor")
    }

    @Test func aCodeOfLaterBoundariesIsNamedAsOne() throws {
        let text = Self.book("vintage: 2026", changes: Self.mergers)
        let inspected = inspect("gm;x\nGM2030;1\n", codebook: try codebook(text))
        #expect(inspected.badRecords.first?.code == "UNKNOWN_REGION")
        #expect(
            inspected.badRecords.first?.message
                == "GM2030 is a code from 2030 on, and the codebook has the boundaries of 2026")
    }

    @Test func theYearOfTheReferenceIsItsVintage() throws {
        #expect(try codebook(Self.book("reference: CBS gemeenten 2025")).variable("gm")?.vintage == 2025)
        #expect(try codebook(Self.book("vintage: 2024")).variable("gm")?.vintage == 2024)
        #expect(errorCode { _ = try codebook("variables: [{id: a, type: int, vintage: 2024}]") } == "CODEBOOK_INVALID")
        #expect(errorCode { _ = try codebook(Self.book("vintage: 24")) } == "CODEBOOK_INVALID")
    }

    @Test func mergersThatGoRoundAreRefused() {
        let circle = "[{old: GM0001, new: GM0002, year: 2020}, {old: GM0002, new: GM0001, year: 2021}]"
        let error = #expect(throws: IngestError.self) { try codebook(Self.book(changes: circle)) }
        #expect(error?.message.contains("go round in a circle") == true && error?.exitCode == 78)
    }

    @Test func otherBoundariesBreakATrend() throws {
        let differences = CodebookComparison(
            old: try codebook(Self.book("vintage: 2024")), new: try codebook(Self.book("vintage: 2026"))
        ).differences
        #expect(differences.map(\.kind) == [.vintage] && differences.map(\.verdict) == [.breaking])
        #expect(differences.first?.message == "Its areas had the boundaries of 2024 and have those of 2026.")
    }

    // MARK: Tables in files of their own

    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("peil-side-\(UUID().uuidString)")
        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }
        func load(_ yaml: String, _ files: [String: String]) throws -> Codebook {
            for (name, text) in files { try Data(text.utf8).write(to: url.appendingPathComponent(name)) }
            return try Codebook.load(yaml: yaml, file: url.appendingPathComponent("codebook.yaml").path)
        }
    }

    private static let postcodes = """
        languages: [nl]
        variables: [{id: gm, type: region}, {id: pc4, type: id}]
        consistency: [{name: postcode, key: pc4, under: gm, table: {file: pc4.csv, key: pc, under: gemeente}}]
        municipality_changes: {file: fusies.csv}
        """
    private static let sideFiles = [
        "pc4.csv": "pc,gemeente,plaats\n2241,GM0629,Wassenaar\n2242,GM0629,Wassenaar\n0042,GM0001,Ergens\n",
        "fusies.csv": "old;new;year;note\nGM0689;GM1978;2013;fusie\nGM0620;;2019;gesplitst\n"
    ]

    @Test func postcodesAndMergersMayStandInFilesOfTheirOwn() throws {
        let book = try Folder().load(Self.postcodes, Self.sideFiles)
        #expect(
            book.regionChanges == [
                RegionChange(old: "GM0689", new: "GM1978", year: 2013),
                RegionChange(old: "GM0620", new: nil, year: 2019)
            ])
        #expect(book.sideFileHashes.keys.sorted() == ["fusies.csv", "pc4.csv"])
        let text = "gm;pc4\nGM0629;2241\nGM0629;2511\nGM0001;0042\nGM0629;\n"
        let wave = try WaveReader.read(bytes: Array(text.utf8), path: "", codebook: book)
        let finding = try #require(wave.quality.findings.first)
        #expect(finding.count == 1 && finding.judged == 3 && finding.lines == [3])
    }

    @Test(arguments: [
        ("pc4.csv", "pc,plaats\n2241,Wassenaar\n", "MISSING_COLUMN"),
        ("pc4.csv", "pc,gemeente\n1,2\n3\n", "RAGGED_SHORT"),
        ("fusies.csv", "", "EMPTY_FILE")
    ])
    func aSideFileThatIsWrongIsAMistakeInTheStudy(_ name: String, _ text: String, _ code: String) throws {
        var files = Self.sideFiles
        files[name] = text
        let error = #expect(throws: IngestError.self) { try Folder().load(Self.postcodes, files) }
        #expect(error?.code == code && error?.exitCode == 78 && error?.file.hasSuffix(name) == true)
    }

    @Test(arguments: ["../pc4.csv", "/etc/passwd", ""])
    func aSideFileLiesBesideTheCodebook(_ name: String) throws {
        let text = Self.postcodes.replacing("file: pc4.csv", with: "file: \"\(name)\"")
        let error = #expect(throws: IngestError.self) { try Folder().load(text, Self.sideFiles) }
        #expect(error?.exitCode == 78 && error?.line == 3)
    }

    @Test func aSideFileThatIsNotThereIsAbsent() throws {
        let error = #expect(throws: IngestError.self) { try Folder().load(Self.postcodes, [:]) }
        #expect(error?.code == "FILE_ABSENT")
    }
}
