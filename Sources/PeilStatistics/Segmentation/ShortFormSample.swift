internal import PeilNumerics
internal import PeilTable

/// Answers of a sample to candidate items, with segments and folds: what the search for a short question set reads.
struct ShortFormSample: Sendable {
    let items: [AnswerPatterns.Item]
    /// By item and row, the place of the answer; −1 for none.
    let codes: [[Int32]]
    let isNumeric: [Bool]
    let segments: Segmentation
    /// 0 for rows without a segment.
    let weights: [Double]
    let foldOfRow: [Int32]
    let foldCount: Int
    /// Σ of weights by fold.
    let foldWeights: [Double]

    var segmentCount: Int { segments.segmentCount }

    init(
        _ items: [AnswerPatterns.Item], numeric: Set<String>, of table: Table, segments: Segmentation,
        design: SampleDesign, folds: Int, seed: UInt64
    ) throws {
        let weights = design.weights.indices.map { segments.isPlaced($0) ? design.weights[$0] : 0 }
        var codes: [[Int32]] = []
        for item in items {
            guard item.categories.count >= 2 else { throw SegmentationError.constantInput(item.name) }
            if numeric.contains(item.name), item.categories.contains(where: { Double($0)?.isFinite != true }) {
                throw TableError.notNumeric(item.name)
            }
            codes.append(Self.codes(item, try table.column(item.name).coded()))
        }
        // Every fold has people of every stratum, and nobody is placed by a tool that learnt from the same household.
        let ranks = try AnswerPatterns(items, of: table, minimumAnswered: 0).ranks(weights: weights)
        let foldOfRow = SamplingUnitFolds(folds, of: design, rankOfRow: ranks, seed: seed).foldOfRow.map { Int32($0) }
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: folds)
        for row in weights.indices where weights[row] > 0 { sums[Int(foldOfRow[row])].add(weights[row]) }
        guard sums.allSatisfy({ $0.value > 0 }) else {
            throw TypingError.tooFewUnits(found: design.stages[0].unitCount, folds: folds)
        }
        self.items = items
        self.codes = codes
        isNumeric = items.map { numeric.contains($0.name) }
        self.segments = segments
        self.weights = weights
        self.foldOfRow = foldOfRow
        foldCount = folds
        foldWeights = sums.map(\.value)
    }

    private static func codes(_ item: AnswerPatterns.Item, _ column: CodedColumn) -> [Int32] {
        let known = Dictionary(item.categories.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
        let places = column.labels.map { known[$0] ?? -1 }
        return column.indexOfRow.map { $0 < 0 ? -1 : places[Int($0)] }
    }

    /// The answers of a row to some items.
    func answers(_ row: Int, _ chosen: [Int]) -> [Int] { chosen.map { Int(codes[$0][row]) } }

    /// Weights of people by fold, by the answers to some items and by segment.
    func counts(of chosen: [Int]) -> ShortFormCounts {
        let terms = chosen.map { item -> PredictorMatrix.CodedTerm in
            let categories = items[item].categories
            return isNumeric[item]
                ? .number(items[item].name, values: categories.map { Double($0) ?? 0 })
                : .factor(items[item].name, levels: categories, reference: 0)
        }
        let predictors = PredictorMatrix(terms, codes: chosen.map { codes[$0] }, rowCount: weights.count)
        let count = segmentCount
        let size = predictors.lineCount * count
        var targets = [[CompensatedSum]](
            repeating: [CompensatedSum](repeating: CompensatedSum(), count: size), count: foldCount)
        var open = [[Double]](repeating: [Double](repeating: 0, count: count), count: foldCount)
        for row in weights.indices where weights[row] > 0 {
            let fold = Int(foldOfRow[row])
            let line = Int(predictors.lineOfRow[row])
            for k in 0..<count {
                let part = weights[row] * segments.membership(row, k)
                guard part > 0 else { continue }
                if line < 0 { open[fold][k] += part } else { targets[fold][line * count + k].add(part) }
            }
        }
        return ShortFormCounts(
            chosen: chosen, predictors: predictors, targets: targets.map { $0.map(\.value) }, open: open)
    }
}

/// People by fold, by their answers to the chosen items, and by segment.
struct ShortFormCounts: Sendable {
    let chosen: [Int]
    let predictors: PredictorMatrix
    /// By fold: lines × segments.
    let targets: [[Double]]
    /// By fold and segment, people who left a chosen item open.
    let open: [[Double]]

    /// All folds but some, added.
    func training(without left: [Int]) -> [Double] {
        var sums = [Double](repeating: 0, count: targets[0].count)
        for (fold, own) in targets.enumerated() where !left.contains(fold) {
            for index in own.indices { sums[index] += own[index] }
        }
        return sums
    }

    /// Shares of the segments in all folds but some, whether or not people left an item open.
    func shares(without left: [Int], segmentCount: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: segmentCount)
        for fold in targets.indices where !left.contains(fold) {
            for index in targets[fold].indices { sums[index % segmentCount] += targets[fold][index] }
            for k in 0..<segmentCount { sums[k] += open[fold][k] }
        }
        let total = sums.reduce(0, +)
        return sums.map { $0 / total }
    }
}
