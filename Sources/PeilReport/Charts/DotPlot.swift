/// Values with intervals on one axis, the rest's tick, and the verdict in words; or one group against the rest, with
/// the group's own mark and a thin line to the rest; or differences around zero.
struct DotPlot {
    enum Kind { case areas, group, effects }
    let chart: Chart
    let rows: [Chart.Row]
    let scale: Chart.Scale
    var kind = Kind.areas

    private var axis: Axis {
        let values = rows.flatMap {
            [$0.value?.upper, $0.value?.lower, $0.value?.estimate, $0.reference].compactMap { $0 }
        }
        // Differences stand around the middle, so that no direction looks larger.
        return Axis(kind == .effects ? values + values.map { -$0 } : values, scale: scale)
    }

    func wide() -> Markup {
        let columns = RowColumns(rows, headings: chart.headings) { kind == .group ? $0.referenceText : "" }
        let axis = axis
        let hasDirections = !chart.headings.low.isEmpty || !chart.headings.high.isEmpty
        let top = 10 + Double(max(columns.headCount(chart.headings), hasDirections ? 2 : 1)) * 17
        var y = top + 6
        var content: [Markup] = columns.heads(chart.headings, baseline: top - 8)
        if hasDirections { content += directions(columns.from, columns.to, axis, top - 25) }
        for row in rows {
            if !row.heading.isEmpty {
                let heading = TextLines.one(row.heading, width: columns.labelWidth, isBold: true)
                content.append(Draw.text(0, y + 22, "b", heading))
                y += 30
            }
            let lines = TextLines.wrap(row.label, width: columns.labelWidth, maximum: 3)
            let note = NoteText(row, width: columns.noteWidth)
            let height = max(34, Double(max(lines.count, note.lines.count)) * 17 + 10)
            let middle = y + height / 2
            content.append(Draw.line(0, y + height, 720, y + height, "rr"))
            content += Draw.lines(lines, 0, middle: middle, "")
            content.append(
                Draw.row(marks(row, axis, columns.from, columns.to, middle) + values(row, columns, middle + 5)))
            content += note.draw(columns.note, middle: middle)
            y += height
        }
        return Draw.svg(
            chart, .wide, height: y + 4, axis.draw(columns.from, columns.to, top: top, bottom: y) + content)
    }

    private func values(_ row: Chart.Row, _ columns: RowColumns, _ y: Double) -> [Markup] {
        guard let value = row.value else { return [] }
        var result = [Draw.text(columns.value, y, "b", value.text)]
        if kind == .group, !row.referenceText.isEmpty {
            result.append(Draw.text(columns.range, y, "sm m", RowColumns.bounded(row.referenceText)))
        } else if !value.range.isEmpty {
            result.append(Draw.text(columns.range, y, "sm m", "(" + value.range + ")"))
        }
        return result
    }

    func narrow() -> Markup {
        let axis = axis
        let from = 12.0
        let to = 338.0
        let hasDirections = !chart.headings.low.isEmpty || !chart.headings.high.isEmpty
        let top = hasDirections ? 44.0 : 26.0
        var y = top + 2
        var content: [Markup] = hasDirections ? directions(from, to, axis, top - 25) : []
        for row in rows {
            if !row.heading.isEmpty {
                content.append(Draw.text(0, y + 22, "b plate", TextLines.one(row.heading, width: 346, isBold: true)))
                y += 28
            }
            let head = NarrowHead(row.label, value: narrowValue(row))
            let note = NoteText(row, width: 344, maximum: 2)
            content += head.draw(first: y + 20)
            let below = y + 20 + Double(head.count) * 17
            content += note.draw(0, middle: below - 5 + Double(note.lines.count - 1) * 8, " plate")
            let axisY = below + Double(note.lines.count - 1) * 16 + (note.lines == [RichText("")] ? 4 : 22)
            content.append(Draw.row(marks(row, axis, from, to, axisY)))
            y = axisY + 18
            content.append(Draw.line(0, y, 350, y, "rr"))
        }
        return Draw.svg(chart, .narrow, height: y + 4, axis.draw(from, to, top: top, bottom: y, width: 350) + content)
    }

    /// Value and interval, or the rest's value, in one text.
    private func narrowValue(_ row: Chart.Row) -> RichText {
        guard let value = row.value else { return "" }
        if kind == .group, !row.referenceText.isEmpty {
            return value.text + " · " + RowColumns.bounded(row.referenceText)
        }
        return value.range.isEmpty ? value.text : value.text + " (" + value.range + ")"
    }

    /// What left and right of zero mean, with arrows, each on its own side.
    private func directions(_ from: Double, _ to: Double, _ axis: Axis, _ y: Double) -> [Markup] {
        let zero = axis.place(0, from, to)
        guard zero - from > 40, to - zero > 40 else { return [] }
        let low = TextLines.one("◂ \(chart.headings.low)", width: zero - from - 6, size: 13)
        let high = TextLines.one("\(chart.headings.high) ▸", width: to - zero - 6, size: 13)
        return (chart.headings.low.isEmpty ? [] : [Draw.text(zero - 6, y, "sm m e", low)])
            + (chart.headings.high.isEmpty ? [] : [Draw.text(zero + 6, y, "sm m", high)])
    }

    private func marks(_ row: Chart.Row, _ axis: Axis, _ from: Double, _ to: Double, _ y: Double) -> [Markup] {
        guard let value = row.value else {
            return row.verdict == .notAsked
                ? [Draw.text(from + 4, y + 5, "m plate", "–")]
                : [Draw.hatched(from, y - 7, to - from, 14)]
        }
        var result: [Markup] = []
        let x = axis.place(value.estimate, from, to)
        let tone = kind == .group ? "b\((row.segment ?? 0) % 7)" : Draw.style(of: row.verdict)
        if let lower = value.lower, let upper = value.upper {
            result.append(
                Draw.band(
                    axis.place(lower, from, to), axis.place(upper, from, to), y, tone,
                    isIndicative: value.isIndicative))
        }
        if let reference = row.reference {
            let rest = axis.place(reference, from, to)
            if kind == .group { result.append(Draw.line(rest, y, x, y, "tie")) }
            result.append(Draw.rest(rest, y))
        }
        if kind == .group, let segment = row.segment {
            result.append(Draw.segment(segment, x, y, isOpen: value.isIndicative))
        } else {
            result.append(Draw.mark(row.verdict, x, y, isOpen: value.isIndicative))
        }
        return result
    }
}
