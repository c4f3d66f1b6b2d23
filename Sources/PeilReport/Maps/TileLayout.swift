/// Gives each area a tile about where it lies.
enum TileLayout {
    /// Rows of tiles from north to south and, in each, from west to east, shifted by half a tile in every second row. With
    /// shapes, rows hold areas of about the same latitude; without, tiles stand in the order of `codes`, five a row, and
    /// have no direction.
    static func positions(of codes: [String], boundaries: Boundaries?) -> [String: Chart.TilePosition] {
        var centres: [(code: String, point: PlanePoint)] = []
        for code in codes {
            if let point = boundaries?.centre(of: code) { centres.append((code, point)) }
        }
        guard centres.count == codes.count, !codes.isEmpty else {
            return Dictionary(
                codes.enumerated().map { ($1, Chart.TilePosition(column: Double($0 % 5), row: $0 / 5)) },
                uniquingKeysWith: { first, _ in first })
        }
        let rows = max(1, Int(Double(codes.count).squareRoot().rounded()))
        let ordered = centres.sorted { ($1.point.y, $0.code) < ($0.point.y, $1.code) }
        let west = centres.map(\.point.x).min() ?? 0
        let east = centres.map(\.point.x).max() ?? 1
        let perRow = (codes.count + rows - 1) / rows
        var result: [String: Chart.TilePosition] = [:]
        for row in 0..<rows {
            let own = ordered.enumerated().filter { $0.offset * rows / codes.count == row }.map(\.element)
                .sorted { ($0.point.x, $0.code) < ($1.point.x, $1.code) }
            let shift = row % 2 == 0 ? 0.0 : 0.5
            var next = -Double.infinity
            for (index, area) in own.enumerated() {
                let part = (area.point.x - west) / max(east - west, 1)
                let wanted = (part * Double(perRow - 1)).rounded() + shift
                // Room for those that still come, and none over the one before.
                let last = Double(perRow - 1) + shift - Double(own.count - 1 - index)
                let column = max(min(wanted, last), next)
                result[area.code] = Chart.TilePosition(column: column, row: row)
                next = column + 1
            }
        }
        return result
    }
}
