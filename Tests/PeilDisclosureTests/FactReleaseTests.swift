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

    /// One and one make two, nine and nine eighteen: then the sum gives both.
    @Test(arguments: [(1, 1, true), (9, 9, true), (1, 2, false), (9, 8, false), (4, 5, false)])
    func `two small parts hide each other unless their sum fixes them`(_ case: (Int, Int, Bool)) throws {
        let shown = try released(books(3_000, `case`.0, `case`.1))
        #expect((shown["read"] == nil) == `case`.2)
        #expect(shown["quarantined"] == "fewerThan(10)" && shown["partials"] == "fewerThan(10)")
    }

    /// For any books: no hidden count has one possible value only, whatever a reader subtracts.
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
                #expect(possible.count > 1, "\(quarantined) \(partials)")
            }
        }
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
