/// Gives sheets the names that spreadsheets accept: at most 31 characters, none of []:*?/\, no apostrophe at an
/// end, and no two alike in small letters.
struct SheetNames {
    private static let most = 31
    // Excel keeps this name for itself.
    private var taken: Set<String> = ["history"]

    /// A name for `label`, and a number behind it where the name is taken.
    mutating func name(for label: String) -> String {
        let clean = Self.clean(label)
        var name = Self.clipped(clean, to: Self.most)
        var number = 2
        while !taken.insert(name.lowercased()).inserted {
            let ending = " (\(number))"
            name = Self.clipped(clean, to: Self.most - ending.utf16.count) + ending
            number += 1
        }
        return name
    }

    private static func clean(_ label: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in CellText.printable(label).unicodeScalars {
            scalars.append("[]:*?/\\\n".unicodeScalars.contains(scalar) ? " " : scalar)
        }
        let words = String(scalars).split(separator: " ").joined(separator: " ")
        let name = trimmed(words)
        return name.isEmpty ? "-" : name
    }

    /// The longest beginning of at most `count` UTF-16 units, which is what spreadsheets count, without half a character.
    private static func clipped(_ text: String, to count: Int) -> String {
        guard text.utf16.count > count else { return text }
        let short = trimmed(CellText.clipped(text, to: count))
        return short.isEmpty ? "-" : short
    }

    private static func trimmed(_ text: String) -> String {
        var part = text[...]
        while let first = part.first, first == "'" || first == " " { part.removeFirst() }
        while let last = part.last, last == "'" || last == " " { part.removeLast() }
        return String(part)
    }
}

/// Texts as a cell can hold them.
enum CellText {
    /// Excel's limit, in UTF-16 units.
    static let most = 32_767

    /// Without characters that XML cannot hold, which become spaces, and no longer than a cell allows.
    static func fitting(_ text: String) -> String { clipped(printable(text), to: most) }

    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isForbidden) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(isForbidden(scalar) ? " " : scalar) }
        return String(scalars)
    }

    static func clipped(_ text: String, to count: Int) -> String {
        guard text.utf16.count > count else { return text }
        var scalars = String.UnicodeScalarView()
        var length = 0
        for scalar in text.unicodeScalars {
            length += scalar.value > 0xFFFF ? 2 : 1
            guard length <= count else { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 32 && scalar != "\n" || scalar.value == 0x7F || scalar.value == 0xFFFE || scalar.value == 0xFFFF
    }
}
