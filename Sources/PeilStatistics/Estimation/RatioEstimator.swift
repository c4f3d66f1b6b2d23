public import PeilNumerics
public import PeilTable

/// R̂ = Σwᵢyᵢ / Σwᵢxᵢ = ρ + Σwᵢeᵢ / Σwᵢxᵢ, e = y − ρx with ρ = Σy/Σx of all rows that have both: the influence
/// (e − (R̂ − ρ)x) / Σwx loses no digits where y nearly is a multiple of x.  Basic values: e, x.
/// Särndal, Swensson & Wretman 1992, sect. 5.6.
public struct RatioEstimator: SmoothEstimator {
    private let numerator: String
    /// e of each row, rounded once.
    private let residuals: [Double]
    private let denominator: ShiftedColumn
    let centre: Double
    private let complete: [Bool]
    public var basicCount: Int { 2 }
    public var labels: [ParameterLabel] { [ParameterLabel("\(numerator)/\(denominator.name)")] }

    public init(
        _ numerator: String, over denominator: String, of table: Table, from origin: ColumnOrigin = .mean
    ) throws {
        let y = try table.numbers(numerator)
        let x = ShiftedColumn(denominator, try table.numbers(denominator))
        let complete = (0..<y.count).map { y.isPresent($0) && x.isPresent($0) }
        var sums = (CompensatedSum(), CompensatedSum())
        for row in complete.indices where complete[row] {
            sums.0.add(y.values[row])
            sums.1.add(x.values[row])
        }
        let ratio = sums.0.value / sums.1.value
        var centre = ratio.isFinite ? ratio : 0
        if origin == .nearMean { centre = ShiftedColumn.roundOrigin(centre, largestDeviation: abs(centre)) }
        let rho = centre
        residuals = complete.indices.map { y.values[$0].addingProduct(-rho, x.values[$0]) }
        self.numerator = numerator
        self.denominator = x
        self.centre = rho
        self.complete = complete
    }

    init(numerator: String, denominator: ShiftedColumn, centre: Double) {
        self.numerator = numerator
        self.denominator = denominator
        self.centre = centre
        (residuals, complete) = ([], [])
    }

    public func isComplete(_ row: Int) -> Bool { complete[row] }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight * residuals[row]
        totals[offset + 1] += weight * denominator.values[row]
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard count > 0 else { throw .emptyDomain }
        guard totals[1] != 0 else { throw .zeroDenominator(variable: denominator.name) }
        return [centre + totals[0] / totals[1]]
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        DenseMatrix(rows: 1, columns: 2, storage: [1 / totals[1], -(totals[0] / totals[1]) / totals[1]])
    }
}
