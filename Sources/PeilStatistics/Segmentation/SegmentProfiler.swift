internal import PeilNumerics
public import PeilTable

/// Describes segments: sizes, the answers that made them, outside variables against the rest, areas.
public struct SegmentProfiler: Sendable {
    public let inputs: [DescribingVariable]
    public let outside: [DescribingVariable]
    /// The column of areas.
    public let area: String?
    /// How outside variables deal with unsure placing. Without memberships every choice gives domain means.
    public let threeStep: ThreeStep
    public let limits: BaseLimits
    public let level: Double
    /// Adjusted p below which an area counts as different.
    public let significance: Double
    /// Items by which a segment is told.
    public let distinguishingCount: Int

    public init(
        inputs: [DescribingVariable], outside: [DescribingVariable] = [], area: String? = nil,
        threeStep: ThreeStep = ThreeStep(), limits: BaseLimits = BaseLimits(), level: Double = 0.95,
        significance: Double = 0.05, distinguishingCount: Int = 3
    ) throws(SegmentationError) {
        if let twice = firstRepeated(inputs.map(\.name) + outside.map(\.name)) {
            throw .badOption("'\(twice)' is named twice; a variable either made the segments or describes them")
        }
        guard level > 0, level < 1, significance > 0, significance < 1 else {
            throw .badOption("levels lie between 0 and 1")
        }
        guard distinguishingCount >= 0 else { throw .badOption("a number of items is 0 or more") }
        self.inputs = inputs
        self.outside = outside
        self.area = area
        self.threeStep = threeStep
        self.limits = limits
        self.level = level
        self.significance = significance
        self.distinguishingCount = distinguishingCount
    }

    /// - Throws: `TableError`, `EstimationError` (`.emptySegment`, `.inseparableSegments`), `DesignError`,
    ///   `ReplicateError`.
    public func profile(
        _ table: Table, by segments: Segmentation, estimation: Estimation, in domain: [Bool]? = nil
    ) throws -> SegmentProfile {
        let everyone = Grouping.everyone(rowCount: table.rowCount)
        let estimates = try estimation.estimate(SegmentSizeEstimator(segments), by: everyone, in: domain)
        let inputFigures = try inputs.flatMap { input in
            try estimation.segmentFigures(
                input, by: segments, of: table, options: ThreeStep(.proportional, correction: .none), in: domain,
                level: level)
        }
        var outsideFigures: [SegmentFigure] = []
        var unanswered: [SegmentProfile.Unanswered] = []
        var uncorrected: [String] = []
        for variable in outside {
            do {
                let figures = try estimation.segmentFigures(
                    variable, by: segments, of: table, options: threeStep, in: domain, level: level)
                outsideFigures += figures
                // A question put to some only, such as those without a kit, may have no answer in a whole segment.
                let described = Set(figures.map(\.segment))
                for k in 0..<segments.segmentCount where !described.contains(k) {
                    unanswered.append(SegmentProfile.Unanswered(variable: variable.name, code: segments.codes[k]))
                }
            } catch EstimationError.inseparableSegments {
                // Nobody is placed in a segment any more, or two cannot be told apart: chances describe, uncorrected.
                outsideFigures += try estimation.segmentFigures(
                    variable, by: segments, of: table, options: ThreeStep(.proportional, correction: .none),
                    in: domain, level: level)
                uncorrected.append(variable.name)
            } catch EstimationError.emptySegment(let code) {
                unanswered.append(SegmentProfile.Unanswered(variable: variable.name, code: code))
            }
        }
        adjust(&outsideFigures)
        return SegmentProfile(
            sizes: try sizes(estimates, segments, estimation.design, domain),
            inputs: inputFigures.map { figure in
                var plain = figure
                plain.comparison = nil
                return plain
            }, outside: outsideFigures, unanswered: unanswered, uncorrected: uncorrected,
            distinguishing: try distinguishing(table, segments, estimation.design, domain),
            areas: try area.map { try areas($0, table, segments, estimation, domain) } ?? [],
            degreesOfFreedom: estimates.degreesOfFreedom[0])
    }

