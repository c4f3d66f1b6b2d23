internal import PeilNumerics

/// Iterative proportional fitting: weights, started at the design weights, that reproduce every margin.
/// Deming & Stephan 1940; the raking-ratio case of Deville & Särndal 1992.
public struct Raking: Sendable {
    /// Largest relative error of a margin at which the weights count as fitted.
    public var tolerance: Double
    public var maximumIterations: Int

    public init(tolerance: Double = 1e-10, maximumIterations: Int = 1000) {
        self.tolerance = tolerance
        self.maximumIterations = maximumIterations
    }

    public struct Fit: Sendable {
        public let weights: [Double]
        public let iterations: Int
        /// Largest |Σw − target| / target over all classes, of the weights that are returned.
        public let largestRelativeError: Double
    }

    /// - Throws: when a class has a target but nobody in the sample, respondents but no target, margins with
    ///   different totals, or no convergence; the error names the classes.
    public func fit(_ designWeights: [Double], to margins: [MarginClasses]) throws(WeightingError) -> Fit {
        try Self.check(designWeights, margins)
        var weights = designWeights
        var error = Double.infinity
        for iteration in 1...max(1, maximumIterations) {
            for margin in margins { Self.scale(&weights, to: margin) }
            let worst = Self.largestError(weights, margins)
            error = worst.error
            if error <= tolerance { return Fit(weights: weights, iterations: iteration, largestRelativeError: error) }
        }
        let worst = Self.largestError(weights, margins)
        throw .notConverged(
            margin: worst.margin, category: worst.category, relativeError: error,
            iterations: maximumIterations)
    }

    private static func scale(_ weights: inout [Double], to margin: MarginClasses) {
        let sums = classSums(weights, margin)
        let factors = zip(margin.totals, sums).map { $1 > 0 ? $0 / $1 : 1 }
        for row in weights.indices where margin.classOfRow[row] >= 0 {
            weights[row] *= factors[Int(margin.classOfRow[row])]
        }
    }

    static func classSums(_ weights: [Double], _ margin: MarginClasses) -> [Double] {
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: margin.names.count)
        for row in weights.indices where margin.classOfRow[row] >= 0 {
            sums[Int(margin.classOfRow[row])].add(weights[row])
        }
        return sums.map(\.value)
    }

    static func largestError(
        _ weights: [Double], _ margins: [MarginClasses]
    ) -> (margin: String, category: String, error: Double) {
        var worst = (margin: "", category: "", error: 0.0)
        for margin in margins {
            let sums = classSums(weights, margin)
            for (index, target) in margin.totals.enumerated() where target > 0 {
                let error = abs(sums[index] - target) / target
                if error > worst.error { worst = (margin.variable, margin.names[index], error) }
            }
        }
        return worst
    }

    /// Margins that no weights could meet are refused before the first iteration.
    private static func check(_ weights: [Double], _ margins: [MarginClasses]) throws(WeightingError) {
        var reference: (variable: String, total: Double)?
        for margin in margins {
            let sums = classSums(weights, margin)
            for (index, target) in margin.totals.enumerated() {
                guard target.isFinite, target >= 0 else {
                    throw .badTarget(margin: margin.variable, category: margin.names[index])
                }
                if target > 0, sums[index] == 0 {
                    throw .emptyCell(margin: margin.variable, category: margin.names[index])
                }
                if target == 0, sums[index] > 0 {
                    throw .respondentsWithoutTarget(margin: margin.variable, category: margin.names[index])
                }
            }
            guard !margin.classOfRow.contains(where: { $0 < 0 }) else { continue }
            let total = CompensatedSum.of(margin.totals)
            if let reference, abs(reference.total - total) > 1e-6 * reference.total {
                throw .marginsDisagree(
                    first: reference.variable, firstTotal: reference.total, second: margin.variable,
                    secondTotal: total)
            }
            reference = reference ?? (margin.variable, total)
        }
    }
}

/// Why weights could not be made. Names margins, categories and columns, never a respondent.
public enum WeightingError: Error, Sendable, Equatable {
    case emptyCell(margin: String, category: String)
    case respondentsWithoutTarget(margin: String, category: String)
    case badTarget(margin: String, category: String)
    case marginsDisagree(first: String, firstTotal: Double, second: String, secondTotal: Double)
    case notConverged(margin: String, category: String, relativeError: Double, iterations: Int)
    case unknownCategory(margin: String, category: String)
    case trimmingDoesNotSettle(group: String, largestRatio: Double, rounds: Int)
    case badBound(String)
}
