/// The counts of a publication as the attacker sees them, and what to hide besides.
extension LinkedCounts {
    func system() throws(TableSystemError) -> TableSystem {
        try TableSystem(names: names, values: values.map(Double.init), relations: sums.relations, isWhole: true)
    }

    /// Figures to hide besides: the region's go last, and where segments are held against bases, those of a segment in an area
    /// go first, which no page leads with.
    /// - Parameters:
    ///   - open: the cells that are not protected yet, where an attack has told; nil: whichever.
    ///   - keep: figures that may not be hidden any more, because an earlier version showed them.
    func secondary(for open: [Int]? = nil, keep: (FigureName) -> Bool) throws(TableSystemError) -> [Int] {
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
            case .rest, .others: return []
            }
        }
        let ranks = figures.map { own -> Rank? in
            guard let first = own.first, !own.contains(where: { keep(cells[$0].figure.name) }) else { return nil }
            return Rank(cells[first].figure.name)
        }
        for limit in Rank.allCases where limit != .crossed || holdsSegments {
            let problem = SuppressionProblem(
                system, primary: primary, alreadyHidden: hidden, mayHide: ranks.map { $0.map { $0 <= limit } ?? false },
                cost: .value)
            do { return try problem.solve().secondary.flatMap { figures[$0] } } catch {
                guard case .cannotBeProtected = error, limit != .region else { throw error }
            }
        }
        return []
    }

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
    func attack() throws(TableSystemError) -> (unsafe: [Int], record: AttackRecord) {
        let system = try system()
        var record = AttackRecord()
        for place in kinds.indices where isHidden[place] {
            record.unknowns += 1
            switch kinds[place] {
            case .count: record.hiddenCells += 1
            case .base: record.hiddenBases += 1
            case .rest, .others: break
            }
        }
        record.systems = system.connectedSets(of: isHidden)
        guard !primary.isEmpty else { return ([], record) }
        let intervals = try Attacker(system).intervals(hidden: isHidden, for: primary)
        var unsafe: [Int] = []
        for (place, protection) in primary.sorted(by: { $0.key < $1.key }) {
            guard isHidden[place], let interval = intervals[place], protection.isMet(by: interval) else {
                unsafe.append(place)
                continue
            }
            record.note(interval, asked: protection)
        }
        return (unsafe, record)
    }
}
