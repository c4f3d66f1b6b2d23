import Foundation
import PeilStatistics
import PeilTable
import Testing

@testable import PeilStudy

/// Frozen segments on disk: back to the last bit, and nothing in the file taken on trust.
@Suite struct SegmentModelFileTests {
    private func table() -> Table {
        var table = Table(rowCount: 60)
        for (place, name) in ["a", "b", "c", "d"].enumerated() {
            let values = (0..<60).map { Double(1 + ($0 % 3 + ($0 % (7 + place) == 0 ? 1 : 0)) % 3) }
            table.set(.numeric(NumericColumn(values: values)), for: Variable(name: name))
        }
        table.set(
            .categorical(
                CategoricalColumn(
                    categories: ["x", "y"].map { Category(code: $0, label: LocalizedText(everywhere: $0)) },
                    codes: (0..<60).map { UInt16($0 % 2) })), for: Variable(name: "g"))
        return table
    }

    private func file(_ model: FrozenSegments) throws -> SegmentModelFile {
        let weights = (0..<60).map { 1 + Double($0 % 5) / 4 }
        let scored = try model.score(table())
        return SegmentModelFile(
            study: "s", version: 2, wave: "w1", inputHash: "00ff", seed: 18_446_744_073_709_551_615, model: model,
            fingerprints: Dictionary(model.items.map { ($0, "f-\($0)") }, uniquingKeysWith: { first, _ in first }),
            reference: try SegmentReference(
                scored, items: model.items, of: table(), weights: weights, fit: try model.closeness(table())),
            crosswalk: SegmentCrosswalk(fromVersion: 1, scored, scored, weights: weights))
    }

    private func models() throws -> [FrozenSegments] {
        let weights = (0..<60).map { 1 + Double($0 % 5) / 4 }
        let items = ["a", "b", "c", "d"]
        let classes = try LatentClasses(items: items, classes: 2, starts: 4, seed: 3)
        let mixed = try LatentClasses(items: items, classes: 2, starts: 4, seed: 3, covariates: ["g"])
        let means = try WeightedKMeans(items: items, clusters: 3, starts: 4, minimumAnswered: 2, seed: 3)
        let rules = OrderedRules(
            inputs: items, maximumMissing: 1, unclassified: "S0",
            rules: [
                OrderedRules.Rule(
                    code: "S1",
                    condition: .all([
                        .answer(RowCondition(column: "a", comparison: .greaterOrEqual, values: ["2"])),
                        .any([.answer(RowCondition(column: "b", comparison: .isOneOf, values: ["1", "3"]))])
                    ]))
            ], otherwise: "S2")
        return [
            .latentClasses(try classes.fit(table(), weights: weights, threads: 1)),
            .latentClasses(try mixed.fit(table(), weights: weights, threads: 1)),
            .centroids(try means.fit(table(), weights: weights)), .rules(rules)
        ]
    }

    private func read(_ text: String) throws -> SegmentModelFile {
        let fixture = try StudyFixture()
        return try SegmentModelReader(path: try fixture.write(text, to: "segments.json")).file()
    }

    @Test(arguments: [0, 1, 2, 3]) func comesBackToTheLastBit(place: Int) throws {
        let file = try file(try models()[place])
        let back = try read(file.text)
        #expect(back.text == file.text)
        #expect(back.reference == file.reference && back.crosswalk == file.crosswalk && back.seed == file.seed)
        #expect(try back.model.score(table()).codeOfRow == file.model.score(table()).codeOfRow)
        for row in 0..<60 {
            for segment in 0..<(file.model.codes.count - 1) {
                #expect(
                    try back.model.score(table()).membership(row, segment)
                        == file.model.score(table()).membership(row, segment))
            }
        }
    }

    private static let spoils: [(place: Int, find: String, put: String)] = [
        (0, "\"schema\":\"peil-segments-1\"", "\"schema\":\"peil-segments-9\""),
        (0, "\"codes\":[\"L1\",", "\"codes\":["), (0, "\"L2\"", "\"L1\""), (0, "\"shares\":[0", "\"shares\":[1"),
        (0, "\"minimum_answered\":1", "\"minimum_answered\":9"),
        (0, "\"probabilities\":[[0.", "\"probabilities\":[[0.9"),
        (0, "\"method\":\"lca\"", "\"method\":\"magic\""), (0, "\"version\":2", "\"versie\":2"),
        (0, "\"seed\":\"", "\"seed\":\"-"), (1, "\"coefficients\":[", "\"coefficients\":[1,"),
        (2, "\"minimum_answered\":2", "\"minimum_answered\":0"), (2, "\"K2\"", "\"K1\""),
        (2, "\"deviation\":", "\"deviation\":-"), (2, "\"centres\":[[", "\"centres\":[[3,"),
        (2, "\"counts\":[", "\"counts\":[-"), (3, "\"op\":\">=\"", "\"op\":\"~\""),
        (3, "\"sizes\":[", "\"sizes\":[0,")
    ]

    @Test(arguments: spoils.indices) func spoiledFilesAreRefused(_ index: Int) throws {
        let spoil = Self.spoils[index]
        let text = try file(try models()[spoil.place]).text
        let spoiled = text.replacingOccurrences(of: spoil.find, with: spoil.put)
        #expect(spoiled != text, "\(spoil.find) stands in the file")
        let failure = try #require(StudyFixture.failure { _ = try read(spoiled) }, "\(spoil)")
        #expect(failure.exitCode == 78)
    }

    @Test func aCutFileIsRefused() throws {
        let text = try file(try models()[0]).text
        for part in 1..<8 {
            let cut = String(text.prefix(text.count * part / 8))
            #expect(StudyFixture.failure { _ = try read(cut) }?.exitCode == 78)
        }
    }

    @Test func anotherQuestionHasAnotherFingerprint() throws {
        func codebook(_ text: String) throws -> String {
            let fixture = try StudyFixture()
            let path = try fixture.write(text, to: "codebook.yaml")
            return QuestionFingerprint(codebook: try StudyCodebook.find(path)).text("s")
        }
        func text(_ wording: String, _ label: String, _ rule: String) -> String {
            """
            codebook: c
            languages: [nl]
            variables:
            - {id: a, type: code, nl: "\(wording)", labels: [{code: 1, nl: "\(label)"}, {code: 2, nl: nee}]}
            derived:
            - {id: s, nl: Som, sum: \(rule)}
            """
        }
        let first = try codebook(text("Hebt u een pakket?", "ja", "{of: [a], min_answered: 1}"))
        #expect(first == (try codebook(text("Hebt u een pakket?", "ja", "{of: [a], min_answered: 1}"))))
        #expect(first != (try codebook(text("Heeft u een pakket?", "ja", "{of: [a], min_answered: 1}"))))
        #expect(first != (try codebook(text("Hebt u een pakket?", "jazeker", "{of: [a], min_answered: 1}"))))
        #expect(first != (try codebook(text("Hebt u een pakket?", "ja", "{of: [a], min_answered: 0}"))))
    }
}
