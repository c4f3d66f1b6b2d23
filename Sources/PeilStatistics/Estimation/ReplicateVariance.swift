internal import PeilNumerics

/// Variances from replicate estimates: V̂ = scale · Σᵣ rᵣ (θ̂ᵣ − c)(θ̂ᵣ − c)ᵀ.
///
/// A replicate that leaves an estimate undefined (a domain whose units it all dropped) is left out of that
/// estimate's variance and counted, as R `survey` does.
struct ReplicateVariance {
    private let replicates: ReplicateWeights
    /// Replicates × columns; NaN where undefined.
    private let estimates: DenseMatrix
    /// The full estimate of each column; nil where it has none.
    private let full: [Double?]

    init(_ replicates: ReplicateWeights, estimates: DenseMatrix, full: [Double?]) {
        self.replicates = replicates
        self.estimates = estimates
        self.full = full
    }

    /// Replicates whose estimate of a column is undefined.
    func discarded(_ column: Int) -> Int {
        (0..<replicates.count).count { !estimates[$0, column].isFinite }
    }

    func variance(_ column: Int) -> Double {
        guard full[column] != nil else { return 0 }
        let deviations = deviations([column])
        guard deviations.rows > 0 else { return .nan }
        var sum = CompensatedSum()
        for value in deviations.storage { sum.add(value * value) }
        return sum.value
    }

    /// All covariances of some columns, over the replicates that define every one of them.
    func covariance(_ columns: [Int]) -> DenseMatrix {
        LinearAlgebra.crossProduct(deviations(columns))
    }

    /// √(scale · rᵣ) (θ̂ᵣ − c), replicates that count × columns.
    private func deviations(_ columns: [Int]) -> DenseMatrix {
        let defined = columns.filter { full[$0] != nil }
        let kept = (0..<replicates.count).filter { replicate in
            defined.allSatisfy { estimates[replicate, $0].isFinite }
        }
        let counting = kept.filter { replicates.replicateScales[$0] > 0 }
        guard !counting.isEmpty else { return DenseMatrix(rows: 0, columns: columns.count) }
        var result = DenseMatrix(rows: counting.count, columns: columns.count)
        for (index, column) in columns.enumerated() {
            guard let estimate = full[column] else { continue }
            let centre =
                replicates.isCentredAtEstimate
                ? estimate
                : estimate
                    + CompensatedSum.of(counting.lazy.map { estimates[$0, column] - estimate })
                    / Double(counting.count)
            for (row, replicate) in counting.enumerated() {
                let root = (replicates.scale * replicates.replicateScales[replicate]).squareRoot()
                result[row, index] = root * (estimates[replicate, column] - centre)
            }
        }
        return result
    }
}
