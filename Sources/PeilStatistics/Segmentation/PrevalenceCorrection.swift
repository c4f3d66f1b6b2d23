public import PeilNumerics
internal import PeilTable

/// Sizes of segments in a sample that was placed by a typing tool, with what the tool confuses undone: p ≥ 0, Σp = 1
/// that bring Mp nearest to the shares q of the placings, M[j,k] = P(placed j | segment k) from the sample where the tool
/// was made.
///
/// Minimises Σⱼ (qⱼ − (Mp)ⱼ)² / qⱼ, the weights of a multinomial; where no bound holds, p = M⁻¹q. All 2ᴷ − 1 sets of
/// segments that may be above 0 are tried, so the minimum is exact.  Buonaccorsi 2010, *Measurement Error*, ch. 3;
/// Kuha & Skinner 1997.
///
/// Rests on the tool confusing people there as it did here.
public struct PrevalenceCorrection: Sendable, Equatable {
    /// |M|·|M⁻¹| above which a correction would say more about error than about sizes.
    public let conditionLimit: Double
    public let level: Double
    public static let segmentLimit = 12

    public init(conditionLimit: Double = 20, level: Double = 0.95) throws(TypingError) {
        guard conditionLimit >= 1, conditionLimit.isFinite else { throw .badOption("the condition limit is 1 or more") }
        guard level > 0, level < 1 else { throw .badOption("a level lies between 0 and 1") }
        self.conditionLimit = conditionLimit
        self.level = level
    }

    /// - Parameters:
    ///   - confusion: how the tool confuses segments.
    ///   - estimation: the design and its variance.
    ///   - placings: of another sample than that of `confusion`.
    ///   - domain: the rows that count; those who could not be placed never do.
    /// - Throws: `TypingError`; `EstimationError`, `DesignError`, `ReplicateError` of the placings.
    public func sizes(
        of placings: Segmentation, confusion: ConfusionMatrix, estimation: Estimation, in domain: [Bool]? = nil
    ) throws -> CorrectedSizes {
        guard Array(placings.codes.dropLast()) == confusion.codes else { throw TypingError.segmentsDisagree }
        let plain = Segmentation(codes: placings.codes, codeOfRow: placings.codeOfRow, method: placings.method)
        let estimates = try estimation.estimate(
            SegmentSizeEstimator(plain, onlyPlaced: true), by: .everyone(rowCount: estimation.design.rowCount),
            in: domain, wishes: Estimation.Wishes(covariance: true))
        let shares = try estimates.outcomes[0].get()
        let covariance = estimation.claim == .none ? nil : estimates.covariance
        let solution = try solve(shares, confusion, count: estimates.counts[0])
        let margins = covariance.flatMap { own in confusion.covariance.map { solution.covariance(own, $0) } }
        let df = min(estimates.degreesOfFreedom[0], confusion.degreesOfFreedom)
        return CorrectedSizes(
            codes: confusion.codes, condition: solution.condition, covariance: margins,
            sizes: shares.indices.map { k in
                let isAtBound = !solution.support.contains(k)
                let error = isAtBound ? nil : margins.map { max(0, $0[k, k]).squareRoot() }
                return CorrectedSizes.Size(
                    placedShare: shares[k], placedError: covariance.map { max(0, $0[k, k]).squareRoot() },
                    share: solution.shares[k], standardError: error,
                    interval: error.flatMap {
                        ConfidenceInterval.share(
                            solution.shares[k], standardError: $0, count: estimates.counts[0],
                            effectiveN: estimates.effectiveSampleSize(0), degreesOfFreedom: df, level: level,
                            method: .logit)
                    }, isAtBound: isAtBound)
            }, count: estimates.counts[0], degreesOfFreedom: df)
    }

    /// The sizes that fit the placings best.
    func solve(_ placed: [Double], _ confusion: ConfusionMatrix, count: Int) throws(TypingError) -> Solution {
        let size = placed.count
        guard size <= Self.segmentLimit else { throw .tooManySegments(found: size, limit: Self.segmentLimit) }
        let matrix = confusion.matrix
        for k in 0..<size where (0..<size).allSatisfy({ matrix[$0, k] == 0 }) { throw .neverTyped(confusion.codes[k]) }
        let condition = ((try? LinearAlgebra.inverse(matrix)) ?? nil)?.condition ?? .infinity
        guard condition <= conditionLimit else {
            let pair = Self.alike(matrix)
            throw .indistinguishable(
                confusion.codes[pair.0], confusion.codes[pair.1], condition: condition, limit: conditionLimit)
        }
        // A placing that nobody got still has a chance of about half a person.
        let weights = placed.map { 1 / max($0, 0.5 / Double(max(1, count))) }
        var best: Solution?
        for bits in 1..<(1 << size) {
            let support = (0..<size).filter { bits >> $0 & 1 == 1 }
            guard let next = Solution(placed, matrix, weights, support, condition) else { continue }
            if best.map({ next.misfit < $0.misfit - 1e-15 }) ?? true { best = next }
        }
        guard let best else { throw .badOption("the confusion matrix is no table of shares") }
        return best
    }

