internal import PeilNumerics
public import PeilTable

/// Would another sample have given these segments? Primary sampling units are drawn anew within their strata, the
/// method is fitted anew with all its starts, everybody is placed by that model, and the division is compared with the
/// one from the whole sample. Hennig 2007; Dolnicar & Leisch 2010; Rao & Wu 1988 for the draws.
public struct SegmentStability: Sendable {
    public let resamples: Int
    public let seed: UInt64
    /// What a stratum with one unit means; under `remove` and `certainty` its unit is in every resample.
    public let lonelyPSU: LonelyPSU

    /// - Parameter lonelyPSU: what happens to a stratum with one unit.
    /// - Parameter seed: seed of what is drawn.
    /// - Parameter resamples: an even number; the agreement of resamples with each other is taken from pairs.
    public init(
        resamples: Int = 100, seed: UInt64, lonelyPSU: LonelyPSU = .fail
    ) throws(SegmentationError) {
        guard resamples >= 2, resamples <= 100_000, resamples.isMultiple(of: 2) else {
            throw .badOption("stability needs an even number of resamples, 2 to 100000")
        }
        self.resamples = resamples
        self.seed = seed
        self.lonelyPSU = lonelyPSU
    }

    /// nₕ − 1 of the nₕ units of a stratum are drawn with replacement, and weights multiplied by nₕ/(nₕ − 1) times
    /// drawn; a calibration is not done again.
    /// - Parameter weights of `design`: in persons; they also weigh all comparisons.
    /// - Throws: what the method throws on the whole sample, or in every resample; `ReplicateError` for lonely strata.
    public func assess<Method: SegmentationMethod>(
        _ method: Method, _ table: Table, _ design: SampleDesign, threads: Int = 1
    ) throws -> StabilityReport {
        precondition(design.rowCount == table.rowCount, "the design of these rows")
        let reference = try method.fit(table, weights: design.weights, threads: threads).score(table)
        let replicates = try ReplicateMaker(
            .raoWuBootstrap(replicates: resamples, seed: seed), lonelyPSU: lonelyPSU
        ).replicates(of: design)
        let pairs = ParallelBlocks(threads: threads).map(resamples / 2) { number in
            Self.pair([2 * number, 2 * number + 1], method, table, design, replicates, reference)
        }
        let fitted = pairs.flatMap(\.resamples)
        if let error = pairs.compactMap(\.error).first, fitted.isEmpty { throw error }
        return StabilityReport(
            segments: (0..<reference.segmentCount).map { segment in
                StabilityReport.Segment(reference.codes[segment], jaccards: fitted.map { $0.jaccards[segment] })
            },
            withReference: StabilityReport.Spread(fitted.map(\.rand)),
            amongResamples: StabilityReport.Spread(pairs.compactMap(\.rand)),
            matchedShare: StabilityReport.Spread(fitted.map(\.matchedShare)),
            resamples: fitted.count, failed: resamples - fitted.count)
    }

    private struct Resample: Sendable {
        let jaccards: [Double]
        let rand: Double
        let matchedShare: Double
    }

    private struct Pair: Sendable {
        var resamples: [Resample] = []
        /// Of the two with each other.
        var rand: Double?
        var error: (any Error)?
    }

    private static func pair<Method: SegmentationMethod>(
        _ numbers: [Int], _ method: Method, _ table: Table, _ design: SampleDesign, _ replicates: ReplicateWeights,
        _ reference: Segmentation
    ) -> Pair {
        var pair = Pair()
        var divisions: [Segmentation] = []
        for number in numbers {
            do {
                let weights = design.rowWeights(ofReplicate: number, replicates)
                let division = try method.fit(table, weights: weights, threads: 1).score(table)
                let agreement = PartitionAgreement(reference, division, weights: design.weights)
                pair.resamples.append(
                    Resample(
                        jaccards: agreement.largestJaccard, rand: agreement.adjustedRandIndex,
                        matchedShare: agreement.matchedShare))
                divisions.append(division)
            } catch { pair.error = pair.error ?? error }
        }
        if divisions.count == 2 {
            pair.rand =
                PartitionAgreement(divisions[0], divisions[1], weights: design.weights).adjustedRandIndex
        }
        return pair
    }
}

