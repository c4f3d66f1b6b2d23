internal import PeilNumerics
public import PeilTable

/// Latent classes that are fixed: the share of each class and the chance of each answer within it. Answers to
/// different items are independent within a class.  Lazarsfeld & Henry 1968; Goodman 1974.
///
/// P(answers | class k) = Π over answered items of ρₖ(item, answer);  P(class k | answers) ∝ πₖ P(answers | k).
/// An absent answer says nothing (missing at random).
public struct LatentClassModel: SegmentModel {
    public let answerItems: [AnswerPatterns.Item]
    /// Class shares πₖ, or the mean share where the mix depends on covariates; sums to 1.
    public let shares: [Double]
    /// Item, class, category; each line sums to 1.
    public let probabilities: [[[Double]]]
    /// Respondents with fewer answers are not placed.
    public let minimumAnswered: Int
    /// How the mix of classes depends on facts about respondents.
    public let mix: ClassMix?
    public let codes: [String]

    public var items: [String] { answerItems.map(\.name) }
    public var classCount: Int { shares.count }
    public static let unclassified = "S0"

    /// - Parameter probabilities: chance of each answer, by class and item.
    /// - Parameter items: the items with their codes.
    /// - Parameter minimumAnswered: items that somebody must have answered.
    /// - Parameter mix: how class sizes depend on covariates.
    /// - Parameter shares: sizes of the classes; they add up to 1.
    /// - Parameter codes: of the classes, then of those who cannot be placed; default L1, L2, … and S0.
    public init(
        items: [AnswerPatterns.Item], shares: [Double], probabilities: [[[Double]]], minimumAnswered: Int,
        mix: ClassMix? = nil, codes: [String]? = nil
    ) {
        precondition(items.count == probabilities.count, "probabilities of each item")
        precondition(probabilities.allSatisfy { $0.count == shares.count }, "probabilities of each class")
        answerItems = items
        self.shares = shares
        self.probabilities = probabilities
        self.minimumAnswered = minimumAnswered
        self.mix = mix
        self.codes = codes ?? (1...shares.count).map { "L\($0)" } + [Self.unclassified]
        precondition(self.codes.count == shares.count + 1, "a code for each class and one more")
    }

    /// The same classes under other codes.
    public func coded(_ codes: [String]) -> LatentClassModel {
        LatentClassModel(
            items: answerItems, shares: shares, probabilities: probabilities, minimumAnswered: minimumAnswered,
            mix: mix, codes: codes)
    }

    /// The model on some of its items: what a short form can know.
    public func restricted(to names: [String], minimumAnswered: Int) -> LatentClassModel {
        let places = names.compactMap { name in answerItems.firstIndex { $0.name == name } }
        return LatentClassModel(
            items: places.map { answerItems[$0] }, shares: shares, probabilities: places.map { probabilities[$0] },
            minimumAnswered: minimumAnswered, mix: mix, codes: codes)
    }

    /// Chances below this are raised to it when placing respondents: an answer that nobody of a class gave before
    /// makes the class unlikely, not impossible.
    static let smallestChance = 1e-6

    /// The class of highest posterior chance, the first where two are equal.
    public func score(_ table: Table) throws -> Segmentation {
        let scored = try placing(table)
        var codeOfRow = [UInt16](repeating: UInt16(classCount), count: table.rowCount)
        let bestOfLine = scored.memberships.likeliest
        for row in codeOfRow.indices where scored.memberships.lineOfRow[row] >= 0 {
            codeOfRow[row] = bestOfLine[Int(scored.memberships.lineOfRow[row])]
        }
        return Segmentation(
            codes: codes, codeOfRow: codeOfRow, memberships: scored.memberships, method: "latent classes")
    }

    /// Posteriors of each row and the log-likelihood of its answers.
    public func placing(_ table: Table) throws -> (memberships: Memberships, logLikelihoodOfLine: [Double]) {
        let patterns = try AnswerPatterns(answerItems, of: table, minimumAnswered: max(1, minimumAnswered))
        let raised = probabilities.map { $0.map(Self.raised) }
        var cells = MixCells(everyone: table.rowCount)
        var sharesOfCell = [shares]
        if let mix {
            let known = try MixCells(mix.covariates, of: table)
            cells = known.withCellForOthers()
            sharesOfCell = mix.shares(known, classes: classCount) + [shares]
        }
        let data = LatentClassData(patterns, cells)
        let mixture = LatentClassMixture(data, classes: classCount)
        let (chances, logs) = mixture.mixture.posteriors(
            table: mixture.table(sharesOfCell: sharesOfCell, probabilities: raised), fallback: shares)
        let memberships = Memberships(
            segmentCount: classCount, chances: chances, lineOfRow: data.observationOfRow)
        return (memberships, logs)
    }

    /// Log-likelihood of a row per answered item.
    public func closeness(_ table: Table) throws -> [Double?]? {
        let (memberships, logs) = try placing(table)
        let columns = try items.map { try table.column($0) }
        return memberships.lineOfRow.enumerated().map { row, line in
            guard line >= 0 else { return nil }
            let answered = columns.count { $0.isPresent(row) }
            return answered > 0 ? logs[Int(line)] / Double(answered) : nil
        }
    }

    public func unknownAnswers(_ table: Table) throws -> [(item: String, rows: Int)] {
        try answerItems.compactMap { item in
            let coded = try table.column(item.name).coded()
            let isKnown = coded.labels.map { item.place(of: $0) != nil }
            let rows = coded.indexOfRow.count { $0 >= 0 && !isKnown[Int($0)] }
            return rows > 0 ? (item.name, rows) : nil
        }
    }

    private static func raised(_ chances: [Double]) -> [Double] {
        let lifted = chances.map { max($0, smallestChance) }
        let total = lifted.reduce(0, +)
        return lifted.map { $0 / total }
    }
}
