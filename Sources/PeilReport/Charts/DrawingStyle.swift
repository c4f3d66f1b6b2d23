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
                Rule(
                    ".light\(index)", ("fill", "var(--s\(index)-light)"), ("stroke", "var(--s\(index))"),
                    ("stroke-width", "1.5"))
            ]
        } + [
            Rule(".ring", ("fill", "var(--paper)"), ("stroke", "var(--s5)"), ("stroke-width", "3.5")),
            Rule(".f6", ("stroke", "var(--s6)")),
            Rule(".blank", ("fill", "var(--line-soft)")),
            Rule(".light", ("fill", "var(--accent-2)"), ("stroke", "var(--accent)"), ("stroke-width", "1.5"))
        ]

    /// The rules as CSS: those that something on the page follows.
    /// - Parameter classes: of each element of the page.
    static func css(for classes: ClassNames) -> String {
        rules.filter { classes.have($0.classes) }.map { rule in
            "svg \(rule.selector){" + rule.declarations.map { "\($0.0):\($0.1)" }.joined(separator: ";") + "}"
        }.joined(separator: "\n")
    }

    /// The declarations that hold for an element, as a browser would choose them: more classes win over fewer, later
    /// over earlier.
    static func declarations(element: String, classes: Set<String>) -> [(String, String)] {
        var found: [(weight: Int, declarations: [(String, String)])] = []
        for rule in rules {
            if rule.selector == element {
                found.append((0, rule.declarations))
            } else if rule.selector.hasPrefix(".") {
                let needed = rule.classes
                if classes.isSuperset(of: needed) { found.append((needed.count, rule.declarations)) }
            }
        }
        var result: [(String, String)] = []
        let ordered = found.enumerated().sorted {
            ($0.element.weight, $0.offset) < ($1.element.weight, $1.offset)
        }
        for (key, value) in ordered.flatMap(\.element.declarations) {
            result.removeAll { $0.0 == key }
            result.append((key, value))
        }
        return result
    }
}

/// Classes of the elements of a page: all of them, and which stand together.
struct ClassNames {
    let all: Set<String>
    private let together: [Set<String>]

    /// - Parameter written: values of `class`.
    init(_ written: Set<String>) {
        together = written.map { Set($0.split(separator: " ").map(String.init)) }.filter { $0.count > 1 }
        all = written.reduce(into: []) { $0.formUnion($1.split(separator: " ").map(String.init)) }
    }

    /// Whether an element has all of these.
    func have(_ needed: Set<String>) -> Bool {
        needed.isSubset(of: all) && (needed.count < 2 || together.contains { $0.isSuperset(of: needed) })
    }
}
