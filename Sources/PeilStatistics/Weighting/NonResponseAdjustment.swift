internal import PeilNumerics

/// Weights of respondents that also stand for who did not respond, class by class: within a class, response is taken to
/// be unrelated to the answers.  Särndal et al. 1992, ch. 15; Valliant, Dever & Kreuter 2018, ch. 13.
///
/// In each class, with W the sums of base weights of respondents (R), eligible non-respondents (N), not eligible (I) and
/// of unknown eligibility (U):  first  f₁ = (R + N + I + U) / (R + N + I)  shares out the unknown in proportion, then
/// f₂ = (R + N) / R  gives the non-respondents' weight to the respondents. A class keeps its sum.
public struct NonResponseAdjustment: Sendable {
    public init() {}

    /// One class: counts of units, sums of base weights, factors.
    public struct ClassLine: Sendable, Equatable, Codable {
        public let name: String
        public let responded: Int
        public let nonresponse: Int
        public let notEligible: Int
        public let unknown: Int
        /// Sum of the base weights of all its units.
        public let weight: Double
        /// f₁ and f₂.
        public let eligibilityFactor: Double
        public let responseFactor: Double
        /// Base-weighted response among the eligible.
        public let responseRate: Double
    }

    public struct Result: Sendable {
        /// Per unit: base weight × f₁ × f₂ for respondents, × f₁ for not eligible units, 0 for others.
        public let weights: [Double]
        /// Per unit: what the base weight was multiplied with.
        public let factors: [Double]
        public let classes: [ClassLine]
    }

    /// - Throws: `.emptyResponseClass` for a class whose weight nobody can take over.
    public func adjust(_ units: SampledUnits, in classes: FrameClasses) throws(WeightingError) -> Result {
        var tallies = [Tally](repeating: Tally(), count: classes.names.count)
        for unit in 0..<units.count {
            tallies[Int(classes.classOfUnit[unit])].add(units.dispositions[unit], units.weights[unit])
        }
        var lines: [ClassLine] = []
        for (tally, name) in zip(tallies, classes.names) { lines.append(try tally.line(name)) }
        let factors = (0..<units.count).map { unit in
            let line = lines[Int(classes.classOfUnit[unit])]
            return switch units.dispositions[unit] {
            case .responded: line.eligibilityFactor * line.responseFactor
            case .notEligible: line.eligibilityFactor
            case .refused, .noContact, .unknown: 0.0
            }
        }
        return Result(weights: zip(units.weights, factors).map { $0 * $1 }, factors: factors, classes: lines)
    }

    private struct Tally {
        private var counts: [Disposition: Int] = [:]
        private var sums: [Disposition: CompensatedSum] = [:]

        mutating func add(_ disposition: Disposition, _ weight: Double) {
            counts[disposition, default: 0] += 1
            sums[disposition, default: CompensatedSum()].add(weight)
        }

        private func count(_ disposition: Disposition) -> Int { counts[disposition] ?? 0 }
        private func sum(_ disposition: Disposition) -> Double { sums[disposition]?.value ?? 0 }

        func line(_ name: String) throws(WeightingError) -> ClassLine {
            let responded = sum(.responded)
            let nonresponse = sum(.refused) + sum(.noContact)
            let known = responded + nonresponse + sum(.notEligible)
            let all = known + sum(.unknown)
            guard responded > 0 || (nonresponse == 0 && (sum(.unknown) == 0 || known > 0)) else {
                throw .emptyResponseClass(name: name)
            }
            let eligible = responded + nonresponse
            return ClassLine(
                name: name, responded: count(.responded), nonresponse: count(.refused) + count(.noContact),
                notEligible: count(.notEligible), unknown: count(.unknown), weight: all,
                eligibilityFactor: known > 0 ? all / known : 1,
                responseFactor: responded > 0 ? eligible / responded : 1,
                responseRate: eligible > 0 ? responded / eligible : 0)
        }
    }
}
