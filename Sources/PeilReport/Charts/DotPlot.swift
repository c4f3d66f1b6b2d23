/// Values with intervals on one axis, the rest's tick, and the verdict in words.
struct DotPlot {
    let chart: Chart
    let rows: [Chart.Row]
    let scale: Chart.Scale

    private var axis: Axis {
        Axis(
            rows.flatMap { [$0.value?.upper, $0.value?.lower, $0.value?.estimate, $0.reference].compactMap { $0 } },
            scale: scale)
    }

    func wide() -> Markup {
        let axis = axis
        let from = 180.0
        let to = 412.0
        let top = 26.0
        var y = top + 6
        var content: [Markup] = []
        for row in rows {
            let lines = Draw.wrap(row.label, characters: 22)
            let height = max(34, Double(lines.count) * 17 + 12)
            let middle = y + height / 2
            content.append(Draw.line(0, y + height, 720, y + height, "rr"))
            content += label(lines, 0, middle)
            content += marks(row, axis, from, to, middle)
            if let value = row.value {
                content.append(Draw.text(430, middle + 5, "b num", value.text))
                if !value.range.isEmpty {
                    content.append(Draw.text(472, middle + 5, "sm m num", "(" + value.range + ")"))
                }
            }
            content.append(Draw.text(560, middle + 5, noteStyle(row), note(row)))
            y += height
        }
        return Draw.svg(chart, .wide, height: y + 4, axis.draw(from, to, top: top, bottom: y) + content)
    }

    func narrow() -> Markup {
        let axis = axis
        let from = 12.0
        let to = 338.0
        let top = 26.0
        var y = top + 6
        var content: [Markup] = []
        for row in rows {
            let lines = Draw.wrap(row.label, characters: 28)
            let height = 62 + Double(lines.count) * 17
            for (index, line) in lines.enumerated() {
                content.append(Draw.text(0, y + 20 + Double(index) * 17, "t plate", line))
            }
            if let value = row.value {
                let range: RichText = value.range.isEmpty ? "" : " (" + value.range + ")"
                content.append(Draw.text(350, y + 20, "e num plate", value.text + range))
            }
            let below = y + 20 + Double(lines.count) * 17
            content.append(Draw.text(0, below, noteStyle(row) + " plate", note(row)))
            content += marks(row, axis, from, to, below + 22)
            content.append(Draw.line(0, y + height, 350, y + height, "rr"))
            y += height
        }
        return Draw.svg(chart, .narrow, height: y + 4, axis.draw(from, to, top: top, bottom: y) + content)
    }

    private func label(_ lines: [String], _ x: Double, _ middle: Double) -> [Markup] {
        let first = middle + 5 - Double(lines.count - 1) * 8.5
        return lines.enumerated().map { Draw.text(x, first + Double($0.offset) * 17, "t", $0.element) }
    }

    private func note(_ row: Chart.Row) -> RichText {
        row.verdict.sign.isEmpty ? row.note : RichText(row.verdict.sign + " ") + row.note
    }

    private func noteStyle(_ row: Chart.Row) -> String {
        switch row.verdict {
        case .higher: "sm hi"
        case .lower: "sm lo"
        default: "sm m"
        }
    }

    private func marks(_ row: Chart.Row, _ axis: Axis, _ from: Double, _ to: Double, _ y: Double) -> [Markup] {
        guard let value = row.value else {
            return row.verdict == .notAsked
                ? [Draw.text(from, y + 5, "m", "–")]
                : [Draw.hatched(from, y - 7, to - from, 14)]
        }
        var result: [Markup] = []
        if let lower = value.lower, let upper = value.upper {
            let style = "band \(Draw.style(of: row.verdict))" + (value.isIndicative ? " dash" : "")
            result.append(Draw.line(axis.place(lower, from, to), y, axis.place(upper, from, to), y, style))
        }
        if let reference = row.reference {
            result.append(Draw.rect(axis.place(reference, from, to) - 1.5, y - 13, 3, 26, "rest"))
        }
        result.append(Draw.mark(row.verdict, axis.place(value.estimate, from, to), y, isOpen: value.isIndicative))
        return result
    }
}
