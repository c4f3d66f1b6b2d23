/// Hides further cells until no hidden one follows from the others by subtraction.
struct ComplementarySuppression {
    let minimumFrequency: Int
    let relations: [Relation]

    /// Repeats the reader's own attack: a relation with one unknown can be solved. The first one that can
    /// loses its smallest shown cell; then again, until none is left to start from. Ends, because every
    /// turn hides one cell more.
    func protect(_ cells: inout [Cell]) {
        while let victim = nextVictim(in: cells) { cells[victim].hide(.complement) }
    }

    private func nextVictim(in cells: [Cell]) -> Int? {
        for relation in relations {
            let unknown = relation.members.count { cells[$0].isHidden }
            guard unknown == 1 || isNearlyKnown(relation, in: cells) else { continue }
            if let victim = victim(of: relation, in: cells) { return victim }
        }
        return nil
    }

    /// Several hidden cells that together hold fewer people than the minimum are one small cell.
    private func isNearlyKnown(_ relation: Relation, in cells: [Cell]) -> Bool {
        let hidden = relation.parts.filter { cells[$0].isHidden }
        guard hidden.count > 1, relation.total.map({ !cells[$0].isHidden }) ?? true else { return false }
        let counts = hidden.compactMap { cells[$0].figure.count }
        let sum = counts.reduce(0, +)
        return counts.count == hidden.count && sum > 0 && sum < minimumFrequency
    }

    /// The smallest shown part, by base and then by count, so that an area that is hidden for one answer is
    /// taken for the next one too. Empty cells protect nobody and come last; the total is the last resort.
    private func victim(of relation: Relation, in cells: [Cell]) -> Int? {
        let shown = relation.parts.filter { !cells[$0].isHidden }
        let useful = shown.filter { (cells[$0].figure.count ?? minimumFrequency) >= minimumFrequency }
        let choice = (useful.isEmpty ? shown : useful).min { left, right in
            let a = cells[left].figure
            let b = cells[right].figure
            return (a.base, a.count ?? 0, left) < (b.base, b.count ?? 0, right)
        }
        return choice ?? relation.total.flatMap { cells[$0].isHidden ? nil : $0 }
    }
}
