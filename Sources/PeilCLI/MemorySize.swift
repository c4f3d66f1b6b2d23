import ArgumentParser

/// An amount of memory: 800M, 1G, 1.5G; units of 1024.
struct MemorySize: ExpressibleByArgument {
    let bytes: Int

    private static let units: [Character: Double] = [
        "K": 1024, "M": 1_048_576, "G": 1_073_741_824, "T": 1_099_511_627_776
    ]

    init?(argument: String) {
        var text = argument.uppercased()
        if text.hasSuffix("IB") { text.removeLast(2) } else if text.hasSuffix("B") { text.removeLast() }
        var factor = 1.0
        if let last = text.last, let unit = Self.units[last] {
            factor = unit
            text.removeLast()
        }
        guard let number = Double(text), number > 0, number * factor < 1e18 else { return nil }
        bytes = Int(number * factor)
    }

    var defaultValueDescription: String { "\(bytes >> 20)M" }
}
