public import PeilTable

/// Finds a short question set that places people in known segments.
///
/// Items and their number are chosen by the loss on folds of whole sampling units. How good the tool is, is told by an
/// outer round: for each fold everything, the choice of items too, is done again without it, and its people are placed
/// by what came out. The tool itself is then made from all respondents.
public struct TypingToolMethod: Sendable, Equatable {
    public enum Criterion: String, Sendable, CaseIterable, Codable {
        case logLoss = "log_loss"
        case accuracy
    }

    public let candidates: [String]
    /// Candidates that enter as numbers, with one slope a segment.
    public let numericItems: Set<String>
    public let sizes: ClosedRange<Int>
    /// Answers without which nobody is placed; nil: one less than the items.
    public let requiredAnswers: Int?
    public let folds: Int
    public let criterion: Criterion
    public let family: ShortFormFamily
    public let seed: UInt64

    /// On the mean log-likelihood: with a thousand respondents the usual penalty of 1 on their sum. It keeps answers
    /// that nobody of a segment gave from deciding alone.
    public static let defaultRidge = 0.001
    public static let largestSize = 10

    public init(
        candidates: [String], numericItems: Set<String> = [], sizes: ClosedRange<Int> = 4...6,
        requiredAnswers: Int? = nil, folds: Int = 5, criterion: Criterion = .logLoss,
        family: ShortFormFamily = .multinomialLogit(ridge: defaultRidge), seed: UInt64
    ) throws(TypingError) {
        if let twice = firstRepeated(candidates) { throw .badOption("candidate '\(twice)' stands twice") }
        if let other = numericItems.sorted().first(where: { !candidates.contains($0) }) {
            throw .badOption("'\(other)' is to count as a number and is no candidate")
        }
        guard sizes.lowerBound >= 1, sizes.upperBound <= Self.largestSize else {
            throw .badOption("a typing tool has 1 to \(Self.largestSize) items")
        }
        guard candidates.count >= sizes.upperBound else {
            throw .tooFewCandidates(found: candidates.count, needed: sizes.upperBound)
        }
        guard (3...20).contains(folds) else { throw .badOption("folds: 3 to 20") }
        if let requiredAnswers, !(1...sizes.lowerBound).contains(requiredAnswers) {
            throw .badOption("required answers: 1 to the smallest number of items, \(sizes.lowerBound)")
        }
        switch family {
        case .multinomialLogit(let ridge):
            guard ridge > 0, ridge.isFinite else { throw .badOption("the ridge of a typing tool is above 0") }
        case .givenScores(let items, let table, _):
            guard items.map(\.name) == candidates, table.items == Array(items.indices) else {
                throw .badOption("the given scores are of other items than the candidates")
            }
        }
        self.candidates = candidates
        self.numericItems = numericItems
        self.sizes = sizes
        self.requiredAnswers = requiredAnswers
        self.folds = folds
        self.criterion = criterion
        self.family = family
        self.seed = seed
    }

    /// - Parameters:
    ///   - table: the answers.
    ///   - segments: of the rows of `table`; rows that are not placed count for nothing.
    ///   - estimation: the design, whose weights, strata and sampling units count at every step.
    /// - Throws: `TypingError`, `SegmentationError`, `TableError`, `MultinomialError`, `EstimationError`, `DesignError`.
    public func fit(_ table: Table, segments: Segmentation, estimation: Estimation) throws -> TypingToolFit {
        let sample = try sample(table, segments, estimation.design)
        let search = ShortFormFit(sample: sample, family: family, tolerance: 1e-8)
        let exact = ShortFormFit(sample: sample, family: family, tolerance: 1e-13)
        var selection = ItemSelection(search, criterion: criterion, blocks: estimation.blocks)
        let steps = try selection.search(sizes: sizes)
        let chosen = ItemSelection.chosen(steps, sizes: sizes).items
        var outer: [(fold: Int, chosen: [Int], classifier: ShortClassifier)] = []
        for fold in 0..<folds {
            let own = ItemSelection.chosen(try selection.search(sizes: sizes, leavingOut: fold), sizes: sizes).items
            outer.append((fold, own, try exact.classifier(own, without: [fold], requiredAnswers: required(own))))
        }
        let placings = sample.placings(outer, method: family.name, seed: seed)
        let sameItems = try (0..<folds).map { fold in
            (fold, chosen, try exact.classifier(chosen, without: [fold], requiredAnswers: required(chosen)))
        }
        let ownPlacings = sample.placings(sameItems, method: family.name, seed: seed)
        let classifier = try exact.classifier(chosen, without: [], requiredAnswers: required(chosen))
        let patterns = sample.patterns(chosen)
        let tool = TypingTool(
            codes: segments.codes, classifier: classifier, assessment: try estimation.assess(placings, of: segments),
            confusion: try estimation.assess(ownPlacings, of: segments).confusion,
            handScoring: HandScoring(classifier, patterns: patterns.answers, weights: patterns.weights),
            shares: sample.counts(of: chosen).shares(without: [], segmentCount: segments.segmentCount),
            method: family.name, seed: seed)
        return TypingToolFit(
            tool: tool, steps: steps.map { TypingToolFit.Step($0, sample.items) },
            itemsOfFolds: outer.map { $0.chosen.map { sample.items[$0].name } }, placings: placings)
    }

