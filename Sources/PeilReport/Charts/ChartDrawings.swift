extension Chart {
    /// The chart in one of its two drawings.
    func drawn(_ variant: Variant) -> Markup {
        let isWide = variant == .wide
        switch drawing {
        case .dots(let rows, let scale):
            let plot = DotPlot(chart: self, rows: rows, scale: scale)
            return isWide ? plot.wide() : plot.narrow()
        case .group(let rows, let scale):
            let plot = DotPlot(chart: self, rows: rows, scale: scale, kind: .group)
            return isWide ? plot.wide() : plot.narrow()
        case .effects(let rows, let scale):
            let plot = DotPlot(chart: self, rows: rows, scale: scale, kind: .effects)
            return isWide ? plot.wide() : plot.narrow()
        case .bars(let rows, let scale):
            let bars = BarChart(chart: self, rows: rows, scale: scale)
            return isWide ? bars.wide() : bars.narrow()
        case .likert(let rows, let levels):
            let likert = LikertChart(chart: self, rows: rows, levels: levels)
            return isWide ? likert.wide() : likert.narrow()
        case .tiles(let map):
            let tiles = TileChart(chart: self, map: map)
            return isWide ? tiles.wide() : tiles.narrow()
        case .map(let map):
            let areas = AreaMapChart(chart: self, map: map)
            return isWide ? areas.wide() : areas.narrow()
        case .trends(let panels, let scale):
            let trends = TrendChart(chart: self, panels: panels, scale: scale)
            return isWide ? trends.wide() : trends.narrow()
        case .endurance(let endurance):
            let steps = EnduranceChart(chart: self, endurance: endurance)
            return isWide ? steps.wide() : steps.narrow()
        case .balance(let rows, let limit):
            let balance = BalancePlot(chart: self, rows: rows, limit: limit)
            return isWide ? balance.wide() : balance.narrow()
        case .histogram(let classes):
            let histogram = Histogram(chart: self, classes: classes)
            return isWide ? histogram.wide() : histogram.narrow()
        }
    }
}

extension Chart.Key.Mark {
    /// The mark as the key shows it, on 26 × 16 pixels.
    var drawn: [Markup] {
        switch self {
        case .verdict(let verdict): [Draw.mark(verdict, 13, 8, isOpen: false)]
        case .rest: [Draw.rect(11.5, 0, 3, 16, "rest")]
        case .interval:
            [Draw.line(4, 8, 22, 8, "wk"), Draw.line(4, 4, 4, 12, "wk"), Draw.line(22, 4, 22, 12, "wk")]
        case .indicative: [Draw.line(0, 8, 26, 8, "band even dash"), Draw.mark(.untested, 13, 8, isOpen: true)]
        case .hidden: [Draw.hatched(2, 2, 22, 12)]
        case .level(let index, let count): [Draw.rect(2, 1, 22, 14, "d\(LikertChart.ramp(index, of: count))")]
        case .heat(let index): [Draw.rect(2, 1, 22, 14, "k\(index)")]
        case .estimate: [Draw.line(4, 8, 22, 8, "band even"), Draw.mark(.untested, 13, 8, isOpen: false)]
        case .segment(let index):
            [Draw.line(4, 8, 22, 8, "band b\(index % 7)"), Draw.segment(index, 13, 8)]
        case .field(.hidden): [Draw.rect(2, 1, 22, 14, "field hid")]
        case .field(let verdict):
            // The sign that stands in the field: in grey the colours are alike.
            [
                Draw.rect(2, 1, 22, 14, "field \(Draw.style(of: verdict))"),
                Draw.text(13, 12, verdict == .higher || verdict == .lower ? "c sm inv" : "c sm", verdict.sign)
            ]
        case .fieldIndicative: [Draw.rect(3, 2, 20, 12, "field soft")]
        case .firstWave: [circle("even open")]
        case .lastWave: [circle("even")]
        case .trendBreak: [Draw.line(10.5, 0, 10.5, 16, "break"), Draw.line(15.5, 0, 15.5, 16, "break")]
        case .beforeWeighting: [circle("even open")]
        case .afterWeighting: [circle("up")]
        case .limit: [Draw.line(13, 0, 13, 16, "rule")]
        case .steps: [Draw.path("M2 4H13V12H24", "steps")]
        }
    }

    private func circle(_ style: String) -> Markup {
        .el("circle", [("cx", "13"), ("cy", "8"), ("r", "5.5"), ("class", style)])
    }
}