    private func sizes(
        _ estimates: GroupedEstimates, _ segments: Segmentation, _ design: SampleDesign, _ domain: [Bool]?
    ) throws -> [SegmentProfile.Size] {
        let shares = try estimates.outcomes[0].get()
        let bases = SegmentBases(segments, weights: design.weights) { domain?[$0] != false }
        return segments.codes.indices.map { k in
            let error = estimates.standardError(0, k)
            return SegmentProfile.Size(
                code: segments.codes[k], share: shares[k], standardError: error,
                interval: error.flatMap {
                    .share(
                        shares[k], standardError: $0, count: estimates.counts[0],
                        effectiveN: estimates.effectiveSampleSize(0), degreesOfFreedom: estimates.degreesOfFreedom[0],
                        level: level, method: .logit)
                }, count: bases.counts[k], effectiveCount: bases.effective(k),
                people: shares[k] * estimates.completeWeights[0])
        }
    }

    private func adjust(_ figures: inout [SegmentFigure]) {
        // The two answers to a yes-no question are one test, not two with the same p.
        var testOf: [[String]: Int] = [:]
        var values: [Double] = []
        var places: [(figure: Int, test: Int)] = []
        let answers = Dictionary(grouping: figures, by: \.variable).mapValues { Set($0.map(\.answer)).count }
        for (figure, own) in figures.enumerated() {
            guard let p = own.comparison?.p else { continue }
            let key = [own.variable, "\(own.segment)"] + (answers[own.variable] == 2 ? [] : [own.answer ?? ""])
            let test = testOf[key] ?? values.count
            if testOf.updateValue(test, forKey: key) == nil { values.append(p) }
            places.append((figure, test))
        }
        let adjusted = benjaminiHochberg(values)
        for (figure, test) in places { figures[figure].comparison?.adjustedP = adjusted[test] }
    }

    // MARK: What sets a segment apart

    private func distinguishing(
        _ table: Table, _ segments: Segmentation, _ design: SampleDesign, _ domain: [Bool]?
    ) throws -> [[SegmentProfile.DistinguishingItem]] {
        let weights = design.weights.indices.map { row in
            domain?[row] != false && segments.isPlaced(row) ? design.weights[row] : 0
        }
        let byItem = try inputs.map { input -> [SegmentProfile.DistinguishingItem] in
            switch input {
            case .mean(let name):
                return SegmentContrast(segments, weights).numbers(name, try table.numbers(name))
            case .shares(let name):
                return SegmentContrast(segments, weights).answers(name, try table.column(name).coded())
            }
        }
        return (0..<segments.segmentCount).map { k in
            // Sorting is by association and then by the order in which items were named.
            byItem.enumerated().map { ($0, $1[k]) }.filter { $1.association > 0 }
                .sorted { ($1.1.association, $0.0) < ($0.1.association, $1.0) }
                .prefix(distinguishingCount).map(\.1)
        }
    }

    // MARK: Areas

    private func areas(
        _ name: String, _ table: Table, _ segments: Segmentation, _ estimation: Estimation, _ domain: [Bool]?
    ) throws -> [SegmentProfile.AreaShare] {
        var members = Table(rowCount: table.rowCount)
        let names = segments.codes.indices.map { "segment \($0)" }
        for (k, name) in names.enumerated() {
            let values = (0..<table.rowCount).map { row in
                k < segments.segmentCount ? segments.membership(row, k) : segments.isPlaced(row) ? 0 : 1
            }
            members.set(.numeric(NumericColumn(values: values)), for: Variable(name: name))
        }
        let estimates = try estimation.estimate(
            MeanEstimator(names, of: members), by: Grouping.cross([(name, try table.column(name))]), in: domain,
            wishes: Estimation.Wishes(groupAgainstRest: true))
        var shares = estimates.grouping.keys.indices.flatMap { area in
            segments.codes.indices.compactMap { k in areaShare(estimates, area, k, segments.codes[k]) }
        }
        let tested = shares.indices.filter { shares[$0].p != nil }
        let adjusted = benjaminiHochberg(tested.compactMap { shares[$0].p })
        for (place, p) in zip(tested, adjusted) {
            shares[place].adjustedP = p
            shares[place].isDistinguishable = p < significance
        }
        return shares
    }

