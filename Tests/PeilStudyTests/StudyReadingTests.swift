import Foundation
import Testing

@testable import PeilStudy

@Suite struct StudyReadingTests {
    /// The sample study's files with one text of study.yaml replaced.
    private func failure(_ old: String, _ new: String) throws -> Failure? {
        let fixture = try StudyFixture()
        for name in ["codebook.yaml", "margins.csv", "frame.csv", "messages.yaml"] {
            try fixture.write(try SimulationFixture.text(name), to: name)
        }
        let text = try SimulationFixture.text("study.yaml")
        try #require(old.isEmpty || text.components(separatedBy: old).count == 2, "'\(old)' must stand once")
        try fixture.write(old.isEmpty ? text : text.replacingOccurrences(of: old, with: new), to: "study.yaml")
        return StudyFixture.failure { _ = try Study(at: fixture.folder.path) }
    }

    @Test func theSampleStudyIsInOrder() throws {
        #expect(try failure("", "") == nil)
        let study = try Study(at: SimulationFixture.folder.path)
        #expect(study.waves.map(\.id) == ["golf1", "golf2"])
        #expect(study.language == "nl" && study.basis == .probability)
        #expect(study.weighting.steps.count == 2)
        #expect(study.disclosure.minimumFrequency == 10)
    }

    @Test func aMessageForASegmentThatIsNotThereIsRefused() throws {
        let fixture = try StudyFixture()
        for name in ["codebook.yaml", "margins.csv", "frame.csv", "messages.yaml", "study.yaml"] {
            try fixture.write(try SimulationFixture.text(name), to: name)
        }
        let messages = try SimulationFixture.text("messages.yaml")
        let start = try #require(messages.range(of: "\nS3:"))
        try fixture.write(messages.replacingCharacters(in: start, with: "\nS33:"), to: "messages.yaml")
        let failure = try #require(StudyFixture.failure { _ = try Study(at: fixture.folder.path) })
        #expect(failure.code == "UNKNOWN_KEY" && failure.exitCode == 78 && failure.line != nil)
        #expect(failure.file?.hasSuffix("messages.yaml") == true)
        #expect(failure.text.contains("did you mean 'S3'?"), "\(failure.text)")
    }

    @Test func waysOfAnsweringHaveTheLabelsOfTheCodebook() throws {
        let labels = try Study(at: SimulationFixture.folder.path).report.outline.modeLabels
        #expect(labels["web"]?.text(in: "nl") == "online" && labels["web"]?.text(in: "en") == "web")
        #expect(labels["papier"]?.text(in: "nl") == "papier" && labels["papier"]?.text(in: "en") == "paper")
    }

    @Test func aFrameThatIsNamedMustBeThere() throws {
        let failure = try #require(try failure("frame: {file: frame.csv", "frame: {file: raamwerk.csv"))
        #expect(failure.code == "FILE_ABSENT" && failure.exitCode == 66)
        #expect(failure.file?.hasSuffix("raamwerk.csv") == true)
    }

    @Test func theHashDependsOnContentNotOnPlace() throws {
        let here = try Study(at: SimulationFixture.folder.path).hash
        let fixture = try StudyFixture()
        for name in ["codebook.yaml", "margins.csv", "frame.csv", "messages.yaml", "study.yaml"] {
            try fixture.write(try SimulationFixture.text(name), to: name)
        }
        #expect(try Study(at: fixture.folder.path).hash == here)
        #expect(try Study(at: fixture.folder.path + "/study.yaml").hash == here)
        try fixture.write(
            try SimulationFixture.text("margins.csv").replacingOccurrences(of: ";11477\n", with: ";11478\n"),
            to: "margins.csv")
        #expect(try Study(at: fixture.folder.path).hash != here)
    }

    @Test(arguments: [
        ("method: rules", "method: ruels", "WRONG_VALUE"), ("maximum_missing: 2", "maximum_mising: 2", "UNKNOWN_KEY"),
        ("  otherwise: S6\n", "", "MISSING_KEY"),
        ("missing: share}\n    # Against", "missing: shared}\n    # Against", "WRONG_VALUE"),
        ("upper: 3, recalibrate: 50", "upper: 0.5, recalibrate: 50", "WRONG_VALUE"),
        ("group: gemeente, upper", "groep: gemeente, upper", "UNKNOWN_KEY"),
        ("[municipality_code, age_class]", "[municipality_code]", "WRONG_VALUE"),
        ("study: haaglanden-risicoperceptie\n", "", "MISSING_KEY"),
        ("- segment_by_area: segment", "- segment_by_areas: segment", "UNKNOWN_KEY"),
        ("- levels: boekje", "- {levels: boekje, likert: [kans_regen]}", "WRONG_VALUE"),
        ("maxit: 1000", "maxit: many", "WRONG_VALUE"),
        (
            "[gemeente, leeftijd_klasse], file: margins.csv", "[gemeente, leeftijd_klasse], file: ../margins.csv",
            "WRONG_VALUE"
        ),
        ("minimum_frequency: 10", "minimum_frequency: 2", "BELOW_FLOOR"),
        ("minimum_base: 50", "minimum_bases: 50", "UNKNOWN_KEY")
    ])
    func wrongStudiesAreRefused(old: String, new: String, code: String) throws {
        let failure = try #require(try failure(old, new))
        #expect(failure.code == code, "\(failure.text)")
        #expect(failure.exitCode == 78)
        #expect(failure.line != nil)
        #expect(failure.file?.hasSuffix("study.yaml") == true)
    }

