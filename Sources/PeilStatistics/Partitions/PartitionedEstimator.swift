/// A smooth estimator whose basic values are summed in partitions of the data that do not know each other. Numbers are
/// measured from an origin near their mean, so that sums lose no digits; a partition chooses its own, coarsely, so that
/// nearly all choose the same, and totals from another origin are moved, which is linear.
public protocol PartitionedEstimator: SmoothEstimator {
    /// What the columns of the basic values are measured from; empty where nothing is.
    var origins: [Double] { get }
    /// Levels that own a basic value each, the last ones; empty where no basic value belongs to a level.
    var levels: [String] { get }
    /// Totals measured from other origins, as measured from those of this estimator.
    func moved(_ totals: [Double], from origins: [Double]) -> [Double]
}

extension PartitionedEstimator {
    public var origins: [Double] { [] }
    public var levels: [String] { [] }
    public func moved(_ totals: [Double], from origins: [Double]) -> [Double] { totals }
}

/// From where the columns of an estimator are measured.
public enum ColumnOrigin: Sendable {
    /// The plain mean of the rows at hand.
    case mean
    /// A round number near it.
    case nearMean
}

extension ShiftedColumn {
    /// A multiple of an eighth to a quarter of the largest deviation, as a power of two, near the mean.
    static func roundOrigin(_ mean: Double, largestDeviation: Double) -> Double {
        guard largestDeviation.isNormal, mean.isFinite, largestDeviation.exponent > -1000 else { return mean }
        let step = Double(sign: .plus, exponent: Int(largestDeviation.exponent) - 2, significand: 1)
        let rounded = (mean / step).rounded() * step
        return rounded.isFinite ? rounded : mean
    }
}

// MARK: Estimators

extension MeanEstimator: PartitionedEstimator {
    public var origins: [Double] { columns.map(\.shift) }

    /// Without rows, for totals that were summed elsewhere.
    public init(_ variables: [String], origins: [Double]) {
        self.init(columns: ShiftedColumn.withoutRows(variables, origins))
    }

    public func moved(_ totals: [Double], from origins: [Double]) -> [Double] {
        var result = totals
        for j in columns.indices { result[1 + j] += (origins[j] - columns[j].shift) * totals[0] }
        return result
    }
}

extension TotalEstimator: PartitionedEstimator {
    /// Without rows, for totals that were summed elsewhere.
    public init(variables: [String]) {
        self.init(columns: ShiftedColumn.withoutRows(variables, variables.map { _ in 0 }))
    }
}

extension ProportionEstimator: PartitionedEstimator {}
extension CountEstimator: PartitionedEstimator {}

extension MultipleResponseEstimator: PartitionedEstimator {
    /// Without rows, for totals that were summed elsewhere.
    public init(variables: [String]) {
        self.init(columns: variables.map { _ in .init(values: []) }, labels: variables.map { ParameterLabel($0) })
    }
}

extension RatioEstimator: PartitionedEstimator {
    public var origins: [Double] { [centre] }

    /// Without rows, for totals that were summed elsewhere.
    public init(_ numerator: String, over denominator: String, origins: [Double]) {
        self.init(
            numerator: numerator, denominator: ShiftedColumn.withoutRows([denominator], [0])[0], centre: origins[0])
    }

    /// e′ = e + (ρ − ρ′)x.
    public func moved(_ totals: [Double], from origins: [Double]) -> [Double] {
        [totals[0] + (origins[0] - centre) * totals[1], totals[1]]
    }
}

extension VarianceEstimator: PartitionedEstimator {
    public var origins: [Double] { moments.columns.map(\.shift) }

    /// Without rows, for totals that were summed elsewhere.
    public init(_ variables: [String], origins: [Double], standardDeviation: Bool) {
        self.init(SecondMoments(ShiftedColumn.withoutRows(variables, origins)), standardDeviation: standardDeviation)
    }

    public func moved(_ totals: [Double], from origins: [Double]) -> [Double] { moments.moved(totals, from: origins) }
}

extension CorrelationEstimator: PartitionedEstimator {
    public var origins: [Double] { moments.columns.map(\.shift) }

    /// Without rows, for totals that were summed elsewhere.
    public init(_ variables: [String], origins: [Double]) {
        self.init(SecondMoments(ShiftedColumn.withoutRows(variables, origins)))
    }

    public func moved(_ totals: [Double], from origins: [Double]) -> [Double] { moments.moved(totals, from: origins) }
}

extension SecondMoments {
    /// d′ = d + δ:  Σwd′ = Σwd + δΣw,  Σwd′ⱼd′ₖ = Σwdⱼdₖ + δₖΣwdⱼ + δⱼΣwdₖ + δⱼδₖΣw.
    func moved(_ totals: [Double], from origins: [Double]) -> [Double] {
        let steps = columns.indices.map { origins[$0] - columns[$0].shift }
        var result = totals
        for j in columns.indices { result[1 + j] += steps[j] * totals[0] }
        for (index, pair) in pairs.enumerated() {
            let (j, k) = pair
            result[1 + columns.count + index] +=
                steps[k] * totals[1 + j] + steps[j] * totals[1 + k] + steps[j] * steps[k] * totals[0]
        }
        return result
    }
}
