/// Areas in their own shape, filled by the verdict of their test, never by height. A name that does not fit in its area
/// becomes a number, and the list under the map says whose.
struct AreaMapChart {
    let chart: Chart
    let map: Chart.AreaMap

    func wide() -> Markup { draw(.wide, maximumHeight: 520, listColumns: 2) }
    func narrow() -> Markup { draw(.narrow, maximumHeight: 420, listColumns: 1) }

    private struct Place {
        /// Of the area in the chart, and of its row in the table.
        let index: Int
        let row: Chart.Row
        let path: String
        let spans: ShapeSpans
        let anchor: PlanePoint
    }

    private func draw(_ variant: Variant, maximumHeight: Double, listColumns: Int) -> Markup {
        let (places, rest, height) = places(width: variant.width - 34, maximumHeight: maximumHeight)
        var placer = LabelPlacer(width: variant.width, height: height + 4)
        var numbered: [Chart.Row] = []
        var labels: [Markup] = []
        // Labels inside areas come first: a number beside its area must not cover one.
        var unnamed: [Place] = []
        for place in places {
            if let label = label(place) {
                labels += label.drawn
                placer.block(label.box)
            } else {
                unnamed.append(place)
            }
        }
        for place in unnamed {
            numbered.append(place.row)
            labels += number(place, numbered.count, &placer)
        }
        let fields = places.sorted { !Self.isDashed($0.row) && Self.isDashed($1.row) }.map { place in
            Draw.row(
                at: place.index,
                [.el("path", [("d", place.path), ("fill-rule", "evenodd"), ("class", Self.style(of: place.row))])])
        }
        let (list, bottom) = list(numbered, variant, listColumns, from: height + 14)
        // Shapes without a row are areas of which nothing is shown: never an empty spot.
        let empty = rest.map { Markup.el("path", [("d", $0), ("fill-rule", "evenodd"), ("class", "field hid")]) }
        let all = empty + fields + labels + north(variant.width - 14) + list
        return Draw.svg(chart, variant, height: bottom, all)
    }

    private static func isDashed(_ row: Chart.Row) -> Bool { row.value?.isIndicative == true }

    /// Colour and border of an area or a tile.
    static func style(of row: Chart.Row) -> String {
        guard let value = row.value else { return "field hid" }
        if value.isIndicative { return "field soft" }
        switch row.verdict {
        case .higher: return "field up"
        case .lower: return "field down"
        default: return "field"
        }
    }

    private func places(width: Double, maximumHeight: Double) -> (places: [Place], rest: [String], height: Double) {
        let (low, high) = map.boundaries.extent
        let scale = min((width - 4) / max(high.x - low.x, 1), (maximumHeight - 4) / max(high.y - low.y, 1))
        let height = (high.y - low.y) * scale + 4
        let left = low.x - ((width - (high.x - low.x) * scale) / 2) / scale
        let top = high.y + 2 / scale
        let shapes = GridShapes(map.boundaries, scale: scale, left: left, top: top)
        let places = map.areas.enumerated().compactMap { index, area -> Place? in
            guard let rings = shapes.rings[area.code] else { return nil }
            let pixels = Self.pixels(rings)
            let largest = pixels.max { abs(Boundaries.surface($0)) < abs(Boundaries.surface($1)) } ?? []
            return Place(
                index: index, row: area.row, path: Self.path(pixels), spans: ShapeSpans(pixels),
                anchor: Boundaries.centroid(largest))
        }
        let drawn = Set(map.areas.map(\.code))
        let rest = shapes.rings.keys.filter { !drawn.contains($0) }.sorted().map { code in
            Self.path(Self.pixels(shapes.rings[code] ?? []))
        }
        return (places, rest, height)
    }

    private static func pixels(_ rings: [[GridPoint]]) -> [[PlanePoint]] {
        rings.map { ring in
            ring.map { PlanePoint(x: Double($0.x) / GridShapes.perPixel, y: Double($0.y) / GridShapes.perPixel) }
        }
    }

    private static func path(_ rings: [[PlanePoint]]) -> String {
        rings.map { ring in
            "M" + ring.map { "\(Draw.px($0.x)) \(Draw.px($0.y))" }.joined(separator: "L") + "Z"
        }.joined()
    }

