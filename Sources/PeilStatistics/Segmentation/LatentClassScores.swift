internal import PeilNumerics

/// Scores of latent classes, in the logits of the shares and of the answers within classes: what an observation says
/// about each free parameter.
///
/// With sₖ the score of an observation had it been in class k and pₖ its posterior chance, s̄ = Σ pₖsₖ is its score.
/// Chances at the boundary have no logit and count as known.
struct LatentClassScores: Sendable {
    /// A free parameter.
    enum Free: Sendable, Equatable {
        /// Coefficient of a term of the mix, for a class against the first.
        case mix(classIndex: Int, column: Int)
        /// An answer against the reference answer of the class.
        case answer(item: Int, classIndex: Int, category: Int)
    }

    let data: LatentClassData
    let parameters: LatentClassParameters
    let free: [Free]
    /// Parameter of an answer, by item, class, category; −1 where it is not free.
    let place: [[[Int]]]
    let mixSize: Int
    /// Posterior chances, observations × classes.
    let chances: [Double]
    var classes: Int { parameters.sharesOfCell[0].count }

    init(_ data: LatentClassData, _ mixture: LatentClassMixture, _ parameters: LatentClassParameters) {
        self.data = data
        self.parameters = parameters
        let classes = parameters.sharesOfCell[0].count
        let table = mixture.table(
            sharesOfCell: parameters.sharesOfCell, probabilities: parameters.probabilities)
        chances =
            mixture.mixture.posteriors(
                table: table, fallback: [Double](repeating: 1 / Double(classes), count: classes)
            ).chances
        var free: [Free] = []
        for k in 1..<max(1, classes) {
            for column in 0..<data.cells.width { free.append(.mix(classIndex: k, column: column)) }
        }
        mixSize = free.count
        var place = parameters.probabilities.map { $0.map { [Int](repeating: -1, count: $0.count) } }
        for k in 0..<classes {
            for (item, lines) in parameters.probabilities.enumerated() {
                let line = lines[k]
                let reference = line.indices.max { line[$0] < line[$1] } ?? 0
                for category in line.indices
                where category != reference && line[category] > LatentClassFit.boundaryLimit {
                    place[item][k][category] = free.count
                    free.append(.answer(item: item, classIndex: k, category: category))
                }
            }
        }
        self.free = free
        self.place = place
    }

    /// Score of one observation had it been in a class, added times `factor` to a column.
    func add(
        observation: Int, classIndex k: Int, times factor: Double, to matrix: inout DenseMatrix, column: Int,
        rowOf: (Int) -> Int
    ) {
        let cell = Int(data.cellOf[observation])
        let shares = parameters.sharesOfCell[cell]
        let width = data.cells.width
        for l in 1..<max(1, shares.count) {
            let deviation = (l == k ? 1 : 0) - shares[l]
            for a in 0..<width {
                matrix[(l - 1) * width + a, column] += factor * deviation * data.cells.value(cell, a)
            }
        }
        for item in place.indices {
            let answer = data.answer(observation, item)
            guard answer >= 0 else { continue }
            for (category, parameter) in place[item][k].enumerated() where parameter >= 0 {
                let deviation = (category == answer ? 1 : 0) - parameters.probabilities[item][k][category]
                matrix[rowOf(parameter), column] += factor * deviation
            }
        }
    }

    /// Scores of observations, parameters × observations.
    func scores(_ range: Range<Int>) -> DenseMatrix {
        var matrix = DenseMatrix(rows: free.count, columns: range.count)
        for (column, observation) in range.enumerated() {
            for k in 0..<classes {
                let chance = chances[observation * classes + k]
                guard chance > 0 else { continue }
                add(
                    observation: observation, classIndex: k, times: chance, to: &matrix, column: column,
                    rowOf: { $0 })
            }
        }
        return matrix
    }

    private static let block = 4096

    /// `solved` × scores of every observation: dθ/dη·I⁻¹·s̄ for the parameters θ that `solved` has a row of.
    /// - Parameter factor: what each is multiplied by.
    func influence(_ solved: DenseMatrix, times factor: Double) -> DenseMatrix {
        var influence = DenseMatrix(rows: solved.rows, columns: data.count)
        for start in stride(from: 0, to: data.count, by: Self.block) {
            let part = LinearAlgebra.product(solved, scores(start..<min(start + Self.block, data.count)))
            for (index, value) in part.storage.enumerated() {
                influence.storage[start * solved.rows + index] = value * factor
            }
        }
        return influence
    }
}
