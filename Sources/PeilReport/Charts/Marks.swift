/// Marks that mean the same in every drawing.
extension Draw {
    /// The mark of a verdict: its shape says what its colour says.
    static func mark(_ verdict: Verdict, _ x: Double, _ y: Double, isOpen: Bool) -> Markup {
        let style = style(of: verdict) + (isOpen ? " open" : "")
        switch verdict {
        case .higher, .seemsHigher:
            return path("M\(px(x)) \(px(y - 7))L\(px(x + 7)) \(px(y + 5.5))L\(px(x - 7)) \(px(y + 5.5))Z", style)
        case .lower, .seemsLower:
            return path("M\(px(x)) \(px(y + 7))L\(px(x + 7)) \(px(y - 5.5))L\(px(x - 7)) \(px(y - 5.5))Z", style)
        default:
            return .el("circle", [("cx", px(x)), ("cy", px(y)), ("r", "5.5"), ("class", style)])
        }
    }

    static func style(of verdict: Verdict) -> String {
        switch verdict {
        case .higher, .seemsHigher: "up"
        case .lower, .seemsLower: "down"
        default: "even"
        }
    }

    /// The shape of a segment, 14 px, around its middle: hue and shape name it together.
    static func segment(_ index: Int, _ x: Double, _ y: Double, isOpen: Bool = false) -> Markup {
        let style = "s\(index % 7)" + (isOpen ? " open" : "")
        let p = { (dx: Double, dy: Double) in "\(px(x + dx)) \(px(y + dy))" }
        switch index % 7 {
        case 0: return .el("circle", [("cx", px(x)), ("cy", px(y)), ("r", "6.5"), ("class", style)])
        case 1: return rect(x - 6, y - 6, 12, 12, style)
        case 2: return path("M\(p(0, -7.5))L\(p(7.5, 0))L\(p(0, 7.5))L\(p(-7.5, 0))Z", style)
        case 3:
            return path(
                "M\(p(-3.5, -6.5))L\(p(3.5, -6.5))L\(p(7, 0))L\(p(3.5, 6.5))L\(p(-3.5, 6.5))L\(p(-7, 0))Z", style)
        case 4: return path("M\(p(-2.5, -7))h5v4.5h4.5v5h-4.5v4.5h-5v-4.5h-4.5v-5h4.5Z", style)
        case 5: return .el("circle", [("cx", px(x)), ("cy", px(y)), ("r", "5"), ("class", "\(style) ring")])
        default: return rect(x - 7, y - 2.5, 14, 5, style)
        }
    }

    /// An interval over a bar: ink on a white halo, with caps.
    static func whisker(_ x1: Double, _ x2: Double, _ y: Double, isIndicative: Bool) -> [Markup] {
        withCaps(
            stroke(x1, y, x2, y), caps: stroke(x1, y - 4, x1, y + 4) + stroke(x2, y - 4, x2, y + 4),
            isIndicative: isIndicative)
    }

    /// Caps stay whole where the line between them is dashed.
    private static func withCaps(_ line: String, caps: String, isIndicative: Bool) -> [Markup] {
        [path(line, "halo")] + (isIndicative ? [path(line, "wk dash"), path(caps, "wk")] : [path(line + caps, "wk")])
    }

    /// A hatched box where nothing is shown: never an empty spot.
    static func hatched(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Markup {
        rect(x, y, width, height, "hid")
    }

    /// The rest of the region: black, higher than any dot, so that it shows where values coincide.
    static func rest(_ x: Double, _ y: Double, width: Double = 3, height: Double = 26) -> Markup {
        rect(x - width / 2, y - height / 2, width, height, "rest")
    }

    /// An interval behind a dot.
    static func band(_ x1: Double, _ x2: Double, _ y: Double, _ style: String, isIndicative: Bool) -> Markup {
        // An interval without width stays a round spot.
        line(x1, y, max(x2, x1 + 0.1), y, "band " + (isIndicative ? "dash " : "") + style)
    }

    /// An interval upright, with caps.
    static func uprightWhisker(_ x: Double, _ y1: Double, _ y2: Double, isIndicative: Bool) -> [Markup] {
        withCaps(
            stroke(x, y1, x, y2), caps: stroke(x - 4, y1, x + 4, y1) + stroke(x - 4, y2, x + 4, y2),
            isIndicative: isIndicative)
    }
}
