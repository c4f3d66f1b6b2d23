/// Marks that mean the same in every drawing.
extension Draw {
    /// The mark of a verdict: its shape says what its colour says.
    static func mark(_ verdict: Verdict, _ x: Double, _ y: Double, isOpen: Bool) -> Markup {
        let style = style(of: verdict) + (isOpen ? " open" : "")
        switch verdict {
        case .higher, .seemsHigher:
            return path("M\(px(x)) \(px(y - 7))l7 12.5h-14z", style)
        case .lower, .seemsLower:
            return path("M\(px(x)) \(px(y + 7))l7-12.5h-14z", style)
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
        case 2: return path("M\(p(0, -7.5))l7.5 7.5-7.5 7.5-7.5-7.5z", style)
        case 3: return path("M\(p(-3.5, -6.5))h7l3.5 6.5-3.5 6.5h-7l-3.5-6.5z", style)
        case 4: return path("M\(p(-2.5, -7))h5v4.5h4.5v5h-4.5v4.5h-5v-4.5h-4.5v-5h4.5Z", style)
        case 5: return .el("circle", [("cx", px(x)), ("cy", px(y)), ("r", "5"), ("class", "\(style) ring")])
        default: return rect(x - 7, y - 2.5, 14, 5, style)
        }
    }

    /// An interval over a bar: ink on a white halo, with caps.
    static func whisker(_ x1: Double, _ x2: Double, _ y: Double, isIndicative: Bool) -> [Markup] {
        let line = stroke(x1, y, x2, y)
        return isIndicative
            ? dashed(line, caps: stroke(x1, y - 4, x1, y + 4) + stroke(x2, y - 4, x2, y + 4))
            : [path(line, "halo"), path("M\(px(x1)) \(px(y - 4))v8m0-4H\(px(x2))m0-4v8", "wk")]
    }

    /// Caps stay whole where the line between them is dashed.
    private static func dashed(_ line: String, caps: String) -> [Markup] {
        [path(line, "halo"), path(line, "wk dash"), path(caps, "wk")]
    }

    /// Paths of one look as one, in the order in which the looks first occur, halos first: what stands first lies under what follows.
    static func merged(_ paths: [Markup]) -> [Markup] {
        var looks: [(style: String, d: String)] = []
        for case .element("path", let attributes, _) in paths {
            let (d, style) = (attributes[0].1, attributes[1].1)
            if let place = looks.firstIndex(where: { $0.style == style }) {
                looks[place].d += d
            } else {
                looks.append((style, d))
            }
        }
        return looks.filter { $0.style == "halo" }.map { path($0.d, $0.style) }
            + looks.filter { $0.style != "halo" }.map { path($0.d, $0.style) }
    }

    /// A hatched box where nothing is shown: never an empty spot.
    static func hatched(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Markup {
        rect(x, y, width, height, "hid")
    }

    /// The rest of the region: black, higher than any dot, so that it shows where values coincide.
    static func rest(_ x: Double, _ y: Double) -> Markup { rect(x - 1.5, y - 13, 3, 26, "rest") }

    /// The same on a bar of this thickness.
    static func rest(_ x: Double, _ y: Double, over thickness: Double) -> Markup {
        let height = min(30, thickness + 8)
        return path("M\(px(x - 2)) \(px(y - height / 2))h4v\(px(height))h-4z", "rest")
    }

    /// An interval behind a dot.
    static func band(_ x1: Double, _ x2: Double, _ y: Double, _ style: String, isIndicative: Bool) -> Markup {
        // An interval without width stays a round spot.
        line(x1, y, max(x2, x1 + 0.1), y, "band " + (isIndicative ? "dash " : "") + style)
    }

    /// An interval upright, with caps.
    static func uprightWhisker(_ x: Double, _ y1: Double, _ y2: Double, isIndicative: Bool) -> [Markup] {
        let line = stroke(x, y1, x, y2)
        return isIndicative
            ? dashed(line, caps: stroke(x - 4, y1, x + 4, y1) + stroke(x - 4, y2, x + 4, y2))
            : [path(line, "halo"), path("M\(px(x - 4)) \(px(y1))h8m-4 0V\(px(y2))m-4 0h8", "wk")]
    }
}
