import PeilNumerics
import PeilStatistics
import PeilTable

/// Finds the segments that a study asks for in one wave, says how good they are, and freezes them.
public struct SegmentFitting {
    public struct Options: Sendable {
        /// Numbers of segments to compare; nil: only the one that the study names.
        public var numbers: ClosedRange<Int>?
        public var folds: Int
        /// Draws of the parametric bootstrap.
        public var draws: Int
        /// Resamples of sampling units that judge stability.
        public var resamples: Int
        /// Replicates in which the segments are found anew, for standard errors of sizes that hold it.
        public var replicates: Int
        public var previous: SegmentModelFile?

        public init(
            numbers: ClosedRange<Int>? = nil, folds: Int = 5, draws: Int = 0, resamples: Int = 0, replicates: Int = 0,
            previous: SegmentModelFile? = nil
        ) {
            self.numbers = numbers
            self.folds = folds
            self.draws = draws
            self.resamples = resamples
            self.replicates = replicates
            self.previous = previous
        }
    }

    public struct Result: Sendable {
        public let report: ResearchReport
        public let file: SegmentModelFile
        /// Why these segments should not be frozen; nil where nothing speaks against it.
        public let objection: String?
        /// Numbers of segments that were compared, for a plot.
        public let numbers: [SegmentNumber]
    }

    let run: StudyRun
    let prepared: StudyRun.Prepared
    let request: Study.SegmentRequest
    var study: Study { run.study }
    var weights: [Double] { prepared.weights.design.weights }

    /// - Parameters:
    ///   - run: the wave.
    ///   - prepared: of `run`, without segments.
    /// - Throws: `Failure` where the study has no segments.
    public init(_ run: StudyRun, _ prepared: StudyRun.Prepared) throws {
        request = try run.study.requiredSegments()
        self.run = run
        self.prepared = prepared
    }

    /// What a method found.
    struct Found {
        var model: FrozenSegments
        var seed: UInt64?
        var notes: [String] = []
        var tables: [ResearchReport.Table] = []
        var objection: String?
    }

    public func result(_ options: Options) throws -> Result {
        try study.refuseIdentifiers(request.method.columns, key: "segments")
        do {
            var found = try find()
            if let previous = options.previous { found.model = try keepingCodes(found.model, previous) }
            let segmentation = try found.model.score(prepared.table)
            let profile = try profile(segmentation)
            let crosswalk = try options.previous.map { previous in
                SegmentCrosswalk(
                    fromVersion: previous.version, try previous.model.score(prepared.table), segmentation,
                    weights: weights)
            }
            let file = try file(found, segmentation, crosswalk, version: (options.previous?.version ?? 0) + 1)
            var tables = [
                SegmentTables.sizes(profile, label), SegmentTables.distinguishing(profile, codes: file.model.codes)
            ]
            tables += found.tables
            let numbers = try options.numbers.map { try compared($0, options) } ?? []
            let comparison = numbers.isEmpty ? nil : SegmentNumber.judged(numbers)
            if !numbers.isEmpty { tables.append(SegmentNumber.table(numbers)) }
            if options.resamples > 0 { tables.append(try stability(options.resamples)) }
            if options.replicates > 0 { tables.append(try refitted(options.replicates)) }
            if let crosswalk { tables.append(SegmentTables.crosswalk(crosswalk)) }
            let report = ResearchReport(
                schema: "peil-segment-fit-1", source: source(file),
                notes: found.notes + (comparison.map { [$0] } ?? []) + (found.objection.map { [$0] } ?? []),
                tables: tables)
            return Result(report: report, file: file, objection: found.objection, numbers: numbers)
        } catch { throw Failure(naming: error, file: study.path(run.wave.files[0].path)) }
    }

    func label(_ code: String) -> String {
        let label = request.named(code).label
        return label.text(in: study.language) ?? label.byLanguage.sorted { $0.key < $1.key }.first?.value ?? code
    }

    private func source(_ file: SegmentModelFile) -> [(String, JSONValue)] {
        [
            ("study", .string(study.id)), ("wave", .string(run.wave.id)), ("study_hash", .string(study.hash)),
            ("input_hash", .string(prepared.inputHash)), ("method", .string(file.model.word)),
            ("version", .integer(file.version)), ("seed", file.seed.map { .string(String($0)) } ?? .null),
            ("rows", .integer(prepared.table.rowCount))
        ]
    }

    // MARK: Methods

    private func find() throws -> Found {
        switch request.method {
        case .rules(let rules): return try find(rules)
        case .kMeans(let means): return try find(means)
        case .latentClasses(let classes): return try find(classes)
        }
    }

