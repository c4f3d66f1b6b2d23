import CByteScan

/// What one pass over bytes says about their claim to be UTF-8.
struct UTF8Facts {
    var firstInvalid: Int?
    var invalidCount = 0
    /// Well-formed characters of more than one byte.
    var multibyteCount = 0
    var endsInsideCharacter = false
    private var mojibakeCount = 0
    private var firstMojibake: Int?
    private let bytes: [UInt8]

    init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        let span = bytes.span
        var index = start
        while index < span.count {
            if span[index] < 0x80 {
                index = Self.skipASCII(bytes, from: index)
                continue
            }
            let length = Self.length(span, index)
            if length == 0 {
                if firstInvalid == nil { firstInvalid = index }
                invalidCount += 1
                endsInsideCharacter = Self.isCutOff(span, index)
                index += 1
                continue
            }
            multibyteCount += 1
            if Self.isDoubleEncoded(span, index) {
                mojibakeCount += 1
                if firstMojibake == nil { firstMojibake = index }
            }
            index += length
        }
    }

    /// Behind the ASCII bytes from `index` on.
    private static func skipASCII(_ bytes: [UInt8], from start: Int) -> Int {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return start + 1 }
            return unsafe start + peil_first_non_ascii(base + start, buffer.count - start, ScanWay.best.rawValue)
        }
    }

    var mojibakeWarning: FileWarning? {
        guard let firstMojibake else { return nil }
        let line = lineNumber(of: firstMojibake, in: bytes)
        return FileWarning(
            "MOJIBAKE_SUSPECT", count: mojibakeCount, lines: [line],
            message: "text looks as if it was converted to UTF-8 twice, first on line \(line); kept as given")
    }

    /// Bytes of the well-formed character at `index`, 0 where there is none (Unicode 15, table 3-7).
    private static func length(_ span: Span<UInt8>, _ index: Int) -> Int {
        let lead = span[index]
        let length =
            lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0
        guard length > 0, index + length <= span.count else { return 0 }
        let second = span[index + 1]
        let low: UInt8 = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80
        let high: UInt8 = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF
        guard second >= low, second <= high else { return 0 }
        for offset in 2..<max(length, 2) where span[index + offset] & 0xC0 != 0x80 { return 0 }
        return length
    }

    /// The bytes from `index` to the end begin a character that the end of the file cuts off.
    private static func isCutOff(_ span: Span<UInt8>, _ index: Int) -> Bool {
        let lead = span[index]
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0
        guard length > 0, index + length > span.count else { return false }
        for offset in (index + 1)..<max(span.count, index + 1) where span[offset] & 0xC0 != 0x80 { return false }
        return true
    }

    /// `Ã` or `Â` followed by a character of U+0080...U+00BF, or `â€`: UTF-8 read as Windows-1252 and written again.
    private static func isDoubleEncoded(_ span: Span<UInt8>, _ index: Int) -> Bool {
        guard index + 3 < span.count, span[index] == 0xC3 else { return false }
        let second = span[index + 1]
        if second == 0x83 || second == 0x82 { return span[index + 2] == 0xC2 }
        return second == 0xA2 && span[index + 2] == 0xE2 && span[index + 3] == 0x82
    }
}

/// What one block of a file says of its encoding.
struct EncodingFacts: Sendable {
    /// Well-formed UTF-8 without a NUL.
    private(set) var isSound = true
    private(set) var mojibakeCount = 0
    /// Line counted from the beginning of the block.
    private(set) var firstMojibakeLine: Int?

    /// What can be seen of bytes without knowing where their characters begin.
    struct Bytes: Sendable {
        let isASCII: Bool
        let holdsNul: Bool
    }

    /// `seen`: what somebody has seen of the bytes already.
    init(_ bytes: [UInt8], seen: Bytes? = nil) {
        let seen = seen ?? (unsafe bytes.withUnsafeBufferPointer { unsafe Self.scan($0) })
        isSound = !seen.holdsNul
        guard isSound, !seen.isASCII else { return }
        let facts = UTF8Facts(bytes, from: 0)
        isSound = facts.firstInvalid == nil
        guard let warning = facts.mojibakeWarning else { return }
        mojibakeCount = warning.count
        firstMojibakeLine = warning.lines.first
    }

    /// Whether all bytes are ASCII, and whether one is NUL: eight bytes at a time.
    private static func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Bytes {
        guard let base = bytes.baseAddress else { return Bytes(isASCII: true, holdsNul: false) }
        var all: UInt64 = 0
        var nuls: UInt64 = 0
        var index = 0
        while index + 8 <= bytes.count {
            let word = unsafe Word.load(base + index)
            all |= word
            // Exact only as a yes or no for the word, which is all that is asked.
            nuls |= (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
            index += 8
        }
        while index < bytes.count {
            let byte = unsafe base[index]
            all |= UInt64(byte)
            if byte == 0 { nuls = 1 }
            index += 1
        }
        return Bytes(isASCII: all & 0x8080_8080_8080_8080 == 0, holdsNul: nuls != 0)
    }
}
