import Foundation
import Testing

@testable import PeilReport

struct EqualAreaProjectionTests {
    /// EPSG Guidance Note 7-2, Lambert Azimuthal Equal Area, ETRS89 / LAEA Europe: 50°N 5°E is E 3962799.45 m,
    /// N 2999718.85 m with false origin 4321000, 3210000 (GRS 1980, which WGS84 equals to 0.1 mm).
    @Test func `a point of Europe lies where the EPSG example says`() throws {
        let point = try #require(EqualAreaProjection(longitude: 10, latitude: 52).project(longitude: 5, latitude: 50))
        #expect(abs(point.x + 4_321_000 - 3_962_799.45) < 0.01)
        #expect(abs(point.y + 3_210_000 - 2_999_718.85) < 0.01)
    }

    /// Surface of a strip of one degree between two parallels: a² (q₂ − q₁) Δλ / 2, summed here by Simpson's rule from the
    /// ellipsoid's radii of curvature, which the projection does not use.
    @Test(arguments: [-60.0, -10, 0, 35, 52, 70]) func `areas keep their size`(_ latitude: Double) throws {
        let projection = EqualAreaProjection(longitude: 4, latitude: latitude)
        let side = (0...200).map { Double($0) / 200 }
        var corners: [(Double, Double)] = side.map { (4 + $0, latitude) }
        corners += side.map { (5, latitude + $0) } + side.map { (5 - $0, latitude + 1) }
        corners += side.map { (4, latitude + 1 - $0) }
        let ring = try corners.map { try #require(projection.project(longitude: $0.0, latitude: $0.1)) }
        let (a, e2) = (6_378_137.0, 0.006_694_379_990_141)
        func density(_ degrees: Double) -> Double {
            let phi = degrees * .pi / 180
            let s = 1 - e2 * sin(phi) * sin(phi)
            return a * (1 - e2) / pow(s, 1.5) * a / s.squareRoot() * cos(phi)
        }
        let steps = 100
        let sum = (0...steps).reduce(0.0) { sum, step in
            let weight = step == 0 || step == steps ? 1.0 : step % 2 == 1 ? 4 : 2
            return sum + weight * density(latitude + Double(step) / Double(steps))
        }
        let surface = sum / Double(3 * steps) * (.pi / 180) * (.pi / 180)
        #expect(abs(Boundaries.surface(ring) / surface - 1) < 2e-5)
    }
}

struct BoundariesTests {
    private let codes = ["A", "B"]

    private func read(_ text: String, _ codes: [String]) throws(BoundaryError) -> Boundaries {
        try Boundaries(geoJSON: Array(text.utf8), code: "code", codes: codes)
    }

    private func feature(_ code: String, _ ring: String, type: String = "Polygon") -> String {
        "{\"type\":\"Feature\",\"properties\":{\"code\":\(code)},\"geometry\":{\"type\":\"\(type)\",\"coordinates\":\(ring)}}"
    }

    private func collection(_ features: String...) -> String {
        "{\"type\":\"FeatureCollection\",\"features\":[\(features.joined(separator: ","))]}"
    }

    private let square = "[[[4,52],[5,52],[5,53],[4,53],[4,52]]]"

    @Test func `what is no map of the areas is refused by name`() {
        let deep = String(repeating: "[", count: 100_000)
        for text in ["", "{", "nul", "\u{0}", deep, "{\"a\":NaN}", "{\"type\":\"FeatureCollection\",\"features\":[1e999]"] {
            #expect(throws: BoundaryError.notJSON) { try read(text, ["A"]) }
        }
        for text in ["{}", "[]", "3", "{\"type\":\"FeatureCollection\",\"features\":[]}", "{\"type\":\"Topology\"}"] {
            #expect(throws: BoundaryError.self) { try read(text, ["A"]) }
        }
        let a = feature("\"A\"", square)
        let cases: [(String, BoundaryError)] = [
            (collection(feature("null", square)), .noCode(feature: 1, property: "code")),
            (collection(a, a), .repeatedCode("A")),
            (collection(feature("\"A\"", "[[4,52]]", type: "LineString")), .badGeometry("A")),
            (collection(feature("\"A\"", "[[[4],[5]]]")), .badGeometry("A")),
            (collection(feature("\"A\"", "[]")), .badGeometry("A")),
            (collection(feature("\"A\"", "[[[80000,455000],[81000,455000],[81000,456000],[80000,455000]]]")), .notDegrees("A")),
            (collection(feature("\"A\"", "[[[4,52],[5,52],[5,53],[4,53]]]")), .openRing("A")),
            (collection(feature("\"A\"", "[[[4,52],[5,52],[4,52]]]")), .openRing("A")),
            (collection(feature("\"A\"", "[[[179,1],[-179,1],[-179,2],[179,2],[179,1]]]")), .antimeridian("A"))
        ]
        for (text, error) in cases { #expect(throws: error) { try read(text, ["A"]) } }
    }

    @Test func `areas without a shape are all named`() {
        let text = collection(feature("\"A\"", square))
        #expect(throws: BoundaryError.missingAreas(["B", "C"], known: ["A"])) { try read(text, ["A", "B", "C"]) }
        #expect(throws: BoundaryError.missingAreas([], known: ["A"])) { try read(text, []) }
    }

    @Test func `codes may be numbers and other areas are left out`() throws {
        let text = collection(feature("518", square), feature("\"X\"", square))
        #expect(try read(text, ["518"]).shapes.keys.sorted() == ["518"])
    }
}

struct GridShapesTests {
    private let country = GridCountry(codes: (0..<16).map { "A\($0)" })

