import PeilStatistics

/// The estimates of one indicator for every area, from the one that leans on nobody else to the one that leans most.
struct AreaLadder: Sendable {
    /// A figure with its standard error and interval.
    struct Value: Sendable {
        let estimate: Double
        /// nil where it is undefined, or where nothing is assumed about how people came into the sample.
        let standardError: Double?
        let interval: ConfidenceInterval?
    }

    struct Area: Sendable {
        let code: String
        /// Answers.
        let count: Int
        /// Kish's effective number of them.
        let effectiveCount: Double?
        /// People for whom they stand: the sum of their weights.
        let people: Double
        /// The area's part in the region's figure; nil where it is not known.
        var size: Double?
        /// The study's own estimate; nil without answers.
        let direct: Value?
        /// With the region's composition; nil without one, or where a class of it has no answer here.
        var standardised: Value?
        /// What the area would have if its classes answered as the region's do.
        var synthetic: Double?
        var composite: CompositeEstimate?
        var modelled: ModelledArea?
        var modelInterval: ConfidenceInterval?
        var lead = Lead()

        /// se/|estimate|; nil where the standard error is 0 or unknown: it then says nothing.
        var variation: Double? {
            guard let direct, let error = direct.standardError, error > 0, direct.estimate != 0 else { return nil }
            return error / abs(direct.estimate)
        }

        /// nil where it is 0 too: everybody answered alike, which says nothing of those who were not asked.
        var variance: Double? { direct?.standardError.flatMap { $0 > 0 ? $0 * $0 : nil } }
    }

    /// Which estimate leads, and why.
    struct Lead: Sendable {
        var rung = LeadRule.Rung.none
        var reason = LeadRule.Reason.nothing
        var value: Value?
    }

    let indicator: SmallAreaRequest.Indicator
    let region: Value
    var areas: [Area]
    /// nil where the model cannot be: `failure` says why.
    var model: AreaModelResult?
    var failure: Failure?
    /// Classes of the standard that nobody of an area belongs to, by area.
    var unstandardised: [(area: String, why: String)] = []
}
