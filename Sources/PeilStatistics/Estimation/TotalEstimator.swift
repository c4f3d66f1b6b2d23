public import PeilNumerics
public import PeilTable

/// Totals Tⱼ = Σwᵢyᵢⱼ.
public struct TotalEstimator: SmoothEstimator {
    let columns: [ShiftedColumn]
    public var basicCount: Int { columns.count }
    public var labels: [ParameterLabel] { columns.map { ParameterLabel($0.name) } }

    public init(_ variables: [String], of table: Table) throws {
        columns = try variables.map { ShiftedColumn($0, try table.numbers($0)) }
    }

    init(columns: [ShiftedColumn]) { self.columns = columns }

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
