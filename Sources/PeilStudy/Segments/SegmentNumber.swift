import PeilStatistics

/// One number of segments among those that were compared.
public struct SegmentNumber: Sendable {
    public let segments: Int
    /// Why there is no solution; nil where there is one.
    var failure: String?
    /// What speaks against this number.
    var objection: String?
    var isRecommended = false
    var smallestShare: Double?
    var reached: (by: Int, of: Int)?

    // Latent classes.
    var logLikelihood: Double?
    var parameters: Int?
    public internal(set) var bic: Double?
    public internal(set) var effectiveBIC: Double?
    var icl: Double?
    var entropy: Double?
    public internal(set) var crossValidated: Double?
    var bootstrapP: Double?

    // k-means.
    public internal(set) var explained: Double?
    /// Between against within variance, per degree of freedom.  Caliński & Harabasz 1974.
    var varianceRatio: Double?

    // Both.
    public internal(set) var rand: Double?
    var smallestJaccard: Double?
    var stability: String?

    init(_ segments: Int) { self.segments = segments }

    static func compare(
        _ numbers: ClosedRange<Int>, _ method: LatentClasses, _ prepared: StudyRun.Prepared,
        _ options: SegmentFitting.Options, threads: Int
    ) throws -> [SegmentNumber] {
        let design = prepared.weights.design
        let result = try LatentClassCount(numbers, folds: options.folds, bootstrapDraws: options.draws).judge(
            method, prepared.table, design: design, threads: threads)
        return try result.lines.map { line in
            var number = SegmentNumber(line.classes)
            number.failure = line.failure.map { FailureNames(file: "").failure($0).message }
            number.objection = result.reason.objections[line.classes].map(words)
            number.isRecommended = result.recommended == line.classes
            number.crossValidated = line.crossValidated
            number.bootstrapP = line.bootstrapP
            guard let fit = line.fit else { return number }
            number.smallestShare = line.smallestShare
            number.reached = fit.bestReached
            number.logLikelihood = fit.logLikelihood
            number.parameters = fit.parameterCount
            (number.bic, number.effectiveBIC, number.icl) = (fit.bic, fit.effectiveBIC, fit.icl)
            number.entropy = fit.relativeEntropy
            if line.classes > 1 {
                try number.judgeStability(
                    method.with(classes: line.classes, starts: min(method.starts, stabilityStarts)), prepared, options,
                    seed: method.seed, separation: fit.relativeEntropy ?? 0, threads: threads)
            }
            return number
        }
    }

    private static func words(_ objection: LatentClassCount.Reason.Objection) -> String {
        switch objection {
        case .failed: "no solution"
        case .notIdentified: "not identified"
        case .notReached: "best solution reached once"
        case .smallClass: "smallest segment under 5 %"
        }
    }

    static func compare(
        _ numbers: ClosedRange<Int>, _ method: WeightedKMeans, _ prepared: StudyRun.Prepared,
        _ options: SegmentFitting.Options, threads: Int
    ) throws -> [SegmentNumber] {
        let weights = prepared.weights.design.weights
        var lines: [SegmentNumber] = []
        for clusters in numbers where clusters >= 2 {
            let own = try method.with(clusters: clusters, starts: method.starts)
            var number = SegmentNumber(clusters)
            do {
                let model = try own.fit(prepared.table, weights: weights, threads: threads)
                let fit = model.fit
                let total = fit.sizes.reduce(0, +)
                number.smallestShare = (fit.sizes.min() ?? 0) / total
                number.reached = fit.bestReached.map { ($0, fit.starts) }
                number.explained = fit.explained
                let placed = Double(fit.counts.reduce(0, +))
                number.varianceRatio =
                    (fit.totalSquares - fit.objective) / Double(clusters - 1)
                    / (fit.objective / max(1, placed - Double(clusters)))
                if let share = number.smallestShare, share < 0.05 { number.objection = "smallest segment under 5 %" }
                if options.resamples > 0 {
                    let separation = try model.separation(prepared.table, weights: weights).silhouette
                    try number.judgeStability(
                        method.with(clusters: clusters, starts: min(method.starts, stabilityStarts)), prepared,
                        options, seed: method.seed, separation: separation, threads: threads)
                }
            } catch let error as SegmentationError {
                number.failure = FailureNames(file: "").failure(error).message
                number.objection = "no solution"
            }
            lines.append(number)
        }
        let candidates = lines.indices.filter { lines[$0].objection == nil }
        let best =
            options.resamples > 0
            ? candidates.max { (lines[$0].rand ?? 0) < (lines[$1].rand ?? 0) }
            : candidates.max { (lines[$0].varianceRatio ?? 0) < (lines[$1].varianceRatio ?? 0) }
        if let best { lines[best].isRecommended = true }
        return lines
    }

