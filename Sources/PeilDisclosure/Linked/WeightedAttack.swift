/// The reader who adds up weighted totals too.
///
/// Unknown are, beside the counts c of `LinkedCounts`, the sums T of the weights of the same respondents. They keep the same
/// sums over areas, segments and answers. A printed share p of a printed base leaves T between two bounds (`PrintedShare`); the
/// weighted base of a printed group is taken to be known exactly. A hidden count and its total hang together by the
/// bounds of single weights: least·c ≤ T ≤ most·c (`WeightKnowledge`). Where weights are alike within an area and differ
/// between areas, the two sums of the region tell two hidden areas apart.
///
/// A protected count is open where tables exist, whole in their counts, that show what is asked. Most are those that the attack on counts has
/// found already: moves Δ of counts keep all sums, and so do moves λΔ of totals; one λ that keeps all weights
/// within their bounds is enough. For the others a program of counts and totals is solved by branch and bound.
struct WeightedAttack {
    private let counts: LinkedCounts
    /// In respondents of ordinary weight, so that numbers of all kinds are of one size.
    private let totals: [Double?]
    /// Of one respondent's weight, by place.
    private let weights: [ClosedRange<Double>]
    /// Of a total, by place, as print leaves it.
    private let bounds: [ClosedRange<Double>]
    /// Hidden counts by the cell of their base.
    private let placesOfBase: [Int: [Int]]
    /// Relations that are no equations and have all their totals, by cell.
    private let rangesOfPlace: [Int: [Int]]

    init(_ counts: LinkedCounts, _ knowledge: WeightKnowledge, _ printed: PrintedShare) {
        self.counts = counts
        let places = counts.kinds.indices
        let largest = places.filter { counts.totals[$0] != nil && counts.values[$0] > 0 }.max {
            counts.values[$0] < counts.values[$1]
        }
        let unit = largest.map { (counts.totals[$0] ?? 1) / Double(counts.values[$0]) } ?? 1
        let totals = counts.totals.map { $0.map { $0 / unit } }
        let weights = places.map { place -> ClosedRange<Double> in
            let known = knowledge.range(counts.groups[place].area)
            // What is true is possible, whatever the weights of the figures were.
            let own = (totals[place] ?? 0) / Double(max(1, counts.values[place]))
            let isOf = totals[place] != nil && counts.values[place] > 0
            let (least, most) = (known.lowerBound / unit, known.upperBound / unit)
            return isOf ? min(least, own)...max(most, own) : least...most
        }
        bounds = places.map { place in
            guard let total = totals[place] else { return 0...Double.infinity }
            let base = totals[counts.groups[place].base] ?? total
            let most =
                counts.isHidden[counts.groups[place].base]
                ? max(total, (knowledge.population[counts.groups[place].area] ?? .infinity) / unit) : base
            guard !counts.isHidden[place] else { return 0...max(total, most) }
            guard case .count(let index) = counts.kinds[place] else { return total...total }
            let share = printed.range(counts.cells[index].figure)
            return min(total, share.lowerBound * base)...max(total, share.upperBound * base)
        }
        rangesOfPlace = counts.relations.enumerated().reduce(into: [:]) { ranges, own in
            guard !own.element.isEquation, own.element.terms.allSatisfy({ totals[$0.cell] != nil }) else { return }
            for term in own.element.terms { ranges[term.cell, default: []].append(own.offset) }
        }
        self.totals = totals
        self.weights = weights
        placesOfBase = Dictionary(grouping: places.filter { counts.isHidden[$0] }) { counts.groups[$0].base }
    }

    // MARK: Protected counts

    /// Protected counts that weighted totals close.
    /// - Parameters:
    ///   - attack: the tables that show them open where nobody looks at totals.
    ///   - reach: how far counts were seen to go, by name; seen tables stay possible when more is hidden.
    func unprotected(
        _ attack: LinkedCounts.Attack, _ reach: inout WeightedReach
    ) throws(TableSystemError) -> [Int] {
        guard totals.contains(where: { $0 != nil }) else { return [] }
        for table in attack.tables where carries(table) { reach.note(table, counts) }
        var open = counts.primary.sorted { $0.key < $1.key }.filter { !isMet($0.key, $0.value, reach) }
        guard !open.isEmpty else { return [] }
        let chains = ChainMoves(try counts.system())
        for (place, asked) in open where top(place) == nil { noteChains(place, asked, chains, &reach) }
        open.removeAll { isMet($0.key, $0.value, reach) }
        for (place, asked) in open where top(place) == nil && !isMet(place, asked, reach) {
            noteSums(place, asked, chains, &reach)
        }
        open.removeAll { isMet($0.key, $0.value, reach) }
        guard !open.isEmpty else { return [] }
        let program = try self.program()
        var result: [Int] = []
        for (place, asked) in open where !isMet(place, asked, reach) {
            for table in attack.proofs[place] ?? [] where !carries(table) {
                if try program.carries(table) { reach.note(table, counts) }
            }
            if isMet(place, asked, reach) { continue }
            if try !program.isOpen(place, asked, top: top(place), &reach) { result.append(place) }
        }
        return result
    }

