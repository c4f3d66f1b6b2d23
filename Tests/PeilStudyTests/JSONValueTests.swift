import Foundation
import Testing

@testable import PeilStudy

@Suite struct JSONValueTests {
    @Test func keysKeepTheirOrder() {
        #expect(
            JSONValue.object([("b", .integer(1)), ("a", .array([.null, .bool(true)]))]).text
                == #"{"b":1,"a":[null,true]}"#)
    }

    @Test func undefinedNumbersAreNull() {
        #expect(JSONValue.numbers([1, .nan, .infinity, -.infinity]).text == "[1,null,null,null]")
        #expect(JSONValue.number(.nan).text == "null")
        #expect(JSONValue.optional(nil).text == "null")
    }

    @Test(arguments: [
        0.1, 1.0 / 3, 1e-300, 1.7976931348623157e308, Double.leastNonzeroMagnitude, -2.5, 1e21, 123456789.123
    ])
    func numbersReadBackAsThemselves(value: Double) throws {
        let read = try JSONDecoder().decode([Double].self, from: Data(JSONValue.numbers([value]).text.utf8))
        #expect(read == [value])
    }

    @Test(arguments: ["plain", "quote \" and \\", "line\nbreak\r\ttab", "\u{0}\u{1}\u{1F}\u{7F}", "é 😀 e\u{301}", ""])
    func textsReadBackAsThemselves(text: String) throws {
        let written = JSONValue.strings([text]).text
        #expect(!written.contains("\n"))
        let read = try JSONDecoder().decode([String].self, from: Data(written.utf8))
        #expect(read.map { Array($0.unicodeScalars) } == [Array(text.unicodeScalars)])
    }
}
