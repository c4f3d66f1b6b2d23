/// One panel a question, all on one scale from 0: the first waves open, the last filled. A line says that two waves may
/// be compared, a colour that a test told them apart, and a double dashed rule that the question changed.
struct TrendChart {
    let chart: Chart
    let panels: [Chart.TrendPanel]
    let scale: Chart.Scale

    private struct Layout {
        let width: Double
        let perRow: Int
        let gutter: Double
        let gap: Double
        var panel: Double { (width - gutter - gap * Double(perRow - 1)) / Double(perRow) }
    }

    func wide() -> Markup {
        draw(.wide, Layout(width: 720, perRow: min(max(panels.count, 1), 4), gutter: 48, gap: 22))
    }

    func narrow() -> Markup {
        draw(.narrow, Layout(width: 350, perRow: min(max(panels.count, 1), 2), gutter: 48, gap: 16))
    }

    private var axis: Axis {
        Axis(
            panels.flatMap(\.points).flatMap { [$0.value?.upper, $0.value?.estimate].compactMap { $0 } },
            scale: scale)
    }

    private func draw(_ variant: Variant, _ layout: Layout) -> Markup {
        let axis = axis
        var y = 0.0
        var content: [Markup] = []
        for start in stride(from: 0, to: panels.count, by: layout.perRow) {
            let row = Array(panels[start..<min(start + layout.perRow, panels.count)])
            let heads = row.map { head($0, layout.panel) }
            let headHeight = heads.map { Double($0.title.count) * 17 + Double($0.note.lines.count) * 16 }.max() ?? 17
            let top = y + headHeight + 32
            let bottom = top + 150
            content += grid(axis, layout, count: row.count, top: top, bottom: bottom)
            for (index, panel) in row.enumerated() {
                let x = layout.gutter + Double(index) * (layout.panel + layout.gap)
                content += Draw.lines(heads[index].title, x, first: y + 15, "b")
                let noteTop = y + 12 + Double(heads[index].title.count) * 17
                content += heads[index].note.draw(
                    x, middle: noteTop - 2 + Double(heads[index].note.lines.count - 1) * 8)
                content += self.panel(panel, axis, x, x + layout.panel, top: top, bottom: bottom)
            }
            y = bottom + waveHeight(row, layout.panel) + 16
        }
        return Draw.svg(chart, variant, height: y, content)
    }

    private func head(_ panel: Chart.TrendPanel, _ width: Double) -> (title: [String], note: NoteText) {
        let row = Chart.Row(
            label: panel.label, value: nil, reference: nil, verdict: panel.verdict, note: panel.note, segment: nil)
        var note = NoteText(row, width: width, maximum: 3)
        // A change of the question is as loud as a change of the answers.
        if panel.points.last?.followsBreak == true { note = note.styled("sm lo") }
        return (TextLines.wrap(panel.label, width: width, isBold: true, maximum: 3), note)
    }

    private func grid(
        _ axis: Axis, _ layout: Layout, count: Int, top: Double, bottom: Double
    ) -> [Markup] {
        axis.ticks.enumerated().flatMap { index, tick -> [Markup] in
            let y = axis.place(tick, bottom, top)
            let label = axis.label(tick, isLast: index == axis.ticks.count - 1)
            let lines = (0..<count).map { panel in
                let x = layout.gutter + Double(panel) * (layout.panel + layout.gap)
                return Draw.line(x, y, x + layout.panel, y, tick == 0 ? "g0" : "g")
            }
            return lines + [Draw.text(layout.gutter - 8, y + 5, "sm m e", label)]
        }
    }

    /// Waves whose name is written: all where they fit, otherwise the first and the last.
    private func named(_ panel: Chart.TrendPanel, _ slot: Double) -> Set<Int> {
        let widest =
            panel.points.flatMap { $0.wave.split(separator: " ") }
            .map { TextWidth.of(String($0), size: 13) }.max() ?? 0
        return widest + 4 <= slot ? Set(panel.points.indices) : [0, panel.points.count - 1]
    }

