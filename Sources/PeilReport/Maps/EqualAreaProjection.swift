import Foundation

/// Lambert's azimuthal equal-area projection of the WGS84 ellipsoid around a centre: areas keep their proportions
/// anywhere on Earth, and shapes do near the centre.
///
/// Latitudes become authalic ones (β), on the sphere of equal surface:
/// q(φ) = (1 − e²) [sin φ / (1 − e² sin² φ) − ln((1 − e sin φ)/(1 + e sin φ)) / 2e], sin β = q/q(90°).
/// x = B D cos β sin Δλ, y = (B/D)(cos β₀ sin β − sin β₀ cos β cos Δλ), metres east and north of the centre.
/// On a sphere instead (β = φ) shapes at 52° would be about 0.3% too wide for their height.
/// Snyder 1987, Map Projections: A Working Manual, p. 187–188; EPSG method 9820.
struct EqualAreaProjection {
    private static let semiMajor = 6_378_137.0
    private static let eccentricity = 0.081_819_190_842_621_49

    private let longitude: Double
    private let sinBeta: Double
    private let cosBeta: Double
    private let radius: Double
    private let d: Double
    private let polarQ: Double

    /// Degrees. The centre may lie anywhere but within a hundredth of a degree of a pole.
    init(longitude: Double, latitude: Double) {
        let phi = min(max(latitude, -89.99), 89.99) * .pi / 180
        self.longitude = longitude * .pi / 180
        polarQ = Self.q(1)
        sinBeta = min(max(Self.q(sin(phi)) / polarQ, -1), 1)
        cosBeta = (1 - sinBeta * sinBeta).squareRoot()
        radius = Self.semiMajor * (polarQ / 2).squareRoot()
        let e2 = Self.eccentricity * Self.eccentricity
        let m = cos(phi) / (1 - e2 * sin(phi) * sin(phi)).squareRoot()
        d = Self.semiMajor * m / (radius * cosBeta)
    }

    private static func q(_ sine: Double) -> Double {
        let e = eccentricity
        let logarithm = log((1 - e * sine) / (1 + e * sine))
        return (1 - e * e) * (sine / (1 - e * e * sine * sine) - logarithm / (2 * e))
    }

    /// Metres east and north of the centre; nil near the point opposite to it, which has no place on the map.
    func project(longitude degrees: Double, latitude: Double) -> PlanePoint? {
        let sine = min(max(Self.q(sin(latitude * .pi / 180)) / polarQ, -1), 1)
        let cosine = (1 - sine * sine).squareRoot()
        let difference = degrees * .pi / 180 - longitude
        let denominator = 1 + sinBeta * sine + cosBeta * cosine * cos(difference)
        guard denominator > 1e-6 else { return nil }
        let b = radius * (2 / denominator).squareRoot()
        return PlanePoint(
            x: b * d * cosine * sin(difference),
            y: b / d * (cosBeta * sine - sinBeta * cosine * cos(difference)))
    }
}

/// A point of a plane: metres on a map, or pixels of a drawing.
struct PlanePoint: Sendable, Equatable {
    var x: Double
    var y: Double
}
