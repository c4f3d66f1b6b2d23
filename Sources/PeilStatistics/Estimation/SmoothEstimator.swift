public import PeilNumerics

/// A statistic that is a smooth function of totals: θ̂ = g(T̂), T̂ = Σ wᵢbᵢ. It says which basic values it reads
/// from a row, the value of g and its gradient; the influence values zᵢ = ∇g · bᵢ and the variance follow from
/// these in one place.  Binder 1983; Deville 1999.
public protocol SmoothEstimator: Sendable {
    /// Basic values per row, k.
    var basicCount: Int { get }
    /// Names of the parameters, p.
    var labels: [ParameterLabel] { get }
    /// True when the row has what the estimator reads; other rows count as outside the domain.
    func isComplete(_ row: Int) -> Bool
    /// Adds weight × basic values of a complete row to `totals[offset ..< offset + k]`.
    func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int)
    /// Sums the basic values of whole cells. The default adds row by row; the estimators asked for most have loops of
    /// their own.
    func add(_ rows: CellRows, to sums: inout CellSums)
    /// Sums the same rows in two arrangements of cells, such as units and cells of a calibration. The default sums one
    /// after the other; where answers stand at random they are better fetched once.
    /// - Parameters:
    ///   - rows: the cells of one arrangement.
    ///   - sums: theirs.
    ///   - others: cells of the same rows in another one.
    ///   - places: where each row of the other arrangement stands in the first.
    ///   - otherSums: the sums of the other cells.
    func add(
        _ rows: CellRows, to sums: inout CellSums, again others: CellRows, at places: [Int32],
        to otherSums: inout CellSums)
    /// θ̂ from the totals of a group and the number of its complete rows with weight.
    func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double]
    /// ∇g, p × k. The value parameters are those that `value` gave.
    func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix
    /// θ̂ᵣ of a replicate, given its totals and the full totals and values of the same group. The default is g of the
    /// replicate's totals.
    func replicateValue(
        at totals: [Double], count: Int, fullTotals: [Double], fullValues: [Double]
    ) throws(EstimationError) -> [Double]
}

extension SmoothEstimator {
    public func replicateValue(
        at totals: [Double], count: Int, fullTotals: [Double], fullValues: [Double]
    ) throws(EstimationError) -> [Double] {
        try value(at: totals, count: count)
    }
}

/// What a parameter is called: the variable and, for shares, the level.
public struct ParameterLabel: Sendable, Hashable {
    public let variable: String
    public let level: String?
    public init(_ variable: String, level: String? = nil) {
        self.variable = variable
        self.level = level
    }
}

public enum EstimationError: Error, Sendable, Equatable {
    /// No complete row with weight in the domain.
    case emptyDomain
    /// Σ w x = 0 in the denominator of a ratio.
    case zeroDenominator(variable: String)
    /// A logit needs a share between 0 and 1.
    case shareAtBorder
    /// A variance needs two rows.
    case tooFewRows
    /// A predictor that is constant, or follows from those before it, in the rows used.
    case collinear(variable: String)
    case unknownLevel(variable: String, level: String)
    /// A correlation needs columns that vary.
    case constantColumn(String)
    /// An answer of a question with several answers is 1 (ticked) or 0; `row` counts from 0.
    case notYesNo(variable: String, row: Int)
    /// Nobody in the domain ticked any of the answers.
    case noResponses
    /// A class with a share in the standard population and no respondent in the domain.
    case emptyClass(String)
    /// Nobody in the domain is, on balance, in this segment.
    case emptySegment(String)
    /// The placing of respondents tells too little about their segments for a correction.
    case inseparableSegments(condition: Double)
    case badOption(String, remedy: String)
}

/// The first name that stands twice in a list of columns.
func firstRepeated(_ names: [String]) -> String? {
    names.indices.first { names[..<$0].contains(names[$0]) }.map { names[$0] }
}
