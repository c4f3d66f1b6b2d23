/// The nearest of the centres seen so far, and the square of the distance to the second.
public struct NearestCentre: Sendable {
    public private(set) var index = 0
    public private(set) var square = Double.infinity
    public private(set) var secondSquare = Double.infinity

    init() {}

    /// Squared distances to eight more centres, in order. Of equal ones the first stays.
    @inline(__always)
    mutating func take(_ squares: SIMD8<Double>, from first: Int) {
        for lane in 0..<8 {
            let other = squares[lane]
            secondSquare = min(secondSquare, max(square, other))
            if other < square { index = first + lane }
            square = min(square, other)
        }
    }

    /// What the drift of this centre's cluster may reach before another can be nearest, rounded down.
    /// - Parameter drift: what it is now.
    public func slack(after drift: Float) -> Float {
        let far = secondSquare.squareRoot()
        // Below what a drift can be without being infinite.
        let gap = Float(min((far - square.squareRoot()) * (1 - 1e-6) - 1e-9 * far, 0x1p100))
        return (gap + drift) * (1 - 0x1p-22)
    }
}

/// The nearest of eight centres by squares that are rounded, in half the memory and without a branch. Where rounding
/// could have decided, it says so.
struct RoughNearest {
    let index: Int
    private let square: Float
    private let secondSquare: Float

    @inline(__always)
    init(_ squares: SIMD8<Float>) {
        // Four lanes at a time, then single numbers: shorter vectors cost more than they save.
        let near = Self.smaller(squares.lowHalf, squares.highHalf)
        let far = Self.larger(squares.lowHalf, squares.highHalf)
        let (first, notFirst) = (min(near[0], near[2]), max(near[0], near[2]))
        let (other, notOther) = (min(near[1], near[3]), max(near[1], near[3]))
        square = min(first, other)
        let secondNear = min(max(first, other), min(notFirst, notOther))
        secondSquare = min(secondNear, min(min(far[0], far[1]), min(far[2], far[3])))
        // Numbers from 2²³ on are whole, and their last bits are what was added.
        let lanes = SIMD8<Float>(0, 1, 2, 3, 4, 5, 6, 7) + 0x1p23
        let places = lanes.replacing(with: 0x1p23 + 7, where: squares .!= SIMD8(repeating: square))
        let four = Self.smaller(places.lowHalf, places.highHalf)
        index = Int(min(min(four[0], four[1]), min(four[2], four[3])).bitPattern & 7)
    }

    /// Whether no other centre is as near, squares being right to `error` of themselves.
    @inline(__always)
    func isCertain(error: Float) -> Bool { secondSquare - square > 2 * error * secondSquare }

    /// As of `NearestCentre`.
    @inline(__always)
    func slack(after drift: Float, error: Float) -> Float {
        let root = secondSquare.squareRoot()
        let gap = (root - square.squareRoot()) - 2 * error * root
        return (gap + drift) * (1 - 0x1p-22)
    }

    @inline(__always)
    private static func smaller(_ one: SIMD4<Float>, _ other: SIMD4<Float>) -> SIMD4<Float> {
        one.replacing(with: other, where: other .< one)
    }

    @inline(__always)
    private static func larger(_ one: SIMD4<Float>, _ other: SIMD4<Float>) -> SIMD4<Float> {
        one.replacing(with: other, where: other .> one)
    }
}