    /// Rules need no data; how much do sizes depend on where their lines are drawn?
    private func find(_ rules: OrderedRules) throws -> Found {
        var found = Found(model: .rules(rules), seed: nil)
        let scales = try Set(
            rules.inputs.filter { name in
                if case .numeric = try prepared.table.column(name) { return true }
                return false
            })
        guard !scales.isEmpty else { return found }
        let estimates = try [-5.0, 0, 5].map { shift in
            try sizes(rules.shifted(by: shift, on: scales).score(prepared.table))
        }
        found.tables = [
            ResearchReport.Table(
                "sensitivity", "Sizes when thresholds on \(scales.sorted().joined(separator: ", ")) move by 5 points",
                [
                    .text("segment"), .number("lower_5", "5 lower"), .number("as_declared", "as declared"),
                    .number("higher_5", "5 higher")
                ],
                rules.codes.enumerated().map { place, code in
                    [.text(code)] + estimates.map { .share($0[place]) }
                })
        ]
        return found
    }

    private func sizes(_ segmentation: Segmentation) throws -> [Double] {
        try prepared.estimation.estimate(
            SegmentSizeEstimator(segmentation), by: .everyone(rowCount: prepared.table.rowCount)
        ).outcomes[0].get()
    }

    private func find(_ means: WeightedKMeans) throws -> Found {
        let model = try means.fit(prepared.table, weights: weights, threads: run.threads)
        var found = Found(model: .centroids(model), seed: means.seed)
        found.tables = [SegmentMethodTables.fit(model), SegmentMethodTables.centres(model)]
        if let reached = model.fit.bestReached, reached < 2, model.fit.starts > 1 {
            found.notes.append(Self.reachedOnce(model.fit.starts))
        }
        return found
    }

    private func find(_ classes: LatentClasses) throws -> Found {
        let fit = try classes.analyse(prepared.table, weights: weights, threads: run.threads)
        var found = Found(model: .latentClasses(fit.model), seed: classes.seed)
        let shares = try prepared.estimation.estimate(
            try LatentClassEstimator(fit.model, classes, of: prepared.table))
        found.tables = [
            SegmentMethodTables.fit(fit), SegmentMethodTables.classes(shares), SegmentMethodTables.answers(fit.model),
            SegmentMethodTables.mix(fit.model), SegmentMethodTables.boundaries(fit)
        ]
        if fit.bestReached.by < 2, fit.bestReached.of > 1 { found.notes.append(Self.reachedOnce(fit.bestReached.of)) }
        if fit.flatDirections > 0 {
            found.objection =
                "These answers do not determine the classes: the likelihood is flat in \(fit.flatDirections) direction(s). "
                + "Ask for fewer classes, or more items."
        }
        return found
    }

    private static func reachedOnce(_ starts: Int) -> String {
        "The best solution was reached by one of \(starts) starts only: raise `starts` until it is reached again."
    }

    // MARK: Freezing

    /// Segments of a new version take the codes of the old segments with which they share most people.
    private func keepingCodes(_ model: FrozenSegments, _ previous: SegmentModelFile) throws -> FrozenSegments {
        guard previous.model.word == model.word, previous.model.word != "rules" else { return model }
        let old = try previous.model.score(prepared.table)
        let matching = PartitionAgreement(old, try model.score(prepared.table), weights: weights).matching
        var codes = [String?](repeating: nil, count: model.codes.count - 1)
        for (place, own) in matching.enumerated() { if let own { codes[own] = old.codes[place] } }
        var number = old.codes.count
        let filled = codes.map { code -> String in
            if let code { return code }
            defer { number += 1 }
            return "\(model.codes[0].prefix(1))\(number)"
        }
        return model.coded(filled + [old.unclassified])
    }

    private func file(
        _ found: Found, _ segmentation: Segmentation, _ crosswalk: SegmentCrosswalk?, version: Int
    ) throws -> SegmentModelFile {
        let fingerprint = QuestionFingerprint(codebook: study.codebook)
        return SegmentModelFile(
            study: study.id, version: version, wave: run.wave.id, inputHash: prepared.inputHash, seed: found.seed,
            model: found.model,
            fingerprints: Dictionary(
                found.model.items.map { ($0, fingerprint.text($0)) }, uniquingKeysWith: { first, _ in first }),
            reference: try SegmentReference(
                segmentation, items: found.model.items, of: prepared.table, weights: weights,
                fit: try found.model.closeness(prepared.table)), crosswalk: crosswalk)
    }

