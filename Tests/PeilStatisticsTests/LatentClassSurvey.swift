import Foundation
import PeilNumerics
import PeilStatistics
import PeilTable

/// Answers drawn from known latent classes.
struct LatentClassSurvey {
    var table: Table
    var weights: [Double]
    /// The class behind each row.
    var types: [Int]
    let items: [String]

    /// - Parameters:
    ///   - shares: of the classes.
    ///   - chances: item, class, category.
    ///   - absent: chance of no answer.
    init(
        rows: Int, shares: [Double], chances: [[[Double]]], absent: Double = 0, seed: UInt64,
        weight: (inout StableRandom) -> Double = { _ in 1 }
    ) {
        var random = StableRandom(seed: seed)
        items = chances.indices.map { "q\($0 + 1)" }
        types = (0..<rows).map { _ in random.choice(weights: shares) }
        weights = (0..<rows).map { _ in weight(&random) }
        table = Table(rowCount: rows)
        for (item, classes) in chances.enumerated() {
            let categories = classes[0].indices.map {
                Category(code: "\($0 + 1)", label: LocalizedText(everywhere: ""))
            }
            var codes: [UInt16] = []
            var reasons: [UInt8] = []
            for row in 0..<rows {
                let answer = random.choice(weights: classes[types[row]])
                let isAbsent = random.chance(absent)
                codes.append(isAbsent ? 0 : UInt16(answer))
                reasons.append(isAbsent ? MissingReason.notAnswered.rawValue : 0)
            }
            table.set(
                .categorical(CategoricalColumn(categories: categories, codes: codes, reasons: reasons)),
                for: Variable(name: "q\(item + 1)"))
        }
    }

    /// Three classes that lie clear of each other on eight items of three answers.
    static func clear(rows: Int = 600, absent: Double = 0.05, seed: UInt64 = 11) -> LatentClassSurvey {
        let chances = (0..<8).map { item in
            (0..<3).map { k in (0..<3).map { $0 == (item + k) % 3 ? 0.84 : 0.08 } }
        }
        return LatentClassSurvey(
            rows: rows, shares: [0.5, 0.3, 0.2], chances: chances, absent: absent, seed: seed,
            weight: { (1 + ($0.uniform() * 24).rounded()) / 8 })
    }

    /// The same rows in another order, or some of them twice.
    func selecting(_ rows: [Int]) -> LatentClassSurvey {
        var copy = self
        copy.table = table.selecting(rows: rows)
        copy.weights = rows.map { weights[$0] }
        copy.types = rows.map { types[$0] }
        return copy
    }

    func simpleDesign() throws -> SampleDesign {
        var copy = table
        copy.set(.numeric(NumericColumn(values: weights)), for: Variable(name: "w"))
        return try SampleDesign(DesignColumns(weights: "w"), of: copy)
    }
}

/// Latent classes of Scripts/golden/latent-classes.py.
struct LatentClassGolden {
    struct Fit {
        let classes: Int
        let logLikelihood: Double
        let parameters: Int
        let bic: Double
        let shares: [Double]
        let probabilities: [[[Double]]]
    }

    let table: Table
    let weights: [Double]
    let fits: [Fit]
    let items: [String]

    init(_ path: String) throws {
        let document = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any]
        let answers = document?["answers"] as? [[Any]] ?? []
        weights = document?["weights"] as? [Double] ?? []
        items = (answers.first ?? []).indices.map { "q\($0 + 1)" }
        var table = Table(rowCount: answers.count)
        for (place, name) in items.enumerated() {
            let values = answers.map { $0[place] as? Double }
            table.set(
                .numeric(
                    NumericColumn(
                        values: values.map { $0 ?? 0 },
                        reasons: values.map { $0 == nil ? MissingReason.notAnswered.rawValue : 0 })),
                for: Variable(name: name))
        }
        self.table = table
        fits = (document?["fits"] as? [[String: Any]] ?? []).map { fit in
            Fit(
                classes: fit["classes"] as? Int ?? 0, logLikelihood: fit["log_likelihood"] as? Double ?? .nan,
                parameters: fit["parameters"] as? Int ?? 0, bic: fit["bic"] as? Double ?? .nan,
                shares: fit["shares"] as? [Double] ?? [],
                probabilities: fit["probabilities"] as? [[[Double]]] ?? [])
        }
    }
}
