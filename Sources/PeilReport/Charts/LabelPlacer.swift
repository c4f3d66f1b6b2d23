/// Keeps the boxes of texts that are drawn, so that a further one is only drawn where it covers none of them.
struct LabelPlacer {
    struct Box: Equatable {
        var left: Double
        var top: Double
        var right: Double
        var bottom: Double

        func overlaps(_ other: Box) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }
    }

    private var boxes: [Box] = []
    let bounds: Box

    init(width: Double, height: Double) { bounds = Box(left: 0, top: 0, right: width, bottom: height) }

    /// Takes the box if it lies in the drawing and covers no other.
    mutating func take(_ box: Box) -> Bool {
        guard isFree(box) else { return false }
        boxes.append(box)
        return true
    }

    func isFree(_ box: Box) -> Bool {
        box.left >= bounds.left && box.right <= bounds.right && box.top >= bounds.top && box.bottom <= bounds.bottom
            && !boxes.contains { $0.overlaps(box) }
    }

    mutating func block(_ box: Box) { boxes.append(box) }

    /// The box of a text around its anchor, with the line's own height.
    static func box(_ text: String, x: Double, baseline: Double, size: Double, isBold: Bool, anchor: Anchor) -> Box {
        let width = TextWidth.of(text, size: size, isBold: isBold)
        let left =
            switch anchor {
            case .start: x
            case .middle: x - width / 2
            case .end: x - width
            }
        return Box(left: left, top: baseline - size * 0.95, right: left + width, bottom: baseline + size * 0.27)
    }

    enum Anchor { case start, middle, end }
}