    private static let roundings: [(keys: String, code: String?)] = [
        ("{share: 0.05, table_share: 0.01, small_people: 500}", nil), ("{table_share: 0.0001}", "BAD_RULE"),
        ("{share: 0.015}", "BAD_RULE"), ("{table_mean: 0.2}", "BAD_RULE"), ("{mean: 0}", "BAD_RULE"),
        ("{shares: 0.05}", "UNKNOWN_KEY")
    ]

    @Test(arguments: roundings)
    func aStudyMayRoundMoreThanTheDefaultsAndNeverLess(keys: String, code: String?) throws {
        let failure = try failure("minimum_base: 50", "minimum_base: 50\n  rounding: \(keys)")
        #expect(failure?.code == code, "\(keys) \(failure?.text ?? "")")
        if code != nil { #expect(failure?.line != nil && failure?.exitCode == 78) }
    }

    @Test func incompleteMarginsNameTheirLine() throws {
        let fixture = try StudyFixture()
        for name in ["codebook.yaml", "messages.yaml", "study.yaml"] {
            try fixture.write(try SimulationFixture.text(name), to: name)
        }
        try fixture.write(
            try SimulationFixture.text("margins.csv").replacingOccurrences(of: ";11477\n", with: ";\n"),
            to: "margins.csv")
        let failure = try #require(StudyFixture.failure { _ = try Study(at: fixture.folder.path) })
        #expect(failure.code == "BAD_TARGET" && failure.exitCode == 78 && failure.line == 2)
        #expect(failure.file?.hasSuffix("margins.csv") == true)
    }
}

@Suite struct SegmentReaderTests {
    private func request(_ text: String) throws -> Study.SegmentRequest {
        try SegmentReader(try StudyFixture.section(text), folder: ".").segments()
    }

    @Test func rulesAreReadInTheirOrder() throws {
        let request = try request(
            """
            inputs: [x, y]
            maximum_missing: 1
            unclassified: S0
            otherwise: S3
            rules:
            - {code: S1, when: {column: x, op: ">=", value: 4}}
            - {code: S2, when: {all: [{column: x, op: "<", value: 4}], any: [{column: y, value: 1}, {column: y, value: 2}]}}
            labels: {S1: {label: een}, S2: {label: twee}, S3: {label: drie}, S0: {label: geen}}
            """)
        guard case .rules(let rules) = request.method else {
            Issue.record("rules are the default")
            return
        }
        #expect(rules.rules.map(\.code) == ["S1", "S2"])
        #expect(rules.inputs == ["x", "y"] && rules.maximumMissing == 1)
        #expect(rules.unclassified == "S0" && rules.otherwise == "S3")
        #expect(request.labels.map(\.code) == ["S1", "S2", "S3", "S0"])
    }

    @Test func kMeansTakesItsOptions() throws {
        let request = try request(
            "{method: kmeans, inputs: [x, y, z], maximum_missing: 1, clusters: 4, seed: 12, labels: {K1: {label: een}}}"
        )
        guard case .kMeans(let means) = request.method else {
            Issue.record("kmeans was asked for")
            return
        }
        #expect(means.clusters == 4 && means.starts == 50 && means.seed == 12 && means.minimumAnswered == 2)
    }

    @Test(arguments: [
        "{method: kmeans, inputs: [x], maximum_missing: 0, clusters: 1, seed: 1, labels: {K1: {label: een}}}",
        "{method: kmeans, inputs: [x], maximum_missing: 0, clusters: 3, labels: {K1: {label: een}}}",
        "{method: kmeans, inputs: [x], maximum_missing: 0, clusters: 3, seed: -1, labels: {K1: {label: een}}}",
        "{inputs: [x], maximum_missing: 0, unclassified: S0, otherwise: S1, rules: [{code: S1, if: {column: x, value: 1}}], labels: {S1: {label: een}}}",
        "{inputs: [x], maximum_missing: 0, unclassified: S0, otherwise: S1, rules: [{code: S1, when: {column: x, op: about, value: 1}}], labels: {S1: {label: een}}}"
    ])
    func wrongSegmentsAreRefused(text: String) throws {
        let failure = try #require(StudyFixture.failure { _ = try request(text) })
        #expect(failure.exitCode == 78, "\(failure.text)")
    }
}
