/// Weights whose sum in each cell is the number of persons in the population: every weight of a cell times the same
/// factor.  Holt & Smith 1979.
public struct PostStratification: Sendable {
    public enum EmptyCells: String, Sendable, CaseIterable, Codable {
        /// A cell with a target and nobody in the sample is an error that names it.
        case strict
        /// Its target is left out: the weights then add up to less than the population.
        case partial
    }

    public var emptyCells: EmptyCells

    public init(emptyCells: EmptyCells = .strict) { self.emptyCells = emptyCells }

    /// - Parameter designWeights: weights of the rows before.
    /// - Parameter cells: collapse them before (`MarginClasses.collapsing`).
    public func fit(_ designWeights: [Double], to cells: MarginClasses) throws(WeightingError) -> Calibration.Fit {
        let present = emptyCells == .partial ? cells.withoutEmptyClasses(designWeights) : cells
        // One margin is met in the first round.
        return try Raking(maximumIterations: 2).fit(designWeights, to: [present])
    }
}

extension MarginClasses {
    /// Without the classes in which nobody has weight.
    func withoutEmptyClasses(_ weights: [Double]) -> MarginClasses {
        var isPresent = [Bool](repeating: false, count: names.count)
        for row in weights.indices where classOfRow[row] >= 0 && weights[row] != 0 {
            isPresent[Int(classOfRow[row])] = true
        }
        let kept = names.indices.filter { isPresent[$0] }
        var place = [Int32](repeating: -1, count: names.count)
        for (position, index) in kept.enumerated() { place[index] = Int32(position) }
        return MarginClasses(
            variable: variable, names: kept.map { names[$0] },
            classOfRow: classOfRow.map { $0 < 0 ? $0 : place[Int($0)] }, totals: kept.map { totals[$0] },
            values: values, outside: outside)
    }
}
