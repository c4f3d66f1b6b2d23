public import PeilTable

/// Every respondent in exactly one segment: the result of any method.
public struct Segmentation: Sendable {
    /// Codes in the order in which they are reported; the last is for those who cannot be placed.
    public let codes: [String]
    /// Index into `codes` a row.
    public let codeOfRow: [UInt16]
    /// How sure each placing is; nil for methods that decide without chance.
    public let memberships: Memberships?
    public let method: String
    /// The seed, for methods that draw random numbers.
    public let seed: UInt64?
    /// For random starts: how many ended in the best solution, of how many.
    public let bestReached: (by: Int, of: Int)?

    public init(
        codes: [String], codeOfRow: [UInt16], memberships: Memberships? = nil, method: String, seed: UInt64? = nil,
        bestReached: (by: Int, of: Int)? = nil
    ) {
        precondition(codes.count >= 2, "one segment and the code of those who cannot be placed")
        precondition(memberships.map { $0.segmentCount == codes.count - 1 } ?? true, "a chance for each segment")
        self.codes = codes
        self.codeOfRow = codeOfRow
        self.memberships = memberships
        self.method = method
        self.seed = seed
        self.bestReached = bestReached
    }

    /// Segments without the code of those who cannot be placed.
    public var segmentCount: Int { codes.count - 1 }
    public var unclassified: String { codes[segmentCount] }

    public func isPlaced(_ row: Int) -> Bool { Int(codeOfRow[row]) < segmentCount }

    /// The chance that a row belongs to a segment: 0 or 1 where the method decides without chance, 0 for rows that
    /// cannot be placed.
    public func membership(_ row: Int, _ segment: Int) -> Double {
        guard isPlaced(row) else { return 0 }
        return memberships?.chance(row, segment) ?? (Int(codeOfRow[row]) == segment ? 1 : 0)
    }
}

/// The chance of each segment for each row. Rows that answered alike share a line.
public struct Memberships: Sendable {
    public let segmentCount: Int
    /// Lines × segments, line by line; each line sums to 1.
    public let chances: [Double]
    /// The line of each row; −1 for rows that cannot be placed.
    public let lineOfRow: [Int32]

    public init(segmentCount: Int, chances: [Double], lineOfRow: [Int32]) {
        precondition(segmentCount > 0 && chances.count.isMultiple(of: segmentCount), "whole lines")
        self.segmentCount = segmentCount
        self.chances = chances
        self.lineOfRow = lineOfRow
    }

    /// The segment of highest chance of each line, the first where two are equal.
    public var likeliest: [UInt16] {
        stride(from: 0, to: chances.count, by: segmentCount).map { start in
            var best = 0
            for segment in 1..<max(1, segmentCount) where chances[start + segment] > chances[start + best] {
                best = segment
            }
            return UInt16(best)
        }
    }

    public func chance(_ row: Int, _ segment: Int) -> Double {
        lineOfRow[row] < 0 ? 0 : chances[Int(lineOfRow[row]) * segmentCount + segment]
    }
}

/// A way to find segments in answers. A value of its options; fitting gives another type.
///
/// Laws, which one checker tests for every conformer: the order of rows and the number of threads change nothing;
/// weight 2 is the same as the row twice; a row with weight 0 does not count in the fit, and is placed all the same;
/// the model places the rows it was fitted on as `fit` did.
public protocol SegmentationMethod: Sendable {
    associatedtype Model: SegmentModel
    /// Items that the method reads.
    var items: [String] { get }
    /// - Parameter threads: threads; the result is the same on any number.
    /// - Parameter table: the answers.
    /// - Parameter weights: one a row, in persons, 0 or more.
    func fit(_ table: Table, weights: [Double], threads: Int) throws -> Model
    /// The best solution near a known one, with no new starts: for replicates. The segments keep their places.
    func refit(_ table: Table, weights: [Double], from model: Model) throws -> Model
}

/// Segments that are fixed: places respondents of any wave, the same answers in the same segment.
public protocol SegmentModel: Sendable {
    /// Codes of the segments, and last of those who cannot be placed.
    var codes: [String] { get }
    var items: [String] { get }
    /// - Throws: `TableError` where an item is absent.
    func score(_ table: Table) throws -> Segmentation
    /// How well the model fits each row, higher is better; nil for rows that cannot be placed, and for methods that say
    /// nothing of the kind.
    func closeness(_ table: Table) throws -> [Double?]?
    /// Rows with an answer to an item that the model has never seen; only items that have any.
    func unknownAnswers(_ table: Table) throws -> [(item: String, rows: Int)]
}

extension SegmentModel {
    public func closeness(_ table: Table) throws -> [Double?]? { nil }
    public func unknownAnswers(_ table: Table) throws -> [(item: String, rows: Int)] { [] }
}

public enum SegmentationError: Error, Sendable, Equatable {
    case tooFewDistinctPoints(wanted: Int, found: Int)
    case constantInput(String)
    case noInputs
    case badOption(String)
    /// A weight that is negative or not finite; `row` counts from 0.
    case badWeight(row: Int)
    /// An item with answers beyond what numbers can hold.
    case notFinite(item: String)
    /// Nobody has enough answers to be placed.
    case nobodyPlaced
    /// An item with more answers than a pattern can hold.
    case tooManyCategories(item: String, found: Int, limit: Int)
    /// The answers cannot tell the parameters apart, and why.
    case notIdentified(String)
    case notConverged(iterations: Int, change: Double)
}
