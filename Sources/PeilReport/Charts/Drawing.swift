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
        .el("text", place(x, y, style), content)
    }

    private static func place(_ x: Double, _ y: Double, _ style: String) -> [(String, String)] {
        [("x", px(x)), ("y", px(y))] + (style.isEmpty ? [] : [("class", style)])
    }

    static func text(_ x: Double, _ y: Double, _ style: String, _ content: String) -> Markup {
        text(x, y, style, [.text(content)])
    }

    static func text(_ x: Double, _ y: Double, _ style: String, _ content: RichText) -> Markup {
        guard let number = content.onlyNumber else {
            return text(x, y, style, content.markup(number: "tspan", strong: "tspan"))
        }
        return .el("text", place(x, y, style) + number.attribute, number.text)
    }

    static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> Markup {
        path(stroke(x1, y1, x2, y2), style)
    }

    /// A line as a part of a path: many lines of one kind are one path, and a page of drawings half as long.
    static func stroke(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
        let end = y1 == y2 ? "H\(px(x2))" : x1 == x2 ? "V\(px(y2))" : "L\(px(x2)) \(px(y2))"
        return "M\(px(x1)) \(px(y1))\(end)"
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

    /// Lines around a middle, 17 px apart.
    static func lines(_ lines: [String], _ x: Double, middle: Double, _ style: String) -> [Markup] {
        let first = middle + 5 - Double(lines.count - 1) * 8.5
        return lines.enumerated().map { text(x, first + Double($0.offset) * 17, style, $0.element) }
    }

    /// Lines from a first baseline down.
    static func lines(_ lines: [String], _ x: Double, first: Double, _ style: String) -> [Markup] {
        lines.enumerated().map { text(x, first + Double($0.offset) * 17, style, $0.element) }
    }

    /// Parts that belong to one row of the table: the script shows that row under a pointer.
    /// - Parameter place: of the row in the table, where the drawing has an order of its own.
    static func row(at place: Int? = nil, _ children: [Markup]) -> Markup {
        .el("g", place.map { [("data-n", "\($0)")] } ?? [], children)
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
