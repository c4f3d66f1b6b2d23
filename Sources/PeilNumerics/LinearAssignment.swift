/// The cheapest way to give each row a column of its own: the Hungarian method with potentials, one row at a time
/// along the cheapest path. Exact; O(rows² · columns).  Kuhn 1955; Jonker & Volgenant 1987.
public enum LinearAssignment {
    /// - Parameter costs: rows × columns, finite.
    /// - Returns: the column of each row; nil for rows left over where there are more rows than columns. Of assignments
    ///   of equal cost always the same one.
    public static func cheapest(_ costs: DenseMatrix) -> [Int?] {
        precondition(costs.storage.allSatisfy(\.isFinite), "finite costs")
        guard costs.rows <= costs.columns else {
            var rowOfColumn = [Int?](repeating: nil, count: costs.rows)
            for (column, row) in cheapest(costs.transposed).enumerated() { if let row { rowOfColumn[row] = column } }
            return rowOfColumn
        }
        var search = Search(costs)
        for row in 0..<costs.rows { search.add(row) }
        return search.columnOfRow
    }

    /// As `cheapest`, with the largest sum.
    public static func dearest(_ values: DenseMatrix) -> [Int?] {
        cheapest(DenseMatrix(rows: values.rows, columns: values.columns, storage: values.storage.map { -$0 }))
    }

    /// Rows matched so far. For each matched pair cost = row's potential + column's potential, for all others at least
    /// that.
    private struct Search {
        let costs: DenseMatrix
        var rowPotential: [Double]
        var columnPotential: [Double]
        var columnOfRow: [Int?]
        var rowOfColumn: [Int?]

        init(_ costs: DenseMatrix) {
            self.costs = costs
            rowPotential = [Double](repeating: 0, count: costs.rows)
            columnPotential = [Double](repeating: 0, count: costs.columns)
            columnOfRow = [Int?](repeating: nil, count: costs.rows)
            rowOfColumn = [Int?](repeating: nil, count: costs.columns)
        }

        /// Finds the cheapest path of exchanges from `first` to a column without a row, and exchanges.
        mutating func add(_ first: Int) {
            var distance = [Double](repeating: .infinity, count: costs.columns)
            var before = [Int](repeating: first, count: costs.columns)
            var reached = [Bool](repeating: false, count: costs.columns)
            var row = first
            var length = 0.0
            while true {
                var nearest: Int?
                for column in 0..<costs.columns where !reached[column] {
                    let own = length + costs[row, column] - rowPotential[row] - columnPotential[column]
                    if own < distance[column] { (distance[column], before[column]) = (own, row) }
                    if nearest.map({ distance[column] < distance[$0] }) ?? true { nearest = column }
                }
                guard let column = nearest else { return }
                reached[column] = true
                length = distance[column]
                guard let next = rowOfColumn[column] else {
                    shift(first, reached, distance, length)
                    exchange(column, first, before)
                    return
                }
                row = next
            }
        }

        private mutating func shift(_ first: Int, _ reached: [Bool], _ distance: [Double], _ length: Double) {
            rowPotential[first] += length
            for column in reached.indices where reached[column] {
                columnPotential[column] -= length - distance[column]
                if let row = rowOfColumn[column] { rowPotential[row] += length - distance[column] }
            }
        }

        private mutating func exchange(_ last: Int, _ first: Int, _ before: [Int]) {
            var column = last
            while true {
                let row = before[column]
                let old = columnOfRow[row]
                (columnOfRow[row], rowOfColumn[column]) = (column, row)
                guard row != first, let old else { return }
                column = old
            }
        }
    }
}
