/// Fill patterns of segments and of hidden boxes: what tells bars apart without colour.
enum FillPatterns {
    static let definitions: Markup = {
        let stripes = "M-2 2L2 -2M0 8L8 0M6 10L10 6"
        let white = Draw.rect(0, 0, 8, 8, "pd")
        return .el(
            "defs", [],
            [
                pattern("p1", "s1", [Draw.path(stripes, "pl")]),
                pattern("p2", "s2", [.el("circle", [("cx", "4"), ("cy", "4"), ("r", "1.5"), ("class", "pd")])]),
                pattern("p3", "s3", [Draw.line(0, 4, 8, 4, "pl")]),
                pattern("p4", "s4", [Draw.line(4, 0, 4, 8, "pl")]),
                pattern("p5", "s5", [Draw.path("M0 0L8 8M8 0L0 8", "pl")]),
                pattern("p6", "pd", [Draw.path(stripes, "ph")]),
                pattern("hidden", "pd", [white, Draw.path(stripes, "ph")])
            ])
    }()

    private static func pattern(_ id: String, _ fill: String, _ marks: [Markup]) -> Markup {
        .el(
            "pattern", [("id", id), ("width", "8"), ("height", "8"), ("patternUnits", "userSpaceOnUse")],
            [Draw.rect(0, 0, 8, 8, fill)] + marks)
    }
}
