/// Columns of declared classes: how weights are spread.
struct Histogram {
    let chart: Chart
    let classes: [Chart.ClassShare]

    func wide() -> Markup { draw(.wide, height: 190) }
    func narrow() -> Markup { draw(.narrow, height: 150) }

    private func draw(_ variant: Variant, height: Double) -> Markup {
        let axis = Axis(classes.map(\.share.value), scale: .percent)
        let (from, to) = (48.0, variant.width - 4)
        let (top, bottom) = (26.0, 26 + height)
        let slot = (to - from) / Double(max(classes.count, 1))
        // Labels that do not fit beside each other are written at every second class, or fewer.
        let widest =
            classes.flatMap { $0.label.split(separator: " ") }.map { TextWidth.of(String($0), size: 13) }.max() ?? 0
        let every = max(1, Int(((widest + 6) / slot).rounded(.up)))
        var content: [Markup] = axis.ticks.enumerated().flatMap { index, tick in
            let y = axis.place(tick, bottom, top)
            let label = axis.label(tick, isLast: index == axis.ticks.count - 1)
            return [
                Draw.line(from, y, to, y, tick == 0 ? "g0" : "g"), Draw.text(from - 8, y + 5, "sm m e", label)
            ]
        }
        var depth = 1
        for (index, item) in classes.enumerated() {
            let x = from + slot * Double(index)
            let y = axis.place(item.share.value, bottom, top)
            let style = item.isOutside ? "bar open" : "bar"
            let width = max(slot - 3, 1)
            content.append(Draw.row([Draw.rect(x + 1.5, y, width, bottom - y, style)]))
            if TextWidth.of(item.share.text.plain, size: 13, isBold: true) + 2 <= slot {
                content.append(Draw.text(x + slot / 2, y - 6, "sm b c plate", item.share.text))
            }
            guard index % every == 0 else { continue }
            let lines = TextLines.wrap(item.label, width: slot * Double(every) - 4, size: 13, maximum: 2)
            depth = max(depth, lines.count)
            // A label for several classes starts at its own; the last ones end at the drawing's edge.
            let style2 = every == 1 ? "sm m c" : "sm m"
            let at = every == 1 ? x + slot / 2 : min(x + 2, to - widest)
            content += Draw.lines(lines, at, first: bottom + 18, style2)
        }
        var end = bottom + 12 + Double(depth) * 17
        if !chart.headings.axis.isEmpty {
            let text = TextLines.one(chart.headings.axis, width: to - from, size: 13)
            content.append(Draw.text((from + to) / 2, end + 12, "sm m c", text))
            end += 20
        }
        return Draw.svg(chart, variant, height: end, content)
    }
}
