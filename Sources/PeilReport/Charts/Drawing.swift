/// Small parts that all drawings share: text, lines, marks, whiskers. Units are pixels of the drawing.
enum Draw {
    /// A coordinate with one decimal at most, without a locale.
    static func px(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let size = abs(tenths)
        return size % 10 == 0 ? "\(sign)\(size / 10)" : "\(sign)\(size / 10).\(size % 10)"
    }

    static func text(_ x: Double, _ y: Double, _ style: String, _ content: [Markup]) -> Markup {
        .el("text", [("x", px(x)), ("y", px(y)), ("class", style)], content)
    }

    static func text(_ x: Double, _ y: Double, _ style: String, _ content: String) -> Markup {
        text(x, y, style, [.text(content)])
    }

    static func text(_ x: Double, _ y: Double, _ style: String, _ content: RichText) -> Markup {
        text(x, y, style, content.markup(number: "tspan", strong: "tspan"))
    }

    static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> Markup {
        .el("line", [("x1", px(x1)), ("y1", px(y1)), ("x2", px(x2)), ("y2", px(y2)), ("class", style)])
    }

    static func rect(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String,
        _ more: [(String, String)] = []
    ) -> Markup {
        .el(
            "rect",
            [
                ("x", px(x)), ("y", px(y)), ("width", px(max(width, 0))), ("height", px(height)),
                ("class", style)
            ] + more)
    }

    static func path(_ d: String, _ style: String) -> Markup { .el("path", [("d", d), ("class", style)]) }

    /// The mark of a verdict: its shape says what its colour says.
    static func mark(_ verdict: Verdict, _ x: Double, _ y: Double, isOpen: Bool) -> Markup {
        let style = style(of: verdict) + (isOpen ? " open" : "")
        switch verdict {
        case .higher, .seemsHigher:
            return path("M\(px(x)) \(px(y - 7))L\(px(x + 7)) \(px(y + 5.5))L\(px(x - 7)) \(px(y + 5.5))Z", style)
        case .lower, .seemsLower:
            return path("M\(px(x)) \(px(y + 7))L\(px(x + 7)) \(px(y - 5.5))L\(px(x - 7)) \(px(y - 5.5))Z", style)
        default:
            return .el("circle", [("cx", px(x)), ("cy", px(y)), ("r", "5.5"), ("class", style)])
        }
    }

    static func style(of verdict: Verdict) -> String {
        switch verdict {
        case .higher, .seemsHigher: "up"
        case .lower, .seemsLower: "down"
        default: "even"
        }
    }

    /// The shape of a segment, 14 px, around its middle: hue and shape name it together.
    static func segment(_ index: Int, _ x: Double, _ y: Double) -> Markup {
        let style = "s\(index % 7)"
        let p = { (dx: Double, dy: Double) in "\(px(x + dx)) \(px(y + dy))" }
        switch index % 7 {
        case 0: return .el("circle", [("cx", px(x)), ("cy", px(y)), ("r", "6.5"), ("class", style)])
        case 1: return rect(x - 6, y - 6, 12, 12, style)
        case 2: return path("M\(p(0, -7.5))L\(p(7.5, 0))L\(p(0, 7.5))L\(p(-7.5, 0))Z", style)
        case 3:
            return path(
                "M\(p(-3.5, -6.5))L\(p(3.5, -6.5))L\(p(7, 0))L\(p(3.5, 6.5))L\(p(-3.5, 6.5))L\(p(-7, 0))Z", style)
        case 4: return path("M\(p(-2.5, -7))h5v4.5h4.5v5h-4.5v4.5h-5v-4.5h-4.5v-5h4.5Z", style)
        case 5: return .el("circle", [("cx", px(x)), ("cy", px(y)), ("r", "5"), ("class", "\(style) ring")])
        default: return rect(x - 7, y - 2.5, 14, 5, style)
        }
    }

    /// An interval over a bar: ink on a white halo, with caps.
    static func whisker(_ x1: Double, _ x2: Double, _ y: Double, isIndicative: Bool) -> [Markup] {
        let style = isIndicative ? "wk dash" : "wk"
        return [
            line(x1, y, x2, y, "halo"), line(x1, y, x2, y, style),
            line(x1, y - 4, x1, y + 4, "wk"), line(x2, y - 4, x2, y + 4, "wk")
        ]
    }

