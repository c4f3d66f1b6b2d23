import PeilDisclosure
import PeilStatistics
import PeilTable

/// What the means of an amount are made of, in the region and in each area and segment.
///
/// A respondent of weight w who answers x contributes w·x to the weighted sum; or else stands for w people with the same
/// answer: ⌊w⌋ contributions of x and one of (w − ⌊w⌋)·x. τ-ARGUS spreads a contribution over its weight in this way (Hundepool
/// et al. 2012, section 4.2; whole weights there), which protects the people, of whom nobody knows who was asked.
struct AmountContributions {
    /// Area and segment; empty for all.
    private struct Group: Hashable {
        var area = ""
        var segment = ""
    }

    private struct Sum {
        var total = 0.0
        var largest: [Double] = []
        /// Respondents who gave more than 0, and the largest of their weights.
        var givers = 0
        var heaviest = 0.0

        mutating func add(_ value: Double, weight: Double, _ policy: DominancePolicy) {
            total += weight * value
            guard value > 0, weight > 0 else { return }
            givers += 1
            heaviest = max(heaviest, weight)
            guard policy.contributors == .people else { return insert(weight * value, policy.needed) }
            let whole = weight.rounded(.down)
            for _ in 0..<Int(min(whole, Double(policy.needed))) { insert(value, policy.needed) }
            if weight > whole { insert((weight - whole) * value, policy.needed) }
        }

        func contributions(_ contributors: DominancePolicy.Contributors) -> Contributions {
            Contributions(
                total: total, largest: largest,
                isOfOne: givers == 1 && (contributors == .respondents || heaviest <= 1))
        }

        private mutating func insert(_ value: Double, _ keep: Int) {
            let place = largest.firstIndex { $0 < value } ?? largest.count
            guard place < keep else { return }
            largest.insert(value, at: place)
            if largest.count > keep { largest.removeLast() }
        }
    }

    /// - Parameters:
    ///   - question: the variable; 0 or more wherever it is answered.
    ///   - labels: of each row, the area and the segment; nil without one.
    ///   - policy: who contributes, and how many of the largest its rules ask for.
    /// - Throws: `Failure` `NEGATIVE_AMOUNT` for an answer below 0.
    static func contributions(
        to question: String, of table: Table, weights: [Double], asked: [Bool],
        labels: (areas: [String?], segments: [String?]), _ policy: DominancePolicy
    ) throws -> [FigureName: Contributions] {
        let column = try table.numbers(question)
        var sums: [Group: Sum] = [:]
        for row in asked.indices where asked[row] && column.isPresent(row) {
            let value = column.values[row]
            guard value >= 0 else {
                throw Failure(
                    "NEGATIVE_AMOUNT", "Question '\(question)' has answers below 0 and cannot be an amount",
                    remedy: "take it out of disclosure › dominance › amounts, or give the codebook its `min`",
                    exitCode: ExitStatus.data)
            }
            var groups = [Group()]
            if let area = labels.areas[row] { groups.append(Group(area: area)) }
            if let segment = labels.segments[row] { groups += groups.map { Group(area: $0.area, segment: segment) } }
            for group in groups { sums[group, default: Sum()].add(value, weight: weights[row], policy) }
        }
        return sums.reduce(into: [:]) { result, entry in
            let name = FigureName(
                question: question, area: entry.key.area, segment: entry.key.segment, statistic: .mean)
            result[name] = entry.value.contributions(policy.contributors)
        }
    }
}
