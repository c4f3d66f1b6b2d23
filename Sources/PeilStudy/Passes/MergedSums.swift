import PeilNumerics
import PeilStatistics
import PeilTable

/// The sums of all partitions in the form in which items ask for them: what stands in the place of the rows of a table.
final class MergedSums: Sendable {
    let plan: PassPlan
    let state: PassState
    let design: MergedDesign
    private let arranged: [ArrangedSums]

    init(_ state: PassState, _ plan: PassPlan, _ design: MergedDesign) {
        self.plan = plan
        self.state = state
        self.design = design
        arranged = plan.arrangements.indices.map { index in
            ArrangedSums(state.arrangements[index], plan.arrangements[index], state.kinds, design)
        }
    }

    /// An estimator with its sums.
    struct Ready {
        let estimator: any PartitionedEstimator
        let sums: Estimation.Prepared
    }

    private func place(_ item: PlanItem, _ purpose: SumRequest.Purpose) -> (arrangement: Int, sum: Int)? {
        for (index, arrangement) in plan.arrangements.enumerated() {
            if let sum = arrangement.sums.firstIndex(where: { $0.item.id == item.id && $0.purpose == purpose }) {
                return (index, sum)
            }
        }
        return nil
    }

    func ready(_ item: PlanItem, _ purpose: SumRequest.Purpose = .estimates) throws -> Ready? {
        guard let (arrangement, sum) = place(item, purpose) else { return nil }
        return try arranged[arrangement].ready(
            plan.arrangements[arrangement].sums[sum], state.arrangements[arrangement].items[sum],
            plan.stagesByItem(state.given))
    }

    func domain(by: [String], in conditions: [RowCondition]) -> GroupedDomain? {
        plan.arrangements.firstIndex { $0.by == by && $0.domain == conditions }.map { arranged[$0].domain }
    }

    /// n/(n−1)·Σw(y−ȳ)²/Σw of each variable, per group, over rows that answered all.
    func unitVariances(_ item: PlanItem, estimation: Estimation, over domain: GroupedDomain) throws -> [[Double?]]? {
        guard let ready = try ready(item, .unitVariances) else { return nil }
        let result = try estimation.estimate(ready.estimator, over: domain, sums: ready.sums)
        // Of the pairs of variables those of a variable with itself.
        let own = item.variables.indices.map { j in j * item.variables.count - j * (j - 1) / 2 }
        return (0..<domain.grouping.count).map { group in own.map { result.value(group, $0) } }
    }

    /// What is known of the segments of an item, and what the last pass summed for them.
    func segments(_ item: PlanItem) -> (stage: SegmentStage, sums: SegmentSums)? {
        plan.segments.firstIndex { $0.item.id == item.id }.map { (plan.stages(state.given)[$0], state.segments[$0]) }
    }

    func weights() -> JSONValue {
        let (sum, squares) = (state.weights.sums.value(0), state.weights.sums.value(1))
        let count = state.weights.count
        return .object([
            ("n", .integer(count)), ("sum", .number(sum)), ("sum_squares", .number(squares)),
            ("min", .optional(count > 0 ? state.weights.smallest : nil)),
            ("max", .optional(count > 0 ? state.weights.largest : nil)),
            ("first", .numbers(Array(state.partitions.flatMap(\.firstWeights).prefix(10)))),
            ("kish_deff", .optional(sum > 0 ? Double(count) * squares / (sum * sum) : nil))
        ])
    }
}

extension Estimation {
    /// Opens the estimator's type.
    func estimate(
        _ estimator: some SmoothEstimator, over domain: GroupedDomain, sums: Prepared
    ) throws -> GroupedEstimates {
        try estimate(estimator, over: domain, prepared: sums)
    }
}

/// The cells of one arrangement in the order of the merged design: by group, then unit.
private struct ArrangedSums {
    let domain: GroupedDomain
    /// For each cell of units within groups the cells of the state that it joins; the same of auxiliaries.
    private let units: SortedCells
    private let auxiliaries: SortedCells?
    private let rowUnits: MergedDesign.RowUnits?

    init(
        _ sums: ArrangementSums, _ plan: PassPlan.Arrangement, _ kinds: [String: ColumnKind], _ design: MergedDesign
    ) {
        let (grouping, groupOfTuple) = Self.grouping(sums, plan, kinds)
        let all = SortedCells(
            sums.units.first.map { design.unitOfKey[Int($0)] }, sums.units.second.map { groupOfTuple[Int($0)] })
        let presence = MergedPresence(
            units: all.keys, groups: all.groups,
            counts: all.members.map { $0.reduce(0) { $0 + sums.presenceCounts[$1] } },
            weights: all.members.map { sums.presence.total(of: $0) }, rowsAreUnits: design.rowUnits != nil)
        domain = GroupedDomain(design.design, merged: presence, by: grouping)
        units = all.within(grouping.count)
        rowUnits = design.rowUnits
        auxiliaries =
            design.design.calibration == nil
            ? nil
            : SortedCells(
                sums.auxiliaries.first.map { design.cellOfAuxiliary[Int($0)] },
                sums.auxiliaries.second.map { groupOfTuple[Int($0)] }
            ).within(grouping.count)
    }

