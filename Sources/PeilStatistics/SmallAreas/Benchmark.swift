internal import PeilNumerics

/// Small-area estimates made to add up to a figure of the whole region: Σ Wᵢθ̂ᵢ/ΣW = its direct estimate.
/// Rao & Molina 2015, §6.4.6.
public struct Benchmark: Sendable, Equatable {
    public enum Form: String, Sendable, CaseIterable {
        /// Every area times the same factor.
        case ratio
        /// The same added to every area.
        case difference
    }

    /// The column with the size of each area.
    public var weights: String
    /// The figure of the region; nil for the weighted mean of the areas' direct estimates.
    public var target: Double?
    public var form: Form

    public init(weights: String, target: Double? = nil, form: Form = .ratio) {
        self.weights = weights
        self.target = target
        self.form = form
    }

    /// - Throws: `SmallAreaError.badBenchmark`.
    func apply(
        _ areas: [SmallAreaEstimate], weights: [Double]
    ) throws(SmallAreaError) -> (values: [Double], factor: Double) {
        let total = CompensatedSum.of(weights)
        guard total > 0 else { throw .badBenchmark("the weights sum to 0") }
        let mean = CompensatedSum.of(zip(weights, areas).lazy.map { $0 * $1.estimate }) / total
        let wanted: Double
        if let target {
            wanted = target
        } else {
            let known = zip(weights, areas).filter { $0.1.direct != nil }
            guard known.count == areas.count else {
                throw .badBenchmark("an area without a direct estimate has no part in the region's; name the target")
            }
            wanted = CompensatedSum.of(known.lazy.map { $0.0 * ($0.1.direct ?? 0) }) / total
        }
        return try form.adjusted(areas.map(\.estimate), from: mean, to: wanted)
    }
}

extension Benchmark.Form {
    /// Values whose weighted mean is `mean`, changed so that it becomes `wanted`.
    func adjusted(
        _ values: [Double], from mean: Double, to wanted: Double
    ) throws(SmallAreaError) -> (values: [Double], factor: Double) {
        switch self {
        case .difference: return (values.map { $0 + wanted - mean }, wanted - mean)
        case .ratio:
            guard mean != 0 else { throw .badBenchmark("estimates that sum to 0 cannot be multiplied") }
            return (values.map { $0 * wanted / mean }, wanted / mean)
        }
    }
}
