public import PeilTable

/// What became of a sampled unit.  AAPOR Standard Definitions, in the five groups that weights need.
public enum Disposition: String, Sendable, CaseIterable, Codable {
    case responded
    case refused
    case noContact = "no_contact"
    /// Does not belong to the population (moved away, deceased, a firm).
    case notEligible = "not_eligible"
    /// Nobody knows whether the unit belongs to the population.
    case unknown

    /// Eligible, and without answers.
    var isNonresponse: Bool { self == .refused || self == .noContact }
}

/// All sampled units, respondents or not: a frame's rows with base weight and disposition.
public struct SampledUnits: Sendable {
    /// Persons a unit stands for, above 0.
    public let weights: [Double]
    public let dispositions: [Disposition]
    public var count: Int { weights.count }

    /// - Throws: `.badDesignWeights`.
    public init(weights: [Double], dispositions: [Disposition]) throws(WeightingError) {
        precondition(weights.count == dispositions.count, "a disposition for each unit")
        func isBad(_ weight: Double) -> Bool { !(weight.isFinite && weight > 0) }
        if let first = weights.firstIndex(where: isBad) {
            throw .badDesignWeights(count: weights.count(where: isBad), firstRow: first)
        }
        self.weights = weights
        self.dispositions = dispositions
    }

    /// The frame in columns of a table.
    /// - Parameter codes: the frame's words for dispositions that are not those of `Disposition`.
    /// - Throws: `.unknownDisposition` for a code that neither explains, also for an empty one.
    public init(
        weights column: String, disposition: String, of table: Table, codes: [String: Disposition] = [:]
    ) throws {
        let numbers = try table.numbers(column)
        let coded = try table.column(disposition).coded()
        let meaning = try coded.labels.map { label in
            guard let known = codes[label] ?? Disposition(rawValue: label) else {
                throw WeightingError.unknownDisposition(code: label)
            }
            return known
        }
        let dispositions = try coded.indexOfRow.map { index in
            guard index >= 0 else { throw WeightingError.unknownDisposition(code: "") }
            return meaning[Int(index)]
        }
        try self.init(
            weights: numbers.values.indices.map { numbers.isPresent($0) ? numbers.values[$0] : .nan },
            dispositions: dispositions)
    }
}

/// Classes of sampled units by frame variables: cells of a non-response adjustment, or a predictor of response.
public struct FrameClasses: Sendable {
    public let variable: String
    public let names: [String]
    public let classOfUnit: [Int32]

    public init(variable: String, names: [String], classOfUnit: [Int32]) {
        self.variable = variable
        self.names = names
        self.classOfUnit = classOfUnit
    }

    /// The combinations of frame variables that occur.
    /// - Throws: `.outsideMargin` where a unit lacks one of them: a frame knows all its units.
    public init(_ variables: [String], of table: Table) throws {
        let grouping = Grouping.cross(try variables.map { ($0, try table.column($0)) })
        let name = variables.joined(separator: " × ")
        let missing = grouping.groupOfRow.count { $0 < 0 }
        guard missing == 0 else { throw WeightingError.outsideMargin(margin: name, count: missing) }
        self.init(
            variable: name, names: grouping.keys.map { $0.joined(separator: " × ") }, classOfUnit: grouping.groupOfRow)
    }

    /// Classes joined as declared.
    public func collapsing(_ groups: [[String]]) throws(WeightingError) -> FrameClasses {
        let joined = try asMargin.collapsing(groups)
        return FrameClasses(variable: variable, names: joined.names, classOfUnit: joined.classOfRow)
    }

    var asMargin: MarginClasses {
        MarginClasses(
            variable: variable, names: names, classOfRow: classOfUnit,
            totals: [Double](repeating: 0, count: names.count))
    }
}
