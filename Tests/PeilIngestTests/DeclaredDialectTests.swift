import Foundation
import Testing

@testable import PeilIngest

/// What a study or a caller declares about a file, and what the file says against it.
struct DeclaredDialectTests {
    private func declared(_ keys: [String: String?]) throws -> DialectDeclaration {
        var declared = DialectDeclaration(isBinding: true)
        for (key, value) in keys { try declared.set(key, to: value) }
        try declared.check()
        return declared
    }

    struct Contradiction: Sendable, CustomTestStringConvertible {
        let keys: [String: String?]
        let file: String
        let line: Int
        var testDescription: String { "\(keys)" }
    }

    static let contradictions = [
        Contradiction(keys: ["delimiter": ";"], file: "a,b\n1,2\n3,4\n", line: 1),
        Contradiction(keys: ["delimiter": ","], file: "sep=;\na;b\n1;2\n", line: 1),
        Contradiction(
            keys: ["quotechar": "'"], file: "a,b\n1,\"x,y\"\n2,\"x,y\"\n3,\"x,y\"\n4,z\n5,z\n6,z\n7,z\n8,z\n9,z\n",
            line: 2),
        Contradiction(
            keys: ["quotechar": nil], file: "a,b\n1,\"x,y\"\n2,\"x,y\"\n3,\"x,y\"\n4,z\n5,z\n6,z\n7,z\n", line: 2),
        Contradiction(keys: ["decimal": ","], file: "a;b\nx;1.5\ny;2.5\nz;3.5\n", line: 2),
        Contradiction(keys: ["decimal": "."], file: "a;b\nx;1\ny;2,5\nz;3,5\nz;4,5\n", line: 3),
        Contradiction(keys: ["header_lines": "0"], file: "naam,leeftijd\nx,1\ny,2\nz,3\n", line: 1),
        Contradiction(keys: ["header_lines": "1"], file: "x,1\ny,2\nz,3\nq,4\n", line: 1),
        Contradiction(
            keys: ["preamble_lines": "1", "header_lines": "1"], file: "naam,leeftijd\nx,1\ny,2\nz,3\nq,4\n", line: 2),
        Contradiction(
            keys: ["description_rows": "1"], file: "a,b\nHow?,Why?\n{\"ImportId\":\"A\"},{\"ImportId\":\"B\"}\n1,2\n",
            line: 3),
        Contradiction(keys: ["line_end": "crlf"], file: "a,b\n1,2\n", line: 1),
        Contradiction(keys: ["encoding": "windows-1252"], file: "a,b\n1,x\n2,café\n", line: 3),
        Contradiction(keys: ["encoding": "utf-16le"], file: "alpha,beta\n1,2\n3,4\n5,6\n", line: 1)
    ]

    @Test(arguments: contradictions) func whatTheFileSaysAgainstItIsAnErrorWithItsLine(
        case example: Contradiction
    ) throws {
        let error = inspect(example.file, declared: try declared(example.keys)).error
        #expect(error?.code == "DIALECT_CONTRADICTION")
        #expect(error?.line == example.line)
        #expect(error?.remedy.isEmpty == false)
    }

    @Test func aCodebookExpectsAndOnlyABindingOneInsists() throws {
        let variables = "variables: [{id: a, type: int}, {id: b, type: text}]"
        let open = try codebook("{csv: {delimiter: ';'}, \(variables)}")
        #expect(inspect("a,b\n1,x\n2,y\n", codebook: open).outcome == .accept)
        let binding = try codebook("{csv: {delimiter: ';', binding: true}, \(variables)}")
        #expect(inspect("a,b\n1,x\n2,y\n", codebook: binding).error?.code == "DIALECT_CONTRADICTION")
    }

