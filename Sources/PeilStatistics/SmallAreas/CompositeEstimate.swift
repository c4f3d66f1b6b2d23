internal import PeilNumerics

/// Direct and synthetic estimates of areas, weighed: φᵢ yᵢ + (1 − φᵢ) sᵢ with φᵢ = V/(V + Dᵢ), V the mean square by
/// which areas differ from their synthetic estimates, V̂ = max(0, mean of (yᵢ − sᵢ)² − Dᵢ).
///
/// The optimal weight with a common V (Purcell & Kish 1979; Rao & Molina 2015, §3.3). The weight of Drew, Singh &
/// Choudhry 1982 compares the estimated with the known size of an area: with weights that are calibrated to the areas it is
/// always 1. The mean squared error VD/(V + D) takes V and the synthetic estimates as known, so it is a little low.
public struct CompositeEstimate: Sendable {
    public let estimate: Double
    /// φ.
    public let directWeight: Double
    /// nil where V̂ is 0: the areas then look alike, and nothing tells how much they differ all the same.
    public let meanSquaredError: Double?

    /// V̂; nil where fewer than two areas have both estimates.
    static func spread(_ direct: [Double?], _ variances: [Double?], _ synthetic: [Double?]) -> Double? {
        var sum = CompensatedSum()
        var count = 0
        for index in direct.indices {
            guard let y = direct[index], let d = variances[index], let s = synthetic[index] else { continue }
            sum.add((y - s) * (y - s) - d)
            count += 1
        }
        return count >= 2 ? max(0, sum.value / Double(count)) : nil
    }

    /// One for each area; nil where it lacks one of the two estimates.
    public static func of(
        direct: [Double?], variances: [Double?], synthetic: [Double?]
    ) -> [CompositeEstimate?] {
        guard let spread = spread(direct, variances, synthetic) else { return direct.map { _ in nil } }
        return direct.indices.map { index in
            guard let y = direct[index], let d = variances[index], let s = synthetic[index], spread + d > 0 else {
                return nil
            }
            let weight = spread / (spread + d)
            return CompositeEstimate(
                estimate: s + weight * (y - s), directWeight: weight, meanSquaredError: spread > 0 ? weight * d : nil)
        }
    }
}
