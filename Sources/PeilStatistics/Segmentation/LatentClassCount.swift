internal import PeilNumerics
public import PeilTable

/// How many latent classes: the same analysis with each number, judged by information criteria, by how well it
/// predicts people it has not seen, by how sure its placing is, and by the size of its smallest class.
public struct LatentClassCount: Sendable {
    public let numbers: ClosedRange<Int>
    /// Folds of sampling units for the cross-validated likelihood; 0 for none.
    public let folds: Int
    /// Draws of the parametric bootstrap; 0 for none.
    public let bootstrapDraws: Int
    /// Starts of each fit within folds and draws.
    public let innerStarts: Int
    /// A class smaller than this share is too small to speak to.
    public let smallestShare: Double

    public init(
        _ numbers: ClosedRange<Int>, folds: Int = 5, bootstrapDraws: Int = 0, innerStarts: Int = 10,
        smallestShare: Double = 0.05
    ) throws(SegmentationError) {
        guard numbers.lowerBound >= 1, numbers.upperBound <= TableMixture.componentLimit else {
            throw .badOption("numbers of classes lie between 1 and \(TableMixture.componentLimit)")
        }
        guard folds == 0 || (2...100).contains(folds) else { throw .badOption("folds number from 2 to 100, or 0") }
        guard (0...10_000).contains(bootstrapDraws), innerStarts >= 1, (0..<1).contains(smallestShare) else {
            throw .badOption("draws, starts and the smallest share cannot be as given")
        }
        self.numbers = numbers
        self.folds = folds
        self.bootstrapDraws = bootstrapDraws
        self.innerStarts = innerStarts
        self.smallestShare = smallestShare
    }

    public struct Line: Sendable {
        public let classes: Int
        /// nil where no solution was found, for the reason that stands beside it.
        public let fit: LatentClassFit?
        public let failure: SegmentationError?
        /// Mean weighted log-likelihood of a respondent under models fitted without that respondent's sampling unit.
        public let crossValidated: Double?
        /// p of one class fewer against this number, by simulation; nil where the sample does not allow it.
        public let bootstrapP: Double?

        public var smallestShare: Double? { fit?.model.shares.last }
    }

    public struct Result: Sendable {
        public let lines: [Line]
        /// nil where no number qualifies.
        public let recommended: Int?
        /// Why each number was set aside, and what decided between the rest.
        public let reason: Reason
    }

    public struct Reason: Sendable, Equatable {
        public enum Objection: Sendable, Equatable {
            case failed
            case notIdentified
            case notReached
            case smallClass(share: Double)
        }
        public let objections: [Int: Objection]
        /// The number that predicts best.
        public let bestCrossValidated: Int?
        /// p of the bootstrap was asked for and the sample is weighted, stratified or clustered.
        public let bootstrapRefused: Bool
    }

    /// - Parameter threads: threads; the result is the same on any number.
    /// - Parameter method: the method, with the numbers of classes that it may have.
    /// - Parameter table: the answers.
    /// - Parameter design: whose weights and sampling units count.
    public func judge(
        _ method: LatentClasses, _ table: Table, design: SampleDesign, threads: Int
    ) throws -> Result {
        let isSimple = Self.isUnweightedElementSample(design)
        var lines: [Line] = []
        for classes in numbers {
            try lines.append(line(method.with(classes: classes), table, design, isSimple, lines.last, threads))
        }
        return Result(
            lines: lines, recommended: recommended(lines),
            reason: Reason(
                objections: objections(lines),
                bestCrossValidated: lines.filter { $0.crossValidated != nil }.max {
                    ($0.crossValidated ?? 0) < ($1.crossValidated ?? 0)
                }?.classes, bootstrapRefused: bootstrapDraws > 0 && !isSimple))
    }

    private func line(
        _ method: LatentClasses, _ table: Table, _ design: SampleDesign, _ isSimple: Bool, _ previous: Line?,
        _ threads: Int
    ) throws -> Line {
        let fit: LatentClassFit
        do { fit = try method.analyse(table, weights: design.weights, threads: threads) } catch {
            guard let error = error as? SegmentationError else { throw error }
            switch error {
            case .notIdentified, .notConverged, .tooFewDistinctPoints:
                return Line(
                    classes: method.classes, fit: nil, failure: error, crossValidated: nil, bootstrapP: nil)
            default: throw error
            }
        }
        let p =
            bootstrapDraws > 0 && isSimple && method.covariates.isEmpty
            ? try previous?.fit.map { try bootstrap(method, table, design, smaller: $0, larger: fit, threads) } : nil
        return Line(
            classes: method.classes, fit: fit, failure: nil,
            crossValidated: folds == 0 ? nil : try crossValidated(method, table, design, threads),
            bootstrapP: p ?? nil)
    }

    // MARK: Recommendation

    private func objections(_ lines: [Line]) -> [Int: Reason.Objection] {
        var objections: [Int: Reason.Objection] = [:]
        for line in lines {
            guard let fit = line.fit else {
                objections[line.classes] = .failed
                continue
            }
            if fit.flatDirections > 0 {
                objections[line.classes] = .notIdentified
            } else if fit.bestReached.by < 2, fit.bestReached.of > 1 {
                objections[line.classes] = .notReached
            } else if let share = line.smallestShare, share < smallestShare {
                objections[line.classes] = .smallClass(share: share)
            }
        }
        return objections
    }

