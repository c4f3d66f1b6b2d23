import Testing

@testable import PeilIngest

/// Codebooks made to break their reader: each is refused with its line, and what only looks hostile is read.
@Suite struct HostileCodebookTests {
    private func refusal(_ yaml: String) -> IngestError? {
        do throws(IngestError) {
            _ = try Codebook.load(yaml: yaml, file: "codebook.yaml")
            return nil
        } catch { return error }
    }

    private static let variables = "variables:\n- {id: a, type: int}\n"

    @Test func aliasesThatMultiplyAreRefused() throws {
        var text = "note: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let alias = "*a\(level - 1)"
            text += "k\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
        }
        let error = try #require(refusal(text))
        #expect(error.code == "CODEBOOK_INVALID" && error.exitCode == 78 && error.message.contains("values"))
    }

    @Test(arguments: ["? *b\n: x", "*b : x", "{*b : x}: y", "k: {[*b]: x}", "k: [? *b : x]"])
    func aKeyOfAliasesIsRefusedBeforeItIsCompared(key: String) throws {
        var text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 0..<12 {
            text += "k\(level): &b [\(Array(repeating: level == 0 ? "*a" : "*b", count: 10).joined(separator: ", "))]\n"
        }
        let error = try #require(refusal(text + key + "\n"))
        #expect(error.code == "CODEBOOK_INVALID" && error.line == 14)
    }

    @Test func anAliasOfAValueIsRead() throws {
        let book = try codebook("study: &name proef\nvariables:\n- {id: a, type: int, note: *name}\n")
        #expect(book.name == "proef" && book.variables.count == 1)
    }

    /// Question marks, stars and ampersands of ordinary texts.
    @Test func wordsThatLookLikeAliasesAreText() throws {
        let text = """
            languages: [nl]
            variables:
            - {id: a, type: int, nl: "Hoe oud bent u? *verplicht &c"}
            - id: b
              type: int
              nl: Vrienden & familie of *buren? Meer dan een antwoord
            - {id: c, type: int, nl: "a: [b], c: d"}

            """
        #expect(try codebook(text).variables.count == 3)
    }

    @Test func nestingIsRefusedWithItsLine() throws {
        let deep = Self.variables + "note: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        #expect(refusal(deep)?.line == 3)
        for opening in ["[", "- ", "{a: "] {
            let bottomless = String(repeating: opening, count: 200_000 / opening.utf8.count)
            #expect(refusal(bottomless)?.code == "CODEBOOK_INVALID")
        }
    }

    @Test func aMegabyteIsRefused() {
        #expect(refusal(Self.variables + "note: '" + String(repeating: "x", count: 1 << 20) + "'")?.exitCode == 78)
        #expect(refusal(String(repeating: "[],", count: 300_000))?.exitCode == 78)
    }

    @Test func aKeyThatStandsTwiceIsNamedWithItsLine() throws {
        let codes = try #require(
            refusal("variables:\n- id: a\n  type: code\n  codes: {1: ja,\n    2: nee,\n    '1': ook}\n"))
        #expect(codes.message.contains("'1'") && codes.line == 6)
        let top = try #require(refusal("study: x\nnote: y\nstudy: z\n"))
        #expect(top.message.contains("'study'") && top.line != nil)
    }

    @Test(arguments: ["study: !!binary aGFsbG8=", "study: !x y", "study: !x [y]", "? [a]\n: b", "\u{1}: x"])
    func tagsListsAsKeysAndControlCharactersAreRefused(yaml: String) throws {
        let error = try #require(refusal(yaml))
        #expect(error.code == "CODEBOOK_INVALID" && error.line == 1)
    }

    @Test(arguments: [
        "(a+)+", "(a|b)*", "((a?)b){2,}", "(x(y*))+", String(repeating: "[", count: 20_000), "(",
        String(repeating: "a", count: 201)
    ])
    func aPatternThatNeedNotEndIsRefused(pattern: String) throws {
        let error = try #require(
            refusal("variables:\n- id: a\n  type: id\n  pattern: '\(pattern)'\n"))
        #expect(error.message.contains("pattern") && error.line == 4)
    }

    @Test(arguments: [
        ("[0-9]+", "123", "12a"), ("([A-Z]{2}-)?[0-9]{4}", "NL-1234", "NL1234"), ("(?:ab){3}", "ababab", "abab"),
        ("(a+b){2}", "aabab", "ab"), ("[(+]+", "((+", "a"), ("a|b", "b", "c"), ("\\([0-9]+\\)+", "(1)", "1"),
        ("[0-9]*", String(repeating: "1", count: 200), String(repeating: "1", count: 201))
    ])
    func anOrdinaryPatternStillMatches(pattern: String, good: String, bad: String) throws {
        let found = try #require(IdentifierPattern(pattern))
        #expect(found.matches(good) && !found.matches(bad))
    }

    @Test(arguments: ["max_columns: 999999999999999999", "max_field_bytes: -1", "min_rows: -9e18"])
    func aPolicyOutOfBoundsIsRefused(line: String) throws {
        let error = try #require(refusal("policy: {\(line)}\n" + Self.variables))
        #expect(error.message.contains("policy") && error.line == 1)
    }
}
