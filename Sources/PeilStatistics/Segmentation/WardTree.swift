public import PeilNumerics

/// Groups that are joined two at a time, each time those whose union adds least to the squared distances within groups.
/// Ward 1963, by the recurrence of Lance & Williams 1967 on squared distances; heights are distances, as in scipy's
/// `linkage(method="ward")` and R's `hclust(method = "ward.D2")`.
public struct WardTree: Sendable, Equatable {
    public struct Merge: Sendable, Equatable {
        /// Numbers of the two groups, the lower first: points from 0, then the group of each merge in turn.
        public let first: Int
        public let second: Int
        /// √(2·what the union adds to Σ d² within groups); never lower than that of the merge before.
        public let height: Double
        /// Points of the union.
        public let size: Int
    }

    public let merges: [Merge]
    public var pointCount: Int { merges.count + 1 }

    /// Of equal distances, the pair whose groups hold the lowest points is joined first.
    /// - Parameter points: points × axes, at least one point.
    public init(_ points: DenseMatrix) {
        precondition(points.rows > 0, "a point")
        var state = State(points)
        merges = (0..<(points.rows - 1)).map { _ in state.merge() }
    }

    /// The group of each point when `groups` groups are left, numbered by their first points.
    public func groups(_ groups: Int) -> [Int] {
        precondition((1...pointCount).contains(groups), "as many groups as points at most")
        var parent = Array(0..<(pointCount + merges.count))
        for (step, merge) in merges.prefix(pointCount - groups).enumerated() {
            parent[merge.first] = pointCount + step
            parent[merge.second] = pointCount + step
        }
        var number: [Int: Int] = [:]
        return (0..<pointCount).map { point in
            var root = point
            while parent[root] != root { root = parent[root] }
            let next = number.count
            return number[root, default: next, storing: next]
        }
    }

    /// Groups still apart: squared distances, and for each the nearest of those after it.
    private struct State {
        private var squares: DenseMatrix
        private var size: [Double]
        private var number: [Int]
        private var isLeft: [Bool]
        private var nearest: [Int]
        private var step = 0
        private var points: Int { squares.rows }

        init(_ points: DenseMatrix) {
            let count = points.rows
            squares = DenseMatrix(rows: count, columns: count)
            for column in 0..<count {
                for row in 0..<count where row != column {
                    var sum = 0.0
                    for axis in 0..<points.columns {
                        let difference = points[row, axis] - points[column, axis]
                        sum += difference * difference
                    }
                    squares[row, column] = sum
                }
            }
            size = [Double](repeating: 1, count: count)
            number = Array(0..<count)
            isLeft = [Bool](repeating: true, count: count)
            nearest = Array(0..<count)
            for row in 0..<count { nearest[row] = findNearest(row) }
        }

        /// The nearest group in a later place; its own place where there is none.
        private func findNearest(_ row: Int) -> Int {
            var best = row
            for other in (row + 1)..<max(row + 1, points) where isLeft[other] {
                if best == row || squares[other, row] < squares[best, row] { best = other }
            }
            return best
        }

        mutating func merge() -> Merge {
            var row = -1
            for place in 0..<points where isLeft[place] && nearest[place] != place {
                if row < 0 || squares[nearest[place], place] < squares[nearest[row], row] { row = place }
            }
            let other = nearest[row]
            let square = squares[other, row]
            let merge = Merge(
                first: min(number[row], number[other]), second: max(number[row], number[other]),
                height: square.squareRoot(), size: Int(size[row] + size[other]))
            join(row, other, square)
            number[row] = points + step
            step += 1
            return merge
        }

        /// The union takes the place of the first; the other place is empty.
        private mutating func join(_ row: Int, _ other: Int, _ square: Double) {
            isLeft[other] = false
            for third in 0..<points where isLeft[third] && third != row {
                let sum =
                    (size[row] + size[third]) * squares[third, row]
                    + (size[other] + size[third]) * squares[third, other] - size[third] * square
                let joined = sum / (size[row] + size[other] + size[third])
                squares[third, row] = joined
                squares[row, third] = joined
            }
            size[row] += size[other]
            for place in 0..<points where isLeft[place] {
                let isTouched = place <= row || nearest[place] == other || nearest[place] == row
                if isTouched { nearest[place] = findNearest(place) }
            }
        }
    }
}

extension Dictionary {
    /// The value of a key, stored where it is new.
    fileprivate subscript(key: Key, default fallback: Value, storing value: Value) -> Value {
        mutating get {
            if let known = self[key] { return known }
            self[key] = value
            return fallback
        }
    }
}
