import Foundation
internal import PeilNumerics

/// Latent classes as they were found, with what can be said of the solution.
public struct LatentClassFit: Sendable {
    public let model: LatentClassModel
    public let logLikelihood: Double
    /// Respondents used, or the sum of weights that count respondents.
    public let count: Double
    /// Kish: (Σw)² / Σw².
    public let effectiveCount: Double
    public let parameterCount: Int
    /// Free answers' combinations (or respondents, where fewer) minus parameters.
    public let residualDegreesOfFreedom: Double
    /// How many starts ended in this solution, of how many.
    public let bestReached: (by: Int, of: Int)
    public let steps: Int
    /// −Σ w Σₖ p log p over respondents, p the posterior chances.
    public let posteriorEntropy: Double
    /// Expected share of respondents placed in another class than their own: 1 − Σ w maxₖ p / Σ w.
    public let classificationError: Double
    /// Likelihood ratio G² and Pearson's X² against the saturated table; nil where answers are missing, weights are
    /// not counts, or covariates take part.
    public let likelihoodRatio: Double?
    public let pearson: Double?
    /// Chances that ended at 0 or 1.
    public let boundaries: [Boundary]
    /// Directions in which the likelihood is flat though nothing lies at a boundary; 0 for an identified model.
    public let flatDirections: Int
    /// Of the information with unit diagonal, relative to the largest: how near the model is to not being identified.
    public let smallestEigenvalue: Double

    /// Below this an eigenvalue counts as 0.
    public static let flatLimit = 1e-5

    public struct Boundary: Sendable, Equatable {
        public let item: String
        public let classCode: String
        public let category: String
        public let isOne: Bool
    }

    public static let boundaryLimit = 1e-6

    /// A fit whose numbers were kept.
    public init(
        model: LatentClassModel, logLikelihood: Double, count: Double, effectiveCount: Double, parameterCount: Int,
        residualDegreesOfFreedom: Double, bestReached: (by: Int, of: Int), steps: Int, posteriorEntropy: Double,
        classificationError: Double, likelihoodRatio: Double?, pearson: Double?, flatDirections: Int,
        smallestEigenvalue: Double
    ) {
        self.model = model
        self.logLikelihood = logLikelihood
        self.count = count
        self.effectiveCount = effectiveCount
        self.parameterCount = parameterCount
        self.residualDegreesOfFreedom = residualDegreesOfFreedom
        self.bestReached = bestReached
        self.steps = steps
        self.posteriorEntropy = posteriorEntropy
        self.classificationError = classificationError
        self.likelihoodRatio = likelihoodRatio
        self.pearson = pearson
        boundaries = Self.boundaries(model)
        self.flatDirections = flatDirections
        self.smallestEigenvalue = smallestEigenvalue
    }

    /// −2 log L + 2 p.  Akaike 1974.
    public var aic: Double { -2 * logLikelihood + 2 * Double(parameterCount) }
    /// −2 log L + p log n.  Schwarz 1978.
    public var bic: Double { -2 * logLikelihood + Double(parameterCount) * log(count) }
    /// The same with the effective number of respondents, to which the log-likelihood is scaled as well: weights that
    /// vary leave less information than there are rows.
    public var effectiveBIC: Double {
        -2 * logLikelihood * effectiveCount / count + Double(parameterCount) * log(effectiveCount)
    }
    /// BIC + 2 × posterior entropy.  Biernacki, Celeux & Govaert 2000.
    public var icl: Double { bic + 2 * posteriorEntropy }
    /// 1 − entropy / (n log K): 1 where everybody is placed for certain; nil for one class.  Ramaswamy et al. 1993.
    public var relativeEntropy: Double? {
        model.classCount > 1 ? 1 - posteriorEntropy / (count * log(Double(model.classCount))) : nil
    }
}

