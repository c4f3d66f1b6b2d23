import Foundation
import PeilReport
import Testing

@testable import PeilStudy

/// Where the areas of a study lie and how its report looks: what study.yaml says, and what is refused before any work.
@Suite struct LookOfStudyTests {
    private static let codes = [
        "GM0518", "GM0503", "GM1916", "GM1842", "GM1926", "GM0603", "GM0629", "GM1783", "GM0637"
    ]

    /// Squares side by side.
    private func map(_ codes: [String] = codes, property: String = "statcode") -> String {
        let features = codes.enumerated().map { index, code in
            let x = 4 + Double(index) / 10
            let ring = "[[\(x),52],[\(x + 0.1),52],[\(x + 0.1),52.1],[\(x),52.1],[\(x),52]]"
            return
                "{\"type\":\"Feature\",\"properties\":{\"\(property)\":\"\(code)\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[\(ring)]}}"
        }
        return "{\"type\":\"FeatureCollection\",\"features\":[\(features.joined(separator: ","))]}"
    }

    /// The sample study with lines of its own under `areas` and `report`.
    private func study(
        areas: String = "", report: String = "", files: [String: String] = [:], without: String = ""
    ) throws -> (StudyFixture, () throws -> Study) {
        let fixture = try StudyFixture()
        for name in ["codebook.yaml", "margins.csv", "frame.csv", "messages.yaml"] {
            try fixture.write(try SimulationFixture.text(name), to: name)
        }
        for (name, text) in files { try fixture.write(text, to: name) }
        var text = try SimulationFixture.text("study.yaml")
        text = text.replacing("  region: {nl: \"Haaglanden\"", with: areas + "  region: {nl: \"Haaglanden\"")
        text = text.replacing("report:\n", with: "report:\n" + report)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        text = lines.filter { without.isEmpty || !$0.hasPrefix(without) }.joined(separator: "\n")
        try fixture.write(text, to: "study.yaml")
        return (fixture, { try Study(at: fixture.folder.path) })
    }

    private let boundaries =
        "  boundaries: {file: map.geojson, code: statcode, source: {nl: \"Bron: X\", en: \"Source: X\"}}\n"

    @Test func shapesAndTheirSourceReachTheReport() throws {
        let (fixture, read) = try study(areas: boundaries, files: ["map.geojson": map()])
        let geography = try read().report.outline.geography
        #expect(geography.boundaries != nil && geography.source?.text(in: "nl") == "Bron: X")
        #expect(geography.tiles.count == 9 && geography.tiles["GM0518"] == .init(column: 0.5, row: 1))
        let hash = try read().hash
        try fixture.write(map().replacing("52.1", with: "52.2"), to: "map.geojson")
        #expect(try read().hash != hash, "the shapes are part of what the study is")
    }

    @Test func anAreaWithoutAShapeStopsTheStudyBeforeAnyWork() throws {
        let (fixture, read) = try study(
            areas: boundaries, files: ["map.geojson": map(Array(Self.codes.dropLast()) + ["GM0638"])])
        let failure = try #require(StudyFixture.failure { _ = try read() })
        #expect(failure.code == "BOUNDARY_MISSING" && failure.exitCode == 78)
        #expect(failure.message.contains("GM0637") && failure.remedy == "did you mean 'GM0638'?")
        #expect(failure.file == fixture.folder.path + "/map.geojson")
    }

    @Test(arguments: [
        ("{", "NOT_GEOJSON"), ("[]", "NOT_GEOJSON"),
        ("{\"type\":\"FeatureCollection\",\"features\":[{}]}", "BOUNDARY_WITHOUT_CODE")
    ])
    func aFileThatIsNoMapIsNamed(_ example: (String, String)) throws {
        let (_, read) = try study(areas: boundaries, files: ["map.geojson": example.0])
        #expect(StudyFixture.failure { _ = try read() }?.code == example.1)
    }