    /// The two segments whose columns differ least.
    private static func alike(_ matrix: DenseMatrix) -> (Int, Int) {
        var (pair, least) = ((0, min(1, matrix.columns - 1)), Double.infinity)
        for k in 0..<matrix.columns {
            for l in (k + 1)..<max(k + 1, matrix.columns) {
                let distance = (0..<matrix.rows).reduce(0) { $0 + abs(matrix[$1, k] - matrix[$1, l]) }
                if distance < least { (pair, least) = ((k, l), distance) }
            }
        }
        return pair
    }
}

extension PrevalenceCorrection {
    /// The least squares on one set of segments, the others 0: p = A⁻¹(b + μ1), A = MₛᵀWMₛ, b = MₛᵀWq.
    struct Solution {
        let shares: [Double]
        let support: [Int]
        let misfit: Double
        let condition: Double
        private let matrix: DenseMatrix
        private let weights: [Double]
        private let residuals: [Double]
        /// A⁻¹ − A⁻¹11ᵀA⁻¹ / 1ᵀA⁻¹1.
        private let projection: DenseMatrix

        /// nil where a share would be below 0.
        init?(
            _ placed: [Double], _ matrix: DenseMatrix, _ weights: [Double], _ support: [Int], _ condition: Double
        ) {
            let width = support.count
            var products = DenseMatrix(rows: width, columns: width)
            var right = DenseMatrix(rows: width, columns: 1)
            for (a, k) in support.enumerated() {
                for j in placed.indices { right[a, 0] += matrix[j, k] * weights[j] * placed[j] }
                for (b, l) in support.enumerated() {
                    for j in placed.indices { products[a, b] += matrix[j, k] * weights[j] * matrix[j, l] }
                }
            }
            guard let inverse = try? LinearAlgebra.solvePositiveDefinite(products, .identity(width)) else { return nil }
            let plain = LinearAlgebra.product(inverse, right).storage
            let sums = (0..<width).map { a in (0..<width).reduce(0) { $0 + inverse[a, $1] } }
            let all = sums.reduce(0, +)
            let lift = (1 - plain.reduce(0, +)) / all
            let own = zip(plain, sums).map { $0 + lift * $1 }
            guard own.allSatisfy({ $0 >= -1e-12 }) else { return nil }
            var shares = [Double](repeating: 0, count: placed.count)
            for (a, k) in support.enumerated() { shares[k] = max(0, own[a]) }
            let residuals = placed.indices.map { [shares] j in
                placed[j] - support.reduce(0) { $0 + matrix[j, $1] * shares[$1] }
            }
            misfit = placed.indices.reduce(0) { $0 + weights[$1] * residuals[$1] * residuals[$1] }
            self.residuals = residuals
            var projection = inverse
            for a in 0..<width { for b in 0..<width { projection[a, b] -= sums[a] * sums[b] / all } }
            self.projection = projection
            self.shares = shares
            self.support = support
            self.condition = condition
            self.matrix = matrix
            self.weights = weights
        }

        /// V(p) by the delta method, the set of segments above 0 held fixed:
        /// δp = Π(MₛᵀW(δq − δM p) + δMₛᵀW r), Π the projection, r = q − Mp. Placings and matrix are of two samples.
        func covariance(_ placed: DenseMatrix, _ confusion: DenseMatrix) -> DenseMatrix {
            let size = shares.count
            var slopes = DenseMatrix(rows: size, columns: size + size * size)
            for (a, k) in support.enumerated() {
                for (b, l) in support.enumerated() {
                    for j in 0..<size {
                        let pull = projection[a, b] * matrix[j, l] * weights[j]
                        slopes[k, j] += pull
                        for m in support { slopes[k, size + m * size + j] -= pull * shares[m] }
                        slopes[k, size + l * size + j] += projection[a, b] * weights[j] * residuals[j]
                    }
                }
            }
            var both = DenseMatrix(rows: size + size * size, columns: size + size * size)
            for j in 0..<size { for i in 0..<size { both[i, j] = placed[i, j] } }
            for j in 0..<(size * size) { for i in 0..<(size * size) { both[size + i, size + j] = confusion[i, j] } }
            return LinearAlgebra.product(LinearAlgebra.product(slopes, both), slopes.transposed)
        }
    }
}

/// Sizes of segments as placed and as corrected.
public struct CorrectedSizes: Sendable {
    public struct Size: Sendable, Equatable {
        public let placedShare: Double
        public let placedError: Double?
        public let share: Double
        /// Holds the segments at 0 there; nil for those.
        public let standardError: Double?
        public let interval: ConfidenceInterval?
        /// The placings fit best without this segment: a size of 0 that no standard error describes.
        public let isAtBound: Bool
    }

    public let codes: [String]
    /// Of the confusion matrix.
    public let condition: Double
    public let covariance: DenseMatrix?
    public let sizes: [Size]
    public let count: Int
    public let degreesOfFreedom: Int
}
