import Foundation
import Testing

/// Tables attacked and protected at the prompt.
struct DisclosureCommandTests {
    /// Two rows and three columns with their totals; `a|x` is small.
    private static let cells = """
          a|x: 3, a|y: 20, a|z: 17, a|T: 40, b|x: 30, b|y: 25, b|z: 35, b|T: 90, T|x: 33, T|y: 45, T|z: 52, T|T: 130
        """

    private static func file(
        cells: String = cells, published: String = "a|y, a|z, a|T, b|x, b|y, b|z, b|T, T|x, T|y, T|z, T|T",
        suppressed: String = "a|x", more: String = ""
    ) -> String {
        """
        schema: peil-disclosure-1
        min_frequency: 10
        cells: {\(cells)}
        published: [\(published)]
        suppressed: [\(suppressed)]
        primary: [a|x]
        equations:
        - {terms: {a|x: 1, a|y: 1, a|z: 1, a|T: -1}, equals: 0}
        - {terms: {b|x: 1, b|y: 1, b|z: 1, b|T: -1}, equals: 0}
        - {terms: {a|x: 1, b|x: 1, T|x: -1}, equals: 0}
        - {terms: {a|y: 1, b|y: 1, T|y: -1}, equals: 0}
        - {terms: {a|z: 1, b|z: 1, T|z: -1}, equals: 0}
        - {terms: {a|T: 1, b|T: 1, T|T: -1}, equals: 0}
        \(more)
        """
    }

    private func run(_ text: String, _ arguments: String...) throws -> Program.Answer {
        let folder = try TemporaryFolder()
        try folder.write(text, to: "t.yaml")
        return try Program.run(
            ["disclosure"] + [arguments[0], "t.yaml"] + arguments.dropFirst() + ["--format", "json", "--quiet"],
            in: folder)
    }

    @Test func aCellThatItsRowGivesAwayIsUnsafe() throws {
        let answer = try run(Self.file(), "audit")
        #expect(answer.exitCode == 65)
        let json = try answer.json()
        #expect(json["schema"] as? String == "peil-disclosure-audit-1")
        #expect(json["safe"] as? Bool == false)
        #expect((json["verdict"] as? [String: String]) == ["a|x": "unsafe"])
        #expect((json["intervals"] as? [String: [Double]]) == ["a|x": [3, 3]])
    }

