/// Which answer to hide besides where weighted totals tell a protected count (`WeightedAttack`).
struct WeightedProtection {
    let knowledge: WeightKnowledge
    let printed: PrintedShare
    /// The system of these cells, which one more hidden cell changes.
    let counts: ([Cell]) -> LinkedCounts
    /// Figures that may not be hidden any more.
    let keep: (FigureName) -> Bool
    /// Answers that are tried one by one before the cheapest is hidden and others are looked for beside it.
    private static let trials = 8

    func attack(_ counts: LinkedCounts) -> WeightedAttack { WeightedAttack(counts, knowledge, printed) }

    /// The cheapest answer that opens the first of the closed counts by itself; else the cheapest that stands in a sum with it.
    /// - Parameter closed: places of counts that the totals tell.
    /// - Throws: `.cannotBeProtected` where no answer is left.
    func cure(
        _ cells: [Cell], _ system: LinkedCounts, _ closed: [Int], _ reach: inout WeightedReach
    ) throws(TableSystemError) -> Int {
        guard let first = closed.first else { throw .cannotBeProtected(cells: []) }
        let candidates = candidates(system, around: first)
        for candidate in candidates.prefix(Self.trials) {
            var trial = cells
            trial[candidate].hide(.complement)
            // Places keep their order as long as no count gets a remainder of its own: found again by name.
            let changed = counts(trial)
            guard let place = changed.names.firstIndex(of: system.names[first]) else { continue }
            var seen = reach
            guard try attack(changed).isOpen(place, &seen) else { continue }
            reach = seen
            return candidate
        }
        guard let cheapest = candidates.first else {
            throw .cannotBeProtected(cells: closed.map { system.names[$0] })
        }
        return cheapest
    }

    /// Shown answers in sums with hidden ones that hang together with a place: fewest respondents first, the region last.
    private func candidates(_ system: LinkedCounts, around start: Int) -> [Int] {
        var relationsOfPlace: [Int: [Int]] = [:]
        for (index, relation) in system.relations.enumerated() {
            for term in relation.terms { relationsOfPlace[term.cell, default: []].append(index) }
        }
        var (seen, found, open): (Set<Int>, Set<Int>, [Int]) = ([start], [], [start])
        while let place = open.popLast() {
            for relation in relationsOfPlace[place] ?? [] {
                for term in system.relations[relation].terms {
                    if system.isHidden[term.cell] {
                        if seen.insert(term.cell).inserted { open.append(term.cell) }
                    } else {
                        found.insert(term.cell)
                    }
                }
            }
        }
        func rank(_ place: Int, _ name: FigureName) -> [Int] {
            [name.area.isEmpty && name.segment.isEmpty ? 1 : 0, system.values[place], place]
        }
        return found.compactMap { place -> (rank: [Int], index: Int)? in
            guard case .count(let index) = system.kinds[place], system.values[place] > 0 else { return nil }
            let name = system.cells[index].figure.name
            return keep(name) ? nil : (rank(place, name), index)
        }.sorted { $0.rank.lexicographicallyPrecedes($1.rank) }.map(\.index)
    }
}
