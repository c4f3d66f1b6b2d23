internal import PeilNumerics

/// How the strata of one stage enter variances whose columns all have the same domain.
struct StageTreatment: Sendable {
    /// A stratum whose units are measured around the mean of the strata beside it.
    struct AroundFamily: Sendable {
        let stratum: Int
        let factor: Double
        let family: Range<Int>
        /// Units in the family's mean.
        let units: Int
    }

    /// What squares around a stratum's own mean are multiplied with; 0 for other strata.
    private(set) var ownFactors: [Double]
    private(set) var aroundFamily: [AroundFamily] = []
    /// First unit of each stratum, and one past the last: units of a stratum stand together.
    let firstUnit: [Int]
    /// False where no stratum is left to stand in for a lonely one.
    private(set) var isDefined = true

    /// - Parameter occupied: units of the domain in each stratum.
    init(_ engine: VarianceEngine, _ stage: SampleDesign.Stage, occupied: [Int]) {
        ownFactors = [Double](repeating: 0, count: stage.strata.count)
        firstUnit = stage.strata.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.sampled) }
        var first = 0
        while first < stage.strata.count {
            var (end, family) = (first, VarianceEngine.Family())
            while end < stage.strata.count, stage.strata[end].parent == stage.strata[first].parent {
                family.see(stage.strata[end], occupied: occupied[end], engine)
                end += 1
            }
            for stratum in first..<end {
                switch engine.treatment(stage.strata[stratum], occupied: occupied[stratum], family) {
                case .none: break
                case .undefined: isDefined = false
                case .aroundOwnMean(let factor): ownFactors[stratum] = factor
                case .aroundFamilyMean(let factor):
                    aroundFamily.append(
                        .init(stratum: stratum, factor: factor, family: first..<end, units: max(1, family.units)))
                }
            }
            first = end
        }
    }

    func units(_ strata: Range<Int>) -> Range<Int> { firstUnit[strata.lowerBound]..<firstUnit[strata.upperBound] }
    func units(_ stratum: Int) -> Range<Int> { units(stratum..<(stratum + 1)) }

    /// ⟨x, x⟩ = Σₕ fₕ Σᵢ (xᵢ − x̄ₕ)² over the strata around their own mean.
    func spread(_ ofUnit: [Double]) -> Double {
        var result = 0.0
        for (stratum, factor) in ownFactors.enumerated() where factor != 0 {
            let own = units(stratum)
            let mean = own.reduce(0) { $0 + ofUnit[$1] } / Double(own.count)
            var squares = 0.0
            for unit in own { squares += (ofUnit[unit] - mean) * (ofUnit[unit] - mean) }
            result += factor * squares
        }
        return result
    }
}

/// What the auxiliaries of a calibration tell of the units of one stage: the same for every variance over them.
struct AuxiliaryProducts: Sendable {
    let treatment: StageTreatment
    /// ⟨A, A⟩ = Σₕ fₕ (Σᵢ AᵢAᵢᵀ − nₕ ĀₕĀₕᵀ).
    private let centred: DenseMatrix
    /// Where regressions are not refined: ⟨A, A⟩S⁻, and S⁻⟨A, A⟩S⁻.
    private let ofInverse: DenseMatrix?
    let ofProducts: DenseMatrix?
    /// Roots of the diagonal before centring: how large the terms are.
    let scale: [Double]
    /// Sums over the units of each stratum, sparse.
    let ofStratum: UnitAuxiliaries

    /// - Parameter inverse: S⁻ of the regressions, nil where their solutions are refined.
    init(_ units: UnitAuxiliaries, _ treatment: StageTreatment, inverse: DenseMatrix?, auxiliaryCount: Int) {
        self.treatment = treatment
        ofStratum = units.summed(treatment.firstUnit, auxiliaryCount: auxiliaryCount)
        var raw = DenseMatrix(rows: auxiliaryCount, columns: auxiliaryCount)
        var means = raw
        for (stratum, factor) in treatment.ownFactors.enumerated() where factor != 0 {
            for unit in treatment.units(stratum) { units.addProduct(unit, times: factor, to: &raw) }
            let own = treatment.units(stratum)
            ofStratum.addProduct(stratum, times: factor / Double(own.count), to: &means)
        }
        scale = (0..<auxiliaryCount).map { (raw[$0, $0] + means[$0, $0]).squareRoot() }
        for index in raw.storage.indices { raw.storage[index] -= means.storage[index] }
        let centred = raw
        self.centred = centred
        let ofInverse = inverse.map { LinearAlgebra.product(centred, $0) }
        self.ofInverse = ofInverse
        ofProducts = inverse.flatMap { inverse in ofInverse.map { LinearAlgebra.product(inverse, $0) } }
    }

    /// ⟨A, A⟩B of regressions B = S⁻P: P has few numbers where B has all.
    func times(_ solution: DenseMatrix, of right: DenseMatrix) -> DenseMatrix {
        ofInverse.map { LinearAlgebra.product($0, mostlyZero: right) } ?? LinearAlgebra.product(centred, solution)
    }
}
