import Foundation
public import PeilNumerics
public import PeilTable

/// Cronbach's alpha of a scale and what tells whether its items belong together, over rows that answered all items.
///
/// α = k/(k − 1) · (1 − Σ Sⱼⱼ / Σ Sⱼₖ) from the weighted covariances S; standardised, the same of correlations. Per item:
/// alpha of the others, and the correlation with the sum of the others. With two items there are no others to take
/// alpha of; their Spearman–Brown coefficient 2r/(1 + r) is the standardised alpha.
/// All are functions of S, so that the engine gives their standard errors.
/// Cronbach 1951; Eisinga, te Grotenhuis & Pelzer 2013, for two items; R survey's svycralpha.
public struct AlphaEstimator: SmoothEstimator {
    /// What the parameters are, in the order of `labels`.
    public enum Quantity: String, Sendable {
        case alpha
        case standardised = "alpha_standardised"
        case ifDropped = "alpha_if_dropped"
        case itemRest = "item_rest_correlation"
    }

    private let items: ItemCovariances
    public let quantities: [Quantity]
    public let labels: [ParameterLabel]
    private var size: Int { items.names.count }
    public var basicCount: Int { items.moments.basicCount }

    /// - Parameter table: the answers.
    /// - Parameter scale: items and how they are taken.
    /// - Parameter name: what the scale as a whole is called in labels.
    public init(_ scale: ScaleItems, of table: Table, name: String = "scale") throws {
        items = try ItemCovariances(scale.names, try scale.columns(of: table))
        let dropped = scale.names.count > 2 ? scale.names : []
        quantities =
            [.alpha, .standardised] + dropped.map { _ in .ifDropped } + scale.names.map { _ in .itemRest }
        let owners = [name, name] + dropped + scale.names
        labels = zip(owners, quantities).map { ParameterLabel($0, level: $1.rawValue) }
    }

    public func isComplete(_ row: Int) -> Bool { items.moments.isComplete(row) }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        items.moments.add(row, weight: weight, to: &totals, at: offset)
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        let s = try items.matrix(at: totals, count: count)
        let all = Array(0..<size)
        var values = [try alpha(s, all), try alpha(Self.correlations(s), all)]
        if size > 2 { for j in all { values.append(try alpha(s, all.filter { $0 != j })) } }
        return values + all.map { itemRest(s, $0).value }
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        guard let s = try? items.matrix(at: totals, count: count) else {
            return DenseMatrix(rows: values.count, columns: basicCount)
        }
        let all = Array(0..<size)
        var slopes = [alphaSlopes(s, all), standardisedSlopes(s)]
        if size > 2 { for j in all { slopes.append(alphaSlopes(s, all.filter { $0 != j })) } }
        slopes += all.map { itemRest(s, $0).slopes }
        return items.gradient(slopes, at: totals, isScaleFree: true)
    }

    // MARK: Functions of S

    /// Σ Sⱼⱼ and Σ Sⱼₖ over some items.
    private func sums(_ s: DenseMatrix, _ chosen: [Int]) -> (own: Double, all: Double) {
        var (own, all) = (0.0, 0.0)
        for j in chosen {
            own += s[j, j]
            for k in chosen { all += s[j, k] }
        }
        return (own, all)
    }

    private func alpha(_ s: DenseMatrix, _ chosen: [Int]) throws(EstimationError) -> Double {
        let (own, all) = sums(s, chosen)
        // Items that take each other away leave a sum that does not vary.
        guard all > 1e-12 * own else { throw .constantColumn("sum of the items") }
        let k = Double(chosen.count)
        return k / (k - 1) * (1 - own / all)
    }

    private func alphaSlopes(_ s: DenseMatrix, _ chosen: [Int]) -> DenseMatrix {
        let (own, all) = sums(s, chosen)
        let factor = Double(chosen.count) / Double(chosen.count - 1)
        var slopes = DenseMatrix(rows: size, columns: size)
        for j in chosen {
            for k in chosen where k >= j {
                slopes[j, k] = factor * (j == k ? own / (all * all) - 1 / all : 2 * own / (all * all))
            }
        }
        return slopes
    }

    private static func correlations(_ s: DenseMatrix) -> DenseMatrix {
        var r = s
        for j in 0..<s.rows { for k in 0..<s.rows { r[j, k] /= (s[j, j] * s[k, k]).squareRoot() } }
        return r
    }

    /// ∂r/∂Sⱼₖ = 1/√(Sⱼⱼ Sₖₖ), ∂r/∂Sⱼⱼ = −r/(2 Sⱼⱼ).
    private func standardisedSlopes(_ s: DenseMatrix) -> DenseMatrix {
        let r = Self.correlations(s)
        let all = sums(r, Array(0..<size)).all
        let outer = Double(size) / Double(size - 1) * 2 * Double(size) / (all * all)
        var slopes = DenseMatrix(rows: size, columns: size)
        for j in 0..<size {
            for k in (j + 1)..<max(size, j + 1) {
                slopes[j, k] = outer / (s[j, j] * s[k, k]).squareRoot()
                slopes[j, j] -= outer * r[j, k] / (2 * s[j, j])
                slopes[k, k] -= outer * r[j, k] / (2 * s[k, k])
            }
        }
        return slopes
    }

    /// c / √(Sⱼⱼ V), c = Σₖ≠ⱼ Sⱼₖ and V the variance of the sum of the others; 0 where that sum does not vary.
    private func itemRest(_ s: DenseMatrix, _ item: Int) -> (value: Double, slopes: DenseMatrix) {
        let others = (0..<size).filter { $0 != item }
        let variance = sums(s, others).all
        let covariance = others.reduce(0) { $0 + s[item, $1] }
        var slopes = DenseMatrix(rows: size, columns: size)
        guard variance > 1e-12 * sums(s, others).own else { return (0, slopes) }
        let root = (s[item, item] * variance).squareRoot()
        let value = covariance / root
        slopes[item, item] = -value / (2 * s[item, item])
        for j in others {
            slopes[min(j, item), max(j, item)] = 1 / root
            slopes[j, j] = -value / (2 * variance)
            for k in others where k > j { slopes[j, k] = -value / variance }
        }
        return (value, slopes)
    }
}

extension ConfidenceInterval {
    /// The interval of an alpha below 1 from ln(1 − α), whose standard error is se/(1 − α): it ends below 1 and is longer
    /// downwards.  Bonett 2002, with the design's standard error.
    public static func ofAlpha(
        _ alpha: Double, standardError: Double, degreesOfFreedom: Int, level: Double
    ) -> ConfidenceInterval? {
        guard degreesOfFreedom > 0, alpha < 1 else { return nil }
        let half = tQuantile(level, degreesOfFreedom) * standardError / (1 - alpha)
        return ConfidenceInterval(
            level: level, method: "log(1-alpha)", lower: 1 - (1 - alpha) * exp(half),
            upper: 1 - (1 - alpha) * exp(-half))
    }
    /// The interval of a correlation from Fisher's z = artanh r, whose standard error is se/(1 − r²): it stays within
    /// −1 and 1. nil at ±1, where no interval can be had.  Fisher 1921, with the design's standard error.
    public static func ofCorrelation(
        _ r: Double, standardError: Double, degreesOfFreedom: Int, level: Double
    ) -> ConfidenceInterval? {
        guard degreesOfFreedom > 0, abs(r) < 1 else { return nil }
        let half = tQuantile(level, degreesOfFreedom) * standardError / (1 - r * r)
        let centre = atanh(r)
        return ConfidenceInterval(
            level: level, method: "artanh", lower: tanh(centre - half), upper: tanh(centre + half))
    }
}
