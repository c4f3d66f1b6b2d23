import PeilStatistics

extension Estimation {
    /// What margins rest on, for a report's source; nothing where chance drew the sample.
    var claimFacts: [(String, JSONValue)] {
        switch claim {
        case .sampling: []
        case .model(let assumption): [("basis", "panel"), ("margin_assumes", .string(assumption.rawValue))]
        case .none: [("basis", "panel"), ("margin_assumes", .null)]
        }
    }

    /// The same as a sentence that a reader must have seen.
    var claimNote: String? {
        switch claim {
        case .sampling: nil
        case .model:
            "People signed up for this panel themselves. Margins assume that, within the classes of the weights, they answer like people who did not; error of self-selection is in no margin."
        case .none:
            "No margins: the study's panel has no weighting, so nothing is assumed about how people came into it."
        }
    }
}
