extension HTMLPage {
    func block(_ block: Report.Block) -> Markup {
        switch block {
        case .heading(let text): .el("h3", [], text)
        case .paragraph(let text): .el("p", [], text.markup())
        case .findings(let findings): .el("ul", class: "finds", findings.map { finding($0) })
        case .chart(let chart): figure(chart)
        case .table(let table): figure(table)
        case .list(let items): .el("ul", [], items.map { .el("li", [], $0.markup()) })
        case .definitions(let items):
            .el("dl", [], items.flatMap { [.el("dt", [], $0.term), .el("dd", [], $0.text.markup())] })
        case .links(let title, let links):
            .el("nav", [("class", "links"), ("aria-label", title)], [.el("h3", [], title), list(of: links)])
        case .messages(let sayTitle, let say, let avoidTitle, let avoid):
            .el("div", class: "says", [column(sayTitle, say, ""), column(avoidTitle, avoid, "no")])
        }
    }

    private func list(of links: [Report.Link]) -> Markup {
        .el("ul", [], links.map { .el("li", [], [.el("a", [("href", "\($0.page).html")], $0.title)]) })
    }

    private func column(_ title: String, _ items: [RichText], _ style: String) -> Markup {
        .el("div", class: style, [.el("h3", [], title), .el("ul", [], items.map { .el("li", [], $0.markup()) })])
    }

    private func finding(_ finding: Finding) -> Markup {
        let phrase: Phrase =
            switch finding.evidence {
            case .clear: .clear
            case .indicative: .indicative
            case .notDistinguishable: .notDistinguishable
            case .estimated: .estimated
            case .tooFew: .tooFew
            }
        let isWeak = ![.clear, .estimated].contains(finding.evidence)
        let more: Markup = finding.detail.isEmpty ? .group([]) : .el("p", class: "more", finding.detail.markup())
        return .el(
            "li", [],
            [
                .el(
                    "span", class: isWeak ? "ev ev-weak" : "ev",
                    [evidenceMark(finding.evidence), .text(words[phrase])]),
                .el("div", [], [.el("p", [], finding.sentence.markup()), more])
            ])
    }

    /// A dot on its interval for clear, an open one on a dashed line for indicative, a square for a size.
    private func evidenceMark(_ evidence: Evidence) -> Markup {
        let drawn: [Markup] =
            switch evidence {
            case .clear: [Draw.line(4, 8, 20, 8, "band up"), circle("up")]
            case .estimated: [Draw.line(2, 8, 22, 8, "wk"), Draw.rect(8, 4, 8, 8, "even")]
            case .indicative: [Draw.line(0, 8, 24, 8, "band even dash"), circle("even open")]
            case .notDistinguishable: [Draw.text(12, 14, "c b", "≈")]
            case .tooFew: [Draw.hatched(2, 2, 20, 12)]
            }
        return .el("svg", [("aria-hidden", "true")], drawn)
    }

    private func circle(_ style: String) -> Markup {
        .el("circle", [("cx", "12"), ("cy", "8"), ("r", "5"), ("class", style)])
    }

    // MARK: Charts and tables

    private func figure(_ chart: Chart) -> Markup {
        .el(
            "figure", [("id", Draw.anchor(chart.id))],
            [
                .el(
                    "div", class: "keep",
                    [
                        .el("h3", [], chart.title.markup()), .el("p", [("class", "sub")], chart.subtitle),
                        key(chart.key), drawings(chart)
                    ]),
                .el("details", [], [.el("summary", [], words[.tableSummary])]),
                .el("div", [("class", "tw"), ("tabindex", "0")], [table(chart.table)]),
                .el("p", class: "src", chart.source.markup())
            ])
    }

    /// The wide drawing and, with the same figures in the same order, the narrow one: it takes its name and description from the
    /// wide one, and the wide one and the table name its rows.
    private func drawings(_ chart: Chart) -> Markup {
        let wide = chart.drawn(.wide)
        guard case .element(_, let attributes, _) = wide,
            case .element(let name, let own, let parts) = chart.drawn(.narrow).withoutRows
        else { return wide }
        let isLabel = { (attribute: (String, String)) in attribute.0 == "aria-labelledby" }
        let named = own.filter { !isLabel($0) } + attributes.filter(isLabel)
        return .group([wide, .element(name, named, parts.filter { !$0.isDescription })])
    }

    private func figure(_ item: Report.Figureless) -> Markup {
        .el(
            "figure",
            [
                // Wider than a narrow screen, it is scrolled by keys too.
                ("class", item.isCaptionQuiet ? "wide quiet" : "wide"), ("id", Draw.anchor(item.id)), ("tabindex", "0")
            ],
            [
                .el("h3", [], item.title.markup()),
                item.subtitle.isEmpty ? .group([]) : .el("p", class: "sub", item.subtitle.markup()), key(item.key),
                table(item.table), .el("p", class: "src", item.source.markup())
            ])
    }

