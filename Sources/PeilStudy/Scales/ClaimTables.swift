import PeilNumerics
import PeilStatistics
import PeilTable

/// The tables about what people say they have and what a stricter question bears out, over the same respondents.
struct ClaimTables {
    private let id: String
    private let request: Study.ScaleRequest.Claim
    private let table: Table
    private let estimation: Estimation

    /// Columns of the working table.
    private enum Name: String, CaseIterable {
        case claimed, verified, both, onlyClaimed, onlyVerified, neither
    }

    init(
        _ scale: Study.ScaleRequest, _ request: Study.ScaleRequest.Claim, of wave: Table, _ estimation: Estimation
    ) throws {
        id = scale.id
        self.request = request
        self.estimation = estimation
        table = Self.columns(try request.claimed.column(of: wave), try request.verified.column(of: wave))
    }

    /// Who answered both; others count in no number here.
    private static func columns(_ claimed: NumericColumn, _ verified: NumericColumn) -> Table {
        var table = Table(rowCount: claimed.count)
        let reasons = claimed.values.indices.map { row in
            claimed.reason(row)?.rawValue ?? verified.reason(row)?.rawValue ?? 0
        }
        func set(_ name: Name, _ holds: (Bool, Bool) -> Bool) {
            let values = reasons.indices.map { row in
                reasons[row] == 0 && holds(claimed.values[row] == 1, verified.values[row] == 1) ? 1.0 : 0
            }
            table.set(.numeric(NumericColumn(values: values, reasons: reasons)), for: Variable(name: name.rawValue))
        }
        set(.claimed) { claimed, _ in claimed }
        set(.verified) { $1 }
        set(.both) { $0 && $1 }
        set(.onlyClaimed) { $0 && !$1 }
        set(.onlyVerified) { !$0 && $1 }
        set(.neither) { !$0 && !$1 }
        return table
    }

    // MARK: Everybody

    static let claimColumns: [ResearchReport.Column] =
        [.text("scale"), .text("label"), .text("quantity")] + ResearchFigure.columns("share")
        + [.number("df"), .number("n"), .number("p"), .text("of")]
    static let tableColumns: [ResearchReport.Column] =
        [.text("scale"), .text("claimed"), .text("verified")] + ResearchFigure.columns("share") + [.number("n")]

    func rows(_ name: String) throws -> [[ResearchReport.Cell]] {
        let everyone = Grouping.everyone(rowCount: table.rowCount)
        let (shares, difference) = try shares(everyone, group: 0)
        // Where nobody claims there is nothing to bear out.
        let unsupported = ResearchFigure(try unsupported(everyone), 0, .share)
        func row(
            _ quantity: String, _ figure: ResearchFigure, p: Double? = nil, of text: String
        )
            -> [ResearchReport.Cell]
        {
            [.text(id), .text(name), .text(quantity)] + figure.cells(share: true)
                + [.integer(figure.degreesOfFreedom), .integer(figure.count), .number(p), .text(text)]
        }
        return [
            row("claimed", shares[0], of: request.claimed.text),
            row("verified", shares[1], of: request.verified.text),
            row("difference", difference, p: difference.p, of: "claimed minus verified, the same respondents"),
            row(
                "not_borne_out", unsupported,
                of: "share of those who claim that the stricter question does not bear out")
        ]
    }

    /// The 2 × 2 table: shares of everybody who answered both, with their counts.
    func twoByTwo() throws -> [[ResearchReport.Cell]] {
        let cells: [(Name, String, String)] = [
            (.both, "yes", "yes"), (.onlyClaimed, "yes", "no"), (.onlyVerified, "no", "yes"), (.neither, "no", "no")
        ]
        let result = try estimation.estimate(
            MeanEstimator(cells.map(\.0.rawValue), of: table), by: .everyone(rowCount: table.rowCount)
        ).refusingFailure()
        return try cells.enumerated().map { place, cell in
            let count = try table.numbers(cell.0.rawValue).values.count { $0 == 1 }
            return [.text(id), .text(cell.1), .text(cell.2)]
                + ResearchFigure(result, place, .share).cells(share: true) + [.integer(count)]
        }
    }

