import CByteScan
import Testing

@testable import PeilIngest

/// The splitter that looks at many bytes at a time, in every way that this processor knows, against the one that goes
/// mark by mark: the same records, or nothing.
struct PlainSplittingTests {
    private static let limits = CSVLimits()

    private static func dialect(_ quote: UInt8?, delimiter: UInt8 = Ascii.comma) -> CSVDialect {
        var dialect = CSVDialect(delimiter: delimiter, decimal: Ascii.point)
        dialect.quote = quote
        dialect.escape = quote
        return dialect
    }

    /// A splitting in a form that can be compared and printed; field ends of whole records only.
    private static func picture(_ text: SplitText) -> [String] {
        let records = text.records.map { record in
            let ends = (0..<Int(record.fieldCount)).map { "\(text.fieldEnds[Int(record.firstField) + $0])" }
            return "\(record.start) line \(record.line) blank \(record.isBlank) \(record.followsBlank) "
                + "last \(record.endsFile) damage \(record.damage): \(ends.joined(separator: " "))"
        }
        return records + [
            "ends \(text.fieldEnds.count), consumed \(text.consumed), next line \(text.nextLine)",
            "line ends \(text.lineFeeds) \(text.carriageReturns) \(text.pairs)"
        ]
    }

    /// What the stepwise splitter says may be said quickly: nothing broken, damaged, tolerated or ended by a bare CR.
    private static func isPlain(_ text: SplitText) -> Bool {
        !text.isBroken && text.carriageReturns == 0 && text.records.allSatisfy { $0.damage == .none }
    }

