internal import PeilNumerics
import PeilTable

/// A two-way table as a test read it: cell (i, j) stands at i + rows · j.
public struct CrossTable: Sendable, Equatable {
    public let rowVariable: String
    public let columnVariable: String
    public let rowLevels: [String]
    public let columnLevels: [String]
    /// Weighted share of all rows used, per cell.
    public let shares: [Double]
    /// Unweighted rows per cell.
    public let counts: [Int]

    public var rowCount: Int { counts.reduce(0, +) }
    public func share(_ row: Int, _ column: Int) -> Double { shares[row + rowLevels.count * column] }
    public func count(_ row: Int, _ column: Int) -> Int { counts[row + rowLevels.count * column] }

    var rowShares: [Double] {
        rowLevels.indices.map { i in columnLevels.indices.reduce(0) { $0 + share(i, $1) } }
    }
    var columnShares: [Double] {
        columnLevels.indices.map { j in rowLevels.indices.reduce(0) { $0 + share($1, j) } }
    }

    /// Pearson's X² = n Σ (p − pᵢ₊p₊ⱼ)² / pᵢ₊p₊ⱼ with n rows.
    var pearson: Double {
        let (rows, columns) = (rowShares, columnShares)
        var sum = CompensatedSum()
        for j in columns.indices {
            for i in rows.indices {
                let expected = rows[i] * columns[j]
                sum.add((share(i, j) - expected) * (share(i, j) - expected) / expected)
            }
        }
        return Double(rowCount) * sum.value
    }
}

/// Two closed questions crossed in whole numbers.
struct CrossedQuestions {
    let row: CodedQuestion
    let column: CodedQuestion
    /// i + rows · j, −1 for rows that are not used.
    let cellOfRow: [Int32]
    var cellCount: Int { row.levels.count * column.levels.count }

    /// The covariance has the square of this.
    static let cellLimit = 2500

    init(_ rows: String, _ columns: String, of table: Table, weights: [Double], in domain: [Bool]?) throws {
        let coded = try CodedQuestion.all([rows, columns], of: table, weights: weights, in: domain)
        (row, column) = (coded[0], coded[1])
        for question in coded where question.levels.count < 2 {
            throw TestError.tooFewLevels(column: question.name, levels: question.levels.count)
        }
        guard row.levels.count * column.levels.count <= Self.cellLimit else {
            let larger = row.levels.count > column.levels.count ? row : column
            let other = min(row.levels.count, column.levels.count)
            throw TestError.tooManyLevels(
                column: larger.name, levels: larger.levels.count, limit: Self.cellLimit / other)
        }
        let height = Int32(row.levels.count)
        cellOfRow = zip(row.levelOfRow, column.levelOfRow).map { $0 < 0 ? -1 : $0 + height * $1 }
    }

    func table(shares: [Double], counts: [Int]) -> CrossTable {
        CrossTable(
            rowVariable: row.name, columnVariable: column.name, rowLevels: row.levels, columnLevels: column.levels,
            shares: shares, counts: counts)
    }
}
