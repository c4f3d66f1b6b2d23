import PeilTable

/// A variable that follows from answers by one of a closed list of forms. Each form is total: where
/// its inputs are absent the result is absent, with the strongest reason among them (`notAsked`
/// only where nothing was asked; else refused, don't know, not answered, technical, in that order).
public struct DerivedVariable: Sendable {
    public enum Form: Sendable, Equatable {
        /// Class i holds edges[i] ≤ x < edges[i+1]; the last class is open above.
        case bands(of: String, edges: [Double], categories: [Category])
        /// Codes gathered into new categories; other codes are absent for the reason `otherwise`.
        case recode(of: String, target: [String: Int], categories: [Category], otherwise: MissingReason)
        /// Mean of the present items, each first reversed (low + high − x) and rescaled where asked.
        case mean(of: [String], items: ItemTreatment, minimumAnswered: Int)
        /// times · x + plus
        case linear(of: String, times: Double, plus: Double)
        /// Sum of the present items.
        case sum(of: [String], minimumAnswered: Int)
        /// Number of conditions that hold, with at least `minimumAnswered` that can be judged.
        case count(of: [Condition], minimumAnswered: Int)
        /// 1 where at least `needed` conditions hold, 0 where they cannot any more, else absent.
        case test(of: [Condition], needed: Int, categories: [Category])
        /// Codes of several variables joined by `separators[i]` between the i-th and the next.
        case paste(of: [String], separator: String)
        /// The same number for everybody.
        case constant(Double)
    }

    public let variable: Variable
    public let form: Form
    /// Line in the codebook file.
    public let line: Int?

    /// The variables that the form reads.
    public var inputs: [String] {
        switch form {
        case .bands(let input, _, _), .recode(let input, _, _, _), .linear(let input, _, _): [input]
        case .mean(let items, _, _), .sum(let items, _): items
        case .count(let conditions, _), .test(let conditions, _, _): conditions.map(\.variable)
        case .paste(let items, _): items
        case .constant: []
        }
    }
}

/// What happens to an item before it enters a mean.
public struct ItemTreatment: Sendable, Equatable {
    /// Ends of the items' scale; needed to reverse or rescale.
    public var low: Double
    public var high: Double
    public var reversed: Set<String>
    /// (x − low) / (high − low) · 100
    public var rescales: Bool

    public static let none = ItemTreatment(low: 0, high: 0, reversed: [], rescales: false)

    func apply(_ value: Double, to item: String) -> Double {
        let turned = reversed.contains(item) ? low + high - value : value
        return rescales ? (turned - low) / (high - low) * 100 : turned
    }
}
