/// Where a label fits inside a shape: the stretches of its inside on lines two pixels apart.
struct ShapeSpans {
    private struct Span {
        let left: Double
        let right: Double
        var width: Double { right - left }
    }
    private static let step = 2.0
    private let top: Double
    private let lines: [[Span]]

    /// Rings in pixels; even-odd, as they are filled.
    init(_ rings: [[PlanePoint]]) {
        let all = rings.flatMap { $0 }
        let low = all.map(\.y).min() ?? 0
        let high = all.map(\.y).max() ?? 0
        top = low + Self.step / 2
        var lines: [[Span]] = []
        var y = top
        while y < high {
            var crossings: [Double] = []
            for ring in rings {
                for (index, point) in ring.enumerated() {
                    let next = ring[(index + 1) % ring.count]
                    guard (point.y <= y) != (next.y <= y) else { continue }
                    crossings.append(point.x + (y - point.y) / (next.y - point.y) * (next.x - point.x))
                }
            }
            crossings.sort()
            lines.append(
                stride(from: 0, to: crossings.count - 1, by: 2).map {
                    Span(left: crossings[$0], right: crossings[$0 + 1])
                })
            y += Self.step
        }
        self.lines = lines
    }

    /// The middle of the roomiest place for a box inside the shape; nil where it fits nowhere.
    func place(width: Double, height: Double) -> PlanePoint? {
        let count = max(Int((height / Self.step).rounded(.up)), 1)
        guard lines.count >= count else { return nil }
        var best: (point: PlanePoint, score: Double)?
        let centre = top + Double(lines.count) * Self.step / 2
        for start in 0...(lines.count - count) {
            var open = lines[start]
            for line in lines[(start + 1)..<(start + count)] where !open.isEmpty { open = Self.common(open, line) }
            guard let widest = open.max(by: { $0.width < $1.width }), widest.width >= width else { continue }
            let y = top + (Double(start) + Double(count - 1) / 2) * Self.step
            let score = widest.width - width - abs(y - centre) * 0.8
            if score > (best?.score ?? -.infinity) {
                best = (PlanePoint(x: (widest.left + widest.right) / 2, y: y), score)
            }
        }
        return best?.point
    }

    private static func common(_ first: [Span], _ second: [Span]) -> [Span] {
        first.flatMap { one in
            second.compactMap { other in
                let left = max(one.left, other.left)
                let right = min(one.right, other.right)
                return right > left ? Span(left: left, right: right) : nil
            }
        }
    }
}
