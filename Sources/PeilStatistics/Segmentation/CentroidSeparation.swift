internal import PeilNumerics
public import PeilTable

/// How far respondents lie from the borders between segments.
public struct CentroidSeparation: Sendable, Equatable {
    /// Weighted mean by segment, and over all, of (b − a) / max(a, b), a the distance to the own centre and b to the
    /// second: 1 at a centre, 0 on a border. The simplified silhouette of Hruschka, Campello & de Castro 2004, with
    /// distances to centres in place of all other respondents.
    public let silhouettes: [Double]
    public let silhouette: Double
    /// Share of the weight, by segment and over all, that lies closer than `margin` to the border with another segment.
    public let nearBorder: [Double]
    public let nearBorderOverall: Double
    /// In coordinates: in standard deviations of an item where items are standardised.
    public let margin: Double
}

extension CentroidModel {
    /// Distances to borders in some wave. The border of two segments is the plane half-way between their centres: with
    /// squared distances a² and b² to them, a respondent lies (b² − a²) / (2·distance of the centres) from it.
    /// - Parameter margin: distance that still counts as between two segments.
    /// - Parameter table: the answers.
    /// - Parameter weights: one a row. Rows that cannot be placed are left out.
    /// - Throws: `SegmentationError.nobodyPlaced`, `TableError`.
    public func separation(
        _ table: Table, weights: [Double], margin: Double = 0.25
    ) throws -> CentroidSeparation {
        precondition(weights.count == table.rowCount && margin >= 0, "one weight a row")
        let packed = PackedCentres(centres)
        let apart = centres.map { packed.squares($0).map { $0.squareRoot() } }
        var sums = [Sums](repeating: Sums(), count: centres.count)
        try forEachPlaced(table) { row, point in
            let squares = packed.squares(point)
            let own = packed.nearest(point).index
            var border = Double.infinity
            for other in squares.indices where other != own && apart[own][other] > 0 {
                border = min(border, (squares[other] - squares[own]) / (2 * apart[own][other]))
            }
            let second = squares.indices.filter { $0 != own }.map { squares[$0] }.min() ?? squares[own]
            sums[own].add(squares[own].squareRoot(), second.squareRoot(), isNear: border < margin, weights[row])
        }
        let whole = Sums(adding: sums)
        guard whole.weight.value > 0 else { throw SegmentationError.nobodyPlaced }
        return CentroidSeparation(
            silhouettes: sums.map(\.meanSilhouette), silhouette: whole.meanSilhouette,
            nearBorder: sums.map(\.nearShare), nearBorderOverall: whole.nearShare, margin: margin)
    }

    private struct Sums {
        var weight = CompensatedSum()
        var silhouette = CompensatedSum()
        var near = CompensatedSum()

        init() {}

        init(adding parts: [Sums]) {
            for part in parts {
                weight.add(part.weight.value)
                silhouette.add(part.silhouette.value)
                near.add(part.near.value)
            }
        }

        mutating func add(_ own: Double, _ second: Double, isNear: Bool, _ weight: Double) {
            self.weight.add(weight)
            if second > 0 { silhouette.add(weight * (second - own) / second) }
            if isNear { near.add(weight) }
        }

        /// 0 for segments where nobody is.
        var meanSilhouette: Double { weight.value > 0 ? silhouette.value / weight.value : 0 }
        var nearShare: Double { weight.value > 0 ? near.value / weight.value : 0 }
    }
}
