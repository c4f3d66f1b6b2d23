import PeilNumerics

/// Counts and weighted totals that a reader cannot tell from the true ones, as a mixed program: columns are the hidden
/// counts, which are whole, and all totals.
final class WeightedProgram {
    private let counts: LinkedCounts
    private let program: LinearProgram
    private let countColumn: [Int: Int]
    private let totalColumn: [Int: Int]
    private let isWhole: [Bool]
    /// Branches for one end of one interval; without an answer the count is not open.
    private static let branchLimit = 200

    init(
        _ counts: LinkedCounts, totals: [Double?], weights: [ClosedRange<Double>], bounds: [ClosedRange<Double>]
    ) throws(TableSystemError) {
        self.counts = counts
        let places = counts.kinds.indices
        let hidden = places.filter { counts.isHidden[$0] }
        let weighted = places.filter { totals[$0] != nil }
        countColumn = Dictionary(uniqueKeysWithValues: hidden.enumerated().map { ($1, $0) })
        totalColumn = Dictionary(uniqueKeysWithValues: weighted.enumerated().map { ($1, $0 + hidden.count) })
        isWhole = hidden.map { _ in true } + weighted.map { _ in false }
        let rows =
            Self.countRows(counts, countColumn) + Self.totalRows(counts, totals, totalColumn)
            + Self.weightRows(hidden, weights, countColumn, totalColumn)
        do {
            program = try LinearProgram(
                rows, lower: hidden.map { _ in 0 } + weighted.map { bounds[$0].lowerBound },
                upper: hidden.map { _ in .infinity } + weighted.map { bounds[$0].upperBound })
        } catch {
            throw .notSolved(cell: counts.names.first ?? "")
        }
    }

    // MARK: Rows

    /// The sums of hidden counts, from themselves.
    private static func countRows(_ counts: LinkedCounts, _ column: [Int: Int]) -> [LinearProgram.Row] {
        counts.relations.compactMap { relation in
            var (own, truth, published) = ([(column: Int, coefficient: Double)](), 0.0, 0.0)
            for term in relation.terms where term.coefficient != 0 {
                let value = term.coefficient * Double(counts.values[term.cell])
                if let place = column[term.cell] {
                    own.append((place, term.coefficient))
                    truth += value
                } else {
                    published += value
                }
            }
            guard !own.isEmpty else { return nil }
            return relation.isEquation
                ? .init(own, equals: truth)
                : .init(own, from: relation.least - published, to: relation.most - published)
        }
    }

    /// The same sums of totals. Who is in no part, or in none of several answers, weighs what is left.
    private static func totalRows(
        _ counts: LinkedCounts, _ totals: [Double?], _ column: [Int: Int]
    ) -> [LinearProgram.Row] {
        counts.relations.compactMap { relation in
            var (own, truth) = ([(column: Int, coefficient: Double)](), 0.0)
            for term in relation.terms where term.coefficient != 0 {
                guard let place = column[term.cell], let total = totals[term.cell] else { return nil }
                own.append((place, term.coefficient))
                truth += term.coefficient * total
            }
            guard !own.isEmpty else { return nil }
            return relation.isEquation
                ? .init(own, equals: truth) : .init(own, from: -.infinity, to: max(truth, relation.most))
        }
    }

    /// least·c ≤ T ≤ most·c.
    private static func weightRows(
        _ hidden: [Int], _ weights: [ClosedRange<Double>], _ countColumn: [Int: Int], _ totalColumn: [Int: Int]
    ) -> [LinearProgram.Row] {
        hidden.flatMap { place -> [LinearProgram.Row] in
            guard let count = countColumn[place], let total = totalColumn[place] else { return [] }
            return [
                .init([(total, 1), (count, -weights[place].lowerBound)], from: 0, to: .infinity),
                .init([(total, 1), (count, -weights[place].upperBound)], from: -.infinity, to: 0)
            ]
        }
    }

    // MARK: Attack

    /// Whether some totals fit these counts, all others being the true ones.
    func carries(_ table: CellMoves) throws(TableSystemError) -> Bool {
        for (place, column) in countColumn {
            let value = Double(counts.values[place])
            program.limit(column, from: value, to: value)
        }
        for (place, move) in table {
            guard let column = countColumn[place] else { continue }
            let value = Double(counts.values[place]) + move
            program.limit(column, from: value, to: value)
        }
        defer { for column in countColumn.values { program.limit(column, from: 0, to: .infinity) } }
        do {
            _ = try program.minimise()
            return true
        } catch {
            guard error == .infeasible else { throw .notSolved(cell: counts.names.first ?? "") }
            return false
        }
    }

    /// Whether whole tables show what a protection asks.
    /// - Parameters:
    ///   - top: what the total must be able to lie at or below.
    ///   - reach: gets the tables that were found.
    func isOpen(
        _ place: Int, _ protection: Protection, top: Double?, _ reach: inout WeightedReach
    ) throws(TableSystemError) -> Bool {
        guard let column = countColumn[place] else { return false }
        do {
            let value = Double(counts.values[place])
            let high = reach.interval(place, counts).high
            try look(
                place, column, sign: 1, max(protection.width - (high - value), value - protection.lowAtMost), &reach)
            let low = reach.interval(place, counts).low
            try look(
                place, column, sign: -1, max(protection.width - (value - low), protection.highAtLeast - value), &reach)
            guard protection.isMet(by: reach.interval(place, counts)) else { return false }
            guard let top else { return true }
            return try reaches(place, column, protection, top: top)
        } catch {
            throw .notSolved(cell: counts.names[place])
        }
    }

    /// Looks for a whole table in which a count lies a distance down (sign 1) or up (-1), or else as far as there are any.
    private func look(
        _ place: Int, _ column: Int, sign: Double, _ distance: Double, _ reach: inout WeightedReach
    ) throws(LinearProgramError) {
        let value = Double(counts.values[place])
        let seen = reach.interval(place, counts)
        let known = sign > 0 ? seen.low : seen.high
        guard distance > sign * (value - known) else { return }
        let farthest = max(0, value - sign * distance.rounded(.up))
        program.limit(column, from: min(value, farthest), to: max(value, farthest))
        program.setCost(sign, of: column)
        defer {
            program.setCost(0, of: column)
            program.limit(column, from: 0, to: .infinity)
        }
        let bound = try program.minimise()
        let search = WholeSearch(program, limit: Self.branchLimit, isWhole: isWhole)
        if let found = try search.least(below: sign * known, goal: (bound - 1e-6).rounded(.up)) {
            note(found.point, &reach)
        }
    }

    private func note(_ point: [Double], _ reach: inout WeightedReach) {
        for (place, column) in countColumn { reach.note(point[column].rounded(), place, counts) }
    }

    /// Whether a whole table has the total at or below `top`, and the count as low as is asked.
    private func reaches(
        _ place: Int, _ column: Int, _ protection: Protection, top: Double
    ) throws(LinearProgramError) -> Bool {
        guard let total = totalColumn[place] else { return true }
        let (lower, upper) = (program.lower[total], program.upper[total])
        program.limit(total, from: min(lower, top), to: top)
        program.limit(column, from: 0, to: protection.lowAtMost)
        defer {
            program.limit(total, from: lower, to: upper)
            program.limit(column, from: 0, to: .infinity)
        }
        return try WholeSearch(program, limit: Self.branchLimit, isWhole: isWhole).first(from: .last) != nil
    }
}