    private func key(_ keys: [Chart.Key]) -> Markup {
        guard !keys.isEmpty else { return .group([]) }
        // Steps of an ordered scale stand in their order in the chart: neighbours must differ without colour, others need not.
        let hasSteps = keys.contains { key in
            switch key.mark {
            case .level, .heat: true
            default: false
            }
        }
        return .el(
            "ul", class: hasSteps ? "key steps" : "key",
            keys.map { key in
                .el(
                    "li", [],
                    [
                        .el("svg", [("aria-hidden", "true")], key.mark.drawn),
                        .text(key.text)
                    ])
            })
    }

    private func table(_ table: DataTable) -> Markup {
        let head = table.columns.enumerated().map { index, name -> Markup in
            let mark = index > 0 && index <= table.columnMarks.count ? table.columnMarks[index - 1] : nil
            let icon: [Markup] =
                mark.map {
                    [.el("svg", [("aria-hidden", "true")], [Draw.segment($0, 8, 8)])]
                } ?? []
            let words = table.wordColumns.contains(index) ? [("class", "t")] : []
            // A heading that stands upright on a narrow screen is an element of its own.
            let isUpright = table.isHeat || index > 0 && words.isEmpty
            return .el("th", [("scope", "col")] + words, [isUpright ? .el("span", [], name) : .text(name)] + icon)
        }
        return .el(
            "table", [("class", style(table))],
            [
                .el("caption", [], table.caption), .el("thead", [], [.el("tr", [], head)]),
                .el("tbody", [], [.each(table.rows.count) { row(table.rows[$0], of: table) }])
            ])
    }

    /// Numbers of people over a word need more room than shares; long words in many columns stand upright on paper.
    private func style(_ table: DataTable) -> String {
        guard !table.isHeat else {
            return table.rows.contains { $0.cells.contains { !$0.second.isEmpty } } ? "heat counts" : "heat"
        }
        let hasLongWord = table.columns.dropFirst().contains { $0.split(separator: " ").contains { $0.count > 13 } }
        return table.columns.count > 5 && hasLongWord ? "up-table upright" : "up-table"
    }

    private func row(_ row: DataTable.Row, of table: DataTable) -> Markup {
        let shared = shared(by: row.cells)
        let named = shared.isEmpty ? [] : [("data-row", shared.joined(separator: " "))]
        return .el(
            "tr", (row.isTotal ? [("class", "total")] : []) + named,
            [.el("th", [("scope", "row")], row.header)]
                + row.cells.enumerated().map {
                    cell($1, isWords: table.wordColumns.contains($0 + 1), around: shared)
                })
    }

    /// The row_ids that most numbers of a table's row state: the row names them, and a cell names its own only where they differ.
    /// None where fewer than two do, or where a cell has a number that states no row.
    private func shared(by cells: [DataTable.Cell]) -> [String] {
        var counts: [(rows: [String], count: Int)] = []
        for part in cells.flatMap(\.text.parts) {
            switch part {
            case .plain(let text), .strong(let text): if text.contains(where: \.isNumber) { return [] }
            case .number(_, let rows):
                if let place = counts.firstIndex(where: { $0.rows == rows }) {
                    counts[place].count += 1
                } else {
                    counts.append((rows, 1))
                }
            }
        }
        guard !cells.contains(where: { $0.second.contains(where: \.isNumber) }) else { return [] }
        // The first of those that occur equally often.
        guard let most = counts.max(by: { $0.count < $1.count })?.count, most > 1 else { return [] }
        return counts.first { $0.count == most }?.rows ?? []
    }

    private func cell(_ cell: DataTable.Cell, isWords: Bool, around: [String]) -> Markup {
        var styles = isWords ? ["t"] : []
        switch cell.style {
        case .plain: break
        case .heat(let index): styles.append("h\(index)")
        case .hidden: styles.append("x")
        }
        if cell.isIndicative { styles.append("i") }
        let sign: [Markup] =
            cell.sign.map { verdict in
                [.el("b", [("title", verdict == .higher ? words[.keyHigher] : words[.keyLower])], verdict.sign)]
            } ?? []
        let second: [Markup] = cell.second.isEmpty ? [] : [.el("small", [], cell.second)]
        if styles.isEmpty, sign.isEmpty, second.isEmpty, let number = cell.text.onlyNumber {
            return .el("td", cell.text.rowIDs == around ? [] : number.attribute, number.text)
        }
        let content = cell.text.markup(around: around)
        let inside: [Markup] =
            cell.style == .hidden
            ? [.el("span", [("role", "img"), ("aria-label", words[.hidden])], content)]
            : ["", "t"].contains(styles.joined()) && sign.isEmpty ? content : [boxed(cell.text, content, around)]
        return .el("td", styles.isEmpty ? [] : [("class", styles.joined(separator: " "))], sign + inside + second)
    }

    /// A number alone names its row on the element that is drawn around it.
    private func boxed(_ text: RichText, _ content: [Markup], _ around: [String]) -> Markup {
        guard let number = text.onlyNumber, text.rowIDs != around else { return .el("span", [], content) }
        return .el("span", number.attribute, number.text)
    }
}
