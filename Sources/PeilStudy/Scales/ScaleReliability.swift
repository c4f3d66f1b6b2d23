import PeilNumerics
import PeilStatistics
import PeilTable

/// Whether the items of a scale belong together: alpha, and what each item does to it, over people who answered all.
struct ScaleReliability: Sendable {
    let names: [String]
    let alpha: ResearchFigure
    /// Of correlations; with two items Spearman and Brown's 2r/(1 + r).
    let standardised: ResearchFigure
    /// nil with two items.
    let ifDropped: [ResearchFigure]?
    /// Correlation of each item with the sum of the others.
    let itemRest: [ResearchFigure]
    /// Weighted share of everybody who did not answer all items.
    let missingShare: Double

    init(_ columns: ScaleColumns, _ estimation: Estimation) throws {
        let estimator = try AlphaEstimator(columns.items, of: columns.table)
        let result = try estimation.estimate(
            estimator, by: .everyone(rowCount: columns.table.rowCount)
        ).refusingFailure()
        names = columns.items.names
        func figures(_ wanted: AlphaEstimator.Quantity) -> [ResearchFigure] {
            estimator.quantities.indices.filter { estimator.quantities[$0] == wanted }.map {
                ResearchFigure(result, $0, wanted == .itemRest ? .correlation : .alpha)
            }
        }
        alpha = figures(.alpha)[0]
        standardised = figures(.standardised)[0]
        let dropped = figures(.ifDropped)
        ifDropped = dropped.isEmpty ? nil : dropped
        itemRest = figures(.itemRest)
        missingShare = result.missingShare(0)
    }

    /// What people should read: alpha rises with the number of items, and two have a coefficient of their own.
    var leading: (name: String, figure: ResearchFigure) {
        names.count == 2 ? ("spearman_brown", standardised) : ("alpha", alpha)
    }

    /// Items that go against the others.
    var negative: [(name: String, isSure: Bool)] {
        zip(names, itemRest).compactMap { name, figure in
            guard let value = figure.estimate, value < 0 else { return nil }
            return (name, figure.interval.map { $0.upper < 0 } ?? false)
        }
    }
}
