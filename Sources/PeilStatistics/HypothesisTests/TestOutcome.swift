/// What every test reports.
public struct TestOutcome: Sendable, Equatable {
    /// As R's survey calls it.
    public let method: String
    public let statistic: Double
    /// Of a t: its degrees of freedom. nil where the reference is a mixture.
    public let degreesOfFreedom: Double?
    /// Of an F: those of its denominator.
    public let denominatorDegreesOfFreedom: Double?
    public let p: Double
}

/// An estimate that a test compares with 0.
public struct TestedDifference: Sendable, Equatable {
    public let estimate: Double
    public let standardError: Double
    public let interval: ConfidenceInterval
}
