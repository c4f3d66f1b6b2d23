/// CRC-64/XZ: finds every error of up to 64 neighbouring bits, and any other with a chance of 1 in 2⁶⁴ to be missed.
/// ECMA-182, reflected.
public struct CyclicChecksum: Sendable {
    private static let table: [UInt64] = (0..<256).map { byte in
        (0..<8).reduce(UInt64(byte)) { remainder, _ in
            remainder & 1 == 1 ? remainder >> 1 ^ 0xC96C_5795_D787_0F42 : remainder >> 1
        }
    }

    private var remainder = UInt64.max

    public init() {}

    public mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { remainder = Self.table[Int((remainder ^ UInt64(byte)) & 0xFF)] ^ remainder >> 8 }
    }

    /// The same for many bytes at once: a call of another module for each would cost twenty times as much.
    public mutating func add(_ bytes: [UInt8], _ range: Range<Int>) {
        let (table, bytes) = (Self.table, bytes.span)
        var remainder = remainder
        for index in range { remainder = table[Int((remainder ^ UInt64(bytes[index])) & 0xFF)] ^ remainder >> 8 }
        self.remainder = remainder
    }

    public var value: UInt64 { ~remainder }

    /// Sixteen hexadecimal digits.
    public var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
