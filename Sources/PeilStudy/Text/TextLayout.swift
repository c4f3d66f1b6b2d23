/// How text is laid out: on so many characters a line, with headings that stand out or without.
public struct TextLayout: Sendable {
    /// Characters on a line; none where nothing limits it, as in a file.
    public let width: Int?
    /// Whether headings are bold, by the escape codes of terminals.
    public let hasBoldHeadings: Bool

    public init(width: Int? = nil, hasBoldHeadings: Bool = false) {
        self.width = width
        self.hasBoldHeadings = hasBoldHeadings
    }

    /// Lines without limit and without escape codes.
    public static let plain = TextLayout()

    public func heading(_ text: String) -> String { hasBoldHeadings ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    /// A sentence on lines that fit; one line where nothing limits it.
    public func wrapped(_ text: String) -> String {
        guard let width else { return text }
        return Self.lines(of: text, width: width).joined(separator: "\n")
    }

    /// The words of a text on lines of at most `width` characters. A word that is longer goes on in the next line.
    static func lines(of text: String, width: Int) -> [String] {
        guard text.count > width else { return [text] }
        var lines: [String] = []
        var line = ""
        for word in words(of: text).flatMap({ pieces(of: $0, width: width) }) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + [line]
    }

    /// A number and its unit are one word.
    private static func words(of text: String) -> [String] {
        text.split(separator: " ").reduce(into: []) { words, word in
            if ["%", "pt"].contains(word), let last = words.popLast() {
                words.append("\(last) \(word)")
            } else {
                words.append(String(word))
            }
        }
    }

    private static func pieces(of word: String, width: Int) -> [String] {
        guard word.count > width else { return [word] }
        return [String(word.prefix(width))] + pieces(of: String(word.dropFirst(width)), width: width)
    }
}
