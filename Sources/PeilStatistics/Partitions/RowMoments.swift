internal import PeilNumerics

/// Second moments of rows that are sampling units of their own, by cell: what a variance needs of them, so that they
/// need not stand side by side. With t = wb the row's weighted basic values:
///
///     Σ w t (k numbers) and Σ t tᵀ (its upper triangle, column by column: k(k + 1)/2 numbers).
public struct RowMoments: Sendable {
    /// Basic values, k.
    public let basicCount: Int
    /// `width` numbers a cell.
    public private(set) var sums: [Double]

    public init(basicCount: Int, sums: [Double]) {
        self.basicCount = basicCount
        self.sums = sums
    }

    /// Numbers a cell.
    public static func width(_ basicCount: Int) -> Int { basicCount + basicCount * (basicCount + 1) / 2 }

    /// Where the product of two basic values stands behind the first k numbers.
    public static func place(_ a: Int, _ b: Int) -> Int { a <= b ? b * (b + 1) / 2 + a : a * (a + 1) / 2 + b }

    var width: Int { Self.width(basicCount) }

    /// Σ w t of a cell against coefficients.
    func first(_ cell: Int, _ coefficients: ArraySlice<Double>) -> Double {
        var sum = 0.0
        let start = cell * width
        for (b, coefficient) in coefficients.enumerated() { sum += coefficient * sums[start + b] }
        return sum
    }

    /// Σ (c·t)(c′·t) of a cell.
    func second(_ cell: Int, _ left: ArraySlice<Double>, _ right: ArraySlice<Double>) -> Double {
        var sum = 0.0
        let start = cell * width + basicCount
        for (a, one) in left.enumerated() where one != 0 {
            for (b, other) in right.enumerated() where other != 0 {
                sum += one * other * sums[start + Self.place(a, b)]
            }
        }
        return sum
    }
}

extension RowMoments {
    /// Σ |terms| of `second` of coefficients with themselves: what rounding of it is measured against.
    func magnitude(_ cell: Int, _ coefficients: ArraySlice<Double>) -> Double {
        var sum = 0.0
        let start = cell * width + basicCount
        for (a, one) in coefficients.enumerated() where one != 0 {
            for (b, other) in coefficients.enumerated() where other != 0 {
                sum += abs(one * other * sums[start + Self.place(a, b)])
            }
        }
        return sum
    }
}

extension KeyedCells {
    /// The second moments of the rows of each cell.
    public func moments(of estimator: some SmoothEstimator) -> RowMoments {
        let k = estimator.basicCount
        let width = RowMoments.width(k)
        var sums = [Double](repeating: 0, count: count * width)
        var values = [Double](repeating: 0, count: k)
        for cell in 0..<count {
            let start = cell * width
            forEachRow(cell) { row, weight in
                guard estimator.isComplete(row) else { return }
                for b in 0..<k { values[b] = 0 }
                estimator.add(row, weight: weight, to: &values, at: 0)
                for b in 0..<k where values[b] != 0 {
                    sums[start + b] += weight * values[b]
                    let column = start + k + b * (b + 1) / 2
                    for a in 0...b { sums[column + a] += values[a] * values[b] }
                }
            }
        }
        return RowMoments(basicCount: k, sums: sums)
    }
}

/// What a variance needs of rows that are units, beside their totals.
public struct RowUnitSums: Sendable {
    /// By cell of the totals, in their order.
    let moments: RowMoments
    /// Of all rows of the sample, by unit of the design: each stands for the rows of one stratum with equal auxiliaries.
    let weights: [Double]
    let squaredWeights: [Double]
    /// The cell of the calibration of each unit; empty without one.
    let auxiliaryOfUnit: [Int32]

    public init(moments: RowMoments, weights: [Double], squaredWeights: [Double], auxiliaryOfUnit: [Int32]) {
        self.moments = moments
        self.weights = weights
        self.squaredWeights = squaredWeights
        self.auxiliaryOfUnit = auxiliaryOfUnit
    }
}