    // MARK: Stability

    /// Starts of a fit within a resample: a solution that needs more is not stable.
    static let stabilityStarts = 10

    private mutating func judgeStability(
        _ method: some SegmentationMethod, _ prepared: StudyRun.Prepared, _ options: SegmentFitting.Options,
        seed: UInt64, separation: Double, threads: Int
    ) throws {
        guard options.resamples > 0 else { return }
        let report = try SegmentStability(resamples: options.resamples, seed: seed, lonelyPSU: .remove).assess(
            method, prepared.table, prepared.weights.design, threads: threads)
        rand = report.amongResamples.mean
        smallestJaccard = report.segments.map(\.jaccard.mean).min()
        stability = report.kind(separation: separation).rawValue
    }

    // MARK: Words

    /// The recommendation with its reason.
    static func judged(_ numbers: [SegmentNumber]) -> String {
        let against = numbers.compactMap { line in line.objection.map { "\(line.segments): \($0)" } }
        let set = against.isEmpty ? "" : " Set aside: \(against.joined(separator: "; "))."
        guard let best = numbers.first(where: \.isRecommended) else {
            return "No number of segments is recommended.\(set)"
        }
        var reasons: [String] = []
        if best.effectiveBIC != nil { reasons.append("the lowest BIC at the effective number of respondents") }
        if best.varianceRatio != nil {
            reasons.append(best.rand != nil ? "the most stable division" : "the highest variance ratio")
        }
        let predicts = numbers.filter { $0.crossValidated != nil }.max {
            ($0.crossValidated ?? 0) < ($1.crossValidated ?? 0)
        }
        var text =
            "Recommended: \(best.segments) segments, \(reasons.joined(separator: " and ")) among those that qualify."
        if let predicts {
            text +=
                predicts.segments == best.segments
                ? " It also predicts unseen sampling units best."
                : " Unseen sampling units are predicted best by \(predicts.segments)."
        }
        if let stability = best.stability { text += " The segments are \(stability)." }
        return text + set
            + " A number is a choice: take one whose groups you would speak to differently."
    }

    static func table(_ numbers: [SegmentNumber]) -> ResearchReport.Table {
        let isLatent = numbers.contains { $0.logLikelihood != nil }
        var columns: [ResearchReport.Column] = [.number("segments")]
        columns +=
            isLatent
            ? [
                .number("log_likelihood", "log-likelihood"), .number("parameters"), .number("bic", "BIC"),
                .number("bic_effective", "BIC, eff. n"), .number("icl", "ICL"), .number("entropy"),
                .number("cross_validated", "cross-validated"), .number("bootstrap_p", "bootstrap p")
            ] : [.number("explained"), .number("variance_ratio", "variance ratio")]
        columns += [
            .number("rand", "adjusted Rand"), .number("smallest_jaccard", "lowest Jaccard"), .text("stability"),
            .number("smallest"), .text("reached"), .text("verdict")
        ]
        return ResearchReport.Table(
            "numbers", "Numbers of segments", columns,
            numbers.map { line in
                var row: [ResearchReport.Cell] = [.integer(line.segments)]
                row +=
                    isLatent
                    ? [
                        .number(line.logLikelihood), line.parameters.map { .integer($0) } ?? .number(nil),
                        .number(line.bic), .number(line.effectiveBIC), .number(line.icl), .number(line.entropy),
                        .number(line.crossValidated), .number(line.bootstrapP)
                    ] : [.share(line.explained), .number(line.varianceRatio)]
                return row + [
                    .number(line.rand), .number(line.smallestJaccard), .text(line.stability),
                    .share(line.smallestShare), .text(line.reached.map { "\($0.by) of \($0.of)" }),
                    .text(line.failure ?? (line.isRecommended ? "recommended" : line.objection))
                ]
            })
    }
}