extension LatentClassFit {
    init(
        _ method: LatentClasses, _ sample: LatentClassSample, _ search: LatentClassSearch,
        _ run: LatentClassSearch.Run, bestReached: (by: Int, of: Int), steps: Int
    ) {
        let parameters = Self.ordered(run.parameters, sample)
        let model = sample.model(parameters)
        self.model = model
        logLikelihood = run.logLikelihood
        count = sample.count
        effectiveCount = method.weightRule == .frequency ? sample.count : sample.effectiveCount
        parameterCount = sample.parameterCount(classes: method.classes)
        residualDegreesOfFreedom =
            min(sample.possiblePatterns, sample.count) - Double(sample.parameterCount(classes: method.classes))
        self.bestReached = bestReached
        self.steps = steps
        let table = search.mixture.table(
            sharesOfCell: parameters.sharesOfCell, probabilities: parameters.probabilities)
        let (chances, logs) = search.mixture.mixture.posteriors(table: table, fallback: model.shares)
        (posteriorEntropy, classificationError) = Self.sureness(chances, sample.weights, method.classes)
        let isCounted = method.covariates.isEmpty && !sample.data.patterns.answers.contains(0)
        let isEqual = sample.effectiveCount > Double(sample.rowCount) * (1 - 1e-9)
        let tests =
            isCounted && (method.weightRule == .frequency || isEqual)
            ? Self.distances(sample.weights, logs, sample.count) : nil
        likelihoodRatio = tests?.likelihoodRatio
        pearson = tests?.pearson
        boundaries = Self.boundaries(model)
        let eigenvalues = LatentClassInformation(sample, search, parameters).relativeEigenvalues
        flatDirections = eigenvalues.count { $0 < Self.flatLimit }
        smallestEigenvalue = eigenvalues.first ?? 1
    }

    /// Classes by falling share; equal shares by the chances of their answers.
    private static func ordered(
        _ parameters: LatentClassParameters, _ sample: LatentClassSample
    ) -> LatentClassParameters {
        let shares = sample.model(parameters).shares
        let chances = shares.indices.map { k in parameters.probabilities.flatMap { $0[k] } }
        let order = shares.indices.sorted { a, b in
            if shares[a] != shares[b] { return shares[a] > shares[b] }
            return chances[a].lexicographicallyPrecedes(chances[b])
        }
        var result = parameters
        result.sharesOfCell = parameters.sharesOfCell.map { own in order.map { own[$0] } }
        result.probabilities = parameters.probabilities.map { own in order.map { own[$0] } }
        if !parameters.coefficients.isEmpty {
            // The first class is the one that others are compared with.
            let width = sample.data.cells.width
            let rows = shares.indices.map { k in
                (0..<width).map { k == 0 ? 0 : parameters.coefficients[(k - 1) * width + $0] }
            }
            result.coefficients = order.dropFirst().flatMap { k in
                (0..<width).map { rows[k][$0] - rows[order[0]][$0] }
            }
        }
        return result
    }

    private static func sureness(
        _ chances: [Double], _ weights: [Double], _ classes: Int
    ) -> (entropy: Double, error: Double) {
        var entropy = CompensatedSum()
        var missed = CompensatedSum()
        var total = CompensatedSum()
        for (observation, weight) in weights.enumerated() {
            let own = chances[(observation * classes)..<((observation + 1) * classes)]
            for chance in own where chance > 0 { entropy.add(-weight * chance * log(chance)) }
            missed.add(weight * (1 - (own.max() ?? 1)))
            total.add(weight)
        }
        return (entropy.value, missed.value / total.value)
    }

    /// 2 Σ O log(O/E) and Σ (O − E)²/E, patterns that nobody gave adding their expectation.
    private static func distances(
        _ observed: [Double], _ logLikelihoods: [Double], _ count: Double
    ) -> (likelihoodRatio: Double, pearson: Double) {
        var ratio = CompensatedSum()
        var square = CompensatedSum()
        var covered = CompensatedSum()
        for (pattern, weight) in observed.enumerated() where weight > 0 {
            let expected = count * exp(logLikelihoods[pattern])
            ratio.add(2 * weight * (log(weight / count) - logLikelihoods[pattern]))
            square.add((weight - expected) * (weight - expected) / expected)
            covered.add(expected)
        }
        return (ratio.value, square.value + max(0, count - covered.value))
    }

    private static func boundaries(_ model: LatentClassModel) -> [Boundary] {
        var found: [Boundary] = []
        for (item, classes) in zip(model.answerItems, model.probabilities) {
            for (k, chances) in classes.enumerated() {
                for (category, chance) in zip(item.categories, chances) {
                    guard chance < boundaryLimit || chance > 1 - boundaryLimit else { continue }
                    found.append(
                        Boundary(
                            item: item.name, classCode: model.codes[k], category: category, isOne: chance > 0.5))
                }
            }
        }
        return found
    }
}
