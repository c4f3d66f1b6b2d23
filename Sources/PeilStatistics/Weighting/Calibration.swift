internal import PeilNumerics

/// Calibrated weights: as near to the design weights as a distance allows, with the totals of the controls those of
/// the population.  Deville & Särndal 1992.
///
/// Controls are margins of categories, numeric totals, either per domain. A redundant control is left out by itself;
/// controls that contradict each other, or that no weights within the bounds meet, are an error that names them.
public struct Calibration: Sendable {
    public var distance: CalibrationDistance
    public var bounds: CalibrationBounds?
    /// Largest relative error of a control at which the weights count as fitted.
    public var tolerance: Double
    public var maximumIterations: Int

    /// - Throws: `.badBound` for a logistic distance without two finite bounds.
    public init(
        _ distance: CalibrationDistance, bounds: CalibrationBounds? = nil, tolerance: Double = 1e-10,
        maximumIterations: Int = 100
    ) throws(WeightingError) {
        if distance == .logit {
            guard let bounds, bounds.lower.isFinite, bounds.upper.isFinite else {
                throw .badBound("logit calibration needs a finite lower and upper bound")
            }
        }
        if distance == .raking, let bounds, bounds.lower < 0 {
            throw .badBound("raking gives positive weights: its lower bound is 0 or more")
        }
        self.distance = distance
        self.bounds = bounds
        self.tolerance = tolerance
        self.maximumIterations = maximumIterations
    }

    /// Rows whose factor must be equal: the persons of a household.
    public struct Units: Sendable {
        public let unitOfRow: [Int32]
        public let count: Int

        public init(unitOfRow: [Int32], count: Int) {
            self.unitOfRow = unitOfRow
            self.count = count
        }
    }

    public struct Fit: Sendable {
        public let weights: [Double]
        public let iterations: Int
        /// Largest |Σwx − target| / |target| over all controls, of the weights that are returned.
        public let largestRelativeError: Double
        /// What the variance needs to know.
        public let model: CalibrationModel
        /// Rows with weight outside each control, in their order.
        public let outside: [Int]
        /// The controls as they were met: after shares of rows outside.
        public let controls: [MarginClasses]
    }

    /// - Parameters:
    ///   - designWeights: weights before calibration, ≥ 0; rows with 0 take no part.
    ///   - controls: the order changes nothing but rounding.
    ///   - units: rows with one factor together, and mean auxiliaries.
    /// - Throws: `WeightingError` that names controls.
    public func fit(
        _ designWeights: [Double], to controls: [MarginClasses], within units: Units? = nil
    ) throws(WeightingError) -> Fit {
        let prepared = try ControlCheck.prepare(controls, designWeights, tolerance: tolerance)
        let sharing: AuxiliaryCells.Sharing =
            if let units {
                .units(units.unitOfRow, count: units.count, weights: designWeights)
            } else if let bounds, bounds.kind == .weight {
                .none
            } else {
                .equalRows
            }
        let cells = AuxiliaryCells(prepared.controls, rowCount: designWeights.count, sharing)
        let (lower, upper) = try factorBounds(designWeights, cells)
        let fitted = try solve(cells, cellWeights: cells.sums(designWeights), prepared.controls, lower, upper)
        var weights = designWeights
        for row in weights.indices { weights[row] *= fitted.factors[Int(cells.cellOfRow[row])] }
        return Fit(
            weights: weights, iterations: fitted.iterations, largestRelativeError: fitted.error,
            model: CalibrationModel(cells: cells, baseWeights: designWeights, calibratedWeights: weights),
            outside: prepared.outside, controls: prepared.controls)
    }

    /// Bounds on g for all cells, or for each where weights are bounded.
    private func factorBounds(
        _ weights: [Double], _ cells: AuxiliaryCells
    ) throws(WeightingError) -> (lower: [Double], upper: [Double]) {
        let widest: (Double, Double) = distance == .linear ? (-.infinity, .infinity) : (0, .infinity)
        guard let bounds else { return ([widest.0], [widest.1]) }
        if bounds.kind == .factor { return ([bounds.lower], [bounds.upper]) }
        var lower = [Double](repeating: widest.0, count: cells.count)
        var upper = [Double](repeating: widest.1, count: cells.count)
        for row in weights.indices where weights[row] > 0 {
            let cell = Int(cells.cellOfRow[row])
            lower[cell] = max(lower[cell], bounds.lower / weights[row])
            upper[cell] = min(upper[cell], bounds.upper / weights[row])
        }
        let impossible = lower.indices.count { lower[$0] > upper[$0] }
        let outside = distance == .logit ? lower.indices.count { lower[$0] >= 1 || upper[$0] <= 1 } : 0
        guard impossible + outside == 0 else { throw .weightsOutsideBounds(count: max(impossible, outside)) }
        return (lower, upper)
    }

    /// Factors of the cells, part by part.
    func solve(
        _ cells: AuxiliaryCells, cellWeights: [Double], _ controls: [MarginClasses], _ lower: [Double],
        _ upper: [Double]
    ) throws(WeightingError) -> (factors: [Double], iterations: Int, error: Double) {
        let targets = controls.flatMap(\.totals)
        var factors = [Double](repeating: 1, count: cells.count)
        var iterations = 0
        var error = 0.0
        for part in cells.parts() {
            let own = part.cells.map { Int($0) }
            let solver = CalibrationSolver(
                distance: distance, cells: cells.restricted(to: part), weights: own.map { cellWeights[$0] },
                lower: lower.count == 1 ? lower : own.map { lower[$0] },
                upper: upper.count == 1 ? upper : own.map { upper[$0] }, targets: part.columns.map { targets[$0] })
            try ControlCheck.contradictions(solver, part, controls, tolerance: tolerance)
            let outcome = solver.solve(tolerance: tolerance, maximumIterations: maximumIterations)
            guard outcome.largestError <= tolerance else {
                throw ControlCheck.failure(solver, outcome, part, controls)
            }
            for (position, cell) in own.enumerated() { factors[cell] = outcome.factors[position] }
            iterations = max(iterations, outcome.iterations)
            error = max(error, outcome.largestError)
        }
        return (factors, iterations, error)
    }
}
