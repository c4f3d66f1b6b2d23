/// What an analyst assumes about people who chose to take part, before a margin may be given.
public enum OptInAssumption: String, Sendable, Codable, CaseIterable {
    /// Within the classes that the weights distinguish, people who take part answer like people who do not, and take
    /// part independently of one another: then weighted answers vary as those of a stratified random sample.
    /// AAPOR Task Force on Non-Probability Sampling 2013; Valliant, Dever & Kreuter 2018, ch. 18.
    case weightingExplainsParticipation = "weighting_explains_participation"
}

/// What a margin rests on. Only chance selection gives a margin of sampling.
public enum MarginClaim: Sendable, Equatable {
    case sampling
    /// A margin under a named assumption; it says nothing about error of self-selection.
    case model(OptInAssumption)
    /// No margin.
    case none
}

/// A sample of people who signed up themselves. It is no `SampleDesign`: nobody drew it, so it has no selection
/// chances and no margin of its own. An assumption, named, gives estimates a margin that carries that name.
public struct OptInSample: Sendable {
    let asIfDesigned: SampleDesign
    public let assumption: OptInAssumption?

    /// - Parameter assumption: what is assumed before a margin is given.
    /// - Parameter rows: weights, and units that answered together (a household); strata are classes of quotas.
    public init(_ rows: SampleDesign, assuming assumption: OptInAssumption? = nil) {
        asIfDesigned = rows
        self.assumption = assumption
    }
}
