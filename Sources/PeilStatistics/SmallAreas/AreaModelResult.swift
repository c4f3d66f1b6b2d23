import Foundation
internal import PeilNumerics

/// An area as the model has it, on the scale of the model and as a reader sees it.
public struct ModelledArea: Sendable {
    public struct Value: Sendable {
        public let estimate: Double
        public let meanSquaredError: Double
    }

    /// Mean squared errors of a parametric bootstrap.
    public struct BootstrapErrors: Sendable {
        public let estimate: Double
        /// nil without a benchmark.
        public let benchmarked: Double?
    }

    public let name: String
    /// zᵢ and Dᵢ on the scale of the model, smoothed where that was asked; nil without a direct estimate.
    public let direct: Double?
    public let directVariance: Double?
    /// xᵢᵀβ̂, and the best predictor ẑᵢ, on that scale.
    public let regression: Double
    public let prediction: Double
    public let predictionError: Double
    /// γᵢ; 1 − γᵢ is borrowed.
    public let shrinkage: Double
    /// (zᵢ − xᵢᵀβ̂)/√(A + Dᵢ); nil without a direct estimate.
    public let residual: Double?
    /// What an area like this one has without its own answers, E h(U), U ~ N(xᵢᵀβ̂, A).
    public let synthetic: Double
    public let estimate: Double
    public let meanSquaredError: Double
    public var benchmarked: Value?
    public var bootstrap: BootstrapErrors?

    /// What is shown: benchmarked where that was asked.
    public var shown: Value { benchmarked ?? Value(estimate: estimate, meanSquaredError: meanSquaredError) }

    init(_ area: SmallAreaEstimate, _ fit: AreaFit, _ scale: AreaScale) {
        let variance = fit.areaVariance
        (name, direct, directVariance) = (area.name, area.direct, area.directVariance)
        (regression, prediction, predictionError) = (area.synthetic, area.estimate, area.meanSquaredError)
        shrinkage = area.shrinkage
        residual = area.direct.flatMap { z in
            area.directVariance.map { (z - area.synthetic) / (variance + $0).squareRoot() }
        }
        synthetic = scale.backMoments(area.synthetic, variance: variance).mean
        estimate = scale.backMoments(area.estimate, variance: variance * (1 - area.shrinkage)).mean
        meanSquaredError =
            scale == .identity
            ? area.meanSquaredError : scale.backMoments(area.estimate, variance: area.meanSquaredError).variance
    }
}

public struct AreaModelResult: Sendable {
    public let labels: [String]
    public let coefficients: [Double]
    public let standardErrors: [Double]
    /// A on the scale of the model.
    public let areaVariance: Double
    /// How A was found: the method that took over where the asked one gave 0.
    public let method: FayHerriot.Method
    public let scale: AreaScale
    public let logLikelihood: Double
    public let areas: [ModelledArea]
    /// Areas with a direct estimate.
    public let directCount: Int
    /// What the benchmark multiplied with, or added.
    public let benchmarkFactor: Double?
    /// Draws of the bootstrap to which the model could not be fitted.
    public let discardedDraws: Int

    public var hasNoAreaVariance: Bool { areaVariance == 0 }
    /// Areas minus coefficients: what is known of A and β.
    public var degreesOfFreedom: Int { directCount - labels.count }
    public var akaike: Double { -2 * logLikelihood + 2 * Double(labels.count + 1) }

    init(
        _ data: AreaData, _ fit: AreaFit, _ method: FayHerriot.Method, _ scale: AreaScale, _ areas: [ModelledArea],
        benchmarkFactor: Double?, discardedDraws: Int
    ) {
        labels = data.matrix.labels
        coefficients = fit.coefficients
        standardErrors = fit.inverse.diagonal.map { max(0, $0).squareRoot() }
        areaVariance = fit.areaVariance
        self.method = method
        self.scale = scale
        logLikelihood = fit.logLikelihood(data)
        self.areas = areas
        directCount = data.direct.count
        self.benchmarkFactor = benchmarkFactor
        self.discardedDraws = discardedDraws
    }

    /// ẑ ± t(m − p) √MSE on the scale of the model, taken back: a share keeps within 0 and 1. A benchmarked estimate is
    /// put on the scale first, with its error by the delta method. t, because A rests on m − p degrees of freedom only; with
    /// hundreds of areas it is the normal one. nil where the mean squared error is not positive.
    public func interval(_ area: ModelledArea, level: Double) -> ConfidenceInterval? {
        var (centre, variance) = (area.prediction, area.predictionError)
        if let value = area.benchmarked {
            guard let z = scale.forward(value.estimate), scale.slope(z) > 0 else { return nil }
            centre = z
            variance = value.meanSquaredError / (scale.slope(z) * scale.slope(z))
        }
        guard variance > 0, variance.isFinite, degreesOfFreedom > 0 else { return nil }
        let half = ConfidenceInterval.tQuantile(level, degreesOfFreedom) * variance.squareRoot()
        return ConfidenceInterval(
            level: level, method: "model", lower: scale.back(centre - half), upper: scale.back(centre + half))
    }
}
