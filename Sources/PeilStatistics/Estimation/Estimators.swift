public import PeilNumerics
public import PeilTable

/// A column as an estimator reads it: numbers shifted by their plain mean, so that sums of values near 1e8
/// with a spread of 1e-3 lose no digits.
struct ShiftedColumn: Sendable {
    let name: String
    let values: [Double]
    let reasons: [UInt8]
    let shift: Double

    init(_ name: String, _ column: NumericColumn) {
        self.name = name
        values = column.values
        reasons = column.reasons
        var mean = 0.0
        var present = 0.0
        for row in 0..<column.count where column.isPresent(row) {
            present += 1
            mean += (column.values[row] - mean) / present
        }
        shift = mean
    }

    @inline(__always) func isPresent(_ row: Int) -> Bool { reasons.isEmpty || reasons[row] == 0 }
    @inline(__always) func deviation(_ row: Int) -> Double { values[row] - shift }
}

/// Weighted means ȳⱼ = Σwᵢyᵢⱼ / Σwᵢ over rows complete in all variables.
/// Basic values: 1, yⱼ − cⱼ.  Särndal, Swensson & Wretman 1992, ch. 5.
public struct MeanEstimator: SmoothEstimator {
    let columns: [ShiftedColumn]
    public var basicCount: Int { 1 + columns.count }
    public var labels: [ParameterLabel] { columns.map { ParameterLabel($0.name) } }

    public init(_ variables: [String], of table: Table) throws {
        columns = try variables.map { ShiftedColumn($0, try table.numbers($0)) }
    }

    public func isComplete(_ row: Int) -> Bool { columns.allSatisfy { $0.isPresent(row) } }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight
        for j in columns.indices { totals[offset + 1 + j] += weight * columns[j].deviation(row) }
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard totals[0] > 0 else { throw .emptyDomain }
        return columns.indices.map { columns[$0].shift + totals[1 + $0] / totals[0] }
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        var gradient = DenseMatrix(rows: columns.count, columns: basicCount)
        for j in columns.indices {
            gradient[j, 0] = -(totals[1 + j] / totals[0]) / totals[0]
            gradient[j, 1 + j] = 1 / totals[0]
        }
        return gradient
    }
}

/// Totals Tⱼ = Σwᵢyᵢⱼ.
public struct TotalEstimator: SmoothEstimator {
    let columns: [ShiftedColumn]
    public var basicCount: Int { columns.count }
    public var labels: [ParameterLabel] { columns.map { ParameterLabel($0.name) } }

    public init(_ variables: [String], of table: Table) throws {
        columns = try variables.map { ShiftedColumn($0, try table.numbers($0)) }
    }

    public func isComplete(_ row: Int) -> Bool { columns.allSatisfy { $0.isPresent(row) } }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        for j in columns.indices { totals[offset + j] += weight * columns[j].values[row] }
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard count > 0 else { throw .emptyDomain }
        return totals
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        .identity(columns.count)
    }
}

/// Shares of all levels of a closed question at once: p̂ₗ = Σwᵢ1(yᵢ = l) / Σwᵢ.
public struct ProportionEstimator: SmoothEstimator {
    let name: String
    /// Level of each row, −1 where absent.
    let levelOfRow: [Int32]
    public let levels: [String]
    public var basicCount: Int { 1 + levels.count }
    public var labels: [ParameterLabel] { levels.map { ParameterLabel(name, level: $0) } }

    /// Levels are those that occur, in category order for closed questions and by value for numbers.
    public init(_ variable: String, of table: Table) throws {
        let grouping = Grouping.cross([(variable, try table.column(variable))])
        self.init(variable, levels: grouping.keys.map { $0[0] }, levelOfRow: grouping.groupOfRow)
    }

    /// The given levels; rows at another level are in the base and count for none.
    public init(_ variable: String, levels: [String], levelOfRow: [Int32]) {
        name = variable
        self.levels = levels
        self.levelOfRow = levelOfRow
    }

    public func isComplete(_ row: Int) -> Bool { levelOfRow[row] >= 0 }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight
        let level = Int(levelOfRow[row])
        if level < levels.count { totals[offset + 1 + level] += weight }
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard totals[0] > 0 else { throw .emptyDomain }
        return levels.indices.map { totals[1 + $0] / totals[0] }
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        var gradient = DenseMatrix(rows: levels.count, columns: basicCount)
        for l in levels.indices {
            gradient[l, 0] = -values[l] / totals[0]
            gradient[l, 1 + l] = 1 / totals[0]
        }
        return gradient
    }
}