    /// Chains of cells whose totals all can move by one weight a respondent: few weights are tried, from the middle of what the
    /// cell itself allows outwards.
    private func noteChains(_ place: Int, _ asked: Protection, _ chains: ChainMoves, _ reach: inout WeightedReach) {
        let weights = weights[place]
        guard weights.upperBound.isFinite else { return }
        for part in [0.5, 0.3, 0.7, 0.1, 0.9] {
            let weight = weights.lowerBound + part * (weights.upperBound - weights.lowerBound)
            let tables = chains.tables(place, asked, hidden: counts.isHidden) { cell, move in
                weightRange(cell, move)?.contains(weight) == true
            }
            for table in tables where carries(table) { reach.note(table, counts) }
            if isMet(place, asked, reach) { return }
        }
    }

    /// Chains one after the other, each in the tables that those before it lead to, and each with a weight of its own: what a
    /// few respondents cannot make up for in one place, several places do together.
    private func noteSums(_ place: Int, _ asked: Protection, _ chains: ChainMoves, _ reach: inout WeightedReach) {
        let value = Double(counts.values[place])
        // Down first: the less there may be, the less there has to be room for above.
        let down = min(value, max(asked.width, value - asked.lowAtMost))
        noteSum(place, by: -down, chains, &reach)
        let low = reach.interval(place, counts).low
        let up = max(asked.highAtLeast - value, asked.width - (value - low))
        noteSum(place, by: up, chains, &reach)
        let base = counts.groups[place].base
        guard base != place, counts.isHidden[base] else { return }
        // More people in the group: some of them give this answer, or none of the others.
        for times in [2.0, 4, 8] where !isMet(place, asked, reach) {
            noteSum(base, by: times * up, chains, &reach)
        }
        for other in placesOfBase[base] ?? [] where other != base && other != place && !isMet(place, asked, reach) {
            noteSum(other, by: up, chains, &reach)
        }
    }

    private func noteSum(_ place: Int, by distance: Double, _ chains: ChainMoves, _ reach: inout WeightedReach) {
        var totals = totals
        let sum = chains.sum(of: distance) { chains, move in
            guard let (table, weight) = step(place, by: move, chains, totals) else { return nil }
            for (cell, move) in table { totals[cell] = totals[cell].map { $0 + weight * move } }
            return table
        }
        reach.note(sum, counts)
    }

    /// A chain from the tables at hand, and the weight of each respondent who moves.
    private func step(
        _ place: Int, by move: Double, _ chains: ChainMoves, _ totals: [Double?]
    ) -> (CellMoves, weight: Double)? {
        let values = chains.system.values
        func fits(_ cell: Int, _ move: Double, _ weight: Double) -> Bool {
            guard let total = totals[cell] else { return true }
            let (count, changed) = (values[cell] + move, total + weight * move)
            let slack = 1e-12 * max(1, total)
            return changed >= max(weights[cell].lowerBound * count, bounds[cell].lowerBound) - slack
                && changed <= min(weights[cell].upperBound * count, bounds[cell].upperBound) + slack
        }
        for weight in triedWeights(place, values, totals) {
            let table = chains.moves(place, by: move, hidden: counts.isHidden) { fits($0, $1, weight) }
            if let table, table.allSatisfy({ fits($0.cell, $0.move, weight) }),
                keepsRanges(table, weight, totals)
            {
                return (table, weight)
            }
        }
        return nil
    }

    /// Parts of something larger stay no more than that in their totals too; sums do by themselves.
    private func keepsRanges(_ table: CellMoves, _ weight: Double, _ totals: [Double?]) -> Bool {
        touchedRanges(table).allSatisfy { index in
            let (truth, most) = range(index)
            let sum = sum(index) { totals[$0] ?? 0 } + weight * slope(index, table)
            return sum <= most + 1e-9 * max(1, abs(truth))
        }
    }

    private func touchedRanges(_ table: CellMoves) -> Set<Int> {
        rangesOfPlace.isEmpty ? [] : Set(table.flatMap { rangesOfPlace[$0.cell] ?? [] })
    }

    /// The true sum of a relation's totals, and the most that it can be.
    private func range(_ index: Int) -> (truth: Double, most: Double) {
        let truth = sum(index) { totals[$0] ?? 0 }
        return (truth, max(truth, counts.relations[index].most))
    }

    private func sum(_ index: Int, _ value: (Int) -> Double) -> Double {
        counts.relations[index].terms.reduce(0) { $0 + $1.coefficient * value($1.cell) }
    }

