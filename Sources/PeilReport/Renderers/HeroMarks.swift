/// A share as a hundred dots. Decoration: its text and the key figure say the same.
struct HundredDots {
    let cover: Report.Cover

    func markup() -> Markup {
        let whole = { (share: Double) in min(max(Int((share * 100).rounded()), 0), 100) }
        let solid = whole(cover.lower ?? cover.share)
        let light = max(whole(cover.upper ?? cover.share), solid)
        let dots = (0..<100).map { index in
            dot(
                Double(index % 10) * 21.6 + 10.8, Double(index / 10) * 21.6 + 10.8,
                isSolid: index < solid, isLight: index < light)
        }
        return .el(
            "div", class: "cover",
            [
                .el("svg", [("viewBox", "0 0 216 216"), ("aria-hidden", "true"), ("focusable", "false")], dots),
                .el("p", [], cover.text.markup())
            ])
    }

    private func dot(_ x: Double, _ y: Double, isSolid: Bool, isLight: Bool) -> Markup {
        let hue = cover.segment.map { $0 % 7 }
        let solid = hue.map { "s\($0)" } ?? "bar"
        let style = isSolid ? solid : isLight ? hue.map { "light\($0)" } ?? "light" : "blank"
        return .el("circle", [("cx", Draw.px(x)), ("cy", Draw.px(y)), ("r", "7.5"), ("class", style)])
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
                ("class", "scale"), ("viewBox", "0 0 260 16"), ("aria-hidden", "true"), ("focusable", "false")
            ], parts)
    }
}
