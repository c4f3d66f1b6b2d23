internal import PeilNumerics

/// A generalised variance function: sampling variances of areas that are themselves estimated from few respondents are
/// replaced by D̃ᵢ = c/ñᵢ, ñ the effective number of respondents, c = Σ Dᵢ / Σ 1/ñᵢ.
///
/// The variance of one respondent's answer and the effect of clusters are thus taken as common to the areas; weights
/// that vary within an area stand in ñ (Kish). The sum of the variances stays what it was. An area whose variance is 0 or
/// unknown gets one too, and does not count in c.  Wolter 2007, ch. 7; Rivest & Belmonte 2000.
public enum VarianceSmoothing {
    /// - Parameters:
    ///   - variances: nil or 0 where an area has none that can be used.
    ///   - effectiveCounts: ñ, positive where an area has a direct estimate.
    /// - Returns: nil where an area has no ñ, or no area has a variance.
    static func smoothed(_ variances: [Double?], effectiveCounts: [Double?]) -> [Double?] {
        let usable = variances.indices.filter { index in
            guard let variance = variances[index], let count = effectiveCounts[index] else { return false }
            return variance > 0 && variance.isFinite && count > 0
        }
        let total = CompensatedSum.of(usable.lazy.map { variances[$0] ?? 0 })
        let inverse = CompensatedSum.of(usable.lazy.map { 1 / (effectiveCounts[$0] ?? 1) })
        return effectiveCounts.map { count in
            guard let count, count > 0, inverse > 0 else { return nil }
            return total / inverse / count
        }
    }
}
