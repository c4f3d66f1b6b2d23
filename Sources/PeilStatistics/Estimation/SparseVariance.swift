internal import PeilNumerics

/// Variances of groups' columns and of groups beside the rest, at the cost of each group's own units.
///
/// A column's total in a unit is t = s − AᵀB: s from the group's rows, 0 in most units; A the unit's auxiliaries and B the
/// regression on them, where weights are calibrated. A group beside the rest is (∇own + ∇rest)ᵀT(group) − ∇restᵀT(all):
/// such a column less a combination of few that all contrasts share. With ⟨x, y⟩ = Σₕ fₕ Σᵢ (xᵢ − x̄ₕ)(yᵢ − ȳₕ),
///
///     V̂ = ⟨t, t⟩ = ⟨s, s⟩ − 2 Bᵀ⟨A, s⟩ + Bᵀ⟨A, A⟩B,
///
/// where ⟨A, A⟩ is known once and ⟨A, s⟩ touches the group's units alone. Sums of squares lose digits where little is left
/// of large terms; such columns are found by the size of their terms and summed unit by unit.
struct SparseVariance {
    private let basis: VarianceBasis
    private let treatment: StageTreatment
    private let stage: SampleDesign.Stage
    private let cells: CellTotals
    private let cellStart: [Int]
    private let fitted: FittedParts?
    /// Shared columns by unit and by stratum, before what is fitted; `basis.shared.count` each.
    private let sharedOfUnit: [Double]
    private let sharedOfStratum: [Double]
    /// Products of the shared columns.
    private let sharedProducts: [Double]
    private let blocks: ParallelBlocks

    /// nil where a variance is not defined, or where the walk over all units is as cheap.
    init?(
        _ engine: VarianceEngine, _ columns: VarianceColumns, _ cells: CellTotals, _ stage: SampleDesign.Stage,
        _ calibrated: CalibratedTotals?, ofStage number: Int, _ blocks: ParallelBlocks
    ) {
        self.cells = cells
        self.stage = stage
        self.blocks = blocks
        let basis = VarianceBasis(columns)
        self.basis = basis
        cellStart = cells.groupStart(count: columns.groupCount)
        let shared = basis.sharedTotals(cells, unitCount: stage.unitCount)
        let width = basis.shared.count
        let known = calibrated?.parts.stages[number]
        treatment =
            known?.products.value.treatment
            ?? StageTreatment(engine, stage, occupied: Self.occupied(cells, stage))
        guard treatment.isDefined else { return nil }
        var ofStratum = [Double](repeating: 0, count: stage.strata.count * width)
        for stratum in stage.strata.indices where width > 0 {
            for unit in treatment.units(stratum) {
                for e in 0..<width { ofStratum[stratum * width + e] += shared[unit * width + e] }
            }
        }
        (sharedOfUnit, sharedOfStratum) = (shared, ofStratum)
        fitted = calibrated.flatMap { calibrated in
            known.map { FittedParts(calibrated, basis, $0.units.value, $0.products.value, shared: shared, ofStratum) }
        }
        sharedProducts = Self.products(sharedOfUnit, ofStratum, width, treatment, fitted, basis)
    }

    /// Units with an answer in each stratum.
    private static func occupied(_ cells: CellTotals, _ stage: SampleDesign.Stage) -> [Int] {
        var isSeen = [Bool](repeating: false, count: stage.unitCount)
        var result = [Int](repeating: 0, count: stage.strata.count)
        for cell in 0..<cells.cellCount where cells.counts[cell] > 0 {
            let unit = Int(cells.units[cell])
            if !isSeen[unit] { result[Int(stage.stratumOfUnit[unit])] += 1 }
            isSeen[unit] = true
        }
        return result
    }

