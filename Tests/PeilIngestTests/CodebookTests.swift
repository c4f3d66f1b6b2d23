import PeilTable
import Testing

@testable import PeilIngest

struct CodebookTests {
    private func failure(_ yaml: String) -> IngestError? {
        do {
            _ = try codebook(yaml)
            return nil
        } catch { return error as? IngestError }
    }

    @Test func anUnknownKeyNamesItsLineAndTheNearestKey() {
        let error = failure("languages: [nl]\nvariables:\n- id: a\n  type: int\n  requird: true\n")
        #expect(error?.code == "UNKNOWN_KEY")
        #expect(error?.line == 5)
        #expect(error?.remedy.contains("'required'") == true)
        #expect(error?.exitCode == 78)
    }

    @Test func anUnknownTypeOrAnswerSetNamesTheNearest() {
        #expect(failure("variables: [{id: a, type: numbr}]")?.remedy.contains("number") == true)
        let yaml =
            "languages: [nl]\nanswer_sets:\n  yesno: {labels: [1, 2]}\nvariables:\n- {id: a, type: code, answers: yesnoo}\n"
        #expect(failure(yaml)?.remedy.contains("yesno") == true)
        #expect(failure(yaml)?.line == 5)
    }

    @Test func contradictionsAreRefused() {
        #expect(failure("variables: [{id: a, type: int}, {id: a, type: int}]") != nil)
        #expect(
            failure(
                "languages: [nl]\nvariables: [{id: a, type: code, labels: [1, 9], missing: [{code: 9, kind: refused}]}]"
            ) != nil)
        #expect(failure("variables: [{id: a, type: code}]") != nil)
        #expect(
            failure("variables: [{id: a, type: int}]\nderived: [{id: b, linear: {of: c}}]")?.message.contains("'c'")
                == true)
        #expect(failure("variables: [{id: a, type: int, ask_if: 'q in [1]'}]")?.message.contains("'q'") == true)
        #expect(failure("variables: [{id: a, type: int}]\nderived: [{id: b, linear: {of: a}, sum: {of: [a]}}]") != nil)
        #expect(failure("variables: [{id: a, type: id, pattern: '('}]") != nil)
        #expect(failure("variables: [a: b: c")?.exitCode == 78)
    }

    @Test func theShortFormOfAStudyFileIsACodebookToo() throws {
        let book = try codebook(
            """
            {"study": "s", "columns": {"r": {"type": "id", "unique": true}, "g": {"type": "code", "codes": {"1": "man"}, "missing": ["9"]},
             "w": {"type": "weight", "role": "weight", "warn_ratio": "max > 20 x median"}, "m": {"type": "multi", "sep": "|", "codes": ["a", "b"]}},
             "missing_tokens": ["", "NA"], "csv": {"delimiter": ";", "decimal": ",", "quote": "\\""},
             "policy": {"max_bad_records": 2, "max_field_bytes": 100, "max_columns": 9, "min_rows": 1},
             "municipality_changes": [{"old": "GM0001", "new": null, "year": 2021, "note": "split"}]}
            """)
        #expect(book.variables.map(\.id) == ["r", "g", "w", "m"])
        #expect(book.variables[1].missing == ["9": .notAnswered])
        #expect(book.variables[2].extremeWeightRatio == 20)
        #expect(book.csv.decimal == UInt8(ascii: ","))
        #expect(book.policy.maximumBadRecords == 2)
        #expect(book.regionChanges == [RegionChange(old: "GM0001", new: nil, year: 2021)])
    }

    @Test func conditions() {
        #expect(Condition.parse("a in [1, 2]") == [Condition(variable: "a", comparison: .isIn, operands: ["1", "2"])])
        #expect(Condition.parse("a>=72")?.first?.comparison == .atLeast)
        #expect(Condition.parse("a == 1 and b answered")?.count == 2)
        #expect(Condition.parse("a == 'x y'")?.first?.operands == ["x y"])
        for wrong in [
            "", "a", "a in", "a in []", "a in [1", "a == ", "a < b", "1 == a", "a == 1 or b == 2", "a == 1 and"
        ] {
            #expect(Condition.parse(wrong) == nil, "\(wrong)")
        }
    }

    @Test(arguments: ["haaglanden", "winton"]) func theStudiesOfTheRepositoryLoad(study: String) throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let path = "\(root)/Data/\(study)/codebook.yaml"
        let book = try Codebook.load(yaml: String(decoding: FileBytes.read(path), as: UTF8.self), file: path)
        #expect(book.variables.count > 20)
        for variable in book.variables {
            for language in book.languages { #expect(variable.wording.text(in: language) != nil, "\(variable.id)") }
        }
        for derived in book.derived {
            for language in book.languages {
                #expect(derived.variable.wording.text(in: language) != nil, "\(derived.variable.name)")
            }
        }
    }
}
