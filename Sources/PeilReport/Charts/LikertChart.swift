/// Stacked bars around a middle: low answers left, high answers right, a neutral one across the axis.
struct LikertChart {
    let chart: Chart
    let rows: [Chart.LikertRow]
    let levels: Int

    /// Share left of the axis and in the whole bar. Hidden levels have no width: a hatched box at the end of the bar stands for
    /// those of its side.
    private func left(_ row: Chart.LikertRow) -> Double {
        let values = row.shares.map { $0?.value ?? 0 }
        let half = values.count / 2
        let middle = values.count % 2 == 1 && half < values.count ? values[half] / 2 : 0
        return values.prefix(half).reduce(0, +) + middle
    }

    private func whole(_ row: Chart.LikertRow) -> Double { row.shares.reduce(0) { $0 + ($1?.value ?? 0) } }

    private func scale(_ width: Double) -> (perShare: Double, zero: Double) {
        let leftMost = rows.map { left($0) }.max() ?? 0.5
        let rightMost = rows.map { whole($0) - left($0) }.max() ?? 0.5
        let boxes = (left: rows.contains { hides(.low, $0) }, right: rows.contains { hides(.high, $0) })
        let room = width - (boxes.left ? Self.box + 2 : 0) - (boxes.right ? Self.box + 2 : 0)
        let perShare = room / max(leftMost + rightMost, 0.01)
        return (perShare, leftMost * perShare + (boxes.left ? Self.box + 2 : 0))
    }

    private enum Side { case low, high }
    /// Width of the box of hidden levels: it says that they are there, not how many.
    private static let box = 14.0

    /// Whether a level on this side of the middle is hidden; the middle itself counts as high.
    private func hides(_ side: Side, _ row: Chart.LikertRow) -> Bool {
        let half = row.shares.count / 2
        return side == .low
            ? row.shares.prefix(half).contains { $0 == nil } : row.shares.dropFirst(half).contains { $0 == nil }
    }

    func wide() -> Markup {
        let labels = rows.map { TextWidth.of($0.label, isBold: true) }
        let labelWidth = min(max(labels.max() ?? 0, 90), 178)
        let from = labelWidth + 12
        let sums = rows.map { TextWidth.of(shortSum($0).plain, isBold: true) }.max() ?? 0
        let ranges = rows.map { $0.range.isEmpty ? 0 : TextWidth.of("(\($0.range.plain))", size: 13) + 7 }.max() ?? 0
        let heads = TextLines.wrap(chart.headings.value, width: 110, size: 13, maximum: 2)
        let headWidth = heads.map { TextWidth.of($0, size: 13) }.max() ?? 0
        let value = 720 - max(sums + ranges, headWidth)
        let scale = scale(value - 18 - from)
        let zero = from + scale.zero
        let hasHeads = !(chart.headings.low + chart.headings.high + chart.headings.value).isEmpty
        var y = hasHeads ? 8 + Double(heads.count) * 17 : 4
        var content = directions(from, value - 18, zero, y - 8)
        content += heads.enumerated().map {
            Draw.text(720, y - 8 - Double(heads.count - 1 - $0.offset) * 17, "sm m e", $0.element)
        }
        var ticks: [Markup] = []
        for row in rows {
            let lines = TextLines.wrap(row.label, width: labelWidth, isBold: true, maximum: 3)
            let height = max(42, Double(lines.count) * 17 + 12)
            let middle = y + height / 2
            content += Draw.lines(lines, 0, middle: middle, "b")
            content += bar(row, zero, scale.perShare, middle, thickness: 30, from: from, to: value - 18)
            if !row.shares.isEmpty {
                content.append(Draw.text(720 - ranges, middle + 5, "b e", shortSum(row)))
                if !row.range.isEmpty {
                    content.append(Draw.text(720, middle + 5, "sm m e", "(" + row.range + ")"))
                }
            }
            ticks.append(Draw.line(zero, y, zero, y + 5, "wk"))
            y += height
            ticks.append(Draw.line(zero, y - 5, zero, y, "wk"))
        }
        return Draw.svg(chart, .wide, height: y + 4, content + Draw.merged(ticks))
    }