    @Test func whatProtectChoosesPassesTheAudit() throws {
        for cost in ["cells", "value"] {
            let protected = try run(Self.file(more: "keep: [a|T, b|T, T|x, T|y, T|z, T|T]"), "protect", "--cost", cost)
            #expect(protected.exitCode == 0, "\(protected.error)")
            let json = try protected.json()
            let suppressed = try #require(json["suppressed"] as? [String])
            let published = try #require(json["published"] as? [String])
            // Three other corners: x with y or z. In sums z is cheaper: 17 + 30 + 35 beats nothing but 20 + 30 + 25.
            #expect(suppressed.count == 4)
            if cost == "value" { #expect(json["cost"] as? Double == 75) }
            let audit = try run(
                Self.file(
                    published: published.joined(separator: ", "), suppressed: suppressed.joined(separator: ", ")),
                "audit")
            #expect(audit.exitCode == 0, "\(audit.output)")
        }
    }

    @Test func tablesThatShowASafeCellAreWrittenOnRequest() throws {
        let keep = "keep: [a|T, b|T, T|x, T|y, T|z, T|T]"
        let plain = try run(Self.file(more: keep), "protect", "--cost", "value")
        #expect(try plain.json()["witnesses"] == nil)
        let answer = try run(Self.file(more: keep), "protect", "--cost", "value", "--witnesses")
        let witnesses = try #require(try answer.json()["witnesses"] as? [String: [[String: Double]]])
        let tables = try #require(witnesses["a|x"])
        #expect(witnesses.count == 1)
        // a|x moves against one neighbour in its row and one in its column: 3 against 17 or 20, 30, and a diagonal one.
        let values = [3.0] + tables.compactMap { $0["a|x"] }
        #expect((values.max() ?? 0) - (values.min() ?? 0) >= 10)
        for table in tables {
            #expect(Set(table.keys).isSubset(of: try #require(answer.json()["suppressed"] as? [String])))
            #expect((table["a|x"] ?? 0) - 3 == 30 - (table["b|x"] ?? 0))
        }
    }

    @Test func stagesAreToldOnRequestAndProgressOnATerminalOnly() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.file(), to: "t.yaml")
        let told = try Program.run("disclosure", "protect", "t.yaml", "--verbose", in: folder)
        #expect(told.error.contains("cells to hide: ") && told.error.contains("attack on what is left: "))
        #expect(!told.error.contains("\r"))
        let silent = try Program.run("disclosure", "protect", "t.yaml", "--verbose", "--quiet", in: folder)
        #expect(silent.error.isEmpty)
    }

    @Test func aPrimaryCellInPrintIsUnsafe() throws {
        let answer = try run(
            Self.file(
                published: "a|x, a|y, a|z, a|T, b|x, b|y, b|z, b|T, T|x, T|y, T|z, T|T", suppressed: ""), "audit")
        #expect(answer.exitCode == 65)
        #expect((try answer.json()["verdict"] as? [String: String]) == ["a|x": "unsafe"])
    }

    @Test func aGroupOfWhichNearlyAllAnsweredTheSameIsUnsafe() throws {
        let text = """
            schema: peil-disclosure-1
            rule: group rule
            cells: {g|x: 25, g|y: 1, g|T: 26}
            published: [g|x, g|y, g|T]
            equations: [{terms: {g|x: 1, g|y: 1, g|T: -1}, equals: 0}]

            """
        let answer = try run(text, "audit")
        #expect(answer.exitCode == 65)
        #expect(try answer.json()["groups"] as? [String] == ["g|x"])
        #expect(try run(text + "group_share: 0.98\n", "audit").exitCode == 0)
        // The same sum in other words.
        for terms in ["g|T: 1, g|x: -1, g|y: -1", "g|x: 2, g|T: -2, g|y: 2"] {
            let other = text.replacingOccurrences(of: "g|x: 1, g|y: 1, g|T: -1", with: terms)
            #expect(try run(other, "audit").json()["groups"] as? [String] == ["g|x"], "\(terms)")
        }
    }

    @Test(arguments: [
        ("a|x: 3", "a|x: 4", "DOES_NOT_ADD_UP"), ("a|x: 3", "a|x: -3", "NEGATIVE_CELL"),
        ("a|x: 3", "a|x: 3.5", "NOT_WHOLE"), ("a|x: 3", "a|x: many", "WRONG_VALUE"),
        ("primary: [a|x]", "primary: [q]", "WRONG_VALUE"), ("min_frequency", "min_freq", "UNKNOWN_KEY"),
        ("min_frequency: 10", "min_frequency: 2", "BELOW_FLOOR"),
        ("schema: peil-disclosure-1\n", "", "MISSING_KEY"), ("suppressed: [a|x]", "suppressed: [a|y]", "WRONG_VALUE"),
        ("a|T: 1, b|T: 1, T|T: -1", "a|T: -1, T|T: 1, b|T: 1", "DOES_NOT_ADD_UP")
    ])
    func aWrongFileIsNamed(old: String, new: String, errorClass: String) throws {
        let answer = try run(Self.file().replacingOccurrences(of: old, with: new), "audit")
        #expect(answer.exitCode == 78)
        #expect(answer.output.isEmpty)
        #expect(try answer.errorJSON()["class"] as? String == errorClass)
    }

    @Test func aTotalThatIsAPartOfItselfIsNamed() throws {
        let text = """
            schema: peil-disclosure-1
            cells: {a: 0, b: 0, c: 0}
            suppressed: [a]
            equations: [{terms: {a: 1, b: 1, c: -1}, equals: 0}, {terms: {c: 1, b: 1, a: -1}, equals: 0}]

            """
        let answer = try run(text, "audit")
        #expect(answer.exitCode == 78)
        #expect(try answer.errorJSON()["class"] as? String == "HIERARCHY_LOOP")
    }

    @Test func whatHidingCannotProtectEndsIn65() throws {
        let answer = try run(
            Self.file(more: "keep: [a|y, a|z, a|T, b|x, b|y, b|z, b|T, T|x, T|y, T|z, T|T]"), "protect")
        #expect(answer.exitCode == 65)
        #expect(try answer.errorJSON()["class"] as? String == "CANNOT_BE_PROTECTED")
    }

    @Test func aFileThatIsNotThereEndsIn66() throws {
        #expect(try Program.run("disclosure", "audit", "nowhere.json").exitCode == 66)
    }

    @Test func aPlanOfTablesNeedsNoData() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            id: p
            items:
            - id: one
              statistic: cell_suppression
              options:
                cost: value
                protection: {type: interval, relative: 0.5}
                table:
                  row_labels: [a, b]
                  col_labels: [x, y, z]
                  cells: [[3, 20, 17], [30, 25, 35]]
                  row_totals: [40, 90]
                  col_totals: [33, 45, 52]
                  total: 130
                  primary: [{row: a, col: x}]

            """, to: "plan.yaml")
        let answer = try Program.run("estimate", "--plan", "plan.yaml", "--format", "json", in: folder)
        #expect(answer.exitCode == 0, "\(answer.error)")
        let items = try #require(try answer.json()["items"] as? [[String: Any]])
        let secondary = try #require(items[0]["secondary"] as? [[String: String]])
        #expect(secondary == [["row": "a", "col": "y"], ["row": "b", "col": "x"], ["row": "b", "col": "y"]])
        #expect((items[0]["scalars"] as? [String: Double])?["cost"] == 75)
        try folder.write(try folder.text("plan.yaml").replacingOccurrences(of: "[33", with: "[a"), to: "bad.yaml")
        #expect(try Program.run("estimate", "--plan", "bad.yaml", in: folder).exitCode == 78)
    }
}

/// Amounts at the prompt: cells that say who made them.
struct AmountFileTests {
    /// Turnover of two branches in two towns; of `a|x` one contributor has 90 of 100.
    private static let amounts = """
        schema: peil-disclosure-1
        domain: non-negative numbers
        cells: {a|x: 100, a|y: 80, a|z: 60, a|T: 240, b|x: 70, b|y: 90.5, b|z: 40, b|T: 200.5, T|x: 170, T|y: 170.5, T|z: 100, T|T: 440.5}
        published: [a|x, a|y, a|z, a|T, b|x, b|y, b|z, b|T, T|x, T|y, T|z, T|T]
        keep: [a|T, b|T, T|x, T|y, T|z, T|T]
        equations:
        - {terms: {a|x: 1, a|y: 1, a|z: 1, a|T: -1}, equals: 0}
        - {terms: {b|x: 1, b|y: 1, b|z: 1, b|T: -1}, equals: 0}
        - {terms: {a|x: 1, b|x: 1, T|x: -1}, equals: 0}
        - {terms: {a|y: 1, b|y: 1, T|y: -1}, equals: 0}
        - {terms: {a|z: 1, b|z: 1, T|z: -1}, equals: 0}
        - {terms: {a|T: 1, b|T: 1, T|T: -1}, equals: 0}

        """

    private func run(_ more: String, _ arguments: String...) throws -> Program.Answer {
        let folder = try TemporaryFolder()
        try folder.write(Self.amounts + more, to: "t.yaml")
        return try Program.run(
            ["disclosure"] + [arguments[0], "t.yaml"] + arguments.dropFirst() + ["--format", "json", "--quiet"],
            in: folder)
    }

    @Test func aDominatedAmountIsUnsafeAndProtected() throws {
        for rule in ["{p: 15}", "{p: 15, q: 50}", "{n: 1, k: 75}", "{p: 15, n: 1, k: 75}"] {
            let more = "dominance: \(rule)\ncontributions: {a|x: [90, 5], b|x: [20, 20, 15]}\n"
            let audit = try run(more, "audit")
            #expect(audit.exitCode == 65)
            #expect(try audit.json()["verdict"] as? [String: String] == ["a|x": "unsafe"], "\(rule)")
            let protect = try run(more, "protect", "--cost", "value")
            #expect(protect.exitCode == 0, "\(protect.error)")
            let json = try protect.json()
            // The rectangle with column z costs 60 + 70 + 40, the one with y 80 + 70 + 90.5.
            #expect(json["suppressed"] as? [String] == ["a|x", "a|z", "b|x", "b|z"])
            let interval = try #require((json["intervals"] as? [String: [Double]])?["a|x"])
            #expect(interval[0] <= 85 + 1e-6 && interval[1] >= 115 - 1e-6)
        }
    }

    @Test func anAmountThatManyMakeIsLeftAlone() throws {
        let more = "dominance: {p: 15}\ncontributions: {a|x: [40, 30], b|x: [20, 20]}\n"
        #expect(try run(more, "audit").exitCode == 0)
        let json = try run(more, "protect").json()
        #expect(json["suppressed"] as? [String] == [])
    }

    @Test func twoWhoAreAloneInOneRowKnowEachOther() throws {
        let more = """
            dominance: {p: 15}
            contributors: {a|x: 1, a|y: 1}
            contributions: {a|x: [100], a|y: [80]}

            """
        let protect = try run(more, "protect")
        #expect(protect.exitCode == 0, "\(protect.error)")
        let suppressed = try #require(try protect.json()["suppressed"] as? [String])
        // With four corners each of the two would know the other; the third column has to help.
        #expect(Set(suppressed) == ["a|x", "a|y", "a|z", "b|x", "b|y", "b|z"])
    }

    static let mistakes: [(String, String)] = [
        ("contributions: {a|x: [90, 5]}", "contributions"),
        ("dominance: {}\ncontributions: {a|x: [90, 5]}", "p"),
        ("dominance: {p: 0}", "p and q"),
        ("dominance: {p: 15, q: 10}", "p and q"),
        ("dominance: {n: 1, k: 175}", "k must be"),
        ("dominance: {n: 0, k: 75}", "n must be"),
        ("dominance: {n: 1}", "k"),
        ("dominance: {p: 15}\nmin_frequency: 10", "min_frequency"),
        ("dominance: {p: 15}\ncontributions: {a|x: [90]}", "2 largest"),
        ("dominance: {p: 15}\ncontributions: {a|x: [90, 50]}", "at most the cell"),
        ("dominance: {p: 15}\ncontributions: {a|x: [90, -5]}", "0 or more"),
        ("dominance: {p: 15}\ncontributions: {q: [90, 5]}", "q"),
        ("dominance: {p: 15}\ncontributors: {a|x: 2}\ncontributions: {a|x: [90, 5]}", "contributors"),
        ("dominance: {p: 15}\ncontributors: {a|x: -1}", "0 or more")
    ]

    @Test(arguments: mistakes) func whatCannotBeIsRefusedByName(_ mistake: (more: String, names: String)) throws {
        let answer = try run(mistake.more + "\n", "audit")
        #expect(answer.exitCode == 78, "\(mistake.more)")
        #expect(answer.error.contains(mistake.names), "\(answer.error)")
    }
}
