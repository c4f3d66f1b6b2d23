internal import PeilNumerics

/// Observed information of latent classes, in the logits of the shares and of the answers within classes.
///
/// With sₖ the score of an observation had it been in class k, pₖ its posterior chance and s̄ = Σ pₖsₖ,
/// −∂² log L = −Σ pₖhₖ − Σ pₖsₖsₖᵀ + s̄s̄ᵀ, hₖ the Hessian of the complete data.  Louis 1982.
struct LatentClassInformation: Sendable {
    let scores: LatentClassScores
    let information: DenseMatrix
    let factor: SemidefiniteFactor
    private let sample: LatentClassSample
    private var parameters: LatentClassParameters { scores.parameters }
    private var place: [[[Int]]] { scores.place }
    private var classes: Int { scores.classes }

    private static let block = 1024

    init(_ sample: LatentClassSample, _ search: LatentClassSearch, _ parameters: LatentClassParameters) {
        self.sample = sample
        scores = LatentClassScores(sample.data, search.mixture, parameters)
        information = Self.information(sample, scores)
        factor = SemidefiniteFactor(information, tolerance: 1e-9)
    }

    /// Eigenvalues of the information with unit diagonal, from small to large, each divided by the largest: what is
    /// near 0 is a direction that the observations do not determine. Empty where there is nothing to determine.
    var relativeEigenvalues: [Double] {
        let scale = information.diagonal.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
        var scaled = information
        for j in scale.indices { for i in scale.indices { scaled[i, j] *= scale[i] * scale[j] } }
        guard let values = try? LinearAlgebra.symmetricEigen(scaled).values.sorted(), let largest = values.last
        else { return [] }
        return values.map { $0 / largest }
    }

    // MARK: Information

    private static func information(_ sample: LatentClassSample, _ scores: LatentClassScores) -> DenseMatrix {
        var result = completeInformation(sample, scores)
        let (classes, chances, place, mixSize) = (scores.classes, scores.chances, scores.place, scores.mixSize)
        let size = scores.free.count
        let ownParameters = (0..<classes).map { k in place.flatMap { $0[k].filter { $0 >= 0 } } }
        for start in stride(from: 0, to: sample.data.count, by: block) {
            let range = start..<min(start + block, sample.data.count)
            var mean = DenseMatrix(rows: size, columns: range.count)
            for k in 0..<classes {
                let rows = Array(0..<mixSize) + ownParameters[k]
                let first = ownParameters[k].first ?? 0
                var own = DenseMatrix(rows: rows.count, columns: range.count)
                for (column, observation) in range.enumerated() {
                    let chance = chances[observation * classes + k]
                    let weight = sample.weights[observation]
                    guard chance > 0, weight > 0 else { continue }
                    scores.add(
                        observation: observation, classIndex: k, times: (weight * chance).squareRoot(), to: &own,
                        column: column, rowOf: { mixSize + $0 - first })
                    let share = chance.squareRoot()
                    for (place, row) in rows.enumerated() { mean[row, column] += share * own[place, column] }
                }
                let product = LinearAlgebra.outerProduct(own)
                for (b, column) in rows.enumerated() {
                    for (a, row) in rows.enumerated() { result[row, column] -= product[a, b] }
                }
            }
            let product = LinearAlgebra.outerProduct(mean)
            for index in result.storage.indices { result.storage[index] += product.storage[index] }
        }
        return result
    }

    /// −Σ w Σₖ pₖ hₖ: covariances of multinomials.
    private static func completeInformation(_ sample: LatentClassSample, _ scores: LatentClassScores) -> DenseMatrix {
        let (parameters, chances, place, classes) = (scores.parameters, scores.chances, scores.place, scores.classes)
        let size = scores.free.count
        let cells = sample.data.cells
        var result = DenseMatrix(rows: size, columns: size)
        var ofCell = [Double](repeating: 0, count: cells.count)
        var answered = place.map { _ in [Double](repeating: 0, count: classes) }
        for observation in 0..<sample.data.count {
            let weight = sample.weights[observation]
            ofCell[Int(sample.data.cellOf[observation])] += weight
            for item in place.indices where sample.data.answer(observation, item) >= 0 {
                for k in 0..<classes { answered[item][k] += weight * chances[observation * classes + k] }
            }
        }
        for cell in 0..<cells.count {
            let shares = parameters.sharesOfCell[cell]
            for k in 1..<max(1, classes) {
                for l in 1..<classes {
                    let covariance = ofCell[cell] * shares[k] * ((k == l ? 1 : 0) - shares[l])
                    for a in 0..<cells.width {
                        for b in 0..<cells.width {
                            result[(k - 1) * cells.width + a, (l - 1) * cells.width + b] +=
                                covariance * cells.value(cell, a) * cells.value(cell, b)
                        }
                    }
                }
            }
        }
        for item in place.indices {
            for k in 0..<classes {
                let line = parameters.probabilities[item][k]
                for (c, row) in place[item][k].enumerated() where row >= 0 {
                    for (d, column) in place[item][k].enumerated() where column >= 0 {
                        result[row, column] = answered[item][k] * line[c] * ((c == d ? 1 : 0) - line[d])
                    }
                }
            }
        }
        return result
    }

    // MARK: From logits to shares

    /// Derivatives of the class shares (mean over respondents) and of the chances of answers, in the order shares, then
    /// item, class, category: natural parameters × free parameters.
    func jacobian(answers: Bool) -> DenseMatrix {
        let line = parameters.probabilities.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
        var result = DenseMatrix(rows: classes + (answers ? line : 0), columns: scores.free.count)
        let cells = sample.data.cells
        let total = CompensatedSum.of(sample.weights)
        var ofCell = [Double](repeating: 0, count: cells.count)
        for observation in 0..<sample.data.count {
            ofCell[Int(sample.data.cellOf[observation])] += sample.weights[observation] / total
        }
        for cell in 0..<cells.count {
            let shares = parameters.sharesOfCell[cell]
            for k in 0..<classes {
                for l in 1..<max(1, classes) {
                    let derivative = ofCell[cell] * shares[k] * ((k == l ? 1 : 0) - shares[l])
                    for a in 0..<cells.width {
                        result[k, (l - 1) * cells.width + a] += derivative * cells.value(cell, a)
                    }
                }
            }
        }
        guard answers else { return result }
        var row = classes
        for (item, lines) in parameters.probabilities.enumerated() {
            for (k, chances) in lines.enumerated() {
                for (c, chance) in chances.enumerated() {
                    for (d, column) in place[item][k].enumerated() where column >= 0 {
                        result[row, column] = chance * ((c == d ? 1 : 0) - chances[d])
                    }
                    row += 1
                }
            }
        }
        return result
    }
}