    /// Returns whether the quick splitter took the text.
    @discardableResult
    static func compare(
        _ bytes: [UInt8], from start: Int = 0, _ dialect: CSVDialect, isFinal: Bool, limits: CSVLimits = limits,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Bool {
        let wanted = RecordSplitter.splitStepwise(
            bytes, from: start, line: 5, dialect: dialect, limits: limits, isFinal: isFinal)
        var taken: Set<Bool> = []
        for way in ScanWay.known {
            let found = PlainSplitter.split(
                bytes, from: start, line: 5, dialect: dialect, limits: limits, isFinal: isFinal, way: way)
            taken.insert(found != nil)
            guard let found else { continue }
            let label =
                "\(way), final \(isFinal), from \(start): \(String(decoding: bytes, as: UTF8.self).debugDescription)"
            #expect(isPlain(wanted), "\(label)", sourceLocation: sourceLocation)
            #expect(picture(found) == picture(wanted), "\(label)", sourceLocation: sourceLocation)
            let seen = found.encoding
            #expect(seen?.isASCII == bytes[start...].allSatisfy { $0 < 0x80 }, sourceLocation: sourceLocation)
            #expect(seen?.holdsNul == bytes[start...].contains(0), sourceLocation: sourceLocation)
        }
        #expect(taken.count == 1, "the ways disagree on what is plain", sourceLocation: sourceLocation)
        return taken == [true]
    }

    static let texts = [
        "a,b\n1,2\n", "a,b\n1,2", "a,b\r\n1,2\r\n", "a,b\r\n1,2", "a\r\n\r\n\nb\n", "a,b\r", "a\rb\n", "a,\"b\n",
        "\"a\"",
        "\"a\"\n", "\"a\"\"b\",c\n", "\"\",\"\"\n", "\"\"\"\"\n", "\"\"\"a\"\"\",\"\n\n\",b\n", "a\"b\n", "\"a\"b\n",
        "\"a\" ,b\n",
        "a,\"b\"\"\n", "\"a,b\nc\"\"\",d\ne,f\n", "\"a\rb\",c\n", "\"a\r\nb\",c\r\n", "\n\n\n", ",,,\n", ",", "\"",
        "é,ü\n\"€\",ñ\n",
        "a,b\n\"c\r\",d\n", "a\0b,c\n", "x\n\"y", "x\n\"y\",", "x\n\"y\"\"", "x,\"\n\r\n\"\r\n"
    ]

    @Test(arguments: texts) func sameAsMarkByMark(text: String) {
        for quote in [Ascii.quote, nil, Ascii.apostrophe] {
            for isFinal in [true, false] { Self.compare(Array(text.utf8), Self.dialect(quote), isFinal: isFinal) }
        }
    }

    @Test("Every mark at every place of a lane and of the last, half-filled one")
    func marksAtLaneEnds() {
        let marks = ["\"\"", "\n", "\r\n", "\",\"", "\"\n\"", "\"\r\n\"", ",", "\"a\"\"b\"", "é", "\0", "\r", "\"x"]
        for mark in marks {
            for place in 0..<140 {
                for tail in [0, 1, 7, 63, 64, 65] {
                    // The mark stands in a field of its own, or inside a quoted one.
                    let plain =
                        String(repeating: "x", count: place) + "," + mark + "," + String(repeating: "y", count: tail)
                    let quoted =
                        "\"" + String(repeating: "x", count: place) + mark + String(repeating: "y", count: tail)
                        + "\"\nz,"
                    for text in [plain, quoted] {
                        Self.compare(Array(text.utf8), Self.dialect(Ascii.quote), isFinal: tail % 2 == 0)
                    }
                }
            }
        }
    }

    @Test("Texts of marks drawn at random, whole and from any place on")
    func randomTexts() {
        var random = Numbers(state: 20_261_126)
        let pieces = [
            ",", ",", ",", "\n", "\n", "\r\n", "a", "12", "xyz", "lang woord", "é", "€", "\"\"", "\"a\"", "\"b,c\"",
            "\"d\ne\"", "\"f\"\"g\"", "\"\r\n\""
        ]
        let odd = ["\"", "\r", "a\"", "\"a\" ", "\0"]
        var plainCount = 0
        for round in 0..<4000 {
            var text = ""
            for _ in 0..<Int(random.next(below: 60)) {
                let isOdd = round % 4 == 0 && random.next(below: 40) == 0
                text += isOdd ? odd[random.next(below: odd.count)] : pieces[random.next(below: pieces.count)]
                // Most pieces end their field, so that quotes mostly open one.
                if random.next(below: 5) > 0 { text += "," }
            }
            let bytes = Array(text.utf8)
            if Self.compare(bytes, Self.dialect(Ascii.quote), isFinal: round % 2 == 0) { plainCount += 1 }
            Self.compare(bytes, Self.dialect(nil), isFinal: round % 3 == 0)
            if let start = bytes.indices.randomElement(using: &random) {
                Self.compare(bytes, from: start, Self.dialect(Ascii.quote), isFinal: true)
            }
        }
        #expect(plainCount > 1000, "hardly any text was plain")
    }

    @Test func limitsAreLeftToTheOther() {
        var limits = CSVLimits()
        limits.fieldBytes = 100
        limits.recordBytes = 1000
        for length in [90, 99, 100, 101, 102, 900, 1001, 1100] {
            let text = "a,b\n" + String(repeating: "x", count: length) + "\nc,d\n"
            Self.compare(Array(text.utf8), Self.dialect(Ascii.quote), isFinal: true, limits: limits)
            Self.compare(Array(text.dropLast(5).utf8), Self.dialect(Ascii.quote), isFinal: true, limits: limits)
        }
        limits.columns = 2
        for fields in [60, 62, 63, 64, 65, 66, 200] {
            let text = "a,b\n" + String(repeating: ",", count: fields) + "\nc,d\n"
            Self.compare(Array(text.utf8), Self.dialect(Ascii.quote), isFinal: true, limits: limits)
        }
    }

    @Test("Counting a byte and finding the first beyond ASCII, at every length")
    func bytesOfAnyCount() {
        var random = Numbers(state: 7)
        for count in Array(0..<200) + [8159, 8160, 8161, 20_000] {
            var bytes = (0..<count).map { _ in UInt8(random.next(below: 4) == 0 ? 34 : 97) }
            let wanted = bytes.count { $0 == 34 }
            let place = count == 0 ? 0 : random.next(below: count)
            for way in ScanWay.known {
                #expect(
                    unsafe bytes.withUnsafeBufferPointer {
                        unsafe peil_count_byte($0.baseAddress, count, 34, way.rawValue)
                    } == wanted)
                #expect(
                    unsafe bytes.withUnsafeBufferPointer {
                        unsafe peil_first_non_ascii($0.baseAddress, count, way.rawValue)
                    } == count)
            }
            guard count > 0 else { continue }
            bytes[place] = 0xC3
            for way in ScanWay.known {
                #expect(
                    unsafe bytes.withUnsafeBufferPointer {
                        unsafe peil_first_non_ascii($0.baseAddress, count, way.rawValue)
                    } == place)
            }
        }
    }
}

/// Numbers that are the same on every run.
struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9 ^ state >> 32
    }

    mutating func next(below limit: Int) -> Int { Int(next() >> 33) % limit }
}
