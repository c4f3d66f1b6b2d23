import Foundation

/// A colour of sRGB, eight bits a channel.
public struct Colour: Sendable, Equatable {
    public let red: UInt8
    public let green: UInt8
    public let blue: UInt8

    /// From `#rrggbb`; nil for anything else: names and functions of CSS would have to be understood, and what is not
    /// understood cannot be checked for contrast.
    public init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 7, digits[0] == UInt8(ascii: "#") else { return nil }
        var channels: [UInt8] = []
        for pair in [1, 3, 5] {
            guard let high = Self.digit(digits[pair]), let low = Self.digit(digits[pair + 1]) else { return nil }
            channels.append(high << 4 | low)
        }
        (red, green, blue) = (channels[0], channels[1], channels[2])
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    public var hex: String {
        "#"
            + [red, green, blue].map { channel in
                let digits = String(channel, radix: 16)
                return digits.utf8.count == 1 ? "0" + digits : digits
            }.joined()
    }

    /// Relative luminance L = 0.2126 R + 0.7152 G + 0.0722 B of linear channels, 0 for black and 1 for white.  WCAG 2.1.
    public var luminance: Double {
        func linear(_ channel: UInt8) -> Double {
            let part = Double(channel) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// (L₁ + 0.05) / (L₂ + 0.05) with the lighter one above: 1 for the same colour, 21 for black on white.  WCAG 2.1.
    public func contrast(on other: Colour) -> Double {
        let pair = [luminance, other.luminance]
        return ((pair.max() ?? 0) + 0.05) / ((pair.min() ?? 0) + 0.05)
    }
}