/// R̂ = Σwᵢyᵢ / Σwᵢxᵢ.
public struct RatioEstimator: SmoothEstimator {
    let numerator: ShiftedColumn
    let denominator: ShiftedColumn
    public var basicCount: Int { 2 }
    public var labels: [ParameterLabel] { [ParameterLabel("\(numerator.name)/\(denominator.name)")] }

    public init(_ numerator: String, over denominator: String, of table: Table) throws {
        self.numerator = ShiftedColumn(numerator, try table.numbers(numerator))
        self.denominator = ShiftedColumn(denominator, try table.numbers(denominator))
    }

    public func isComplete(_ row: Int) -> Bool { numerator.isPresent(row) && denominator.isPresent(row) }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight * numerator.values[row]
        totals[offset + 1] += weight * denominator.values[row]
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard count > 0 else { throw .emptyDomain }
        guard totals[1] != 0 else { throw .zeroDenominator(variable: denominator.name) }
        return [totals[0] / totals[1]]
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        DenseMatrix(rows: 1, columns: 2, storage: [1 / totals[1], -values[0] / totals[1]])
    }
}

/// Variances and covariances n/(n−1) · Σwᵢ(yᵢⱼ − ȳⱼ)(yᵢₖ − ȳₖ)/Σwᵢ; n counts complete rows with weight.
/// Basic values: 1, dⱼ, dⱼdₖ (j ≤ k) with d = y − c.  R survey's svyvar.
public struct VarianceEstimator: SmoothEstimator {
    let columns: [ShiftedColumn]
    let pairs: [(Int, Int)]
    /// The square root of a single variance instead of the variance.
    let isStandardDeviation: Bool
    public var basicCount: Int { 1 + columns.count + pairs.count }

    public var labels: [ParameterLabel] {
        if isStandardDeviation { return [ParameterLabel(columns[0].name)] }
        return pairs.map { pair in
            let (j, k) = pair
            return ParameterLabel(columns.count == 1 ? columns[0].name : "\(columns[j].name)*\(columns[k].name)")
        }
    }

    public init(_ variables: [String], of table: Table, standardDeviation: Bool = false) throws {
        if standardDeviation, variables.count != 1 {
            throw EstimationError.badOption("sd takes one variable", remedy: "ask for one item a variable")
        }
        columns = try variables.map { ShiftedColumn($0, try table.numbers($0)) }
        pairs = variables.indices.flatMap { j in (j..<variables.count).map { (j, $0) } }
        isStandardDeviation = standardDeviation
    }

    public func isComplete(_ row: Int) -> Bool { columns.allSatisfy { $0.isPresent(row) } }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight
        for j in columns.indices { totals[offset + 1 + j] += weight * columns[j].deviation(row) }
        for (index, pair) in pairs.enumerated() {
            totals[offset + 1 + columns.count + index] +=
                weight * columns[pair.0].deviation(row) * columns[pair.1].deviation(row)
        }
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard totals[0] > 0 else { throw .emptyDomain }
        guard count > 1 else { throw .tooFewRows }
        let variances = pairs.indices.map { index in
            let (mj, mk) = means(of: index, totals)
            return correction(count) * (totals[1 + columns.count + index] / totals[0] - mj * mk)
        }
        return isStandardDeviation ? [max(0, variances[0]).squareRoot()] : variances
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        var gradient = DenseMatrix(rows: pairs.count, columns: basicCount)
        for index in pairs.indices {
            let (j, k) = pairs[index]
            let (mj, mk) = means(of: index, totals)
            let square = totals[1 + columns.count + index] / totals[0]
            let factor =
                correction(count) / totals[0]
                * (isStandardDeviation ? (values[0] > 0 ? 0.5 / values[0] : 0) : 1)
            gradient[index, 0] = factor * (2 * mj * mk - square)
            gradient[index, 1 + j] -= factor * mk
            gradient[index, 1 + k] -= factor * mj
            gradient[index, 1 + columns.count + index] = factor
        }
        return gradient
    }

    private func means(of pair: Int, _ totals: [Double]) -> (Double, Double) {
        (totals[1 + pairs[pair].0] / totals[0], totals[1 + pairs[pair].1] / totals[0])
    }

    private func correction(_ count: Int) -> Double { Double(count) / Double(count - 1) }
}
