internal import PeilNumerics

/// Weights, started at the design weights, that reproduce every margin: iterative proportional fitting over the cells
/// that occur, or Newton's method where proportional fitting is slow.  Deming & Stephan 1940; the raking-ratio
/// case of Deville & Särndal 1992. Both meet in the same weights.
public struct Raking: Sendable {
    /// Largest relative error of a margin at which the weights count as fitted.
    public var tolerance: Double
    public var maximumIterations: Int
    public var residuals: Residuals

    /// How the variance takes the margins out of influence values.
    public enum Residuals: String, Sendable, CaseIterable, Codable {
        /// By a regression weighted with the design weights, as for every other calibration and as R's
        /// `calibrate(calfun = "raking")`: what linearisation asks for.  Deville, Särndal & Sautory 1993.
        case designWeighted = "design_weighted"
        /// By an unweighted regression, as R's `rake()` (to version 4.5; it sweeps ten times) and svy.
        case unweighted
    }

    public init(
        tolerance: Double = 1e-10, maximumIterations: Int = 1000, residuals: Residuals = .designWeighted
    ) {
        self.tolerance = tolerance
        self.maximumIterations = maximumIterations
        self.residuals = residuals
    }

    public typealias Fit = Calibration.Fit

    /// Rounds after which Newton's method is quicker.
    private static let proportionalRounds = 60

    /// - Throws: when a class has a target but nobody in the sample, respondents but no target, margins with
    ///   different totals, or no convergence; the error names the classes.
    public func fit(_ designWeights: [Double], to margins: [MarginClasses]) throws(WeightingError) -> Fit {
        let prepared = try ControlCheck.prepare(margins, designWeights, tolerance: tolerance)
        let cells = AuxiliaryCells(prepared.controls, rowCount: designWeights.count)
        let start = cells.sums(designWeights)
        var fitted = ProportionalFitting(cells, prepared.controls, start)
        fitted.run(tolerance: tolerance, maximumRounds: min(maximumIterations, Self.proportionalRounds))
        var error = fitted.error
        var iterations = fitted.roundsToTolerance ?? fitted.rounds
        var factors = zip(fitted.weights, start).map { $1 > 0 ? $0 / $1 : 1 }
        if error > tolerance || fitted.isSlow {
            let finish = try newton(cells, start, prepared.controls, rounds: iterations)
            factors = finish.factors
            iterations += error > tolerance ? finish.iterations : 0
            error = finish.error
        }
        var weights = designWeights
        for row in weights.indices { weights[row] *= factors[Int(cells.cellOfRow[row])] }
        return Fit(
            weights: weights, iterations: iterations, largestRelativeError: error,
            model: CalibrationModel(
                cells: cells,
                baseWeights: residuals == .unweighted
                    ? [Double](repeating: 1, count: weights.count) : designWeights,
                calibratedWeights: weights),
            outside: prepared.outside, controls: prepared.controls)
    }

    private func newton(
        _ cells: AuxiliaryCells, _ weights: [Double], _ margins: [MarginClasses], rounds: Int
    ) throws(WeightingError) -> (factors: [Double], iterations: Int, error: Double) {
        var calibration = try Calibration(.raking, tolerance: tolerance, maximumIterations: 100)
        calibration.maximumIterations = max(1, min(100, maximumIterations - rounds))
        return try calibration.solve(cells, cellWeights: weights, margins, [0], [.infinity])
    }
}

/// Iterative proportional fitting over cells.
private struct ProportionalFitting {
    private let columnsOfCell: [[Int32]]
    private let targets: [[Double]]
    private(set) var weights: [Double]
    private(set) var error = Double.infinity
    private(set) var rounds = 0
    /// The round that first met the tolerance.
    private(set) var roundsToTolerance: Int?
    /// Rounding was not reached.
    private(set) var isSlow = false

    init(_ cells: AuxiliaryCells, _ margins: [MarginClasses], _ weights: [Double]) {
        self.weights = weights
        targets = margins.map(\.totals)
        var offset: Int32 = 0
        var classes: [[Int32]] = []
        let ends = margins.map { margin in
            offset += Int32(margin.names.count)
            return offset
        }
        for (index, end) in ends.enumerated() {
            let first = index == 0 ? 0 : ends[index - 1]
            var own = [Int32](repeating: -1, count: cells.count)
            for cell in 0..<cells.count {
                for entry in cells.entries(cell) where cells.columns[entry] >= first && cells.columns[entry] < end {
                    own[cell] = cells.columns[entry] - first
                }
            }
            classes.append(own)
        }
        columnsOfCell = classes
    }

    /// Rounds until the margins are met as well as rounding allows, so that their order leaves no trace.
    mutating func run(tolerance: Double, maximumRounds: Int) {
        let goal = min(tolerance, 1e-13)
        while rounds < max(1, maximumRounds) {
            for margin in targets.indices { scale(margin) }
            rounds += 1
            let now = largestError()
            let hasStalled = roundsToTolerance != nil && now >= error
            error = now
            if error <= tolerance, roundsToTolerance == nil { roundsToTolerance = rounds }
            if error <= goal || hasStalled { return }
        }
        isSlow = true
    }

    private func sums(_ margin: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: targets[margin].count)
        let classes = columnsOfCell[margin]
        for cell in classes.indices where classes[cell] >= 0 { sums[Int(classes[cell])] += weights[cell] }
        return sums
    }

    private mutating func scale(_ margin: Int) {
        let factors = zip(targets[margin], sums(margin)).map { $1 > 0 ? $0 / $1 : 1 }
        let classes = columnsOfCell[margin]
        for cell in classes.indices where classes[cell] >= 0 { weights[cell] *= factors[Int(classes[cell])] }
    }

    private func largestError() -> Double {
        var worst = 0.0
        for margin in targets.indices {
            for (sum, target) in zip(sums(margin), targets[margin]) where target > 0 {
                worst = max(worst, abs(sum - target) / target)
            }
        }
        return worst
    }
}
