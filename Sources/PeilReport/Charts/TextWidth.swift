/// How wide a text is before anybody draws it, so that labels neither overlap nor leave the drawing. Widths are those of
/// the Helvetica metrics, which Arial and Liberation Sans share; the other families of the stack are narrower or equal.
/// What the table does not know gets the width of its class: marks that combine none, ideographs and pictures a square.
enum TextWidth {
    /// Advance in thousandths of the size, for space to tilde.
    private static let advances: [Int] = [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
        556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667,
        556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556,
        556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722,
        500, 500, 500, 334, 260, 334, 584
    ]
    /// Bold letters are a tenth wider at most; the allowance covers families that are not the one measured.
    private static let bold = 1.1
    private static let allowance = 1.03

    /// Width in pixels at `size` pixels.
    static func of(_ text: String, size: Double = 14, isBold: Bool = false) -> Double {
        let thousandths = text.unicodeScalars.reduce(0) { $0 + advance($1) }
        return Double(thousandths) / 1000 * size * (isBold ? bold : 1) * allowance
    }

    private static func advance(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 32...126: return advances[Int(scalar.value) - 32]
        case 0..<32: return 0
        case 0x2060, 0x200B...0x200F, 0xFEFF: return 0
        case 0xA0, 0x202F: return 278
        case 0x2013, 0x2212, 0x2248: return 584
        case 0x2018, 0x2019: return 222
        case 0xC0...0x24F: return scalar.properties.isUppercase ? 780 : 600
        case 0x370...0x52F: return scalar.properties.isUppercase ? 800 : 640
        case 0x1100...0x11FF, 0x2E80...0xA4CF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0xFF00...0xFF60: return 1000
        case 0x1F000...: return 1300
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: return 0
            default: return 1000
            }
        }
    }
}

/// Breaks texts into lines that fit.
enum TextLines {
    /// `text` on lines of at most `width` pixels. Words that are longer than a line break at a hyphen, or else anywhere;
    /// what does not fit in `maximum` lines ends in an ellipsis (the table under the drawing has the whole text).
    static func wrap(
        _ text: String, width: Double, size: Double = 14, isBold: Bool = false, maximum: Int = 4
    ) -> [String] {
        let fits = { (line: String) in TextWidth.of(line, size: size, isBold: isBold) <= width }
        var lines: [String] = []
        for word in text.split(whereSeparator: \.isWhitespace).flatMap({ pieces(of: String($0), fits) }) {
            if let last = lines.last, fits("\(last) \(word)") {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(word)
            }
        }
        guard lines.count > maximum else { return lines.isEmpty ? [""] : lines }
        var kept = Array(lines.prefix(maximum))
        kept[maximum - 1] = ellipsised(kept[maximum - 1], fits)
        return kept
    }

    /// One line, cut where it would not fit.
    static func one(_ text: String, width: Double, size: Double = 14, isBold: Bool = false) -> String {
        let fits = { (line: String) in TextWidth.of(line, size: size, isBold: isBold) <= width }
        return fits(text) ? text : ellipsised(text, fits)
    }

    private static func ellipsised(_ line: String, _ fits: (String) -> Bool) -> String {
        var line = line
        while !line.isEmpty, !fits(line + "…") { line.removeLast() }
        while line.last?.isWhitespace == true { line.removeLast() }
        return line + "…"
    }

    private static func pieces(of word: String, _ fits: (String) -> Bool) -> [String] {
        guard !fits(word), word.count > 1 else { return [word] }
        var head = ""
        var rest = Substring(word)
        while let next = rest.first, fits(head + String(next)) {
            head.append(next)
            rest = rest.dropFirst()
        }
        if head.isEmpty, let next = rest.first {
            head.append(next)
            rest = rest.dropFirst()
        }
        // A hyphen inside what fits is the better place.
        if let hyphen = head.lastIndex(of: "-"), hyphen != head.startIndex, !rest.isEmpty {
            let after = head.index(after: hyphen)
            rest = Substring(head[after...] + rest)
            head = String(head[...hyphen])
        }
        guard !rest.isEmpty else { return [head] }
        return [head] + pieces(of: String(rest), fits)
    }
}
