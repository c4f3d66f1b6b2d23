/// Keeps the sum of the answers of a hidden group open, where the means and bases of others would tell it.
///
/// A printed mean m of a weighted base W is a sum of answers S = m·W, and sums add up over areas and segments. The
/// reader is taken to know every weighted base, also of hidden groups (areas have public numbers of people), so that of a
/// question with answers from a to b the unknowns are the sums above the lowest, X = S − a·W, with 0 ≤ X ≤ (b − a)·W. Of a
/// printed group X is known as finely as half of its rounding.
///
/// Of a group of 1 to 9 respondents X must stay open by b − a times the weight of one of them: as long as it does,
/// whoever knows the answers of all others in the group can still not tell whether the last one gave the lowest answer or the
/// highest. A mean at the end of its scale is the case where sums tell most: where two hidden groups
/// together all gave the highest answer, each of them did.
struct MeanProtection {
    let rules: DisclosureRules
    let areas: [String]
    let segments: [String]
    /// Lowest and highest answer.
    let answers: ClosedRange<Double>

    /// Hides groups besides; the region last.
    /// - Parameter cells: the means of one question, decided.
    func protect(_ cells: inout [Cell], boundBy earlier: EarlierRelease) throws(TableSystemError) {
        let groups = GroupedCells(cells)
        let sums = HiddenSums(cells, groups, rules, answers)
        guard !sums.primary.isEmpty else { return }
        let system = try sums.system(areas, segments)
        let wasShown = groups.keys.map { key in
            groups.cells[key, default: []].contains { earlier.wasShown(cells[$0].figure.name.rowID) }
        }
        for regionToo in [false, true] {
            let mayHide = groups.keys.indices.map { !wasShown[$0] && (regionToo || !groups.keys[$0].isRegion) }
            let problem = SuppressionProblem(
                system, primary: sums.primary, alreadyHidden: sums.hidden,
                // Sums themselves are never printed.
                mayHide: groups.keys.map { _ in false } + mayHide, cost: .value)
            do throws(TableSystemError) {
                let choice = try problem.choice()
                for place in choice.secondary { groups.hide(groups.keys[place - groups.keys.count], &cells) }
                let unsafe = choice.verdict.unsafe
                guard unsafe.isEmpty else { throw .cannotBeProtected(cells: unsafe.map { system.names[$0] }) }
                return
            } catch {
                guard case .cannotBeProtected = error, !regionToo else { throw error }
            }
        }
    }
}

/// Sums of answers by group, and what print says of them: cells g are sums, cells count + g are print.
private struct HiddenSums {
    private let keys: [GroupedCells.Key]
    private let names: [String]
    /// X ÷ (b − a), in respondents of ordinary weight; nil where no sum is known.
    private var sums: [Double?] = []
    private var bases: [Double] = []
    /// Middle and half width of what print leaves of a sum.
    private var printed: [(middle: Double, half: Double)] = []
    private(set) var primary: [Int: Protection] = [:]
    private(set) var hidden: Set<Int> = []

    init(_ cells: [Cell], _ groups: GroupedCells, _ rules: DisclosureRules, _ answers: ClosedRange<Double>) {
        keys = groups.keys
        names = keys.map { "\($0.area)|\($0.segment)" }
        let width = answers.upperBound - answers.lowerBound
        let figures = keys.map { cells[groups.cells[$0, default: []][0]].figure }
        let largest = figures.max { $0.base < $1.base }
        let unit = (largest?.weightedBase ?? 0) / Double(max(1, largest?.base ?? 1))
        for (place, figure) in figures.enumerated() {
            let base = unit > 0 ? (figure.weightedBase ?? 0) / unit : 0
            let isKnown = base > 0 && width > 0
            let share = isKnown ? min(1, max(0, (figure.estimate - answers.lowerBound) / width)) : 0
            sums.append(isKnown ? share * base : nil)
            bases.append(base)
            printed.append(Self.printed(figure, share, base, width, rules))
            hidden.insert(place)
            guard groups.isHidden(keys[place], cells) else { continue }
            hidden.insert(keys.count + place)
            guard isKnown, figure.base > 0, figure.base < rules.minimumFrequency else { continue }
            primary[place] = Protection(
                lowAtMost: share * base, highAtLeast: share * base, width: base / Double(figure.base))
        }
    }

    private static func printed(
        _ figure: Figure, _ share: Double, _ base: Double, _ width: Double, _ rules: DisclosureRules
    ) -> (middle: Double, half: Double) {
        guard width > 0 else { return (0, 0) }
        let step = figure.base >= rules.indicativeBase ? rules.tableMeanStep : rules.meanStep
        // Margins and tests say something of the mean too: it is taken to be known twice as finely.
        let center = (rounded(figure.estimate, to: step) - figure.estimate) / width
        let half = step / 2 / width
        let least = max(0, share + max(center - half, -half / 2))
        let most = min(1, share + min(center + half, half / 2))
        return (base * (least + most) / 2, base * max(0, most - least) / 2)
    }

    func system(_ areas: [String], _ segments: [String]) throws(TableSystemError) -> TableSystem {
        let place = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
        var relations: [TableSystem.Relation] = []
        for key in keys {
            let inside = [
                key.area.isEmpty ? areas.map { GroupedCells.Key(area: $0, segment: key.segment) } : [],
                key.segment.isEmpty ? segments.map { GroupedCells.Key(area: key.area, segment: $0) } : []
            ]
            for members in inside {
                if let sum = sum(members.compactMap { place[$0] }, of: place[key]) { relations.append(sum) }
            }
        }
        // Print lies one base above the sum, so that what a cell costs is mostly the size of its group.
        for place in keys.indices where sums[place] != nil {
            let half = printed[place].half
            relations.append(
                .init([(place, 1), (keys.count + place, -1)], from: -bases[place] - half, to: half - bases[place]))
        }
        return try TableSystem(
            names: names + names.map { "print|\($0)" },
            values: keys.indices.map { value($0) } + keys.indices.map { printed[$0].middle + bases[$0] },
            relations: relations, isWhole: false, upper: bases + bases.map { _ in .infinity })
    }

    private func value(_ place: Int) -> Double { sums[place] ?? 0 }

    /// Parts and what is left over, which is taken to be known.
    private func sum(_ parts: [Int], of total: Int?) -> TableSystem.Relation? {
        guard let total, sums[total] != nil, !parts.isEmpty, parts.allSatisfy({ sums[$0] != nil }) else { return nil }
        let rest = value(total) - parts.reduce(0) { $0 + value($1) }
        return .init(parts.map { ($0, 1) } + [(total, -1)], from: -rest, to: -rest)
    }
}