    /// nil for areas without respondents in the domain.
    private func areaShare(
        _ estimates: GroupedEstimates, _ area: Int, _ segment: Int, _ code: String
    ) -> SegmentProfile.AreaShare? {
        guard let share = estimates.value(area, segment) else { return nil }
        let effective = estimates.effectiveSampleSize(area) ?? 0
        let error = estimates.standardError(area, segment)
        let interval = error.flatMap {
            ConfidenceInterval.share(
                min(1, max(0, share)), standardError: $0, count: estimates.counts[area], effectiveN: effective,
                degreesOfFreedom: estimates.degreesOfFreedom[area], level: level, method: .logit)
        }
        let status = limits.status(count: estimates.counts[area], effectiveCount: effective, interval: interval)
        let difference = status == .tooFew ? nil : estimates.differencesFromRest[area][segment]
        let differenceError = difference == nil ? nil : estimates.standardErrorOfDifference(area, segment)
        return SegmentProfile.AreaShare(
            area: estimates.grouping.keys[area].joined(separator: " · "), code: code, share: share,
            standardError: error, interval: interval, count: estimates.counts[area], effectiveCount: effective,
            status: status, difference: difference, differenceError: differenceError,
            p: difference.flatMap { gap in
                differenceError.flatMap {
                    twoSidedP(
                        estimate: gap, standardError: $0, degreesOfFreedom: estimates.domainDegreesOfFreedom)
                }
            }, adjustedP: nil, isDistinguishable: false)
    }
}

/// How strongly an item goes with belonging to each segment.
private struct SegmentContrast {
    private let segments: Segmentation
    private let weights: [Double]

    init(_ segments: Segmentation, _ weights: [Double]) {
        self.segments = segments
        self.weights = weights
    }

    /// Cramér's V of a table of two rows, the segment and the rest: √(Σ (O − E)²/E / W).  Cramér 1946.
    func answers(_ name: String, _ column: CodedColumn) -> [SegmentProfile.DistinguishingItem] {
        let count = segments.segmentCount
        let cells = (0..<count).map { k in
            CanonicalSums.of(
                weights.indices.map { weights[$0] * segments.membership($0, k) }, by: column.indexOfRow,
                count: column.count)
        }
        let all = column.labels.indices.map { level in (0..<count).reduce(0) { $0 + cells[$1][level] } }
        let total = all.reduce(0, +)
        return (0..<count).map { k in
            let size = cells[k].reduce(0, +)
            let share = size / total
            var (square, best, gap) = (0.0, 0, -Double.infinity)
            for level in all.indices where all[level] > 0 {
                // Both rows of the table differ from what is expected by as much.
                let excess = cells[k][level] - share * all[level]
                square += excess * excess / (all[level] * share * (1 - share))
                let own = cells[k][level] / size - (all[level] - cells[k][level]) / (total - size)
                if own > gap { (best, gap) = (level, own) }
            }
            let isKnown = size > 0 && size < total
            return SegmentProfile.DistinguishingItem(
                item: name, association: isKnown ? min(1, (square / total).squareRoot()) : 0,
                answer: column.labels.isEmpty ? nil : column.labels[best],
                inSegment: isKnown ? cells[k][best] / size : 0,
                inRest: isKnown ? (all[best] - cells[k][best]) / (total - size) : 0)
        }
    }

    /// |r| of the number with belonging to the segment.
    func numbers(_ name: String, _ column: NumericColumn) -> [SegmentProfile.DistinguishingItem] {
        let used = weights.indices.filter { weights[$0] > 0 && column.isPresent($0) }
        func sum(_ value: (Int) -> Double) -> Double {
            CanonicalSums.of(used.map { weights[$0] * value($0) }, by: used.map { _ in 0 }, count: 1)[0]
        }
        let total = sum { _ in 1 }
        let mean = total > 0 ? sum { column.values[$0] } / total : 0
        let variance = sum { (column.values[$0] - mean) * (column.values[$0] - mean) }
        return (0..<segments.segmentCount).map { k in
            let size = sum { segments.membership($0, k) }
            let inside = sum { segments.membership($0, k) * (column.values[$0] - mean) }
            // The variance of belonging counts chances, not only who is in or out.
            let spread =
                sum { segments.membership($0, k) * segments.membership($0, k) } - size * size / max(total, 1e-300)
            let isKnown = size > 0 && size < total && variance > 0 && spread > 0
            return SegmentProfile.DistinguishingItem(
                item: name, association: isKnown ? min(1, abs(inside) / (variance * spread).squareRoot()) : 0,
                answer: nil, inSegment: isKnown ? mean + inside / size : mean,
                inRest: isKnown ? mean - inside / (total - size) : mean)
        }
    }
}
