import Testing

@testable import PeilIngest

struct HostileInputTests {
    private func seconds(_ work: () -> Void) -> Double {
        let duration = ContinuousClock().measure(work).components
        return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
    }

    @Test func aFieldOfMegabytesIsOneBadRecord() {
        let text = "a,b\n1,\"" + String(repeating: "x", count: 4 << 20) + "\"\n2,y\n"
        let found = inspect(text)
        #expect(found.badRecords.map(\.code) == ["FIELD_TOO_LARGE"])
        #expect(found.badRecords.first?.column == "b")
        #expect(found.rows == [["2", "y"]])
    }

    @Test func aHundredThousandColumnsAreRefusedByNumber() {
        let found = inspect((0..<100_000).map { "c\($0)" }.joined(separator: ",") + "\n")
        #expect(found.error?.code == "TOO_MANY_COLUMNS")
        #expect(found.error?.message.contains("100000") == true)
    }

    @Test func timeGrowsWithTheFileNotWithItsSquare() {
        let record = "1,\"x\"y,3\n"
        let small = "a,b,c\n" + String(repeating: record, count: 2_000)
        let large = "a,b,c\n" + String(repeating: record, count: 16_000)
        _ = inspect(small)
        let ratio = seconds { _ = inspect(large) } / max(seconds { _ = inspect(small) }, 1e-4)
        #expect(ratio < 40)
    }

    @Test func randomBytesNeverCrash() {
        var state: UInt64 = 42
        let alphabet = Array(",;\t|\"'\n\r\\ab1.é€".utf8) + [0, 0xFF, 0xFE]
        for _ in 0..<2_000 {
            var bytes: [UInt8] = []
            for _ in 0..<60 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            let found = inspect(bytes)
            #expect(found.outcome != .reject || found.error != nil)
        }
    }

    @Test func noMessageHoldsAnAnswerOrAnEscapeByte() throws {
        let book = try codebook(
            "{languages: [nl], variables: [{id: a, type: code, labels: [1, 2]}, {id: b, type: int}]}")
        let found = inspect("a,b\n\u{1B}[31mgeheim antwoord,5\n2,zeer geheim\n", codebook: book)
        let texts = found.badRecords.map { $0.message + ($0.column ?? "") }.joined()
        #expect(found.badRecords.map(\.code) == ["OUT_OF_CODEBOOK", "BAD_NUMBER"])
        #expect(!texts.contains("geheim") && !texts.utf8.contains(0x1B))
    }
}
