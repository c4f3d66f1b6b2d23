import Foundation

/// Reads the polygons of a GeoJSON feature collection (RFC 7946: longitude, latitude in degrees of WGS84) strictly: what
/// it does not understand it refuses by name, because a map that lacks an area would tell an untruth.
struct GeoJSON {
    /// Longitude and latitude of each ring of each polygon, by code.
    struct Area {
        let code: String
        /// Polygons; of each the outer ring and its holes.
        let polygons: [[[PlanePoint]]]
    }

    static let maximumBytes = 32 << 20
    static let maximumPoints = 1_000_000

    private let property: String
    private var points = 0

    static func areas(_ bytes: [UInt8], code property: String) throws(BoundaryError) -> [Area] {
        guard bytes.count <= maximumBytes else { throw .tooLarge(megabytes: maximumBytes >> 20) }
        // Foundation refuses what nests deeper than 512 and numbers such as NaN, which JSON does not have.
        guard let root = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else { throw .notJSON }
        guard root["type"] as? String == "FeatureCollection", let features = root["features"] as? [Any],
            !features.isEmpty
        else { throw .notFeatureCollection }
        var reader = GeoJSON(property: property)
        var areas: [Area] = []
        var seen: Set<String> = []
        for (index, feature) in features.enumerated() {
            let area = try reader.area(feature, index + 1)
            guard seen.insert(area.code).inserted else { throw .repeatedCode(area.code) }
            areas.append(area)
        }
        return areas
    }

    private init(property: String) { self.property = property }

    private mutating func area(_ value: Any, _ number: Int) throws(BoundaryError) -> Area {
        guard let feature = value as? [String: Any], let properties = feature["properties"] as? [String: Any],
            let code = Self.text(properties[property]), !code.isEmpty
        else { throw .noCode(feature: number, property: property) }
        guard let geometry = feature["geometry"] as? [String: Any], let type = geometry["type"] as? String,
            let coordinates = geometry["coordinates"] as? [Any]
        else { throw .badGeometry(code) }
        let polygons: [Any]
        switch type {
        case "Polygon": polygons = [coordinates]
        case "MultiPolygon": polygons = coordinates
        default: throw .badGeometry(code)
        }
        guard !polygons.isEmpty else { throw .badGeometry(code) }
        var made: [[[PlanePoint]]] = []
        for polygon in polygons {
            guard let rings = polygon as? [Any], !rings.isEmpty else { throw .badGeometry(code) }
            var ringsOfPolygon: [[PlanePoint]] = []
            for value in rings { ringsOfPolygon.append(try ring(value, code)) }
            made.append(ringsOfPolygon)
        }
        return Area(code: code, polygons: made)
    }

    /// A code may be written as a number.
    private static func text(_ value: Any?) -> String? {
        if let text = value as? String { return text }
        guard let number = value as? NSNumber, let whole = Int(exactly: number.doubleValue) else { return nil }
        return String(whole)
    }

    /// The points of a ring without its last, which repeats the first.
    private mutating func ring(_ value: Any, _ code: String) throws(BoundaryError) -> [PlanePoint] {
        guard let positions = value as? [Any] else { throw .badGeometry(code) }
        points += positions.count
        guard points <= Self.maximumPoints else { throw .tooManyPoints(Self.maximumPoints) }
        var ring: [PlanePoint] = []
        for position in positions {
            guard let pair = position as? [Any], pair.count >= 2, let x = (pair[0] as? NSNumber)?.doubleValue,
                let y = (pair[1] as? NSNumber)?.doubleValue
            else { throw .badGeometry(code) }
            guard x.isFinite, y.isFinite, abs(x) <= 180, abs(y) <= 90 else { throw .notDegrees(code) }
            if let last = ring.last, abs(last.x - x) > 180 { throw .antimeridian(code) }
            ring.append(PlanePoint(x: x, y: y))
        }
        guard ring.count >= 4, ring.first == ring.last else { throw .openRing(code) }
        ring.removeLast()
        return ring
    }
}

/// Why a file of boundaries cannot be drawn. Codes are those of the file.
public enum BoundaryError: Error, Sendable, Equatable {
    case tooLarge(megabytes: Int)
    case notJSON
    case notFeatureCollection
    /// Counted from 1.
    case noCode(feature: Int, property: String)
    case repeatedCode(String)
    /// Neither Polygon nor MultiPolygon, or not built like one.
    case badGeometry(String)
    /// Coordinates outside ±180 and ±90, such as metres of a national grid.
    case notDegrees(String)
    /// A ring of fewer than four positions, or whose last is not its first.
    case openRing(String)
    /// The areas lie on both sides of 180°, where a map would tear them.
    case antimeridian(String)
    case tooManyPoints(Int)
    /// Areas of the study that have no feature, and codes that the file has instead.
    case missingAreas([String], known: [String])
}
