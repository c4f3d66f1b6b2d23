internal import PeilNumerics
internal import PeilTable

/// The auxiliaries of a calibration, sparse: rows with the same auxiliaries are one cell, a cell has the few controls
/// that it counts in. A million rows of three margins become some thousand cells, and all work on totals and
/// cross-products is done there; no model matrix of rows × controls is ever made.
struct AuxiliaryCells: Sendable {
    /// The cell of each row.
    let cellOfRow: [Int32]
    /// Where the entries of each cell begin; one entry more than there are cells.
    private(set) var start: [Int32] = [0]
    /// The control and value of each entry.
    private(set) var columns: [Int32] = []
    private(set) var values: [Double] = []
    let columnCount: Int

    var count: Int { start.count - 1 }

    /// Which rows are one cell.
    enum Sharing: Sendable {
        /// Rows with equal auxiliaries.
        case equalRows
        /// Every row is its own: rows have bounds of their own.
        case none
        /// Rows of a unit take the unit's mean auxiliaries, weighted: equal factors within it.  Lemaître & Dufour 1987.
        case units([Int32], count: Int, weights: [Double])
    }

    init(_ margins: [MarginClasses], rowCount: Int, _ sharing: Sharing = .equalRows) {
        columnCount = margins.reduce(0) { $0 + $1.names.count }
        switch sharing {
        case .units(let unitOfRow, let count, let weights):
            cellOfRow = unitOfRow
            addUnits(margins, unitOfRow, count, weights)
        case .equalRows where margins.allSatisfy { $0.values == nil }:
            let (cells, representative) = Self.equalRows(margins, rowCount)
            cellOfRow = cells
            addRows(margins, representative)
        default:
            cellOfRow = (0..<Int32(rowCount)).map { $0 }
            addRows(margins, cellOfRow)
        }
    }

    /// Numbers the combinations of classes that occur; a row of each.
    private static func equalRows(_ margins: [MarginClasses], _ rowCount: Int) -> ([Int32], [Int32]) {
        var cells = [Int32](repeating: 0, count: rowCount)
        var count = 1
        for margin in margins {
            let isPartial = margin.classOfRow.contains { $0 < 0 }
            let classes = isPartial ? margin.classOfRow.map { $0 + 1 } : margin.classOfRow
            let pairs = PairCoding(
                outer: cells, count: count, inner: classes, count: margin.names.count + (isPartial ? 1 : 0))
            cells = pairs.indexOfRow
            count = pairs.count
        }
        var representative = [Int32](repeating: -1, count: count)
        for row in stride(from: rowCount - 1, through: 0, by: -1) { representative[Int(cells[row])] = Int32(row) }
        return (cells, representative)
    }

    private mutating func addRows(_ margins: [MarginClasses], _ rows: [Int32]) {
        start.reserveCapacity(rows.count + 1)
        columns.reserveCapacity(rows.count * margins.count)
        values.reserveCapacity(rows.count * margins.count)
        for row in rows {
            var offset: Int32 = 0
            for margin in margins {
                let own = margin.classOfRow[Int(row)]
                let value = margin.values.map { $0[Int(row)] } ?? 1
                if own >= 0, value != 0 {
                    columns.append(offset + own)
                    values.append(value)
                }
                offset += Int32(margin.names.count)
            }
            start.append(Int32(columns.count))
        }
    }

    private mutating func addUnits(
        _ margins: [MarginClasses], _ unitOfRow: [Int32], _ unitCount: Int, _ weights: [Double]
    ) {
        let rows = Buckets(unitOfRow, count: unitCount)
        for unit in 0..<unitCount {
            var sums: [Int32: Double] = [:]
            var weight = 0.0
            for row in rows[unit] {
                weight += weights[row]
                var offset: Int32 = 0
                for margin in margins {
                    let own = margin.classOfRow[row]
                    if own >= 0 { sums[offset + own, default: 0] += weights[row] * (margin.values?[row] ?? 1) }
                    offset += Int32(margin.names.count)
                }
            }
            for column in sums.keys.sorted() where weight > 0 && sums[column] != 0 {
                columns.append(column)
                values.append((sums[column] ?? 0) / weight)
            }
            start.append(Int32(columns.count))
        }
    }

    // MARK: Sums

    func entries(_ cell: Int) -> Range<Int> { Int(start[cell])..<Int(start[cell + 1]) }

    /// Σ of a number over the rows of each cell.
    func sums(_ ofRow: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: count)
        for row in ofRow.indices { result[Int(cellOfRow[row])] += ofRow[row] }
        return result
    }

    /// Σ weight · x per control.
    func totals(_ weights: [Double]) -> [Double] {
        var result = [CompensatedSum](repeating: CompensatedSum(), count: columnCount)
        for cell in 0..<count where weights[cell] != 0 {
            for entry in entries(cell) { result[Int(columns[entry])].add(weights[cell] * values[entry]) }
        }
        return result.map(\.value)
    }

    /// Σ weight · x xᵀ.
    func crossProducts(_ weights: [Double]) -> DenseMatrix {
        var result = DenseMatrix(rows: columnCount, columns: columnCount)
        for cell in 0..<count where weights[cell] != 0 {
            for a in entries(cell) {
                let left = weights[cell] * values[a]
                for b in entries(cell) { result[Int(columns[a]), Int(columns[b])] += left * values[b] }
            }
        }
        return result
    }

    // MARK: Independent parts

    /// Controls that never meet in a cell, directly or through others, are calibrated apart: the part of each.
    func parts() -> [Part] {
        var parent = (0..<columnCount).map { $0 }
        func root(_ column: Int) -> Int {
            var column = column
            while parent[column] != column { column = parent[column] }
            return column
        }
        for cell in 0..<count {
            guard let first = entries(cell).first else { continue }
            let own = root(Int(columns[first]))
            for entry in entries(cell).dropFirst() {
                let other = root(Int(columns[entry]))
                if other != own { parent[max(other, own)] = min(other, own) }
                if other < own { parent[own] = other }
            }
            for entry in entries(cell) { parent[Int(columns[entry])] = root(own) }
        }
        var partOfRoot: [Int: Int] = [:]
        var result: [Part] = []
        var partOfColumn = [Int](repeating: 0, count: columnCount)
        for column in 0..<columnCount {
            let top = root(column)
            let part = partOfRoot[top] ?? result.count
            if part == result.count {
                partOfRoot[top] = part
                result.append(Part())
            }
            partOfColumn[column] = part
            result[part].columns.append(column)
        }
        for cell in 0..<count {
            guard let first = entries(cell).first else { continue }
            result[partOfColumn[Int(columns[first])]].cells.append(Int32(cell))
        }
        return result
    }

    /// Controls and cells of one independent part.
    struct Part: Sendable {
        var columns: [Int] = []
        var cells: [Int32] = []
    }

    /// The cells of a part by themselves, controls numbered within it.
    func restricted(to part: Part) -> AuxiliaryCells {
        var place = [Int32](repeating: -1, count: columnCount)
        for (position, column) in part.columns.enumerated() { place[column] = Int32(position) }
        var result = AuxiliaryCells(columnCount: part.columns.count)
        for cell in part.cells {
            for entry in entries(Int(cell)) {
                result.columns.append(place[Int(columns[entry])])
                result.values.append(values[entry])
            }
            result.start.append(Int32(result.columns.count))
        }
        return result
    }

    private init(columnCount: Int) {
        cellOfRow = []
        self.columnCount = columnCount
    }
}
