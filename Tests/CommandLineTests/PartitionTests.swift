import Foundation
import Testing

/// `peil partial`, `peil merge` and `peil estimate --max-memory`: the sums of partitions give what the whole file gives.
@Suite struct PartitionTests {
    private static let items = """
        - {id: mean, statistic: mean, variables: [y], by: [town]}
        - {id: means, statistic: mean, variables: [y, x], by: [sex], options: {deff: replace, against_rest: true}}
        - {id: contrast, statistic: mean, variables: [y], by: [sex], options: {contrast: [{name: d, expr: "m - v"}]}}
        - {id: total, statistic: total, variables: [x], by: [town], domain: [{column: age, op: ">=", value: 2}]}
        - {id: share, statistic: proportion, variables: [answer], by: [sex], options: {deff: replace}}
        - {id: count, statistic: count, variables: [answer], by: [town]}
        - {id: ratio, statistic: ratio, variables: [y, x], by: [sex]}
        - {id: variance, statistic: variance, variables: [y, far]}
        - {id: sd, statistic: sd, variables: [far], by: [sex]}
        - {id: correlation, statistic: correlation, variables: [y, x, far], by: [sex]}
        - {id: ticks, statistic: multiselect_responses, variables: [t1, t2], by: [sex]}
        - {id: interval, statistic: prop_ci, variables: [answer], by: [sex], options: {value: ja}}
        - {id: degrees, statistic: df, by: [town]}
        - {id: weights, statistic: weights}
        - {id: kmeans, statistic: kmeans, variables: [x, age, t1], options: {k: 3, starts: 5, seed: 4, margin: 0.25}}
        - {id: some, statistic: kmeans, variables: [x, y], domain: [{column: sex, value: m}], options: {k: 2, starts: 3, weights: w0, standardise: weighted, missing: 1}}

        """

    /// Weighting steps by name, each with totals of its own.
    static let steps: [String: String] = [
        "none": "",
        "rake":
            "[{method: rake, margins: [{variable: sex, totals: {m: 2000, v: 2100}}, {variable: age, totals: {1: 1100, 2: 1600, 3: 1400}}]}]",
        "share":
            "[{method: rake, residuals: design_weighted, margins: [{variable: town, missing: share, totals: {Aa: 900, Beek: 1000, Dam: 1100, \"Ådorp\": 1000}}]}]",
        "twice":
            "[{method: poststratify, by: [sex], totals: [{sex: m, total: 2000}, {sex: v, total: 2100}]}, {method: rake, residuals: design_weighted, margins: [{variable: age, totals: {1: 1100, 2: 1600, 3: 1400}}]}]",
        "linear":
            "[{method: calibrate, calfun: linear, terms: [{term: intercept, total: 4100}, {term: numeric, column: age, total: 8500}]}]",
        "declared":
            "[{method: declared, base_weights: w0, terms: [{term: indicator, column: sex, level: m}, {term: intercept}]}]"
    ]

    private static let design = "strata: [h], clusters: [psu]"

    static let stepNames = ["none", "rake", "share", "twice", "linear", "declared"]

    /// Twelve hundred rows whose values follow from their number; some towns, answers and numbers are absent.
    private static let rows: [String] = (0..<1200).map { (i: Int) -> String in
        let psu = (i * 7 + i / 31) % 48
        let town = i % 97 == 5 ? "" : ["Aa", "Beek", "Dam", "Ådorp"][psu % 4]
        let y = i % 23 == 1 ? "" : "\((i * 37 + psu) % 11).\((i * 7) % 10)"
        let x = "\(1 + (i * 17) % 9)"
        let far = i % 41 == 3 ? "" : "\(100_000_000 + (i * 29) % 17).25"
        let answer = i % 19 == 2 ? "" : ["ja", "nee", "weet niet"][(i * i + psu) % 3]
        let weight = "\(1 + (i * 13) % 5).5"
        let base = "\(1 + (i * 11) % 4).25"
        let person = "\(["m", "v"][(i / 3) % 2]),\(1 + (i * 5 + i / 7) % 3),\(town)"
        return "\(psu % 6),\(psu),\(weight),\(base),\(person),\(y),\(x),\(far),\(answer),\(i % 2),\(i % 3 == 0 ? 1 : 0)"
    }

    private static let header = "h,psu,w,w0,sex,age,town,y,x,far,answer,t1,t2"

    private static func text(_ rows: some Sequence<String>) -> String {
        header + "\n" + rows.map { $0 + "\n" }.joined()
    }