/// How well segments came back from resamples.
public struct StabilityReport: Sendable, Equatable {
    /// A mean over resamples with its spread.
    public struct Spread: Sendable, Equatable {
        public let mean: Double
        /// Standard deviation over resamples, divisor one less than their number; 0 for one.
        public let deviation: Double
        public let least: Double

        init(_ values: [Double]) {
            let count = Double(values.count)
            let mean = values.isEmpty ? 0 : CompensatedSum.of(values) / count
            let square = CompensatedSum.of(values.lazy.map { ($0 - mean) * ($0 - mean) })
            self.mean = mean
            deviation = values.count > 1 ? (square / (count - 1)).squareRoot() : 0
            least = values.min() ?? 0
        }
    }

    public struct Segment: Sendable, Equatable {
        public let code: String
        /// Of the largest Jaccard coefficient with a segment of the resample.
        public let jaccard: Spread
        /// Share of resamples in which the segment came back: a coefficient of 0.75 or more.
        public let recovered: Double
        /// Share of resamples in which it did not exist: a coefficient of 0.5 or less.
        public let dissolved: Double

        init(_ code: String, jaccards: [Double]) {
            let count = Double(max(1, jaccards.count))
            self.code = code
            jaccard = Spread(jaccards)
            recovered = Double(jaccards.count { $0 >= 0.75 }) / count
            dissolved = Double(jaccards.count { $0 <= 0.5 }) / count
        }

        /// How Hennig reads the mean coefficient.
        public var standing: Standing {
            switch jaccard.mean {
            case 0.85...: .highlyStable
            case 0.75...: .stable
            case 0.6...: .indicatesPattern
            default: .unstable
            }
        }
    }

    /// Hennig 2008, *Journal of Multivariate Analysis* 99, and the manual of fpc: 0.85 or more highly stable; 0.75 or
    /// more stable; 0.6 or more a pattern, but who belongs to it is in doubt; below that not to be trusted.
    public enum Standing: String, Sendable, Codable {
        case highlyStable = "highly stable"
        case stable
        case indicatesPattern = "indicates a pattern"
        case unstable
    }

    public let segments: [Segment]
    /// Adjusted Rand index of resamples with the whole sample.
    public let withReference: Spread
    /// Adjusted Rand index of resamples with each other, in pairs: global stability.
    public let amongResamples: Spread
    /// Share of people who keep their segment under the best matching.
    public let matchedShare: Spread
    /// Resamples in which the method gave segments, and in which it did not.
    public let resamples: Int
    public let failed: Int

    /// What kind of segments these are, by Dolnicar & Leisch 2010.
    public enum Kind: String, Sendable, Codable {
        /// They come back, and people lie clear of the borders.
        case natural
        /// They come back, but the borders run through where people are: other divisions are as good.
        case reproducible
        /// Another sample gives others: useful at most as a decision, not as a finding.
        case constructive
    }

    /// Where the kinds begin. The paper compares pictures and gives no numbers; these are ours. Stability of 0.8 is what
    /// Steinley 2004 calls good recovery; a silhouette of 0.5 what Kaufman & Rousseeuw 1990 call a reasonable structure.
    public struct Thresholds: Sendable, Equatable {
        public let stability: Double
        public let separation: Double

        public init(stability: Double = 0.8, separation: Double = 0.5) {
            self.stability = stability
            self.separation = separation
        }
    }

    /// - Parameter thresholds: where one kind ends.
    /// - Parameter separation: how clear of borders people lie, 0 to 1: for centres the simplified silhouette
    ///   (`CentroidSeparation.silhouette`), for chances of membership the relative entropy.
    public func kind(separation: Double, thresholds: Thresholds = Thresholds()) -> Kind {
        guard amongResamples.mean >= thresholds.stability else { return .constructive }
        return separation >= thresholds.separation ? .natural : .reproducible
    }
}
