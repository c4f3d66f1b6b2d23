import Foundation
import Testing

@testable import PeilStudy

/// Study files made to break their reader, or to read what lies outside their folder.
@Suite struct HostileStudyTests {
    private func refusal(_ text: String) -> Failure? {
        StudyFixture.failure { _ = try StudyFixture.section(text) }
    }

    @Test func aliasesThatMultiplyAreRefused() throws {
        var text = "study: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let alias = "*a\(level - 1)"
            text += "k\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
        }
        let failure = try #require(refusal(text))
        #expect(failure.code == "TOO_LARGE" && failure.exitCode == 78)
    }

    @Test func nestingTagsAndRepeatedKeysHaveTheirClassAndLine() {
        let deep = "study: x\nwaves: " + String(repeating: "[", count: 33) + String(repeating: "]", count: 33)
        #expect(refusal(deep)?.code == "TOO_DEEP" && refusal(deep)?.line == 2)
        #expect(refusal("study: x\nlanguage: !nl nl\n")?.code == "YAML_REFUSED")
        #expect(refusal("study: x\nlanguage: !nl nl\n")?.line == 2)
        let twice = refusal("design:\n  weights: a\n  'weights': b\n")
        #expect(twice?.code == "DUPLICATE_KEY" && twice?.line != nil)
        #expect(refusal("study: [\n")?.code == "NOT_YAML")
    }

    /// `{1: …, "1": …}` are two keys to YAML and one to a plan.
    @Test func aContrastThatNamesAGroupTwiceIsRefused() throws {
        let fixture = try StudyFixture()
        let plan = try fixture.write(
            """
            id: p
            dataset: d.csv
            items:
            - {id: m, statistic: mean, variables: [x], by: [g], options: {contrast: [{name: c, coef: {1: 1, "1": -1}}]}}

            """, to: "plan.yaml")
        let failure = try #require(StudyFixture.failure { _ = try AnalysisPlan(file: plan) })
        #expect(failure.code == "DUPLICATE_KEY" && failure.line == 4)
    }

    @Test func anExpressionOfParenthesesAloneIsRefused() throws {
        let fixture = try StudyFixture()
        for expression in [String(repeating: "(", count: 100_000), String(repeating: "-", count: 100_000)] {
            let plan = try fixture.write(
                """
                id: p
                dataset: d.csv
                items:
                - {id: m, statistic: mean, variables: [x], options: {contrast: [{name: c, expr: "\(expression)"}]}}

                """, to: "plan.yaml")
            #expect(StudyFixture.failure { _ = try AnalysisPlan(file: plan) }?.line == 4)
        }
    }

    @Test(arguments: ["-9223372036854775808", "-1", "3", "9e18"])
    func moreMissingAnswersThanInputsAreRefused(number: String) throws {
        let section = try StudyFixture.section(
            "{method: kmeans, inputs: [a, b], maximum_missing: \(number), clusters: 2, seed: 1, labels: {}}")
        let failure = try #require(StudyFixture.failure { _ = try SegmentReader(section, folder: ".").segments() })
        #expect(failure.code == "WRONG_VALUE" && failure.message.contains("maximum_missing"))
    }

    @Test func aLinkOutOfTheFolderIsOutside() throws {
        let fixture = try StudyFixture()
        let outside = try StudyFixture()
        let secret = try outside.write("languages: [nl]\n", to: "codebook.yaml")
        let folder = fixture.folder.path
        let files = FileManager.default
        try files.createSymbolicLink(atPath: folder + "/link.yaml", withDestinationPath: secret)
        try files.createSymbolicLink(atPath: folder + "/elsewhere", withDestinationPath: outside.folder.path)
        try fixture.write("languages: [nl]\n", to: "own.yaml")
        try files.createSymbolicLink(atPath: folder + "/inside.yaml", withDestinationPath: folder + "/own.yaml")
        for path in [
            "link.yaml", "elsewhere/codebook.yaml", "../x", "/etc/passwd", "a/../../x", "", "a\0b", "own.yaml\n"
        ] {
            #expect(!StudyFiles.isInside(path, folder: folder), "\(path)")
        }
        for path in ["own.yaml", "inside.yaml", "data/golf1.csv", "not-there.yaml", "..data"] {
            #expect(StudyFiles.isInside(path, folder: folder), "\(path)")
        }
    }

    @Test func aFileWithoutEndIsNotReadToItsEnd() throws {
        let failure = try #require(StudyFixture.failure { _ = try StudyFiles.text("/dev/zero", what: "study") })
        #expect(failure.code == "TOO_LARGE" && failure.exitCode == 78)
    }
}
