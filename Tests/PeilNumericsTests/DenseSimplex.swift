import PeilNumerics

/// Points x with A x = b and lower ≤ x ≤ upper, and the least of a linear cost over them: the clear twin of `LinearProgram`.
///
/// Bounded primal simplex on a dense tableau whose zeros are skipped (Dantzig 1963, ch. 18): the largest reduced cost
/// enters, and after a run of steps of length zero the first one by number (Bland 1977), which cannot go in circles.
/// Ties go to the lowest number, so the same system takes the same steps. Made once, it stands on a feasible vertex;
/// copies start from there. Memory: rows × columns.
struct DenseSimplex {
    /// Σ coefficient·x = value.
    struct Row {
        let terms: [(column: Int, coefficient: Double)]
        let value: Double

        init(_ terms: [(column: Int, coefficient: Double)], equals value: Double) {
            self.terms = terms
            self.value = value
        }
    }

    private var tableau: [[Double]]
    /// The column that is basic in each row; a number past the columns is the row's artificial variable.
    private var basis: [Int]
    private var basicValues: [Double]
    private var isBasic: [Bool]
    private var isAtUpper: [Bool]
    private let lower: [Double]
    private let upper: [Double]

    private static let pivotTolerance = 1e-9
    private static let costTolerance = 1e-9

    /// Each column needs one finite bound. Throws `.infeasible` where no point fulfils the rows to 1e-7 of their size.
    init(_ rows: [Row], lower: [Double], upper: [Double]) throws(LinearProgramError) {
        self.lower = lower
        self.upper = upper
        for column in lower.indices where lower[column] > upper[column] + 1e-9 { throw .infeasible }
        isBasic = Array(repeating: false, count: lower.count)
        isAtUpper = lower.map { !$0.isFinite }
        tableau = []
        basis = []
        basicValues = []
        var size = 1.0
        for row in rows {
            var line = [Double](repeating: 0, count: lower.count)
            var rest = row.value
            for term in row.terms {
                line[term.column] += term.coefficient
                rest -= term.coefficient * (lower[term.column].isFinite ? lower[term.column] : upper[term.column])
            }
            size = max(size, abs(rest))
            if rest < 0 { line = line.map { -$0 } }
            basis.append(lower.count + tableau.count)
            tableau.append(line)
            basicValues.append(abs(rest))
        }
        try findVertex(size: size)
    }

    /// The least of Σ cost·x; -∞ where there is none. The point stands in `values`.
    mutating func minimise(_ cost: [Double]) throws(LinearProgramError) -> Double {
        var reduced = cost
        for row in basis.indices where cost[basis[row]] != 0 {
            for column in reduced.indices { reduced[column] -= cost[basis[row]] * tableau[row][column] }
        }
        guard try descend(&reduced) else { return -.infinity }
        var sum = CompensatedSum()
        for (column, value) in values.enumerated() where cost[column] != 0 { sum.add(cost[column] * value) }
        return sum.value
    }

    /// The vertex that was reached.
    var values: [Double] {
        var result = lower.indices.map { isAtUpper[$0] ? upper[$0] : lower[$0] }
        for row in basis.indices where basis[row] < result.count { result[basis[row]] = basicValues[row] }
        return result
    }

    // MARK: A first vertex

    /// Phase one: the sum of the artificial variables goes to zero, then they leave; rows that say nothing new go.
    private mutating func findVertex(size: Double) throws(LinearProgramError) {
        if basicValues.contains(where: { $0 > 0 }) {
            var reduced = [Double](repeating: 0, count: lower.count)
            for line in tableau { for column in reduced.indices { reduced[column] -= line[column] } }
            _ = try descend(&reduced)
        }
        for row in basis.indices where basis[row] >= lower.count && basicValues[row] > 1e-7 * size {
            throw .infeasible
        }
        var kept: [Int] = []
        for row in basis.indices {
            if basis[row] >= lower.count {
                guard let column = lower.indices.first(where: { !isBasic[$0] && abs(tableau[row][$0]) > 1e-7 })
                else { continue }
                let value = isAtUpper[column] ? upper[column] : lower[column]
                exchange(row, column)
                basicValues[row] = value
            }
            kept.append(row)
        }
        tableau = kept.map { tableau[$0] }
        basicValues = kept.map { basicValues[$0] }
        basis = kept.map { basis[$0] }
    }

