public import PeilTable

extension SampleDesign {
    /// The design that `columns` describe in `table`.
    ///
    /// Strata go by label (numbers by value, other labels by bytes), so that row order changes nothing. The units
    /// of a stratum have consecutive numbers: strata in order, in each the clusters by name, or without clusters
    /// the rows as they come. Strata of a later stage go by their parent unit first.
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
        var parentOfRow: [Int32]?
        for index in 0..<stageCount {
            let builder = StageBuilder(
                rowCount: rowCount,
                stratum: try index < columns.strata.count ? Self.keys(columns.strata[index], of: table) : nil,
                cluster: try index < columns.clusters.count ? Self.keys(columns.clusters[index], of: table) : nil,
                clusterColumn: index < columns.clusters.count ? columns.clusters[index] : "")
            let sizes = try index < columns.populationSizes.count ? table.numbers(columns.populationSizes[index]) : nil
            let stage = try builder.build(
                parentOfRow: parentOfRow, earlier: stages.last,
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
        let hasMissing = column.hasMissing
        for row in column.values.indices {
            if hasMissing, !column.isPresent(row) { throw DesignError.missingWeight(column: name, row: row) }
            guard column.values[row].isFinite, column.values[row] >= 0 else {
                throw DesignError.badWeight(column: name, row: row)
            }
        }
        return column.values
    }

    /// Each row's stratum or cluster as a small number, with names for messages.
    private static func keys(_ name: String, of table: Table) throws -> CodedColumn {
        let column = try table.column(name)
        if let row = column.firstMissingRow { throw DesignError.missingDesignValue(column: name, row: row) }
        return column.coded()
    }
}

extension SampleDesign.Stage {
    /// Whether units are numbered stratum by stratum, and strata parent by parent: what `SampleDesign` promises of
    /// every stage, so that a variance reads its units in one sweep.
    public var isOrderedByStratum: Bool {
        zip(stratumOfUnit, stratumOfUnit.dropFirst()).allSatisfy { $0 == $1 || $0 + 1 == $1 }
            && stratumOfUnit.first == 0 && Int(stratumOfUnit.last ?? -1) == strata.count - 1
            && zip(strata, strata.dropFirst()).allSatisfy { $0.parent <= $1.parent }
    }
}

/// Numbers the strata and units of one stage.
private struct StageBuilder {
    let rowCount: Int
    let stratum: CodedColumn?
    let cluster: CodedColumn?
    let clusterColumn: String

    func build(
        parentOfRow: [Int32]?, earlier: SampleDesign.Stage?, sizes: NumericColumn?,
        sizeColumn: String, kind: DesignColumns.PopulationSizeKind?, nested: Bool
    ) throws -> SampleDesign.Stage {
        let parentCount = earlier?.unitCount ?? 1
        let strata = numberedStrata(parentOfRow, parentCount)
        let (unitOfRow, stratumOfUnit) = numberedUnits(strata)
        if !nested, stratum != nil, let cluster {
            try checkNesting(cluster, strata, stratumOfUnit.count, parentOfRow, parentCount)
        }
        var sampled = [Int](repeating: 0, count: strata.count)
        for stratum in stratumOfUnit { sampled[Int(stratum)] += 1 }
        let isFraction = kind.map { $0 == .fraction } ?? sizes.map { $0.values.allSatisfy { $0 <= 1 } } ?? false
        let populations = try sizes.map {
            try populationSizes($0, sizeColumn, strata, sampled, isFraction)
        }
        let described = (0..<strata.count).map { index in
            SampleDesign.Stratum(
                label: strata.labels[index], sampled: sampled[index], population: populations?[index],
                parent: strata.parents[index], earlierFraction: Self.fraction(strata.parents[index], earlier))
        }
        return SampleDesign.Stage(unitOfRow: unitOfRow, stratumOfUnit: stratumOfUnit, strata: described)
    }

    /// The strata of a stage: the stratum of each row, the parent unit (−1 at the first stage) and label of each.
    private struct NumberedStrata {
        let ofRow: [Int32]
        let parents: [Int32]
        let labels: [String]
        var count: Int { labels.count }
    }

    private func numberedStrata(_ parentOfRow: [Int32]?, _ parentCount: Int) -> NumberedStrata {
        switch (parentOfRow, stratum) {
        case (nil, nil):
            return NumberedStrata(ofRow: [Int32](repeating: 0, count: rowCount), parents: [-1], labels: ["all"])
        case (nil, let stratum?):
            return NumberedStrata(
                ofRow: stratum.indexOfRow, parents: stratum.labels.map { _ in -1 }, labels: stratum.labels)
        case (let parents?, nil):
            return NumberedStrata(
                ofRow: parents, parents: (0..<Int32(parentCount)).map { $0 },
                labels: [String](repeating: "all", count: parentCount))
        case (let parents?, let stratum?):
            let pairs = PairCoding(
                outer: parents, count: parentCount, inner: stratum.indexOfRow, count: stratum.count)
            return NumberedStrata(
                ofRow: pairs.indexOfRow, parents: pairs.outer, labels: pairs.inner.map { stratum.labels[Int($0)] })
        }
    }