    private func folder(
        _ step: String = "none", items: String = Self.items, parts: Int = 5, design: String = Self.design
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(Self.text(Self.rows), to: "all.csv")
        for part in 0..<parts {
            let own = Self.rows[(part * 1200 / parts)..<((part + 1) * 1200 / parts)]
            try folder.write(Self.text(own), to: "part\(part + 1).csv")
        }
        let adjust = Self.steps[step].map { $0.isEmpty ? "" : ", adjust: \($0)" } ?? ""
        try folder.write(
            "id: p\ndataset: all.csv\ndesign: {weights: w, \(design)\(adjust)}\nitems:\n\(items)",
            to: "plan.yaml")
        return folder
    }

    private func partial(_ folder: TemporaryFolder, _ number: Int, of count: Int = 5, _ more: String...) throws {
        let arguments = [
            "partial", "--plan", "plan.yaml", "part\(number).csv", "--part", "\(number)/\(count)", "--out",
            "\(number).state"
        ]
        let answer = try Program.run(arguments + more, in: folder)
        try #require(answer.exitCode == 0, "\(answer.error)")
        #expect(answer.output.isEmpty && answer.error.isEmpty)
    }

    private func merge(_ folder: TemporaryFolder, _ arguments: String...) throws -> Program.Answer {
        try Program.run(["merge", "--plan", "plan.yaml", "--format", "json"] + arguments, in: folder)
    }

    /// Both passes over five partitions; the results end in the file `results`.
    private func merged(_ folder: TemporaryFolder) throws {
        for number in 1...5 { try partial(folder, number) }
        let states = (1...5).map { "\($0).state" }
        let first = try Program.run(
            ["merge", "--plan", "plan.yaml", "--format", "json", "--out", "results"] + states, in: folder)
        try #require(first.exitCode == 0, "\(first.error)")
        guard first.output.contains("next_pass") else { return }
        #expect(try first.json()["next_pass"] as? Int == 2)
        try FileManager.default.moveItem(atPath: folder.path("results"), toPath: folder.path("factors"))
        for number in 1...5 { try partial(folder, number, of: 5, "--parameters", "factors") }
        let second = try Program.run(
            ["merge", "--plan", "plan.yaml", "--format", "json", "--out", "results"] + states, in: folder)
        try #require(second.exitCode == 0, "\(second.error)")
    }

    /// Every number and text of a document with its place.
    private func leaves(_ value: Any, _ place: String = "") -> [(String, Any)] {
        switch value {
        case let object as [String: Any]:
            object.sorted { $0.key < $1.key }.flatMap { leaves($0.value, "\(place)/\($0.key)") }
        case let array as [Any]: array.enumerated().flatMap { leaves($0.element, "\(place)/\($0.offset)") }
        default: [(place, value)]
        }
    }

    /// Numbers equal to 1e-12 of the larger of the two, or to rounding where they would be 0; all else is the same.
    private func expectEqual(_ found: String, _ expected: String, _ what: String) throws {
        func document(_ text: String) throws -> [(String, Any)] {
            leaves(try JSONSerialization.jsonObject(with: Data(text.utf8)))
        }
        let (left, right) = (try document(found), try document(expected))
        try #require(left.map(\.0) == right.map(\.0), "\(what)")
        #expect(left.count > 400)
        for (own, other) in zip(left, right) {
            if let a = own.1 as? NSNumber, let b = other.1 as? NSNumber {
                let (a, b) = (a.doubleValue, b.doubleValue)
                #expect(abs(a - b) <= 1e-12 * max(abs(a), abs(b)) + 1e-13, "\(what) \(own.0): \(a) and \(b)")
            } else {
                #expect("\(own.1)" == "\(other.1)", "\(what) \(own.0)")
            }
        }
    }

    @Test(arguments: stepNames)
    func blocksAndPartitionsGiveWhatTheWholeFileGives(step: String) throws {
        let folder = try folder(step)
        let whole = try Program.run("estimate", "--plan", "plan.yaml", "--format", "json", in: folder)
        try #require(whole.exitCode == 0, "\(whole.error)")
        let blocks = try Program.run(
            "estimate", "--plan", "plan.yaml", "--format", "json", "--max-memory", "1G", in: folder)
        try #require(blocks.exitCode == 0, "\(blocks.error)")
        try expectEqual(blocks.output, whole.output, "blocks")
        try merged(folder)
        try expectEqual(folder.text("results"), whole.output, "partitions")
    }

