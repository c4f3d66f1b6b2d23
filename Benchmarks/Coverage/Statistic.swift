/// One number that a survey estimates with an interval, by name.
struct Statistic: Hashable, Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case share, mean, people
        /// Share of adults in a segment.
        case segmentSize = "segment size"
        case segmentPeople = "people in a segment"
        /// A group against everyone else.
        case contrastOfArea = "area against rest"
        case contrastOfSegment = "segment against rest"
        case change
    }

    let kind: Kind
    /// Variable of the study, or the code of a segment for its size.
    let question: String
    /// Municipality, segment, or nothing for the region.
    var area = ""
    var segment = ""

    var name: String {
        let place = [area, segment].filter { !$0.isEmpty }.joined(separator: " ")
        return "\(kind.rawValue): \(question), \(place.isEmpty ? "region" : place)"
    }
}

/// What one survey says of a statistic.
struct Estimated: Sendable {
    let value: Double
    let standardError: Double
    let lower: Double
    let upper: Double
    var method = "t"
}

/// A question whose truth the simulation states.
struct KnownQuestion: Sendable {
    let variable: String
    /// Name among the shares or means of `simulation.yaml`.
    let truth: String
    let isShare: Bool
    /// false where the question makes the segments outright: a share of 0 or 1 in a segment has no interval to test.
    var inSegments = true
}

extension KnownQuestion {
    /// Questions of the sample study, by the names of its codebook and of the truths in its simulation.
    static let ofSampleStudy: [KnownQuestion] = [
        KnownQuestion(variable: "pakket", truth: "pakket", isShare: true, inSegments: false),
        KnownQuestion(variable: "plan", truth: "plan", isShare: true, inSegments: false),
        KnownQuestion(variable: "gesprek", truth: "gesprek", isShare: true, inSegments: false),
        KnownQuestion(variable: "uur72", truth: "uur72", isShare: true),
        KnownQuestion(variable: "vrijwillig_ja", truth: "vrijwillig", isShare: true),
        KnownQuestion(variable: "water_ok", truth: "water", isShare: true),
        KnownQuestion(variable: "radio_ok", truth: "radio", isShare: true),
        KnownQuestion(variable: "nsp_kent", truth: "nsp_bekend", isShare: true),
        KnownQuestion(variable: "dreiging", truth: "dreiging", isShare: false),
        KnownQuestion(variable: "handelingsvertrouwen", truth: "handelingsvertrouwen", isShare: false),
        KnownQuestion(variable: "vertrouwen", truth: "vertrouwen", isShare: false),
        KnownQuestion(variable: "drempels", truth: "drempels", isShare: false)
    ]
    /// The code that counts as yes in all shares above.
    static let yes = "1"
    /// The segment of those who cannot be placed.
    static let unplaced = "S0"
}
