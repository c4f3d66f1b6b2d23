/// Stacked bars around a middle: low answers left, high answers right, a neutral one across the axis.
struct LikertChart {
    let chart: Chart
    let rows: [Chart.LikertRow]
    let levels: Int

    /// Share left of the axis and in the whole bar. A hidden level takes no room.
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
        let perShare = width / max(leftMost + rightMost, 0.01)
        return (perShare, leftMost * perShare)
    }

    func wide() -> Markup {
        let from = 190.0
        let width = 460.0
        let scale = scale(width)
        let zero = from + scale.zero
        var y = 4.0
        var content: [Markup] = []
        for row in rows {
            let lines = Draw.wrap(row.label, characters: 24)
            let height = max(42, Double(lines.count) * 17 + 12)
            let middle = y + height / 2
            let first = middle + 5 - Double(lines.count - 1) * 8.5
            content += lines.enumerated().map { Draw.text(0, first + Double($0.offset) * 17, "t", $0.element) }
            content += bar(row, zero, scale.perShare, middle, thickness: 30, hiddenFrom: from)
            if !row.shares.isEmpty { content.append(Draw.text(720, middle + 5, "b e num", shortSum(row))) }
            content.append(Draw.line(zero, y, zero, y + 5, "g0"))
            y += height
            content.append(Draw.line(zero, y - 5, zero, y, "g0"))
        }
        return Draw.svg(chart, .wide, height: y + 4, content)
    }

    func narrow() -> Markup {
        let width = 346.0
        let scale = scale(width)
        let zero = 2 + scale.zero
        var y = 2.0
        var content: [Markup] = []
        for row in rows {
            let lines = Draw.wrap(row.label, characters: 36)
            for (index, line) in lines.enumerated() {
                content.append(Draw.text(0, y + 18 + Double(index) * 17, "t", line))
            }
            if !row.shares.isEmpty { content.append(Draw.text(350, y + 18, "b e num", shortSum(row))) }
            let middle = y + 27 + Double(lines.count) * 17
            content += bar(row, zero, scale.perShare, middle, thickness: 28, hiddenFrom: 2)
            y = middle + 22
        }
        return Draw.svg(chart, .narrow, height: y + 2, content)
    }

    private func shortSum(_ row: Chart.LikertRow) -> RichText {
        row.sum.rowIDs.isEmpty ? "–" : row.sum
    }

    private func bar(
        _ row: Chart.LikertRow, _ zero: Double, _ perShare: Double, _ y: Double, thickness: Double,
        hiddenFrom: Double
    ) -> [Markup] {
        guard !row.shares.isEmpty else {
            return [
                Draw.hatched(hiddenFrom, y - thickness / 2, 100, thickness),
                Draw.text(hiddenFrom + 112, y + 5, "sm m", row.sum)
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
                    x, y - thickness / 2, width, thickness,
                    "d\(ramp)" + (row.isIndicative ? " soft" : "")))
            if width >= 24 {
                let inside = share.text.withoutSign
                result.append(Draw.text(x + width / 2, y + 5, "sm c num on\(ramp)", inside))
            }
            x += width
        }
        return result
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
