import PeilDisclosure
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilStudy

/// The rungs that rest on the design, on the sample study.
@Suite struct DirectAreasTests {
    private func sample() throws -> (run: StudyRun, prepared: StudyRun.Prepared, request: SmallAreaRequest) {
        let study = try Study(at: SimulationFixture.folder.path)
        let prepared = try #require(try SampleStudy.prepared.get().last)
        return (StudyRun(study, wave: try #require(study.waves.last)), prepared, try study.requiredAreas().request)
    }

    @Test func theDirectFigureIsTheOneOfTheReportBeforeItIsRounded() throws {
        let (run, prepared, request) = try sample()
        let figures = try FigureMaker(run, prepared).draft().figures
        let direct = DirectAreas(prepared: prepared, variable: "gemeente", request: request)
        for indicator in [
            SmallAreaRequest.Indicator("pakket=1"), SmallAreaRequest.Indicator("nsp_kent=1"),
            SmallAreaRequest.Indicator("dreiging")
        ] {
            let ladder = try direct.ladder(indicator)
            #expect(ladder.areas.count == 9)
            for area in ladder.areas {
                let own = try #require(
                    figures.first {
                        $0.name.question == indicator.question && $0.name.level == indicator.level ?? ""
                            && $0.name.area == area.code && $0.name.segment.isEmpty && $0.name.statistic != .people
                    })
                let value = try #require(area.direct)
                let source = "the report's figure of \(indicator.name) in \(area.code)"
                expectClose(value.estimate, own.estimate, relative: 1e-12, source: source)
                expectClose(
                    try #require(value.standardError), try #require(own.standardError), relative: 1e-11, source: source)
                expectClose(
                    try #require(value.interval).lower, try #require(own.lower), relative: 1e-11, source: source)
                expectClose(
                    try #require(value.interval).upper, try #require(own.upper), relative: 1e-11, source: source)
                #expect(area.count == own.base)
            }
        }
    }

    @Test func standardisedAndSyntheticFiguresAreSumsOverClasses() throws {
        let (_, prepared, request) = try sample()
        let standard = try #require(request.standard)
        let ladder = try DirectAreas(prepared: prepared, variable: "gemeente", request: request).ladder(
            SmallAreaRequest.Indicator("pakket=1"))
        let answers = try prepared.table.column("pakket").rowLabels()
        let places = try prepared.table.column("gemeente").rowLabels()
        let columns = try standard.variables.map { try prepared.table.column($0).rowLabels() }
        /// The weighted share of a class, in one area or in all.
        func share(_ codes: [String], _ area: String?) -> Double? {
            var (yes, all) = (0.0, 0.0)
            for row in answers.indices where answers[row] != nil && (area == nil || places[row] == area) {
                guard zip(columns, codes).allSatisfy({ $0[row] == $1 }) else { continue }
                all += prepared.estimation.design.weights[row]
                yes += answers[row] == "1" ? prepared.estimation.design.weights[row] : 0
            }
            return all > 0 ? yes / all : nil
        }
        let people = standard.cells.reduce(0) { $0 + $1.people }
        let own = try #require(ladder.areas.first { $0.code == "GM0629" })
        var (standardised, synthetic, resident) = (0.0, 0.0, 0.0)
        for cell in standard.cells where cell.area == "GM0629" {
            let region = standard.cells.filter { $0.codes == cell.codes }.reduce(0) { $0 + $1.people }
            standardised += region / people * (try #require(share(cell.codes, "GM0629")))
            synthetic += cell.people * (try #require(share(cell.codes, nil)))
            resident += cell.people
        }
        expectClose(
            try #require(own.standardised).estimate, standardised, relative: 1e-12, source: "Σ over classes by hand")
        expectClose(
            try #require(own.synthetic), synthetic / resident, relative: 1e-12, source: "Σ over classes by hand")
    }
}
