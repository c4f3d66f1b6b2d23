import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

/// Areas made by formulas that Python knows too, and what it found for them.
enum SmallAreaCases {
    enum Kind: Sendable { case number, share, zero }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let count: Int
        let kind: Kind
        let method: FayHerriot.Method
        let scale: AreaScale
        let smooths: Bool
        let form: Benchmark.Form
        let areaVariance: Double
        let coefficients: [Double]
        /// Of every (count / 5)-th area.
        let gamma: [Double]
        let estimates: [Double]
        let errors: [Double]
        let residuals: [Double]
        let benchmarked: [Double]
        let benchmarkedErrors: [Double]

        var testDescription: String { name }
        var shown: [Int] { Array(stride(from: 0, to: count, by: max(1, count / 5))) }
        var model: AreaModel {
            AreaModel(
                covariates: [AreaCovariate("x")], method: method, whenZero: nil, scale: scale,
                smoothsVariances: smooths, benchmark: form)
        }
    }

    /// `rows` of Scripts/golden/small-areas.py.
    static func areas(_ count: Int, _ kind: Kind) -> (areas: [AreaModel.Area], covariates: Table) {
        var areas: [AreaModel.Area] = []
        var covariate: [Double?] = []
        for i in 0..<count {
            let x = Double((i * 37) % 101) / 101
            let v = Double((i * 53) % 97) / 97 - 0.5
            let e = Double((i * 71) % 89) / 89 - 0.5
            let n = Double(40 + (i * 29) % 211)
            let (y, d): (Double, Double)
            switch kind {
            case .number:
                y = 3 + 2 * x + 1.5 * v + 1.2 * e
                d = 0.02 + 9 / n
            case .share:
                y = 0.3 + 0.2 * x + 0.2 * v + 0.06 * e
                d = 1.3 * y * (1 - y) / n
            case .zero:
                y = 2 + x + 0.05 * v
                d = 0.05 + 1 / n
            }
            areas.append(
                AreaModel.Area(
                    name: "area \(i)", direct: y, variance: d, effectiveCount: n, size: Double(100 + (i * 17) % 301)))
            covariate.append(x)
        }
        return (areas, .of(numbers: ["x": covariate], codes: [:]))
    }
}
