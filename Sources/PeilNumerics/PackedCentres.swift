/// Centres laid out eight side by side, for squared distances from points with numbers as coordinates. Coordinates
/// are added three at a time, in order, as in `CodedDistances`.
public struct PackedCentres: Sendable {
    public let count: Int
    /// Coordinates of a point.
    public let width: Int
    /// Vector by vector, coordinate by coordinate; lanes without a centre lie infinitely far.
    private let lanes: [SIMD8<Double>]
    private var vectors: Int { (count + 7) / 8 }

    public init(_ centres: [[Double]]) {
        count = centres.count
        width = centres[0].count
        var lanes = [SIMD8<Double>](
            repeating: SIMD8(repeating: .infinity), count: (centres.count + 7) / 8 * width)
        for (index, centre) in centres.enumerated() {
            for axis in 0..<width { lanes[index / 8 * width + axis][index % 8] = centre[axis] }
        }
        self.lanes = lanes
    }

    /// The nearest centre of the point whose coordinates begin at `offset`; ties: the lowest index.
    public func nearest(_ coordinates: [Double], at offset: Int = 0) -> NearestCentre {
        var nearest = NearestCentre()
        for vector in 0..<vectors { nearest.take(squares(coordinates, offset, vector), from: 8 * vector) }
        return nearest
    }

    /// Squared distances to all centres.
    public func squares(_ coordinates: [Double], at offset: Int = 0) -> [Double] {
        (0..<vectors).flatMap { vector in
            let squares = squares(coordinates, offset, vector)
            return (0..<min(8, count - 8 * vector)).map { squares[$0] }
        }
    }

    @inline(__always)
    private func squares(_ coordinates: [Double], _ offset: Int, _ vector: Int) -> SIMD8<Double> {
        precondition(offset >= 0 && offset + width <= coordinates.count, "a whole point")
        let first = vector * width
        var sum = SIMD8<Double>.zero
        var axis = 0
        while axis < width {
            var part = SIMD8<Double>.zero
            for place in axis..<min(axis + CodedDistances.groupSize, width) {
                let difference = SIMD8(repeating: coordinates[offset + place]) - lanes[first + place]
                part += difference * difference
            }
            sum += part
            axis += CodedDistances.groupSize
        }
        return sum
    }
}