    /// Both shares, and their difference with the covariance of one joint estimate: the same people gave both answers.
    private func shares(_ grouping: Grouping, group: Int) throws -> ([ResearchFigure], ResearchFigure) {
        let result = try estimation.estimate(
            MeanEstimator([Name.claimed.rawValue, Name.verified.rawValue], of: table), by: grouping,
            wishes: Estimation.Wishes(covariance: true)
        ).refusingFailure()
        return ([ResearchFigure(result, 0, .share), ResearchFigure(result, 1, .share)], Self.difference(result, group))
    }

    private static func difference(_ result: GroupedEstimates, _ group: Int) -> ResearchFigure {
        let (a, b) = (2 * group, 2 * group + 1)
        guard let first = result.value(group, 0), let second = result.value(group, 1) else {
            return ResearchFigure(nil, standardError: nil, degreesOfFreedom: 0, count: result.counts[group])
        }
        let error = result.covariance.flatMap { v -> Double? in
            let variance = v[a, a] + v[b, b] - 2 * v[a, b]
            return variance.isFinite && result.claim != .none ? max(0, variance).squareRoot() : nil
        }
        return ResearchFigure(
            first - second, standardError: error, degreesOfFreedom: result.degreesOfFreedom[group],
            count: result.counts[group])
    }

    private func unsupported(_ grouping: Grouping, againstRest: Bool = false) throws -> GroupedEstimates {
        let claimants = try table.numbers(Name.claimed.rawValue).values.map { $0 == 1 }
        return try estimation.estimate(
            MeanEstimator([Name.onlyClaimed.rawValue], of: table), by: grouping, in: claimants,
            wishes: Estimation.Wishes(groupAgainstRest: againstRest))
    }

    // MARK: By area

    static let areaColumns: [ResearchReport.Column] =
        [.text("scale"), .text("area"), .text("label"), .number("n")] + ResearchFigure.endColumns("claimed")
        + ResearchFigure.endColumns("verified") + ResearchFigure.endColumns("difference")
        + [.number("p"), .number("p_adjusted")] + ResearchFigure.endColumns("not_borne_out")
        + [
            .number("n_claiming"), .number("from_others"), .number("from_others_p", "p"),
            .number("from_others_p_adjusted", "p_adjusted")
        ]

    /// Each area by itself, and whether more of its claims fail than elsewhere. Both families of tests are adjusted over
    /// the areas (Benjamini & Hochberg 1995).
    func areas(_ grouping: Grouping, label: (String) -> String) throws -> [[ResearchReport.Cell]] {
        let result = try estimation.estimate(
            MeanEstimator([Name.claimed.rawValue, Name.verified.rawValue], of: table), by: grouping,
            wishes: Estimation.Wishes(covariance: true))
        let failing = try unsupported(grouping, againstRest: true)
        let differences = (0..<grouping.count).map { Self.difference(result, $0) }
        let others = (0..<grouping.count).map { group -> ResearchFigure in
            let difference = failing.differencesFromRest.isEmpty ? nil : failing.differencesFromRest[group].first ?? nil
            return ResearchFigure(
                difference, standardError: difference == nil ? nil : failing.standardErrorOfDifference(group, 0),
                degreesOfFreedom: failing.domainDegreesOfFreedom, count: failing.counts[group])
        }
        let adjusted = Self.adjusted(differences.map(\.p))
        let adjustedOthers = Self.adjusted(others.map(\.p))
        return (0..<grouping.count).map { group in
            let share = ResearchFigure(failing, 0, in: group, .share)
            var cells: [ResearchReport.Cell] = [
                .text(id), .text(grouping.keys[group][0]), .text(label(grouping.keys[group][0])),
                .integer(result.counts[group])
            ]
            cells += ResearchFigure(result, 0, in: group, .share).ends(share: true)
            cells += ResearchFigure(result, 1, in: group, .share).ends(share: true)
            cells += differences[group].ends(share: true)
            cells += [.number(differences[group].p), .number(adjusted[group])]
            cells += share.ends(share: true)
            cells += [
                .integer(share.count), .share(others[group].estimate), .number(others[group].p),
                .number(adjustedOthers[group])
            ]
            return cells
        }
    }

    /// Adjusted over those that have one.
    static func adjusted(_ p: [Double?]) -> [Double?] {
        let known = p.indices.filter { p[$0] != nil }
        var result = [Double?](repeating: nil, count: p.count)
        for (place, value) in zip(known, benjaminiHochberg(known.compactMap { p[$0] })) { result[place] = value }
        return result
    }
}
