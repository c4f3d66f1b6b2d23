import Foundation
internal import PeilNumerics

/// The nested error model at the ratio λ = σᵤ²/σₑ² that makes its likelihood largest, all else profiled out.
/// V = σₑ² H with Hᵢ⁻¹ = I − λ/(1 + nᵢλ) J, so that sums by area are enough.
struct NestedComponents {
    let between: Double
    let within: Double
    /// Of columns as given.
    let coefficients: [Double]
    /// (XᵀV⁻¹X)⁻¹ of columns as given.
    let inverse: DenseMatrix
    /// Asymptotic variances of σᵤ² and σₑ², and their covariance.
    private let spread: (between: Double, within: Double, both: Double)

    init(_ sums: NestedSums, _ method: NestedErrorModel.Method) throws {
        let isRestricted = method == .restricted
        let ratio = try VarianceSearch(
            scale: 1, likelihood: { try Profile(sums, $0, isRestricted).likelihood },
            score: { try Profile(sums, $0, isRestricted).score }
        ).maximum()
        let profile = try Profile(sums, ratio, isRestricted)
        guard profile.within > 0 else { throw SmallAreaError.notConverged }
        within = profile.within
        between = ratio * profile.within
        let p = sums.coefficientCount
        var back = DenseMatrix.identity(p)
        for j in 1..<max(1, p) { back[0, j] = -sums.centres[j] }
        var own = LinearAlgebra.product(back, profile.coefficients)
        own[0] += sums.centres[p]
        coefficients = own
        var carried = LinearAlgebra.product(
            LinearAlgebra.product(back, profile.inverse), back.transposed)
        for index in carried.storage.indices { carried.storage[index] *= profile.within }
        inverse = carried
        spread = Self.spread(sums, between: between, within: within)
    }

    /// The inverse of the information: Iᵤᵤ = ½Σn²/a², Iᵤₑ = ½Σn/a², Iₑₑ = ½Σ((n − 1)/σₑ⁴ + 1/a²), a = σₑ² + nσᵤ².
    private static func spread(
        _ sums: NestedSums, between: Double, within: Double
    ) -> (between: Double, within: Double, both: Double) {
        var (uu, ue, ee) = (0.0, 0.0, 0.0)
        for n in sums.sizes {
            let a = within + n * between
            uu += n * n / (a * a) / 2
            ue += n / (a * a) / 2
            ee += ((n - 1) / (within * within) + 1 / (a * a)) / 2
        }
        let determinant = uu * ee - ue * ue
        return (ee / determinant, uu / determinant, -ue / determinant)
    }

    /// - Throws: `.missingPopulationMean`, `.populationTooSmall`.
    func estimate(
        _ population: NestedErrorModel.Population, _ model: NestedErrorModel, _ sums: NestedSums
    ) throws(SmallAreaError) -> NestedErrorResult.Area {
        var x = [1.0]
        for name in model.covariates {
            guard let mean = population.means[name] else {
                throw .missingPopulationMean(area: population.area, column: name)
            }
            x.append(mean)
        }
        let synthetic = prediction(x)
        guard let place = sums.areas.firstIndex(where: { $0.utf8.elementsEqual(population.area.utf8) }) else {
            return NestedErrorResult.Area(
                name: population.area, count: 0, sampleMean: nil, synthetic: synthetic, estimate: synthetic,
                finiteEstimate: synthetic, shrinkage: 0, meanSquaredError: between + inverse.quadraticForm(x))
        }
        let n = sums.sizes[place]
        let means = sums.sums[place].indices.map { sums.sums[place][$0] / n + sums.centres[$0] }
        let (own, observed) = ([1.0] + means.dropFirst().dropLast(), means[means.count - 1])
        let shrinkage = between / (between + within / n)
        let effect = shrinkage * (observed - prediction(own))
        var finite: Double?
        if let size = population.size {
            guard size >= n else { throw .populationTooSmall(area: population.area) }
            let others = zip(x, own).map { size > n ? (size * $0 - n * $1) / (size - n) : 0 }
            finite = (n * observed + (size - n) * (prediction(others) + effect)) / size
        }
        return NestedErrorResult.Area(
            name: population.area, count: Int(n), sampleMean: observed, synthetic: synthetic,
            estimate: synthetic + effect, finiteEstimate: finite, shrinkage: shrinkage,
            meanSquaredError: meanSquaredError(x, own, n, shrinkage))
    }

    private func prediction(_ x: [Double]) -> Double { zip(x, coefficients).reduce(0) { $0 + $1.0 * $1.1 } }

    /// g₁ = γσₑ²/n, g₂ = (X̄ − γx̄)ᵀ Q (X̄ − γx̄), g₃ = (σₑ⁴V(σᵤ²) + σᵤ⁴V(σₑ²) − 2σᵤ²σₑ²C)/(n²(σᵤ² + σₑ²/n)³).
    private func meanSquaredError(_ x: [Double], _ own: [Double], _ n: Double, _ shrinkage: Double) -> Double {
        let gap = zip(x, own).map { $0 - shrinkage * $1 }
        let middle = within * within * spread.between + between * between * spread.within
        let moved = middle - 2 * between * within * spread.both
        return shrinkage * within / n + inverse.quadraticForm(gap) + 2 * moved / (n * n * pow(between + within / n, 3))
    }
}

/// The likelihood at some λ.
private struct Profile {
    let coefficients: [Double]
    /// (XᵀH⁻¹X)⁻¹.
    let inverse: DenseMatrix
    /// σₑ² of this λ.
    let within: Double
    let likelihood: Double
    let score: Double

    init(_ sums: NestedSums, _ ratio: Double, _ isRestricted: Bool) throws {
        let p = sums.coefficientCount
        // Products of (x, y) under H⁻¹, and the sums that move with λ.
        var products = sums.products
        var squares = DenseMatrix(rows: p + 1, columns: p + 1)
        var (logarithm, slope) = (0.0, 0.0)
        for (n, s) in zip(sums.sizes, sums.sums) {
            let inner = 1 + n * ratio
            logarithm += log1p(n * ratio)
            slope += n / inner
            for a in 0...p {
                for b in 0...p {
                    products[a, b] -= ratio / inner * s[a] * s[b]
                    squares[a, b] += s[a] * s[b] / (inner * inner)
                }
            }
        }
        let own = products.leading(p)
        inverse = SemidefiniteFactor(own).generalisedInverse
        coefficients = LinearAlgebra.product(inverse, (0..<p).map { products[$0, p] })
        // A row (−β, 1) gives residuals.
        let row = coefficients.map { -$0 } + [1]
        let residual = max(0, products.quadraticForm(row))
        let freedom = Double(sums.count - (isRestricted ? p : 0))
        within = residual / freedom
        guard within > 0 else { throw SmallAreaError.notConverged }
        var value = freedom * log(within) + logarithm
        var derivative = -slope + squares.quadraticForm(row) / within
        if isRestricted {
            value += try LinearAlgebra.symmetricEigen(own).values.reduce(0) { $0 + log(max($1, 1e-300)) }
            derivative += zip(inverse.storage, squares.leading(p).storage).reduce(0) { $0 + $1.0 * $1.1 }
        }
        likelihood = -value / 2
        score = derivative / 2
    }
}
