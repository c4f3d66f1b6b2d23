import Foundation
import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport

/// People of three known segments in households of two, who answer four questions by their segment and two by the toss
/// of a die; some answers are left open.
struct ReactionSample {
    let table: Table
    let truth: [Int]

    static let telling = ["kit", "plan", "threat", "trust"]
    static let idle = ["colour", "season"]
    /// By question and segment, the chance of each of four answers.
    static let chances: [[[Double]]] = [
        [[0.7, 0.2, 0.05, 0.05], [0.1, 0.2, 0.3, 0.4], [0.1, 0.6, 0.2, 0.1]],
        [[0.6, 0.3, 0.05, 0.05], [0.05, 0.15, 0.5, 0.3], [0.25, 0.25, 0.25, 0.25]],
        [[0.1, 0.2, 0.3, 0.4], [0.1, 0.2, 0.3, 0.4], [0.7, 0.2, 0.06, 0.04]],
        [[0.25, 0.25, 0.25, 0.25], [0.6, 0.3, 0.05, 0.05], [0.05, 0.1, 0.25, 0.6]]
    ]

    init(households: Int, shares: [Double] = [0.5, 0.3, 0.2], seed: UInt64) {
        var random = StableRandom(seed: seed)
        let count = households * 2
        var (truth, weights) = ([Int](), [Double?]())
        var answers = [[String?]](repeating: [], count: 6)
        for person in 0..<count {
            let segment = random.choice(weights: shares)
            truth.append(segment)
            weights.append(1 + Double(person / 2 % 4))
            for item in 0..<6 {
                let own = item < 4 ? Self.chances[item][segment] : [0.25, 0.25, 0.25, 0.25]
                let answer = String(1 + random.choice(weights: own))
                answers[item].append(random.chance(0.04) ? nil : answer)
            }
        }
        var table = Table.of(
            numbers: [
                "w": weights, "household": (0..<count).map { Double($0 / 2) },
                "h": (0..<count).map { Double($0 / 2 % 2) }
            ])
        for (name, own) in zip(Self.telling + Self.idle, answers) {
            table.set(.categorical(.of(own)), for: Variable(name: name))
        }
        self.table = table
        self.truth = truth
    }

    var segments: Segmentation {
        Segmentation(codes: ["A", "B", "C", "none"], codeOfRow: truth.map { UInt16($0) }, method: "known")
    }

    static func estimation(_ table: Table, threads: Int = 1) throws -> Estimation {
        Estimation(
            try SampleDesign(DesignColumns(weights: "w", strata: ["h"], clusters: ["household"]), of: table),
            engine: VarianceEngine(), threads: threads)
    }

    func tool(
        _ candidates: [String] = telling + idle, sizes: ClosedRange<Int> = 3...4, seed: UInt64 = 1, threads: Int = 1
    ) throws -> TypingToolFit {
        try TypingToolMethod(candidates: candidates, sizes: sizes, folds: 3, seed: seed)
            .fit(table, segments: segments, estimation: Self.estimation(table, threads: threads))
    }
}
