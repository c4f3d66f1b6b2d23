/// A place in the bytes of an SPSS file. Every step is checked against the end.
struct SAVCursor {
    let bytes: [UInt8]
    let isBigEndian: Bool
    var offset: Int
    /// Byte at which this part of the file must end.
    let end: Int

    init(_ bytes: [UInt8], isBigEndian: Bool, offset: Int, end: Int) {
        self.bytes = bytes
        self.isBigEndian = isBigEndian
        self.offset = offset
        self.end = end
    }

    var isAtEnd: Bool { offset >= end }

    mutating func skip(_ count: Int) throws(IngestError) {
        guard count >= 0, count <= end - offset else { throw SAVTrouble.truncated(at: end) }
        offset += count
    }

    /// The place that is passed over.
    mutating func take(_ count: Int) throws(IngestError) -> Range<Int> {
        let start = offset
        try skip(count)
        return start..<offset
    }

    mutating func byte() throws(IngestError) -> Int {
        try skip(1)
        return Int(bytes[offset - 1])
    }

    mutating func int32() throws(IngestError) -> Int { Int(Int32(truncatingIfNeeded: try word(4))) }

    /// A whole number of eight bytes that is not negative and no larger than `Int.max`.
    mutating func size64() throws(IngestError) -> Int {
        guard let value = Int(exactly: try word(8)) else { throw SAVTrouble.malformed("a size", at: offset - 8) }
        return value
    }

    private mutating func word(_ count: Int) throws(IngestError) -> UInt64 {
        let place = try take(count)
        var value: UInt64 = 0
        for index in place {
            value |=
                UInt64(bytes[index])
                << UInt64(8 * (isBigEndian ? place.upperBound - 1 - index : index - place.lowerBound))
        }
        return value
    }
}

/// What can be wrong with an SPSS file as a whole.
enum SAVTrouble {
    static func truncated(at byte: Int) -> IngestError {
        IngestError(
            "TRUNCATED", "The SPSS file breaks off at byte \(byte).",
            remedy: "Deliver the file again; check that its upload finished.")
    }

    static func malformed(_ part: String, at byte: Int) -> IngestError {
        IngestError(
            "MALFORMED", "The SPSS file is damaged: \(part) at byte \(byte) cannot be.",
            remedy: "Open it in SPSS, save it anew and deliver that file.")
    }
}
