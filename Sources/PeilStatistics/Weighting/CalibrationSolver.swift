import Foundation
internal import PeilNumerics

/// Newton's method on the dual of one independent part of a calibration: minimises Φ(λ) = Σ d H(xᵀλ) − Tᵀλ, whose
/// gradient is the misfit of the controls and whose minimum is unique in the weights.  Deville & Särndal 1992.
///
/// Steps are halved until Φ falls; a Hessian that lost rank (cells at their bounds, redundant controls) is factored with
/// pivoting, and damped where it no longer reaches the misfit.
struct CalibrationSolver {
    let distance: CalibrationDistance
    let cells: AuxiliaryCells
    /// Σ of the design weights of each cell.
    let weights: [Double]
    /// Bounds on g: one for all cells, or one each.
    let lower: [Double]
    let upper: [Double]
    let targets: [Double]

    struct Outcome {
        var factors: [Double]
        var multipliers: [Double]
        var iterations = 0
        /// |Σ w x − T| of each control, relative to its target.
        var errors: [Double]
        /// Where λ runs off to, when it does.
        var direction: [Double] = []
        var largestError: Double { errors.max() ?? 0 }
    }

    private struct State {
        var multipliers: [Double]
        var factors: [Double]
        var slopes: [Double]
        var objective: Double
        var misfit: [Double]
        var errors: [Double]
        var largestError: Double
    }

    /// - Parameter tolerance: largest relative error; better is tried for as long as steps still help.
    func solve(tolerance: Double, maximumIterations: Int) -> Outcome {
        let scale = errorScale()
        var state = evaluate(start(), scale) ?? evaluate([Double](repeating: 0, count: targets.count), scale)
        guard var current = state else {
            return Outcome(factors: [], multipliers: [], errors: targets.map { _ in .infinity })
        }
        let reference = cells.crossProducts(weights).diagonal
        var history = [current.multipliers]
        var iterations = 0
        while iterations < maximumIterations, current.largestError > 1e-15 {
            state = step(from: current, reference, scale)
            guard let next = state else { break }
            // Converged, and as far as rounding allows.
            if current.largestError <= tolerance, next.largestError > 0.5 * current.largestError {
                if next.largestError < current.largestError { current = next }
                break
            }
            iterations += 1
            current = next
            history.append(current.multipliers)
            if iterations % 10 == 0, isRunningOff(history, current) { break }
        }
        let earlier = history[max(0, history.count - 6)]
        return Outcome(
            factors: current.factors, multipliers: current.multipliers, iterations: iterations, errors: current.errors,
            direction: zip(current.multipliers, earlier).map { $0 - $1 })
    }

    /// The size against which the error of a control is measured: its target, or where that is 0 its design-weighted
    /// absolute total.
    private func errorScale() -> [Double] {
        var sizes = [Double](repeating: 0, count: targets.count)
        for cell in 0..<cells.count {
            for entry in cells.entries(cell) {
                sizes[Int(cells.columns[entry])] += weights[cell] * abs(cells.values[entry])
            }
        }
        return targets.indices.map { targets[$0] != 0 ? abs(targets[$0]) : max(sizes[$0], .leastNormalMagnitude) }
    }

    /// λ = 0; for raking the multiple of a constant in the controls' span that gives the right number of persons.
    private func start() -> [Double] {
        let zero = [Double](repeating: 0, count: targets.count)
        guard distance == .raking, let constant = constant() else { return zero }
        let total = weights.reduce(0, +)
        let target = zip(constant, targets).reduce(0) { $0 + $1.0 * $1.1 }
        guard total > 0, target > 0 else { return zero }
        return constant.map { $0 * log(target / total) }
    }

    /// v with xᵀv = 1 in every cell, where there is one.
    private func constant() -> [Double]? {
        let totals = cells.totals(weights)
        let factor = SemidefiniteFactor(cells.crossProducts(weights))
        let v = factor.solve(DenseMatrix(rows: totals.count, columns: 1, storage: totals)).storage
        return linear(v).enumerated().allSatisfy { weights[$0] == 0 || abs($1 - 1) < 1e-7 } ? v : nil
    }

