/// What can be wrong with a sample design. Names columns, strata and rows, never a respondent's answer.
public enum DesignError: Error, Sendable, Equatable {
    case missingWeight(column: String, row: Int)
    case badWeight(column: String, row: Int)
    case missingDesignValue(column: String, row: Int)
    case noRespondents
    case populationSizeVaries(column: String, stratum: String)
    case populationSmallerThanSample(column: String, stratum: String)
    case badPopulationSize(column: String, row: Int)
    case clusterInTwoStrata(column: String, cluster: String)
    /// Strata with a single sampled unit while the rule for them is `fail`.
    case lonelyUnits(strata: [String], stage: Int)
    case tooManyPopulationSizes(stages: Int, given: Int)
}
