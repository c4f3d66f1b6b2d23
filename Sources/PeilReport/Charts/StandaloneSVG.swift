/// A chart as a file of its own: finding, what it shows, key, drawing and source, with the theme's colours written in.
/// The same chart gives the same bytes. It holds no script, no style sheet and no reference out of itself, so that any
/// program that knows SVG 1.1 draws it.
/// - Parameters:
///   - chart: what is drawn.
///   - theme: colours and fonts.
///   - language: of its words, as `xml:lang` and `lang`.
public func standaloneSVG(_ chart: Chart, language: Language, theme: Theme = .standard) -> [UInt8] {
    let drawing = StandaloneDrawing(chart: chart, theme: theme)
    var bytes = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
    drawing.markup(language).write(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
}

private struct StandaloneDrawing {
    let chart: Chart
    let theme: Theme
    private static let margin = 24.0
    private static let width = 720.0

    func markup(_ language: Language) -> Markup {
        guard case .element(_, let attributes, let children) = chart.drawn(.wide) else { return .group([]) }
        let box = attributes.first { $0.0 == "viewBox" }?.1 ?? ""
        let height = Double(box.split(separator: " ").last ?? "") ?? 0
        // Title and description name the whole file; what remains is drawn.
        let drawn = children.filter { !$0.isDescription }
        var y = 4.0
        var parts: [Markup] = []
        for line in TextLines.wrap(chart.title.plain, width: Self.width, size: 20, isBold: true) {
            y += 26
            parts.append(Draw.text(0, y, "title", line))
        }
        for line in chart.subtitle.isEmpty ? [] : TextLines.wrap(chart.subtitle, width: Self.width, size: 13) {
            y += 20
            parts.append(Draw.text(0, y, "sm m", line))
        }
        let key = key(from: y + 26)
        parts += key.parts
        y = key.bottom + 10
        parts.append(.el("g", [("transform", "translate(0 \(Draw.px(y)))")], drawn))
        y += height
        for line in TextLines.wrap(chart.source.plain, width: Self.width, size: 13) where !line.isEmpty {
            y += 20
            parts.append(Draw.text(0, y, "src", line))
        }
        return root(parts, height: y + 16, language)
    }

    /// Marks with their meaning, as many on a line as fit.
    private func key(from top: Double) -> (parts: [Markup], bottom: Double) {
        var (x, y) = (0.0, top)
        var parts: [Markup] = []
        for key in chart.key {
            let text = TextLines.one(key.text, width: Self.width - 34, size: 13)
            let width = 34 + TextWidth.of(text, size: 13)
            if x > 0, x + width > Self.width { (x, y) = (0, y + 22) }
            parts.append(
                .el("g", [("transform", "translate(\(Draw.px(x)) \(Draw.px(y - 12)))")], key.mark.drawn))
            parts.append(Draw.text(x + 34, y, "sm m", text))
            x += width + 20
        }
        return (parts, chart.key.isEmpty ? top - 26 : y + 4)
    }

    private func root(_ parts: [Markup], height: Double, _ language: Language) -> Markup {
        let margin = Self.margin
        let (width, height) = (Self.width + 2 * margin, height + 2 * margin)
        let id = Draw.anchor(chart.id)
        let body = Markup.el("g", [("transform", "translate(\(Draw.px(margin)) \(Draw.px(margin)))")], parts)
        let paper = Draw.rect(0, 0, width, height, "pd")
        return .el(
            "svg",
            [
                ("xmlns", "http://www.w3.org/2000/svg"), ("width", Draw.px(width)), ("height", Draw.px(height)),
                ("viewBox", "0 0 \(Draw.px(width)) \(Draw.px(height))"), ("xml:lang", language.rawValue),
                ("lang", language.rawValue), ("font-family", theme.fontStack), ("role", "img"),
                ("aria-labelledby", "\(id)-t \(id)-d")
            ],
            [
                .el("title", [("id", "\(id)-t")], chart.alternativeTitle),
                .el("desc", [("id", "\(id)-d")], chart.alternativeText)
            ] + [FillPatterns.definitions, paper, body].map(styled))
    }

    /// Classes become attributes with colours; what only a page uses goes.
    private func styled(_ markup: Markup) -> Markup {
        switch markup {
        case .text: return markup
        case .group(let children): return .group(children.map(styled))
        case .each(let count, let make): return .each(count) { styled(make($0)) }
        case .element(let name, let attributes, let children):
            let classes = attributes.first { $0.0 == "class" }?.1.split(separator: " ").map(String.init) ?? []
            var kept = attributes.filter { $0.0 != "class" && !$0.0.hasPrefix("data-") }
            for (key, value) in DrawingStyle.declarations(element: name, classes: Set(classes)) {
                kept.append((key, theme.resolved(value)))
            }
            return .element(name, kept, children.map(styled))
        }
    }
}
