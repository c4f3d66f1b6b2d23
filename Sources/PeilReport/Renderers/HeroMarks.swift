/// A share as a hundred dots. Decoration: its text and the key figure say the same.
struct HundredDots {
    let cover: Report.Cover

    func markup() -> Markup {
        let whole = { (share: Double) in min(max(Int((share * 100).rounded()), 0), 100) }
        let solid = whole(cover.lower ?? cover.share)
        let light = max(whole(cover.upper ?? cover.share), solid)
        let hue = cover.segment.map { "s\($0 % 7)" } ?? "up"
        // The light ones have an edge: a light dot on a larger one.
        let dots = [
            dots(0..<light, "dots \(hue)"), dots(solid..<light, "dots light \(hue)"), dots(light..<100, "dots")
        ]
        return .el(
            "div", class: "cover",
            [
                .el("svg", [("viewBox", "0 0 200 200"), ("aria-hidden", "true")], dots),
                .el("p", [], cover.text.markup())
            ])
    }

    /// Ten a row, 20 apart: the stroke is dashed so that each row of them is one line.
    private func dots(_ places: Range<Int>, _ style: String) -> Markup {
        let rows = (0..<10).map { places.clamped(to: $0 * 10..<$0 * 10 + 10) }.filter { !$0.isEmpty }
        let lines = rows.map { row in
            let start = row.lowerBound
            return "M\(start % 10 * 20 + 10) \(start / 10 * 20 + 10)h\((row.count - 1) * 20 + 1)"
        }
        return lines.isEmpty ? .group([]) : Draw.path(lines.joined(), style)
    }
}

/// A share on a line from 0 to 100%, with its interval and, as a ring, the wave before.
enum KeyScale {
    static func markup(_ scale: Report.KeyFigure.Scale) -> Markup {
        let place = { (share: Double) in 8 + min(max(share, 0), 1) * 244 }
        var parts = [Draw.line(0, 8, 260, 8, "g0")]
        if let lower = scale.lower, let upper = scale.upper {
            parts.append(Draw.rect(place(lower), 2, max(place(upper) - place(lower), 2), 12, "under2"))
        }
        if let earlier = scale.earlier {
            parts.append(
                .el("circle", [("cx", Draw.px(place(earlier))), ("cy", "8"), ("r", "4"), ("class", "even open")]))
        }
        parts.append(
            .el("circle", [("cx", Draw.px(place(scale.estimate))), ("cy", "8"), ("r", "4.5"), ("class", "up")]))
        return .el(
            "svg",
            [
                ("class", "scale"), ("viewBox", "0 0 260 16"), ("aria-hidden", "true")
            ], parts)
    }
}