    /// The groups in the order of their labels; rows that lack one of the columns are in the group behind the last.
    private static func grouping(
        _ sums: ArrangementSums, _ plan: PassPlan.Arrangement, _ kinds: [String: ColumnKind]
    ) -> (Grouping, [Int32]) {
        guard !plan.by.isEmpty else {
            return (
                Grouping(groupOfRow: [], keys: [[]], variables: []), [Int32](repeating: 0, count: sums.groups.count)
            )
        }
        let columns = sums.groups.table((0..<Int32(sums.groups.count)).map { $0 }, kinds: kinds)
        let cross = Grouping.cross(columns.map { ($0.0, $0.1) })
        return (
            Grouping(groupOfRow: [], keys: cross.keys, variables: plan.by),
            cross.groupOfRow.map { $0 < 0 ? Int32(cross.count) : $0 }
        )
    }

    func ready(
        _ request: SumRequest, _ sums: ItemSums, _ stages: [String: SegmentStage]
    ) throws -> MergedSums.Ready? {
        // Sums from several origins are moved to the first of them in order.
        let parts = sums.parts.sorted { $0.origins.lexicographicallyPrecedes($1.origins) }
        let levels = Self.levels(request, parts)
        let origins = parts.first?.origins ?? [Double](repeating: 0, count: request.originCount)
        guard let estimator = try request.estimator(origins: origins, levels: levels, stages) else { return nil }
        let placed = parts.map { part in
            Placed(part, columns: Self.columns(part, levels, before: request.valuesBeforeLevels))
        }
        return MergedSums.Ready(
            estimator: estimator,
            sums: Estimation.Prepared(
                cells: unitTotals(placed, estimator),
                auxiliaries: auxiliaries.map { auxiliaryTotals(placed, estimator, $0) },
                rowUnits: rowUnits.map { own in
                    RowUnitSums(
                        moments: moments(placed, estimator), weights: own.weights, squaredWeights: own.squaredWeights,
                        auxiliaryOfUnit: own.auxiliaries)
                }))
    }

    /// A part, and the place of each of its basic values among those of the estimator.
    private struct Placed {
        let part: ItemSums.Part
        let columns: [Int]
        init(_ part: ItemSums.Part, columns: [Int]) {
            self.part = part
            self.columns = columns
        }
    }

    /// In the order in which levels of a column stand everywhere.
    private static func levels(_ request: SumRequest, _ parts: [ItemSums.Part]) -> [String] {
        guard request.valuesBeforeLevels != nil else { return [] }
        var all = LabelDictionary()
        for part in parts { _ = all.merge(part.levels.labels) }
        return IdentifierColumn(all.labels.map { $0 }).inOrder
    }

    private static func columns(_ part: ItemSums.Part, _ levels: [String], before: Int?) -> [Int] {
        guard let before else { return Array(0..<part.basicCount) }
        var places: [Label: Int] = [:]
        for (place, level) in levels.enumerated() { places[Label(level)] = place }
        return Array(0..<before) + part.levels.labels.map { before + (places[Label($0)] ?? 0) }
    }

    private func unitTotals(_ parts: [Placed], _ estimator: any PartitionedEstimator) -> CellTotals {
        let k = estimator.basicCount
        var counts = [Int](repeating: 0, count: units.keys.count)
        var weights = [Double](repeating: 0, count: counts.count)
        var squares = weights
        var totals = [Double](repeating: 0, count: counts.count * k)
        for placed in parts {
            let (part, width) = (placed.part, placed.part.unitWidth)
            for (cell, members) in units.members.enumerated() {
                let own = members.filter { $0 < part.unitCounts.count && part.unitCounts[$0] > 0 }
                guard !own.isEmpty else { continue }
                counts[cell] += own.reduce(0) { $0 + part.unitCounts[$1] }
                weights[cell] += part.units.total(of: own.map { $0 * width })
                squares[cell] += part.units.total(of: own.map { $0 * width + 1 })
                var values = [Double](repeating: 0, count: k)
                for b in 0..<part.basicCount {
                    values[placed.columns[b]] = part.units.total(of: own.map { $0 * width + 2 + b })
                }
                if parts.count > 1 { values = estimator.moved(values, from: part.origins) }
                for b in 0..<k { totals[cell * k + b] += values[b] }
            }
        }
        return CellTotals(
            basicCount: k, units: units.keys, groups: units.groups, counts: counts, weights: weights,
            squaredWeights: squares, totals: totals)
    }

