public import PeilTable

/// All sampled units, respondents or not: a frame's rows with base weight and disposition.
public struct SampledUnits: Sendable {
    /// Persons a unit stands for, above 0.
    public let weights: [Double]
    public let outcomes: [SampleOutcome]
    public var count: Int { weights.count }

    /// - Throws: `.badDesignWeights`.
    public init(weights: [Double], outcomes: [SampleOutcome]) throws(WeightingError) {
        precondition(weights.count == outcomes.count, "an outcome for each unit")
        func isBad(_ weight: Double) -> Bool { !(weight.isFinite && weight > 0) }
        if let first = weights.firstIndex(where: isBad) {
            throw .badDesignWeights(count: weights.count(where: isBad), firstRow: first)
        }
        self.weights = weights
        self.outcomes = outcomes
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
