import Testing

@testable import PeilIngest

struct NumberParsingTests {
    private func parse(_ text: String, decimal: Character = ",") -> ParsedNumber {
        let bytes = Array(text.utf8)
        return NumberParser.parse(bytes.span, 0..<bytes.count, decimal: decimal.asciiValue ?? 44)
    }

    @Test func plainNumbers() {
        #expect(parse("1,5") == .value(1.5))
        #expect(parse("-0,25") == .value(-0.25))
        #expect(parse("+3") == .value(3))
        #expect(parse("1,5e3") == .value(1500))
        #expect(parse(",5") == .value(0.5))
        #expect(parse("3.14159", decimal: ".") == .value(3.14159))
    }

    @Test func wordsAndHexadecimalAreNoNumbers() {
        #expect(parse("1e400") == .notFinite)
        #expect(parse("nan") == .notFinite)
        #expect(parse("-Infinity") == .notFinite)
        #expect(parse("0x1p3") == .notANumber)
        #expect(parse("") == .notANumber)
        #expect(parse("-") == .notANumber)
        #expect(parse("1,5,0") == .notANumber)
        #expect(parse("12 jaar") == .notANumber)
        #expect(parse("1e") == .notANumber)
    }

    @Test func marksOfTheOtherKindAreToldApart() {
        #expect(parse("1.000,5") == .grouped(1000.5))
        #expect(parse("1.000") == .ambiguous(1000))
        #expect(parse("1.5") == .otherDecimal(1.5))
        #expect(parse("1.00,5") == .notANumber)
        #expect(parse("12.345.678") == .grouped(12_345_678))
    }

    /// The fast path against the standard library, over numbers of all lengths.
    @Test func everyNumberIsTheNearestDouble() {
        var state: UInt64 = 7
        for _ in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let text = "\(state >> (state & 63)).\(state & 0xFFFF)e\(Int(state >> 40) % 40 - 20)"
            #expect(parse(text, decimal: ".") == .value(Double(text) ?? .nan))
        }
    }

    @Test func dates() {
        func days(_ text: String) -> Double? {
            let bytes = Array(text.utf8)
            return DateParser.days(bytes.span, 0..<bytes.count)
        }
        #expect(days("01-01-1970") == 0)
        #expect(days("12-09-2026") == days("2026-09-12"))
        #expect(days("1-10-2026") == days("01-10-2026"))
        #expect(days("2026-09-12T10:00:00Z") == days("2026-09-12"))
        #expect(days("29-02-2024") != nil && days("29-02-2026") == nil)
        for wrong in ["31-09-2026", "09/30/2026", "46293", "1-9-26", "2026-13-01", "", "a-b-c"] {
            #expect(days(wrong) == nil)
        }
    }
}
