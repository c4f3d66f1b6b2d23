import PeilStatistics
import PeilTable

/// The tables about a checklist: how many things people have done, and which.
struct ChecklistTables {
    private let id: String
    private let items: [Study.ScaleRequest.Check]
    private let label: (LocalizedText) -> String
    private let estimation: Estimation
    private let done: [NumericColumn]
    private let everyone: Grouping

    init(
        _ scale: Study.ScaleRequest, _ items: [Study.ScaleRequest.Check], of table: Table, _ estimation: Estimation,
        label: @escaping (LocalizedText) -> String
    ) throws {
        id = scale.id
        self.items = items
        self.label = label
        self.estimation = estimation
        done = try items.map { try $0.done.column(of: table) }
        everyone = .everyone(rowCount: table.rowCount)
    }

    /// The number done, of those who answered all.
    private var counts: NumericColumn {
        var values = [Double](repeating: 0, count: everyone.groupOfRow.count)
        var reasons = [UInt8](repeating: 0, count: values.count)
        for row in values.indices {
            for column in done {
                values[row] += column.values[row]
                if let reason = column.reason(row) { reasons[row] = reason.rawValue }
            }
            if reasons[row] != 0 { values[row] = 0 }
        }
        return NumericColumn(values: values, reasons: reasons)
    }

    static let countColumns: [ResearchReport.Column] =
        [.text("scale"), .number("done")] + ResearchFigure.columns("share") + [.number("n")]
    static let meanColumns: [ResearchReport.Column] =
        [.text("scale"), .text("label"), .number("items")] + ResearchFigure.columns("mean_done")
        + [.number("df"), .number("n"), .number("missing")]
    static let itemColumns: [ResearchReport.Column] =
        [.text("scale"), .text("item")] + ResearchFigure.columns("share")
        + [.number("n"), .number("missing"), .text("label")]

    /// The mean number done, and the share of each number.
    func counts(_ name: String) throws -> (mean: [ResearchReport.Cell], counts: [[ResearchReport.Cell]]) {
        let counts = counts
        var table = Table(rowCount: counts.count)
        table.set(.numeric(counts), for: Variable(name: "done"))
        for number in 0...items.count {
            let column = NumericColumn(
                values: counts.values.indices.map {
                    counts.isPresent($0) && counts.values[$0] == Double(number) ? 1 : 0
                },
                reasons: counts.reasons)
            table.set(.numeric(column), for: Variable(name: "\(number)"))
        }
        let whole = try estimation.estimate(MeanEstimator(["done"], of: table), by: everyone).refusingFailure()
        let mean = ResearchFigure(whole, 0)
        let shares = try estimation.estimate(
            MeanEstimator((0...items.count).map { "\($0)" }, of: table), by: everyone
        ).refusingFailure()
        let head: [ResearchReport.Cell] = [.text(id), .text(name), .integer(items.count)]
        return (
            head + mean.cells()
                + [.integer(mean.degreesOfFreedom), .integer(mean.count), .share(whole.missingShare(0))],
            (0...items.count).map { number in
                let share = ResearchFigure(shares, number, .share)
                return [.text(id), .integer(number)] + share.cells(share: true) + [.integer(share.count)]
            }
        )
    }

    /// Each thing on its own, of those who answered it.
    func itemRows() throws -> [[ResearchReport.Cell]] {
        try items.indices.map { place in
            var table = Table(rowCount: everyone.groupOfRow.count)
            table.set(.numeric(done[place]), for: Variable(name: "done"))
            let result = try estimation.estimate(MeanEstimator(["done"], of: table), by: everyone).refusingFailure()
            let share = ResearchFigure(result, 0, .share)
            return [.text(id), .text(items[place].name)] + share.cells(share: true)
                + [.integer(share.count), .share(result.missingShare(0)), .text(label(items[place].label))]
        }
    }
}