    /// Second moments from other origins: with t′ = At, Σwt′ = A Σwt and Σt′t′ᵀ = A Σttᵀ Aᵀ.
    private func moments(_ parts: [Placed], _ estimator: any PartitionedEstimator) -> RowMoments {
        let k = estimator.basicCount
        let width = RowMoments.width(k)
        var sums = [Double](repeating: 0, count: units.keys.count * width)
        for placed in parts {
            let part = placed.part
            let moves = parts.count > 1
            for (cell, members) in units.members.enumerated() {
                let own = members.filter { $0 < part.unitCounts.count && part.unitCounts[$0] > 0 }
                guard !own.isEmpty else { continue }
                func sum(_ place: Int) -> Double { part.moments.total(of: own.map { $0 * part.momentWidth + place }) }
                var first = [Double](repeating: 0, count: k)
                var second = [[Double]](repeating: first, count: k)
                for b in 0..<part.basicCount {
                    first[placed.columns[b]] = sum(b)
                    for a in 0...b {
                        let value = sum(part.basicCount + RowMoments.place(a, b))
                        second[placed.columns[a]][placed.columns[b]] = value
                        second[placed.columns[b]][placed.columns[a]] = value
                    }
                }
                if moves {
                    first = estimator.moved(first, from: part.origins)
                    second = second.map { estimator.moved($0, from: part.origins) }.transposed
                        .map { estimator.moved($0, from: part.origins) }
                }
                for b in 0..<k {
                    sums[cell * width + b] += first[b]
                    for a in 0...b { sums[cell * width + k + RowMoments.place(a, b)] += second[a][b] }
                }
            }
        }
        return RowMoments(basicCount: k, sums: sums)
    }

    private func auxiliaryTotals(
        _ parts: [Placed], _ estimator: any PartitionedEstimator, _ cells: SortedCells
    ) -> CellTotals {
        let k = estimator.basicCount
        var counts = [Int](repeating: 0, count: cells.keys.count)
        var totals = [Double](repeating: 0, count: counts.count * k)
        for placed in parts {
            let part = placed.part
            for (cell, members) in cells.members.enumerated() {
                let own = members.filter { $0 < part.auxiliaryCounts.count && part.auxiliaryCounts[$0] > 0 }
                guard !own.isEmpty else { continue }
                counts[cell] += own.reduce(0) { $0 + part.auxiliaryCounts[$1] }
                var values = [Double](repeating: 0, count: k)
                for b in 0..<part.basicCount {
                    values[placed.columns[b]] = part.auxiliaries.total(of: own.map { $0 * part.basicCount + b })
                }
                if parts.count > 1 { values = estimator.moved(values, from: part.origins) }
                for b in 0..<k { totals[cell * k + b] += values[b] }
            }
        }
        let unused = [Double](repeating: 0, count: counts.count)
        return CellTotals(
            basicCount: k, units: cells.keys, groups: cells.groups, counts: counts, weights: unused,
            squaredWeights: unused, totals: totals)
    }
}

/// Cells of a state sorted by group, then key; cells of one key and group are joined.
private struct SortedCells {
    private(set) var keys: [Int32] = []
    private(set) var groups: [Int32] = []
    private(set) var members: [[Int]] = []

    init(_ keyOfCell: [Int32], _ groupOfCell: [Int32]) {
        let order = keyOfCell.indices.sorted { left, right in
            if groupOfCell[left] != groupOfCell[right] { return groupOfCell[left] < groupOfCell[right] }
            return keyOfCell[left] == keyOfCell[right] ? left < right : keyOfCell[left] < keyOfCell[right]
        }
        for cell in order {
            if keys.last == keyOfCell[cell], groups.last == groupOfCell[cell] {
                members[members.count - 1].append(cell)
            } else {
                keys.append(keyOfCell[cell])
                groups.append(groupOfCell[cell])
                members.append([cell])
            }
        }
    }

    /// Without the group of rows that no group holds.
    func within(_ groupCount: Int) -> SortedCells {
        var result = self
        let kept = groups.prefix { Int($0) < groupCount }.count
        result.keys.removeLast(keys.count - kept)
        result.groups.removeLast(groups.count - kept)
        result.members.removeLast(members.count - kept)
        return result
    }
}

extension ExactSums {
    /// The exact sum of several, rounded once: in whatever order they stand.
    fileprivate func total(of indices: [Int]) -> Double {
        if indices.count == 1 { return value(indices[0]) }
        var sum = ExactSums(count: 1)
        for index in indices { sum.add(self, index, at: 0) }
        return sum.value(0)
    }
}

extension IdentifierColumn {
    /// The names in the order of labels.
    fileprivate var inOrder: [String] { Column.identifier(self).coded().labels }
}

extension [[Double]] {
    /// Rows as columns.
    fileprivate var transposed: [[Double]] { indices.map { column in map { $0[column] } } }
}
