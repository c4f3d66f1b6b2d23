internal import PeilNumerics

/// Columns of a variance as few columns per group, which are 0 outside the group's units, and few that all groups share.
struct VarianceBasis: Sendable {
    let groupCount: Int
    private let basicCount: Int
    private let parameters: Int
    private let hasContrasts: Bool
    /// Coefficients of a group's columns on its basic totals, k each: its parameters, then own and rest's together.
    private let own: [Double]
    /// Coefficients of the shared columns on the basic totals of all groups, k each: the mean gradient of the rests, by
    /// parameter, then each basic total by itself. Rests differ little from their mean, so that hardly anything is
    /// left for the basic totals, which are not centred.
    let shared: [[Double]]
    /// ∇rest of each group and parameter in the shared columns.
    private let weights: [[Double]]

    init(_ columns: VarianceColumns) {
        (groupCount, basicCount, parameters) = (columns.groupCount, columns.basicCount, columns.parameters)
        hasContrasts = !columns.contrasts.isEmpty
        let k = columns.basicCount
        var own: [Double] = []
        own.reserveCapacity(columns.groupCount * columns.parameters * k * 2)
        for group in 0..<columns.groupCount {
            for j in 0..<columns.parameters { own += columns.gradient(group, j) }
            for j in 0..<columns.parameters where hasContrasts {
                let rest = columns.contrasts[group * columns.parameters + j].rest
                own += columns.gradient(group, j).enumerated().map { $1 + (rest?[$0] ?? 0) }
            }
        }
        self.own = own
        guard hasContrasts else {
            (shared, weights) = ([], [])
            return
        }
        let means = Self.meanRests(columns)
        shared = means + (0..<k).map { b in (0..<k).map { $0 == b ? 1 : 0 } }
        weights = columns.contrasts.map { contrast in
            var result = [Double](repeating: 0, count: means.count + k)
            guard let rest = contrast.rest else { return result }
            let mean = means[contrast.parameter]
            let length = mean.reduce(0) { $0 + $1 * $1 }
            let along = length > 0 ? zip(rest, mean).reduce(0) { $0 + $1.0 * $1.1 } / length : 0
            result[contrast.parameter] = along
            for b in 0..<k { result[means.count + b] = rest[b] - along * mean[b] }
            return result
        }
    }

    private static func meanRests(_ columns: VarianceColumns) -> [[Double]] {
        (0..<columns.parameters).map { j in
            let rests = columns.contrasts.filter { $0.parameter == j }.compactMap(\.rest)
            return (0..<columns.basicCount).map { b in
                rests.reduce(0) { $0 + $1[b] } / Double(max(1, rests.count))
            }
        }
    }

    // MARK: Places

    /// Columns of a group: in the basis, and as many in the end.
    var perGroup: Int { hasContrasts ? 2 * parameters : parameters }
    var columnCount: Int { groupCount * perGroup }
    /// All columns of the basis.
    var count: Int { groupCount * perGroup + shared.count }

    func place(_ group: Int, _ column: Int) -> Int { group * perGroup + column }
    func place(shared column: Int) -> Int { groupCount * perGroup + column }
    var plainPlaces: Range<Int> { 0..<parameters }
    func contrastPlace(_ parameter: Int) -> Int { parameters + parameter }

    /// The place of a group's final column among those of all: groups first, then contrasts.
    func column(_ group: Int, _ place: Int) -> Int {
        place < parameters
            ? group * parameters + place : groupCount * parameters + group * parameters + (place - parameters)
    }

    /// Weights of the shared columns in each contrast of a group.
    func contrasts(_ group: Int) -> ArraySlice<[Double]> {
        hasContrasts ? weights[group * parameters..<(group + 1) * parameters] : []
    }

    func sharedWeights(_ group: Int, _ place: Int) -> [Double] {
        place < parameters
            ? [Double](repeating: 0, count: shared.count) : weights[group * parameters + place - parameters]
    }

    // MARK: Values

    func value(_ group: Int, _ column: Int, _ totals: [Double], at offset: Int) -> Double {
        let first = place(group, column) * basicCount
        var sum = 0.0
        for b in 0..<basicCount { sum += own[first + b] * totals[offset + b] }
        return sum
    }

