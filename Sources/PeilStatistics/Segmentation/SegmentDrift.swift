internal import PeilNumerics
public import PeilTable

/// What a wave looked like to its segments: the answers to the items, the sizes, how sure the placing was and how
/// well the answers fitted. Kept with a frozen model, so that later waves can be held against it.
public struct SegmentReference: Sendable, Equatable {
    public let items: [String: AnswerDistribution]
    /// Weighted share of each code, those who cannot be placed included: sums of chances, as sizes are everywhere.
    public let sizes: [Double]
    public let effectiveN: Double
    /// Weighted mean of the highest chance of those placed; nil for methods that decide without chance.
    public let sureness: Double?
    /// Weighted mean and standard deviation of how well a respondent fits: log-likelihood per answered item for classes,
    /// minus squared distance for clusters; nil for rules.
    public let fit: AnswerDistribution.Moments?

    public init(
        items: [String: AnswerDistribution], sizes: [Double], effectiveN: Double, sureness: Double?,
        fit: AnswerDistribution.Moments?
    ) {
        self.items = items
        self.sizes = sizes
        self.effectiveN = effectiveN
        self.sureness = sureness
        self.fit = fit
    }

    /// - Parameter items: names of the items.
    /// - Parameter segmentation: the segment of each row.
    /// - Parameter table: the answers.
    /// - Parameter weights: weights of the rows, 0 or more.
    /// - Parameter fit: of each row; nil for rows that cannot be placed.
    public init(
        _ segmentation: Segmentation, items: [String], of table: Table, weights: [Double], fit: [Double?]? = nil
    ) throws {
        var distributions: [String: AnswerDistribution] = [:]
        for item in items {
            distributions[item] = AnswerDistribution(try table.column(item), weights: weights)
        }
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: segmentation.codes.count)
        var highest = CompensatedSum()
        var placed = CompensatedSum()
        for row in weights.indices {
            guard segmentation.isPlaced(row) else {
                sums[segmentation.segmentCount].add(weights[row])
                continue
            }
            for segment in 0..<segmentation.segmentCount {
                sums[segment].add(weights[row] * segmentation.membership(row, segment))
            }
            placed.add(weights[row])
            highest.add(weights[row] * segmentation.membership(row, Int(segmentation.codeOfRow[row])))
        }
        let total = CompensatedSum.of(weights)
        let squares = CompensatedSum.of(weights.lazy.map { $0 * $0 })
        self.init(
            items: distributions, sizes: sums.map { total > 0 ? $0.value / total : 0 },
            effectiveN: squares > 0 ? total * total / squares : 0,
            sureness: segmentation.memberships != nil && placed.value > 0 ? highest.value / placed.value : nil,
            fit: fit.flatMap { Self.moments($0, weights) })
    }

    private static func moments(_ values: [Double?], _ weights: [Double]) -> AnswerDistribution.Moments? {
        var total = CompensatedSum()
        var sum = CompensatedSum()
        for (value, weight) in zip(values, weights) {
            guard let value, value.isFinite else { continue }
            total.add(weight)
            sum.add(weight * value)
        }
        guard total.value > 0 else { return nil }
        let mean = sum.value / total.value
        var squares = CompensatedSum()
        for (value, weight) in zip(values, weights) {
            guard let value, value.isFinite else { continue }
            squares.add(weight * (value - mean) * (value - mean))
        }
        return AnswerDistribution.Moments(mean: mean, variance: squares.value / total.value)
    }
}

/// How a wave differs from the one its segments were made on. No test: signs that the segments may not mean the same
/// any more. What chance alone would give stands beside each measure.
public struct SegmentDrift: Sendable {
    public let items: [WaveShift]
    /// Codes, and their share then and now.
    public let sizes: [(code: String, before: Double, now: Double)]
    public let sureness: (before: Double, now: Double)?
    /// Mean fit then and now, and the difference in standard deviations of the reference.
    public let fit: (before: Double, now: Double, standardised: Double)?
    /// Items with answers that the model does not know, and how many rows gave one.
    public let unknownAnswers: [(item: String, rows: Int)]

    /// Limits above which a person should look before the wave is used.
    public struct Limits: Sendable, Equatable {
        public var items: ShiftLimits
        public var sureness: Double
        public var fit: Double

        public init(
            items: ShiftLimits = ShiftLimits(totalVariation: 0.1, standardisedDifference: 0.25, missingShare: 0.05),
            sureness: Double = 0.05, fit: Double = 0.2
        ) {
            self.items = items
            self.sureness = sureness
            self.fit = fit
        }
    }

    /// What lies above a limit.
    public enum Alarm: Sendable, Equatable {
        case item(String)
        case missing(String)
        case sureness
        case fit
        case unknownAnswers(String)
    }

    public init(
        codes: [String], from before: SegmentReference, to now: SegmentReference,
        unknownAnswers: [(item: String, rows: Int)]
    ) {
        items = before.items.keys.sorted().compactMap { name in
            guard let old = before.items[name], let new = now.items[name] else { return nil }
            return WaveShift(name, from: old, to: new)
        }
        sizes = codes.indices.map { (codes[$0], before.sizes[$0], now.sizes[$0]) }
        if let old = before.sureness, let new = now.sureness { sureness = (old, new) } else { sureness = nil }
        if let old = before.fit, let new = now.fit, old.variance > 0 {
            fit = (old.mean, new.mean, (new.mean - old.mean) / old.variance.squareRoot())
        } else {
            fit = nil
        }
        self.unknownAnswers = unknownAnswers
    }

    public func alarms(_ limits: Limits) -> [Alarm] {
        var alarms = items.filter { $0.exceeds(limits.items) }.map { Alarm.item($0.question) }
        alarms += items.filter { $0.missingExceeds(limits.items) }.map { .missing($0.question) }
        if let sureness, sureness.before - sureness.now > limits.sureness { alarms.append(.sureness) }
        if let fit, fit.standardised < -limits.fit { alarms.append(.fit) }
        return alarms + unknownAnswers.filter { $0.rows > 0 }.map { .unknownAnswers($0.item) }
    }
}
