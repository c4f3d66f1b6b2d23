/// An axis from a round number to a round number with three to six ticks.
struct Axis {
    let low: Double
    let high: Double
    let ticks: [Double]
    let isPercent: Bool

    init(_ values: [Double], scale: Chart.Scale) {
        isPercent = scale == .percent
        let unit = scale == .percent ? 0.01 : 1.0
        let top = max(values.max() ?? unit, unit)
        let bottom = min(values.min() ?? 0, 0)
        let step =
            [1.0, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000].map { $0 * unit }
            .first { (top - bottom) / $0 <= 5.001 } ?? (top - bottom) / 5
        // A value on a round number needs no further step, whatever its last bit says.
        low = (bottom / step + 1e-6).rounded(.down) * step
        high = (top / step - 1e-6).rounded(.up) * step
        ticks = (0...Int(((high - low) / step).rounded())).map { [low, step] in low + Double($0) * step }
    }

    func place(_ value: Double, _ from: Double, _ to: Double) -> Double {
        let clamped = min(max(value, low), high)
        return from + (clamped - low) / (high - low) * (to - from)
    }

    func label(_ tick: Double, isLast: Bool) -> String {
        let number = Int((isPercent ? tick * 100 : tick).rounded())
        let digits = number < 0 ? "\u{2212}\(-number)" : "\(number)"
        return isPercent && isLast && low >= 0 ? digits + "%" : digits
    }

    /// Grid lines and their numbers above the plot; the zero line is darker.
    func draw(_ from: Double, _ to: Double, top: Double, bottom: Double, width: Double = 720) -> [Markup] {
        let isZero = { (tick: Double) in abs(tick) < 1e-9 }
        let lines = { (chosen: [Double]) in
            chosen.map { Draw.stroke(place($0, from, to), top, place($0, from, to), bottom) }.joined()
        }
        let grid = [
            Draw.path(lines(ticks.filter { !isZero($0) }), "g"), Draw.path(lines(ticks.filter(isZero)), "g0")
        ]
        return grid
            + ticks.enumerated().map { index, tick in
                let text = label(tick, isLast: index == ticks.count - 1)
                let half = TextWidth.of(text, size: 13) / 2
                return Draw.text(min(max(place(tick, from, to), half), width - half), top - 8, "sm c m", text)
            }
    }
}
