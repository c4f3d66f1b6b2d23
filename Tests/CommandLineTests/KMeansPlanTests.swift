import Foundation
import Testing

/// k-means as a statistic of a plan.
@Suite struct KMeansPlanTests {
    /// Ninety people of three kinds, answers from 1 to 5, one answer in ten absent, a weight and a group.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let rows = (0..<90).map { (row: Int) -> String in
            let kind = [0, 0, 0, 1, 1, 2][row % 6]
            let answers = (0..<4).map { item -> String in
                if (row * 7 + item * 3) % 10 == 0 { return "" }
                let high = kind == item % 3
                return String((high ? 4 : 1) + (row / 6 + item) % 2)
            }
            return (answers + ["\(1 + row % 3)", row % 2 == 0 ? "x" : "y"]).joined(separator: ",")
        }
        try folder.write((["a,b,c,d,w,g"] + rows).joined(separator: "\n") + "\n", to: "d.csv")
        return folder
    }

    private func run(_ options: String, extra: String = "", threads: String = "1") throws -> Program.Answer {
        let folder = try folder()
        try folder.write(
            """
            id: p
            dataset: d.csv
            items:
            - {id: k, statistic: kmeans, variables: [a, b, c, d], options: {\(options)}\(extra)}
            """, to: "plan.yaml")
        return try Program.run("estimate", "--plan", "plan.yaml", "--format", "json", "--threads", threads, in: folder)
    }

    private func item(_ options: String, extra: String = "") throws -> [String: Any] {
        let answer = try run(options, extra: extra)
        #expect(answer.exitCode == 0, "\(answer.error)")
        return try #require((try answer.json()["items"] as? [[String: Any]])?.first)
    }

    private func number(_ item: [String: Any], _ name: String) throws -> Double {
        try #require((item["scalars"] as? [String: Any])?[name] as? NSNumber).doubleValue
    }

    @Test func clustersHaveCentresSizesAndTheirFit() throws {
        let item = try item("k: 3, starts: 10, seed: 2, weights: w, missing: 2, standardise: weighted")
        let sizes = try #require(item["class_sizes"] as? [Double])
        #expect(abs(sizes.reduce(0, +) - 1) < 1e-12 && sizes == sizes.sorted(by: >))
        let counts = try #require(item["counts"] as? [Int])
        #expect(try counts.reduce(0, +) == Int(number(item, "n")) && counts == [45, 15, 30])
        #expect(try number(item, "explained") > 0.5 && number(item, "starts") == 10)
        let own = try (number(item, "objective"), number(item, "total_ss"))
        #expect(abs(try number(item, "explained") - (1 - own.0 / own.1)) < 1e-12)
        let labels = try #require(item["first_labels"] as? [Int])
        // The second and third weigh the same: they go by their centres.
        #expect(labels.count == 30 && labels.prefix(6) == [0, 0, 0, 2, 2, 1] && abs(sizes[1] - sizes[2]) < 1e-12)
        #expect((item["centres"] as? [[Double]])?.map(\.count) == [4, 4, 4])
        let answers = try #require(item["centres_as_answers"] as? [[Double]])
        #expect(answers.allSatisfy { $0.allSatisfy { (1...5).contains($0) } })
    }

    @Test func peopleWithoutAllAnswersAreLeftOutByDefault() throws {
        let listwise = try number(item("k: 3, seed: 2"), "n")
        let available = try number(item("k: 3, seed: 2, missing: 3"), "n")
        #expect(listwise < available && available <= 90)
    }

    @Test func aDomainClustersItsPeopleOnly() throws {
        let part = try item("k: 3, seed: 2, missing: 1", extra: ", domain: [{column: g, op: \"==\", value: x}]")
        #expect(try number(part, "n") == 45)
    }

    @Test func aMarginAsksForDistancesToBorders() throws {
        let wide = try item("k: 3, seed: 2, missing: 2, margin: 1")
        let separation = try #require(wide["separation"] as? [String: Any])
        let near = try #require(separation["near_border"] as? NSNumber).doubleValue
        let silhouette = try #require(separation["silhouette"] as? NSNumber).doubleValue
        #expect(near > 0 && near < 1 && silhouette > 0.3 && silhouette < 1)
        #expect((separation["silhouettes"] as? [Double])?.count == 3)
        #expect(try item("k: 3, seed: 2")["separation"] == nil)
    }

    @Test func theNumberOfThreadsChangesNoByte() throws {
        let options = "k: 4, starts: 9, seed: 5, missing: 1"
        #expect(try run(options, threads: "3").output == run(options, threads: "1").output)
    }

    @Test(arguments: [
        ("k: 1", "'items › 1 › options › k'"), ("k: 3, starts: 0", "starts"), ("k: 3, missing: some", "missing"),
        ("k: 3, standardise: robust", "standardise"), ("k: 3, clusters: 4", "clusters"), ("k: 3, weights: ww", "ww"),
        ("starts: 3", "k"), ("k: 2, margin: 0", "margin"), ("k: 2, initial_centres: [[a, b]]", "initial_centres")
    ])
    func aWrongPlanNamesItsKey(options: String, word: String) throws {
        let answer = try run(options)
        #expect(answer.exitCode == 78 && answer.error.contains(word), "\(answer.error)")
    }

    @Test(arguments: [
        ("k: 3, weights: g", "NOT_NUMERIC"), ("k: 2, initial_centres: [[1, 2], [3, 4]]", "BAD_OPTION"),
        ("k: 1000", "TOO_FEW_POINTS")
    ])
    func whatCannotBeClusteredFailsItsItem(options: String, code: String) throws {
        let answer = try run(options)
        let item = try #require((try answer.json()["items"] as? [[String: Any]])?.first)
        let error = try #require(item["error"] as? [String: Any])
        #expect(error["class"] as? String == code && answer.exitCode == 65, "\(answer.error)")
    }
}
