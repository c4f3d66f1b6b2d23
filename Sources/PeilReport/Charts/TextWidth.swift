/// How wide a text is before anybody draws it, so that labels neither overlap nor leave the drawing. Widths are those of
/// DejaVu Sans, the widest family that a browser falls back to where it has none of the stack; all others are narrower.
/// What the table does not know gets the width of its class: marks that combine none, ideographs and pictures a square.
enum TextWidth {
    /// Advance in thousandths of the size, for space to tilde.
    private static let regular: [Int] = [
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636,
        636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656,
        557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613,
        635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818,
        592, 592, 525, 636, 337, 636, 838
    ]
    private static let bold: [Int] = [
        348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696,
        696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775,
        637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675,
        716, 593, 716, 678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924,
        645, 652, 582, 712, 365, 712, 838
    ]
    /// Letters whose width stands in no table, in bold.
    private static let boldFactor = 1.14

    /// Width in pixels at `size` pixels.
    static func of(_ text: String, size: Double = 14, isBold: Bool = false) -> Double {
        let thousandths = text.unicodeScalars.reduce(0.0) { $0 + advance($1, isBold) }
        return thousandths / 1000 * size
    }

    private static func advance(_ scalar: Unicode.Scalar, _ isBold: Bool) -> Double {
        if (32...126).contains(scalar.value) { return Double((isBold ? bold : regular)[Int(scalar.value) - 32]) }
        return Double(advance(ofClass: scalar)) * (isBold ? boldFactor : 1)
    }

    private static func advance(ofClass scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0..<32, 0x200B...0x200F, 0x2060, 0xFEFF: return 0
        case 0xA0, 0x202F, 0xB7, 0x2018, 0x2019: return 318
        case 0x2013, 0x25B8, 0x25C2: return 505
        case 0x2212, 0x2248, 0x2192: return 838
        case 0x25B2, 0x25BC: return 770
        case 0xC0...0x24F: return scalar.properties.isUppercase ? 800 : 650
        case 0x370...0x3FF: return scalar.properties.isUppercase ? 870 : 670
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

    /// Whether each word, or part of one up to its hyphen, has room on a line: nothing breaks anywhere else.
    static func hasRoom(_ text: String, width: Double, size: Double) -> Bool {
        text.split(whereSeparator: \.isWhitespace).allSatisfy { word in
            let parts = word.split(separator: "-", omittingEmptySubsequences: true)
            return parts.enumerated().allSatisfy { index, part in
                TextWidth.of(String(part) + (index < parts.count - 1 ? "-" : ""), size: size) <= width
            }
        }
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
        while let next = rest.first, fits(head + String(next) + "-") {
            head.append(next)
            rest = rest.dropFirst()
        }
        // At least one letter a line, however narrow; and none alone on the last.
        if head.isEmpty { head.append(rest.removeFirst()) }
        if rest.count == 1, head.count > 2 { rest = Substring(String(head.removeLast()) + rest) }
        guard !rest.isEmpty else { return [head] }
        // A hyphen inside what fits is the better place; else one is put between letters.
        if let hyphen = head.lastIndex(of: "-"), hyphen != head.startIndex {
            let after = head.index(after: hyphen)
            rest = Substring(head[after...] + rest)
            head = String(head[...hyphen])
        } else if head.last?.isLetter == true, rest.first?.isLetter == true, fits(head + "-") {
            head.append("-")
        }
        return [head] + pieces(of: String(rest), fits)
    }
}
