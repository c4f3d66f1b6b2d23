/// Horizontal bars with whiskers and the rest's tick; segments wear their mark and pattern.
struct BarChart {
    let chart: Chart
    let rows: [Chart.Row]
    let scale: Chart.Scale

    private var axis: Axis {
        Axis(rows.flatMap { [$0.value?.upper, $0.value?.estimate, $0.reference].compactMap { $0 } }, scale: scale)
    }

    private var hasSegments: Bool { rows.contains { $0.segment != nil } }

    func wide() -> Markup {
        let axis = axis
        let indent = hasSegments ? 26.0 : 0
        let columns = RowColumns(rows, headings: chart.headings, label: 120...262, note: 182, indent: indent)
        let top = 10 + Double(columns.headCount(chart.headings)) * 17
        var y = top + 4
        var content: [Markup] = columns.heads(chart.headings, baseline: top - 8)
        var above: [Markup] = []
        for row in rows {
            if !row.heading.isEmpty {
                content.append(
                    Draw.text(0, y + 22, "b", TextLines.one(row.heading, width: columns.labelWidth, isBold: true)))
                y += 30
            }
            let isBold = row.segment != nil
            let lines = TextLines.wrap(row.label, width: columns.labelWidth - indent, isBold: isBold, maximum: 3)
            let note = NoteText(row, width: columns.noteWidth)
            let height = max(36, Double(max(lines.count, note.lines.count)) * 17 + 10)
            let middle = y + height / 2
            if let segment = row.segment { content.append(Draw.segment(segment, 8, middle)) }
            content += Draw.lines(lines, indent, middle: middle, isBold ? "b" : "")
            var parts = [bar(row, axis, columns.from, columns.to, middle, isBold ? 26 : 22)]
            if let value = row.value {
                parts.append(Draw.text(columns.value, middle + 5, "b", value.text))
                if !value.range.isEmpty {
                    parts.append(Draw.text(columns.range, middle + 5, "sm m", "(" + value.range + ")"))
                }
            }
            content.append(Draw.row(parts))
            above += marks(row, axis, columns.from, columns.to, middle, isBold ? 26 : 22)
            content += note.draw(columns.note, middle: middle, "")
            y += height
        }
        return Draw.svg(
            chart, .wide, height: y + 4,
            axis.draw(columns.from, columns.to, top: top, bottom: y) + content + Draw.merged(above))
    }

    func narrow() -> Markup {
        let axis = axis
        let from = 6.0
        let notes = rows.map { TextWidth.of($0.verdict.sign + " " + $0.note.plain, size: 13, isBold: true) }
        let noteWidth = rows.contains { !$0.note.isEmpty && $0.value != nil } ? min(notes.max() ?? 0, 110) : 0
        let to = noteWidth > 0 ? 350 - noteWidth - 14 : 336
        let top = 26.0
        var y = top + 2
        var content: [Markup] = []
        var above: [Markup] = []
        for row in rows {
            if !row.heading.isEmpty {
                content.append(Draw.text(0, y + 22, "b plate", TextLines.one(row.heading, width: 346, isBold: true)))
                y += 28
            }
            let indent = row.segment == nil ? 0.0 : 24
            let head = NarrowHead(row.label, value: narrowValue(row), indent: indent, isBold: row.segment != nil)
            if let segment = row.segment { content.append(Draw.segment(segment, 8, y + 15)) }
            content += head.draw(first: y + 20)
            let middle = y + 22 + Double(head.count) * 17
            content.append(Draw.row([bar(row, axis, from, to, middle, 18)]))
            above += marks(row, axis, from, to, middle, 18)
            var below = middle + 16
            if row.value != nil, noteWidth > 0 {
                let note = NoteText(row, width: noteWidth, maximum: 2)
                content += note.draw(350 - noteWidth, middle: middle + 4, "")
                below = middle + 8 + Double(note.lines.count) * 10
            } else if row.value == nil {
                let note = NoteText(row, width: 216, maximum: 2)
                content += note.draw(122, middle: middle, " plate")
                below = middle + 10 + Double(note.lines.count) * 8
            }
            y = max(below, middle + 16)
        }
        return Draw.svg(
            chart, .narrow, height: y + 4,
            axis.draw(from, to, top: top, bottom: y, width: 350) + content + Draw.merged(above))
    }

    private func narrowValue(_ row: Chart.Row) -> RichText {
        guard let value = row.value else { return "" }
        return value.range.isEmpty ? value.text : value.text + " (" + value.range + ")"
    }

    private func bar(
        _ row: Chart.Row, _ axis: Axis, _ from: Double, _ to: Double, _ y: Double, _ thickness: Double
    ) -> Markup {
        guard let value = row.value else {
            return row.verdict == .notAsked
                ? Draw.text(from + 4, y + 5, "m plate", "–")
                : Draw.hatched(from, y - thickness / 2, 100, thickness)
        }
        let width = axis.place(value.estimate, from, to) - from
        let style = value.isIndicative ? "bar open" : row.segment.map { "f\($0 % 7)" } ?? "bar"
        return Draw.rect(from, y - thickness / 2, width, thickness, style)
    }

    /// What lies on the bar: its interval and the rest's tick.
    private func marks(
        _ row: Chart.Row, _ axis: Axis, _ from: Double, _ to: Double, _ y: Double, _ thickness: Double
    ) -> [Markup] {
        guard let value = row.value else { return [] }
        var result: [Markup] = []
        if let lower = value.lower, let upper = value.upper {
            result += Draw.whisker(
                axis.place(lower, from, to), axis.place(upper, from, to), y, isIndicative: value.isIndicative)
        }
        if let reference = row.reference {
            result.append(Draw.rest(axis.place(reference, from, to), y, over: thickness))
        }
        return result
    }
}
