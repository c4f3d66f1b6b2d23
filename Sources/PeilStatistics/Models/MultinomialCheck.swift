internal import PeilNumerics

/// Looks for what leaves a multinomial logit without a solution before it is sought: empty classes, dependent
/// columns, and levels that decide about a class by themselves.  Albert & Anderson 1984 for separation.
struct MultinomialCheck {
    private let solver: MultinomialSolver
    private var predictors: PredictorMatrix { solver.predictors }
    private var count: Int { solver.classes.count }

    init(_ solver: MultinomialSolver) { self.solver = solver }

    func check() throws(MultinomialError) {
        guard solver.total > 0 else { throw .noRows }
        for k in 0..<count where !lines.contains(where: { solver.targets[$0 * count + k] > 0 }) {
            throw .emptyClass(solver.classes[k])
        }
        // A penalty leaves one solution in spite of what follows.
        guard solver.options.ridge == 0 else { return }
        try checkColumns()
        try checkLevels()
    }

    private var lines: Range<Int> { 0..<predictors.lineCount }

    private func lineTotal(_ line: Int) -> Double {
        (0..<count).reduce(0) { $0 + solver.targets[line * count + $1] }
    }

    /// Dependent columns among lines with weight, about their means: a year counts as well as a dummy.
    private func checkColumns() throws(MultinomialError) {
        let width = predictors.columnCount
        var means = [Double](repeating: 0, count: width)
        for line in lines {
            let weight = lineTotal(line) / solver.total
            for entry in predictors.entries(line) {
                means[predictors.place(entry)] += weight * predictors.value(entry)
            }
        }
        var products = DenseMatrix(rows: width - 1, columns: width - 1)
        var row = [Double](repeating: 0, count: width)
        for line in lines {
            let weight = lineTotal(line) / solver.total
            guard weight > 0 else { continue }
            for j in 1..<width { row[j] = -means[j] }
            for entry in predictors.entries(line).dropFirst() {
                row[predictors.place(entry)] += predictors.value(entry)
            }
            for j in 1..<width { for i in 1...j { products[i - 1, j - 1] += weight * row[i] * row[j] } }
        }
        for j in 0..<(width - 1) { for i in 0..<j { products[j, i] = products[i, j] } }
        for size in 1..<max(1, width) {
            guard SemidefiniteFactor(products).rank < width - 1 else { return }
            if SemidefiniteFactor(products.leading(size)).rank < size {
                throw .collinear(variable: predictors.columns[size].name)
            }
        }
    }

    /// A level that occurs and that nobody of some class gave: its coefficient has no end.
    private func checkLevels() throws(MultinomialError) {
        for (place, term) in predictors.terms.enumerated() {
            guard case .factor(let name, let levels, _) = term else { continue }
            var sums = [Double](repeating: 0, count: levels.count * count)
            for line in lines {
                let code = Int(predictors.codes[line * predictors.terms.count + place])
                for k in 0..<count { sums[code * count + k] += solver.targets[line * count + k] }
            }
            for level in levels.indices {
                let own = sums[(level * count)..<((level + 1) * count)]
                guard own.contains(where: { $0 > 0 }), let none = own.firstIndex(of: 0) else { continue }
                throw .separated(
                    variable: name, level: levels[level], responseClass: solver.classes[none - level * count])
            }
        }
    }
}
