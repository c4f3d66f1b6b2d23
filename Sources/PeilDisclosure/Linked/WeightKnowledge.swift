/// What a reader may know of the weights behind a publication: between which bounds one respondent's weight lies, and how many
/// people live in an area.
///
/// A report prints the largest weight of each area beside its mean, and a design says how many were drawn of how many: so
/// the bounds are taken to be known of every area with as many respondents as a base must have to be printed, and those of
/// the region of all others.
public struct WeightKnowledge: Sendable {
    /// Smallest and largest weight of any respondent, in persons.
    public let everywhere: ClosedRange<Double>
    /// The same by area, where an area has enough respondents to be shown.
    public let ofArea: [String: ClosedRange<Double>]
    /// Public totals that the weights of an area add up to.
    public let population: [String: Double]

    public init(
        everywhere: ClosedRange<Double>, ofArea: [String: ClosedRange<Double>] = [:], population: [String: Double] = [:]
    ) {
        self.everywhere = everywhere
        self.ofArea = ofArea
        self.population = population
    }

    /// The bounds over respondents' weights and the area of each, nil for none.
    /// Weights of nobody or below 0, which no sum of people has, give nothing.
    /// - Parameter minimumBase: of fewer respondents in an area the bounds are not known.
    public init?(weights: [Double], areas: [String?], population: [String: Double] = [:], minimumBase: Int) {
        guard let least = weights.min(), let most = weights.max(), least >= 0, most > 0, most.isFinite else {
            return nil
        }
        var ofArea: [String: (range: ClosedRange<Double>, count: Int)] = [:]
        for (weight, area) in zip(weights, areas) {
            guard let area else { continue }
            let own = ofArea[area] ?? (weight...weight, 0)
            ofArea[area] = (min(own.range.lowerBound, weight)...max(own.range.upperBound, weight), own.count + 1)
        }
        self.init(
            everywhere: least...most, ofArea: ofArea.filter { $1.count >= minimumBase }.mapValues(\.range),
            population: population)
    }

    /// Of a group in an area, or of one of the whole region.
    func range(_ area: String) -> ClosedRange<Double> { ofArea[area] ?? everywhere }
}
