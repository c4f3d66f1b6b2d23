/// The shapes of a study's areas on a plane that keeps areas in proportion, metres from their common centre.
public struct Boundaries: Sendable, Equatable {
    /// Polygons of each area by code; of each polygon the outer ring and its holes.
    let shapes: [String: [[[PlanePoint]]]]

    /// Bytes of a file that is read.
    public static let maximumBytes = GeoJSON.maximumBytes

    /// - Parameters:
    ///   - geoJSON: A feature collection of polygons in degrees of WGS84.
    ///   - property: The property of each feature that holds the area's code.
    ///   - codes: The areas of the study. Each must have a shape; features of other areas are left out.
    /// - Throws: `BoundaryError`, before anything is drawn.
    public init(geoJSON: [UInt8], code property: String, codes: [String]) throws(BoundaryError) {
        let areas = try GeoJSON.areas(geoJSON, code: property)
        let known = Set(areas.map(\.code))
        let missing = codes.filter { !known.contains($0) }
        guard missing.isEmpty, !codes.isEmpty else { throw .missingAreas(missing, known: known.sorted()) }
        let wanted = Set(codes)
        let used = areas.filter { wanted.contains($0.code) }
        let points = used.flatMap { $0.polygons.flatMap { $0.flatMap { $0 } } }
        let east = points.map(\.x).max() ?? 0
        let west = points.map(\.x).min() ?? 0
        guard east - west <= 180 else { throw .antimeridian(used.first?.code ?? "") }
        let south = points.map(\.y).min() ?? 0
        let north = points.map(\.y).max() ?? 0
        let projection = EqualAreaProjection(longitude: (east + west) / 2, latitude: (south + north) / 2)
        var shapes: [String: [[[PlanePoint]]]] = [:]
        for area in used {
            var polygons: [[[PlanePoint]]] = []
            for polygon in area.polygons {
                var rings: [[PlanePoint]] = []
                for ring in polygon {
                    var placed: [PlanePoint] = []
                    for point in ring {
                        guard let place = projection.project(longitude: point.x, latitude: point.y) else {
                            throw .antimeridian(area.code)
                        }
                        placed.append(place)
                    }
                    rings.append(placed)
                }
                polygons.append(rings)
            }
            shapes[area.code] = polygons
        }
        self.shapes = shapes
    }

    /// Corners of the smallest upright rectangle around all shapes.
    var extent: (low: PlanePoint, high: PlanePoint) {
        let points = shapes.values.flatMap { $0.flatMap { $0.flatMap { $0 } } }
        return (
            PlanePoint(x: points.map(\.x).min() ?? 0, y: points.map(\.y).min() ?? 0),
            PlanePoint(x: points.map(\.x).max() ?? 1, y: points.map(\.y).max() ?? 1)
        )
    }

    /// The middle of an area's largest ring, weighed by surface: where a tile in its place stands.
    func centre(of code: String) -> PlanePoint? {
        shapes[code]?.compactMap(\.first).max { abs(Self.surface($0)) < abs(Self.surface($1)) }.map(Self.centroid)
    }

    /// Twice the signed surface is Σ (xᵢ yᵢ₊₁ − xᵢ₊₁ yᵢ); positive where the ring runs against the clock.
    static func surface(_ ring: [PlanePoint]) -> Double {
        var twice = 0.0
        for (index, point) in ring.enumerated() {
            let next = ring[(index + 1) % ring.count]
            twice += point.x * next.y - next.x * point.y
        }
        return twice / 2
    }

    static func centroid(_ ring: [PlanePoint]) -> PlanePoint {
        let surface = surface(ring)
        guard abs(surface) > 0 else { return ring.first ?? PlanePoint(x: 0, y: 0) }
        var (x, y) = (0.0, 0.0)
        for (index, point) in ring.enumerated() {
            let next = ring[(index + 1) % ring.count]
            let cross = point.x * next.y - next.x * point.y
            x += (point.x + next.x) * cross
            y += (point.y + next.y) * cross
        }
        return PlanePoint(x: x / (6 * surface), y: y / (6 * surface))
    }
}
