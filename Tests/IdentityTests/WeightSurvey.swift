import PeilNumerics
import PeilStatistics

/// An invented sample with margins, a numeric auxiliary and households, and a population that it can stand for.
struct WeightSurvey {
    let weights: [Double]
    /// Classes of age (6), sex (2) and place (9).
    let classes: [[Int32]]
    let income: [Double]
    let household: [Int32]
    static let sizes = [6, 2, 9]
    static let names = ["age", "sex", "place"]

    /// - Parameter order: rows as they stand in the sample.
    init(rowCount: Int = 400, seed: UInt64 = 5, order: ((Int) -> Int)? = nil) {
        var random = StableRandom(seed: seed)
        let rows = (0..<rowCount).map { row in
            (
                weight: 5 + 20 * random.uniform(),
                classes: Self.sizes.map { Int32(random.integer(below: $0)) },
                income: 20 + 10 * random.uniform(), household: Int32(row / 2)
            )
        }
        let places = (0..<rowCount).map { order?($0) ?? $0 }
        weights = places.map { rows[$0].weight }
        classes = Self.sizes.indices.map { margin in places.map { rows[$0].classes[margin] } }
        income = places.map { rows[$0].income }
        household = places.map { rows[$0].household }
    }

    /// Totals of another allotment of the same people: weights times factors between 0.85 and 1.25 that follow from the
    /// classes, so that moderate bounds can be met.
    private var population: [Double] {
        weights.indices.map { row in
            let turn = Int(classes[0][row]) * 3 + Int(classes[1][row]) * 5 + Int(classes[2][row]) * 7
            return weights[row] * (0.85 + 0.05 * Double(turn % 9))
        }
    }

    func margins(_ which: [Int] = [0, 1, 2]) -> [MarginClasses] {
        which.map { margin in
            var totals = [Double](repeating: 0, count: Self.sizes[margin])
            for row in weights.indices { totals[Int(classes[margin][row])] += population[row] }
            return MarginClasses(
                variable: Self.names[margin], names: totals.indices.map { "\(Self.names[margin])\($0)" },
                classOfRow: classes[margin], totals: totals)
        }
    }

    var incomeTotal: MarginClasses {
        .numeric("income", income, total: zip(population, income).reduce(0) { $0 + $1.0 * $1.1 })
    }

    /// Σ weight · x of each class of a control.
    func totals(_ weights: [Double], of control: MarginClasses) -> [Double] {
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: control.names.count)
        for row in weights.indices where control.classOfRow[row] >= 0 {
            sums[Int(control.classOfRow[row])].add(weights[row] * (control.values?[row] ?? 1))
        }
        return sums.map(\.value)
    }

    /// Rows in the order of a fixed shuffle.
    static func shuffled(_ count: Int) -> [Int] {
        var random = StableRandom(seed: 99)
        var rows = Array(0..<count)
        random.shuffle(&rows)
        return rows
    }
}

/// The distances, bounded and not.
enum Distances {
    static func all() throws -> [(name: String, calibration: Calibration)] {
        let bounds = try CalibrationBounds(lower: 0.6, upper: 1.8)
        return [
            ("linear", try Calibration(.linear)), ("raking", try Calibration(.raking)),
            ("linear bounded", try Calibration(.linear, bounds: bounds)),
            ("raking bounded", try Calibration(.raking, bounds: bounds)),
            ("logit", try Calibration(.logit, bounds: bounds)),
            (
                "linear, weight bounded",
                try Calibration(.linear, bounds: CalibrationBounds(lower: 4, upper: 34, on: .weight))
            )
        ]
    }
}
