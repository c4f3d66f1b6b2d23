import Foundation
internal import PeilNumerics
public import PeilTable

/// A mean or share in one segment.
public struct SegmentFigure: Sendable, Equatable {
    public let variable: String
    /// The answer, for shares.
    public let answer: String?
    /// The place of the segment among the codes.
    public let segment: Int
    public let estimate: Double
    public let standardError: Double?
    public let interval: ConfidenceInterval?
    /// Respondents with weight whose likeliest segment this is and who answered.
    public let count: Int
    /// (Σw)² / Σw² of those.
    public let effectiveCount: Double
    /// Against all other placed respondents; nil where nobody else answered, or where the variable made the segments
    /// and a test would say nothing.
    public var comparison: Comparison?

    public struct Comparison: Sendable, Equatable {
        public let rest: Double
        public let difference: Double
        public let standardError: Double?
        public let interval: ConfidenceInterval?
        public let p: Double?
        /// Benjamini–Hochberg over the family; nil where p is.
        public var adjustedP: Double?
        /// 100 · estimate / rest; nil where the rest is not above 0.
        public let index: Double?
        /// From the interval of the logarithm of the ratio.
        public let indexInterval: ConfidenceInterval?
    }
}

extension Estimation {
    /// A variable in every segment, by answer and segment, each against the rest.
    ///
    /// Intervals of shares are those of the logit, of means t; both with the degrees of freedom of all placed rows, as
    /// contrasts have them. Segments of which nobody answered (was asked) have no figure; where one is left it has no
    /// comparison.
    /// - Throws: errors of `ThreeStepEstimator`, `EstimationError`, `DesignError`, `ReplicateError`.
    public func segmentFigures(
        _ variable: DescribingVariable, by segments: Segmentation, of table: Table, options: ThreeStep = ThreeStep(),
        in domain: [Bool]? = nil, level: Double = 0.95
    ) throws -> [SegmentFigure] {
        let everyone = try ThreeStepEstimator(variable, by: segments, of: table, options: options)
        let answered = design.weights.indices.map { row in
            domain?[row] != false && design.weights[row] > 0 && segments.isPlaced(row) && everyone.hasAnswer(row)
        }
        guard answered.contains(true) else { throw EstimationError.emptyDomain }
        let occupied = (0..<segments.segmentCount).filter { k in
            answered.indices.contains { answered[$0] && segments.membership($0, k) > 0 }
        }
        let estimator = try ThreeStepEstimator(
            variable, by: segments, of: table, options: options, reporting: occupied)
        let estimates = try estimate(
            estimator, by: .everyone(rowCount: design.rowCount), in: domain, wishes: Wishes(covariance: true))
        let values = try estimates.outcomes[0].get()
        let bases = SegmentBases(segments, weights: design.weights) { answered[$0] }
        return estimator.levelNames.enumerated().flatMap { column, answer in
            occupied.enumerated().map { position, segment in
                let places = estimator.place(column, position)
                let maker = FigureMargins(
                    estimates: estimates, level: level, isShare: answer != nil, count: bases.counts[segment],
                    effectiveCount: bases.effective(segment))
                return SegmentFigure(
                    variable: variable.name, answer: answer, segment: segment, estimate: values[places.mean],
                    standardError: estimates.standardError(0, places.mean), interval: maker.interval(places.mean),
                    count: bases.counts[segment], effectiveCount: bases.effective(segment),
                    comparison: estimator.hasRest
                        ? maker.comparison(mean: places.mean, difference: places.difference) : nil)
            }
        }
    }
}

/// Respondents by likeliest segment.
struct SegmentBases {
    private(set) var counts: [Int]
    private var sums: [Double]
    private var squares: [Double]

    init(_ segments: Segmentation, weights: [Double], where holds: (Int) -> Bool) {
        counts = [Int](repeating: 0, count: segments.codes.count)
        sums = counts.map { _ in 0 }
        squares = sums
        for row in weights.indices where weights[row] > 0 && holds(row) {
            let segment = Int(segments.codeOfRow[row])
            counts[segment] += 1
            sums[segment] += weights[row]
            squares[segment] += weights[row] * weights[row]
        }
    }

    func effective(_ segment: Int) -> Double {
        squares[segment] > 0 ? sums[segment] * sums[segment] / squares[segment] : 0
    }
}

/// Intervals and tests of one segment's figure.
private struct FigureMargins {
    let estimates: GroupedEstimates
    let level: Double
    let isShare: Bool
    let count: Int
    let effectiveCount: Double

    private var degreesOfFreedom: Int { estimates.degreesOfFreedom[0] }

    func interval(_ place: Int) -> ConfidenceInterval? {
        guard let value = estimates.value(0, place), let error = estimates.standardError(0, place) else { return nil }
        // A corrected share may leave 0…1, by more than rounding; then only the plain interval is left.
        if isShare, value >= -1e-12, value <= 1 + 1e-12 {
            return .share(
                min(1, max(0, value)), standardError: error, count: count, effectiveN: effectiveCount,
                degreesOfFreedom: degreesOfFreedom, level: level, method: .logit)
        }
        return .student(value, standardError: error, degreesOfFreedom: degreesOfFreedom, level: level)
    }

    func comparison(mean: Int, difference: Int) -> SegmentFigure.Comparison? {
        guard let value = estimates.value(0, mean), let gap = estimates.value(0, difference) else { return nil }
        let rest = value - gap
        let error = estimates.standardError(0, difference)
        return SegmentFigure.Comparison(
            rest: rest, difference: gap, standardError: error,
            interval: error.flatMap {
                .student(gap, standardError: $0, degreesOfFreedom: degreesOfFreedom, level: level)
            }, p: error.flatMap { twoSidedP(estimate: gap, standardError: $0, degreesOfFreedom: degreesOfFreedom) },
            adjustedP: nil, index: rest > 0 ? 100 * value / rest : nil,
            indexInterval: indexInterval(value, rest, mean: mean, difference: difference))
    }

    /// log(μ/ρ) with ρ = μ − δ: slopes 1/μ − 1/ρ to μ and 1/ρ to δ.
    private func indexInterval(_ value: Double, _ rest: Double, mean: Int, difference: Int) -> ConfidenceInterval? {
        guard value > 0, rest > 0, estimates.claim != .none, let covariance = estimates.covariance else { return nil }
        var slopes = [Double](repeating: 0, count: covariance.rows)
        slopes[mean] = 1 / value - 1 / rest
        slopes[difference] = 1 / rest
        let error = max(0, covariance.quadraticForm(slopes)).squareRoot()
        let interval = ConfidenceInterval.student(
            log(value / rest), standardError: error, degreesOfFreedom: degreesOfFreedom, level: level)
        return interval.map {
            ConfidenceInterval(
                level: level, method: "log ratio", lower: 100 * exp($0.lower), upper: 100 * exp($0.upper))
        }
    }
}
