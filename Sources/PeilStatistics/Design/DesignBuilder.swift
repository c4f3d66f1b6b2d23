public import PeilTable

extension SampleDesign {
    /// The design that `columns` describe in `table`.
    ///
    /// A cluster is always taken within its stratum. Population sizes are units per stratum, or sampling
    /// fractions when all are at most 1 and no kind is declared (as R `survey` reads them).
    /// - Throws: `TableError` for unknown columns, `DesignError` for values that cannot be.
    public init(_ columns: DesignColumns, of table: Table) throws {
        let rowCount = table.rowCount
        guard rowCount > 0 else { throw DesignError.noRespondents }
        weights = try Self.weights(columns.weights, of: table)
        calibration = nil
        let stageCount = max(1, columns.clusters.count)
        guard columns.populationSizes.count <= stageCount else {
            throw DesignError.tooManyPopulationSizes(stages: stageCount, given: columns.populationSizes.count)
        }
        var stages: [Stage] = []
        var parentOfRow = [Int32](repeating: -1, count: rowCount)
        for index in 0..<stageCount {
            let builder = StageBuilder(
                stratum: try index < columns.strata.count ? Self.keys(columns.strata[index], of: table) : nil,
                cluster: try index < columns.clusters.count ? Self.keys(columns.clusters[index], of: table) : nil,
                clusterColumn: index < columns.clusters.count ? columns.clusters[index] : "")
            let sizes = try index < columns.populationSizes.count ? table.numbers(columns.populationSizes[index]) : nil
            let stage = try builder.build(
                rowCount: rowCount, parentOfRow: parentOfRow, earlier: stages.last,
                sizes: sizes, sizeColumn: sizes == nil ? "" : columns.populationSizes[index],
                kind: columns.populationSizeKind, nested: columns.nested)
            parentOfRow = stage.unitOfRow
            stages.append(stage)
        }
        self.stages = stages
    }

    private static func weights(_ name: String?, of table: Table) throws -> [Double] {
        guard let name else { return [Double](repeating: 1, count: table.rowCount) }
        let column = try table.numbers(name)
        for row in 0..<column.count {
            guard column.isPresent(row) else { throw DesignError.missingWeight(column: name, row: row) }
            guard column.values[row].isFinite, column.values[row] >= 0 else {
                throw DesignError.badWeight(column: name, row: row)
            }
        }
        return column.values
    }

    /// Each row's stratum or cluster as a small number, with names for messages.
    private static func keys(_ name: String, of table: Table) throws -> IdentifierColumn {
        let column = try table.column(name)
        if let row = (0..<column.count).first(where: { !column.isPresent($0) }) {
            throw DesignError.missingDesignValue(column: name, row: row)
        }
        switch column {
        case .identifier(let identifiers): return identifiers
        case .categorical(let categories):
            return IdentifierColumn(names: categories.categories.map(\.code), indices: categories.codes.map(Int32.init))
        case .numeric(let numbers): return interned(numbers.values)
        }
    }

    private static func interned(_ values: [Double]) -> IdentifierColumn {
        var known: [UInt64: Int32] = [:]
        var names: [String] = []
        let indices = values.map { value in
            let bits = (value == 0 ? 0.0 : value).bitPattern
            if let index = known[bits] { return index }
            let index = Int32(names.count)
            known[bits] = index
            names.append(shortestText(value))
            return index
        }
        return IdentifierColumn(names: names, indices: indices)
    }
}

/// Numbers the strata and units of one stage.
private struct StageBuilder {
    let stratum: IdentifierColumn?
    let cluster: IdentifierColumn?
    let clusterColumn: String