    /// ⟨t, t′⟩ of the shared columns.
    private static func products(
        _ ofUnit: [Double], _ ofStratum: [Double], _ width: Int, _ treatment: StageTreatment, _ fitted: FittedParts?,
        _ basis: VarianceBasis
    ) -> [Double] {
        var result = [Double](repeating: 0, count: width * width)
        for (stratum, factor) in treatment.ownFactors.enumerated() where factor != 0 && width > 0 {
            let own = treatment.units(stratum)
            for e in 0..<width {
                for f in 0..<width {
                    let (a, b) = (ofStratum[stratum * width + e], ofStratum[stratum * width + f])
                    let (meanA, meanB) = (a / Double(own.count), b / Double(own.count))
                    var sum = 0.0
                    for unit in own { sum += (ofUnit[unit * width + e] - meanA) * (ofUnit[unit * width + f] - meanB) }
                    result[e * width + f] += factor * sum
                }
            }
        }
        guard let fitted else { return result }
        for e in 0..<width {
            for f in 0..<width {
                let (a, b) = (basis.place(shared: e), basis.place(shared: f))
                result[e * width + f] +=
                    fitted.quadratic(a, b) - fitted.along(a, fitted.sharedCross(f))
                    - fitted.along(b, fitted.sharedCross(e))
            }
        }
        return result
    }

    /// V̂ of every column, the groups' own first; nil where so many lose digits that the walk is cheaper.
    func variances() -> [Double]? {
        let parts = blocks.map((basis.groupCount + Self.groupsTogether - 1) / Self.groupsTogether) { block in
            var sums = GroupSums(
                width: basis.perGroup, shared: basis.shared.count, auxiliaries: fitted?.auxiliaryCount ?? 0)
            let first = block * Self.groupsTogether
            return (first..<min(first + Self.groupsTogether, basis.groupCount)).map {
                self.variances(ofGroup: $0, &sums)
            }
        }.flatMap { $0 }
        let doubtful = parts.indices.flatMap { group in
            parts[group].indices.filter { parts[group][$0].isDoubtful }.map { (group, $0) }
        }
        guard doubtful.count <= max(8, basis.columnCount / 8) else { return nil }
        var result = [Double](repeating: 0, count: basis.columnCount)
        for (group, part) in parts.enumerated() {
            for (place, value) in part.enumerated() { result[basis.column(group, place)] = value.variance }
        }
        let exact = blocks.map(doubtful.count) { treatment.spread(self.ofUnits(doubtful[$0].0, doubtful[$0].1)) }
        for (found, (group, place)) in zip(exact, doubtful) { result[basis.column(group, place)] = found }
        addAroundFamilies(to: &result)
        return result
    }

    // MARK: One group

    private struct Found: Sendable {
        let variance: Double
        let isDoubtful: Bool

        /// Below this share of its terms a variance has lost digits: 2⁻⁵³ over it stays under 10⁻¹².
        private static let leastShare = 1e-3
        /// Terms this small beside the totals they are made of are rounding themselves.
        private static let rounding = 1e-24

        init(_ spread: Double, _ magnitude: Double, raw: Double) {
            variance = max(0, spread)
            isDoubtful =
                magnitude > Self.rounding * raw && magnitude > 0 && !(spread >= Self.leastShare * magnitude)
        }
    }

    /// Groups whose sums are made in the same room; a constant, so that blocks do not depend on threads.
    private static let groupsTogether = 16

    /// The columns of one group: its own parameters, then those beside the rest.
    private func variances(ofGroup group: Int, _ sums: inout GroupSums) -> [Found] {
        let shared = basis.shared.count
        sums.clear()
        var cell = cellStart[group]
        while cell < cellStart[group + 1] {
            let stratum = Int(stage.stratumOfUnit[Int(cells.units[cell])])
            let factor = treatment.ownFactors[stratum]
            sums.startStratum()
            while cell < cellStart[group + 1], Int(stage.stratumOfUnit[Int(cells.units[cell])]) == stratum {
                if cells.counts[cell] > 0, factor != 0 {
                    basis.values(group, cells.totals, at: cell * cells.basicCount, to: &sums)
                    let unit = Int(cells.units[cell])
                    sums.add(factor, sharedOfUnit, at: unit * shared)
                    if let fitted { sums.add(factor, fitted.units, unit) }
                }
                cell += 1
            }
            guard factor != 0 else { continue }
            sums.centre(factor / Double(treatment.units(stratum).count), sharedOfStratum, at: stratum * shared)
            if let fitted {
                sums.subtractMean(factor / Double(treatment.units(stratum).count), fitted.products.ofStratum, stratum)
            }
        }
        return found(group, sums)
    }

