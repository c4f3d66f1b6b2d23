import Foundation
internal import PeilNumerics

/// A parametric bootstrap of the mean squared errors of small areas: ζ* = Xβ̂ + √A v, z* = ζ* + √D e, the model fitted
/// anew to z*, and the mean of (θ̂* − h(ζ*))² over the draws. Benchmarks are made in every draw too, to Σ w h(z*) over the
/// areas with a direct estimate. Not corrected for the bias of Â: about as much too low as g₁(Â) is.
/// González-Manteiga et al. 2008; R sae's pbmseFH.
///
/// Each draw has a stream of its own, so that the number of threads changes no bit.
public struct AreaBootstrap: Sendable {
    public let draws: Int
    public let seed: UInt64

    /// - Throws: `SmallAreaError.badOption` for fewer than 2 or more than 100,000 draws.
    public init(draws: Int, seed: UInt64) throws(SmallAreaError) {
        guard (2...100_000).contains(draws) else { throw .badOption("a bootstrap takes 2 to 100000 draws") }
        self.draws = draws
        self.seed = seed
    }

    struct Errors {
        let estimates: [Double]
        let benchmarked: [Double]?
        let discarded: Int

        func of(_ area: Int) -> ModelledArea.BootstrapErrors {
            ModelledArea.BootstrapErrors(estimate: estimates[area], benchmarked: benchmarked?[area])
        }
    }

    /// - Throws: `.notConverged` where half of the draws or more allow no fit.
    func errors(
        of model: AreaModel, _ fit: AreaFit, _ data: AreaData, _ sizes: [Double?], threads: Int
    ) throws(SmallAreaError) -> Errors {
        let found = ParallelBlocks(threads: threads).map(draws) { draw in
            try? squares(draw, of: model, fit, data, sizes)
        }
        let kept = found.compactMap { $0 }
        guard kept.count * 2 > draws else { throw .notConverged }
        func mean(_ squares: (Squares) -> [Double]) -> [Double] {
            data.names.indices.map { area in
                CompensatedSum.of(kept.map { squares($0)[area] }) / Double(kept.count)
            }
        }
        return Errors(
            estimates: mean(\.estimates), benchmarked: model.benchmark == nil ? nil : mean(\.benchmarked),
            discarded: draws - kept.count)
    }

    /// Squared errors of a draw, one an area.
    private struct Squares: Sendable {
        var estimates: [Double] = []
        var benchmarked: [Double] = []
    }

    private func squares(
        _ draw: Int, of model: AreaModel, _ fit: AreaFit, _ data: AreaData, _ sizes: [Double?]
    ) throws -> Squares {
        var random = StableRandom(seed: seed).stream("area bootstrap").stream(UInt64(draw))
        let spread = fit.areaVariance.squareRoot()
        var (truth, drawn): ([Double], [Double]) = ([], [])
        for area in data.names.indices {
            let own = fit.prediction(data.matrix.row(area)) + spread * random.normal()
            truth.append(own)
            drawn.append(own + (data.variances[area] ?? 0).squareRoot() * random.normal())
        }
        let again = AreaData(data, drawn: drawn)
        let (method, refit) = try model.estimated(again)
        let scale = model.scale
        let values = again.names.indices.map { index in
            let area = refit.estimate(index, again, method)
            let variance = refit.areaVariance * (1 - area.shrinkage)
            return scale.backMoments(area.estimate, variance: variance).mean
        }
        func squared(_ values: [Double]) -> [Double] {
            zip(values, truth).map { value, own in
                let error = value - scale.back(own)
                return error * error
            }
        }
        var result = Squares(estimates: squared(values))
        if let form = model.benchmark {
            let observed = again.y.map { $0.map(scale.back) }
            let seen = again.y.indices.map { again.y[$0] == nil ? nil : values[$0] }
            let wanted = try AreaModel.mean(observed, sizes)
            let adjusted = try form.adjusted(values, from: try AreaModel.mean(seen, sizes), to: wanted)
            result.benchmarked = squared(adjusted.values)
        }
        return result
    }
}
