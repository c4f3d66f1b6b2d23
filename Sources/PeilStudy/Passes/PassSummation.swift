import PeilIngest
import PeilNumerics
import PeilStatistics
import PeilTable

/// Adds blocks of rows to the state of a pass.
struct PassSummation: Sendable {
    let plan: PassPlan
    /// Of the pass before; nil for the first.
    let parameters: PassParameters?
    let blocks: ParallelBlocks
    private(set) var state: PassState

    init(_ plan: PassPlan, parameters: PassParameters?, partition: PassState.Partition, threads: Int) {
        self.plan = plan
        self.parameters = parameters
        blocks = ParallelBlocks(threads: threads)
        state = PassState(plan, given: parameters, partition: partition)
    }

    /// Rows of the partition that came before.
    private var firstRow: Int { state.partitions[0].rows }

    mutating func finish(hash: String) -> PassState {
        state.partitions[0].hash = hash
        state.settle()
        return state
    }

    // MARK: A block

    mutating func add(_ block: Table, kinds: [String: ColumnKind]) throws {
        for (column, kind) in kinds {
            guard let joined = kind.joined(state.kinds[column] ?? .nothing) else {
                throw PassFailure.kinds(column, nil)
            }
            state.kinds[column] = joined
        }
        guard block.rowCount > 0 else { return }
        let table = try PlanRunner.withoutMissingCodes(plan.plan, block)
        defer { state.partitions[0].rows += table.rowCount }
        let weights = try designWeights(table)
        if state.work == .patterns || state.work == .rounds {
            let auxiliaries = try auxiliaries(table)
            return try addSegments(table, weightsOfRows(weights, nil, auxiliaries).weights)
        }
        let designs = try CodedTuples(plan.designColumns.map { try designColumn($0, table) }, rowCount: table.rowCount)
        let auxiliaries = try auxiliaries(table)
        let (ofDesign, ofAuxiliary) = (state.designs.merge(designs), state.auxiliaries.merge(auxiliaries))
        let base = try plan.baseColumn.map { try table.numbers($0).values }
        let cells = addCells(weights, base, (designs, ofDesign), (auxiliaries, ofAuxiliary))
        let keys = plan.rowsAreUnits ? cells : Keys(ofRow: designs.tupleOfRow, places: ofDesign)
        if state.work == .estimates {
            let final = try weightsOfRows(weights, base, auxiliaries)
            if firstRow < 10 {
                state.partitions[0].firstWeights += final.weights.prefix(10 - state.partitions[0].firstWeights.count)
            }
            state.weights.add(final.weights)
            for index in plan.arrangements.indices {
                try addArrangement(index, table, final, keys, (auxiliaries, ofAuxiliary))
            }
            try addSegments(table, final.weights)
        }
    }

    private func auxiliaries(_ table: Table) throws -> CodedTuples {
        CodedTuples(try plan.auxiliaryColumns.map { try table.column($0) }, rowCount: table.rowCount)
    }

    private mutating func addSegments(_ table: Table, _ weights: [Double]) throws {
        for (index, (request, stage)) in zip(plan.segments, plan.stages(parameters)).enumerated() {
            try request.add(
                table, designWeights: weights, partition: state.partitions[0].number, firstRow: firstRow,
                stage: stage, to: &state.segments[index])
        }
    }

    private func designWeights(_ table: Table) throws -> [Double] {
        guard let name = plan.plan.design.columns.weights else {
            return [Double](repeating: 1, count: table.rowCount)
        }
        let column = try table.numbers(name)
        for row in column.values.indices {
            guard column.isPresent(row) else { throw DesignError.missingWeight(column: name, row: firstRow + row) }
            guard column.values[row].isFinite, column.values[row] >= 0 else {
                throw DesignError.badWeight(column: name, row: firstRow + row)
            }
        }
        guard !plan.plan.design.adjust.isEmpty, let first = column.values.firstIndex(of: 0) else {
            return column.values
        }
        throw WeightingError.badDesignWeights(count: column.values.count { $0 == 0 }, firstRow: firstRow + first)
    }

    private func designColumn(_ name: String, _ table: Table) throws -> Column {
        let column = try table.column(name)
        guard let row = column.firstMissingRow else { return column }
        if plan.plan.design.columns.populationSizes.contains(name) {
            throw DesignError.badPopulationSize(column: name, row: firstRow + row)
        }
        throw DesignError.missingDesignValue(column: name, row: firstRow + row)
    }

    private typealias Numbered = (coded: CodedTuples, places: [Int32])

    /// What units are told apart by: a number a row, and where each stands in the state.
    private struct Keys {
        let ofRow: [Int32]
        let places: [Int32]
    }

