/// Standardised differences between sample and population, category by category: open before weighting, filled after.
/// Dashed rules show the size under which a difference is called small.
struct BalancePlot {
    let chart: Chart
    let rows: [Chart.BalanceRow]
    let limit: Double?

    /// Symmetric around zero, so that no direction looks larger.
    private var reach: Double {
        let values = rows.flatMap { [$0.before?.value, $0.after?.value].compactMap { $0 }.map { abs($0) } }
        let most = max(values.max() ?? 0, (limit ?? 0) * 1.2, 0.01)
        let steps = [0.02, 0.04, 0.1, 0.2, 0.4, 0.6, 1, 2, 4, 10, 20, 40, 100]
        return steps.first { most <= $0 } ?? most
    }

    func wide() -> Markup {
        let texts = rows.flatMap { [$0.before?.text.plain, $0.after?.text.plain].compactMap { $0 } }
        let column = max(texts.map { TextWidth.of($0) }.max() ?? 0, 56)
        let labelWidth = min(max(rows.map { TextWidth.of($0.label) }.max() ?? 0, 100) + 14, 240)
        let (from, to) = (labelWidth + 14, 720 - 2 * column - 40)
        let top = 26.0
        var y = top + 4
        var content: [Markup] = []
        for row in rows {
            if !row.heading.isEmpty {
                content.append(Draw.text(0, y + 22, "b", TextLines.one(row.heading, width: 300, isBold: true)))
                y += 28
            }
            let lines = TextLines.wrap(row.label, width: labelWidth - 14, maximum: 2)
            let height = max(26, Double(lines.count) * 17 + 8)
            let middle = y + height / 2
            content += Draw.lines(lines, 14, middle: middle, "")
            content.append(marks(row, from, to, middle))
            content.append(Draw.text(720 - column - 16, middle + 5, "m e", row.before?.text ?? "–"))
            content.append(Draw.text(720, middle + 5, "b e", row.after?.text ?? "–"))
            y += height
        }
        return Draw.svg(chart, .wide, height: y + 6, grid(from, to, top, y) + content)
    }

    func narrow() -> Markup {
        let (from, to) = (8.0, 342.0)
        let top = 26.0
        var y = top + 4
        var content: [Markup] = []
        for row in rows {
            if !row.heading.isEmpty {
                content.append(Draw.text(0, y + 20, "b plate", TextLines.one(row.heading, width: 346, isBold: true)))
                y += 26
            }
            let numbers: RichText = (row.before?.text ?? "–") + " → " + (row.after?.text ?? "–")
            let head = NarrowHead(row.label, value: numbers)
            content += head.draw(first: y + 18)
            let middle = y + 16 + Double(head.count) * 17
            content.append(marks(row, from, to, middle))
            y = middle + 12
        }
        return Draw.svg(chart, .narrow, height: y + 6, grid(from, to, top, y) + content)
    }

    private func place(_ value: Double, _ from: Double, _ to: Double) -> Double {
        let part = (min(max(value, -reach), reach) + reach) / (2 * reach)
        return from + part * (to - from)
    }

    private func grid(_ from: Double, _ to: Double, _ top: Double, _ bottom: Double) -> [Markup] {
        // Half the reach is a tick too, and must read as what it is.
        let digits = (reach * 5).rounded() == reach * 5 ? 10.0 : reach * 50 == (reach * 50).rounded() ? 100 : 1000
        func text(_ value: Double) -> String {
            let scaled = Int((abs(value) * digits).rounded())
            guard scaled > 0 else { return "0" }
            let whole = scaled / Int(digits)
            let rest = scaled % Int(digits)
            let width = digits == 10 ? 1 : digits == 100 ? 2 : 3
            let padded = String(repeating: "0", count: max(width - "\(rest)".count, 0)) + "\(rest)"
            let number = rest == 0 ? "\(whole)" : "\(whole)\(decimalMark)\(padded)"
            return value < 0 ? "\u{2212}" + number : number
        }
        var result: [Markup] = [-reach, -reach / 2, 0, reach / 2, reach].flatMap { tick in
            let x = place(tick, from, to)
            return [
                Draw.line(x, top, x, bottom, tick == 0 ? "g0" : "g"),
                Draw.text(
                    x, top - 8, tick == -reach ? "sm m" : tick == reach ? "sm m e" : "sm m c", text(tick))
            ]
        }
        if let limit {
            result += [-limit, limit].map { Draw.line(place($0, from, to), top, place($0, from, to), bottom, "rule") }
        }
        return result
    }

    /// The mark that the numbers of this chart are written with.
    private var decimalMark: String {
        rows.contains { ($0.before?.text.plain ?? "").contains(",") || ($0.after?.text.plain ?? "").contains(",") }
            ? "," : "."
    }

    private func marks(_ row: Chart.BalanceRow, _ from: Double, _ to: Double, _ y: Double) -> Markup {
        var result: [Markup] = []
        let before = row.before.map { place($0.value, from, to) }
        let after = row.after.map { place($0.value, from, to) }
        if let before, let after { result.append(Draw.line(before, y, after, y, "tie")) }
        for (x, style) in [(before, "even open"), (after, "up")] {
            if let x {
                result.append(
                    .el("circle", [("cx", Draw.px(x)), ("cy", Draw.px(y)), ("r", "5"), ("class", style)]))
            }
        }
        return Draw.row(result)
    }
}
