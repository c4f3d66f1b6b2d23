/// The report model as elements: the frame of the page. Blocks stand in HTMLBlocks.swift.
struct HTMLPage {
    let report: Report
    let words: Wording

    /// The page's own part as bytes: part by part, because the elements of a page about hundreds of areas fill more memory
    /// than its text, and in pieces, because an array that grows holds that text three times. Fill patterns come last, when it
    /// is known which are used.
    func main(_ drawings: inout PageDrawings) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var output: [UInt8] = []
        func add(_ part: Markup) {
            drawings.write(part, to: &output)
            guard output.count > 1 << 16 else { return }
            pieces.append(output)
            output.removeAll(keepingCapacity: true)
        }
        output += Array("<div class=\"wrap\">".utf8)
        add(hero())
        for section in report.sections {
            output += Array("<section id=\"".utf8)
            Markup.escape(section.id, to: &output)
            output += Array("\">".utf8)
            add(.el("h2", [], section.title))
            for part in section.parts { add(self.part(part)) }
            output += Array("</section>".utf8)
        }
        output += Array("</div>".utf8)
        add(method())
        add(Self.patterns(for: drawings.classes))
        return pieces + [output]
    }

    /// Fill patterns of segments and of hidden boxes, once a page.
    /// - Parameter classes: of parts of its drawings.
    static func patterns(for classes: Set<String>) -> Markup {
        .el(
            "svg", [("class", "defs"), ("aria-hidden", "true")],
            [FillPatterns.definitions { classes.contains($0) }])
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
        let head: [Markup] = [
            .el("p", class: "kicker", report.kicker.markup()),
            .el("h1", [], report.title.markup()),
            .group(report.lead.map { .el("p", class: "lead", $0.markup()) })
        ]
        let opening = report.cover.map { [.el("div", [], head), HundredDots(cover: $0).markup()] } ?? head
        return .el(
            "div", class: report.cover == nil ? "hero" : "hero covered",
            opening + [
                report.keyFigures.isEmpty
                    ? .group([]) : .el("ul", class: keyStyle, report.keyFigures.map { keyFigure($0) }),
                contents()
            ])
    }

    /// Where one label takes two lines, all have room for two, so that the numbers stand on one line. Six stand three by three.
    private var keyStyle: String {
        let count = report.keyFigures.count
        let areThree = count % 4 != 0 && count % 3 == 0
        let room = areThree ? 330.0 : 240
        let isTall = report.keyFigures.contains { TextWidth.of($0.label, isBold: true) > room }
        return "keys" + (isTall ? " tall" : "") + (areThree ? " three" : "")
    }

    private func keyFigure(_ figure: Report.KeyFigure) -> Markup {
        let isWords = figure.value.parts.count > 1 || figure.value.rowIDs.isEmpty
        return .el(
            "li", [],
            [
                .el("span", [("class", "name")], figure.label),
                figure.value.onlyNumber.map { .el("span", [("class", "value")] + $0.attribute, $0.text) }
                    ?? .el("span", class: isWords ? "value words" : "value", figure.value.markup())
            ]
                + (figure.scale.map { [KeyScale.markup($0)] } ?? [])
                + figure.notes.map { .el("p", [], $0.markup()) })
    }

    private func contents() -> Markup {
        let links = report.sections.map { ($0.id, $0.title) } + [("method", report.method.title)] + methodLinks()
        return .el(
            "nav", [("class", "toc"), ("aria-label", words[.contents])],
            [
                .el(
                    "ul", [],
                    [.el("li", [], [.el("b", [], words[.contents])])]
                        + links.map { .el("li", [], [.el("a", [("href", "#\($0.0)")], $0.1)]) })
            ])
    }

    /// The method page has no other sections: its headings are what a reader looks for.
    private func methodLinks() -> [(String, String)] {
        guard report.sections.isEmpty else { return [] }
        return report.method.blocks.enumerated().compactMap { index, block in
            if case .heading(let text) = block { ("method-\(index)", text) } else { nil }
        }
    }

    private func methodBlock(_ index: Int, _ block: Report.Block) -> Markup {
        guard report.sections.isEmpty, case .heading(let text) = block else { return self.block(block) }
        return .el("h3", [("id", "method-\(index)")], text)
    }

    private func part(_ part: Report.Part) -> Markup {
        .el(
            "div", class: part.callouts.isEmpty ? "grid text" : "grid",
            [
                .el("div", class: "main", [.each(part.blocks.count) { block(part.blocks[$0]) }]),
                part.callouts.isEmpty
                    ? .group([]) : .el("div", class: "side", part.callouts.map { callout($0) })
            ])
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
                .el(
                    "div", class: "wrap",
                    [.el("h2", [], report.method.title)] + report.method.blocks.enumerated().map { methodBlock($0, $1) }
                )
            ])
    }
}
