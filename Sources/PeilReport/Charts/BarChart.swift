/// Horizontal bars with whiskers; segments wear their mark and pattern.
struct BarChart {
    let chart: Chart
    let rows: [Chart.Row]
    let scale: Chart.Scale

    private var axis: Axis {
        Axis(rows.flatMap { [$0.value?.upper, $0.value?.estimate].compactMap { $0 } }, scale: scale)
    }

    func wide() -> Markup {
        let axis = axis
        let hasNotes = rows.contains { $0.value != nil && !$0.note.isEmpty }
        let from = 252.0
        // With notes (numbers of people) the axis ends where range and note still stand apart.
        let to = hasNotes ? 478.0 : 600.0
        let top = 26.0
        var y = top + 4
        var content: [Markup] = []
        for row in rows {
            let indent = row.segment == nil ? 0.0 : 24
            let lines = Draw.wrap(row.label, characters: row.segment == nil ? 32 : 29)
            let height = max(36, Double(lines.count) * 17 + 12)
            let middle = y + height / 2
            if let segment = row.segment { content.append(Draw.segment(segment, 8, middle)) }
            let first = middle + 5 - Double(lines.count - 1) * 8.5
            content += lines.enumerated().map {
                Draw.text(indent, first + Double($0.offset) * 17, "t", $0.element)
            }
            content += bar(row, axis, from, to, middle, thickness: row.segment == nil ? 22 : 26)
            content += values(row, x: to + 14, y: middle + 5, from: from)
            y += height
        }
        return Draw.svg(chart, .wide, height: y + 4, axis.draw(from, to, top: top, bottom: y) + content)
    }

    func narrow() -> Markup {
        let axis = axis
        let hasNotes = rows.contains { $0.value != nil && !$0.note.isEmpty }
        let from = 6.0
        let to = hasNotes ? 240.0 : 336.0
        let top = 26.0
        var y = top + 2
        var content: [Markup] = []
        for row in rows {
            let indent = row.segment == nil ? 0.0 : 24
            let lines = Draw.wrap(row.label, characters: 31)
            if let segment = row.segment { content.append(Draw.segment(segment, 8, y + 15)) }
            for (index, line) in lines.enumerated() {
                content.append(Draw.text(indent, y + 20 + Double(index) * 17, "t plate", line))
            }
            let middle = y + 22 + Double(lines.count) * 17
            content += bar(row, axis, from, to, middle, thickness: 18)
            if let value = row.value {
                let range: RichText = value.range.isEmpty ? "" : " (" + value.range + ")"
                content.append(Draw.text(350, y + 20, "e num plate", value.text + range))
                content.append(Draw.text(350, middle + 5, "e sm m num", row.note))
            } else {
                content.append(Draw.text(350, y + 20, "e sm m plate", row.note))
            }
            y = middle + 16
        }
        return Draw.svg(chart, .narrow, height: y + 4, axis.draw(from, to, top: top, bottom: y) + content)
    }

    private func values(_ row: Chart.Row, x: Double, y: Double, from: Double) -> [Markup] {
        guard let value = row.value else { return [Draw.text(from + 112, y, "sm m plate", row.note)] }
        var result = [Draw.text(x, y, "b num", value.text)]
        if !value.range.isEmpty { result.append(Draw.text(x + 40, y, "sm m num", "(" + value.range + ")")) }
        if !row.note.isEmpty { result.append(Draw.text(720, y, "e sm m num", row.note)) }
        return result
    }

    private func bar(
        _ row: Chart.Row, _ axis: Axis, _ from: Double, _ to: Double, _ y: Double,
        thickness: Double
    ) -> [Markup] {
        guard let value = row.value else {
            return row.verdict == .notAsked
                ? [Draw.text(from + 4, y + 5, "m", "–")]
                : [Draw.hatched(from, y - thickness / 2, 100, thickness)]
        }
        let width = axis.place(value.estimate, from, to) - from
        let style = value.isIndicative ? "bar open" : row.segment == nil ? "bar" : "bar f\((row.segment ?? 0) % 7)"
        var result = [Draw.rect(from, y - thickness / 2, width, thickness, style)]
        if let lower = value.lower, let upper = value.upper {
            result += Draw.whisker(
                axis.place(lower, from, to), axis.place(upper, from, to), y,
                isIndicative: value.isIndicative)
        }
        return result
    }
}
