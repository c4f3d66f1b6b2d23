/// The share that manages t hours or more: steps down from the first hour to the last, days above, a strong line at the
/// end that preparedness is measured by.
struct EnduranceChart {
    let chart: Chart
    let endurance: Chart.Endurance

    func wide() -> Markup { draw(.wide, from: 48, to: 590, height: 210) }
    func narrow() -> Markup { draw(.narrow, from: 48, to: 258, height: 180) }

    private func draw(_ variant: Variant, from: Double, to: Double, height: Double) -> Markup {
        let axis = Axis([1], scale: .percent)
        let top = endurance.days.isEmpty ? 18.0 : 46
        let bottom = top + height
        let x = { (hours: Double) in
            from + min(max(hours, 0), endurance.end) / max(endurance.end, 1) * (to - from)
        }
        let y = { (share: Double) in axis.place(share, bottom, top) }
        var content: [Markup] = days(x, top)
        content += Draw.merged(axis.ticks.map { Draw.line(from, y($0), to, y($0), $0 == 0 ? "g0" : "g") })
        content += axis.ticks.enumerated().map { index, tick in
            Draw.text(from - 8, y(tick) + 5, "sm m e", axis.label(tick, isLast: index == axis.ticks.count - 1))
        }
        content += curve(x, y, bottom)
        content += hours(x, bottom)
        content.append(Draw.line(to, top - 4, to, bottom, "limit"))
        var placer = LabelPlacer(width: variant.width, height: bottom + 20)
        content += endurance.marks.flatMap { mark($0, x, y, variant.width, &placer) }
        let axisLines = TextLines.wrap(chart.headings.axis, width: to - from, size: 13, maximum: 2)
        content += Draw.lines(
            chart.headings.axis.isEmpty ? [] : axisLines, (from + to) / 2, first: bottom + 42, "sm m c")
        return Draw.svg(chart, variant, height: bottom + 34 + Double(axisLines.count) * 17, content)
    }

    private func days(_ x: (Double) -> Double, _ top: Double) -> [Markup] {
        endurance.days.enumerated().flatMap { index, day -> [Markup] in
            let start = x(Double(index) * 24)
            let end = x(Double(index + 1) * 24)
            guard end > start else { return [] }
            let text = TextLines.one(day, width: end - start - 6, size: 13, isBold: true)
            return [
                Draw.rect(start, top - 34, end - start - 1, 22, "day\(index % 3 + 1)"),
                Draw.text((start + end) / 2, top - 18, "sm b c", text)
            ]
        }
    }

    /// The steps and what lies under them.
    private func curve(_ x: (Double) -> Double, _ y: (Double) -> Double, _ bottom: Double) -> [Markup] {
        guard let first = endurance.steps.first else { return [] }
        var path = "M\(Draw.px(x(first.hours))) \(Draw.px(y(first.share)))"
        // A share holds from its hours on until the next.
        for step in endurance.steps.dropFirst() where step.hours <= endurance.end {
            path += "H\(Draw.px(x(step.hours)))V\(Draw.px(y(step.share)))"
        }
        path += "H\(Draw.px(x(endurance.end)))"
        let under = path + "V\(Draw.px(bottom))H\(Draw.px(x(first.hours)))Z"
        return [Draw.path(under, "under"), Draw.path(path, "steps")]
    }

    private func hours(_ x: (Double) -> Double, _ bottom: Double) -> [Markup] {
        let days = max(Int((endurance.end / 24).rounded(.down)), 1)
        // No more than nine numbers, however many days.
        let step = (days + 7) / 8
        let ticks = stride(from: 0, through: days, by: step).map { Double($0) * 24 }.filter {
            $0 == 0 || $0 <= endurance.end - 24 * Double(step) / 2 || $0 == endurance.end
        }
        let all = ticks.last == endurance.end ? ticks : ticks + [endurance.end]
        return Draw.merged(all.map { Draw.line(x($0), bottom, x($0), bottom + 5, "g0") })
            + all.map { Draw.text(x($0), bottom + 22, "sm m c", "\(Int($0.rounded()))") }
    }

    private func mark(
        _ mark: Chart.Endurance.Mark, _ x: (Double) -> Double, _ y: (Double) -> Double, _ width: Double,
        _ placer: inout LabelPlacer
    ) -> [Markup] {
        let (at, height) = (x(mark.hours), y(mark.value.estimate))
        var result: [Markup] = []
        if let lower = mark.value.lower, let upper = mark.value.upper {
            result += Draw.uprightWhisker(at, y(lower), y(upper), isIndicative: mark.value.isIndicative)
        }
        let style = mark.value.isIndicative ? "even open" : "even"
        result.append(.el("circle", [("cx", Draw.px(at)), ("cy", Draw.px(height)), ("r", "4"), ("class", style)]))
        if mark.hours >= endurance.end {
            result.append(Draw.text(at + 14, height + 2, "big plate", mark.value.text))
            let lines = TextLines.wrap(endurance.endText, width: width - at - 14, size: 13, maximum: 3)
            result += Draw.lines(lines, at + 14, first: height + 20, "sm m plate")
        } else {
            // Near the top, under the days, the number stands below its point.
            let baseline = mark.value.estimate > 0.88 ? height + 22 : height - 10
            let box = LabelPlacer.box(
                mark.value.text.plain, x: at + 9, baseline: baseline, size: 14, isBold: true, anchor: .start)
            if placer.take(box) { result.append(Draw.text(at + 9, baseline, "b plate", mark.value.text)) }
        }
        return [Draw.row(result)]
    }
}