    func narrow() -> Markup {
        let width = 346.0
        let scale = scale(width)
        let zero = 2 + scale.zero
        let hasHeads = !(chart.headings.low + chart.headings.high).isEmpty
        var y = hasHeads ? 22.0 : 2
        var content = directions(0, 350, zero, y - 6)
        for row in rows {
            let sum =
                row.shares.isEmpty ? "" : row.range.isEmpty ? shortSum(row) : shortSum(row) + " (" + row.range + ")"
            let head = NarrowHead(row.label, value: sum, isBold: true)
            content += head.draw(first: y + 18)
            let middle = y + 27 + Double(head.count) * 17
            content += bar(row, zero, scale.perShare, middle, thickness: 28, from: 2, to: 348)
            y = middle + 22
        }
        return Draw.svg(chart, .narrow, height: y + 2, content)
    }

    /// What stands left and right of the middle.
    private func directions(_ from: Double, _ to: Double, _ zero: Double, _ y: Double) -> [Markup] {
        var result: [Markup] = []
        if !chart.headings.low.isEmpty, zero - from > 40 {
            let text = TextLines.one("◂ \(chart.headings.low)", width: zero - from - 8, size: 13)
            result.append(Draw.text(zero - 8, y, "sm m e", text))
        }
        if !chart.headings.high.isEmpty, to - zero > 40 {
            let text = TextLines.one("\(chart.headings.high) ▸", width: to - zero - 8, size: 13)
            result.append(Draw.text(zero + 8, y, "sm m", text))
        }
        return result
    }

    private func shortSum(_ row: Chart.LikertRow) -> RichText {
        row.sum.rowIDs.isEmpty ? "–" : row.sum
    }

    private func bar(
        _ row: Chart.LikertRow, _ zero: Double, _ perShare: Double, _ y: Double, thickness: Double,
        from: Double, to: Double
    ) -> [Markup] {
        guard !row.shares.isEmpty else {
            let note = TextLines.one(row.sum.plain, width: to - from - 112, size: 13)
            return [
                Draw.row([Draw.hatched(from, y - thickness / 2, 100, thickness)]),
                Draw.text(from + 112, y + 5, "sm m", note)
            ]
        }
        var x = zero - left(row) * perShare
        var result: [Markup] = []
        for (index, share) in row.shares.enumerated() {
            guard let share else { continue }
            let width = share.value * perShare
            let ramp = Self.ramp(index, of: levels)
            result.append(
                Draw.rect(
                    x, y - thickness / 2, width, thickness, "d\(ramp) " + (row.isIndicative ? "soft" : "seam")))
            let inside = share.text.withoutSign
            if width >= max(18, TextWidth.of(inside.plain, size: 13) + 5) {
                let tone = ramp == 1 || ramp == 5 ? " inv" : ""
                result.append(Draw.text(x + width / 2, y + 5, "sm c\(tone)", inside))
            }
            x += width
        }
        let start = zero - left(row) * perShare
        if hides(.low, row) {
            result.append(Draw.hatched(start - Self.box - 2, y - thickness / 2, Self.box, thickness))
        }
        if hides(.high, row) { result.append(Draw.hatched(x + 2, y - thickness / 2, Self.box, thickness)) }
        return [Draw.row(result)]
    }

    /// Position in the five-step ramp of a level among 2…9.
    static func ramp(_ index: Int, of levels: Int) -> Int {
        guard levels > 1 else { return 3 }
        let isOdd = levels % 2 == 1
        let half = levels / 2
        if isOdd, index == half { return 3 }
        let isHigh = index >= levels - half
        let distance = isHigh ? index - (levels - half) : half - 1 - index
        let isOuter = half == 1 || distance * 2 >= half
        return isHigh ? (isOuter ? 5 : 4) : (isOuter ? 1 : 2)
    }
}

extension RichText {
    /// `31` for `31%`: inside a bar the sign would not fit.
    fileprivate var withoutSign: RichText {
        RichText(
            parts.map { part in
                guard case .number(let text, let rows) = part else { return part }
                return .number(text.hasSuffix("%") ? String(text.dropLast()) : text, rows: rows)
            })
    }
}