    @Test(arguments: [
        ("  boundaries: {file: ../map.geojson, code: statcode}\n", "WRONG_VALUE"),
        ("  boundaries: {file: absent.geojson, code: statcode}\n", "FILE_ABSENT"),
        ("  boundaries: {file: map.geojson, key: statcode}\n", "UNKNOWN_KEY"),
        ("  boundaries: {file: map.geojson}\n", "MISSING_KEY"),
        ("  boundary: {file: map.geojson}\n", "UNKNOWN_KEY")
    ])
    func aMistakeInTheKeysHasItsLine(_ example: (String, String)) throws {
        let (_, read) = try study(areas: example.0, files: ["map.geojson": map()])
        let failure = try #require(StudyFixture.failure { _ = try read() })
        #expect(failure.code == example.1)
        #expect(example.1 == "FILE_ABSENT" || failure.line != nil)
    }

    @Test(arguments: [
        ("[0, 0]", "WRONG_VALUE"), ("[0.3, 1]", "WRONG_VALUE"), ("[1, 0.5]", "WRONG_VALUE"), ("[1]", "WRONG_VALUE"),
        ("[-1, 0]", "WRONG_VALUE"), ("[1e300, 0]", "WRONG_VALUE")
    ])
    func aTileHasAPlaceOfItsOwn(_ example: (String, String)) throws {
        // The first tile of the row 0 is at column 0, so that [0, 0] is taken.
        let others = Self.codes.dropLast().enumerated().map { "\($1): [\($0), 0]" }
        let tiles = "  tiles: {\((others + ["GM0637: \(example.0)"]).joined(separator: ", "))}\n"
        let (_, read) = try study(areas: tiles, without: "  tiles: {GM0629")
        let failure = try #require(StudyFixture.failure { _ = try read() })
        #expect(failure.code == example.1 && failure.message.contains("GM0637"))
    }

    @Test func everyAreaNeedsATile() throws {
        let (_, read) = try study(areas: "  tiles: {GM0518: [0, 0]}\n", without: "  tiles: {GM0629")
        #expect(StudyFixture.failure { _ = try read() }?.code == "MISSING_KEY")
    }

    @Test func aThemeChangesColoursFontsNameAndFooter() throws {
        let theme = """
            colours: {accent: "#4a148c", d5: "#4a148c", h4: "#4a148c"}
            fonts: [Verdana, sans-serif]
            name: Veiligheidsregio
            footer: {nl: "Voet", en: "Foot"}
            """
        let (_, read) = try study(report: "  theme: theme.yaml\n", files: ["theme.yaml": theme])
        let look = try read().report.outline.theme
        #expect(look[.accent].hex == "#4a148c" && look[.ink] == Theme.standard[.ink])
        #expect(look.fonts == ["Verdana", "sans-serif"] && look.name == "Veiligheidsregio")
        #expect(look.footer == ["nl": "Voet", "en": "Foot"])
    }

    @Test(arguments: [
        ("colours: {accent: \"#9cc7d8\"}", "CONTRAST", "'accent' on 'paper' has a contrast of 1.8"),
        ("colours: {s2: \"#f3b79c\"}", "CONTRAST", "'s2' on 'paper'"),
        ("colours: {acent: \"#000000\"}", "UNKNOWN_KEY", "'acent'"),
        ("colours: {accent: red}", "WRONG_VALUE", "#rrggbb"), ("colors: {}", "UNKNOWN_KEY", "'colors'"),
        ("fonts: [\"A;b\"]", "BAD_FONT", "A;b"), ("logo: ../logo.svg", "WRONG_VALUE", "logo"),
        ("logo: absent.svg", "FILE_ABSENT", "logo"), ("logo: logo.svg", "BAD_LOGO", "script")
    ])
    func aThemeThatCannotBeReadIsRefused(_ example: (String, String, String)) throws {
        let (_, read) = try study(
            report: "  theme: theme.yaml\n",
            files: ["theme.yaml": example.0, "logo.svg": "<svg><script>1</script></svg>"])
        let failure = try #require(StudyFixture.failure { _ = try read() })
        #expect(failure.code == example.1 && failure.message.contains(example.2))
        #expect(failure.file?.hasSuffix("study.yaml") == false, "the file of the mistake")
    }

    @Test func theNearestRoleIsSaid() throws {
        let (_, read) = try study(
            report: "  theme: theme.yaml\n", files: ["theme.yaml": "colours: {acent: \"#000000\"}"])
        let failure = try #require(StudyFixture.failure { _ = try read() })
        #expect(failure.remedy == "did you mean 'accent'?" && failure.line == 1)
    }
}