    private func found(_ group: Int, _ sums: GroupSums) -> [Found] {
        let shared = basis.shared.count
        var spreads: [Double] = []
        var magnitudes: [Double] = []
        for i in 0..<basis.perGroup {
            var (spread, magnitude) = (sums.squares[i], sums.magnitudes[i])
            if let fitted {
                let own = basis.place(group, i)
                let cross = fitted.along(own, sums.cross(i))
                spread += fitted.quadratic(own, own) - 2 * cross
                magnitude += 2 * abs(cross) + fitted.bound(own)
            }
            spreads.append(spread)
            magnitudes.append(magnitude)
        }
        var result = basis.plainPlaces.map { i in Found(spreads[i], magnitudes[i], raw: sums.raw[i]) }
        for (j, weights) in basis.contrasts(group).enumerated() {
            let i = basis.contrastPlace(j)
            var spread = spreads[i]
            var root = magnitudes[i].squareRoot()
            for e in 0..<shared where weights[e] != 0 {
                var product = sums.crossed[i * shared + e]
                if let fitted {
                    let (own, other) = (basis.place(group, i), basis.place(shared: e))
                    product +=
                        fitted.quadratic(own, other) - fitted.along(other, sums.cross(i))
                        - fitted.along(own, fitted.sharedCross(e))
                }
                spread -= 2 * weights[e] * product
                for f in 0..<shared { spread += weights[e] * weights[f] * sharedProducts[e * shared + f] }
                root += abs(weights[e]) * sharedMagnitude(e).squareRoot()
            }
            result.append(Found(spread, root * root, raw: sums.raw[i]))
        }
        return result
    }

    private func sharedMagnitude(_ e: Int) -> Double {
        let own = sharedProducts[e * basis.shared.count + e]
        return abs(own) + (fitted.map { $0.bound(basis.place(shared: e)) } ?? 0)
    }

    // MARK: Unit by unit

    /// What a column's shared part and fitted part come to: coefficients of the shared columns, and B.
    private func parts(_ group: Int, _ place: Int) -> (shared: [Double], fitted: [Double]) {
        let weights = basis.sharedWeights(group, place)
        guard let fitted else { return (weights, []) }
        var coefficients = Array(fitted.coefficients(basis.place(group, place)))
        for (e, weight) in weights.enumerated() where weight != 0 {
            for (index, value) in fitted.coefficients(basis.place(shared: e)).enumerated() {
                coefficients[index] -= weight * value
            }
        }
        return (weights, coefficients)
    }

    /// A column's total in every unit.
    private func ofUnits(_ group: Int, _ place: Int) -> [Double] {
        let (weights, coefficients) = parts(group, place)
        var result = [Double](repeating: 0, count: stage.unitCount)
        for unit in result.indices { result[unit] = outside(unit, weights, coefficients) }
        for cell in cellStart[group]..<cellStart[group + 1] where cells.counts[cell] > 0 {
            result[Int(cells.units[cell])] += basis.value(group, place, cells.totals, at: cell * cells.basicCount)
        }
        return result
    }

    /// A column's total in a unit without the group's rows.
    private func outside(_ unit: Int, _ weights: [Double], _ coefficients: [Double]) -> Double {
        var sum = 0.0
        for (e, weight) in weights.enumerated() where weight != 0 {
            sum -= weight * sharedOfUnit[unit * weights.count + e]
        }
        guard let units = fitted?.units else { return sum }
        for entry in units.entries(unit) { sum -= units.values[entry] * coefficients[Int(units.columns[entry])] }
        return sum
    }

    /// Strata whose units are measured around the mean of the strata beside them: few, so column by column.
    private func addAroundFamilies(to result: inout [Double]) {
        guard !treatment.aroundFamily.isEmpty else { return }
        let places = (0..<basis.groupCount).flatMap { group in
            (0..<basis.perGroup).map { (group, $0) }
        }
        let added = blocks.map(places.count) { index in
            let (group, place) = places[index]
            let ofUnit = self.ofUnits(group, place)
            return treatment.aroundFamily.reduce(0) { sum, own in
                let family = treatment.units(own.family)
                let centre = family.reduce(0) { $0 + ofUnit[$1] } / Double(own.units)
                return sum + own.factor
                    * treatment.units(own.stratum).reduce(0) {
                        $0 + (ofUnit[$1] - centre) * (ofUnit[$1] - centre)
                    }
            }
        }
        for (value, (group, place)) in zip(added, places) { result[basis.column(group, place)] += value }
    }
}
