/// How the parts of a drawing look, once: the page takes these rules as CSS, a drawing on its own takes them as
/// attributes with the colours of the theme written in.
enum DrawingStyle {
    /// `selector`: an element (`text`), a class (`.up`), or classes together (`.up.open`). Later rules win.
    struct Rule: Sendable {
        let selector: String
        let declarations: [(String, String)]
        let classes: Set<String>
        init(_ selector: String, _ declarations: (String, String)...) {
            self.selector = selector
            self.declarations = declarations
            classes = selector.hasPrefix(".") ? Set(selector.split(separator: ".").map(String.init)) : []
        }
    }

    static let rules: [Rule] = texts + marks + fills + segments

    private static let texts: [Rule] = [
        Rule("text", ("font-size", "14px"), ("fill", "var(--ink)")),
        Rule(".sm", ("font-size", "13px")), Rule(".b", ("font-weight", "700")), Rule(".m", ("fill", "var(--ink-2)")),
        Rule(".e", ("text-anchor", "end")), Rule(".c", ("text-anchor", "middle")),
        Rule(".hi", ("fill", "var(--accent)"), ("font-weight", "700")),
        Rule(".lo", ("fill", "var(--low)"), ("font-weight", "700")),
        Rule(".big", ("font-size", "20px"), ("font-weight", "700")),
        Rule(".title", ("font-size", "20px"), ("font-weight", "700")),
        Rule(".src", ("font-size", "13px"), ("fill", "var(--ink-3)")),
        Rule(".inv", ("fill", "var(--paper)")),
        Rule(
            ".plate", ("paint-order", "stroke"), ("stroke", "var(--paper)"), ("stroke-width", "4px"),
            ("stroke-linejoin", "round"))
    ]

    private static let marks: [Rule] = [
        Rule(".g", ("stroke", "var(--line)")), Rule(".g0", ("stroke", "var(--line-strong)")),
        Rule(".rr", ("stroke", "var(--line-soft)")), Rule(".tie", ("stroke", "var(--line-strong)")),
        Rule(".up", ("fill", "var(--accent)"), ("stroke", "var(--accent)")),
        Rule(".down", ("fill", "var(--low)"), ("stroke", "var(--low)")),
        Rule(".even", ("fill", "var(--ink-2)"), ("stroke", "var(--ink-2)")),
        Rule(".up.open", ("fill", "var(--paper)"), ("stroke-width", "2")),
        Rule(".down.open", ("fill", "var(--paper)"), ("stroke-width", "2")),
        Rule(".even.open", ("fill", "var(--paper)"), ("stroke-width", "2")),
        Rule(".rest", ("fill", "var(--ink)")), Rule(".restline", ("stroke", "var(--paper)"), ("stroke-width", "1")),
        Rule(".band", ("stroke-width", "8"), ("stroke-linecap", "round")),
        Rule(".band.up", ("stroke", "var(--accent-2)")), Rule(".band.down", ("stroke", "var(--low-2)")),
        Rule(".band.even", ("stroke", "var(--line)")),
        Rule(".band.dash", ("stroke-width", "2.5"), ("stroke-dasharray", "5 4"), ("stroke-linecap", "butt")),
        Rule(".band.dash.up", ("stroke", "var(--accent)")), Rule(".band.dash.down", ("stroke", "var(--low)")),
        Rule(".band.dash.even", ("stroke", "var(--ink-3)")),
        Rule(".halo", ("stroke", "var(--paper)"), ("stroke-width", "5")),
        Rule(".wk", ("stroke", "var(--ink)"), ("stroke-width", "1.75")), Rule(".wk.dash", ("stroke-dasharray", "5 4")),
        Rule(
            ".trend", ("stroke", "var(--ink-2)"), ("stroke-width", "2.5"), ("fill", "none"),
            ("stroke-linecap", "round")),
        Rule(".trend.up", ("stroke", "var(--accent)")), Rule(".trend.down", ("stroke", "var(--low)")),
        Rule(".break", ("stroke", "var(--low)"), ("stroke-width", "2"), ("stroke-dasharray", "4 3")),
        Rule(
            ".steps", ("stroke", "var(--accent)"), ("stroke-width", "2.5"), ("fill", "none"),
            ("stroke-linejoin", "miter")),
        Rule(".under", ("fill", "var(--accent-1)")), Rule(".under2", ("fill", "var(--accent-2)")),
        Rule(".limit", ("stroke", "var(--ink)"), ("stroke-width", "3")),
        Rule(".rule", ("stroke", "var(--line-strong)"), ("stroke-dasharray", "4 4"))
    ]

