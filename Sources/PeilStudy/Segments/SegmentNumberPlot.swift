/// Numbers of segments drawn as small line charts, one a criterion, the recommended number marked: a research plot, as
/// SVG, for who holds the microdata.
public struct SegmentNumberPlot {
    private let numbers: [SegmentNumber]

    public init(_ numbers: [SegmentNumber]) { self.numbers = numbers }

    private struct Panel {
        let title: String
        /// What is best, as a reader needs to know it.
        let better: String
        let values: [(segments: Int, value: Double)]
    }

    private static let width = 300.0
    private static let height = 205.0
    private static let margin = (left: 74.0, right: 20.0, top: 44.0, bottom: 46.0)

    public var svg: String {
        let panels = panels
        let total = Self.width * Double(max(1, panels.count))
        var parts = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(text(total)) \#(text(Self.height))" role="img" "#
                + #"aria-label="\#(description)" font-family="sans-serif" font-size="12">"#,
            #"<rect width="100%" height="100%" fill="white"/>"#
        ]
        for (place, panel) in panels.enumerated() {
            parts.append(#"<g transform="translate(\#(text(Self.width * Double(place))) 0)">"#)
            parts += draw(panel)
            parts.append("</g>")
        }
        return parts.joined(separator: "\n") + "\n</svg>\n"
    }

    private var recommended: Int? { numbers.first(where: \.isRecommended)?.segments }

    private var description: String {
        "Criteria for \(numbers.first?.segments ?? 0) to \(numbers.last?.segments ?? 0) segments"
            + (recommended.map { "; \($0) recommended" } ?? "")
    }

    private var panels: [Panel] {
        func panel(_ title: String, _ better: String, _ value: (SegmentNumber) -> Double?) -> Panel? {
            let values = numbers.compactMap { line in value(line).map { (line.segments, $0) } }
            return values.count > 1 ? Panel(title: title, better: better, values: values) : nil
        }
        return [
            panel("BIC", "lower is better", \.bic), panel("BIC, effective n", "lower is better", \.effectiveBIC),
            panel("Cross-validated log-likelihood", "higher is better", \.crossValidated),
            panel("Explained variance", "an elbow", \.explained),
            panel("Stability, adjusted Rand", "higher is better", \.rand)
        ].compactMap { $0 }
    }

    private func draw(_ panel: Panel) -> [String] {
        let low = panel.values.map(\.value).min() ?? 0
        let high = panel.values.map(\.value).max() ?? 1
        let first = Double(panel.values.first?.segments ?? 0)
        let last = Double(panel.values.last?.segments ?? 1)
        let plot = (
            width: Self.width - Self.margin.left - Self.margin.right,
            height: Self.height - Self.margin.top - Self.margin.bottom
        )
        func x(_ segments: Int) -> Double {
            Self.margin.left + plot.width * (Double(segments) - first) / max(1, last - first)
        }
        func y(_ value: Double) -> Double {
            Self.margin.top + plot.height * (high > low ? (high - value) / (high - low) : 0.5)
        }
        let base = Self.margin.top + plot.height
        let points = panel.values.map { "\(text(x($0.segments))),\(text(y($0.value)))" }
        var parts = [
            #"<text x="\#(text(Self.margin.left))" y="16" font-weight="bold">\#(panel.title)</text>"#,
            #"<text x="\#(text(Self.margin.left))" y="30" fill="dimgray">\#(panel.better)</text>"#,
            #"<line x1="\#(text(Self.margin.left))" y1="\#(text(base))" x2="\#(text(Self.width - Self.margin.right))" "#
                + #"y2="\#(text(base))" stroke="gray"/>"#,
            #"<text x="\#(text(Self.margin.left - 6))" y="\#(text(y(high) + 4))" text-anchor="end">\#(label(high))</text>"#,
            #"<polyline points="\#(points.joined(separator: " "))" fill="none" stroke="rgb(31,78,121)" stroke-width="2"/>"#
        ]
        if high > low {
            parts.append(
                #"<text x="\#(text(Self.margin.left - 6))" y="\#(text(y(low) + 4))" text-anchor="end">\#(label(low))</text>"#
            )
        }
        parts.append(
            #"<text x="\#(text(Self.margin.left + plot.width / 2))" y="\#(text(Self.height - 8))" text-anchor="middle" "#
                + #"fill="dimgray">segments</text>"#)
        for (segments, value) in panel.values {
            let isChosen = segments == recommended
            parts.append(
                #"<circle cx="\#(text(x(segments)))" cy="\#(text(y(value)))" r="\#(isChosen ? 6 : 3.5)" "#
                    + #"fill="\#(isChosen ? "rgb(179,71,0)" : "rgb(31,78,121)")"/>"#)
            parts.append(
                #"<text x="\#(text(x(segments)))" y="\#(text(base + 18))" text-anchor="middle"\#(isChosen ? #" font-weight="bold""# : "")>\#(segments)</text>"#
            )
        }
        return parts
    }

    /// Whole numbers where they are large.
    private func label(_ value: Double) -> String {
        value.magnitude >= 1000 && value.magnitude < 1e15
            ? "\(Int(value.rounded()))" : SignificantDigits.text(value, 4)
    }

    /// Tenths are enough for a place on a page.
    private func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
