import PeilTable

/// Effects of a model as dots with intervals on one axis: a research plot, as SVG, for who holds the microdata. Title and
/// description say in words what the drawing shows.
public struct EffectPlot: Sendable {
    struct Row: Sendable {
        let label: String
        let figure: ResearchFigure
    }

    private let title: String
    private let unit: String
    private let rows: [Row]

    init(title: String, unit: String, rows: [Row]) {
        self.title = title
        self.unit = unit
        self.rows = rows
    }

    private static let width = 820.0
    private static let left = 430.0
    private static let right = 30.0
    private static let top = 70.0
    private static let line = 30.0
    private static let labelLength = 58

    private var height: Double { Self.top + Self.line * Double(rows.count) + 62 }

    public var svg: String {
        let parts =
            [
                #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(px(Self.width)) \#(px(height))" role="img" "#
                    + #"aria-labelledby="effects-title effects-desc" font-family="sans-serif" font-size="13">"#,
                #"<title id="effects-title">\#(escaped(title))</title>"#,
                #"<desc id="effects-desc">\#(escaped(description))</desc>"#,
                #"<rect width="100%" height="100%" fill="white"/>"#, text(12, 24, title, "font-weight=\"bold\""),
                text(12, 44, "Association at one moment, all predictors of the model together.", "fill=\"dimgray\"")
            ] + axis + rows.indices.flatMap(row)
            + [
                text(
                    (Self.left + Self.width - Self.right) / 2, height - 12, unit,
                    "text-anchor=\"middle\" fill=\"dimgray\"")
            ]
        return parts.joined(separator: "\n") + "\n</svg>\n"
    }

    /// Every number of the drawing, for who cannot see it.
    private var description: String {
        "Effects in \(unit), with 95% intervals. "
            + rows.map { row in
                let interval = row.figure.interval.map { " (\(short($0.lower)) to \(short($0.upper)))" } ?? ""
                return "\(row.label): \(row.figure.estimate.map(short) ?? "none")\(interval)."
            }.joined(separator: " ")
    }

    // MARK: Axis

    private var ends: (low: Double, high: Double) {
        let values = rows.flatMap { row in
            [row.figure.estimate, row.figure.interval?.lower, row.figure.interval?.upper].compactMap { $0 }
        }.filter(\.isFinite)
        let (low, high) = (min(0, values.min() ?? 0), max(0, values.max() ?? 0))
        return low < high ? (low, high) : (-1, 1)
    }

    /// Round numbers, three to seven.
    private var ticks: [Double] {
        let (low, high) = ends
        var step = 1.0
        while (high - low) / step > 6 { step *= 10 }
        while (high - low) / step < 0.6 { step /= 10 }
        if let finer = [0.2, 0.5].first(where: { (high - low) / (step * $0) <= 6 }) { step *= finer }
        let first = Int((low / step).rounded(.down))
        return (first...max(first, Int((high / step).rounded(.up)))).map { Double($0) * step }
    }

    private func x(_ value: Double) -> Double {
        let ticks = ticks
        guard let low = ticks.first, let high = ticks.last, low < high else { return Self.left }
        return Self.left + (Self.width - Self.left - Self.right) * (value - low) / (high - low)
    }

    private var axis: [String] {
        let bottom = Self.top + Self.line * Double(rows.count)
        return ticks.flatMap { tick in
            [
                #"<line x1="\#(px(x(tick)))" y1="\#(px(Self.top - 8))" x2="\#(px(x(tick)))" y2="\#(px(bottom))" "#
                    + #"stroke="\#(tick == 0 ? "black" : "gainsboro")"/>"#,
                text(x(tick), bottom + 18, short(tick), "text-anchor=\"middle\"")
            ]
        }
    }

    // MARK: Rows

    private func row(_ place: Int) -> [String] {
        let row = rows[place]
        let y = Self.top + Self.line * (Double(place) + 0.5)
        var parts = [text(Self.left - 12, y + 4, shortened(row.label), "text-anchor=\"end\"")]
        guard let estimate = row.figure.estimate else { return parts }
        if let interval = row.figure.interval {
            let (from, to) = (px(x(interval.lower)), px(x(interval.upper)))
            parts.append(
                #"<line x1="\#(from)" y1="\#(px(y))" x2="\#(to)" y2="\#(px(y))" stroke="rgb(31,78,121)" "#
                    + #"stroke-width="2"/>"#)
        }
        parts.append(#"<circle cx="\#(px(x(estimate)))" cy="\#(px(y))" r="4.5" fill="rgb(31,78,121)"/>"#)
        return parts
    }

    private func shortened(_ label: String) -> String {
        label.count <= Self.labelLength ? label : label.prefix(Self.labelLength - 1) + "…"
    }

    private func text(_ x: Double, _ y: Double, _ content: String, _ more: String) -> String {
        #"<text x="\#(px(x))" y="\#(px(y))" \#(more)>\#(escaped(content))</text>"#
    }

    private func short(_ value: Double) -> String { SignificantDigits.text(value, 3) }

    /// Tenths are enough for a place on a page.
    private func px(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(sign)\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    /// The characters that mean something in markup; control characters, which XML forbids, go.
    private func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: if scalar.value >= 32 { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }
}
