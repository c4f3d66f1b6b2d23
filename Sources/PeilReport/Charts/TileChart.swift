/// Areas as tiles of one size, each about in its place: a small area weighs as much as a large one. Fill and sign say
/// the verdict.
struct TileChart {
    let chart: Chart
    let map: Chart.TileMap

    func wide() -> Markup { draw(.wide, largest: 150, ratio: 0.56) }

    func narrow() -> Markup {
        let span = span
        // Tiles too narrow for a name lose their place: three a row in reading order.
        guard 350 / span.width < 78 else { return draw(.narrow, largest: 97, ratio: 0.82) }
        let ordered = map.tiles.indices.sorted { first, second in
            let (one, other) = (map.tiles[first].position, map.tiles[second].position)
            return (one.row, one.column) < (other.row, other.column)
        }
        var tiles = map.tiles
        for (index, place) in ordered.enumerated() {
            tiles[place] = Chart.Tile(
                row: tiles[place].row, position: .init(column: Double(index % 3), row: index / 3))
        }
        return TileChart(chart: chart, map: .init(tiles: tiles, isNorthUp: false))
            .draw(.narrow, largest: 114, ratio: 0.72)
    }

    private var span: (left: Double, width: Double, top: Int, rows: Int) {
        let columns = map.tiles.map(\.position.column)
        let rows = map.tiles.map(\.position.row)
        let left = columns.min() ?? 0
        let top = rows.min() ?? 0
        return (left, (columns.max() ?? 0) - left + 1, top, (rows.max() ?? 0) - top + 1)
    }

    private func draw(_ variant: Variant, largest: Double, ratio: Double) -> Markup {
        let span = span
        // The arrow stands beside the tiles, or above them where every pixel of width counts.
        let gutter = map.isNorthUp && variant == .wide ? 32.0 : 0
        let top = map.isNorthUp && variant == .narrow ? 42.0 : 2
        let width = min(largest, (variant.width - gutter) / max(span.width, 1))
        let height = max(width * ratio, 66)
        let left = (variant.width - gutter - width * span.width) / 2
        var content: [Markup] = []
        // Dashed borders come last, so that no neighbour covers them.
        let isDashed = { (tile: Chart.Tile) in tile.row.value?.isIndicative == true }
        for (place, tile) in map.tiles.enumerated().sorted(by: { !isDashed($0.element) && isDashed($1.element) }) {
            let x = left + (tile.position.column - span.left) * width
            let y = top + Double(tile.position.row - span.top) * height
            content.append(Draw.row(at: place, self.tile(tile.row, x + 2, y + 2, width - 4, height - 4)))
        }
        if map.isNorthUp {
            let x = variant.width - 12
            content += [
                Draw.path("M\(Draw.px(x)) 4L\(Draw.px(x + 6)) 20L\(Draw.px(x - 6)) 20Z", "even"),
                Draw.text(x, 36, "sm c m", "N")
            ]
        }
        return Draw.svg(chart, variant, height: top + Double(span.rows) * height + 2, content)
    }

    private func tile(_ row: Chart.Row, _ x: Double, _ y: Double, _ width: Double, _ height: Double) -> [Markup] {
        let isDark = row.value?.isIndicative == false && [.higher, .lower].contains(row.verdict)
        let tone = isDark ? " inv" : row.value == nil ? " plate" : ""
        let lines = TextLines.wrap(row.label, width: width - 14, size: 13, maximum: height > 74 ? 3 : 2)
        let base = y + height - 10
        var result = [Draw.rect(x, y, width, height, AreaMapChart.style(of: row))]
        result += lines.enumerated().map {
            Draw.text(x + 8, y + 17 + Double($0.offset) * 15, "sm" + tone, $0.element)
        }
        guard let value = row.value else {
            let room = max(Int((height - 16) / 15) - lines.count, 1)
            let note = TextLines.wrap(row.note.plain, width: width - 14, size: 13, maximum: room)
            return result
                + note.enumerated().map {
                    Draw.text(x + 8, base - Double(note.count - 1 - $0.offset) * 15, "sm" + tone, $0.element)
                }
        }
        let isRoomy = width > 110 && lines.count < 3
        result.append(Draw.text(x + 8, base, (isRoomy ? "big" : "b") + tone, value.text))
        if !row.verdict.sign.isEmpty {
            result.append(Draw.text(x + width - 8, base, "b e" + tone, row.verdict.sign))
        }
        return result
    }
}
