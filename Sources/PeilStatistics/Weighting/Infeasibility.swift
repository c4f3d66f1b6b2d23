internal import PeilNumerics

/// Why no weights meet the controls. A direction v over the controls proves it when Tᵀv exceeds the most that weights
/// between the bounds can give, Σ d max(L·xᵀv, U·xᵀv) (Farkas); the controls with weight in v are those in conflict.
struct Infeasibility {
    let solver: CalibrationSolver
    private let direction: [Double]
    private let reach: [Double]

    init(solver: CalibrationSolver, direction: [Double]) {
        self.solver = solver
        let size = direction.reduce(0) { max($0, abs($1)) }
        // What λ does besides running off is noise here.
        self.direction = size > 0 ? direction.map { abs($0) < 1e-3 * size ? 0 : $0 / size } : direction
        reach = solver.linear(self.direction)
    }

    var isProven: Bool {
        guard direction.contains(where: { $0 != 0 }) else { return false }
        let wanted = zip(solver.targets, direction).reduce(0) { $0 + $1.0 * $1.1 }
        let size = zip(solver.targets, direction).reduce(0) { $0 + abs($1.0 * $1.1) }
        var most = CompensatedSum()
        for cell in reach.indices where solver.weights[cell] > 0 {
            let (low, high) = (
                solver.lower[solver.lower.count == 1 ? 0 : cell], solver.upper[solver.upper.count == 1 ? 0 : cell]
            )
            // Without an upper bound a cell that v favours could give anything.
            if reach[cell] > 2e-2, !high.isFinite { return false }
            if reach[cell] < -2e-2, !low.isFinite { return false }
            let bound = reach[cell] > 0 ? high : low
            most.add(bound.isFinite ? solver.weights[cell] * bound * reach[cell] : 0)
        }
        return wanted > most.value + 1e-9 * size
    }

    /// Controls that conflict, the heaviest first.
    var controls: [Int] {
        direction.indices.filter { abs(direction[$0]) > 0.05 }.sorted {
            abs(direction[$0]) == abs(direction[$1]) ? $0 < $1 : abs(direction[$0]) > abs(direction[$1])
        }
    }
}
