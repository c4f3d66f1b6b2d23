import Foundation
import PeilReport
import PeilTable

/// Errors of what a report looks like: maps, themes, logos.
extension FailureNames {
    func boundaries(_ error: BoundaryError) -> Failure {
        let degrees = "save it as GeoJSON in longitude and latitude (WGS84, EPSG:4326)"
        switch error {
        case .tooLarge(let megabytes):
            return configuration(
                "TOO_LARGE", "The boundaries are larger than \(megabytes) MiB", "simplify them first")
        case .notJSON: return configuration("NOT_GEOJSON", "The boundaries are no valid JSON", degrees)
        case .notFeatureCollection:
            return configuration("NOT_GEOJSON", "The boundaries are no FeatureCollection with features", degrees)
        case .noCode(let feature, let property):
            return configuration(
                "BOUNDARY_WITHOUT_CODE", "Feature \(feature) has no property '\(property)'",
                "name the property that holds the area's code under areas › boundaries › code")
        case .repeatedCode(let code):
            return configuration(
                "BOUNDARY_REPEATED", "Area '\(code)' has two features", "join its parts into one MultiPolygon")
        case .badGeometry(let code):
            return configuration(
                "BAD_BOUNDARY", "The geometry of area '\(code)' is no Polygon or MultiPolygon of positions", degrees)
        case .notDegrees(let code):
            return configuration(
                "BOUNDARY_NOT_DEGREES", "Area '\(code)' has coordinates that are no degrees", degrees)
        case .openRing(let code):
            return configuration(
                "BAD_BOUNDARY", "A ring of area '\(code)' does not end where it starts, or has fewer than four positions",
                "close it: the last position repeats the first")
        case .antimeridian(let code):
            return configuration(
                "BOUNDARY_ACROSS_180", "The areas lie on both sides of 180° ('\(code)')",
                "leave `boundaries` out; the map is drawn with tiles")
        case .tooManyPoints(let most):
            return configuration(
                "TOO_LARGE", "The boundaries have more than \(most) positions", "simplify them first")
        case .missingAreas(let codes, let known):
            let first = codes.first ?? ""
            return configuration(
                "BOUNDARY_MISSING",
                "\(codes.count) areas of the study have no boundary: \(codes.prefix(12).joined(separator: ", "))",
                nearestName(to: first, among: known).map { "did you mean '\($0)'?" }
                    ?? "codes of the file are: \(known.prefix(12).joined(separator: ", "))")
        }
    }

    func theme(_ error: ThemeError) -> Failure {
        switch error {
        case .contrast(let role, let background, let ratio, let minimum):
            // Rounded down, so that a ratio just under the bound never reads as the bound.
            let text = String(format: "%.2f", locale: Locale(identifier: "en_US_POSIX"), (ratio * 100).rounded(.down) / 100)
            return configuration(
                "CONTRAST", "'\(role)' on '\(background)' has a contrast of \(text):1",
                "choose colours with at least \(minimum == 3 ? "3" : "4.5"):1")
        case .font(let name):
            return configuration(
                "BAD_FONT", "'\(name)' is no name of a font family", "use letters, digits, spaces and hyphens")
        case .logo(let error): return logo(error)
        }
    }

    func logo(_ error: LogoError) -> Failure {
        switch error {
        case .tooLarge(let bytes):
            return configuration(
                "TOO_LARGE", "The logo has \(bytes) bytes; \(Logo.maximumBytes) is the most", "make it smaller")
        case .unknownFormat:
            return configuration("BAD_LOGO", "The logo is neither PNG nor SVG", "save it as one of them")
        case .unsafe(let what):
            return configuration(
                "BAD_LOGO", "The logo holds '\(what)', which an image may not", "export it as a plain SVG, or as PNG")
        }
    }
}
