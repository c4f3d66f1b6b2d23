internal import PeilNumerics
internal import PeilTable

/// The composition to which means are standardised: a share πₖ for each class of one or several columns, such as
/// age × sex of the whole country.
public struct StandardPopulation: Sendable, Equatable {
    /// The columns that make the classes.
    public let variables: [String]
    /// One code a column, for each class.
    public let classes: [[String]]
    /// πₖ, which make 1.
    public let shares: [Double]

    /// - Parameters:
    ///   - variables: columns of the classes.
    ///   - shares: in any unit (shares, percentages, numbers of people); they are divided by their sum. A class
    ///     with 0 takes no part: its rows count as outside the domain.
    /// - Throws: `.badOption` that names the class, for a share that is negative or not a number, a class given
    ///   twice or with a wrong number of codes; and for shares that are all 0.
    public init(_ variables: [String], _ shares: [(codes: [String], share: Double)]) throws(EstimationError) {
        var seen: Set<[[UInt8]]> = []
        for entry in shares {
            let name = Self.name(entry.codes)
            guard entry.codes.count == variables.count, !variables.isEmpty else {
                throw .badOption(
                    "class '\(name)' has \(entry.codes.count) code(s) for \(variables.count) column(s)",
                    remedy: "give one code a column")
            }
            guard entry.share.isFinite, entry.share >= 0 else {
                throw .badOption("the share of class '\(name)' is negative or not a number", remedy: "correct it")
            }
            guard seen.insert(Self.bytes(entry.codes)).inserted else {
                throw .badOption("class '\(name)' has two shares", remedy: "give each class one share")
            }
        }
        // Divided by their largest first, so that the sum of huge numbers of people stays finite.
        let largest = shares.map(\.share).max() ?? 0
        guard largest > 0 else { throw .badOption("all standard shares are 0", remedy: "give the shares") }
        let relative = shares.map { $0.share / largest }
        let sum = CompensatedSum.of(relative)
        self.variables = variables
        classes = shares.map(\.codes)
        self.shares = relative.map { $0 / sum }
    }

    /// The class of each row; −1 where a column has no answer.
    /// - Throws: `TableError` for an absent column; `.badOption` for a class of the data without a share.
    func classOfRow(of table: Table) throws -> [Int32] {
        let grouping = Grouping.cross(try variables.map { ($0, try table.column($0)) })
        var indexOfClass: [[[UInt8]]: Int] = [:]
        for (index, codes) in classes.enumerated() { indexOfClass[Self.bytes(codes)] = index }
        let classOfGroup = try grouping.keys.map { key -> Int32 in
            guard let index = indexOfClass[Self.bytes(key)] else {
                throw EstimationError.badOption(
                    "class '\(Self.name(key))' of \(variables.joined(separator: " × ")) has no standard share",
                    remedy: "give its share; 0 leaves the class out")
            }
            return Int32(index)
        }
        return grouping.groupOfRow.map { $0 < 0 ? -1 : classOfGroup[Int($0)] }
    }

    static func name(_ codes: [String]) -> String { codes.joined(separator: " × ") }

    /// Codes are told apart by their bytes.
    private static func bytes(_ codes: [String]) -> [[UInt8]] { codes.map { Array($0.utf8) } }
}