    /// xᵀλ of each cell.
    func linear(_ multipliers: [Double]) -> [Double] {
        (0..<cells.count).map { cell in
            var sum = 0.0
            for entry in cells.entries(cell) { sum += cells.values[entry] * multipliers[Int(cells.columns[entry])] }
            return sum
        }
    }

    private func evaluate(_ multipliers: [Double], _ scale: [Double]) -> State? {
        var factors = [Double](repeating: 1, count: cells.count)
        var slopes = factors
        var objective = CompensatedSum()
        let u = linear(multipliers)
        let (oneLower, oneUpper) = (lower.count == 1, upper.count == 1)
        for cell in 0..<cells.count {
            let at = distance.evaluate(u[cell], lower[oneLower ? 0 : cell], upper[oneUpper ? 0 : cell])
            factors[cell] = at.factor
            slopes[cell] = at.slope
            if weights[cell] != 0 { objective.add(weights[cell] * at.primitive) }
        }
        for (target, multiplier) in zip(targets, multipliers) { objective.add(-target * multiplier) }
        guard objective.value.isFinite else { return nil }
        var products = factors
        for cell in products.indices { products[cell] *= weights[cell] }
        let misfit = zip(targets, cells.totals(products)).map { $0 - $1 }
        let errors = zip(misfit, scale).map { abs($0) / $1 }
        guard let largest = errors.max(), largest.isFinite else { return nil }
        return State(
            multipliers: multipliers, factors: factors, slopes: slopes, objective: objective.value, misfit: misfit,
            errors: errors, largestError: largest)
    }

    /// The next λ that brings Φ down, nil when no step does.
    private func step(from state: State, _ reference: [Double], _ scale: [Double]) -> State? {
        let slopes = zip(state.slopes, weights).map { $0 * $1 }
        let hessian = cells.crossProducts(slopes)
        var damping = 0.0
        for _ in 0..<8 {
            if let direction = direction(hessian, state.misfit, reference, damping),
                let next = search(state, direction, scale)
            {
                return next
            }
            damping = max(1e-10, damping * 100)
        }
        return nil
    }

    /// H⁻ r, nil where H does not reach r.
    private func direction(
        _ hessian: DenseMatrix, _ misfit: [Double], _ reference: [Double], _ damping: Double
    ) -> [Double]? {
        var damped = hessian
        if damping > 0 { for j in reference.indices { damped[j, j] += damping * reference[j] } }
        let right = DenseMatrix(rows: misfit.count, columns: 1, storage: misfit)
        let step = SemidefiniteFactor(damped, tolerance: 1e-13).solve(right)
        guard step.storage.allSatisfy(\.isFinite) else { return nil }
        let reached = LinearAlgebra.product(damped, step).storage
        let size = misfit.reduce(0) { max($0, abs($1)) }
        let missed = zip(reached, misfit).reduce(0) { max($0, abs($1.0 - $1.1)) }
        return missed <= 1e-6 * size ? step.storage : nil
    }

    private func search(_ state: State, _ direction: [Double], _ scale: [Double]) -> State? {
        let slope = zip(state.misfit, direction).reduce(0) { $0 + $1.0 * $1.1 }
        var length = 1.0
        for _ in 0..<40 {
            if let next = evaluate(zip(state.multipliers, direction).map { $0 + length * $1 }, scale) {
                // Near the end differences of Φ drown in rounding; then the misfit decides.
                let falls = next.objective <= state.objective - 1e-4 * length * slope
                if falls || next.largestError <= 0.9 * state.largestError && state.largestError < 1e-3 { return next }
                if length == 1, next.largestError <= state.largestError, state.largestError < 1e-9 { return next }
            }
            length /= 2
        }
        return nil
    }

    /// Factors at the edge of what floating point holds: raking that no weights satisfy sends λ to infinity.
    private func isRunningOff(_ history: [[Double]], _ state: State) -> Bool {
        guard history.count > 10, state.largestError > 1e-6 else { return false }
        let earlier = history[history.count - 6]
        let direction = zip(state.multipliers, earlier).map { $0 - $1 }
        return Infeasibility(solver: self, direction: direction).isProven
    }
}
