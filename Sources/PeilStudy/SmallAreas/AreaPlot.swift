/// Areas as dots with their intervals, one panel an indicator: the direct estimate, and beneath it the model's where
/// there is one; the estimate that leads is filled. A research plot, as SVG, for who holds the microdata.
public struct AreaPlot: Sendable {
    private struct Line: Sendable {
        let label: String
        let direct: AreaLadder.Value?
        let model: AreaLadder.Value?
        let leadsByModel: Bool
    }

    private struct Panel: Sendable {
        let title: String
        let region: Double
        let lines: [Line]
    }

    private let panels: [Panel]

    init(_ ladders: [AreaLadder], label: (String) -> String) {
        panels = ladders.map { ladder in
            Panel(
                title: ladder.indicator.name, region: ladder.region.estimate,
                lines: ladder.areas.map { area in
                    Line(
                        label: label(area.code), direct: area.direct, model: area.modelValue,
                        leadsByModel: area.lead.rung == .model || area.lead.rung == .synthetic)
                })
        }
    }

    private static let width = 640.0
    private static let left = 190.0
    private static let right = 30.0
    private static let row = 24.0
    private static let top = 44.0
    private static let bottom = 40.0

    public var svg: String {
        let heights = panels.map { Self.top + Self.row * Double($0.lines.count) + Self.bottom }
        let height = heights.reduce(0, +)
        var parts = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(text(Self.width)) \#(text(height))" role="img" "#
                + #"aria-label="Direct and model estimates by area, with intervals" font-family="sans-serif" font-size="12">"#,
            #"<rect width="100%" height="100%" fill="white"/>"#
        ]
        var start = 0.0
        for (panel, height) in zip(panels, heights) {
            parts.append(#"<g transform="translate(0 \#(text(start)))">"#)
            parts += draw(panel, height: height)
            parts.append("</g>")
            start += height
        }
        return parts.joined(separator: "\n") + "\n</svg>\n"
    }

    private func draw(_ panel: Panel, height: Double) -> [String] {
        let ends = panel.lines.flatMap { line in
            [line.direct, line.model].compactMap { $0 }.flatMap {
                [$0.estimate, $0.interval?.lower ?? $0.estimate, $0.interval?.upper ?? $0.estimate]
            }
        }
        let (low, high) = (ends.min() ?? 0, ends.max() ?? 1)
        func x(_ value: Double) -> Double {
            Self.left + (Self.width - Self.left - Self.right) * (high > low ? (value - low) / (high - low) : 0.5)
        }
        let base = height - Self.bottom
        let region = text(x(min(max(panel.region, low), high)))
        var parts = [
            #"<text x="10" y="18" font-weight="bold">\#(escaped(panel.title))</text>"#,
            #"<text x="10" y="34" fill="dimgray">circle: direct; square: model; filled: leads; line: region</text>"#,
            #"<line x1="\#(region)" y1="\#(text(Self.top))" x2="\#(region)" y2="\#(text(base))" stroke="gray" stroke-dasharray="3 3"/>"#
        ]
        for (number, line) in panel.lines.enumerated() {
            let y = Self.top + Self.row * (Double(number) + 0.5)
            parts.append(
                #"<text x="\#(text(Self.left - 12))" y="\#(text(y + 4))" text-anchor="end">\#(escaped(line.label))</text>"#
            )
            if let direct = line.direct { parts += mark(direct, x, y - 4, isModel: false, leads: !line.leadsByModel) }
            if let model = line.model { parts += mark(model, x, y + 5, isModel: true, leads: line.leadsByModel) }
        }
        for (value, anchor) in [(low, "start"), (high, "end")] {
            parts.append(
                #"<text x="\#(text(x(value)))" y="\#(text(base + 18))" text-anchor="\#(anchor)">\#(SignificantDigits.text(value, 3))</text>"#
            )
        }
        return parts
    }

    private func mark(
        _ value: AreaLadder.Value, _ x: (Double) -> Double, _ y: Double, isModel: Bool, leads: Bool
    ) -> [String] {
        let colour = isModel ? "rgb(179,71,0)" : "rgb(31,78,121)"
        let fill = leads ? colour : "white"
        let centre = x(value.estimate)
        var parts: [String] = []
        if let interval = value.interval {
            parts.append(
                #"<line x1="\#(text(x(interval.lower)))" y1="\#(text(y))" x2="\#(text(x(interval.upper)))" y2="\#(text(y))" stroke="\#(colour)"/>"#
            )
        }
        parts.append(
            isModel
                ? #"<rect x="\#(text(centre - 3.5))" y="\#(text(y - 3.5))" width="7" height="7" fill="\#(fill)" stroke="\#(colour)"/>"#
                : #"<circle cx="\#(text(centre))" cy="\#(text(y))" r="4" fill="\#(fill)" stroke="\#(colour)"/>"#)
        return parts
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// Tenths are enough for a place on a page.
    private func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let whole = abs(tenths)
        return (tenths < 0 ? "-" : "") + (whole.isMultiple(of: 10) ? "\(whole / 10)" : "\(whole / 10).\(whole % 10)")
    }
}
