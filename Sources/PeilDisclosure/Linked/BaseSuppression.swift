/// Hides whole groups until no hidden group's number of respondents follows from the others.
///
/// The base is printed beside every figure of a group, so a hidden base is open as soon as all other areas and the region
/// show theirs. Cells are the bases of one question in each area and segment; hiding one hides every row of the group.
struct BaseSuppression {
    let rules: DisclosureRules
    let areas: [String]
    let segments: [String]

    /// - Parameters:
    ///   - cells: the shares or means of one question.
    ///   - others: groups that other questions hide: nearly the same people answered them, so that hiding another group here
    ///     would show what was hidden there.
    /// - Returns: groups that were hidden to protect others.
    @discardableResult
    func protect(
        _ cells: inout [Cell], with others: Set<GroupedCells.Key> = [], boundBy earlier: EarlierRelease
    ) throws(TableSystemError) -> Set<GroupedCells.Key> {
        let groups = GroupedCells(cells)
        guard groups.keys.contains(where: { groups.isHidden($0, cells) }) else { return [] }
        let bases = groups.keys.map { groups.base($0, cells) }
        let place = Dictionary(uniqueKeysWithValues: groups.keys.enumerated().map { ($1, $0) })
        var sums = LinkedSums()
        for key in groups.keys where key.area.isEmpty {
            sums.add(areas.compactMap { place[.init(area: $0, segment: key.segment)] }, total: place[key], bases)
        }
        for key in groups.keys where key.segment.isEmpty {
            sums.add(segments.compactMap { place[.init(area: key.area, segment: $0)] }, total: place[key], bases)
        }
        // A group that says too little is hidden for the reader's sake; only one that is small is protected.
        var primary: [Int: Protection] = [:]
        for (index, key) in groups.keys.enumerated() where groups.isHidden(key, cells) {
            guard bases[index] > 0, bases[index] < rules.minimumFrequency else { continue }
            primary[index] = .frequency(Double(bases[index]), minimum: Double(rules.minimumFrequency))
        }
        guard !primary.isEmpty else { return [] }
        for key in groups.keys where others.contains(key) { groups.hide(key, &cells) }
        let hidden = Set(groups.keys.indices.filter { groups.isHidden(groups.keys[$0], cells) })
        let system = try TableSystem(
            names: groups.keys.map { "\($0.area)|\($0.segment)" }, values: bases.map(Double.init),
            relations: sums.relations, isWhole: true)
        let wasShown = groups.keys.map { key in
            groups.cells[key, default: []].contains { earlier.wasShown(cells[$0].figure.name.rowID) }
        }
        // The whole region goes last.
        for regionToo in [false, true] {
            let problem = SuppressionProblem(
                system, primary: primary, alreadyHidden: hidden,
                mayHide: groups.keys.indices.map {
                    !wasShown[$0] && (regionToo || !groups.keys[$0].isRegion)
                }, cost: .value)
            do {
                let secondary = try problem.choice().secondary
                for index in secondary { groups.hide(groups.keys[index], &cells) }
                return Set(secondary.map { groups.keys[$0] }).union(others.intersection(groups.keys))
            } catch {
                guard case .cannotBeProtected = error, !regionToo else { throw error }
            }
        }
        return []
    }
}

/// Figures by area and segment.
struct GroupedCells {
    struct Key: Hashable {
        let area: String
        let segment: String
        var isRegion: Bool { area.isEmpty && segment.isEmpty }
    }

    /// In the order in which they appear.
    private(set) var keys: [Key] = []
    private(set) var cells: [Key: [Int]] = [:]

    init(_ all: [Cell]) {
        for (index, cell) in all.enumerated() {
            let key = Key(area: cell.figure.name.area, segment: cell.figure.name.segment)
            if cells[key] == nil { keys.append(key) }
            cells[key, default: []].append(index)
        }
    }

    func base(_ key: Key, _ all: [Cell]) -> Int { cells[key, default: []].map { all[$0].figure.base }.max() ?? 0 }

    /// Whether no row of the group prints its base.
    func isHidden(_ key: Key, _ all: [Cell]) -> Bool { cells[key, default: []].allSatisfy { all[$0].isHidden } }

    func hide(_ key: Key, _ all: inout [Cell]) {
        for index in cells[key, default: []] where !all[index].isHidden { all[index].hide(.complement) }
    }
}

/// Sums of cells that a reader knows.
struct LinkedSums {
    private(set) var relations: [TableSystem.Relation] = []

    /// Parts and what is known to be left over make the total: respondents without an area, say.
    mutating func add(_ parts: [Int], total: Int?, _ values: [Int]) {
        guard let total, !parts.isEmpty else { return }
        let rest = Double(values[total] - parts.reduce(0) { $0 + values[$1] })
        relations.append(
            .init(parts.map { ($0, 1) } + [(total, -1)], from: -rest, to: -rest))
    }

    mutating func add(_ relation: TableSystem.Relation) { relations.append(relation) }
}
