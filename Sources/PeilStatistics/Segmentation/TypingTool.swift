public import PeilTable

/// A short question set by which others recognise the segments in their own sample, as the short form of an audience
/// segmentation does.  Chryst et al. 2018, *Environmental Communication* 12 (four questions for Global Warming's Six
/// Americas).
public struct TypingTool: SegmentModel, Equatable {
    public let codes: [String]
    public let classifier: ShortClassifier
    /// How well a tool that is made in this way, its choice of items too, places people whom it has not seen.
    public let assessment: TypingAssessment
    /// How these items place people whom the fit has not seen: what sizes in another sample are corrected with.
    public let confusion: ConfusionMatrix
    /// Whole points that a person can add up.
    public let handScoring: HandScoring
    /// Shares of the segments (placed respondents) where the tool was made.
    public let shares: [Double]
    public let method: String
    public let seed: UInt64

    public init(
        codes: [String], classifier: ShortClassifier, assessment: TypingAssessment, confusion: ConfusionMatrix,
        handScoring: HandScoring, shares: [Double], method: String, seed: UInt64
    ) {
        precondition(codes.count == classifier.segmentCount + 1, "a code for each segment and for the unplaced")
        precondition(shares.count == classifier.segmentCount, "a share for each segment")
        self.codes = codes
        self.classifier = classifier
        self.assessment = assessment
        self.confusion = confusion
        self.handScoring = handScoring
        self.shares = shares
        self.method = method
        self.seed = seed
    }

    public var items: [String] { classifier.items.map(\.name) }

    public func score(_ table: Table) throws -> Segmentation {
        try classifier.place(table, codes: codes, method: method, seed: seed)
    }
}

extension ShortClassifier {
    /// Everybody in the likeliest segment, the first of equals. Answers that the items do not know count as none.
    func place(_ table: Table, codes: [String], method: String, seed: UInt64?) throws -> Segmentation {
        let patterns = try AnswerPatterns(items, of: table, minimumAnswered: requiredAnswers)
        let width = items.count
        var lines: [Double] = []
        var codeOfLine: [UInt16] = []
        for pattern in 0..<patterns.count {
            let answers = (0..<width).map { Int(patterns.answers[pattern * width + $0]) - 1 }
            let chances = chances(answers) ?? [Double](repeating: 0, count: segmentCount)
            codeOfLine.append(UInt16(likeliest(chances)))
            lines += chances
        }
        let unplaced = UInt16(segmentCount)
        return Segmentation(
            codes: codes, codeOfRow: patterns.patternOfRow.map { $0 < 0 ? unplaced : codeOfLine[Int($0)] },
            memberships: Memberships(segmentCount: segmentCount, chances: lines, lineOfRow: patterns.patternOfRow),
            method: method, seed: seed)
    }
}

/// The place of the largest number, the first of equals.
func likeliest(_ values: [Double]) -> Int {
    var best = 0
    for index in values.indices where values[index] > values[best] { best = index }
    return best
}
