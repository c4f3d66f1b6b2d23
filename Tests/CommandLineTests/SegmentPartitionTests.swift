import Foundation
import Testing

/// Segments over partitions: classes are found in merged patterns of answers, k-means goes on in rounds where a state
/// cannot keep them all.
@Suite struct SegmentPartitionTests {
    private static let items = """
        - {id: mean, statistic: mean, variables: [x], by: [sex]}
        - {id: classes, statistic: lca, variables: [q1, q2, q3, q4, q5, q6], options: {classes: 2, starts: 4, seed: 5, missing: 4}}
        - {id: men, statistic: lca, variables: [q1, q2, q3, q4], domain: [{column: sex, value: m}], options: {classes: 2, starts: 4, seed: 6}}
        - {id: answers, statistic: kmeans, variables: [q1, q2, q3, q4, q5, q6], options: {k: 2, starts: 4, seed: 5, missing: 4, margin: 0.25}}
        - {id: given, statistic: kmeans, variables: [x, y], options: {k: 3, patterns: 200, missing: 1, initial_centres: [[0, 0], [6, 0], [0, 6]]}}
        - {id: found, statistic: kmeans, variables: [x, y], domain: [{column: sex, value: m}], options: {k: 3, patterns: 200, starts: 6, seed: 5, standardise: weighted}}

        """
    private static let rake = """
        , adjust: [{method: rake, residuals: design_weighted, margins: [{variable: sex, totals: {m: 2000, v: 2100}}, {variable: age, totals: {1: 1100, 2: 1600, 3: 1400}}]}]
        """
    private static let parts = 4