    /// Items with the answers that occur, or of closed questions all that could be chosen, in their order: others ask
    /// the whole question. An answer that nobody gave gets the average score of its question, by the ridge.
    private static func items(
        _ names: [String], of table: Table, weights: [Double]
    ) throws -> [AnswerPatterns.Item] {
        try AnswerPatterns.items(names, of: table, weights: weights).map { item in
            guard item.categories.count >= 2 else { throw SegmentationError.constantInput(item.name) }
            guard case .categorical(let column) = try table.column(item.name) else { return item }
            let codes = column.categories.map(\.code)
            guard codes.count <= AnswerPatterns.categoryLimit, Set(codes).count == codes.count else { return item }
            return AnswerPatterns.Item(name: item.name, categories: codes)
        }
    }

    private func required(_ chosen: [Int]) -> Int { requiredAnswers ?? max(1, chosen.count - 1) }

    private func sample(_ table: Table, _ segments: Segmentation, _ design: SampleDesign) throws -> ShortFormSample {
        precondition(segments.codeOfRow.count == table.rowCount && design.rowCount == table.rowCount, "the same rows")
        guard segments.segmentCount >= 2 else { throw TypingError.badOption("a typing tool needs two segments") }
        guard segments.segmentCount <= PrevalenceCorrection.segmentLimit else {
            throw TypingError.tooManySegments(
                found: segments.segmentCount, limit: PrevalenceCorrection.segmentLimit)
        }
        let items: [AnswerPatterns.Item]
        if case .givenScores(let given, _, _) = family {
            items = given
        } else {
            let weights = design.weights.indices.map { segments.isPlaced($0) ? design.weights[$0] : 0 }
            items = try Self.items(candidates, of: table, weights: weights)
        }
        return try ShortFormSample(
            items, numeric: numericItems, of: table, segments: segments, design: design, folds: folds, seed: seed)
    }
}

/// A typing tool, and how it was found.
public struct TypingToolFit: Sendable {
    /// The best items of one size, by the folds of the whole sample.
    public struct Step: Sendable, Equatable {
        public let items: [String]
        public let logLoss: Double
        public let accuracy: Double

        init(_ step: ItemSelection.Step, _ items: [AnswerPatterns.Item]) {
            self.items = step.items.map { items[$0].name }
            logLoss = step.logLoss
            accuracy = 1 - step.error
        }
    }

    public let tool: TypingTool
    public let steps: [Step]
    /// What was chosen without each fold: items that come and go are interchangeable.
    public let itemsOfFolds: [[String]]
    /// Everybody by the tool that had not seen them; rows without segment or weight are not placed.
    public let placings: Segmentation
}

extension ShortFormSample {
    /// Every row by the classifier of its own fold.
    fileprivate func placings(
        _ outer: [(fold: Int, chosen: [Int], classifier: ShortClassifier)], method: String, seed: UInt64
    ) -> Segmentation {
        var lineOfRow = [Int32](repeating: -1, count: weights.count)
        var codeOfRow = [UInt16](repeating: UInt16(segmentCount), count: weights.count)
        var lines: [Double] = []
        for (fold, chosen, classifier) in outer {
            var known: [[Int]: Int32] = [:]
            for row in weights.indices where weights[row] > 0 && Int(foldOfRow[row]) == fold {
                let answers = answers(row, chosen)
                if known[answers] == nil {
                    guard let chances = classifier.chances(answers) else { continue }
                    known[answers] = Int32(lines.count / segmentCount)
                    lines += chances
                }
                let line = Int(known[answers] ?? 0)
                lineOfRow[row] = Int32(line)
                codeOfRow[row] = UInt16(likeliest(Array(lines[(line * segmentCount)..<((line + 1) * segmentCount)])))
            }
        }
        return Segmentation(
            codes: segments.codes, codeOfRow: codeOfRow,
            memberships: Memberships(segmentCount: segmentCount, chances: lines, lineOfRow: lineOfRow), method: method,
            seed: seed)
    }

    /// Distinct answers to some items and the weight of the people who gave them.
    fileprivate func patterns(_ chosen: [Int]) -> (answers: [[Int]], weights: [Double]) {
        var sums: [[Int]: Double] = [:]
        for row in weights.indices where weights[row] > 0 { sums[answers(row, chosen), default: 0] += weights[row] }
        let order = sums.keys.sorted { $0.lexicographicallyPrecedes($1) }
        return (order, order.map { sums[$0] ?? 0 })
    }
}