    func build(
        rowCount: Int, parentOfRow: [Int32], earlier: SampleDesign.Stage?, sizes: NumericColumn?,
        sizeColumn: String, kind: DesignColumns.PopulationSizeKind?, nested: Bool
    ) throws -> SampleDesign.Stage {
        let (stratumOfRow, firstRowOfStratum) = Self.number(
            (0..<rowCount).map { Pair(parentOfRow[$0], stratum?.indices[$0] ?? 0) })
        let units: [Pair] = (0..<rowCount).map {
            Pair(stratumOfRow[$0], cluster?.indices[$0] ?? Int32($0))
        }
        let (unitOfRow, firstRowOfUnit) = Self.number(units)
        let stratumOfUnit = firstRowOfUnit.map { stratumOfRow[$0] }
        if !nested, stratum != nil, let cluster {
            try checkNesting(cluster, stratumOfUnit, firstRowOfUnit, parentOfRow)
        }
        var sampled = [Int](repeating: 0, count: firstRowOfStratum.count)
        for stratum in stratumOfUnit { sampled[Int(stratum)] += 1 }
        let isFraction = kind.map { $0 == .fraction } ?? sizes.map { $0.values.allSatisfy { $0 <= 1 } } ?? false
        let populations = try sizes.map {
            try populationSizes($0, sizeColumn, stratumOfRow, firstRowOfStratum, sampled, isFraction)
        }
        let strata = firstRowOfStratum.indices.map { index in
            let row = firstRowOfStratum[index]
            let parent = parentOfRow[row]
            return SampleDesign.Stratum(
                label: stratum.map { $0.names[Int($0.indices[row])] } ?? "all",
                sampled: sampled[index], population: populations?[index], parent: parent,
                earlierFraction: Self.fraction(parent, earlier))
        }
        return SampleDesign.Stage(unitOfRow: unitOfRow, stratumOfUnit: stratumOfUnit, strata: strata)
    }

    private struct Pair: Hashable {
        let outer: Int32
        let inner: Int32
        init(_ outer: Int32, _ inner: Int32) {
            self.outer = outer
            self.inner = inner
        }
    }

    /// Numbers distinct pairs in order of first appearance.
    private static func number(_ pairs: [Pair]) -> (ofRow: [Int32], firstRow: [Int]) {
        var known: [Pair: Int32] = [:]
        known.reserveCapacity(pairs.count)
        var firstRow: [Int] = []
        let ofRow = pairs.enumerated().map { row, pair in
            if let index = known[pair] { return index }
            let index = Int32(firstRow.count)
            known[pair] = index
            firstRow.append(row)
            return index
        }
        return (ofRow, firstRow)
    }

    private static func fraction(_ parent: Int32, _ earlier: SampleDesign.Stage?) -> Double {
        guard let earlier, parent >= 0 else { return 1 }
        let stratum = earlier.strata[Int(earlier.stratumOfUnit[Int(parent)])]
        guard let population = stratum.population else { return 1 }
        return stratum.earlierFraction * Double(stratum.sampled) / population
    }

    private func checkNesting(
        _ cluster: IdentifierColumn, _ stratumOfUnit: [Int32], _ firstRowOfUnit: [Int],
        _ parentOfRow: [Int32]
    ) throws {
        var stratumOfCluster: [Pair: Int32] = [:]
        for (unit, row) in firstRowOfUnit.enumerated() {
            let key = Pair(parentOfRow[row], cluster.indices[row])
            if let known = stratumOfCluster[key], known != stratumOfUnit[unit] {
                throw DesignError.clusterInTwoStrata(
                    column: clusterColumn, cluster: cluster.names[Int(cluster.indices[row])])
            }
            stratumOfCluster[key] = stratumOfUnit[unit]
        }
    }

    private func populationSizes(
        _ sizes: NumericColumn, _ column: String, _ stratumOfRow: [Int32], _ firstRow: [Int],
        _ sampled: [Int], _ isFraction: Bool
    ) throws -> [Double] {
        func label(_ row: Int) -> String { stratum.map { $0.names[Int($0.indices[row])] } ?? "all" }
        for row in stratumOfRow.indices {
            guard sizes.isPresent(row), sizes.values[row].isFinite, sizes.values[row] > 0 else {
                throw DesignError.badPopulationSize(column: column, row: row)
            }
            guard sizes.values[row] == sizes.values[firstRow[Int(stratumOfRow[row])]] else {
                throw DesignError.populationSizeVaries(column: column, stratum: label(row))
            }
        }
        return try firstRow.indices.map { index in
            let given = sizes.values[firstRow[index]]
            let size = isFraction ? Double(sampled[index]) / given : given
            guard size >= Double(sampled[index]) * (1 - 1e-12) else {
                throw DesignError.populationSmallerThanSample(column: column, stratum: label(firstRow[index]))
            }
            return size
        }
    }
}
