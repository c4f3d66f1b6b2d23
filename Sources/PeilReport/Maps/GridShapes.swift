/// A point of a drawing's grid.
struct GridPoint: Hashable, Comparable, Sendable {
    let x: Int32
    let y: Int32
    static func < (left: GridPoint, right: GridPoint) -> Bool { (left.x, left.y) < (right.x, right.y) }
}

/// Shapes on the grid of a drawing with as few points as the eye needs. Points go to the grid first, so that a border
/// that two areas share is the same points in both; then lines between junctions are simplified once, in one direction,
/// whichever area they are met in. So no gap can open between neighbours.
struct GridShapes {
    /// Rings by area code, outer rings and holes alike: filled by the even-odd rule, their direction does not matter.
    let rings: [String: [[GridPoint]]]
    /// Grid units a pixel.
    static let perPixel = 2.0

    /// - Parameters:
    ///   - scale: pixels a metre; `left` and `top` are the metres that the drawing's corner shows.
    ///   - tolerance: how far a line may move, in pixels.
    init(_ boundaries: Boundaries, scale: Double, left: Double, top: Double, tolerance: Double = 0.6) {
        var gridded: [String: [[GridPoint]]] = [:]
        for (code, polygons) in boundaries.shapes {
            gridded[code] = polygons.flatMap { $0 }.map { ring in
                Self.withoutRepeats(
                    ring.map { point in
                        GridPoint(
                            x: Int32(((point.x - left) * scale * Self.perPixel).rounded()),
                            y: Int32(((top - point.y) * scale * Self.perPixel).rounded()))
                    })
            }
        }
        var neighbours: [GridPoint: Set<GridPoint>] = [:]
        for ring in gridded.values.flatMap({ $0 }) where ring.count > 1 {
            for (index, point) in ring.enumerated() {
                let next = ring[(index + 1) % ring.count]
                neighbours[point, default: []].insert(next)
                neighbours[next, default: []].insert(point)
            }
        }
        let simplifier = BorderSimplifier(
            isJunction: Set(neighbours.filter { $0.value.count != 2 }.keys), tolerance: tolerance * Self.perPixel)
        rings = gridded.mapValues { simplifier.simplify($0) }
    }

    static func withoutRepeats(_ ring: [GridPoint]) -> [GridPoint] {
        var result: [GridPoint] = []
        for point in ring where result.last != point { result.append(point) }
        while result.count > 1, result.first == result.last { result.removeLast() }
        return result
    }
}

/// Draws borders with fewer points, each stretch between junctions once.
private struct BorderSimplifier {
    /// Points where more or fewer than two borders end.
    let isJunction: Set<GridPoint>
    /// In units of the grid.
    let tolerance: Double

    /// Rings that still enclose something; an area smaller than the grid keeps a square of one unit.
    func simplify(_ rings: [[GridPoint]]) -> [[GridPoint]] {
        let made = rings.map(simplify).filter { $0.count > 2 }
        guard made.isEmpty, let point = rings.first?.first else { return made }
        let (x, y) = (point.x, point.y)
        return [[point, .init(x: x + 2, y: y), .init(x: x + 2, y: y + 2), .init(x: x, y: y + 2)]]
    }

    private func simplify(_ ring: [GridPoint]) -> [GridPoint] {
        guard ring.count > 3 else { return ring }
        // A ring without junctions starts at its smallest point, in every area that has it.
        guard let smallest = ring.indices.min(by: { ring[$0] < ring[$1] }) else { return ring }
        let start = ring.indices.first { isJunction.contains(ring[$0]) } ?? smallest
        let turned = Array(ring[start...] + ring[..<start]) + [ring[start]]
        var cuts = turned.indices.filter { isJunction.contains(turned[$0]) }
        if cuts.first != 0 { cuts = [0, farthest(turned), turned.count - 1] }
        var result: [GridPoint] = []
        for (from, to) in zip(cuts, cuts.dropFirst()) { result += line(Array(turned[from...to])).dropLast() }
        return GridShapes.withoutRepeats(result)
    }

    private func farthest(_ ring: [GridPoint]) -> Int {
        let first = ring[0]
        return ring.indices.max { left, right in
            let (a, b) = (Self.squaredDistance(ring[left], first), Self.squaredDistance(ring[right], first))
            return a == b ? ring[left] < ring[right] : a < b
        } ?? 0
    }

    private static func squaredDistance(_ a: GridPoint, _ b: GridPoint) -> Double {
        let (x, y) = (Double(a.x) - Double(b.x), Double(a.y) - Double(b.y))
        return x * x + y * y
    }

    /// A line between two fixed ends, simplified in the direction from its smaller end.
    private func line(_ points: [GridPoint]) -> [GridPoint] {
        guard points.count > 2, let first = points.first, let last = points.last else { return points }
        let isTurned = last < first || (first == last && points[points.count - 2] < points[1])
        let kept = reduced(isTurned ? points.reversed() : points)
        return isTurned ? kept.reversed() : kept
    }

    /// Douglas and Peucker 1973: a stretch whose points all lie within the tolerance of its chord becomes that chord.
    private func reduced(_ points: [GridPoint]) -> [GridPoint] {
        var keep = [Bool](repeating: false, count: points.count)
        keep[0] = true
        keep[points.count - 1] = true
        var open = [(0, points.count - 1)]
        while let (from, to) = open.popLast() {
            guard to - from > 1 else { continue }
            var (worst, most) = (from, 0.0)
            for index in (from + 1)..<to {
                let distance = Self.distance(points[index], points[from], points[to])
                if distance > most { (worst, most) = (index, distance) }
            }
            guard most > tolerance else { continue }
            keep[worst] = true
            open += [(from, worst), (worst, to)]
        }
        return zip(points, keep).filter(\.1).map(\.0)
    }

    /// Distance of a point to the stretch from `a` to `b`.
    private static func distance(_ point: GridPoint, _ a: GridPoint, _ b: GridPoint) -> Double {
        let (dx, dy) = (Double(b.x) - Double(a.x), Double(b.y) - Double(a.y))
        let (px, py) = (Double(point.x) - Double(a.x), Double(point.y) - Double(a.y))
        let length = dx * dx + dy * dy
        let part = length > 0 ? min(max((px * dx + py * dy) / length, 0), 1) : 0
        let (x, y) = (px - part * dx, py - part * dy)
        return (x * x + y * y).squareRoot()
    }
}
