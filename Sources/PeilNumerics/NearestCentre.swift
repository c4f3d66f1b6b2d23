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
