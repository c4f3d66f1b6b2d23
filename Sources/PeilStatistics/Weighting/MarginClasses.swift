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
    /// Each gets a category drawn from the design-weighted distribution of the others, for weighting only; their
    /// answers stay absent. With identifiers the draw of a person does not depend on the order of rows.
    case imputed(seed: UInt64, identifiers: [String]?)
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
        case .imputed(let seed, let identifiers):
            guard outsideCount > 0 else { return (self, 0) }
            return (withDrawnClasses(weights, seed, identifiers), outsideCount)
        }
    }

    /// A class for each row outside, with chances as the weights of the classes. One stream a person.
    private func withDrawnClasses(_ weights: [Double], _ seed: UInt64, _ identifiers: [String]?) -> MarginClasses {
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: names.count)
        for row in weights.indices where classOfRow[row] >= 0 { sums[Int(classOfRow[row])].add(weights[row]) }
        let chances = sums.map { max(0, $0.value) }
        guard chances.contains(where: { $0 > 0 }) else { return self }
        let random = StableRandom(seed: seed).stream("imputed for weighting: \(variable)")
        var classes = classOfRow
        for row in classes.indices where classes[row] < 0 {
            var own = identifiers.map { random.stream($0[row]) } ?? random.stream(UInt64(row))
            classes[row] = Int32(own.choice(weights: chances))
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
