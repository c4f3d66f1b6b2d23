internal import PeilNumerics

/// What is looked at before weights are made, and how a calibration that fails is explained.
enum ControlCheck {
    /// Controls with rows outside treated as declared, refused where no weights could meet them.
    static func prepare(
        _ controls: [MarginClasses], _ weights: [Double], tolerance: Double
    ) throws(WeightingError) -> (controls: [MarginClasses], outside: [Int]) {
        try checkWeights(weights)
        var result: [MarginClasses] = []
        var outside: [Int] = []
        for control in controls {
            let (prepared, count) = try control.prepared(weights)
            try checkTargets(prepared, weights)
            result.append(prepared)
            outside.append(count)
        }
        try checkTotals(result, tolerance: tolerance)
        return (result, outside)
    }

    /// A weight of 0 is a row that takes no part: a unit left out of a replicate.
    private static func checkWeights(_ weights: [Double]) throws(WeightingError) {
        guard let first = weights.firstIndex(where: { !($0.isFinite && $0 >= 0) }) else { return }
        throw .badDesignWeights(count: weights.count { !($0.isFinite && $0 >= 0) }, firstRow: first)
    }

    private static func checkTargets(_ control: MarginClasses, _ weights: [Double]) throws(WeightingError) {
        let isMargin = control.values == nil
        var present = [Double](repeating: 0, count: control.names.count)
        var unusable = 0
        for row in weights.indices where control.classOfRow[row] >= 0 && weights[row] != 0 {
            let value = control.values?[row] ?? 1
            if !value.isFinite { unusable += 1 }
            present[Int(control.classOfRow[row])] += abs(value)
        }
        guard unusable == 0 else { throw .badAuxiliary(variable: control.variable, count: unusable) }
        for (index, target) in control.totals.enumerated() {
            guard target.isFinite, target >= 0 || !isMargin else {
                throw .badTarget(margin: control.variable, category: control.names[index])
            }
            if target != 0, present[index] == 0 {
                throw .emptyCell(margin: control.variable, category: control.names[index])
            }
            if target == 0, present[index] > 0, isMargin {
                throw .respondentsWithoutTarget(margin: control.variable, category: control.names[index])
            }
        }
    }

    /// Margins that count every row count the same people.
    private static func checkTotals(_ controls: [MarginClasses], tolerance: Double) throws(WeightingError) {
        var reference: (variable: String, total: Double)?
        for control in controls where control.holdsEveryRow {
            let total = CompensatedSum.of(control.totals)
            if let reference, abs(reference.total - total) > max(tolerance, 1e-12) * abs(reference.total) {
                throw .marginsDisagree(
                    first: reference.variable, firstTotal: reference.total, second: control.variable,
                    secondTotal: total)
            }
            reference = reference ?? (control.variable, total)
        }
    }

    /// A control that follows from others in this sample has the target that follows from theirs.
    static func contradictions(
        _ solver: CalibrationSolver, _ part: AuxiliaryCells.Part, _ controls: [MarginClasses], tolerance: Double
    ) throws(WeightingError) {
        let factor = SemidefiniteFactor(solver.cells.crossProducts(solver.weights))
        for dependency in factor.dependencies where !dependency.on.isEmpty {
            var implied = CompensatedSum()
            var size = abs(solver.targets[dependency.column])
            for (column, factor) in dependency.on {
                implied.add(factor * solver.targets[column])
                size += abs(factor * solver.targets[column])
            }
            let difference = solver.targets[dependency.column] - implied.value
            if abs(difference) > max(tolerance, 1e-9) * size {
                throw .contradiction(
                    control: name(part.columns[dependency.column], controls),
                    others: dependency.on.map { name(part.columns[$0.column], controls) }, difference: difference)
            }
        }
    }

    /// The control of a column that counts over all controls.
    static func name(_ column: Int, _ controls: [MarginClasses]) -> WeightingError.Control {
        var rest = column
        for control in controls {
            if rest < control.names.count { return control.control(rest) }
            rest -= control.names.count
        }
        return .init("", "")
    }

    /// Names the conflict where it can be proven, else the control that is furthest off.
    static func failure(
        _ solver: CalibrationSolver, _ outcome: CalibrationSolver.Outcome, _ part: AuxiliaryCells.Part,
        _ controls: [MarginClasses]
    ) -> WeightingError {
        let infeasibility = Infeasibility(solver: solver, direction: outcome.direction)
        if infeasibility.isProven {
            let columns = infeasibility.controls
            return .infeasible(
                controls: columns.map { name(part.columns[$0], controls) },
                suggestion: suggestion(columns, solver, part, controls))
        }
        let worst = outcome.errors.indices.max { outcome.errors[$0] < outcome.errors[$1] } ?? 0
        let control = name(part.columns[worst], controls)
        return .notConverged(
            margin: control.margin, category: control.category, relativeError: outcome.errors[worst],
            iterations: outcome.iterations)
    }

    /// The conflicting category with the fewest design weight joins its margin's next smallest; where bounds bind,
    /// wider bounds come first.
    private static func suggestion(
        _ columns: [Int], _ solver: CalibrationSolver, _ part: AuxiliaryCells.Part, _ controls: [MarginClasses]
    ) -> String {
        let isBounded = solver.upper.contains { $0.isFinite } || solver.lower.contains { $0.isFinite && $0 > 0 }
        let totals = solver.cells.totals(solver.weights)
        let names = columns.map { (name(part.columns[$0], controls), totals[$0]) }
        let margins = controls.filter { $0.values == nil && $0.names.count > 2 }
        let candidates = names.filter { entry in margins.contains { $0.variable == entry.0.margin } }
        guard let smallest = candidates.min(by: { $0.1 < $1.1 })?.0 else {
            return isBounded
                ? "widen the bounds, or leave one of these controls out" : "leave one of these controls out"
        }
        let collapse = "collapse category '\(smallest.category)' of '\(smallest.margin)' with a neighbour"
        return isBounded ? "widen the bounds, or \(collapse)" : collapse
    }
}