    /// How much the sum of a relation's totals grows for each unit of weight of those who move.
    private func slope(_ index: Int, _ table: CellMoves) -> Double {
        let moves = Dictionary(table.map { ($0.cell, $0.move) }) { $0 + $1 }
        return sum(index) { moves[$0] ?? 0 }
    }

    /// The mean weight of the cell, which is what it must lose to become empty; the least, which leaves totals nearly as they
    /// are; then others that its respondents, or those beside them, may have.
    private func triedWeights(_ place: Int, _ values: [Double], _ totals: [Double?]) -> [Double] {
        let (range, count, total) = (weights[place], values[place], totals[place])
        let own: [Double] = total.map { count > 0 ? [$0 / count] : [] } ?? [1]
        guard range.upperBound.isFinite else { return own }
        // Another answer of the same group becomes empty with its own mean only.
        let beside = (placesOfBase[counts.groups[place].base] ?? []).compactMap { other in
            values[other] > 0 && other != place ? totals[other].map { $0 / values[other] } : nil
        }
        return own + [0, 0.5, 0.25, 0.75].map { range.lowerBound + $0 * (range.upperBound - range.lowerBound) } + beside
    }

    /// Whether one count lies open.
    func isOpen(_ place: Int, _ reach: inout WeightedReach) throws(TableSystemError) -> Bool {
        guard let protection = counts.primary[place] else { return true }
        if top(place) == nil {
            noteSums(place, protection, ChainMoves(try counts.system()), &reach)
            if isMet(place, protection, reach) { return true }
        }
        return try program().isOpen(place, protection, top: top(place), &reach)
    }

    private func program() throws(TableSystemError) -> WeightedProgram {
        try WeightedProgram(counts, totals: totals, weights: weights, bounds: bounds)
    }

    /// What was seen is enough, and nobody asks for its total too.
    private func isMet(_ place: Int, _ asked: Protection, _ reach: WeightedReach) -> Bool {
        top(place) == nil && asked.isMet(by: reach.interval(place, counts))
    }

    /// Most of the total that does not say that nearly everybody gave this answer; nil where nobody asks.
    private func top(_ place: Int) -> Double? {
        guard case .count(let index) = counts.kinds[place], counts.cells[index].reason == .groupDisclosure,
            let total = totals[place], let base = totals[counts.groups[place].base]
        else { return nil }
        let most = counts.rules.groupDisclosureShare * base
        return total > most ? most : nil
    }

    /// Whether totals fit a table of counts, moved all by one weight a respondent: within their own bounds, and parts of
    /// something larger within that.
    private func carries(_ table: CellMoves) -> Bool {
        var (least, most) = (-Double.infinity, Double.infinity)
        for (place, move) in table where move != 0 {
            guard let range = weightRange(place, move) else { return false }
            least = max(least, range.lowerBound)
            most = min(most, range.upperBound)
        }
        for index in touchedRanges(table) {
            let (slope, (truth, limit)) = (slope(index, table), range(index))
            let room = limit - truth + 1e-9 * max(1, abs(truth))
            if slope > 0 { most = min(most, room / slope) } else if slope < 0 { least = max(least, room / slope) }
        }
        return least <= most + 1e-12
    }

    /// Weights of those who move that leave a total within its bounds; nil where no total fits the count.
    private func weightRange(_ place: Int, _ move: Double) -> ClosedRange<Double>? {
        guard let total = totals[place] else { return -Double.infinity...Double.infinity }
        let count = Double(counts.values[place]) + move
        let low = max(weights[place].lowerBound * count, bounds[place].lowerBound)
        let high = min(weights[place].upperBound * count, bounds[place].upperBound)
        guard low <= high + 1e-12 * max(1, low) else { return nil }
        let ends = [(low - total) / move, (high - total) / move]
        return min(ends[0], ends[1])...max(ends[0], ends[1])
    }
}

/// How far counts were seen to go in tables that nobody can tell from the true ones, totals included.
struct WeightedReach {
    private var intervals: [String: ClosedRange<Double>] = [:]

    mutating func note(_ table: CellMoves, _ counts: LinkedCounts) {
        for (place, move) in table { note(Double(counts.values[place]) + move, place, counts) }
    }

    mutating func note(_ value: Double, _ place: Int, _ counts: LinkedCounts) {
        let seen = interval(place, counts)
        guard value < seen.low || value > seen.high else { return }
        intervals[counts.names[place]] = min(seen.low, value)...max(seen.high, value)
    }

    func interval(_ place: Int, _ counts: LinkedCounts) -> AttackInterval {
        let value = Double(counts.values[place])
        let seen = intervals[counts.names[place]] ?? value...value
        return AttackInterval(low: seen.lowerBound, high: seen.upperBound, isExact: false)
    }
}
