/// Eight bytes as one number: which of them equal a given byte, without a branch.
enum Word {
    static let lineFeeds = repeating(Ascii.lineFeed)
    static let carriageReturns = repeating(Ascii.carriageReturn)

    static func repeating(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    @inline(__always)
    static func load(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
        unsafe UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self))
    }

    /// The high bit of each byte of `word` that equals the byte of `pattern`; exact, no carry between bytes.
    @inline(__always)
    static func matches(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let difference = word ^ pattern
        return ~(((difference & low) &+ low) | difference | low)
    }
}
