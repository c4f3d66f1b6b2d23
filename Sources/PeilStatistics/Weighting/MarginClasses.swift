internal import PeilNumerics

/// One set of controls: the class of each row and the population total of each class. Without `values` the totals
/// count persons (a margin); with them they are totals of a numeric variable, in all or per class (per domain).
public struct MarginClasses: Sendable {
    public let variable: String
    public let names: [String]
    /// −1 for rows that this margin does not hold.
    public let classOfRow: [Int32]
    /// Persons in the population, or population total of the variable, per class.
    public let totals: [Double]
    /// The numeric variable of each row; nil for 1.
    public let values: [Double]?
    public let outside: OutsideMargin

    public init(
        variable: String, names: [String], classOfRow: [Int32], totals: [Double], values: [Double]? = nil,
        outside: OutsideMargin = .leftAlone
    ) {
        precondition(names.count == totals.count, "a total for each class")
        precondition(values.map { $0.count == classOfRow.count } ?? true, "a value for each row")
        self.variable = variable
        self.names = names
        self.classOfRow = classOfRow
        self.totals = totals
        self.values = values
        self.outside = outside
    }

    /// The population total of a numeric variable.
    public static func numeric(_ variable: String, _ values: [Double], total: Double) -> MarginClasses {
        MarginClasses(
            variable: variable, names: [variable], classOfRow: [Int32](repeating: 0, count: values.count),
            totals: [total], values: values)
    }

    /// The number of persons in the population.
    public static func everyone(rowCount: Int, total: Double) -> MarginClasses {
        MarginClasses(
            variable: "(all)", names: ["(all)"], classOfRow: [Int32](repeating: 0, count: rowCount), totals: [total])
    }

    func control(_ index: Int) -> WeightingError.Control { .init(variable, names[index]) }

    /// Every row counts once in one class.
    var holdsEveryRow: Bool { values == nil && !classOfRow.contains { $0 < 0 } }

    // MARK: Collapsing

    /// Categories joined as declared, their totals added; a joined category is named by its parts. Kalton & Flores-
    /// Cervantes 2003 on when to collapse.
    public func collapsing(_ groups: [[String]]) throws(WeightingError) -> MarginClasses {
        var target = Array(names.indices)
        for group in groups {
            var members: [Int] = []
            for name in group {
                guard let index = names.firstIndex(of: name) else {
                    throw .unknownCollapse(margin: variable, category: name)
                }
                members.append(index)
            }
            guard let first = members.min() else { continue }
            for member in members { target[member] = target[first] }
        }
        let kept = names.indices.filter { target[$0] == $0 }
        var place = [Int32](repeating: 0, count: names.count)
        for (position, index) in kept.enumerated() {
            for member in names.indices where target[member] == index { place[member] = Int32(position) }
        }
        func members(_ index: Int) -> [Int] { names.indices.filter { target[$0] == index } }
        return MarginClasses(
            variable: variable, names: kept.map { members($0).map { names[$0] }.joined(separator: " + ") },
            classOfRow: classOfRow.map { $0 < 0 ? $0 : place[Int($0)] },
            totals: kept.map { index in CompensatedSum.of(members(index).map { totals[$0] }) }, values: values,
            outside: outside)
    }
}

/// What happens to rows that a margin does not hold (no answer to the weighting question). Nobody is dropped.
public enum OutsideMargin: Sendable, Equatable {
    /// Their weight follows from the other margins alone, as for the categories that a margin does not control.
    case leftAlone
    /// They are an error.
    case refused
    /// They form a class of their own with their design-weighted share; the totals shrink by it, so that their sum stays.
    case keepTheirShare
    /// As `keepTheirShare`, within each group of rows by itself: who has a municipality and no age takes the share of that
    /// municipality, whose own total then stays.
    case keepTheirShareWithin(OutsideGroups)
    /// Each gets a category drawn from the design-weighted distribution of the others, for weighting only; their
    /// answers stay absent. With identifiers the draw of a person does not depend on the order of rows.
    case imputed(seed: UInt64, identifiers: [String]?)
    /// As `imputed`, within each group of rows by itself: whose municipality is known stays in it.
    case imputedWithin(OutsideGroups, seed: UInt64, identifiers: [String]?)
}

/// The groups within which rows outside a margin keep their share.
public struct OutsideGroups: Sendable, Equatable {
    public let names: [String]
    /// −1 for rows whose group is not known either.
    public let groupOfRow: [Int32]
    /// The group in which each class of the margin lies.
    public let groupOfClass: [Int32]

    public init(names: [String], groupOfRow: [Int32], groupOfClass: [Int32]) {
        self.names = names
        self.groupOfRow = groupOfRow
        self.groupOfClass = groupOfClass
    }
}

