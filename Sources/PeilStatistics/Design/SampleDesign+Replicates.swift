public import PeilNumerics
public import PeilTable

extension SampleDesign {
    /// The same sample, its variances from replicates.
    public func replicated(_ replicates: ReplicateWeights) -> SampleDesign {
        var result = SampleDesign(weights: weights, stages: stages, calibration: calibration)
        result.replicates = replicates
        return result
    }

    /// Numbers that one matrix of replicate weights may hold.
    public static let replicateLimit = 400_000_000

    /// The same sample with weights adjusted in the full sample and, from scratch, in every replicate, as the
    /// adjustment would have been done had that replicate been the sample.  Rao, Yung & Hidiroglou 2002.
    /// - Parameter threads: threads; the result is the same on any number.
    /// - Parameter adjust: adjusted weights from weights.
    public func adjustingEachReplicate(
        threads: Int = 1, _ adjust: @Sendable ([Double]) throws -> [Double]
    ) throws -> SampleDesign {
        let adjusted = try adjust(weights)
        guard let replicates else { return reweighted(adjusted) }
        guard replicates.count * rowCount <= Self.replicateLimit else {
            throw ReplicateError.tooLarge(
                replicates: replicates.count, rows: rowCount, limit: Self.replicateLimit)
        }
        var matrix = DenseMatrix(rows: replicates.count, columns: rowCount)
        // Some replicates at a time, so that their columns can be written into the matrix between.
        let batch = 16
        for first in stride(from: 0, to: replicates.count, by: batch) {
            let numbers = first..<min(first + batch, replicates.count)
            let results = ParallelBlocks(threads: threads).map(numbers.count) { offset in
                Result { try adjust(rowWeights(ofReplicate: first + offset, replicates)) }
            }
            for (offset, result) in results.enumerated() {
                switch result {
                case .success(let own): for row in own.indices { matrix[first + offset, row] = own[row] }
                case .failure(let error as WeightingError):
                    throw ReplicateError.adjustment(replicate: first + offset + 1, error)
                case .failure(let error): throw error
                }
            }
        }
        return reweighted(adjusted).replicated(
            ReplicateWeights(
                source: .rowWeights(matrix), scale: replicates.scale, replicateScales: replicates.replicateScales,
                isCentredAtEstimate: replicates.isCentredAtEstimate))
    }

    /// The weight of each row in one replicate.
    func rowWeights(ofReplicate number: Int, _ replicates: ReplicateWeights) -> [Double] {
        switch replicates.source {
        case .rowWeights(let matrix): return (0..<rowCount).map { matrix[number, $0] }
        case .unitMultipliers(let matrix, let stage):
            let units = stages[stage].unitOfRow
            return (0..<rowCount).map { weights[$0] * matrix[number, Int(units[$0])] }
        case .deletedUnits:
            let stage = stages[0]
            let stratum = stage.stratumOfUnit[number]
            let size = Double(stage.strata[Int(stratum)].sampled)
            return (0..<rowCount).map { row in
                let unit = Int(stage.unitOfRow[row])
                if stage.stratumOfUnit[unit] != stratum || size == 1 { return weights[row] }
                return unit == number ? 0 : weights[row] * size / (size - 1)
            }
        }
    }

    // MARK: Supplied weights

    /// Replicate weights that stand in columns of the data.
    /// - Parameters:
    ///   - table: the answers.
    ///   - baseWeights: weights of the rows before.
    ///   - columns: one a replicate.
    ///   - isCombined: the columns hold full weights; otherwise factors to multiply the base weight with.
    public static func replicateWeights(
        _ columns: [String], of table: Table, baseWeights: [Double], isCombined: Bool
    ) throws -> DenseMatrix {
        guard columns.count >= 2 else { throw ReplicateError.noReplicates }
        guard columns.count * table.rowCount <= replicateLimit else {
            throw ReplicateError.tooLarge(replicates: columns.count, rows: table.rowCount, limit: replicateLimit)
        }
        var matrix = DenseMatrix(rows: columns.count, columns: table.rowCount)
        for (replicate, name) in columns.enumerated() {
            let column = try table.numbers(name)
            for row in 0..<column.count {
                guard column.isPresent(row) else { throw ReplicateError.missingWeight(column: name, row: row) }
                let value = column.values[row]
                guard value.isFinite, value >= 0 || !isCombined else {
                    throw ReplicateError.badWeight(column: name, row: row)
                }
                matrix[replicate, row] = isCombined ? value : value * baseWeights[row]
            }
        }
        return matrix
    }

    // MARK: Which unit a row is summed into

    /// Empty where totals are taken over rows, not units.
    var unitOfRowForTotals: [Int32] {
        switch replicates?.source {
        case nil: stages[varianceStages - 1].unitOfRow
        case .deletedUnits: stages[0].unitOfRow
        case .unitMultipliers(_, let stage): stages[stage].unitOfRow
        case .rowWeights: []
        }
    }

    var unitCountForTotals: Int {
        switch replicates?.source {
        case nil: stages[varianceStages - 1].unitCount
        case .deletedUnits: stages[0].unitCount
        case .unitMultipliers(_, let stage): stages[stage].unitCount
        case .rowWeights: 1
        }
    }
}