    @Test func aDecimalMarkIsKeptWhereTheDelimiterIsLeftOpen() throws {
        var declared = DialectDeclaration.none
        declared.decimal = Ascii.comma
        #expect(
            try DialectSniffer.propose(Array("a;b\n1;2.5\n".utf8), declared: declared).dialect.decimal == Ascii.comma)
    }

    @Test func codebookAndCommandLineKnowTheSameKeys() throws {
        let json = """
            {"encoding":"latin9","delimiter":", ","quotechar":"'","escapechar":"\\\\","decimal":",","grouping":".",
            "header_lines":2,"preamble_lines":3,"description_rows":1,"line_end":"crlf"}
            """
        let fromJSON = try JSONDecoder().decode(DialectDeclaration.self, from: Data(json.utf8))
        var fromCodebook = try codebook("{csv: \(json), variables: [{id: a, type: int}]}").csv
        #expect(fromJSON.isBinding && !fromCodebook.isBinding)
        fromCodebook.isBinding = true
        #expect(fromJSON == fromCodebook)
        #expect(fromJSON.encoding == "iso-8859-15" && fromJSON.grouping == Ascii.point && fromJSON.skipsSpace == true)
    }

    @Test func anAnswerOfInspectIsADeclaration() throws {
        let dialects = [
            CSVDialect(), CSVDialect(delimiter: Ascii.tab, quote: nil, escape: nil),
            CSVDialect(delimiter: Ascii.semicolon, decimal: Ascii.comma, grouping: Ascii.point, lineEnd: .pair),
            CSVDialect(escape: nil), CSVDialect(escape: Ascii.backslash, skipsSpace: true),
            CSVDialect(encoding: "utf-16be", headerLines: 0, preambleLines: 2, descriptionRows: 2)
        ]
        for dialect in dialects {
            #expect(try JSONDecoder().decode(CSVDialect.self, from: JSONEncoder().encode(dialect)) == dialect)
        }
    }

    @Test func impossibleDeclarationsNameKeyAndRemedy() {
        func message(_ json: String) -> String {
            do {
                _ = try JSONDecoder().decode(DialectDeclaration.self, from: Data(json.utf8))
                return ""
            } catch let DecodingError.dataCorrupted(context) { return context.debugDescription } catch {
                return "\(error)"
            }
        }
        #expect(message("{\"delimeter\":\";\"}").contains("The nearest is 'delimiter'"))
        #expect(message("{\"delimiter\":\";;;\"}").contains("one ASCII character"))
        #expect(message("{\"delimiter\":\"a\"}").contains("cannot be the delimiter"))
        #expect(message("{\"delimiter\":\"'\",\"quotechar\":\"'\"}").contains("same character"))
        #expect(message("{\"decimal\":\",\",\"grouping\":\",\"}").contains("same character"))
        #expect(message("{\"encoding\":\"ebcdic\"}").contains("utf-8"))
        #expect(message("{\"header_lines\":-1}").contains("whole number"))
        do {
            _ = try codebook("{csv: {delimiter: ';', decimal: '*'},\n variables: [{id: a, type: int}]}")
            Issue.record("a decimal mark that cannot be was accepted")
        } catch let error as IngestError {
            #expect(error.exitCode == 78 && error.line == 1)
        } catch { Issue.record(error) }
    }

    @Test func aDeclaredGroupingMarkHoldsForEveryNumber() throws {
        let yaml = "variables: [{id: w, type: number}]"
        let file = "w;x\n1.250,5;a\n12.000.000,25;b\n"
        #expect(
            try values(wave(file, "{csv: {decimal: ',', grouping: '.'}, \(yaml)}"), "w") == ["1250.5", "12000000.25"])
        #expect(errorCode { _ = try wave(file, "{csv: {decimal: ','}, \(yaml)}") } == "THOUSANDS_SEPARATOR")
    }

    @Test func theGroupingMarkIsProposed() throws {
        let proposal = try DialectSniffer.propose(Array("a;b\n1;1.250,5\n2;12.000.000\n3;3,5\n".utf8))
        #expect(proposal.dialect.grouping == Ascii.point)
        #expect(proposal.dialect.decimal == Ascii.comma)
        #expect(try DialectSniffer.propose(Array("a;b\n1;1.250\n2;2.250\n".utf8)).dialect.grouping == nil)
    }
}