    /// Of the numbers without objection the one of lowest BIC at the effective number of respondents.
    private func recommended(_ lines: [Line]) -> Int? {
        let objections = objections(lines)
        return lines.filter { objections[$0.classes] == nil }.compactMap { line in
            line.fit.map { (line.classes, $0.effectiveBIC) }
        }.min { $0.1 < $1.1 }?.0
    }

    // MARK: Cross-validation

    private func crossValidated(
        _ method: LatentClasses, _ table: Table, _ design: SampleDesign, _ threads: Int
    ) throws -> Double? {
        let whole = try LatentClassSample(method, table, design.weights)
        let patterns = whole.data.patterns
        let folding = SamplingUnitFolds(
            folds, of: design, rankOfRow: patterns.ranks(weights: design.weights), seed: method.seed)
        let inner = try method.with(classes: method.classes, starts: innerStarts)
        let parts = ParallelBlocks(threads: threads).map(folds) { fold -> (sum: Double, weight: Double)? in
            let training = design.weights.indices.map { folding.foldOfRow[$0] == fold ? 0 : design.weights[$0] }
            guard let model = try? inner.fit(table, weights: training, threads: 1),
                let (memberships, logs) = try? model.placing(table)
            else { return nil }
            var sum = CompensatedSum()
            var weight = CompensatedSum()
            let isTested = folding.foldOfRow.map { $0 == fold }
            let observationOfRow = whole.data.observationOfRow
            for row in isTested.indices where isTested[row] && observationOfRow[row] >= 0 {
                guard memberships.lineOfRow[row] >= 0 else { continue }
                sum.add(design.weights[row] * logs[Int(memberships.lineOfRow[row])])
                weight.add(design.weights[row])
            }
            return (sum.value, weight.value)
        }
        let found = parts.compactMap { $0 }
        guard found.count == folds else { return nil }
        return CompensatedSum.of(found.map(\.sum)) / CompensatedSum.of(found.map(\.weight))
    }

    // MARK: Parametric bootstrap

    /// Equal weights, no strata, no clusters: the only samples in which simulated respondents are like the real ones.
    static func isUnweightedElementSample(_ design: SampleDesign) -> Bool {
        let stage = design.stages[0]
        guard stage.unitCount == design.rowCount, stage.strata.count == 1 else { return false }
        let used = design.weights.filter { $0 > 0 }
        guard let first = used.first else { return false }
        return used.allSatisfy { abs($0 - first) <= 1e-9 * first }
    }

    /// Likelihood ratio of two numbers of classes against what it is in data simulated from the smaller.
    /// McLachlan 1987.
    private func bootstrap(
        _ method: LatentClasses, _ table: Table, _ design: SampleDesign, smaller: LatentClassFit,
        larger: LatentClassFit, _ threads: Int
    ) throws -> Double? {
        let sample = try LatentClassSample(method, table, design.weights)
        let observed = 2 * (larger.logLikelihood - smaller.logLikelihood)
        let random = StableRandom(seed: method.seed).stream("parametric bootstrap").stream(UInt64(method.classes))
        let ratios = ParallelBlocks(threads: threads).map(bootstrapDraws) { draw -> Double? in
            var stream = random.stream(UInt64(draw))
            let patterns = sample.data.patterns.simulated(
                smaller.model, respondents: sample.weights.map { Int($0.rounded()) }, &stream)
            let likelihoods = [smaller.model.classCount, larger.model.classCount].map { classes in
                self.highest(patterns, classes, method, stream)
            }
            guard let low = likelihoods[0], let high = likelihoods[1] else { return nil }
            return 2 * (high - low)
        }
        let usable = ratios.compactMap { $0 }
        guard !usable.isEmpty else { return nil }
        return Double(1 + usable.count { $0 >= observed }) / Double(1 + usable.count)
    }

    /// The highest log-likelihood of simulated patterns over the inner starts.
    private func highest(
        _ patterns: AnswerPatterns, _ classes: Int, _ method: LatentClasses, _ random: StableRandom
    ) -> Double? {
        let rows = patterns.patternOfRow.count
        let data = LatentClassData(patterns, MixCells(everyone: rows))
        let search = LatentClassSearch(
            data, weights: data.sums([Double](repeating: 1, count: rows)), classes: classes,
            iterations: method.iterations)
        return (0..<(classes == 1 ? 1 : innerStarts)).map { start in
            var stream = random.stream(UInt64(start))
            return search.run(from: search.randomStart(&stream), tolerance: 1e-9).logLikelihood
        }.max()
    }
}

extension AnswerPatterns {
    /// As many respondents with each pattern of absent answers as there were, their answers drawn from a model.
    func simulated(
        _ model: LatentClassModel, respondents: [Int], _ random: inout StableRandom
    ) -> AnswerPatterns {
        let width = items.count
        var cells: [UInt8] = []
        for (pattern, number) in respondents.enumerated() {
            for _ in 0..<number {
                let k = random.choice(weights: model.shares)
                for item in 0..<width {
                    guard answers[pattern * width + item] != 0 else {
                        cells.append(0)
                        continue
                    }
                    cells.append(UInt8(random.choice(weights: model.probabilities[item][k]) + 1))
                }
            }
        }
        return AnswerPatterns(items, cells: cells)
    }
}
