/// Cells of one question that a reader can add up: all answers make 100 %, all areas make the region, all
/// segments make everyone. Whoever knows every cell but one knows that one too.
struct Relation {
    /// Indices of the cells that may be hidden to protect another.
    let parts: [Int]
    /// The cell that the parts make together; nil where that is 100 %.
    let total: Int?

    var members: [Int] { total.map { parts + [$0] } ?? parts }
}

/// The relations among the cells of one question and one statistic.
struct RelationFinder {
    let cells: [Cell]
    let levels: [String]
    let areas: [String]
    let segments: [String]
    private let indexOfName: [FigureName: Int]

    init(cells: [Cell], levels: [String], areas: [String], segments: [String]) {
        self.cells = cells
        self.levels = levels.isEmpty ? [""] : levels
        self.areas = areas
        self.segments = segments
        indexOfName = Dictionary(uniqueKeysWithValues: cells.indices.map { (cells[$0].figure.name, $0) })
    }

    func relations() -> [Relation] { acrossLevels() + acrossAreas() + acrossSegments() }

    private func index(_ like: FigureName, level: String? = nil, area: String? = nil, segment: String? = nil) -> Int? {
        indexOfName[
            FigureName(
                question: like.question, level: level ?? like.level, area: area ?? like.area,
                segment: segment ?? like.segment, statistic: like.statistic)]
    }

    /// Levels add up only where every respondent gave exactly one of them (counts make the base); a
    /// question with several answers has no such relation.
    private func acrossLevels() -> [Relation] {
        firstCells { $0.level == levels[0] }.compactMap { name in
            let parts = levels.compactMap { index(name, level: $0) }
            guard parts.count == levels.count, parts.count > 1 else { return nil }
            let counts = parts.compactMap { cells[$0].figure.count }
            guard counts.count == parts.count, counts.reduce(0, +) == cells[parts[0]].figure.base else { return nil }
            return Relation(parts: parts, total: nil)
        }
    }

    private func acrossAreas() -> [Relation] {
        firstCells { $0.area.isEmpty }.compactMap { name in
            let parts = areas.compactMap { index(name, area: $0) }
            guard !parts.isEmpty, parts.count == areas.count else { return nil }
            return Relation(parts: parts, total: index(name))
        }
    }

    private func acrossSegments() -> [Relation] {
        firstCells { $0.segment.isEmpty }.compactMap { name in
            let parts = segments.compactMap { index(name, segment: $0) }
            guard !parts.isEmpty, parts.count == segments.count else { return nil }
            return Relation(parts: parts, total: index(name))
        }
    }

    private func firstCells(where holds: (FigureName) -> Bool) -> [FigureName] {
        cells.lazy.map(\.figure.name).filter(holds)
    }
}
