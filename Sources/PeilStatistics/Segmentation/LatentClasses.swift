internal import PeilNumerics
public import PeilTable

/// Latent class analysis of categorical answers, weights at every step: maximum pseudo-likelihood
/// Σᵢ wᵢ log Σₖ πₖ Πⱼ ρₖⱼ(xᵢⱼ) over the answered items.  Goodman 1974; Patterson, Dayton & Graubard 2002 for weights.
///
/// What a step costs follows from the distinct patterns of answers, not from the number of respondents.
public struct LatentClasses: SegmentationMethod {
    /// What a weight means for the likelihood.
    public enum WeightRule: String, Sendable, CaseIterable {
        /// Weights say how many people of the population each respondent stands for: scaled to sum to the number of
        /// respondents.
        case sampling
        /// Weights count identical respondents.
        case frequency
    }

    public let items: [String]
    public let classes: Int
    public let starts: Int
    public let seed: UInt64
    /// Respondents with fewer answers are not placed.
    public let minimumAnswered: Int
    /// Facts on which the mix of classes may depend, such as the municipality; categories or numbers.
    public let covariates: [String]
    public let weightRule: WeightRule
    /// Most steps of one start.
    public let iterations: Int

    public init(
        items: [String], classes: Int, starts: Int = 50, seed: UInt64, minimumAnswered: Int = 1,
        covariates: [String] = [], weightRule: WeightRule = .sampling, iterations: Int = 20_000
    ) throws(SegmentationError) {
        guard !items.isEmpty else { throw .noInputs }
        if let name = firstRepeated(items + covariates) { throw .badOption("'\(name)' is named twice") }
        guard (1...TableMixture.componentLimit).contains(classes) else {
            throw .badOption("latent classes number from 1 to \(TableMixture.componentLimit)")
        }
        guard starts >= 1, iterations >= 10 else { throw .badOption("latent classes need a start and 10 iterations") }
        guard (1...items.count).contains(minimumAnswered) else {
            throw .badOption("the least number of answers lies between 1 and the number of items, \(items.count)")
        }
        self.items = items
        self.classes = classes
        self.starts = starts
        self.seed = seed
        self.minimumAnswered = minimumAnswered
        self.covariates = covariates
        self.weightRule = weightRule
        self.iterations = iterations
    }

    /// The same analysis with another number of classes, or of starts.
    public func with(classes: Int, starts: Int? = nil) throws(SegmentationError) -> LatentClasses {
        try LatentClasses(
            items: items, classes: classes, starts: starts ?? self.starts, seed: seed, minimumAnswered: minimumAnswered,
            covariates: covariates, weightRule: weightRule, iterations: iterations)
    }

    /// The items with the answers that occur among respondents who take part.
    public func answers(of table: Table, weights: [Double]) throws -> [AnswerPatterns.Item] {
        let used = try LatentClassSample.used(self, table, weights)
        return try AnswerPatterns.items(items, of: table, weights: weights.indices.map { used[$0] ? weights[$0] : 0 })
    }

    public func fit(_ table: Table, weights: [Double], threads: Int) throws -> LatentClassModel {
        try analyse(table, weights: weights, threads: threads).model
    }

    /// The solution of highest likelihood over all starts, with what there is to say of it.
    /// - Throws: `.constantInput`, `.tooFewDistinctPoints`, `.notIdentified`, `.notConverged`, `TableError`.
    /// - Parameters:
    ///   - table: the answers.
    ///   - weights: one a row.
    ///   - alike: where a row stands for several respondents, with the sum of their weights; nil where it is one.
    ///   - threads: threads; the result is the same on any number.
    public func analyse(
        _ table: Table, weights: [Double], alike: AlikeRespondents? = nil, threads: Int
    ) throws -> LatentClassFit {
        let sample = try LatentClassSample(self, table, weights, alike: alike)
        try sample.check(classes: classes)
        let search = LatentClassSearch(
            sample.data, weights: sample.weights, classes: classes, iterations: iterations)
        let random = StableRandom(seed: seed).stream("latent classes").stream(UInt64(classes))
        let count = classes == 1 ? 1 : starts
        let inner = count == 1 ? threads : 1
        let runs = ParallelBlocks(threads: threads).map(count) { number in
            var stream = random.stream(UInt64(number))
            return search.run(from: search.randomStart(&stream), tolerance: 1e-10, threads: inner)
        }
        var best = runs[0]
        for run in runs where run.logLikelihood > best.logLikelihood { best = run }
        let reached = runs.count { $0.logLikelihood >= best.logLikelihood - 1e-7 * abs(best.logLikelihood) }
        let steps = runs.reduce(0) { $0 + $1.steps }
        let final = search.run(from: best.parameters, tolerance: 1e-14, threads: threads)
        guard best.isConverged || final.isConverged else {
            throw SegmentationError.notConverged(iterations: iterations, change: final.change)
        }
        return LatentClassFit(
            self, sample, search, final.logLikelihood >= best.logLikelihood ? final : best,
            bestReached: (reached, count), steps: steps + final.steps)
    }