extension MarginClasses {
    /// The margin as it is met: rows outside treated as declared.
    /// - Parameter weights: design weights, from which the share of the rows outside is taken.
    /// - Returns: the margin, and how many rows with weight are outside.
    func prepared(_ weights: [Double]) throws(WeightingError) -> (margin: MarginClasses, outside: Int) {
        var outsideCount = 0
        for row in classOfRow.indices where classOfRow[row] < 0 && weights[row] != 0 { outsideCount += 1 }
        switch outside {
        case .leftAlone: return (self, outsideCount)
        case .refused:
            guard outsideCount == 0 else { throw .outsideMargin(margin: variable, count: outsideCount) }
            return (self, 0)
        case .keepTheirShare:
            guard outsideCount > 0 else { return (self, 0) }
            return (withShareOfOutside(weights), outsideCount)
        case .keepTheirShareWithin(let groups):
            guard outsideCount > 0 else { return (self, 0) }
            try refuseWithoutGroup(groups, weights)
            return (withShares(within: groups, weights), outsideCount)
        case .imputed(let seed, let identifiers):
            guard outsideCount > 0 else { return (self, 0) }
            return (withDrawnClasses(weights, seed, identifiers), outsideCount)
        case .imputedWithin(let groups, let seed, let identifiers):
            guard outsideCount > 0 else { return (self, 0) }
            try refuseWithoutGroup(groups, weights)
            return (withDrawnClasses(weights, seed, identifiers, within: groups), outsideCount)
        }
    }

    private func refuseWithoutGroup(_ groups: OutsideGroups, _ weights: [Double]) throws(WeightingError) {
        let lost = weights.indices.count { classOfRow[$0] < 0 && groups.groupOfRow[$0] < 0 && weights[$0] != 0 }
        guard lost == 0 else { throw .outsideMargin(margin: variable, count: lost) }
    }

    /// A class for each row outside, with chances as the weights of the classes, of its own group where there are
    /// groups. One stream a person. A row of a group in which nobody has a class keeps none.
    private func withDrawnClasses(
        _ weights: [Double], _ seed: UInt64, _ identifiers: [String]?, within groups: OutsideGroups? = nil
    ) -> MarginClasses {
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: names.count)
        for row in weights.indices where classOfRow[row] >= 0 { sums[Int(classOfRow[row])].add(weights[row]) }
        let all = sums.map { max(0, $0.value) }
        let chancesOfGroup = (groups?.names.indices).map { indices in
            indices.map { group in zip(all, groups?.groupOfClass ?? []).map { $1 == Int32(group) ? $0 : 0 } }
        }
        let random = StableRandom(seed: seed).stream("imputed for weighting: \(variable)")
        var classes = classOfRow
        for row in classes.indices where classes[row] < 0 {
            let group = Int(groups?.groupOfRow[row] ?? -1)
            let chances = group >= 0 ? chancesOfGroup?[group] ?? all : all
            guard chances.contains(where: { $0 > 0 }) else { continue }
            var own = identifiers.map { random.stream($0[row]) } ?? random.stream(UInt64(row))
            classes[row] = Int32(own.choice(weights: chances))
        }
        return MarginClasses(variable: variable, names: names, classOfRow: classes, totals: totals, values: values)
    }

    /// T_c (1 − s_g) for the classes of group g and s_g ΣT_c for its rows outside, s_g their share of its design weights.
    private func withShares(within groups: OutsideGroups, _ weights: [Double]) -> MarginClasses {
        var all = [CompensatedSum](repeating: CompensatedSum(), count: groups.names.count)
        var without = all
        for row in weights.indices where groups.groupOfRow[row] >= 0 {
            all[Int(groups.groupOfRow[row])].add(weights[row])
            if classOfRow[row] < 0 { without[Int(groups.groupOfRow[row])].add(weights[row]) }
        }
        let shares = zip(all, without).map { $0.value > 0 ? $1.value / $0.value : 0 }
        var names = names
        var totals = zip(self.totals, groups.groupOfClass).map { $0 * (1 - shares[Int($1)]) }
        var classOfGroup = [Int32](repeating: -1, count: groups.names.count)
        for group in groups.names.indices where shares[group] > 0 {
            let own = self.totals.indices.filter { groups.groupOfClass[$0] == Int32(group) }
            classOfGroup[group] = Int32(names.count)
            names.append("\(groups.names[group]) × (no answer)")
            totals.append(CompensatedSum.of(own.map { self.totals[$0] }) * shares[group])
        }
        let classes = classOfRow.indices.map { row in
            classOfRow[row] >= 0 || groups.groupOfRow[row] < 0
                ? classOfRow[row] : classOfGroup[Int(groups.groupOfRow[row])]
        }
        return MarginClasses(variable: variable, names: names, classOfRow: classes, totals: totals, values: values)
    }

    /// T_c (1 − s) for the classes and s ΣT for the rows outside, s their share of the design weights.
    private func withShareOfOutside(_ weights: [Double]) -> MarginClasses {
        var all = CompensatedSum()
        var without = CompensatedSum()
        for row in weights.indices {
            all.add(weights[row])
            if classOfRow[row] < 0 { without.add(weights[row]) }
        }
        let share = all.value > 0 ? without.value / all.value : 0
        let extra = Int32(names.count)
        return MarginClasses(
            variable: variable, names: names + ["(no answer)"], classOfRow: classOfRow.map { $0 < 0 ? extra : $0 },
            totals: totals.map { $0 * (1 - share) } + [CompensatedSum.of(totals) * share], values: values)
    }
}
