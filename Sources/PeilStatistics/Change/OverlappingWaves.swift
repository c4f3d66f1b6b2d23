public import PeilTable

/// The estimates of one wave, under its own design and its own weights, with what its sampling units contribute.
public struct WaveEstimates: Sendable {
    public let wave: String
    public let estimates: GroupedEstimates
    let names: SamplingUnitNames
    private let design: SampleDesign
    private let mask: [Bool]?

    /// - Parameters:
    ///   - wave: name of the wave.
    ///   - names: names of the sampling units, equal over waves.
    ///   - grouping: the group of each row.
    ///   - estimator: what is estimated.
    ///   - estimation: the design and its variance.
    ///   - mask: the domain, nil for all rows.
    /// - Throws: `DesignError`; errors of single groups are in the estimates.
    public init(
        _ wave: String, _ estimation: Estimation, _ estimator: some SmoothEstimator, by grouping: Grouping,
        in mask: [Bool]? = nil, names: SamplingUnitNames
    ) throws {
        self.wave = wave
        self.names = names
        self.mask = mask
        design = estimation.design
        let wishes = Estimation.Wishes(
            completeDegreesOfFreedom: false, contributions: estimation.design.replicates == nil)
        estimates = try estimation.estimate(estimator, by: grouping, in: mask, wishes: wishes)
    }

    /// Whether each of some units has rows in each group: groups outermost.
    func occupancy(of units: [Int]) -> [Bool] {
        let stage = design.stages[0]
        var place = [Int32](repeating: -1, count: stage.unitCount)
        for (index, unit) in units.enumerated() { place[unit] = Int32(index) }
        var result = [Bool](repeating: false, count: estimates.grouping.count * units.count)
        for (row, group) in estimates.grouping.groupOfRow.enumerated()
        where group >= 0 && design.weights[row] != 0 && mask?[row] != false {
            let index = place[Int(stage.unitOfRow[row])]
            if index >= 0 { result[Int(group) * units.count + Int(index)] = true }
        }
        return result
    }

    func stratum(_ unit: Int) -> Int32 { design.stages[0].stratumOfUnit[unit] }
}

/// A factor that makes an earlier wave's figure comparable: what a figure asked the old way would have been the new way,
/// found by a test of both, with its standard error.
public struct BridgeFactor: Sendable, Equatable {
    public let factor: Double
    public let standardError: Double

    public static let none = BridgeFactor(factor: 1, standardError: 0)

    public init(factor: Double, standardError: Double) {
        self.factor = factor
        self.standardError = standardError
    }

    /// One after the other, from tests that have nothing to do with each other: V(fg) ≈ g²V(f) + f²V(g).
    public func followed(by other: BridgeFactor) -> BridgeFactor {
        let (a, b) = (other.factor * standardError, factor * other.standardError)
        return BridgeFactor(factor: factor * other.factor, standardError: (a * a + b * b).squareRoot())
    }
}

/// Two waves with designs and weights of their own, some sampling units of which may be the same.
///
/// V(θ₂ − θ₁) = V₁ + V₂ − 2 C₁₂ with the variances of each wave's own design and
/// C₁₂ = Σ over shared primary sampling units of y₁ᵢ y₂ᵢ,
/// yᵢ = √(nₕ/(nₕ − 1) · (1 − nₕ/Nₕ)) (zᵢ − z̄ₕ) the unit's influence total (after calibration: its residual), centred
/// in its stratum. With no shared unit C₁₂ = 0; with the same units in the same strata it is the covariance of the stacked
/// design; and since V₁ ≥ Σ y₁², the variance of a change is never negative. Units may change stratum between waves.
///
/// Degrees of freedom: those of both waves less those that shared units bring twice (their number less their strata).
/// A bridge f for the first wave: θ₁ becomes f θ₁ with variance f²V₁ + θ₁² se(f)².
/// Kish 1965, §12.4; Tam 1984 and Berger 2004 for rotating samples.
public struct OverlappingWaves: Sendable {
    private let first: WaveEstimates
    private let second: WaveEstimates
    private let shared: [(own: Int, other: Int)]
    /// Which shared units have rows in each group of the first and of the second wave.
    private let occupancy: (first: [Bool], second: [Bool])

    public init(_ first: WaveEstimates, _ second: WaveEstimates) {
        self.first = first
        self.second = second
        shared = first.names.shared(with: second.names)
        occupancy = (first.occupancy(of: shared.map(\.own)), second.occupancy(of: shared.map(\.other)))
    }

    /// What two waves have in common in one group.
    public struct Group: Sendable {
        /// Places of the group in the first and the second wave.
        let places: (first: Int, second: Int)
        /// Complete rows of the group in each wave.
        public let counts: (first: Int, second: Int)
        /// Sampling units with rows of the group in both waves.
        public let sharedUnits: Int
        public let degreesOfFreedom: Int
    }

    /// Whether a covariance is known: designs with replicates keep none.
    public var countsOverlap: Bool {
        first.estimates.contributions != nil && second.estimates.contributions != nil
    }

    /// nil where one of the waves does not have the group.
    public func group(_ key: [String]) -> Group? {
        guard let one = first.estimates.grouping.keys.firstIndex(of: key),
            let two = second.estimates.grouping.keys.firstIndex(of: key)
        else { return nil }
        let both = shared.indices.filter {
            occupancy.first[one * shared.count + $0] && occupancy.second[two * shared.count + $0]
        }
        let strata = Set(both.map { second.stratum(shared[$0].other) }).count
        let twice = countsOverlap ? both.count - strata : 0
        return Group(
            places: (one, two), counts: (first.estimates.counts[one], second.estimates.counts[two]),
            sharedUnits: both.count,
            degreesOfFreedom: first.estimates.degreesOfFreedom[one] + second.estimates.degreesOfFreedom[two] - twice)
    }

    /// The change of a parameter in a group; nil where one of the waves does not have the parameter.
    /// - Throws: the error of the estimate that one of the waves could not make.
    public func outcome(
        of label: ParameterLabel, in group: Group, bridge: BridgeFactor = .none
    ) throws(EstimationError) -> ChangeBetweenWaves.Outcome? {
        guard let one = first.estimates.labels.firstIndex(of: label),
            let two = second.estimates.labels.firstIndex(of: label)
        else { return nil }
        let before = try first.estimates.outcomes[group.places.first].get()[one]
        let now = try second.estimates.outcomes[group.places.second].get()[two]
        let f = bridge.factor
        var variances: (first: Double, shared: Double, second: Double)?
        if first.estimates.claim != .none, second.estimates.claim != .none {
            let spread = before * bridge.standardError
            variances = (
                f * f * first.estimates.variances[group.places.first][one] + spread * spread,
                f * covariance(group, one, two), second.estimates.variances[group.places.second][two]
            )
            if let own = variances, !(own.first.isFinite && own.shared.isFinite && own.second.isFinite) {
                variances = nil
            }
        }
        return ChangeBetweenWaves.Outcome(
            label: label, first: f * before, second: now, variances: variances,
            degreesOfFreedom: group.degreesOfFreedom)
    }

    private func covariance(_ group: Group, _ one: Int, _ two: Int) -> Double {
        guard let mine = first.estimates.contributions, let theirs = second.estimates.contributions else { return 0 }
        let row = group.places.first * first.estimates.labels.count + one
        let column = group.places.second * second.estimates.labels.count + two
        var sum = 0.0
        for unit in shared { sum += mine[row, unit.own] * theirs[column, unit.other] }
        return sum
    }
}
