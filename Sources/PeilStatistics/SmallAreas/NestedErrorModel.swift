import Foundation
internal import PeilNumerics
public import PeilTable

/// People in areas: yᵢⱼ = xᵢⱼᵀβ + uᵢ + eᵢⱼ with variances σᵤ² between and σₑ² within areas; sampling weights play no part.
///
/// With known population means X̄ of the covariates the area mean is X̄ᵀβ̂ + γᵢ(ȳᵢ − x̄ᵢᵀβ̂), γᵢ = σᵤ²/(σᵤ² + σₑ²/nᵢ); with the
/// population size also the mean over sampled people as observed and the others as predicted. Its mean squared error is
/// that of Prasad & Rao 1990, g₁ + g₂ + 2g₃, for a population that is large beside the sample.
/// Battese, Harter & Fuller 1988; Rao & Molina 2015, ch. 7; R sae's eblupBHF.
public struct NestedErrorModel: Sendable {
    public enum Method: String, Sendable, CaseIterable {
        case restricted = "REML"
        case likelihood = "ML"
    }

    /// What is known of an area's population.
    public struct Population: Sendable, Equatable {
        public let area: String
        public let size: Double?
        public let means: [String: Double]

        public init(area: String, size: Double?, means: [String: Double]) {
            self.area = area
            self.size = size
            self.means = means
        }
    }

    public var response: String
    public var area: String
    public var covariates: [String]
    public var populations: [Population]
    public var method: Method

    public init(
        response: String, area: String, covariates: [String], populations: [Population], method: Method = .restricted
    ) {
        self.response = response
        self.area = area
        self.covariates = covariates
        self.populations = populations
        self.method = method
    }

    /// - Parameter table: the answers.
    /// - Parameter mask: rows that are used; those that lack an answer or a covariate are left out.
    /// - Throws: `TableError`, `SmallAreaError`, `EstimationError`.
    public func run(over table: Table, in mask: [Bool]? = nil) throws -> NestedErrorResult {
        let sums = try NestedSums(self, table, mask)
        let components = try NestedComponents(sums, method)
        return NestedErrorResult(
            labels: sums.labels, coefficients: components.coefficients,
            standardErrors: components.inverse.diagonal.map { max(0, $0).squareRoot() },
            betweenVariance: components.between, withinVariance: components.within, count: sums.count,
            areas: try populations.map { try components.estimate($0, self, sums) })
    }
}

public struct NestedErrorResult: Sendable {
    public struct Area: Sendable {
        public let name: String
        public let count: Int
        /// ȳᵢ; nil for an area without people in the sample.
        public let sampleMean: Double?
        public let synthetic: Double
        public let estimate: Double
        /// Sampled people as observed, the others as predicted; nil without the population size.
        public let finiteEstimate: Double?
        public let shrinkage: Double
        public let meanSquaredError: Double
    }

    public let labels: [String]
    public let coefficients: [Double]
    public let standardErrors: [Double]
    public let betweenVariance: Double
    public let withinVariance: Double
    public let count: Int
    public let areas: [Area]
}
