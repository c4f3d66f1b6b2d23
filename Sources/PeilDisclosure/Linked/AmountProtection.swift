/// Hides means of amounts that tell too much of one contributor, and others, so that they do not follow.
///
/// A mean times the weights of its base is a sum, and readers are taken to know those weights: more than they do. Cells are the
/// sums of one question in each area and segment. Areas make up the region and segments everybody; what is left over,
/// of people without an area or segment, is taken as known too. Hidden means count as hidden whatever hid them.
struct AmountProtection {
    let rules: [DominanceRule]
    let areas: [String]
    let segments: [String]

    /// - Parameters:
    ///   - cells: all figures of one question.
    ///   - amounts: what its means are made of.
    /// - Throws: `.badFigure` for a mean without contributions, `.cannotBeProtected` where hiding all others is not enough.
    func protect(
        _ cells: inout [Cell], _ amounts: [FigureName: Contributions], boundBy earlier: EarlierRelease
    ) throws {
        let table = try AmountTable(cells, amounts, areas, segments)
        let levels = table.amounts.map { rules.protectionLevel(of: $0) }
        let sensitive = table.figures.indices.filter { levels[$0] > 0 }
        guard !sensitive.isEmpty else { return }
        let system = try table.system()
        let primary = Dictionary(
            uniqueKeysWithValues: sensitive.map { ($0, Protection.amount(system.values[$0], level: levels[$0])) })
        let knowledge = ContributorKnowledge(
            system, contributors: sensitive.map { table.contributor(to: $0) }, protections: primary)
        for place in sensitive where !cells[table.figures[place]].isHidden {
            cells[table.figures[place]].hide(.confidential)
        }
        for place in try secondary(table, system, primary, knowledge, cells, earlier) {
            cells[table.figures[place]].hide(.complement)
        }
        let hidden = table.hidden(cells)
        let unsafe = try Attacker(system).verdict(hidden: hidden, for: primary, knowing: knowledge).unsafe
        guard unsafe.isEmpty else { throw DisclosureError.cannotBeProtected(cells: unsafe.map { system.names[$0] }) }
    }

    private func secondary(
        _ table: AmountTable, _ system: TableSystem, _ primary: [Int: Protection], _ knowledge: ContributorKnowledge,
        _ cells: [Cell], _ earlier: EarlierRelease
    ) throws(TableSystemError) -> [Int] {
        let hidden = table.hidden(cells)
        // The whole region goes last.
        for regionToo in [false, true] {
            let mayHide = system.names.indices.map { place -> Bool in
                guard table.figures.indices.contains(place), !hidden[place] else { return false }
                let name = cells[table.figures[place]].figure.name
                return !earlier.wasShown(name.rowID) && (regionToo || !name.area.isEmpty || !name.segment.isEmpty)
            }
            var problem = SuppressionProblem(
                system, primary: primary, alreadyHidden: Set(hidden.indices.filter { hidden[$0] }), mayHide: mayHide,
                cost: .value)
            problem.knowledge = knowledge
            do { return try problem.choice().secondary } catch {
                guard case .cannotBeProtected = error, !regionToo else { throw error }
            }
        }
        return []
    }
}

/// The sums behind the means of one question, and how they add up.
private struct AmountTable {
    /// Index of the figure of each sum. What is left over of a total comes behind these.
    let figures: [Int]
    let amounts: [Contributions]
    private var names: [String]
    private var values: [Double]
    private var relations: [TableSystem.Relation] = []

    init(
        _ cells: [Cell], _ amounts: [FigureName: Contributions], _ areas: [String], _ segments: [String]
    ) throws(DisclosureError) {
        let means = cells.indices.filter { cells[$0].figure.name.statistic == .mean }
        figures = means
        var own: [Contributions] = []
        for index in means {
            guard let amount = amounts[cells[index].figure.name], amount.total.isFinite, amount.total >= 0 else {
                throw .badFigure(rowID: cells[index].figure.name.rowID)
            }
            own.append(amount)
        }
        self.amounts = own
        names = means.map { cells[$0].figure.name.rowID }
        values = own.map(\.total)
        var place: [GroupedCells.Key: Int] = [:]
        for (at, index) in means.enumerated() {
            let name = cells[index].figure.name
            place[.init(area: name.area, segment: name.segment)] = at
        }
        let keys = means.map { cells[$0].figure.name }.map { GroupedCells.Key(area: $0.area, segment: $0.segment) }
        for (at, key) in keys.enumerated() {
            if key.area.isEmpty { add(areas.compactMap { place[.init(area: $0, segment: key.segment)] }, total: at) }
            if key.segment.isEmpty { add(segments.compactMap { place[.init(area: key.area, segment: $0)] }, total: at) }
        }
    }

    /// Parts and what is left over make the total.
    private mutating func add(_ parts: [Int], total: Int) {
        guard !parts.isEmpty else { return }
        let rest = values[total] - parts.reduce(0) { $0 + values[$1] }
        // Sums of the same numbers in another order differ by their rounding.
        guard rest > 1e-9 * values[total] else {
            relations.append(.init(parts: parts, total: total))
            return
        }
        names.append("rest|\(names[total])")
        values.append(rest)
        relations.append(.init(parts: parts + [values.count - 1], total: total))
    }

    func system() throws(TableSystemError) -> TableSystem {
        try TableSystem(names: names, values: values, relations: relations, isWhole: false)
    }

    func hidden(_ cells: [Cell]) -> [Bool] {
        values.indices.map { figures.indices.contains($0) && cells[figures[$0]].isHidden }
    }

    func contributor(to place: Int) -> Contributor {
        let amount = amounts[place]
        if amount.isOfOne { return .alone(in: place, value: amount.total) }
        return .largest(in: place, contribution: amount.largest.first ?? 0)
    }
}
