/// Why a test has no result. Names the column, never a respondent's answer.
public enum TestError: Error, Sendable, Equatable {
    /// No row of the domain has weight and an answer to every question of the test.
    case noCompleteRows(columns: [String])
    /// A table needs two levels of each question; `levels` occur. Widen the domain.
    case tooFewLevels(column: String, levels: Int)
    /// More levels than a table can hold. Put the answers into classes first.
    case tooManyLevels(column: String, levels: Int, limit: Int)
    /// A comparison of two groups met another number. Restrict the domain to two.
    case notTwoGroups(column: String, groups: Int)
    /// The sampling units of these rows leave no degrees of freedom for the test.
    case tooFewUnits(columns: [String], designDegreesOfFreedom: Int, needed: Int)
    /// What is compared does not vary: the same answer everywhere, or nobody who answers differently.
    case noVariation(columns: [String])
    /// Too many empty cells, or too few sampling units, for the covariance of the table to be inverted. Join levels.
    case singularTable(columns: [String])
    /// Ranks in the population need weights that are not negative. Bound the calibration.
    case negativeWeight(row: Int)
    /// A stated share that is not positive and finite.
    case badShare(column: String, level: String)
    /// Shares were stated for other levels than those that occur.
    case levelWithoutShare(column: String, level: String)
}
