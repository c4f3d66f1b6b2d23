public import PeilNumerics
public import PeilTable

/// Weighted means ȳⱼ = Σwᵢyᵢⱼ / Σwᵢ over rows complete in all variables.
/// Basic values: 1, yⱼ − cⱼ.  Särndal, Swensson & Wretman 1992, ch. 5.
public struct MeanEstimator: SmoothEstimator {
    let columns: [ShiftedColumn]
    /// The column of a single mean.
    private let single: CompactColumn?
    public var basicCount: Int { 1 + columns.count }
    public var labels: [ParameterLabel] { columns.map { ParameterLabel($0.name) } }

    public init(_ variables: [String], of table: Table, from origin: ColumnOrigin = .mean) throws {
        let numbers = try variables.map { try table.numbers($0) }
        columns = zip(variables, numbers).map { ShiftedColumn($0, $1, from: origin) }
        single = numbers.count == 1 ? CompactColumn(numbers[0]) : nil
    }

    init(columns: [ShiftedColumn]) {
        self.columns = columns
        single = nil
    }

    public func isComplete(_ row: Int) -> Bool { columns.allSatisfy { $0.isPresent(row) } }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight
        for j in columns.indices { totals[offset + 1 + j] += weight * columns[j].deviation(row) }
    }

    /// One variable is the common case: its sums stay in registers.
    public func add(_ rows: CellRows, to sums: inout CellSums) {
        guard let single else {
            addEachRow(rows, to: &sums)
            return
        }
        let shift = columns[0].shift
        switch single {
        case .bytes(let codes):
            let (own, first) = (rows.fetched(codes), rows.positions.lowerBound)
            rows.sumCodes(into: &sums, shift: shift) { own[$0 - first] }
        case .doubles(let values, let reasons) where reasons.isEmpty:
            rows.sumOneColumn(into: &sums) { values[$0] - shift }
        case .doubles(let values, let reasons):
            rows.sumOneColumn(into: &sums) { reasons[$0] == 0 ? values[$0] - shift : nil }
        }
    }

    public func add(
        _ rows: CellRows, to sums: inout CellSums, again others: CellRows, at places: [Int32],
        to otherSums: inout CellSums
    ) {
        guard case .bytes(let codes) = single else {
            add(rows, to: &sums)
            add(others, to: &otherSums)
            return
        }
        let (own, first, shift) = (rows.fetched(codes), rows.positions.lowerBound, columns[0].shift)
        rows.sumCodes(into: &sums, shift: shift) { own[$0 - first] }
        others.sumCodes(into: &otherSums, shift: shift) { own[Int(places[$0]) - first] }
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
