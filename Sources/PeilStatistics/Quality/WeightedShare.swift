internal import PeilNumerics
public import PeilTable

/// How many have one answer, counted and weighted: Σw over those who have it / Σw over those who have any.
public struct WeightedShare: Sendable, Equatable {
    public let count: Int
    /// Rows with an answer.
    public let base: Int
    /// In 0…1; nil where nobody has an answer, or the weights of those who do sum to 0.
    public let weightedShare: Double?

    /// Rows of `column` whose code is `code`; `weights`: one a row, in persons.
    public init(of code: String, in column: CategoricalColumn, weights: [Double]) {
        precondition(weights.count == column.count, "one weight a row")
        let index = column.categories.firstIndex { $0.code == code }
        var count = 0
        var base = 0
        var chosen = CompensatedSum()
        var all = CompensatedSum()
        for row in 0..<column.count where column.isPresent(row) {
            base += 1
            all.add(weights[row])
            guard index == Int(column.codes[row]) else { continue }
            count += 1
            chosen.add(weights[row])
        }
        self.count = count
        self.base = base
        weightedShare = all.value > 0 ? chosen.value / all.value : nil
    }
}