    /// Name, value and sign inside the area, or nil where they do not fit.
    private func label(_ place: Place) -> (drawn: [Markup], box: LabelPlacer.Box)? {
        let row = place.row
        let tone = row.value?.isIndicative == false && [.higher, .lower].contains(row.verdict) ? " inv" : ""
        let sign = row.verdict.sign.isEmpty ? "" : " " + row.verdict.sign
        let value: RichText = row.value.map { $0.text + RichText(sign) } ?? (row.verdict == .notAsked ? "–" : "x")
        let plate = row.value == nil ? " plate" : ""
        for width in [200.0, 96, 70] {
            guard TextLines.hasRoom(row.label, width: width, size: 13) else { return nil }
            let lines = TextLines.wrap(row.label, width: width, size: 13, maximum: 3)
            guard !lines.contains(where: { $0.hasSuffix("…") }) else { continue }
            let widest = max(
                lines.map { TextWidth.of($0, size: 13) }.max() ?? 0, TextWidth.of(value.plain, size: 14, isBold: true))
            let height = Double(lines.count + 1) * 17
            guard let middle = place.spans.place(width: widest + 8, height: height + 4) else { continue }
            let first = middle.y - height / 2 + 13
            let name = Draw.lines(lines, middle.x, first: first, "sm c" + tone + plate)
            let number = Draw.text(
                middle.x, first + Double(lines.count) * 17, "b c" + tone + plate, value)
            let box = LabelPlacer.Box(
                left: middle.x - widest / 2, top: middle.y - height / 2, right: middle.x + widest / 2,
                bottom: middle.y + height / 2)
            return (name + [number], box)
        }
        return nil
    }

    /// The number of an area in its place, or beside it with a line where even that does not fit.
    private func number(_ place: Place, _ number: Int, _ placer: inout LabelPlacer) -> [Markup] {
        let text = "\(number)"
        let width = TextWidth.of(text, size: 13, isBold: true)
        let isDark = place.row.value?.isIndicative == false && [.higher, .lower].contains(place.row.verdict)
        let inside = place.spans.place(width: width + 4, height: 15)
        if let spot = inside {
            let box = LabelPlacer.Box(
                left: spot.x - width / 2, top: spot.y - 8, right: spot.x + width / 2, bottom: spot.y + 8)
            if placer.take(box) {
                let style = isDark ? "sm b c inv" : place.row.value == nil ? "sm b c plate" : "sm b c"
                return [Draw.text(spot.x, spot.y + 4.5, style, text)]
            }
        }
        let from = place.anchor
        for ring in 1...14 {
            for direction in Self.directions {
                let x = from.x + Double(ring) * 12 * direction.east
                let y = from.y + Double(ring) * 12 * direction.south
                let box = LabelPlacer.Box(
                    left: x - width / 2 - 2, top: y - 9, right: x + width / 2 + 2, bottom: y + 9)
                guard placer.take(box) else { continue }
                return [
                    Draw.line(from.x, from.y, x, y, "lead"), Draw.text(x, y + 4.5, "sm b c plate", text)
                ]
            }
        }
        return []
    }

    /// East and south of twelve directions.
    private static let directions: [(east: Double, south: Double)] = [
        (1, 0), (0.866, 0.5), (0.5, 0.866), (0, 1), (-0.5, 0.866), (-0.866, 0.5), (-1, 0), (-0.866, -0.5),
        (-0.5, -0.866), (0, -1), (0.5, -0.866), (0.866, -0.5)
    ]

    private func north(_ x: Double) -> [Markup] {
        [
            Draw.path("M\(Draw.px(x)) 4L\(Draw.px(x + 6)) 20L\(Draw.px(x - 6)) 20Z", "even"),
            Draw.text(x, 36, "sm c m", "N")
        ]
    }

    /// Whose the numbers are, with value and verdict.
    private func list(
        _ rows: [Chart.Row], _ variant: Variant, _ columns: Int, from top: Double
    ) -> ([Markup], bottom: Double) {
        guard !rows.isEmpty else { return ([], top - 6) }
        let perColumn = (rows.count + columns - 1) / columns
        let width = (variant.width - Double(columns - 1) * 40) / Double(columns)
        var result: [Markup] = []
        for (index, row) in rows.enumerated() {
            let x = Double(index / perColumn) * (width + 40)
            let y = top + 16 + Double(index % perColumn) * 22
            let whole = NoteText(row, width: 190, maximum: 1)
            let room = width - 40 - TextWidth.of(row.label, size: 13)
            let spoken = TextWidth.of(
                (row.value?.text.plain ?? "") + " " + (whole.lines.first?.plain ?? ""), size: 13, isBold: true)
            // The name comes first: where both have no room, the sign of the key stands for its words.
            let isShort = spoken > room && row.value != nil && !row.verdict.sign.isEmpty
            let note = isShort ? NoteText(row.withNote(""), width: 190, maximum: 1, sign: true) : whole
            let value: RichText = row.value.map { $0.text + " " } ?? ""
            let right = TextWidth.of(value.plain + (note.lines.first?.plain ?? ""), size: 13, isBold: true)
            let name = TextLines.one(row.label, width: width - right - 40, size: 13)
            result.append(Draw.text(x + 20, y, "sm b e", "\(index + 1)"))
            result.append(Draw.text(x + 28, y, "sm", name))
            let styled = note.style.replacing("sm ", with: "sm e ")
            result.append(Draw.text(x + width, y, styled, value + (note.lines.first ?? "")))
        }
        return (result, top + 16 + Double(perColumn) * 22)
    }
}
