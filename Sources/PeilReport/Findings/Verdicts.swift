import PeilDisclosure

extension Collection<Verdict> {
    /// Whether no test belongs to any of these figures: then nothing may be said of differences, nor that there are none.
    var isUntested: Bool { allSatisfy { [.untested, .hidden, .notAsked].contains($0) } }
}

extension Verdict {
    /// Adjusted p below this is a difference. The family and its correction belong to the release.
    static let level = 0.05

    /// The verdict of a released row. A difference that vanishes in rounding is not told apart.
    init(_ row: ReleasedRow?) {
        guard let row else {
            self = .notAsked
            return
        }
        guard row.isShown else {
            self = .hidden
            return
        }
        guard let adjustedP = row.adjustedP, let reference = row.referenceEstimate,
            let estimate = row.estimate
        else {
            self = .untested
            return
        }
        guard adjustedP < Self.level, estimate != reference else {
            self = .notDistinguishable
            return
        }
        switch (row.status, estimate > reference) {
        case (.released, true): self = .higher
        case (.released, false): self = .lower
        case (_, true): self = .seemsHigher
        case (_, false): self = .seemsLower
        }
    }

    /// A sign that stands beside the word.
    var sign: String {
        switch self {
        case .higher, .seemsHigher: "▲"
        case .lower, .seemsLower: "▼"
        case .notDistinguishable: "≈"
        case .untested, .hidden, .notAsked: ""
        }
    }
}

extension ReleasedRow {
    var isShown: Bool { status == .released || status == .indicative }
    var isIndicative: Bool { status == .indicative }
    var rowID: String { name.rowID }
}