    // MARK: Steps

    /// Steps until no reduced cost asks for one. False where the cost falls without end.
    private mutating func descend(_ reduced: inout [Double]) throws(LinearProgramError) -> Bool {
        let limit = 1_000 + 50 * (lower.count + basis.count)
        let tolerance = Self.costTolerance * reduced.reduce(1) { max($0, abs($1)) }
        var stalled = 0
        for _ in 0..<limit {
            let isCautious = stalled > 40
            guard let column = entering(reduced, tolerance, first: isCautious) else { return true }
            guard let length = step(column, &reduced, first: isCautious) else { return false }
            stalled = length > 1e-12 ? 0 : stalled + 1
        }
        throw .notConverged(steps: limit)
    }

    private func entering(_ reduced: [Double], _ tolerance: Double, first: Bool) -> Int? {
        var best: Int?
        var most = tolerance
        for column in reduced.indices where !isBasic[column] && lower[column] < upper[column] {
            let gain = isAtUpper[column] ? reduced[column] : -reduced[column]
            guard gain > most else { continue }
            if first { return column }
            best = column
            most = gain
        }
        return best
    }

    /// Moves one column until it or a basic one meets a bound. Returns how far; nil where nothing stops it.
    private mutating func step(_ column: Int, _ reduced: inout [Double], first: Bool) -> Double? {
        let direction: Double = isAtUpper[column] ? -1 : 1
        var length = upper[column] - lower[column]
        var leaving: Int?
        for row in basis.indices {
            let slope = tableau[row][column] * direction
            guard abs(slope) > Self.pivotTolerance else { continue }
            let name = basis[row]
            let bound =
                slope > 0 ? (name < lower.count ? lower[name] : 0) : (name < lower.count ? upper[name] : .infinity)
            guard bound.isFinite else { continue }
            let reach = max(0, (basicValues[row] - bound) / slope)
            let isBetter =
                leaving.map { old in
                    let oldSlope = abs(tableau[old][column])
                    return first ? name < basis[old] : abs(slope) > oldSlope
                } ?? false
            if reach < length || (reach == length && isBetter) {
                length = reach
                leaving = row
            }
        }
        guard length.isFinite else { return nil }
        for row in basis.indices where tableau[row][column] != 0 {
            basicValues[row] -= tableau[row][column] * direction * length
        }
        guard let leaving else {
            isAtUpper[column].toggle()
            return length
        }
        let entered = (isAtUpper[column] ? upper[column] : lower[column]) + direction * length
        let name = basis[leaving]
        // What leaves stops at the bound that it moved towards.
        if name < lower.count { isAtUpper[name] = tableau[leaving][column] * direction < 0 }
        exchange(leaving, column)
        basicValues[leaving] = entered
        let factor = reduced[column]
        for other in reduced.indices where tableau[leaving][other] != 0 {
            reduced[other] -= factor * tableau[leaving][other]
        }
        reduced[column] = 0
        return length
    }

    /// Makes `column` basic in `row`.
    private mutating func exchange(_ row: Int, _ column: Int) {
        let pivot = tableau[row][column]
        let filled = tableau[row].indices.filter { tableau[row][$0] != 0 }
        for other in filled { tableau[row][other] /= pivot }
        let line = tableau[row]
        for target in tableau.indices where target != row && tableau[target][column] != 0 {
            let factor = tableau[target][column]
            for other in filled { tableau[target][other] -= factor * line[other] }
            tableau[target][column] = 0
        }
        if basis[row] < lower.count { isBasic[basis[row]] = false }
        basis[row] = column
        isBasic[column] = true
    }
}