    /// A cell's values of its group's columns.
    func values(_ group: Int, _ totals: [Double], at offset: Int, to sums: inout GroupSums) {
        for column in 0..<perGroup {
            let first = place(group, column) * basicCount
            var (sum, size) = (0.0, 0.0)
            for b in 0..<basicCount {
                let term = own[first + b] * totals[offset + b]
                sum += term
                size += abs(term)
            }
            sums.values[column] = sum
            sums.sizes[column] = size
        }
    }

    /// The shared columns in every unit.
    func sharedTotals(_ cells: CellTotals, unitCount: Int) -> [Double] {
        guard hasContrasts else { return [] }
        var result = [Double](repeating: 0, count: unitCount * shared.count)
        for cell in 0..<cells.cellCount where cells.counts[cell] > 0 {
            let target = Int(cells.units[cell]) * shared.count
            for (e, coefficients) in shared.enumerated() {
                var sum = 0.0
                for b in 0..<basicCount { sum += coefficients[b] * cells.totals[cell * basicCount + b] }
                result[target + e] += sum
            }
        }
        return result
    }
}

/// Sums over the units of one group, for all its columns at once.
struct GroupSums {
    /// Of the unit at hand: values, and the sizes of their terms.
    var values: [Double]
    var sizes: [Double]
    /// Over the units of the stratum at hand.
    private var ofStratum: [Double]
    /// ⟨s, s⟩ and the terms it is made of.
    private(set) var squares: [Double]
    private(set) var magnitudes: [Double]
    /// Σ of the squared sizes.
    private(set) var raw: [Double]
    /// ⟨s, shared⟩, and ⟨A, s⟩ column by column.
    private(set) var crossed: [Double]
    private var auxiliaries: [Double]
    private let auxiliaryCount: Int

    init(width: Int, shared: Int, auxiliaries count: Int) {
        values = [Double](repeating: 0, count: width)
        (sizes, ofStratum, squares, magnitudes, raw) = (values, values, values, values, values)
        crossed = [Double](repeating: 0, count: width * shared)
        auxiliaries = [Double](repeating: 0, count: width * count)
        auxiliaryCount = count
    }

    /// As it was before the first group.
    mutating func clear() {
        func clear(_ numbers: inout [Double]) { for i in numbers.indices { numbers[i] = 0 } }
        clear(&squares)
        clear(&magnitudes)
        clear(&raw)
        clear(&crossed)
        clear(&auxiliaries)
    }

    func cross(_ column: Int) -> ArraySlice<Double> {
        auxiliaries[column * auxiliaryCount..<(column + 1) * auxiliaryCount]
    }

    mutating func startStratum() { for i in ofStratum.indices { ofStratum[i] = 0 } }

    /// The unit at hand beside the shared columns.
    mutating func add(_ factor: Double, _ shared: [Double], at offset: Int) {
        let count = crossed.count / max(1, values.count)
        for i in values.indices {
            ofStratum[i] += values[i]
            squares[i] += factor * values[i] * values[i]
            magnitudes[i] += factor * values[i] * values[i]
            raw[i] += factor * sizes[i] * sizes[i]
            for e in 0..<count { crossed[i * count + e] += factor * values[i] * shared[offset + e] }
        }
    }

    /// The unit at hand beside its auxiliaries.
    mutating func add(_ factor: Double, _ units: UnitAuxiliaries, _ unit: Int) {
        add(factor, units, unit, times: values)
    }

    /// Takes off the stratum's means, factor being divided by its units.
    mutating func centre(_ factor: Double, _ sharedOfStratum: [Double], at offset: Int) {
        let count = crossed.count / max(1, values.count)
        for i in values.indices {
            squares[i] -= factor * ofStratum[i] * ofStratum[i]
            magnitudes[i] += factor * ofStratum[i] * ofStratum[i]
            for e in 0..<count { crossed[i * count + e] -= factor * ofStratum[i] * sharedOfStratum[offset + e] }
        }
    }

    mutating func subtractMean(_ factor: Double, _ strata: UnitAuxiliaries, _ stratum: Int) {
        add(-factor, strata, stratum, times: ofStratum)
    }

    private mutating func add(_ factor: Double, _ sums: UnitAuxiliaries, _ place: Int, times own: [Double]) {
        let entries = sums.entries(place)
        for i in own.indices where own[i] != 0 {
            let (value, first) = (factor * own[i], i * auxiliaryCount)
            let (columns, numbers) = (sums.columns.span, sums.values.span)
            for entry in entries { auxiliaries[first + Int(columns[entry])] += value * numbers[entry] }
        }
    }
}
