/// Texts as a cell can hold them.
enum CellText {
    /// Excel's limit, in UTF-16 units.
    static let most = 32_767

    /// Without characters that XML cannot hold, which become spaces, and no longer than a cell allows.
    static func fitting(_ text: String) -> String {
        clipped(literal(clipped(printable(text), to: most)), to: most)
    }

    /// `_x0041_` is how a workbook writes a character by its number: a text that looks like it says that it is none.
    private static func literal(_ text: String) -> String {
        guard text.contains("_x") else { return text }
        return text.replacing(/_(?=x[0-9A-Fa-f]{4}_)/, with: "_x005F_")
    }

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

    /// A text as a property of the document: the library takes at most 255 bytes.
    static func property(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var length = 0
        for scalar in printable(text).unicodeScalars {
            length += scalar.utf8.count
            guard length <= 255 else { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 32 && scalar != "\n" || scalar.value == 0x7F || scalar.value == 0xFFFE || scalar.value == 0xFFFF
    }
}