    private func profile(_ segmentation: Segmentation) throws -> SegmentProfile {
        try SegmentProfiler(inputs: try DescribingVariable.of(request.method.items, prepared.table)).profile(
            prepared.table, by: segmentation, estimation: prepared.estimation)
    }

    // MARK: Numbers and replicates

    private func compared(_ numbers: ClosedRange<Int>, _ options: Options) throws -> [SegmentNumber] {
        switch request.method {
        case .rules:
            throw Failure(
                "USAGE", "Rules have the segments that they name", file: study.file,
                remedy: "compare numbers of segments with method kmeans or lca", exitCode: ExitStatus.usage)
        case .kMeans(let means):
            return try SegmentNumber.compare(numbers, means, prepared, options, threads: run.threads)
        case .latentClasses(let classes):
            return try SegmentNumber.compare(numbers, classes, prepared, options, threads: run.threads)
        }
    }

    /// How often each segment comes back when sampling units are drawn anew.
    private func stability(_ resamples: Int) throws -> ResearchReport.Table {
        let report: StabilityReport
        switch request.method {
        case .rules:
            throw Failure(
                "USAGE", "Rules place everybody the same way in any sample", file: study.file,
                remedy: "judge stability with method kmeans or lca", exitCode: ExitStatus.usage)
        case .kMeans(let means):
            report = try assess(
                means.with(clusters: means.clusters, starts: min(means.starts, SegmentNumber.stabilityStarts)),
                resamples, means.seed)
        case .latentClasses(let classes):
            report = try assess(
                classes.with(classes: classes.classes, starts: min(classes.starts, SegmentNumber.stabilityStarts)),
                resamples, classes.seed)
        }
        return SegmentMethodTables.stability(report)
    }

    private func assess(
        _ method: some SegmentationMethod, _ resamples: Int, _ seed: UInt64
    ) throws -> StabilityReport {
        try SegmentStability(resamples: resamples, seed: seed, lonelyPSU: .remove).assess(
            method, prepared.table, prepared.weights.design, threads: run.threads)
    }

    /// Sizes with the spread over replicates in which weights and segments are made anew.
    private func refitted(_ count: Int) throws -> ResearchReport.Table {
        let made = try ReplicateMaker(
            .raoWuBootstrap(replicates: count, seed: Self.replicateSeed),
            lonelyPSU: Self.replicable(study.design.lonelyPSU)
        ).replicates(of: prepared.weights.base)
        let design = try prepared.weights.steps.reportingDrift.apply(
            to: prepared.weights.base.replicated(made), threads: run.threads, boundsHoldPerCopy: true
        ).design
        let estimation = Estimation(design, engine: VarianceEngine(lonelyPSU: .remove), threads: run.threads)
        let sizes: FittedEstimates
        switch request.method {
        case .rules(let rules):
            sizes = try estimation.estimate(RefittedSegmentSizes(FixedRules(rules), rules, of: prepared.table))
        case .kMeans(let means):
            let model = try means.fit(prepared.table, weights: weights, threads: run.threads)
            sizes = try estimation.estimate(RefittedSegmentSizes(means, model, of: prepared.table))
        case .latentClasses(let classes):
            let model = try classes.fit(prepared.table, weights: weights, threads: run.threads)
            sizes = try estimation.estimate(RefittedSegmentSizes(classes, model, of: prepared.table))
        }
        return SegmentMethodTables.refitted(sizes, replicates: count)
    }

    static let replicateSeed: UInt64 = 1

    /// A bootstrap within strata has no form for strata that borrow from others; lonely ones then vary nothing.
    private static func replicable(_ rule: LonelyPSU) -> LonelyPSU {
        switch rule {
        case .adjust, .average: .remove
        case .fail, .remove, .certainty: rule
        }
    }
}

extension DescribingVariable {
    /// Numbers by their mean, other answers by their shares.
    static func of(_ names: [String], _ table: Table) throws -> [DescribingVariable] {
        try names.map { name in
            if case .numeric = try table.column(name) { return .mean(name) }
            return .shares(name)
        }
    }
}

/// Rules as a method: fitting them changes nothing.
struct FixedRules: SegmentationMethod {
    let rules: OrderedRules
    init(_ rules: OrderedRules) { self.rules = rules }
    var items: [String] { rules.inputs }
    func fit(_ table: Table, weights: [Double], threads: Int) throws -> OrderedRules { rules }
    func refit(_ table: Table, weights: [Double], from model: OrderedRules) throws -> OrderedRules { rules }
}