    private mutating func addCells(
        _ weights: [Double], _ base: [Double]?, _ designs: Numbered, _ auxiliaries: Numbered
    ) -> Keys {
        let pairs = PairCoding(
            outer: designs.coded.tupleOfRow, count: designs.coded.tuples.count, inner: auxiliaries.coded.tupleOfRow,
            count: auxiliaries.coded.tuples.count)
        var counts = [Int](repeating: 0, count: pairs.count)
        var sums = [Double](repeating: 0, count: pairs.count)
        var (baseSums, squares) = (sums, sums)
        var places: [Int32] = []
        for (row, pair) in pairs.indexOfRow.enumerated() {
            counts[Int(pair)] += 1
            sums[Int(pair)] += weights[row]
            squares[Int(pair)] += weights[row] * weights[row]
            if let base { baseSums[Int(pair)] += base[row] }
        }
        for pair in 0..<pairs.count {
            let cell = state.cells.place(
                designs.places[Int(pairs.outer[pair])], auxiliaries.places[Int(pairs.inner[pair])])
            places.append(Int32(cell))
            state.makeCellRoom()
            state.cellCounts[cell] += counts[pair]
            state.cellSums.add(sums[pair], at: cell * PassState.cellWidth)
            state.cellSums.add(baseSums[pair], at: cell * PassState.cellWidth + 1)
            state.cellSums.add(squares[pair], at: cell * PassState.cellWidth + 2)
        }
        return Keys(ofRow: pairs.indexOfRow, places: places)
    }

    /// Weights after all steps, and those of the regression of influence values on the auxiliaries.
    private struct RowWeights {
        var weights: [Double]
        /// nil without auxiliaries.
        var regression: [Double]?
    }

    private func weightsOfRows(_ weights: [Double], _ base: [Double]?, _ coded: CodedTuples) throws -> RowWeights {
        guard plan.needsCalibration else {
            return RowWeights(weights: weights, regression: plan.regression == .none ? nil : base ?? weights)
        }
        guard let parameters else { preconditionFailure("the pass of estimates comes after that of weights") }
        let factors = try parameters.factors(of: coded)
        var result = RowWeights(weights: weights, regression: weights)
        for row in weights.indices {
            let factor = factors[Int(coded.tupleOfRow[row])]
            result.weights[row] *= factor.final
            result.regression?[row] = plan.regression == .ones ? 1 : weights[row] * factor.entering
        }
        return result
    }

    // MARK: Items

    private mutating func addArrangement(
        _ index: Int, _ table: Table, _ weights: RowWeights, _ keys: Keys, _ auxiliaries: Numbered
    ) throws {
        let arrangement = plan.arrangements[index]
        let coded = CodedTuples(try arrangement.by.map { try table.column($0) }, rowCount: table.rowCount)
        // Whoever lacks one of the columns is in no group.
        let whole = CodedTuples(
            labels: coded.labels, tuples: coded.tuples.map { $0.contains(-1) ? $0.map { _ in -1 } : $0 }, tupleOfRow: []
        )
        let ofGroup = state.arrangements[index].groups.merge(whole)
        let grouping = Grouping(
            groupOfRow: coded.tupleOfRow, keys: coded.tuples.map { _ in [] }, variables: arrangement.by)
        let mask = try PlanRunner.mask(arrangement.domain, of: table)
        let units = KeyedCells(
            keyOfRow: keys.ofRow, keyCount: keys.places.count, weights: weights.weights,
            by: grouping, in: mask)
        let unitCells = (0..<units.count).map { cell in
            state.arrangements[index].units.place(
                keys.places[Int(units.key(cell))], ofGroup[Int(units.group(cell))])
        }
        let others = weights.regression.map { regression in
            KeyedCells(
                keyOfRow: auxiliaries.coded.tupleOfRow, keyCount: auxiliaries.coded.tuples.count, weights: regression,
                by: grouping, in: mask)
        }
        let auxiliaryCells = (0..<(others?.count ?? 0)).map { cell in
            state.arrangements[index].auxiliaries.place(
                auxiliaries.places[Int(others?.key(cell) ?? 0)], ofGroup[Int(others?.group(cell) ?? 0)])
        }
        state.arrangements[index].makeRoom()
        for cell in 0..<units.count {
            let (rows, weight) = units.presence(cell)
            state.arrangements[index].presenceCounts[unitCells[cell]] += rows
            state.arrangements[index].presence.add(weight, at: unitCells[cell])
        }
        let stages = plan.stagesByItem(parameters)
        for (place, request) in arrangement.sums.enumerated() {
            guard let estimator = try request.estimator(of: table, stages) else { continue }
            state.arrangements[index].items[place].add(
                estimator, before: request.valuesBeforeLevels, units: units.totals(of: estimator, blocks: blocks),
                moments: plan.rowsAreUnits ? units.moments(of: estimator) : nil, unitCells: unitCells,
                auxiliaries: others?.totals(of: estimator, blocks: blocks),
                auxiliaryCells: auxiliaryCells)
        }
    }
}
