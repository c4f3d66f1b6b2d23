import Foundation

/// A property that does not hold. The trap makes the fuzzer keep the input.
func finding(_ what: String, _ detail: @autoclosure () -> String = "") -> Never {
    FileHandle.standardError.write(Data("FINDING: \(what)\n\(detail())\n".utf8))
    fatalError(what)
}

/// A mistake that only the self-check asks for: a sum that does not fit in a byte, where the code under test has just
/// come to a place that takes a fuzzer a few steps. It is found only if the counters in that code lead there.
struct PlantedMistake {
    private let isAskedFor = ProcessInfo.processInfo.environment["PEIL_FUZZ_PLANTED"] == "1"

    func run(after code: String?, where wanted: String, on bytes: [UInt8]) {
        guard isAskedFor, code == wanted, let first = bytes.first else { return }
        if first + UInt8.max == 0 { finding("the planted mistake was reached without its overflow") }
    }
}

/// A number that follows from the bytes, so that an input that is found is enough to find it again (FNV-1a).
func fingerprint(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

/// Texts that must not stand in a message: runs of letters and digits, long enough and mixed enough to be an answer
/// and never a word of ours, that `allowed` (names, the codebook) does not hold.
struct PrivateWords {
    private let words: Set<String>

    init(_ bytes: [UInt8], allowed: String) {
        var words = Set<String>()
        for run in bytes.split(whereSeparator: { !Self.isLetter($0) && !Self.isDigit($0) }) {
            guard run.count >= 8, run.count(where: Self.isDigit) >= 3, run.count(where: Self.isLetter) >= 3 else {
                continue
            }
            let word = String(decoding: run, as: UTF8.self)
            if !allowed.contains(word) { words.insert(word) }
        }
        self.words = words
    }

    var isEmpty: Bool { words.isEmpty }

    func check(_ message: String, of what: String) {
        for word in words where message.contains(word) {
            finding("a message holds an answer", "\(word) in \(what): \(message)")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
    }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}

/// Exit codes that an error may end in (sysexits); 70 would be a mistake of ours.
let exitCodes: Set<Int32> = [64, 65, 66, 74, 77, 78]