    /// Where every row is a sampling unit, moments of strata stand for rows; with population sizes, and with rules for
    /// groups of one respondent.
    @Test(
        arguments: stepNames, ["strata: [h]", "strata: [age], fpc: [size], lonely_psu: adjust, lonely_domain: true", ""]
    )
    func rowsThatAreUnitsStreamToo(step: String, design: String) throws {
        let folder = try folder(step, design: design.isEmpty ? "strata: []" : design)
        for name in ["all.csv"] + (1...5).map({ "part\($0).csv" }) {
            let lines = try folder.text(name).split(separator: "\n").enumerated().map { number, line in
                let age = line.split(separator: ",", omittingEmptySubsequences: false)[5]
                return number == 0 ? "\(line),size" : "\(line),\(age == "1" ? 900 : age == "2" ? 800 : 2000)"
            }
            try folder.write(lines.joined(separator: "\n") + "\n", to: name)
        }
        let whole = try Program.run("estimate", "--plan", "plan.yaml", "--format", "json", in: folder)
        try #require(whole.exitCode == 0, "\(whole.error)")
        let blocks = try Program.run(
            "estimate", "--plan", "plan.yaml", "--format", "json", "--max-memory", "1G", in: folder)
        try #require(blocks.exitCode == 0, "\(blocks.error)")
        try expectEqual(blocks.output, whole.output, "blocks")
        try merged(folder)
        try expectEqual(folder.text("results"), whole.output, "partitions")
    }

    @Test func flagsStreamToo() throws {
        let folder = try folder()
        let flags = [
            "estimate", "mean", "y", "--data", "all.csv", "--weights", "w", "--strata", "h", "--clusters", "psu",
            "--by",
            "town", "--missing", "3.3", "--format", "csv"
        ]
        let whole = try Program.run(flags, in: folder)
        let blocks = try Program.run(flags + ["--max-memory", "900M"], in: folder)
        #expect(whole.exitCode == 0 && blocks.exitCode == 0 && blocks.error.isEmpty)
        #expect(Records(whole.output, delimiter: ",").header == Records(blocks.output, delimiter: ",").header)
        #expect(whole.output.split(separator: "\n").count == blocks.output.split(separator: "\n").count)
    }

    /// Merged in any tree and order, with one thread or two: the same bytes.
    @Test func everyTreeGivesTheSameBytes() throws {
        let folder = try folder("rake")
        try merged(folder)
        let results = try folder.bytes("results")
        for number in 1...5 { try partial(folder, number, of: 5, "--parameters", "factors", "--threads", "2") }
        for (states, out) in [(["2.state", "1.state"], "12"), (["5.state", "4.state", "3.state"], "345")] {
            let answer = try Program.run(
                ["merge", "--plan", "plan.yaml", "--partial", "--out", out] + states, in: folder)
            #expect(answer.exitCode == 0 && answer.error.contains("\(states.count) partition(s) merged"))
        }
        #expect(try merge(folder, "345", "12", "--out", "tree").exitCode == 0)
        #expect(try folder.bytes("tree") == results)
        #expect(try merge(folder, "--partial", "345", "12", "--out", "all").exitCode == 0)
        #expect(try merge(folder, "all", "--out", "again").exitCode == 0)
        #expect(try folder.bytes("again") == results)
    }

    @Test func stdinIsAPartition() throws {
        let folder = try folder()
        try partial(folder, 2)
        let piped = try Program.start(
            "/bin/sh",
            ["-c", "cat part2.csv | \"$0\" partial --plan plan.yaml - --part 2/5 --out piped.state", Program.path],
            in: folder.url)
        #expect(piped.exitCode == 0, "\(piped.error)")
        #expect(try folder.bytes("piped.state") == folder.bytes("2.state"))
    }

