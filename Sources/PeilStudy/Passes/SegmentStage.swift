import PeilNumerics
import PeilStatistics

/// How far a segmentation over partitions has come: what the merges before found, and every partition is told.
enum SegmentStage: Sendable {
    /// Nothing is known: patterns of answers are counted.
    case counting
    /// k-means of more patterns than a state keeps: means and deviations of the items are summed.
    case scaling(CentroidDescent)
    /// A round of Lloyd's algorithm.
    case descending(CentroidDescent)
    /// Centres that no round moves.
    case found(CentroidDescent)
    case classes(ClassesFound)
    /// The item has no result; the others have.
    case failed(Failure)

    /// Rounds come before estimates.
    var isRound: Bool {
        switch self {
        case .scaling, .descending: true
        default: false
        }
    }

    var descent: CentroidDescent? {
        switch self {
        case .descending(let own), .found(let own): own
        default: nil
        }
    }
}

/// Centres on their way.
struct CentroidDescent: Sendable, Equatable {
    /// Of all respondents; while they are summed those of the patterns that were kept.
    var scales: [ItemScale]
    /// In coordinates of `scales`.
    var centres: [[Double]]
    var rounds = 0
    /// Starts that led to the best solution among the patterns that were kept, and all; nil where centres were given.
    let starts: Starts?
    /// Σ w·d² to the mean of all; 0 until it is known.
    var totalSquares = 0.0

    struct Starts: Sendable, Equatable { let reached, all: Int }
}

/// Latent classes that were found, and what their sizes' standard errors need.
struct ClassesFound: Sendable {
    let fit: LatentClassFit
    let sizes: LatentClassSizes
}

// MARK: The next stage

extension SegmentRequest {
    /// What follows from the sums of all partitions.
    func next(
        _ stage: SegmentStage, _ sums: SegmentSums, kinds: [String: ColumnKind], threads: Int, names: FailureNames
    ) -> SegmentStage {
        do {
            switch (stage, sums) {
            case (.counting, .patterns(let own)): return try found(own, kinds, threads)
            case (.scaling(let own), .spread(let sums)): return .descending(try scaled(own, sums))
            case (.descending(let own), .descent(let sums)): return try moved(own, sums)
            default: return stage
            }
        } catch { return .failed(names.failure(error)) }
    }

    private func found(_ sums: PatternSums, _ kinds: [String: ColumnKind], _ threads: Int) throws -> SegmentStage {
        switch method {
        case .classes(let method, let request):
            let merged = MergedPatterns(sums, kinds: kinds)
            let start = try request.start(method, merged.table, merged.weights)
            let fit =
                try start.map {
                    try method.analyse(
                        merged.table, weights: merged.weights, alike: merged.alike, from: $0, threads: threads)
                } ?? method.analyse(merged.table, weights: merged.weights, alike: merged.alike, threads: threads)
            let sizes = try LatentClassSizes(
                fit.model, method, merged.table, weights: merged.weights, alike: merged.alike)
            return .classes(ClassesFound(fit: fit, sizes: sizes))
        case .kMeans(let method, let request):
            // While all patterns are kept k-means is found among them when results are made.
            guard sums.bound != nil else { return .counting }
            guard request.margin == nil else {
                throw Failure(
                    "NOT_STREAMED",
                    "Sums of partitions do not give distances to borders among more than \(patternLimit) patterns",
                    remedy: "leave `margin` out, or raise `patterns`", exitCode: ExitStatus.configuration)
            }
            return .scaling(try start(method, MergedPatterns(sums, kinds: kinds), threads))
        }
    }

    /// Centres that were given, or those of the best solution among the patterns that were kept.
    private func start(
        _ method: WeightedKMeans, _ kept: MergedPatterns, _ threads: Int
    ) throws -> CentroidDescent {
        guard let centres = method.initialCentres else {
            let model = try method.fit(kept.table, weights: kept.weights, threads: threads)
            let starts = model.fit.bestReached.map { CentroidDescent.Starts(reached: $0, all: model.fit.starts) }
            return CentroidDescent(scales: model.scales, centres: model.centres, starts: starts)
        }
        let spread = try ItemSpread(
            kept.table, weights: kept.weights, items: item.variables, minimumAnswered: minimumAnswered,
            origins: item.variables.map { _ in 0 })
        return CentroidDescent(
            scales: try scales(spread.sums, item.variables.map { _ in 0 }, method), centres: centres, starts: nil)
    }

    private func scales(
        _ sums: [Double], _ origins: [Double], _ method: WeightedKMeans
    ) throws -> [ItemScale] {
        try item.variables.enumerated().map { index, name in
            let first = index * ItemSpread.width
            return try ItemSpread.scale(
                name, Array(sums[first..<(first + ItemSpread.width)]), origin: origins[index],
                standardise: method.isStandardised)
        }
    }

    private func scaled(_ descent: CentroidDescent, _ sums: ExactSums) throws -> CentroidDescent {
        guard case .kMeans(let method, _) = method else { return descent }
        let spread = (0..<sums.count).map { sums.value($0) }
        var next = descent
        next.scales = try scales(spread, descent.scales.map(\.mean), method)
        // Centres that were given are coordinates of the scales of all; others belong to the patterns that were kept.
        if descent.starts != nil {
            next.centres = descent.centres.map { centre in
                centre.indices.map { next.scales[$0].coordinate(descent.scales[$0].answer(centre[$0])) }
            }
        }
        next.totalSquares = next.scales.enumerated().reduce(0) { total, own in
            let square = method.isStandardised ? 1 : own.element.deviation * own.element.deviation
            return total + spread[own.offset * ItemSpread.width] * square
        }
        return next
    }

    /// Centres are the means of their respondents; those that stay have been found.
    private func moved(_ descent: CentroidDescent, _ sums: DescentSums) throws -> SegmentStage {
        let sizes = sums.sizes
        guard let empty = sizes.firstIndex(where: { !($0 > 0) }) else {
            var next = descent
            next.rounds += 1
            next.centres = sizes.indices.map { sums.centre($0) }
            guard next.centres == descent.centres else {
                guard next.rounds < WeightedKMeans.roundLimit else {
                    throw SegmentationError.notConverged(iterations: next.rounds, change: 1)
                }
                return .descending(next)
            }
            return inOrder(next, sizes)
        }
        throw PassFailure.state(
            "EMPTY_CENTRE", "In round \(descent.rounds + 1) nobody is nearest to centre \(empty + 1)", nil,
            "ask for fewer segments, other starts, or more `patterns`")
    }

    /// Clusters by falling weighted size; a point as near to one centre as to another is with the first, so that another
    /// order goes on for a round.
    private func inOrder(_ descent: CentroidDescent, _ sizes: [Double]) -> SegmentStage {
        guard descent.starts != nil else { return .found(descent) }
        let order = sizes.indices.sorted { left, right in
            sizes[left] != sizes[right]
                ? sizes[left] > sizes[right]
                : descent.centres[left].lexicographicallyPrecedes(descent.centres[right])
        }
        guard order != Array(sizes.indices) else { return .found(descent) }
        var next = descent
        next.centres = order.map { descent.centres[$0] }
        next.rounds -= 1
        return .descending(next)
    }
}
