internal import PeilNumerics

extension SampleDesign {
    /// Cells of a domain: units (ascending) within groups, and which of them count.
    struct DomainCells {
        let units: [Int32]
        let isOccupied: [Bool]
        /// Where the cells of each group begin; one entry more than there are groups.
        let cellStart: [Int]
        /// Rows of each group, read only where replicate weights stand by row.
        let rowsOfGroup: (Int) -> [Int32]
        /// The domain, nil for all rows.
        let mask: [Bool]?
        /// Whether the overall number is wanted: over the domain's rows with weight, whether or not a group holds them.
        let countsAllRows: Bool
    }

    /// Rows with weight of the whole domain.
    private func allRows(_ cells: DomainCells) -> [Int32] {
        guard cells.countsAllRows else { return [] }
        return weights.indices.filter { weights[$0] != 0 && cells.mask?[$0] != false }.map { Int32($0) }
    }

    /// Units that hold a row with weight of the whole domain.
    private func allUnits(_ cells: DomainCells, _ unitOfRow: [Int32], count: Int) -> [Bool] {
        var seen = [Bool](repeating: false, count: count)
        guard cells.countsAllRows else { return seen }
        if let mask = cells.mask {
            for row in weights.indices where weights[row] != 0 && mask[row] { seen[Int(unitOfRow[row])] = true }
        } else {
            for row in weights.indices where weights[row] != 0 { seen[Int(unitOfRow[row])] = true }
        }
        return seen
    }

    /// Degrees of freedom per group and of all groups together: primary sampling units minus strata among the
    /// domain's rows; for replicates the rank of their weights minus one.
    func degreesOfFreedom(_ cells: DomainCells) -> (perGroup: [Int], overall: Int) {
        let groups = cells.cellStart.count - 1
        guard let replicates else { return unitsMinusStrata(cells) }
        if case .rowWeights(let matrix) = replicates.source {
            let perGroup = (0..<groups).map { Self.rank(matrix, cells.rowsOfGroup($0)) - 1 }
            let all = allRows(cells)
            if groups == 1, cells.rowsOfGroup(0).count == all.count { return (perGroup, perGroup[0]) }
            return (perGroup, Self.rank(matrix, all) - 1)
        }
        let perGroup = (0..<groups).map { group in
            (cells.cellStart[group]..<cells.cellStart[group + 1]).filter { cells.isOccupied[$0] }
                .map { cells.units[$0] }
        }
        let all = allUnits(cells, unitOfRowForTotals, count: unitCountForTotals)
        let every = all.indices.filter { all[$0] }.map { Int32($0) }
        switch replicates.source {
        case .unitMultipliers(let matrix, _):
            let overall = Self.rank(matrix, every, stopsEarly: true) - 1
            if groups == 1, perGroup[0].count == every.count { return ([overall], overall) }
            return (perGroup.map { Self.rank(matrix, $0, stopsEarly: true) - 1 }, overall)
        default: return (perGroup.map { deletionRank($0) - 1 }, deletionRank(every) - 1)
        }
    }

    private func unitsMinusStrata(_ cells: DomainCells) -> (perGroup: [Int], overall: Int) {
        let toFirst = varianceStages > 1 ? unitOfStage(0) : []
        let stratumOfUnit = stages[0].stratumOfUnit
        let perGroup = (0..<(cells.cellStart.count - 1)).map { group in
            var units = 0
            var strata = 0
            var lastUnit = Int32(-1)
            var lastStratum = Int32(-1)
            for cell in cells.cellStart[group]..<cells.cellStart[group + 1] where cells.isOccupied[cell] {
                let unit = toFirst.isEmpty ? cells.units[cell] : toFirst[Int(cells.units[cell])]
                guard unit != lastUnit else { continue }
                lastUnit = unit
                units += 1
                let stratum = stratumOfUnit[Int(unit)]
                if stratum != lastStratum { strata += 1 }
                lastStratum = stratum
            }
            return units - strata
        }
        let seen = allUnits(cells, stages[0].unitOfRow, count: stages[0].unitCount)
        var strata = [Bool](repeating: false, count: stages[0].strata.count)
        var units = 0
        for unit in seen.indices where seen[unit] {
            units += 1
            strata[Int(stratumOfUnit[unit])] = true
        }
        return (perGroup, units - strata.count { $0 })
    }

    /// The rank of delete-one replicates on some units, without making them: a stratum wholly in the domain adds
    /// one less than its units, a stratum partly in it adds its units; the full weights add one more direction
    /// unless there is no room for it. A stratum taken whole has no replicates.
    private func deletionRank(_ units: [Int32]) -> Int {
        let stage = stages[0]
        var inDomain = [Int](repeating: 0, count: stage.strata.count)
        for unit in units { inDomain[Int(stage.stratumOfUnit[Int(unit)])] += 1 }
        var rank = 0
        var whole = 0
        for (index, count) in inDomain.enumerated() where count > 0 {
            if VarianceEngine.isCertain(stage.strata[index]) {
                whole += 1
                continue
            }
            let isWhole = count == stage.strata[index].sampled
            rank += isWhole ? count - 1 : count
            if isWhole { whole += 1 }
        }
        return whole > 0 ? rank + 1 : rank
    }

    /// Rank of the columns `items` of a matrix of replicates × items: replicates that add no direction, at a
    /// tolerance of 1e-5 of their own length as R's degf uses, count for nothing.
    private static func rank(_ matrix: DenseMatrix, _ items: [Int32], stopsEarly: Bool = false) -> Int {
        let count = matrix.rows
        guard !items.isEmpty else { return 0 }
        var gram = DenseMatrix(rows: count, columns: count)
        let block = stopsEarly ? 4 * count : max(1, (1 << 20) / count)
        for first in stride(from: 0, to: items.count, by: block) {
            let own = items[first..<min(first + block, items.count)]
            var part = DenseMatrix(rows: count, columns: own.count)
            for (column, item) in own.enumerated() {
                for replicate in 0..<count { part[replicate, column] = matrix[replicate, Int(item)] }
            }
            let product = LinearAlgebra.outerProduct(part)
            for index in gram.storage.indices { gram.storage[index] += product.storage[index] }
            // Multipliers are all of one size: replicates that some units hold well apart, all units do.
            if stopsEarly, first + own.count < items.count, gramRank(gram, tolerance: 1e-2) == count { return count }
        }
        return min(gramRank(gram), items.count)
    }

    /// Orthogonalises one replicate after another and counts those that keep more than `tolerance` of their length.
    private static func gramRank(_ gram: DenseMatrix, tolerance: Double = 1e-5) -> Int {
        let size = gram.rows
        var factor = DenseMatrix(rows: size, columns: size)
        var kept: [Int] = []
        for column in 0..<size {
            var left = gram[column, column]
            guard left > 0 else { continue }
            for (position, other) in kept.enumerated() {
                var dot = gram[other, column]
                for earlier in 0..<position { dot -= factor[earlier, other] * factor[earlier, column] }
                factor[position, column] = dot / factor[position, other]
                left -= factor[position, column] * factor[position, column]
            }
            guard left > tolerance * tolerance * gram[column, column] else { continue }
            factor[kept.count, column] = left.squareRoot()
            kept.append(column)
        }
        return kept.count
    }
}
