import PeilStatistics
import PeilTable

/// The items of a scale in one direction and each from 0 (least) to 100 (most), before anything is averaged: an answer
/// on five points then counts as much as one on seven.
struct ScaleColumns {
    /// One column an item.
    let table: Table
    let items: ScaleItems
    /// Mean of the items that were answered; absent where fewer than the minimum were.
    let score: NumericColumn

    /// - Throws: `TableError`; `ScaleError.outsideRange` for an answer that the range does not know;
    ///   `EstimationError.emptyDomain` where nobody has a score.
    init(_ scale: Study.ScaleRequest.Reflective, of wave: Table) throws {
        var table = Table(rowCount: wave.rowCount)
        for item in scale.items {
            let column = try wave.numbers(item.name)
            table.set(.numeric(try Self.rescaled(column, item)), for: Variable(name: item.name))
        }
        let items = try ScaleItems(scale.items.map(\.name), range: 0...100)
        let score = try items.scores(of: table, minimumAnswered: scale.minimumAnswered)
        guard score.values.indices.contains(where: { score.isPresent($0) }) else {
            throw EstimationError.emptyDomain
        }
        (self.table, self.items, self.score) = (table, items, score)
    }

    private static func rescaled(
        _ column: NumericColumn, _ item: Study.ScaleRequest.Item
    ) throws(ScaleError) -> NumericColumn {
        let (low, high) = (item.range.lowerBound, item.range.upperBound)
        let isScore = low == 0 && high == 100
        var values = column.values
        for row in values.indices where column.isPresent(row) {
            guard item.range.contains(values[row]) else { throw .outsideRange(item.name, row: row) }
            let turned = item.isReversed ? low + high - values[row] : values[row]
            values[row] = isScore ? turned : min(100, max(0, (turned - low) / (high - low) * 100))
        }
        return NumericColumn(values: values, reasons: column.reasons)
    }
}