    /// A hatched box where nothing is shown: never an empty spot.
    static func hatched(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Markup {
        rect(x, y, width, height, "hid")
    }

    /// `label` on as many lines as `characters` a line need.
    static func wrap(_ label: String, characters: Int) -> [String] {
        var lines: [String] = []
        for word in label.split(separator: " ").flatMap({ pieces(of: String($0), characters) }) {
            if let last = lines.last, last.count + 1 + word.count <= characters {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(word)
            }
        }
        return lines.isEmpty ? [""] : lines
    }

    /// Breaks a word that is longer than a line, at a hyphen where it has one.
    private static func pieces(of word: String, _ limit: Int) -> [String] {
        guard word.count > limit else { return [word] }
        if let hyphen = word.firstIndex(of: "-"), hyphen < word.index(word.startIndex, offsetBy: limit),
            word.index(after: hyphen) < word.endIndex
        {
            let rest = String(word[word.index(after: hyphen)...])
            return [String(word[...hyphen])] + pieces(of: rest, limit)
        }
        return [String(word.prefix(limit))] + pieces(of: String(word.dropFirst(limit)), limit)
    }

    /// The drawing as an image with its own name and description, both out of sight.
    static func svg(_ chart: Chart, _ variant: Variant, height: Double, _ children: [Markup]) -> Markup {
        let id = "\(anchor(chart.id))-\(variant.rawValue)"
        return .el(
            "svg",
            [
                ("class", variant.rawValue), ("viewBox", "0 0 \(px(variant.width)) \(px(height))"),
                ("role", "img"), ("aria-labelledby", "\(id)-t \(id)-d")
            ],
            [
                .el("title", [("id", "\(id)-t")], chart.alternativeTitle),
                .el("desc", [("id", "\(id)-d")], chart.alternativeText)
            ] + children)
    }

    /// An id without spaces or signs, whatever the question is called.
    static func anchor(_ id: String) -> String {
        String(
            decoding: id.utf8.map { byte in
                (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) ? byte : UInt8(45)
            }, as: UTF8.self)
    }
}

/// The two drawings of a chart: a media query shows one and hides the other, text never shrinks.
enum Variant: String, CaseIterable {
    case wide = "w"
    case narrow = "n"
    var width: Double { self == .wide ? 720 : 350 }
}

/// An axis from a round number to a round number with three to six ticks.
struct Axis {
    let low: Double
    let high: Double
    let ticks: [Double]
    let isPercent: Bool

    init(_ values: [Double], scale: Chart.Scale) {
        isPercent = scale == .percent
        let unit = scale == .percent ? 0.01 : 1.0
        let top = max(values.max() ?? unit, unit)
        let step =
            [1.0, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000].map { $0 * unit }
            .first { top / $0 <= 5 } ?? top / 5
        low = min(0, ((values.min() ?? 0) / step).rounded(.down) * step)
        high = (top / step).rounded(.up) * step
        ticks = Array(stride(from: low, through: high + step / 2, by: step))
    }

    func place(_ value: Double, _ from: Double, _ to: Double) -> Double {
        let clamped = min(max(value, low), high)
        return from + (clamped - low) / (high - low) * (to - from)
    }

    func label(_ tick: Double, isLast: Bool) -> String {
        let number = Int((isPercent ? tick * 100 : tick).rounded())
        return isPercent && isLast ? "\(number)%" : "\(number)"
    }

    /// Grid lines and their numbers above the plot; the zero line is darker.
    func draw(_ from: Double, _ to: Double, top: Double, bottom: Double) -> [Markup] {
        ticks.enumerated().flatMap { index, tick in
            let x = place(tick, from, to)
            return [
                Draw.line(x, top, x, bottom, tick == 0 ? "g0" : "g"),
                Draw.text(x, top - 8, "sm c m num", label(tick, isLast: index == ticks.count - 1))
            ]
        }
    }
}
