/// Equations that say all that a set of equations says, without those that follow from others: in tables of many margins most
/// do, and every one of them costs steps of a program.
///
/// Gaussian elimination, shortest equations first, with pivots of ±1 only, so that all numbers stay whole and what is left of an
/// equation that follows from others is nothing at all. An equation of which that cannot be seen in this way is kept.
struct IndependentRelations {
    /// An equation without the pivots of those before it; its own pivot is 1.
    private struct Reduced {
        let pivot: Int
        let terms: [(column: Int, coefficient: Double)]
    }

    private var reduced: [Reduced] = []
    private var work: [Double]
    /// Larger numbers are not surely whole.
    private static let largest = 1e9

    private init(columns: Int) { work = Array(repeating: 0, count: columns) }

    /// - Parameter terms: of each equation: columns and coefficients.
    /// - Returns: the numbers of those to keep, ascending.
    static func kept(_ terms: [[(column: Int, coefficient: Double)]], columns: Int) -> [Int] {
        var elimination = IndependentRelations(columns: columns)
        return terms.indices.sorted { (terms[$0].count, $0) < (terms[$1].count, $1) }
            .filter { elimination.adds(terms[$0]) }.sorted()
    }

    /// False where the equation follows from those before it.
    private mutating func adds(_ terms: [(column: Int, coefficient: Double)]) -> Bool {
        guard terms.allSatisfy({ $0.coefficient == $0.coefficient.rounded() }) else { return true }
        var touched = terms.map(\.column)
        for term in terms { work[term.column] += term.coefficient }
        var isSmall = true
        // Each has nothing left of the pivots before it, so that one pass takes off all.
        for row in reduced where work[row.pivot] != 0 {
            let times = work[row.pivot]
            for term in row.terms {
                work[term.column] -= times * term.coefficient
                isSmall = isSmall && abs(work[term.column]) < Self.largest
                touched.append(term.column)
            }
        }
        var left: [(column: Int, coefficient: Double)] = []
        for column in Set(touched).sorted() {
            if work[column] != 0 { left.append((column, work[column])) }
            work[column] = 0
        }
        guard isSmall else { return true }
        guard let pivot = left.first(where: { abs($0.coefficient) == 1 }) else { return !left.isEmpty }
        reduced.append(
            Reduced(pivot: pivot.column, terms: left.map { ($0.column, $0.coefficient * pivot.coefficient) }))
        return true
    }
}

extension TableSystem {
    /// Relations as they concern some cells, without equations that follow from others.
    func independent(
        _ relations: [Int], _ columnOfCell: [Int: Int]
    ) -> [(relation: Relation, terms: [(column: Int, coefficient: Double)])] {
        let all = relations.map { index in
            let relation = self.relations[index]
            return (
                relation: relation,
                terms: relation.terms.compactMap { term in
                    columnOfCell[term.cell].map { (column: $0, coefficient: term.coefficient) }
                }
            )
        }.filter { !$0.terms.isEmpty }
        let equations = all.filter(\.relation.isEquation)
        let kept = IndependentRelations.kept(equations.map(\.terms), columns: columnOfCell.count)
        return kept.map { equations[$0] } + all.filter { !$0.relation.isEquation }
    }
}