    private func numberedUnits(_ strata: NumberedStrata) -> (unitOfRow: [Int32], stratumOfUnit: [Int32]) {
        if let cluster {
            let pairs = PairCoding(
                outer: strata.ofRow, count: strata.count, inner: cluster.indexOfRow, count: cluster.count)
            return (pairs.indexOfRow, pairs.outer)
        }
        if strata.count == 1 { return ((0..<Int32(rowCount)).map { $0 }, strata.ofRow) }
        return Self.rowsByStratum(strata)
    }

    /// Every row is a unit: a counting sort by stratum that keeps the order of rows.
    private static func rowsByStratum(_ strata: NumberedStrata) -> (unitOfRow: [Int32], stratumOfUnit: [Int32]) {
        var next = [Int32](repeating: 0, count: strata.count + 1)
        for stratum in strata.ofRow { next[Int(stratum) + 1] += 1 }
        for stratum in 0..<strata.count { next[stratum + 1] += next[stratum] }
        var unitOfRow = strata.ofRow
        var stratumOfUnit = strata.ofRow
        for row in unitOfRow.indices {
            let stratum = strata.ofRow[row]
            let unit = next[Int(stratum)]
            next[Int(stratum)] = unit + 1
            unitOfRow[row] = unit
            stratumOfUnit[Int(unit)] = stratum
        }
        return (unitOfRow, stratumOfUnit)
    }

    private static func fraction(_ parent: Int32, _ earlier: SampleDesign.Stage?) -> Double {
        guard let earlier, parent >= 0 else { return 1 }
        let stratum = earlier.strata[Int(earlier.stratumOfUnit[Int(parent)])]
        guard let population = stratum.population else { return 1 }
        return stratum.earlierFraction * Double(stratum.sampled) / population
    }

    /// Clusters are as many without their strata as within; else the first row whose cluster another stratum has is named.
    private func checkNesting(
        _ cluster: CodedColumn, _ strata: NumberedStrata, _ unitCount: Int, _ parentOfRow: [Int32]?,
        _ parentCount: Int
    ) throws {
        let clusters = PairCoding(
            outer: parentOfRow ?? [Int32](repeating: 0, count: rowCount), count: parentCount,
            inner: cluster.indexOfRow, count: cluster.count)
        guard clusters.count != unitCount else { return }
        var stratumOfCluster = [Int32](repeating: -1, count: clusters.count)
        for row in 0..<rowCount {
            let known = stratumOfCluster[Int(clusters.indexOfRow[row])]
            guard known < 0 || known == strata.ofRow[row] else {
                throw DesignError.clusterInTwoStrata(
                    column: clusterColumn, cluster: cluster.labels[Int(cluster.indexOfRow[row])])
            }
            stratumOfCluster[Int(clusters.indexOfRow[row])] = strata.ofRow[row]
        }
    }

    /// The size of each stratum. Of several strata with a wrong one, the stratum of the earliest row is named.
    private func populationSizes(
        _ sizes: NumericColumn, _ column: String, _ strata: NumberedStrata, _ sampled: [Int], _ isFraction: Bool
    ) throws -> [Double] {
        // NaN equals no size, so it marks strata not met yet.
        var given = [Double](repeating: .nan, count: strata.count)
        var appearance: [Int] = []
        let hasMissing = sizes.hasMissing
        for row in 0..<rowCount {
            let size = sizes.values[row]
            let stratum = Int(strata.ofRow[row])
            if size == given[stratum], !hasMissing || sizes.isPresent(row) { continue }
            guard sizes.isPresent(row), size.isFinite, size > 0 else {
                throw DesignError.badPopulationSize(column: column, row: row)
            }
            guard given[stratum].isNaN else {
                throw DesignError.populationSizeVaries(column: column, stratum: strata.labels[stratum])
            }
            given[stratum] = size
            appearance.append(stratum)
        }
        for stratum in appearance {
            if isFraction { given[stratum] = Double(sampled[stratum]) / given[stratum] }
            guard given[stratum] >= Double(sampled[stratum]) * (1 - 1e-12) else {
                throw DesignError.populationSmallerThanSample(column: column, stratum: strata.labels[stratum])
            }
        }
        return given
    }
}
