import PeilDisclosure
import Testing

/// Facts about the data: what is shown of them, and that the rest cannot be worked out.
@Suite struct FactReleaseTests {
    private func released(_ facts: [Fact]) throws -> [String: String] {
        let released = try Draft.release([], [], facts: facts).facts
        return Dictionary(uniqueKeysWithValues: released.map { ($0.key, "\($0.value)") })
    }

    /// read = kept + quarantined + break-offs.
    private func books(_ kept: Int, _ quarantined: Int, _ partials: Int) -> [Fact] {
        func part(_ key: String, _ count: Int, isWhole: Bool = false) -> Fact {
            Fact(topic: "quality", key: key, value: .count(count), partOf: "rows", isWhole: isWhole)
        }
        return [
            part("read", kept + quarantined + partials, isWhole: true), part("kept", kept),
            part("quarantined", quarantined), part("partials", partials)
        ]
    }

    @Test func `books without a small part are shown whole`() throws {
        #expect(
            try released(books(3_000, 0, 25))
                == ["read": "count(3025)", "kept": "count(3000)", "quarantined": "count(0)", "partials": "count(25)"])
    }

    @Test func `one small part takes the whole with it`() throws {
        let shown = try released(books(3_000, 0, 4))
        #expect(shown["partials"] == "fewerThan(10)" && shown["read"] == nil && shown["kept"] == "count(3000)")
    }

    /// Of two numbers from 1 to 9 no sum leaves all nine open but ten: one and one make two, and even 4 and 5 leave eight.
    @Test(arguments: [
        (1, 1, true), (9, 9, true), (1, 2, true), (9, 8, true), (4, 5, true), (5, 5, false), (3, 7, false)
    ])
    func `two small parts hide each other where their sum leaves every number possible`(
        _ case: (Int, Int, Bool)
    ) throws {
        let shown = try released(books(3_000, `case`.0, `case`.1))
        #expect((shown["read"] == nil) == `case`.2)
        #expect(shown["quarantined"] == "fewerThan(10)" && shown["partials"] == "fewerThan(10)")
    }

    /// For any books: a hidden count may be every number from 1 to 9, whatever a reader subtracts.
    @Test func `no hidden count can be worked out`() throws {
        for quarantined in 0...24 {
            for partials in 0...24 {
                let shown = try released(books(500, quarantined, partials))
                let hidden = [("quarantined", quarantined), ("partials", partials)].filter {
                    shown[$0.0] == "fewerThan(10)"
                }
                #expect(hidden.allSatisfy { (1...9).contains($0.1) })
                guard shown["read"] != nil, !hidden.isEmpty else { continue }
                let sum = hidden.map(\.1).reduce(0, +)
                let possible = (1...9).filter { first in
                    hidden.count == 1 ? first == sum : (1...9).contains(sum - first)
                }
                #expect(possible.count == 9, "\(quarantined) \(partials)")
            }
        }
    }

    /// Counts by area whose sum a reader knows: every table of what is printed, counted out.
    @Test func `no small area follows from the others`() throws {
        var (protected, leftOut) = (0, 0)
        for counts in [
            [4, 12, 30, 200], [1, 10, 30, 200], [1, 1, 40, 60], [9, 9, 40, 60], [2, 3, 4, 80], [5, 5, 70, 90],
            [1, 0, 0, 300], [1, 1, 1, 1], [3, 0, 15, 15], [9, 11, 50, 50]
        ] {
            let facts = counts.enumerated().map {
                Fact(topic: "quality", key: "respondents", area: "A\($0.offset)", value: .count($0.element))
            }
            let shown = try Draft.release([], [], facts: facts).facts
            let words = Dictionary(uniqueKeysWithValues: shown.map { ($0.area, "\($0.value)") })
            let small = counts.indices.filter { words["A\($0)"] == "fewerThan(10)" }
            let absent = counts.indices.filter { words["A\($0)"] == nil }
            guard !shown.isEmpty else { continue }
            let sum = (small + absent).reduce(0) { $0 + counts[$1] }
            protected += small.count
            leftOut += absent.count
            for cell in small {
                for value in 1...9 {
                    // The others: small ones from 1 to 9, absent ones 10 or more.
                    let least = value + small.count - 1 + 10 * absent.count
                    let most = value + 9 * (small.count - 1)
                    #expect(least <= sum && (!absent.isEmpty || sum <= most), "\(counts), area \(cell), \(value)")
                }
            }
        }
        #expect(protected > 8 && leftOut > 4)
    }

    @Test func `a share of the invited does not tell the number that was left out`() throws {
        let counts = [4, 12, 30, 200]
        let facts = counts.enumerated().flatMap { index, count in
            [
                Fact(
                    topic: "quality", key: "respondents", area: "A\(index)", value: .count(count),
                    counting: "respondents"),
                Fact(
                    topic: "fieldwork", key: "response", area: "A\(index)", value: .share(count: count, of: 400),
                    counting: "respondents")
            ]
        }
        let shown = try Draft.release([], [], facts: facts).facts
        for area in ["A0", "A1", "A2", "A3"] {
            let values = shown.filter { $0.area == area }.map { "\($0.value)" }
            // Both or neither; of the small one neither says more than "fewer than ten".
            #expect(values.count == 2 || values.isEmpty)
            if area == "A0" { #expect(Set(values) == ["fewerThan(10)", "hiddenShare"]) }
        }
        // 4 and 12 make 16, of which 10 or more are not the small one's: 30 leaves every number from 1 to 9 possible.
        #expect(!shown.contains { $0.area == "A2" } && shown.contains { $0.area == "A1" })
    }

    @Test func `shares of few people are not shown, nor their complement`() throws {
        func share(_ count: Int, _ base: Int) throws -> String? {
            try released([Fact(topic: "nonresponse", key: "k", value: .share(count: count, of: base))])["k"]
        }
        #expect(try share(0, 200) == "share(0.0)")
        #expect(try share(9, 200) == "hiddenShare")
        #expect(try share(10, 200) == "share(0.05)")
        #expect(try share(195, 200) == "hiddenShare")
        #expect(try share(20, 49) == "hiddenShare")
        #expect(try share(1, 3) == "hiddenShare")
    }

    @Test func `a small reason takes the smallest other one with it`() throws {
        func reason(_ key: String, _ count: Int) -> Fact {
            Fact(topic: "nonresponse", key: key, value: .share(count: count, of: 1_000), partOf: "q")
        }
        let shown = try released([reason("dont_know", 50), reason("refused", 20), reason("empty", 3)])
        #expect(shown == ["dont_know": "share(0.05)", "empty": "hiddenShare"])
        #expect(try released([reason("dont_know", 50), reason("refused", 20), reason("empty", 0)]).count == 3)
    }
}