    private static let fills: [Rule] = [
        Rule(".bar", ("fill", "var(--accent)")),
        Rule(
            ".bar.open", ("fill", "var(--paper)"), ("stroke", "var(--accent)"), ("stroke-width", "1.5"),
            ("stroke-dasharray", "5 4")),
        Rule(".hid", ("fill", "url(#hidden)"), ("stroke", "var(--line-strong)")),
        Rule(".day1", ("fill", "var(--h0)")), Rule(".day2", ("fill", "var(--d3)")),
        Rule(".day3", ("fill", "var(--line)")),
        Rule(
            ".field", ("fill", "var(--d3)"), ("stroke", "var(--paper)"), ("stroke-width", "1.5"),
            ("stroke-linejoin", "round")),
        Rule(".field.up", ("fill", "var(--accent)"), ("stroke", "var(--paper)")),
        Rule(".field.down", ("fill", "var(--low)"), ("stroke", "var(--paper)")),
        Rule(
            ".field.soft", ("fill", "var(--paper)"), ("stroke", "var(--ink-2)"), ("stroke-width", "2"),
            ("stroke-dasharray", "5 4")),
        Rule(".field.hid", ("fill", "url(#hidden)"), ("stroke", "var(--line-strong)")),
        Rule(".coast", ("fill", "none"), ("stroke", "var(--ink-3)"), ("stroke-width", "1.25")),
        Rule(".lead", ("stroke", "var(--ink)"), ("stroke-width", "1")),
        Rule(".d1", ("fill", "var(--d1)")), Rule(".d2", ("fill", "var(--d2)")), Rule(".d3", ("fill", "var(--d3)")),
        Rule(".d4", ("fill", "var(--d4)")), Rule(".d5", ("fill", "var(--d5)")),
        Rule(".seam", ("stroke", "var(--paper)"), ("stroke-width", "1.5")),
        Rule(".soft", ("stroke", "var(--ink)"), ("stroke-dasharray", "5 4")),
        Rule(".k0", ("fill", "var(--h0)"), ("stroke", "var(--line)")), Rule(".k1", ("fill", "var(--h1)")),
        Rule(".k2", ("fill", "var(--h2)")), Rule(".k3", ("fill", "var(--h3)")), Rule(".k4", ("fill", "var(--h4)")),
        Rule(".none", ("fill", "none")),
        Rule(".pl", ("stroke", "var(--paper)"), ("stroke-width", "1.6"), ("fill", "none")),
        Rule(".pd", ("fill", "var(--paper)")),
        Rule(".ph", ("stroke", "var(--line-strong)"), ("stroke-width", "1"), ("fill", "none"))
    ]

    /// Hue, band and pattern of each segment.
    private static let segments: [Rule] =
        (0..<7).flatMap { index in
            [
                Rule(".s\(index)", ("fill", "var(--s\(index))")),
                Rule(".band.b\(index)", ("stroke", "var(--s\(index)-light)")),
                Rule(".band.dash.b\(index)", ("stroke", "var(--s\(index))")),
                Rule(
                    ".s\(index).open", ("fill", "var(--paper)"), ("stroke", "var(--s\(index))"), ("stroke-width", "2.5")
                ),
                Rule(".f\(index)", ("fill", index == 0 ? "var(--s0)" : "url(#p\(index))")),
                Rule(".dots.s\(index)", ("stroke", "var(--s\(index))")),
                Rule(".dots.light.s\(index)", ("stroke", "var(--s\(index)-light)"), ("stroke-width", "12"))
            ]
        } + [
            Rule(".ring", ("fill", "var(--paper)"), ("stroke", "var(--s5)"), ("stroke-width", "3.5")),
            Rule(".f6", ("stroke", "var(--s6)")),
            // A dash without length and with a round end is a dot.
            Rule(
                ".dots", ("stroke", "var(--line-soft)"), ("stroke-width", "14"), ("stroke-linecap", "round"),
                ("stroke-dasharray", "0 20"), ("fill", "none")),
            Rule(".dots.up", ("stroke", "var(--accent)")),
            Rule(".dots.light.up", ("stroke", "var(--accent-2)"), ("stroke-width", "12"))
        ]

    /// The declarations of an element, or of these classes whatever the element, as a style sheet writes them.
    static func css(element: String = "", classes: Set<String> = []) -> [String] {
        declarations(element: element, classes: classes).map { "\($0.0):\($0.1)" }.sorted()
    }

    /// Rules with their order, by one of their classes or by their element.
    private static let places: [String: [(order: Int, rule: Rule)]] = Dictionary(
        grouping: rules.enumerated().map { (order: $0.offset, rule: $0.element) },
        by: { $0.rule.classes.min() ?? $0.rule.selector })

    /// The declarations that hold for an element, as a browser would choose them: more classes win over fewer, later
    /// over earlier.
    static func declarations(element: String, classes: Set<String>) -> [(String, String)] {
        let found = (classes.union([element])).flatMap { places[$0] ?? [] }
            .filter { $0.rule.classes.isSubset(of: classes) }
            .sorted { ($0.rule.classes.count, $0.order) < ($1.rule.classes.count, $1.order) }
        var result: [(String, String)] = []
        for (key, value) in found.flatMap(\.rule.declarations) {
            result.removeAll { $0.0 == key }
            result.append((key, value))
        }
        return result
    }
}
