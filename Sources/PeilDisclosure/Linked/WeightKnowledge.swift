/// What a reader may know of the weights behind a publication: between which bounds one respondent's weight lies, and how many
/// people live in an area.
///
/// Weights of the design alone are taken to be known from the design: how many were drawn of how many. Of weights that were
/// brought to margins a report prints the largest of each area beside the mean m; no weight of n is then smaller than
/// n·m − (n − 1)·largest, which is m where all are equal. Either is known of every area with as many respondents as a base
/// must have to be printed; of all others the bounds of the region are.
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
    /// - Parameters:
    ///   - population: people of each area, where that is known.
    ///   - weights: weights of the rows, 0 or more.
    ///   - areas: area of each row; nil where it is not known.
    ///   - areOfDesign: no weight was adjusted.
    ///   - minimumBase: of fewer respondents in an area the bounds are not known.
    public init?(
        weights: [Double], areas: [String?], areOfDesign: Bool, population: [String: Double] = [:], minimumBase: Int
    ) {
        var everywhere = Sample()
        var ofArea: [String: Sample] = [:]
        for (weight, area) in zip(weights, areas) {
            everywhere.add(weight)
            if let area { ofArea[area, default: Sample()].add(weight) }
        }
        guard everywhere.least >= 0, everywhere.most > 0, everywhere.most.isFinite else { return nil }
        self.init(
            everywhere: everywhere.known(areOfDesign),
            ofArea: ofArea.filter { $1.count >= Double(minimumBase) }.mapValues { $0.known(areOfDesign) },
            population: population)
    }

    private struct Sample {
        private(set) var least = Double.infinity
        private(set) var most = -Double.infinity
        private(set) var count = 0.0
        private var sum = 0.0

        mutating func add(_ weight: Double) {
            (least, most) = (min(least, weight), max(most, weight))
            (count, sum) = (count + 1, sum + weight)
        }

        func known(_ areOfDesign: Bool) -> ClosedRange<Double> {
            (areOfDesign ? least : min(least, max(0, sum - (count - 1) * most)))...most
        }
    }

    /// Of a group in an area, or of one of the whole region.
    func range(_ area: String) -> ClosedRange<Double> { ofArea[area] ?? everywhere }
}
