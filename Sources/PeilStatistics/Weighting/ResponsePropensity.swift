import Foundation
internal import PeilNumerics

/// The chance of response as a weighted logistic regression on categorical frame variables, over eligible units:
/// logit p = Σ β, one coefficient a category.  Little 1986; Valliant, Dever & Kreuter 2018, ch. 13.
///
/// Fitted over the combinations that occur by Newton's method. Units of unknown eligibility take no part in the fit.
public struct ResponsePropensity: Sendable {
    public var maximumIterations: Int
    public init(maximumIterations: Int = 50) { self.maximumIterations = maximumIterations }

    public struct Fit: Sendable {
        /// p̂ of every unit, also of those that were not eligible.
        public let propensities: [Double]
        public let iterations: Int
        /// Units of each class of equal numbers, and their weighted response rate.
        let units: SampledUnits

        /// Classes of sampled units by propensity, from low to high, each with about the same number of units; units
        /// with equal propensities stay together.  Rosenbaum & Rubin 1984 for five.
        public func classes(_ count: Int = 5) -> FrameClasses {
            precondition(count >= 1, "at least one class")
            let sorted = propensities.sorted()
            let cuts = (1..<max(1, count)).map { sorted[min(sorted.count - 1, $0 * sorted.count / count)] }
            let distinct = cuts.reduce(into: [Double]()) { if $0.last != $1, $1 > sorted[0] { $0.append($1) } }
            let classOfUnit = propensities.map { p in Int32(distinct.count { $0 <= p }) }
            return FrameClasses(
                variable: "response propensity", names: (0...distinct.count).map { "\($0 + 1)" },
                classOfUnit: classOfUnit)
        }
    }

    /// - Throws: `.separated` for a category in which everybody or nobody responded; `.notConverged`.
    public func fit(_ units: SampledUnits, on predictors: [FrameClasses]) throws(WeightingError) -> Fit {
        let everyone = FrameClasses(
            variable: "(all)", names: ["(all)"], classOfUnit: [Int32](repeating: 0, count: units.count))
        let all = [everyone] + predictors
        let cells = AuxiliaryCells(all.map(\.asMargin), rowCount: units.count)
        let isEligible = units.dispositions.map { $0 == .responded || $0.isNonresponse }
        let weights = cells.sums(zip(units.weights, isEligible).map { $1 ? $0 : 0 })
        let responded = cells.sums(zip(units.weights, units.dispositions).map { $1 == .responded ? $0 : 0 })
        try Self.checkSeparation(cells, weights, responded, all)
        let (chances, iterations) = try newton(cells, weights, responded)
        return Fit(
            propensities: cells.cellOfRow.map { chances[Int($0)] }, iterations: iterations, units: units)
    }

    private static func checkSeparation(
        _ cells: AuxiliaryCells, _ weights: [Double], _ responded: [Double], _ predictors: [FrameClasses]
    ) throws(WeightingError) {
        let totals = cells.totals(weights)
        let answers = cells.totals(responded)
        for column in totals.indices where totals[column] > 0 {
            guard answers[column] > 0, answers[column] < totals[column] * (1 - 1e-12) else {
                let control = ControlCheck.name(column, predictors.map(\.asMargin))
                throw .separated(variable: control.margin, category: control.category)
            }
        }
    }

    private func newton(
        _ cells: AuxiliaryCells, _ weights: [Double], _ responded: [Double]
    ) throws(WeightingError) -> (chances: [Double], iterations: Int) {
        var coefficients = [Double](repeating: 0, count: cells.columnCount)
        var deviance = Double.infinity
        var step = coefficients
        for iteration in 0..<maximumIterations {
            let chances = Self.chances(cells, coefficients)
            let now = Self.deviance(chances, weights, responded)
            if now > deviance * (1 + 1e-12) {
                step = step.map { $0 / 2 }
                coefficients = zip(coefficients, step).map { $0 - $1 }
                continue
            }
            let score = cells.totals(chances.indices.map { responded[$0] - weights[$0] * chances[$0] })
            let size = cells.totals(weights).reduce(0) { max($0, $1) }
            if score.allSatisfy({ abs($0) <= 1e-12 * size }) { return (chances, iteration) }
            deviance = now
            let information = cells.crossProducts(chances.indices.map { weights[$0] * chances[$0] * (1 - chances[$0]) })
            step =
                SemidefiniteFactor(information)
                .solve(DenseMatrix(rows: score.count, columns: 1, storage: score)).storage
            coefficients = zip(coefficients, step).map { $0 + $1 }
        }
        throw .notConverged(
            margin: "response propensity", category: "all predictors", relativeError: deviance,
            iterations: maximumIterations)
    }

    private static func chances(_ cells: AuxiliaryCells, _ coefficients: [Double]) -> [Double] {
        (0..<cells.count).map { cell in
            var sum = 0.0
            for entry in cells.entries(cell) { sum += coefficients[Int(cells.columns[entry])] }
            return 1 / (1 + exp(-sum))
        }
    }

    private static func deviance(_ chances: [Double], _ weights: [Double], _ responded: [Double]) -> Double {
        var sum = CompensatedSum()
        for cell in chances.indices where weights[cell] > 0 {
            let refused = weights[cell] - responded[cell]
            if responded[cell] > 0 { sum.add(-2 * responded[cell] * log(chances[cell])) }
            if refused > 0 { sum.add(-2 * refused * log(1 - chances[cell])) }
        }
        return sum.value
    }
}
