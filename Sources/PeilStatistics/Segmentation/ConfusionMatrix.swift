import Foundation
public import PeilNumerics
internal import PeilTable

/// Totals of people by placing and segment, as shares within segments: M[j,k] = Σ w pₖ1(placed j) / Σ w pₖ, and the share
/// placed rightly. p: 1 for the segment, or its chance.  Rows that are not placed, or have no segment, do not count.
struct ConfusionEstimator: SmoothEstimator {
    let segments: Segmentation
    /// Of the same respondents.
    let placings: Segmentation

    private var size: Int { segments.segmentCount }
    var basicCount: Int { size * size }
    var labels: [ParameterLabel] {
        segments.codes.dropLast().flatMap { segment in
            placings.codes.dropLast().map { ParameterLabel("placed \($0)", level: segment) }
        } + [ParameterLabel("placed rightly")]
    }

    func isComplete(_ row: Int) -> Bool { segments.isPlaced(row) && placings.isPlaced(row) }

    func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        let placed = Int(placings.codeOfRow[row])
        for k in 0..<size { totals[offset + k * size + placed] += weight * segments.membership(row, k) }
    }

    func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard count > 0 else { throw .emptyDomain }
        var values: [Double] = []
        var right = 0.0
        for k in 0..<size {
            let own = totals[(k * size)..<((k + 1) * size)]
            let sum = own.reduce(0, +)
            guard sum > 0 else { throw .emptySegment(segments.codes[k]) }
            values += own.map { $0 / sum }
            right += totals[k * size + k]
        }
        return values + [right / totals.reduce(0, +)]
    }

    func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        var gradient = DenseMatrix(rows: values.count, columns: basicCount)
        let all = totals.reduce(0, +)
        let last = values.count - 1
        for k in 0..<size {
            let sum = totals[(k * size)..<((k + 1) * size)].reduce(0, +)
            for j in 0..<size {
                for i in 0..<size {
                    gradient[k * size + j, k * size + i] = ((i == j ? 1 : 0) - values[k * size + j]) / sum
                }
                gradient[last, k * size + j] = ((j == k ? 1 : 0) - values[last]) / all
            }
        }
        return gradient
    }
}

/// How a tool places the people of each segment.
public struct ConfusionMatrix: Sendable, Equatable {
    /// Segments, without the code of the unplaced.
    public let codes: [String]
    /// M[j,k] = P(placed j | segment k), segment by segment: the place of (j, k) is k·K + j.
    public let shares: [Double]
    /// K² × K², in the same order; nil where no margin may be given.
    public let covariance: DenseMatrix?
    /// Respondents placed whose likeliest segment this is.
    public let counts: [Int]
    public let degreesOfFreedom: Int

    public init(codes: [String], shares: [Double], covariance: DenseMatrix?, counts: [Int], degreesOfFreedom: Int) {
        precondition(shares.count == codes.count * codes.count && counts.count == codes.count, "a square of segments")
        precondition(covariance.map { $0.rows == shares.count && $0.columns == shares.count } ?? true, "all shares")
        self.codes = codes
        self.shares = shares
        self.covariance = covariance
        self.counts = counts
        self.degreesOfFreedom = degreesOfFreedom
    }

    public func share(placed: Int, segment: Int) -> Double { shares[segment * codes.count + placed] }

    public func standardError(placed: Int, segment: Int) -> Double? {
        let place = segment * codes.count + placed
        return covariance.map { max(0, $0[place, place]).squareRoot() }
    }

    /// Placings × segments.
    var matrix: DenseMatrix { DenseMatrix(rows: codes.count, columns: codes.count, storage: shares) }
}

/// How well a tool places people whom it has not seen: each by the tool that the other folds gave, with items chosen
/// in those folds only.
public struct TypingAssessment: Sendable, Equatable {
    public let confusion: ConfusionMatrix
    /// The share placed in their own segment, of those whom the tool can place.
    public let accuracy: Double
    public let accuracyError: Double?
    /// What placing everybody in the largest segment would give.
    public let largestShare: Double
    /// −Σ w log P(own segment) / Σ w of those whom the tool can place, in nats.
    public let logLoss: Double
    /// The share whom the tool cannot place.
    public let unplacedShare: Double
    public let count: Int

    public init(
        confusion: ConfusionMatrix, accuracy: Double, accuracyError: Double?, largestShare: Double, logLoss: Double,
        unplacedShare: Double, count: Int
    ) {
        self.confusion = confusion
        self.accuracy = accuracy
        self.accuracyError = accuracyError
        self.largestShare = largestShare
        self.logLoss = logLoss
        self.unplacedShare = unplacedShare
        self.count = count
    }
}

extension Estimation {
    /// How placings agree with segments.
    /// - Throws: `EstimationError.emptySegment` where nobody of a segment was placed; `DesignError`, `ReplicateError`.
    public func assess(_ placings: Segmentation, of segments: Segmentation) throws -> TypingAssessment {
        guard placings.codes == segments.codes else { throw TypingError.segmentsDisagree }
        let everyone = Grouping.everyone(rowCount: design.rowCount)
        let mask = (0..<design.rowCount).map { segments.isPlaced($0) }
        let estimates = try estimate(
            ConfusionEstimator(segments: segments, placings: placings), by: everyone, in: mask,
            wishes: Wishes(covariance: true))
        let values = try estimates.outcomes[0].get()
        let size = segments.segmentCount
        var (counts, loss, weight) = ([Int](repeating: 0, count: size), CompensatedSum(), CompensatedSum())
        for row in mask.indices where mask[row] && placings.isPlaced(row) && design.weights[row] > 0 {
            counts[Int(segments.codeOfRow[row])] += 1
            weight.add(design.weights[row])
            for k in 0..<size where segments.membership(row, k) > 0 {
                let chance = max(placings.membership(row, k), 1e-12)
                loss.add(-design.weights[row] * segments.membership(row, k) * log(chance))
            }
        }
        let sizes = try estimate(SegmentSizeEstimator(segments, onlyPlaced: true), by: everyone).outcomes[0].get()
        let covariance = claim == .none ? nil : estimates.covariance?.leading(size * size)
        return TypingAssessment(
            confusion: ConfusionMatrix(
                codes: Array(segments.codes.dropLast()), shares: Array(values.dropLast()), covariance: covariance,
                counts: counts, degreesOfFreedom: estimates.degreesOfFreedom[0]),
            accuracy: values[size * size], accuracyError: estimates.standardError(0, size * size),
            largestShare: sizes.max() ?? 0, logLoss: loss.value / weight.value,
            unplacedShare: estimates.missingShare(0), count: estimates.counts[0])
    }
}
