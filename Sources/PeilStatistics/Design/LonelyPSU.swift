/// What a stratum with one primary sampling unit contributes to a variance: its own spread cannot be seen.
public enum LonelyPSU: String, Sendable, Codable, CaseIterable {
    /// Stop and name the strata.
    case fail
    /// Nothing.
    case remove
    /// Nothing, because the unit was in the sample with certainty.
    case certainty
    /// Its squared distance from the mean of all units.
    case adjust
    /// The average of the other strata.
    case average
}