    private func waveLines(_ panel: Chart.TrendPanel, _ width: Double) -> [Int: [String]] {
        let slot = width / Double(max(panel.points.count, 1))
        let named = named(panel, slot)
        let room = named.count == panel.points.count ? slot - 4 : width / 2 - 4
        return Dictionary(
            uniqueKeysWithValues: named.map {
                ($0, TextLines.wrap(panel.points[$0].wave, width: room, size: 13, maximum: 3))
            })
    }

    private func waveHeight(_ row: [Chart.TrendPanel], _ width: Double) -> Double {
        let lines = row.flatMap { waveLines($0, width).values.map(\.count) }.max() ?? 1
        return Double(lines) * 17 + 6
    }

    private func panel(
        _ panel: Chart.TrendPanel, _ axis: Axis, _ left: Double, _ right: Double, top: Double, bottom: Double
    ) -> [Markup] {
        let slot = (right - left) / Double(max(panel.points.count, 1))
        let place = { (index: Int) in left + slot * (Double(index) + 0.5) }
        let height = { (value: Double) in axis.place(value, bottom, top) }
        let tone = Draw.style(of: panel.verdict)
        var result: [Markup] = []
        for index in panel.points.indices.dropFirst() {
            let (before, after) = (panel.points[index - 1], panel.points[index])
            if after.followsBreak {
                let x = (place(index - 1) + place(index)) / 2
                result += [-2.5, 2.5].map { Draw.line(x + $0, top - 4, x + $0, bottom, "break") }
            } else if let first = before.value, let second = after.value {
                // The test is that of the last wave against the one before.
                let style = index == panel.points.count - 1 ? "trend \(tone)" : "trend"
                result.append(
                    Draw.line(
                        place(index - 1), height(first.estimate), place(index), height(second.estimate), style))
            }
        }
        for (index, point) in panel.points.enumerated() {
            let isLast = index == panel.points.count - 1
            result += mark(point, place(index), height, bottom, tone: isLast ? tone : "even", isLast: isLast)
            result += value(point, place(index), height, slot, isEnd: isLast || index == 0)
        }
        for (index, lines) in waveLines(panel, right - left).sorted(by: { $0.key < $1.key }) {
            let fits = named(panel, slot).count == panel.points.count
            let anchor = fits ? "c " : index == 0 ? "" : "e "
            let x = fits ? place(index) : index == 0 ? left : right
            result += Draw.lines(lines, x, first: bottom + 19, "sm m \(anchor)")
        }
        return [Draw.row(result)]
    }

    private func mark(
        _ point: Chart.TrendPoint, _ x: Double, _ height: (Double) -> Double, _ bottom: Double, tone: String,
        isLast: Bool
    ) -> [Markup] {
        guard let value = point.value else { return [Draw.hatched(x - 9, bottom - 26, 18, 26)] }
        let y = height(value.estimate)
        var result: [Markup] = []
        if let lower = value.lower, let upper = value.upper {
            let style = value.isIndicative ? "band dash \(tone)" : "band \(tone)"
            result.append(Draw.line(x, height(lower), x, min(height(upper), height(lower) - 0.1), style))
        }
        let style = isLast && !value.isIndicative ? tone : "\(tone) open"
        result.append(.el("circle", [("cx", Draw.px(x)), ("cy", Draw.px(y)), ("r", "5.5"), ("class", style)]))
        return result
    }

    /// The number above its point; between many waves only those at the ends.
    private func value(
        _ point: Chart.TrendPoint, _ x: Double, _ height: (Double) -> Double, _ slot: Double, isEnd: Bool
    ) -> [Markup] {
        guard let value = point.value else { return [] }
        let fits = TextWidth.of(value.text.plain, isBold: true) + 6 <= slot
        guard fits || isEnd else { return [] }
        let y = height(value.upper ?? value.estimate)
        return [Draw.text(x, y - 11, "b c plate", value.text)]
    }
}
