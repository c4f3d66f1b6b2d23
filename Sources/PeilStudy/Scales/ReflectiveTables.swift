import PeilNumerics
import PeilStatistics
import PeilTable

/// The tables about a scale of answers that show one trait.
struct ReflectiveTables {
    let id: String
    private let request: Study.ScaleRequest.Reflective
    private let label: (LocalizedText) -> String
    private let columns: ScaleColumns
    private let estimation: Estimation
    let reliability: ScaleReliability
    private let everyone: Grouping

    init(
        _ scale: Study.ScaleRequest, _ request: Study.ScaleRequest.Reflective, of table: Table,
        _ estimation: Estimation, label: @escaping (LocalizedText) -> String
    ) throws {
        id = scale.id
        self.request = request
        self.estimation = estimation
        self.label = label
        columns = try ScaleColumns(request, of: table)
        reliability = try ScaleReliability(columns, estimation)
        everyone = .everyone(rowCount: table.rowCount)
    }

    // MARK: The score

    static let scoreColumns: [ResearchReport.Column] =
        [.text("scale"), .text("label"), .number("items"), .number("minimum_answered")]
        + ResearchFigure.columns("mean") + [.number("df"), .number("n"), .number("missing")]

    func score(_ name: String) throws -> [ResearchReport.Cell] {
        var table = Table(rowCount: columns.table.rowCount)
        table.set(.numeric(columns.score), for: Variable(name: "score"))
        let result = try estimation.estimate(MeanEstimator(["score"], of: table), by: everyone).refusingFailure()
        let figure = ResearchFigure(result, 0)
        return [
            .text(id), .text(name), .integer(request.items.count), .integer(request.minimumAnswered)
        ] + figure.cells() + [.integer(figure.degreesOfFreedom), .integer(figure.count), .share(result.missingShare(0))]
    }

    // MARK: Reliability

    static let reliabilityColumns: [ResearchReport.Column] =
        [.text("scale"), .text("leads")] + ResearchFigure.columns("alpha")
        + ResearchFigure.endColumns("standardised")
        + [.number("mean_correlation"), .number("df"), .number("n"), .number("missing")]

    func reliabilityRow() -> [ResearchReport.Cell] {
        let (alpha, count) = (reliability.alpha, Double(request.items.count))
        // α of correlations is k r̄ / (1 + (k − 1) r̄).
        let correlation = reliability.standardised.estimate.map { $0 / (count - (count - 1) * $0) }
        return [.text(id), .text(reliability.leading.name)] + alpha.cells() + reliability.standardised.ends() + [
            .number(correlation), .integer(alpha.degreesOfFreedom), .integer(alpha.count),
            .share(reliability.missingShare)
        ]
    }

    // MARK: Items

    static let itemColumns: [ResearchReport.Column] =
        [.text("scale"), .text("item"), .text("direction"), .number("from"), .number("to"), .number("n")]
        + ResearchFigure.endColumns("mean") + ResearchFigure.endColumns("item_rest")
        + ResearchFigure.endColumns("alpha_if_dropped") + [.text("warning"), .text("label")]

    func items() throws -> [[ResearchReport.Cell]] {
        try request.items.enumerated().map { place, item in
            let mean = ResearchFigure(
                try estimation.estimate(MeanEstimator([item.name], of: columns.table), by: everyone), 0)
            let dropped = reliability.ifDropped.map { $0[place].ends() } ?? [.number(nil), .number(nil), .number(nil)]
            return [
                .text(id), .text(item.name), .text(item.direction), .number(item.range.lowerBound),
                .number(item.range.upperBound), .integer(mean.count)
            ] + mean.ends() + reliability.itemRest[place].ends() + dropped + [
                .text(ScaleFinding.of(item, reliability).map(\.code).joined(separator: ", ")),
                .text(label(item.label))
            ]
        }
    }

    // MARK: Correlations and components

    static let correlationColumns: [ResearchReport.Column] =
        [.text("scale"), .text("first"), .text("second")] + ResearchFigure.columns("correlation")

    func correlations() throws -> [[ResearchReport.Cell]] {
        let names = columns.items.names
        let result = try estimation.estimate(CorrelationEstimator(names, of: columns.table), by: everyone)
            .refusingFailure()
        let pairs = names.indices.flatMap { j in names.indices.filter { $0 > j }.map { (j, $0) } }
        return pairs.enumerated().map { place, pair in
            [.text(id), .text(names[pair.0]), .text(names[pair.1])]
                + ResearchFigure(result, place, .correlation).cells()
        }
    }

    static let componentColumns: [ResearchReport.Column] = [
        .text("scale"), .number("component"), .number("eigenvalue"), .number("se"), .number("share")
    ]
    static let loadingColumns: [ResearchReport.Column] = [
        .text("scale"), .number("component"), .text("item"), .number("weight"), .number("loading")
    ]

    /// Components of the correlations, and what each item has to do with them; loadings are correlations with the
    /// component.
    func components() throws -> (components: [[ResearchReport.Cell]], loadings: [[ResearchReport.Cell]]) {
        let names = columns.items.names
        let analysis = try PrincipalComponents(names, of: columns.table, isScaled: true)
        let (found, estimates) = try estimation.components(analysis, over: estimation.domain(by: everyone))
        let shares = found.proportions
        var loadings: [[ResearchReport.Cell]] = []
        for component in names.indices {
            let root = found.eigenvalues[component].squareRoot()
            for (place, name) in names.enumerated() {
                let weight = found.vectors[place, component]
                loadings.append([
                    .text(id), .integer(component + 1), .text(name), .number(weight), .number(weight * root)
                ])
            }
        }
        let rows = names.indices.map { component -> [ResearchReport.Cell] in
            [
                .text(id), .integer(component + 1), .number(found.eigenvalues[component]),
                .number(estimates.standardError(0, component)), .share(shares[component])
            ]
        }
        return (rows, loadings)
    }
}