    /// A number of plain expectation–maximisation steps from given parameters, whose classes keep their places.
    /// - Returns: the parameters after the steps, and the log-likelihood of the start and after every step.
    public func steps(
        _ count: Int, from start: LatentClassModel, _ table: Table, weights: [Double], threads: Int = 1
    ) throws -> (model: LatentClassModel, logLikelihoods: [Double]) {
        let sample = try LatentClassSample(self, table, weights, items: start.answerItems, mix: start.mix)
        let search = LatentClassSearch(
            sample.data, weights: sample.weights, classes: classes, iterations: iterations)
        var parameters = search.start(near: start, raisedTo: 0)
        var trace: [Double] = []
        for _ in 0..<count {
            let (next, logLikelihood) = search.step(parameters, threads: threads)
            trace.append(logLikelihood)
            parameters = next
        }
        trace.append(search.step(parameters, threads: threads).logLikelihood)
        return (sample.model(parameters, codes: start.codes), trace)
    }

    /// The solution that steps from given parameters lead to, whatever other starts would find.
    public func analyse(
        _ table: Table, weights: [Double], alike: AlikeRespondents? = nil, from start: LatentClassModel,
        threads: Int = 1
    ) throws -> LatentClassFit {
        let sample = try LatentClassSample(
            self, table, weights, items: start.answerItems, mix: start.mix, alike: alike)
        try sample.check(classes: classes)
        let search = LatentClassSearch(
            sample.data, weights: sample.weights, classes: classes, iterations: iterations)
        let run = search.run(from: search.start(near: start, raisedTo: 0), tolerance: 1e-14, threads: threads)
        guard run.isConverged else {
            throw SegmentationError.notConverged(iterations: iterations, change: run.change)
        }
        return LatentClassFit(self, sample, search, run, bestReached: (1, 1), steps: run.steps)
    }

    /// Steps from the model's own parameters; the classes keep their places. Chances of 0 are raised a little, or they
    /// could never grow again.
    public func refit(_ table: Table, weights: [Double], from model: LatentClassModel) throws -> LatentClassModel {
        let sample = try LatentClassSample(self, table, weights, items: model.answerItems, mix: model.mix)
        let search = LatentClassSearch(
            sample.data, weights: sample.weights, classes: classes, iterations: iterations)
        let run = search.run(from: search.start(near: model), tolerance: 1e-12)
        return sample.model(run.parameters, codes: model.codes)
    }
}

extension LatentClassSearch {
    /// The parameters of a model, none below a lowest chance.
    func start(near model: LatentClassModel, raisedTo lowest: Double = 1e-4) -> LatentClassParameters {
        func lifted(_ line: [Double]) -> [Double] {
            guard lowest > 0 else { return line }
            let raised = line.map { max($0, lowest) }
            let total = raised.reduce(0, +)
            return raised.map { $0 / total }
        }
        var start = self.start(model.probabilities.map { $0.map(lifted) })
        if let mix = model.mix {
            start.coefficients = mix.coefficients
            start.sharesOfCell = mix.shares(data.cells, classes: classes)
        } else {
            start.sharesOfCell = [lifted(model.shares)]
        }
        return start
    }
}

/// What rows stand for where each holds all respondents of one pattern of answers.
public struct AlikeRespondents: Sendable {
    public let counts: [Int]
    /// Σw² of them.
    public let squaredWeights: [Double]

    public init(counts: [Int], squaredWeights: [Double]) {
        self.counts = counts
        self.squaredWeights = squaredWeights
    }
}

/// The rows, patterns and weights of one analysis.
struct LatentClassSample: Sendable {
    let data: LatentClassData
    /// Weight of each observation, scaled as the rule says.
    let weights: [Double]
    /// What the weight of a row was multiplied with.
    let scale: Double
    /// Rows with weight and answers enough: their number, or the sum of weights that count respondents.
    let count: Double
    let rowCount: Int
    /// Kish: (Σw)² / Σw².
    let effectiveCount: Double
    let minimumAnswered: Int

