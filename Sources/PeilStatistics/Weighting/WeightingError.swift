/// Why weights could not be made. Names margins, categories, classes and columns, never a respondent's answer.
public enum WeightingError: Error, Sendable, Equatable {
    /// A category has a target and nobody with weight in the sample.
    case emptyCell(margin: String, category: String)
    case respondentsWithoutTarget(margin: String, category: String)
    case badTarget(margin: String, category: String)
    case marginsDisagree(first: String, firstTotal: Double, second: String, secondTotal: Double)
    /// One control follows from others, and its target does not follow from theirs.
    case contradiction(control: Control, others: [Control], difference: Double)
    /// No weights within the bounds meet these controls together.
    case infeasible(controls: [Control], suggestion: String)
    case notConverged(margin: String, category: String, relativeError: Double, iterations: Int)
    case unknownCategory(margin: String, category: String)
    /// Respondents without a value of a weighting variable, where the study does not say what to do with them.
    case outsideMargin(margin: String, count: Int)
    /// An auxiliary that is not a number in some rows.
    case badAuxiliary(variable: String, count: Int)
    /// Design weights that are zero, negative, missing or not a number.
    case badDesignWeights(count: Int, firstRow: Int)
    case trimmingDoesNotSettle(group: String, largestRatio: Double, rounds: Int)
    /// Bounds between which the rows cannot carry their total.
    case trimmingImpossible(group: String)
    case badBound(String)
    /// Rows whose design weight lies outside bounds that must hold it.
    case weightsOutsideBounds(count: Int)
    /// A class of non-response without respondents, or none left to take over the weight.
    case emptyResponseClass(name: String)
    /// Non-response needs the sampled units that did not answer.
    case frameMissing
    /// The propensity model cannot be fitted: a class answered always or never.
    case separated(variable: String, category: String)
    /// Collapsing that names a category the margin does not have.
    case unknownCollapse(margin: String, category: String)

    /// A margin and one of its categories.
    public struct Control: Sendable, Hashable {
        public let margin: String
        public let category: String

        public init(_ margin: String, _ category: String) {
            self.margin = margin
            self.category = category
        }
    }
}
