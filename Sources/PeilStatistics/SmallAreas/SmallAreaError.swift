public enum SmallAreaError: Error, Sendable, Equatable {
    /// A model needs more areas than coefficients.
    case tooFewAreas(areas: Int, coefficients: Int)
    /// A sampling variance that is 0, negative or absent beside a direct estimate.
    case badVariance(column: String, area: String)
    /// A share of 0 or 1, or a number that is no share, on a scale that does not hold it.
    case outsideScale(area: String, scale: AreaScale)
    /// A direct estimate or a covariate of the area that is no finite number.
    case notFinite(area: String)
    case repeatedArea(String)
    /// A row without the name of its area; `row` counts from 0.
    case missingArea(column: String, row: Int)
    /// A covariate that an area lacks: nothing can be predicted for it.
    case missingCovariate(column: String, area: String)
    /// Population means for a covariate are absent.
    case missingPopulationMean(area: String, column: String)
    /// A population smaller than the sample of the area.
    case populationTooSmall(area: String)
    /// No area has two rows: variance within areas cannot be told from variance between them.
    case onlySingles
    /// A benchmark's weights are absent, negative or sum to 0.
    case badBenchmark(String)
    /// An option out of its range.
    case badOption(String)
    /// The likelihood has no maximum that could be found.
    case notConverged
}
