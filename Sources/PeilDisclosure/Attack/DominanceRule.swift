/// What an amount is made of, as far as the rules of dominance ask: its total and its largest contributions.
public struct Contributions: Sendable, Equatable {
    public let total: Double
    /// Descending. All of them, or at least as many as the rules ask for (`DominanceRule.needed`).
    public let largest: [Double]
    /// Whether somebody is alone in it.
    public let isOfOne: Bool

    /// - Parameter isOfOne: whether one contributor made the whole.
    /// - Parameter total: what all contributors together made.
    /// - Parameter largest: in any order, all 0 or more, with a sum of at most `total`.
    public init(total: Double, largest: [Double], isOfOne: Bool = false) {
        self.total = total
        self.largest = largest.sorted(by: >)
        self.isOfOne = isOfOne
    }

    func sum(ofLargest count: Int) -> Double { largest.prefix(count).reduce(0, +) }
}

/// When an amount tells too much of one of its contributors, and how far it then must lie open.
///
/// x₁ ≥ x₂ ≥ … are the contributions to the total X. The upper protection levels are those of Hundepool et al. (2012),
/// *Statistical Disclosure Control*, section 4.2.2; an amount is sensitive where its level is above 0.
public enum DominanceRule: Sendable, Equatable, Codable {
    /// The p % rule, where q is 100: the second contributor takes X − x₂ for x₁ and is wrong by X − x₁ − x₂, which must be
    /// p % of x₁ or more. The prior-posterior rule else: everybody knew every other contribution within q % beforehand, and
    /// the second contributor would know x₁ within p %. Level p/q·x₁ − (X − x₁ − x₂).
    case priorPosterior(percent: Double, prior: Double)
    /// The (n, k) rule: the n largest together must not hold more than k % of the total.
    /// Level 100/k·(x₁ + … + xₙ) − X.
    case concentration(largest: Int, percent: Double)

    /// - Throws: `.outOfRange` unless 0 < p < q ≤ 100.
    public static func closeness(percent: Double, prior: Double = 100) throws(DisclosureError) -> DominanceRule {
        guard percent > 0, percent < prior, prior <= 100 else {
            throw .outOfRange("p and q: 0 < p < q ≤ 100 must hold")
        }
        return .priorPosterior(percent: percent, prior: prior)
    }

    /// - Throws: `.outOfRange` unless 1 ≤ n ≤ 9 and 0 < k < 100.
    public static func share(ofLargest count: Int, percent: Double) throws(DisclosureError) -> DominanceRule {
        guard (1...9).contains(count) else { throw .outOfRange("n must be from 1 to 9") }
        guard percent > 0, percent < 100 else { throw .outOfRange("k must be above 0 and below 100") }
        return .concentration(largest: count, percent: percent)
    }

    /// How many of the largest contributions it asks for.
    public var needed: Int {
        switch self {
        case .priorPosterior: 2
        case .concentration(let largest, _): largest
        }
    }

    /// The upper protection level: how far above its value the amount must be able to lie; 0 where it is safe.
    public func protectionLevel(of amount: Contributions) -> Double {
        let level =
            switch self {
            case .priorPosterior(let percent, let prior):
                percent / prior * amount.sum(ofLargest: 1) - (amount.total - amount.sum(ofLargest: 2))
            case .concentration(let largest, let percent):
                100 / percent * amount.sum(ofLargest: largest) - amount.total
            }
        // Sums of the same numbers in another order differ by their rounding.
        return level > 1e-12 * amount.total ? level : 0
    }
}

/// Which questions are amounts, and the rules that hold for them.
public struct DominancePolicy: Sendable, Equatable {
    public let rules: [DominanceRule]
    /// Questions with a mean that, times its base, is a sum of what people gave.
    public let questions: [String]
    public let contributors: Contributors

    /// Who contributes to a weighted sum.
    public enum Contributors: String, Sendable, CaseIterable {
        /// A respondent of weight w and answer x, with w·x: whoever takes part is protected, whatever is known of the weights.
        case respondents
        /// The w people that the respondent stands for: ⌊w⌋ with x and one with the rest.
        case people
    }

    public init(rules: [DominanceRule], questions: [String], contributors: Contributors = .respondents) {
        self.rules = rules
        self.questions = questions
        self.contributors = contributors
    }

    /// How many of the largest contributions are asked for.
    public var needed: Int { rules.map(\.needed).max() ?? 0 }
}

extension Sequence<DominanceRule> {
    /// The largest level that one of the rules asks for.
    public func protectionLevel(of amount: Contributions) -> Double {
        reduce(0) { Swift.max($0, $1.protectionLevel(of: amount)) }
    }
}

extension Protection {
    /// A sensitive amount: as far below its value as above it, as τ-ARGUS has it, but never below `least`. An interval that
    /// does so is at least twice the level wide wherever the value lies in it.
    public static func amount(_ value: Double, level: Double, least: Double = 0) -> Protection {
        let low = Swift.max(least, value - level)
        return Protection(lowAtMost: low, highAtLeast: value + level, width: value + level - low)
    }
}