    /// Invented answers of two or three kinds of people; the numbers follow from the seed.
    private static let rows: [String] = {
        var state: UInt64 = 20_261_127
        func draw() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / 0x1p53
        }
        return (0..<1600).map { row in
            let (unit, kind) = (Int(draw() * 48), draw() < 0.6 ? 0 : draw() < 0.5 ? 1 : 2)
            let answers = (0..<6).map { item -> String in
                if draw() < 0.03 { return "" }
                let likely = kind == 0 ? 1 + item % 2 : 4 - item % 2
                return "\(draw() < 0.7 ? likely : 1 + Int(draw() * 4))"
            }
            let (x, y) = ([0.0, 6, 1][kind] + draw() + draw(), [0.0, 1, 7][kind] + draw() + draw())
            let gap = draw() < 0.02 ? "" : String(format: "%.4f", y)
            return "\(unit % 6),\(unit),\(1 + Int(draw() * 5)).5,\(draw() < 0.5 ? "m" : "v"),\(1 + Int(draw() * 3)),"
                + answers.joined(separator: ",") + String(format: ",%.4f,", x) + gap
        }
    }()

    private func folder(_ design: String, items: String = Self.items) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        func write(_ rows: ArraySlice<String>, _ name: String) throws {
            try folder.write(
                "h,psu,w,sex,age,q1,q2,q3,q4,q5,q6,x,y\n" + rows.joined(separator: "\n") + "\n", to: name)
        }
        try write(Self.rows[...], "all.csv")
        for part in 0..<Self.parts {
            let count = Self.rows.count
            try write(
                Self.rows[(part * count / Self.parts)..<((part + 1) * count / Self.parts)], "part\(part + 1).csv")
        }
        try folder.write("id: s\ndataset: all.csv\ndesign: {weights: w, \(design)}\nitems:\n\(items)", to: "plan.yaml")
        return folder
    }

    private func partial(_ folder: TemporaryFolder, _ part: Int, _ parameters: String?) throws {
        let more = parameters.map { ["--parameters", $0] } ?? []
        let arguments = [
            "partial", "--plan", "plan.yaml", "part\(part).csv", "--part", "\(part)/\(Self.parts)", "--out",
            "\(part).state"
        ]
        let answer = try Program.run(arguments + more, in: folder)
        try #require(answer.exitCode == 0, "\(answer.error)")
    }

    /// All passes; each merge is a tree of its own. Results end in the file `out`.
    /// - Returns: the number of passes.
    private func merged(_ folder: TemporaryFolder) throws -> Int {
        var parameters: String?
        for pass in 1...60 {
            for part in 1...Self.parts { try partial(folder, part, parameters) }
            let pair = pass % 2 == 0 ? ["4.state", "2.state"] : ["1.state", "4.state"]
            let rest = ["1.state", "2.state", "3.state", "4.state"].filter { !pair.contains($0) }
            let half = try Program.run(["merge", "--partial", "--out", "half"] + pair, in: folder)
            try #require(half.exitCode == 0, "\(half.error)")
            let answer = try Program.run(
                ["merge", "--format", "json", "--out", "out", "half"] + rest.reversed(), in: folder)
            try #require(answer.exitCode == 0, "\(answer.error)")
            guard answer.output.contains("next_pass") else { return pass }
            parameters = "par\(pass)"
            try FileManager.default.moveItem(atPath: folder.path("out"), toPath: folder.path("par\(pass)"))
        }
        return 0
    }

    private func leaves(_ value: Any, _ place: String = "") -> [String: Any] {
        switch value {
        case let object as [String: Any]:
            object.reduce(into: [:]) { $0.merge(leaves($1.value, "\(place)/\($1.key)")) { first, _ in first } }
        case let array as [Any]:
            array.enumerated().reduce(into: [:]) {
                $0.merge(leaves($1.element, "\(place)/\($1.offset)")) { first, _ in first }
            }
        default: [place: value]
        }
    }

    /// - Parameter relative: of the larger number.
    private func expectEqual(_ found: String, _ expected: String, relative: Double, _ what: String) throws {
        func document(_ text: String) throws -> [String: Any] {
            // How many patterns there are is known to who keeps them all; the path from other starts has other lengths.
            let own = ["distinct_points", "kept_patterns", "best_reached"]
            return leaves(try JSONSerialization.jsonObject(with: Data(text.utf8))).filter { place, _ in
                !own.contains { place.hasSuffix($0) } && place != "/items/5/scalars/rounds"
            }
        }
        let (left, right) = (try document(found), try document(expected))
        try #require(Set(left.keys) == Set(right.keys), "\(what)")
        #expect(left.count > 300)
        for (place, own) in left {
            if let a = own as? NSNumber, let b = right[place] as? NSNumber {
                let (a, b) = (a.doubleValue, b.doubleValue)
                #expect(abs(a - b) <= relative * max(abs(a), abs(b)) + 1e-13, "\(what) \(place): \(a) and \(b)")
            } else {
                #expect("\(own)" == "\(right[place] ?? "")", "\(what) \(place)")
            }
        }
    }

    /// Classes end where the likelihood gains less than 1e-14 of itself, which leaves their chances 1e-9 of room where
    /// calibrated weights differ in the last bit.
    @Test(arguments: [
        ("strata: [h], clusters: [psu]", 5e-12), ("strata: [h]", 5e-12), ("strata: [h], clusters: [psu]" + rake, 1e-8)
    ])
    func partitionsGiveWhatTheWholeFileGives(design: String, relative: Double) throws {
        let folder = try folder(design)
        let whole = try Program.run("estimate", "--plan", "plan.yaml", "--format", "json", in: folder)
        try #require(whole.exitCode == 0, "\(whole.error)")
        let blocks = try Program.run(
            "estimate", "--plan", "plan.yaml", "--format", "json", "--max-memory", "1G", in: folder)
        try #require(blocks.exitCode == 0, "\(blocks.error)")
        try expectEqual(blocks.output, whole.output, relative: relative, "blocks")
        #expect(try merged(folder) >= 4)
        try expectEqual(try folder.text("out"), whole.output, relative: relative, "partitions")
    }

    @Test("Rounds carry sums only: no answer of anybody is in their states or parameters")
    func roundsHoldNoAnswers() throws {
        let items =
            "- {id: given, statistic: kmeans, variables: [x, y], options: {k: 2, patterns: 50, initial_centres: [[0, 0], [6, 6]]}}\n"
        let folder = try folder("strata: [h]", items: items)
        for part in 1...Self.parts { try partial(folder, part, nil) }
        func next(_ name: String) throws {
            let answer = try Program.run(
                ["merge", "--out", name] + (1...Self.parts).map { "\($0).state" }, in: folder)
            #expect(answer.exitCode == 0 && answer.output.contains("comes next"), "\(answer.error)")
        }
        try next("means")
        for part in 1...Self.parts { try partial(folder, part, "means") }
        try next("round")
        for part in 1...Self.parts { try partial(folder, part, "round") }
        let answers = Self.rows.map { $0.split(separator: ",", omittingEmptySubsequences: false)[11] }
        for name in ["1.state", "round"] {
            let text = String(decoding: try folder.bytes(name), as: UTF8.self)
            #expect(!answers.contains { text.contains($0) }, "\(name)")
            #expect(try folder.bytes(name).count < 2_000)
        }
    }

    // MARK: Refusals

    private func expectRefused(_ answer: Program.Answer, _ name: String, _ exitCode: Int32 = 65) {
        #expect(answer.exitCode == exitCode && answer.error.hasPrefix("error[\(name)]"), "\(answer.error)")
    }

    @Test func statesOfOtherRoundsAreRefused() throws {
        let folder = try folder("strata: [h]", items: String(Self.items.split(separator: "\n")[4]) + "\n")
        func merge(_ out: String, _ states: [String]) throws -> Program.Answer {
            try Program.run(["merge", "--out", out] + states, in: folder)
        }
        let states = (1...Self.parts).map { "\($0).state" }
        for (pass, given) in [(1, nil), (2, "par1"), (3, "par2")] as [(Int, String?)] {
            for part in 1...Self.parts { try partial(folder, part, given) }
            #expect(try merge("par\(pass)", states).exitCode == 0)
            try FileManager.default.copyItem(atPath: folder.path("1.state"), toPath: folder.path("old\(pass)"))
        }
        let others = Array(states.dropFirst())
        expectRefused(try merge("x", ["old2"] + others), "OTHER_PASS")
        expectRefused(try merge("x", states + ["1.state"]), "PARTITION_TWICE")
        expectRefused(try merge("x", others), "PARTITION_MISSING")
        // The same round with other centres: the file of the round before was changed by hand.
        let plan = try folder.text("plan.yaml")
        try folder.write(plan.replacingOccurrences(of: "[6, 0]", with: "[5, 0]"), to: "plan.yaml")
        let foreign = try Program.run(
            "partial", "--plan", "plan.yaml", "part1.csv", "--part", "1/4", "--parameters", "par2", "--out", "x",
            in: folder)
        expectRefused(foreign, "OTHER_PLAN")
        for part in 1...Self.parts { try partial(folder, part, nil) }
        expectRefused(try merge("x", ["old1"] + others), "OTHER_PLAN")
        try folder.write(plan, to: "plan.yaml")
        // Parameters of another list of partitions.
        let moved = try Program.run(
            "partial", "--plan", "plan.yaml", "part2.csv", "--part", "1/4", "--parameters", "par2", "--out", "x",
            in: folder)
        expectRefused(moved, "OTHER_DATA")
        let parameters = [UInt8](try folder.bytes("par2"))
        for position in stride(from: 20, to: parameters.count, by: 31) {
            var damaged = parameters
            damaged[position] ^= 4
            try Data(damaged).write(to: URL(fileURLWithPath: folder.path("bad")))
            let answer = try Program.run(
                "partial", "--plan", "plan.yaml", "part1.csv", "--part", "1/4", "--parameters", "bad", "--out", "x",
                in: folder)
            expectRefused(answer, "STATE_DAMAGED")
        }
        #expect(!folder.exists("x"))
    }

    @Test("An item whose segments cannot be found fails alone")
    func failuresOfItems() throws {
        let folder = try folder(
            "strata: [h]",
            items: """
                - {id: far, statistic: kmeans, variables: [x, y], options: {k: 2, patterns: 50, initial_centres: [[0, 0], [900, 900]]}}
                - {id: border, statistic: kmeans, variables: [x, y], options: {k: 2, patterns: 50, margin: 0.5}}
                - {id: many, statistic: lca, variables: [q1, q2], options: {classes: 6, starts: 2}}
                - {id: mean, statistic: mean, variables: [x]}

                """)
        let answer = try Program.run(
            "estimate", "--plan", "plan.yaml", "--format", "json", "--max-memory", "1G", in: folder)
        #expect(answer.exitCode == 65)
        let items = try #require(try answer.json()["items"] as? [[String: Any]])
        let classes = items.map { ($0["error"] as? [String: Any])?["class"] as? String }
        #expect(classes == ["EMPTY_CENTRE", "NOT_STREAMED", "NOT_IDENTIFIED", nil])
    }

    @Test(
        "What does not follow from patterns is refused by name, with a way out of the command that was given",
        arguments: [
            ("lca, variables: [q1, q2, q3], options: {classes: 2, covariates: [sex]}", "with covariates"),
            ("lca, variables: [q1, q2, q3], options: {classes: 2, weights: age}", "with weights of its own"),
            ("quantile, variables: [x]", "(quantile)")
        ])
    func refusals(item: String, name: String) throws {
        let folder = try folder("strata: [h]", items: "- {id: it, statistic: \(item)}\n")
        let answer = try Program.run("partial", "--plan", "plan.yaml", "part1.csv", "--out", "x", in: folder)
        expectRefused(answer, "NOT_STREAMED", 78)
        #expect(answer.error.contains(name) && answer.error.contains("peil estimate"), "\(answer.error)")
        #expect(!answer.error.contains("--max-memory") && !folder.exists("x"))
    }
}