    /// - Parameters:
    ///   - items: with their answers; nil for those that occur.
    ///   - mix: whose terms are used; nil for those that occur.
    ///   - alike: what rows stand for; nil where each is one respondent.
    init(
        _ method: LatentClasses, _ table: Table, _ rowWeights: [Double], items: [AnswerPatterns.Item]? = nil,
        mix: ClassMix? = nil, alike: AlikeRespondents? = nil
    ) throws {
        for (row, weight) in rowWeights.enumerated() where !(weight.isFinite && weight >= 0) {
            throw SegmentationError.badWeight(row: row)
        }
        let used = try Self.used(method, table, rowWeights)
        let inside = rowWeights.indices.map { used[$0] ? rowWeights[$0] : 0 }
        let patterns = try AnswerPatterns(
            items ?? AnswerPatterns.items(method.items, of: table, weights: inside), of: table,
            minimumAnswered: method.minimumAnswered, rows: used)
        let cells =
            method.covariates.isEmpty
            ? MixCells(everyone: table.rowCount)
            : try MixCells(
                mix?.covariates ?? MixCells.covariates(method.covariates, of: table, weights: inside), of: table)
        data = LatentClassData(patterns, cells)
        let sums = data.sums(inside)
        let total = CompensatedSum.of(sums)
        rowCount = zip(data.observationOfRow, alike?.counts ?? [Int](repeating: 1, count: table.rowCount))
            .reduce(0) { $0 + ($1.0 >= 0 ? $1.1 : 0) }
        guard total > 0 else { throw SegmentationError.nobodyPlaced }
        let squares = data.sums(alike?.squaredWeights ?? inside.map { $0 * $0 })
        effectiveCount = total * total / CompensatedSum.of(squares)
        count = method.weightRule == .frequency ? total : Double(rowCount)
        scale = count / total
        weights = sums.map { [scale] in $0 * scale }
        minimumAnswered = method.minimumAnswered
    }

    /// Rows with weight, answers enough, and all covariates.
    static func used(_ method: LatentClasses, _ table: Table, _ weights: [Double]) throws -> [Bool] {
        var answered = [Int](repeating: 0, count: table.rowCount)
        for item in method.items {
            let column = try table.column(item)
            for row in answered.indices where column.isPresent(row) { answered[row] += 1 }
        }
        var used = answered.indices.map { weights[$0] > 0 && answered[$0] >= method.minimumAnswered }
        for covariate in method.covariates {
            let column = try table.column(covariate)
            for row in used.indices where !column.isPresent(row) { used[row] = false }
        }
        return used
    }

    /// Parameters that are free: (classes − 1) × terms of the mix, and per class and item one less than its answers.
    func parameterCount(classes: Int) -> Int {
        let answers = data.patterns.items.reduce(0) { $0 + $1.categories.count - 1 }
        return (classes - 1) * data.cells.width + classes * answers
    }

    /// Combinations of answers that could occur, minus one; infinite beyond what a double counts.
    var possiblePatterns: Double { data.patterns.items.reduce(1) { $0 * Double($1.categories.count) } - 1 }

    func check(classes: Int) throws(SegmentationError) {
        for item in data.patterns.items where item.categories.count < 2 { throw .constantInput(item.name) }
        guard data.patterns.count >= classes else {
            throw .tooFewDistinctPoints(wanted: classes, found: data.patterns.count)
        }
        let free = data.patterns.items.reduce(0) { $0 + $1.categories.count - 1 }
        guard Double(classes - 1 + classes * free) <= possiblePatterns else {
            throw .notIdentified(
                "\(classes) classes have \(classes - 1 + classes * free) parameters, and these items can show only "
                    + "\(Int(possiblePatterns)) independent facts")
        }
    }

    func model(_ parameters: LatentClassParameters, codes: [String]? = nil) -> LatentClassModel {
        let classes = parameters.sharesOfCell[0].count
        var shares = [Double](repeating: 0, count: classes)
        if data.cells.count == 1 {
            shares = parameters.sharesOfCell[0]
        } else {
            let total = CompensatedSum.of(weights)
            for k in 0..<classes {
                let parts = weights.indices.lazy.map { weights[$0] * parameters.sharesOfCell[Int(data.cellOf[$0])][k] }
                shares[k] = CompensatedSum.of(parts) / total
            }
        }
        return LatentClassModel(
            items: data.patterns.items, shares: shares, probabilities: parameters.probabilities,
            minimumAnswered: minimumAnswered,
            mix: data.cells.covariates.isEmpty
                ? nil : ClassMix(covariates: data.cells.covariates, coefficients: parameters.coefficients),
            codes: codes)
    }
}
