/// The report model as elements: the frame of the page. Blocks stand in HTMLBlocks.swift.
struct HTMLPage {
    let report: Report
    let words: Wording

    func main() -> Markup {
        .group([Self.patterns, .el("div", class: "wrap", [hero()] + report.sections.map { section($0) }), method()])
    }

    /// Links to the other pages of the report.
    func navigation() -> Markup {
        guard !report.navigation.isEmpty else { return .group([]) }
        return .el(
            "nav", [("class", "pages"), ("aria-label", words[.pagesLabel])],
            [
                .el(
                    "ul", [],
                    report.navigation.map { link in
                        let current = link.isCurrent ? [("aria-current", "page")] : []
                        return .el("li", [], [.el("a", [("href", "\(link.page).html")] + current, link.title)])
                    })
            ])
    }

    private func hero() -> Markup {
        .el(
            "div", class: "hero",
            [
                .el("p", class: "kicker", report.kicker.markup()),
                .el("h1", [], report.title.markup()),
                .group(report.lead.map { .el("p", class: "lead", $0.markup()) }),
                report.keyFigures.isEmpty
                    ? .group([]) : .el("ul", class: "keys", report.keyFigures.map { keyFigure($0) }),
                contents()
            ])
    }

    private func keyFigure(_ figure: Report.KeyFigure) -> Markup {
        let isWords = figure.value.parts.count > 1 || figure.value.rowIDs.isEmpty
        return .el(
            "li", [],
            [
                .el("span", [("class", "name")], figure.label),
                .el("span", class: isWords ? "value words" : "value", figure.value.markup())
            ]
                + figure.notes.map { .el("p", [], $0.markup()) })
    }

    private func contents() -> Markup {
        let links = report.sections.map { ($0.id, $0.title) } + [("method", report.method.title)]
        return .el(
            "nav", [("class", "toc"), ("aria-label", words[.contents])],
            [
                .el(
                    "ul", [],
                    [.el("li", [], [.el("b", [], words[.contents])])]
                        + links.map { .el("li", [], [.el("a", [("href", "#\($0.0)")], $0.1)]) })
            ])
    }

    private func section(_ section: Report.Section) -> Markup {
        .el(
            "section", [("id", section.id)],
            [.el("h2", [], section.title)]
                + section.parts.map { part in
                    .el(
                        "div", class: part.callouts.isEmpty ? "grid text" : "grid",
                        [
                            .el("div", class: "main", part.blocks.map { block($0) }),
                            part.callouts.isEmpty
                                ? .group([])
                                : .el("div", class: "side", part.callouts.map { callout($0) })
                        ])
                })
    }

    private func callout(_ callout: Report.Callout) -> Markup {
        .el(
            "div", class: callout.kind == .doNotConclude ? "box dont" : "box",
            [
                .el("h3", [], callout.title),
                .el("ul", [], callout.points.map { .el("li", [], $0.markup()) })
            ])
    }

    private func method() -> Markup {
        .el(
            "div", [("class", "method"), ("id", "method")],
            [
                .el("div", class: "wrap", [.el("h2", [], report.method.title)] + report.method.blocks.map { block($0) })
            ])
    }

    /// Fill patterns of segments and of hidden boxes, once a page.
    static let patterns: Markup = {
        func pattern(_ id: String, _ fill: String, _ marks: [Markup]) -> Markup {
            .el(
                "pattern", [("id", id), ("width", "8"), ("height", "8"), ("patternUnits", "userSpaceOnUse")],
                [Draw.rect(0, 0, 8, 8, fill)] + marks)
        }
        let white = Markup.el("rect", [("width", "8"), ("height", "8"), ("class", "pd")])
        return .el(
            "svg", [("class", "defs"), ("aria-hidden", "true"), ("focusable", "false")],
            [
                .el(
                    "defs", [],
                    [
                        pattern("p1", "s1", [Draw.path("M-2 2L2 -2M0 8L8 0M6 10L10 6", "pl")]),
                        pattern("p2", "s2", [.el("circle", [("cx", "4"), ("cy", "4"), ("r", "1.5"), ("class", "pd")])]),
                        pattern("p3", "s3", [Draw.line(0, 4, 8, 4, "pl")]),
                        pattern("p4", "s4", [Draw.line(4, 0, 4, 8, "pl")]),
                        pattern("p5", "s5", [Draw.path("M0 0L8 8M8 0L0 8", "pl")]),
                        pattern("p6", "s6", [Draw.path("M0 0L8 8M-2 6L2 10M6 -2L10 2", "pl")]),
                        pattern("hidden", "pd", [white, Draw.path("M-2 2L2 -2M0 8L8 0M6 10L10 6", "ph")])
                    ])
            ])
    }()
}
