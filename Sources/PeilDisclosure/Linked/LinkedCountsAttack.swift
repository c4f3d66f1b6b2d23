/// The counts of a publication as the attacker sees them, and what to hide besides.
extension LinkedCounts {
    private func knowledge(_ system: TableSystem, of primary: some Sequence<Int>) -> ContributorKnowledge {
        .counts(
            system, primary: primary.filter { kinds[$0] != .earlier }, among: kinds.map { $0 != .earlier },
            parts: parts,
            complements: placeOfOthers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    func system() throws(TableSystemError) -> TableSystem {
        var (lower, upper) = (
            [Double](repeating: 0, count: values.count), [Double](repeating: .infinity, count: values.count)
        )
        for (place, kind) in kinds.enumerated() {
            guard case .count(let index) = kind, let range = room(cells[index].figure) else { continue }
            lower[place] = range.lowerBound
            upper[place] = range.upperBound
        }
        return try TableSystem(
            names: names, values: values.map(Double.init), relations: relations, isWhole: true, lower: lower,
            upper: upper)
    }

    /// Figures to hide besides: the region's go last, and where segments are held against bases, those of a segment in an area
    /// go first, which no page leads with.
    /// - Parameters:
    ///   - open: the cells that are not protected yet, where an attack has told; nil: whichever.
    ///   - seen: tables that were seen before, and gets those that show the protected counts to be open.
    ///   - keep: figures that may not be hidden any more, because an earlier version showed them.
    func secondary(
        for open: [Int]? = nil, seen: inout SeenTables, threads: Int, keep: (FigureName) -> Bool
    ) throws(TableSystemError) -> [Int] {
        let primary = open.map { places in self.primary.filter { places.contains($0.key) } } ?? self.primary
        guard !primary.isEmpty else { return [] }
        let system = try system()
        let hidden = Set(isHidden.indices.filter { isHidden[$0] })
        let figures = kinds.indices.map { place -> [Int] in
            guard !isHidden[place] else { return [] }
            switch kinds[place] {
            case .count(let index): return [index]
            // Its base goes with the last figure of a group.
            case .base: return holdsSegments ? figuresOfBase[place, default: []] : []
            case .rest, .others, .earlier: return []
            }
        }
        let ranks = figures.map { own -> Rank? in
            guard let first = own.first, !own.contains(where: { keep(cells[$0].figure.name) }) else { return nil }
            return Rank(cells[first].figure.name)
        }
        for limit in Rank.allCases where limit != .crossed || holdsSegments {
            var problem = SuppressionProblem(
                system, primary: primary, alreadyHidden: hidden, mayHide: ranks.map { $0.map { $0 <= limit } ?? false },
                cost: .value)
            // A run has many of these.
            problem.exactLimit = Self.exactLimit
            // Who learns nothing of the others now learns nothing when more is hidden.
            problem.knowledge = knowledge(system, of: primary.keys)
            problem.seen = seen.moves(in: system)
            do {
                let choice = try problem.choice(threads: threads)
                seen.note(choice.verdict.tables, system)
                return choice.secondary.flatMap { figures[$0] }
            } catch {
                guard case .cannotBeProtected = error, limit != .region else { throw error }
            }
        }
        return []
    }

    /// Up to this many figures that may be hidden, the cheapest choice is looked for.
    private static let exactLimit = 60

    /// The order in which figures are given up.
    private enum Rank: Int, Comparable, CaseIterable {
        case crossed, group, region

        init(_ name: FigureName) {
            self = name.area.isEmpty && name.segment.isEmpty ? .region : .group
            if !name.area.isEmpty && !name.segment.isEmpty { self = .crossed }
        }

        static func < (one: Rank, other: Rank) -> Bool { one.rawValue < other.rawValue }
    }

    /// The cells that the attacker learns too much of, and what was attacked; the last word before anything is
    /// published.
    ///
    /// Besides, the tables that show it (`Attacker.verdict`).
    /// - Parameters:
    ///   - open: names of cells that an attack found open when fewer were hidden: they still are.
    ///   - seen: tables that were seen before, and gets those that this attack finds.
    func attack(
        knownOpen open: Set<String> = [], seen: inout SeenTables, threads: Int
    ) throws(TableSystemError) -> Attack {
        let system = try system()
        var record = AttackRecord()
        for place in kinds.indices where isHidden[place] {
            record.unknowns += 1
            switch kinds[place] {
            case .count: record.hiddenCells += 1
            case .base: record.hiddenBases += 1
            case .rest, .others, .earlier: break
            }
        }
        record.systems = system.connectedSets(of: isHidden)
        let asked = tiedToSegments(system).filter { !open.contains(names[$0.key]) }
        guard !asked.isEmpty else { return Attack(unsafe: [], open: open, record: record, proofs: [:], tables: []) }
        let verdict = try Attacker(system).verdict(
            hidden: isHidden, for: asked, knowing: knowledge(system, of: asked.keys), seen: seen.moves(in: system),
            threads: threads)
        seen.note(verdict.tables, system)
        for (place, interval) in verdict.shown {
            if let protection = asked[place] { record.note(interval, asked: protection) }
        }
        return Attack(
            unsafe: verdict.unsafe,
            open: open.union(asked.keys.map { names[$0] })
                .subtracting(verdict.unsafe.map { names[$0] }),
            record: record, proofs: verdict.proofs, tables: verdict.tables)
    }

    /// What has to be attacked: everything, or where segments are held against bases what sums tie to those. The rest was
    /// attacked before, question by question.
    private func tiedToSegments(_ system: TableSystem) -> [Int: Protection] {
        guard holdsSegments else { return primary }
        let leader = system.connections(of: isHidden)
        let tied = Set(besideSegments.filter { isHidden[$0] }.map { leader[$0] })
        return primary.filter { tied.contains(leader[$0.key]) }
    }

    struct Attack {
        let unsafe: [Int]
        /// Names of the cells that are open, those that were known to be included.
        let open: Set<String>
        var record: AttackRecord
        /// For each protected count that is open, tables that show it; and all tables that were seen.
        let proofs: [Int: [CellMoves]]
        let tables: [CellMoves]
    }
}
