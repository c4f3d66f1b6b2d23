/// Everything that an invented population, its answers and its fieldwork are made of. The values live
/// in the study's `simulation.yaml`; the engine holds no figure about Haaglanden.
public struct SimulationParameters: Sendable {
    public var populationSeed: UInt64
    /// Seed and size of the committed sample; `--seed` and `--rows` override them.
    public var sampleSeed: UInt64
    public var rows: Int
    public var ageClasses: [AgeClassParameters]
    public var municipalities: [MunicipalityParameters]
    public var households: HouseholdParameters
    public var types: [AudienceTypeParameters]
    /// Chance that an adult has the audience type of the household rather than an own draw.
    public var sharedTypeChance: Double
    /// `transitions[from][to]`: chance to change type between two waves.
    public var transitions: [[Double]]
    public var traits: [TraitParameters]
    public var items: [ItemParameters]
    public var noise: NoiseShares
    public var waves: [WaveParameters]
    public var design: DesignParameters
    public var response: ResponseParameters
    public var fieldwork: FieldworkParameters
    /// Columns of a wave file, in order.
    public var columns: [String]
    public var truth: TruthParameters
}

/// An age class of the margins and the ages inside it: evenly spread, or for the open class at the top
/// thinning out. Of those who reach k years above `from`, a share `decay + k·ageing` has that age.
public struct AgeClassParameters: Sendable {
    public var label: String
    public var from: Int
    public var to: Int
    public var decay: Double
    public var ageing: Double
}

public struct MunicipalityParameters: Sendable {
    public var code: String
    public var name: String
    /// Share of each audience type, in the order of `types`.
    public var mix: [Double]
    /// Share of households in a flat.
    public var flats: Double
    public var postcodes: [(code: Int, weight: Double)]
}

/// How adults of the register are put together in households.
public struct HouseholdParameters: Sendable {
    /// Chances by sex (m, v) and age class; the rest lives in a shared house.
    public var alone: [[Double]]
    public var couple: [[Double]]
    public var childAtHome: [[Double]]
    /// Share of the people in couples whose partner has the same sex.
    public var sameSexShare: Double
    /// Chance of minor children by the age class of the youngest parent.
    public var minors: [Double]
    /// Factor on that chance for one adult alone.
    public var singleParentFactor: Double
    /// Weights of 1, 2, 3 … minor children.
    public var minorCounts: [Double]
    /// Weights of 2, 3, … adults in a shared house.
    public var sharedSizes: [Double]
    public var largest: Int
    /// Age of the oldest adult from which the household is in layer B.
    public var layerAge: Int
    public var dwelling: DwellingParameters
}

/// What kind of home households have, next to a municipality's share of flats.
public struct DwellingParameters: Sendable {
    public var roomsOfSharedHouses: Double
    public var roomsOfPeopleAlone: Double
    /// Share of the flats on the fourth floor or higher.
    public var highFlats: Double
    /// Factors on the share of flats for one person or a shared house, and for couples with children.
    public var flatFactorAlone: Double
    public var flatFactorFamily: Double
}

/// A latent audience type: its mean on every trait and how often each age class belongs to it.
public struct AudienceTypeParameters: Sendable {
    public var name: String
    public var label: String
    public var means: [Double]
    public var ageOdds: [Double]
}

/// Shifts on a latent scale by age class, sex and municipality.
public struct DemographicEffects: Sendable {
    public var age: [Double]
    public var female: Double
    public var municipality: [Double]
}

/// A latent trait: audience-type mean + effects + household deviation + personal deviation. The
/// deviations stay with the person over the waves.
public struct TraitParameters: Sendable {
    public var name: String
    public var householdDeviation: Double
    public var personDeviation: Double
    public var effects: DemographicEffects
}

/// How the noise of an item's answer divides: shared in the household, kept by the person over
/// the waves, new in each wave (the rest).
public struct NoiseShares: Sendable {
    public var household: Double
    public var person: Double
}

/// One question. Ordered answers: a weighted sum of traits plus noise, cut so that the population of
/// the first wave has `shares`. Unordered answers: weights by audience type.
public struct ItemParameters: Sendable {
    public enum Kind: Sendable {
        case ordered(loadings: [Double], shares: [Double])
        case unordered(weightsByType: [[Double]])
    }
    public var name: String
    public var kind: Kind
    /// Codes of the answers, in the order of the latent scale.
    public var codes: [Int]
    public var noise: Double
    public var noiseShares: NoiseShares
    public var effects: DemographicEffects
    /// Shift of the latent scale in each wave (first wave 0).
    public var waveShifts: [Double]
    public var route: RouteParameters?
    public var missing: [MissingCodeParameters]
    /// Chance of an empty cell although the question was put.
    public var skipped: Double
    /// Questions of one list on paper or screen; someone who rushes ticks one code through a group.
    public var group: String?
}

/// The question is put only to those whose answer to `item` is one of `codes`.
public struct RouteParameters: Sendable {
    public var item: Int
    public var codes: [Int]
}

public struct MissingCodeParameters: Sendable {
    public var code: Int
    public var rate: Double
}

public struct WaveParameters: Sendable {
    public var code: Int
    public var label: String
    public var firstDay: CalendarDay
    public var lastDay: CalendarDay
    /// Share of the households of the wave before that are invited again.
    public var overlap: Double
    public var file: String
}

public struct DesignParameters: Sendable {
    /// Share of the sampled households of a municipality in layer B.
    public var shareOfLayerB: Double
}

/// Log-odds that an invited adult answers.
public struct ResponseParameters: Sendable {
    public var base: Double
    public var waveShifts: [Double]
    public var effects: DemographicEffects
    public var byType: [Double]
    public var householdDeviation: Double
    public var personDeviation: Double
    /// Share of sampled households that turn out to be outside the population (moved away, deceased).
    public var notEligible: Double
    /// Share of non-response that is no contact; the rest refused.
    public var noContact: Double
}

/// What happens between the true answer and the file.
public struct FieldworkParameters: Sendable {
    public var breakOff: Double
    public var rushed: Double
    /// Spread of a person's tendency not to answer, on the log scale.
    public var silence: Double
    /// Weights of web, paper, telephone by age class.
    public var modes: [[Double]]
    /// Median duration in seconds and spread on the log scale.
    public var duration: (median: Double, spread: Double)
    /// Share that ticks gender 'other', and missing codes of the register questions.
    public var otherGender: Double
    public var registerMissing: [String: [MissingCodeParameters]]
    public var remarkRate: Double
    public var remarks: [String]
}

/// Which values of the whole population the truth file states.
public struct TruthParameters: Sendable {
    public var shares: [(name: String, item: Int, codes: [Int])]
    /// Mean over items, rescaled to 0–100 from their lowest and highest code unless `raw`.
    public var means: [(name: String, items: [Int], reversed: [Int], raw: Bool)]
}