    /// Scale and corner as a drawing of 600 pixels has them.
    private func shapes(_ boundaries: Boundaries, tolerance: Double) -> GridShapes {
        let (low, high) = boundaries.extent
        return GridShapes(
            boundaries, scale: 600 / (high.x - low.x), left: low.x, top: high.y, tolerance: tolerance)
    }

    @Test func `neighbours keep the same points of their border`() {
        let boundaries = country.boundaries
        let (whole, simple) = (shapes(boundaries, tolerance: 0), shapes(boundaries, tolerance: 3))
        let points = { (shapes: GridShapes) in shapes.rings.mapValues { Set($0.flatMap { $0 }) } }
        let (before, after) = (points(whole), points(simple))
        var shared = 0
        for (one, first) in before {
            for (other, second) in before where other > one {
                let border = first.intersection(second)
                #expect((after[one] ?? []).intersection(border) == (after[other] ?? []).intersection(border))
                shared += border.count
            }
        }
        #expect(shared > 100)
        let count = { (points: [String: Set<GridPoint>]) in points.values.map(\.count).reduce(0, +) }
        #expect(count(after) < count(before) * 2 / 3, "fewer points")
    }

    @Test func `holes and islands stay and an area smaller than the grid is still there`() {
        let shapes = shapes(country.boundaries, tolerance: 0.6)
        #expect(shapes.rings["A0"]?.count == 2, "the lake")
        #expect(shapes.rings["A15"]?.count == 2, "the island")
        let far = GridShapes(country.boundaries, scale: 1e-6, left: 0, top: 0)
        #expect(far.rings.values.allSatisfy { !$0.isEmpty })
    }

    @Test func `a line moves no further than the tolerance`() {
        let boundaries = country.boundaries
        let (whole, simple) = (shapes(boundaries, tolerance: 0), shapes(boundaries, tolerance: 0.6))
        for (code, rings) in whole.rings {
            for (ring, kept) in zip(rings, simple.rings[code] ?? []) {
                let before = Boundaries.surface(ring.map { PlanePoint(x: Double($0.x), y: Double($0.y)) })
                let after = Boundaries.surface(kept.map { PlanePoint(x: Double($0.x), y: Double($0.y)) })
                #expect(abs(after / before - 1) < 0.03, "\(code)")
            }
        }
    }
}

struct AreaMapTests {
    @Test func `each area is drawn once in the colour of its verdict`() throws {
        let chart = try #require(ChartGallery().charts.first { $0.id == "map" })
        guard case .map(let map) = chart.drawing else { return }
        for variant in Variant.allCases {
            let tree = try ElementTree(chart.drawn(variant))
            let fields = tree.elements.filter { $0.attributes["fill-rule"] == "evenodd" }
            #expect(fields.count == map.areas.count)
            let expected = map.areas.map { AreaMapChart.style(of: $0.row) }
            #expect(fields.compactMap { $0.attributes["class"] }.sorted() == expected.sorted())
            // Each name is written, inside its area or in the list.
            let words = tree.texts.filter { $0.name == "text" }.map(\.text).joined(separator: " ")
            for area in map.areas { #expect(words.contains(area.row.label.prefix(6)), "\(area.row.label)") }
        }
    }

    @Test func `tiles never cover each other, whatever the number of areas`() {
        for count in [1, 2, 3, 5, 9, 10, 23, 40, 61] {
            let codes = (0..<count).map { "A\($0)" }
            for boundaries in [GridCountry(codes: codes).boundaries, nil] {
                let places = TileLayout.positions(of: codes, boundaries: boundaries)
                #expect(places.count == count)
                let all = Array(places.values)
                for (index, one) in all.enumerated() {
                    for other in all[(index + 1)...] {
                        #expect(one.row != other.row || abs(one.column - other.column) >= 1, "\(count) areas")
                    }
                }
            }
        }
    }

    @Test func `northern areas have higher tiles`() throws {
        let codes = (0..<9).map { "A\($0)" }
        let places = TileLayout.positions(of: codes, boundaries: GridCountry(codes: codes).boundaries)
        #expect(try #require(places["A0"]).row == 0 && places["A8"]?.row == 2)
        #expect(try #require(places["A0"]).column < (try #require(places["A2"]).column))
    }
}
