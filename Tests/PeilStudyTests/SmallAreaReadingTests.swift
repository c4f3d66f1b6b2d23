import Foundation
import PeilStatistics
import Testing

@testable import PeilStudy

/// What study.yaml says under areas › small_areas.
@Suite struct SmallAreaReadingTests {
    private static let codes = [
        "GM0503", "GM0518", "GM0603", "GM0629", "GM0637", "GM1783", "GM1842", "GM1916", "GM1926"
    ]
    private static let declared = "  small_areas:\n"

    private static func covariates(_ change: (inout [String]) -> Void = { _ in }) -> String {
        var lines =
            ["code;ouder;kust"] + codes.enumerated().map { "\($1);\(15 + $0 * $0 % 7),5;\($0 % 2 == 0 ? "ja" : "nee")" }
        change(&lines)
        return lines.joined(separator: "\n") + "\n"
    }

    /// The sample study with more lines under small_areas, and covariates beside it.
    private func study(_ more: String, _ covariates: String = covariates()) throws -> Result<Study, Failure> {
        let fixture = try StudyFixture()
        for name in ["codebook.yaml", "margins.csv", "frame.csv", "messages.yaml"] {
            try fixture.write(try SimulationFixture.text(name), to: name)
        }
        try fixture.write(covariates, to: "gemeenten.csv")
        let text = try SimulationFixture.text("study.yaml")
        try #require(text.components(separatedBy: Self.declared).count == 2)
        try fixture.write(text.replacingOccurrences(of: Self.declared, with: Self.declared + more), to: "study.yaml")
        do { return .success(try Study(at: fixture.folder.path)) } catch {
            return .failure(Failure(naming: error, file: "f.yaml"))
        }
    }

    private func failure(_ more: String, _ covariates: String = covariates()) throws -> Failure? {
        if case .failure(let failure) = try study(more, covariates) { return failure }
        return nil
    }

    private static let named =
        "    covariates: {file: gemeenten.csv, area: code, columns: [ouder, {column: kust, categorical: true}]}\n"

    @Test func everyKeyIsRead() throws {
        let more = """
                indicators: [{question: pakket, level: "1"}, {question: dreiging}]
                scale: logit
                smooth_variances: true
                benchmark: difference

            """
        let request = try #require(try study(more + Self.named).get().areas?.smallAreas)
        #expect(request.isDeclared && request.indicators.map(\.name) == ["pakket=1", "dreiging"])
        #expect(request.model.scale == .logit && request.model.smoothsVariances)
        #expect(request.model.method == .restricted && request.model.whenZero == .adjusted)
        #expect(request.model.benchmark == .difference)
        #expect(request.model.covariates == [AreaCovariate("ouder"), AreaCovariate("kust", isCategorical: true)])
        #expect(request.covariates?.areas == Self.codes)
        #expect(
            request.standard?.areas == Self.codes && request.standard?.variables == ["leeftijd_klasse", "geslacht_mv"])
        #expect(request.rule == LeadRule(minimumBase: 100))
    }

    @Test func whatStandsInFilesIsPartOfTheStudy() throws {
        let first = try study(Self.named).get().hash
        let second = try study(Self.named, Self.covariates { $0[3] = "GM0603;99;ja" }).get().hash
        #expect(first != second)
        #expect(try study(Self.named).get().hash == first)
    }

    static let wrongKeys: [(String, String)] = [
        ("    methode: REML\n", "UNKNOWN_KEY"), ("    scale: probit\n", "WRONG_VALUE"),
        ("    benchmark: {form: ratio}\n", "WRONG_VALUE"), ("    smooth_variances: maybe\n", "WRONG_VALUE"),
        ("    indicators: [{question: pakket, answer: \"1\"}]\n", "UNKNOWN_KEY"),
        ("    indicators: [{question: pakket}, {question: pakket}]\n", "WRONG_VALUE"),
        ("    covariates: {file: gemeenten.csv, area: code}\n", "WRONG_VALUE"),
        ("    covariates: {file: gemeenten.csv, area: code, columns: [ouder, ouder]}\n", "WRONG_VALUE"),
        ("    covariates: {file: gemeenten.csv, area: code, columns: [inkomen]}\n", "MISSING_COLUMN"),
        ("    covariates: {file: gemeenten.csv, area: code, columns: [kust]}\n", "NOT_NUMERIC"),
        ("    covariates: {file: elders.csv, area: code, columns: [ouder]}\n", "FILE_ABSENT"),
        ("    covariates: {file: ../gemeenten.csv, area: code, columns: [ouder]}\n", "WRONG_VALUE")
    ]

    @Test(arguments: wrongKeys) func wrongKeysAreErrors(_ more: String, _ code: String) throws {
        let failure = try #require(try failure(more), "\(more) must be refused")
        #expect(failure.code == code, "\(failure.text)")
        #expect(failure.exitCode == (code == "FILE_ABSENT" ? 66 : 78))
    }

    @Test func aCovariateFileThatContradictsTheCodebookOrItselfNamesTheArea() throws {
        let cases: [(String, String, (inout [String]) -> Void)] = [
            ("UNKNOWN_CATEGORY", "GM9999", { $0.append("GM9999;1;ja") }),
            ("REPEATED_AREA", "GM0603", { $0.append("GM0603;1;ja") }),
            ("MISSING_COVARIATE", "GM0629", { $0[4] = "GM0629;;ja" }),
            ("MISSING_AREA", "data row 2", { $0[2] = ";1;ja" })
        ]
        for (code, place, change) in cases {
            let failure = try #require(try failure(Self.named, Self.covariates(change)))
            #expect(failure.code == code && failure.exitCode == 78, "\(failure.text)")
            #expect(failure.message.contains(place), "\(failure.text)")
            #expect(failure.file?.hasSuffix("gemeenten.csv") == true)
        }
    }

    @Test(arguments: [
        ("minimum_areas: 30", "minimum_areas: -1"), ("maximum_cv: 0.2", "maximum_cv: 0"),
        ("maximum_residual: 3", "maximum_residuals: 3"), ("method: REML", "method: AREML"),
        ("when_zero: adjusted", "when_zero: reml"), ("by: [leeftijd_klasse, geslacht_mv]", "by: [gemeente]"),
        ("columns: [municipality_code, age_class, sex], total", "columns: [age_class, sex], total")
    ])
    func rulesAndStandardsAreHeldToTheirRange(_ old: String, _ new: String) throws {
        let fixture = try StudyFixture()
        for name in ["codebook.yaml", "margins.csv", "frame.csv", "messages.yaml"] {
            try fixture.write(try SimulationFixture.text(name), to: name)
        }
        let text = try SimulationFixture.text("study.yaml")
        try #require(text.components(separatedBy: old).count == 2, "'\(old)' must stand once")
        try fixture.write(text.replacingOccurrences(of: old, with: new), to: "study.yaml")
        let failure = try #require(StudyFixture.failure { _ = try Study(at: fixture.folder.path) })
        #expect(["WRONG_VALUE", "UNKNOWN_KEY"].contains(failure.code) && failure.exitCode == 78 && failure.line != nil)
    }
}
