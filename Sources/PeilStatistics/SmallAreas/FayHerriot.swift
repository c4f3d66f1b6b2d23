import Foundation
internal import PeilNumerics
public import PeilTable

/// Areas smoothed towards a regression: yᵢ = xᵢᵀβ + vᵢ + eᵢ with v of unknown variance A and e of known variance Dᵢ.
///
/// The best linear predictor is θ̂ᵢ = γᵢ yᵢ + (1 − γᵢ) xᵢᵀβ̂, γᵢ = A/(A + Dᵢ): 1 − γᵢ is the share that is borrowed from other
/// areas. An area without a direct estimate gets xᵢᵀβ̂.  Fay & Herriot 1979; Rao & Molina 2015, ch. 6; R sae's mseFH.
public struct FayHerriot: Sendable {
    /// How A is estimated, and with it the mean squared error of an area.
    public enum Method: String, Sendable, CaseIterable {
        /// Restricted likelihood; MSE of Prasad & Rao 1990 as in Datta & Lahiri 2000.
        case restricted = "REML"
        /// Likelihood; MSE of Datta & Lahiri 2000.
        case likelihood = "ML"
        /// Moments, Σ (y − xᵀβ̂)²/(A + D) = m − p; MSE of Datta, Rao & Smith 2005.
        case moments = "FH"
        /// Restricted likelihood times A, which is never 0: where REML gives 0 every area would become its regression.
        /// MSE as for REML.  Li & Lahiri 2010.
        case adjusted = "AREML"
    }

    public var direct: String
    public var variance: String
    public var area: String
    public var covariates: [AreaCovariate]
    public var method: Method
    /// The method that takes over where `method` finds no variance between areas; nil: every area is its regression.
    public var whenZero: Method?
    public var benchmark: Benchmark?

    public init(
        direct: String, variance: String, area: String, covariates: [AreaCovariate], method: Method = .restricted,
        whenZero: Method? = nil, benchmark: Benchmark? = nil
    ) {
        self.direct = direct
        self.variance = variance
        self.area = area
        self.covariates = covariates
        self.method = method
        self.whenZero = whenZero
        self.benchmark = benchmark
    }

    /// Columns that the benchmark reads.
    public var benchmarkColumns: [String] { benchmark.map { [$0.weights] } ?? [] }

    /// - Parameter table: the answers.
    /// - Parameter mask: rows that are used, one an area; nil for all.
    /// - Throws: `TableError`, `SmallAreaError`, `EstimationError.collinear`.
    public func run(over table: Table, in mask: [Bool]? = nil) throws -> FayHerriotResult {
        let data = try AreaData(self, table, mask)
        var (used, fit) = (method, try AreaFit(data, method))
        if fit.areaVariance == 0, let whenZero { (used, fit) = (whenZero, try AreaFit(data, whenZero)) }
        var areas = data.names.indices.map { fit.estimate($0, data, used) }
        var factor: Double?
        if let benchmark {
            let adjusted = try benchmark.apply(areas, weights: data.weights(benchmark, table))
            factor = adjusted.factor
            for index in areas.indices { areas[index].benchmarked = adjusted.values[index] }
        }
        return FayHerriotResult(data, fit, used, areas, benchmarkFactor: factor)
    }
}

/// An area as the model has it.
public struct SmallAreaEstimate: Sendable {
    public let name: String
    /// nil where the area has no direct estimate.
    public let direct: Double?
    public let directVariance: Double?
    /// xᵢᵀβ̂.
    public let synthetic: Double
    public let estimate: Double
    /// γᵢ: the weight of the direct estimate; 1 − γᵢ is borrowed.
    public let shrinkage: Double
    public let meanSquaredError: Double
    public var benchmarked: Double?
}

public struct FayHerriotResult: Sendable {
    public let labels: [String]
    public let coefficients: [Double]
    public let standardErrors: [Double]
    /// A, and how it was found.
    public let areaVariance: Double
    public let method: FayHerriot.Method
    public let logLikelihood: Double
    public let areas: [SmallAreaEstimate]
    /// What a benchmark multiplied with, or added.
    public let benchmarkFactor: Double?
    /// Areas with a direct estimate.
    public let directCount: Int

    /// Where A is 0 every area is its regression.
    public var hasNoAreaVariance: Bool { areaVariance == 0 }
    public var akaike: Double { -2 * logLikelihood + 2 * Double(labels.count + 1) }
    public var bayes: Double { -2 * logLikelihood + log(Double(directCount)) * Double(labels.count + 1) }

    init(
        _ data: AreaData, _ fit: AreaFit, _ method: FayHerriot.Method, _ areas: [SmallAreaEstimate],
        benchmarkFactor: Double?
    ) {
        self.method = method
        labels = data.matrix.labels
        coefficients = fit.coefficients
        standardErrors = fit.inverse.diagonal.map { max(0, $0).squareRoot() }
        areaVariance = fit.areaVariance
        logLikelihood = fit.logLikelihood(data)
        self.areas = areas
        self.benchmarkFactor = benchmarkFactor
        directCount = data.direct.count
    }
}