    /// The partition comes slowly through a pipe; an interrupt meanwhile ends the pass and leaves no state.
    @Test func anInterruptEndsTheWorkWithoutAState() throws {
        let folder = try folder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = ["partial", "--plan", "plan.yaml", "-", "--part", "1/5", "--out", "stopped.state"]
        process.currentDirectoryURL = folder.url
        let (input, messages) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardError = messages
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: folder.bytes("part1.csv"))
        Thread.sleep(forTimeInterval: 1)
        process.interrupt()
        Thread.sleep(forTimeInterval: 0.2)
        try input.fileHandleForWriting.close()
        let error = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 130)
        #expect(error.hasPrefix("error[CANCELLED]") && !folder.exists("stopped.state"))
    }

    // MARK: Refusals

    private func expectRefused(_ answer: Program.Answer, _ name: String, _ exitCode: Int32 = 65) throws {
        #expect(answer.exitCode == exitCode, "\(name): \(answer.error)")
        #expect(answer.output.isEmpty)
        let line = answer.error.contains("\"class\"") ? try answer.errorJSON()["class"] as? String : nil
        #expect(line == name || answer.error.hasPrefix("error[\(name)]"), "\(answer.error)")
    }

    @Test func spoiledStatesAreRefused() throws {
        let folder = try folder(items: "- {id: mean, statistic: mean, variables: [y], by: [town]}\n", parts: 2)
        for number in 1...2 { try partial(folder, number, of: 2) }
        let state = [UInt8](try folder.bytes("1.state"))
        for position in stride(from: 0, to: state.count, by: max(1, state.count / 25)) {
            var damaged = state
            damaged[position] ^= 1
            try Data(damaged).write(to: URL(fileURLWithPath: folder.path("x.state")))
            let name = position < 17 ? "NOT_A_STATE" : "STATE_DAMAGED"
            try expectRefused(try merge(folder, "x.state", "2.state"), name)
            try Data(state.prefix(position)).write(to: URL(fileURLWithPath: folder.path("x.state")))
            let cut = try merge(folder, "x.state", "2.state")
            #expect(cut.exitCode == 65 && cut.output.isEmpty, "cut at \(position)")
        }
        try expectRefused(try merge(folder, "part1.csv", "2.state"), "NOT_A_STATE")
        try expectRefused(try merge(folder, "absent.state"), "FILE_ABSENT", 66)
    }

    @Test func statesThatDoNotBelongTogetherAreRefused() throws {
        let folder = try folder("rake")
        for number in 1...5 { try partial(folder, number) }
        try expectRefused(try merge(folder, "1.state", "1.state", "2.state"), "PARTITION_TWICE")
        try expectRefused(try merge(folder, "1.state", "3.state", "--out", "x"), "PARTITION_MISSING")
        #expect(!folder.exists("x"))
        let missing = try merge(folder, "1.state", "3.state", "4.state", "--out", "x")
        #expect(missing.error.contains("missing: 2, 5"))
        // The same file under two numbers.
        let twin = try Program.run(
            "partial", "--plan", "plan.yaml", "part1.csv", "--part", "2/5", "--out", "twin.state", in: folder)
        #expect(twin.exitCode == 0)
        try expectRefused(try merge(folder, "1.state", "twin.state"), "PARTITION_TWICE")
        _ = try Program.run(
            "partial", "--plan", "plan.yaml", "part3.csv", "--part", "3/4", "--out", "four.state", in: folder)
        try expectRefused(try merge(folder, "1.state", "four.state"), "OTHER_PARTITIONING")
        let states = (1...5).map { "\($0).state" }
        let first = try Program.run(["merge", "--plan", "plan.yaml", "--out", "factors"] + states, in: folder)
        #expect(first.exitCode == 0 && first.output.contains("Pass 2 of 2 comes next"))
        _ = try Program.run(
            "partial", "--plan", "plan.yaml", "part1.csv", "--part", "1/5", "--parameters", "factors", "--out",
            "second.state", in: folder)
        try expectRefused(try merge(folder, "second.state", "2.state"), "OTHER_PASS")
        // A partition that changed between the passes, and one under another number.
        let other = try Program.run(
            "partial", "--plan", "plan.yaml", "part2.csv", "--part", "1/5", "--parameters", "factors", "--out", "x",
            in: folder)
        try expectRefused(other, "OTHER_DATA")
        try folder.write(try folder.text("plan.yaml").replacingOccurrences(of: "[y]", with: "[x]"), to: "plan.yaml")
        try expectRefused(try merge(folder, "1.state", "2.state"), "OTHER_PLAN")
        let old = try Program.run(
            "partial", "--plan", "plan.yaml", "part1.csv", "--part", "1/5", "--parameters", "factors", "--out", "x",
            in: folder)
        try expectRefused(old, "OTHER_PLAN")
    }

    /// A column of numbers in one partition and of words in another has labels that do not agree ("01" and 1).
    @Test func columnsOfTwoKindsAreRefusedUntilDeclared() throws {
        let items = "- {id: share, statistic: proportion, variables: [code]}\n"
        let folder = try folder(items: items, parts: 2)
        for (part, codes) in [(1, ["01", "2"]), (2, ["01", "x"])] {
            let rows = (0..<40).map { "\($0 % 2),\($0 % 8),1,\(codes[($0 / 3) % 2])" }
            try folder.write(
                "h,psu,w,code\n" + rows.map { $0 + "," + "\n" }.joined().replacingOccurrences(of: ",\n", with: "\n"),
                to: "part\(part).csv")
        }
        for number in 1...2 { try partial(folder, number, of: 2) }
        try expectRefused(try merge(folder, "1.state", "2.state"), "PARTITIONS_DISAGREE")
        for number in 1...2 { try partial(folder, number, of: 2, "--text", "code") }
        let answer = try merge(folder, "1.state", "2.state")
        let item = try #require((try answer.json()["items"] as? [[String: Any]])?.first)
        #expect((item["estimates"] as? [[String: Any]])?.map { $0["level"] as? String } == ["01", "2", "x"])
    }

    /// What does not follow from sums is refused by its name before any row is read.
    @Test(arguments: [
        ("quantile", "- {id: middle, statistic: quantile, variables: [y]}\n", "item 'middle' (quantile)"),
        ("alpha", "- {id: scale, statistic: alpha, variables: [x, y]}\n", "item 'scale' (alpha)")
    ])
    func whatDoesNotStreamIsRefusedByName(what: String, items: String, name: String) throws {
        let folder = try folder(items: items)
        try FileManager.default.removeItem(atPath: folder.path("all.csv"))
        let answer = try Program.run("estimate", "--plan", "plan.yaml", "--max-memory", "1G", in: folder)
        try expectRefused(answer, "NOT_STREAMED", 78)
        #expect(answer.error.contains(name), "\(answer.error)")
    }

    @Test(arguments: [
        ("trim", "adjust: [{method: trim, upper: 3, group: [town]}]"),
        ("replicates", "replicate_from: {type: JKn}")
    ])
    func designsThatDoNotStreamAreRefused(what: String, key: String) throws {
        let folder = try folder()
        let plan = try folder.text("plan.yaml").replacingOccurrences(
            of: "clusters: [psu]", with: "clusters: [psu], \(key)")
        try folder.write(plan, to: "plan.yaml")
        let answer = try Program.run("estimate", "--plan", "plan.yaml", "--max-memory", "1G", in: folder)
        try expectRefused(answer, "NOT_STREAMED", 78)
    }

    @Test func memoryThatDoesNotSufficeEndsTheWork() throws {
        let folder = try folder()
        let answer = try Program.run("estimate", "--plan", "plan.yaml", "--max-memory", "1M", in: folder)
        try expectRefused(answer, "MEMORY_LIMIT")
        let wrong = try Program.run("estimate", "--plan", "plan.yaml", "--max-memory", "much", in: folder)
        #expect(wrong.exitCode == 64)
    }

    @Test(arguments: ["0/3", "4/3", "1", "a/b", "1/3/4"])
    func numbersOfPartitionsAreChecked(part: String) throws {
        let folder = try folder()
        let answer = try Program.run(
            "partial", "--plan", "plan.yaml", "part1.csv", "--part", part, "--out", "x", in: folder)
        try expectRefused(answer, "USAGE", 64)
    }

    /// Wrong data have the class and row that they have when the file is read whole.
    @Test func wrongDataAreNamedAsInTheWholeFile() throws {
        let folder = try folder("rake")
        let spoiled = try folder.text("all.csv").replacingOccurrences(of: "\n3,", with: "\n,")
        try folder.write(spoiled, to: "all.csv")
        let whole = try Program.run("estimate", "--plan", "plan.yaml", in: folder)
        let blocks = try Program.run("estimate", "--plan", "plan.yaml", "--max-memory", "1G", in: folder)
        #expect(whole.exitCode == 65 && whole.error == blocks.error && blocks.exitCode == 65)
        try folder.write(Self.text(Self.rows.map { $0.replacingOccurrences(of: ",v,2,", with: ",v,,") }), to: "all.csv")
        let outside = try Program.run("estimate", "--plan", "plan.yaml", in: folder)
        let streamed = try Program.run("estimate", "--plan", "plan.yaml", "--max-memory", "1G", in: folder)
        #expect(outside.exitCode == 65 && outside.error == streamed.error, "\(outside.error) \(streamed.error)")
        try folder.write("h,psu,w,w0\n", to: "all.csv")
        let absent = try Program.run("estimate", "--plan", "plan.yaml", "--max-memory", "1G", in: folder)
        try expectRefused(absent, "MISSING_COLUMN", 78)
    }
}
