import Foundation
import PeilNumerics
import PeilStatistics
import PeilTable

/// The design that the partitions make together: a row for each combination of strata, units and controls that occurs,
/// standing for its respondents with the sum of their weights. Every weighting step treats the respondents of such a
/// row alike, so that steps over these rows give the weights that steps over respondents give.
struct MergedDesign {
    let estimation: Estimation
    var design: SampleDesign { estimation.design }
    /// The unit of each design combination, or where rows are units of each cell of the state; units are those in which
    /// totals are taken.
    let unitOfKey: [Int32]
    /// Where rows are units: Σw, Σw² and the cell of the calibration of each unit of the design.
    let rowUnits: RowUnits?
    /// The calibration cell of each auxiliary combination; empty without a calibration.
    let cellOfAuxiliary: [Int32]
    /// Weight over design weight of each auxiliary combination, and weight before the last step over design weight.
    let finalFactors: [Double]
    let enteringFactors: [Double]

    struct RowUnits {
        var weights: [Double]
        var squaredWeights: [Double]
        var auxiliaries: [Int32]
    }

    private static let weightColumn = "(weight)"

    init(_ state: PassState, _ plan: PassPlan, threads: Int) throws {
        guard state.rowCount > 0 else { throw DesignError.noRespondents }
        let (table, cells) = Self.table(state, plan)
        var request = plan.plan.design
        request.columns.weights = Self.weightColumn
        var design = try request.base(of: table)
        if plan.rowsAreUnits { design = try Self.standing(design, request.columns, table, cells, state) }
        do {
            let steps = try request.adjust.map { try $0.step(over: table, design) }
            design = try WeightSteps(steps).apply(to: design, threads: threads).design
        } catch WeightingError.outsideMargin(let margin, _) {
            throw WeightingError.outsideMargin(
                margin: margin, count: Self.respondentsOutside(margin, table, cells.map { state.cellCounts[$0] }))
        }
        if plan.regression == .ones, let model = design.calibration {
            let counts = cells.map { Double(state.cellCounts[$0]) }
            design = design.calibrated(weights: design.weights, by: model.countingRespondents(counts))
        }
        estimation = request.estimation(design, threads: threads)
        let base = try table.numbers(Self.weightColumn).values
        var unitOfKey = [Int32](repeating: 0, count: plan.rowsAreUnits ? state.cells.count : state.designs.count)
        var cellOfAuxiliary = [Int32](repeating: 0, count: design.calibration == nil ? 0 : state.auxiliaries.count)
        var final = [Double](repeating: 1, count: state.auxiliaries.count)
        var entering = final
        let units = design.totalsUnitOfRow
        for (row, cell) in cells.enumerated().reversed() {
            let auxiliary = Int(state.cells.second[cell])
            unitOfKey[plan.rowsAreUnits ? cell : Int(state.cells.first[cell])] = units[row]
            if let model = design.calibration { cellOfAuxiliary[auxiliary] = model.cellOfRow[row] }
            guard plan.needsCalibration, base[row] > 0 else { continue }
            final[auxiliary] = design.weights[row] / base[row]
            if plan.regression == .enteringWeights, let model = design.calibration {
                entering[auxiliary] = model.baseWeights[row] / base[row]
            }
        }
        self.unitOfKey = unitOfKey
        rowUnits = plan.rowsAreUnits ? Self.rowUnits(design, cells, state, base) : nil
        self.cellOfAuxiliary = cellOfAuxiliary
        (finalFactors, enteringFactors) = (final, entering)
    }

    /// The design whose strata count respondents, not combinations.
    private static func standing(
        _ design: SampleDesign, _ columns: DesignColumns, _ table: Table, _ cells: [Int], _ state: PassState
    ) throws -> SampleDesign {
        let size = columns.populationSizes.first
        let values = try size.map { try table.numbers($0).values } ?? []
        let isFraction = columns.populationSizeKind.map { $0 == .fraction } ?? values.allSatisfy { $0 <= 1 }
        return try design.standingFor(
            cells.map { state.cellCounts[$0] }, isFraction: isFraction, sizeColumn: size ?? "")
    }

    /// Weights of the respondents of a combination are their design weights times one factor.
    private static func rowUnits(
        _ design: SampleDesign, _ cells: [Int], _ state: PassState, _ base: [Double]
    ) -> RowUnits {
        let unused = [Double](repeating: 0, count: cells.count)
        var result = RowUnits(weights: unused, squaredWeights: unused, auxiliaries: [])
        if design.calibration != nil { result.auxiliaries = [Int32](repeating: 0, count: cells.count) }
        for (row, unit) in design.totalsUnitOfRow.enumerated() {
            let factor = base[row] > 0 ? design.weights[row] / base[row] : 1
            result.weights[Int(unit)] = design.weights[row]
            result.squaredWeights[Int(unit)] =
                factor * factor * state.cellSums.value(cells[row] * PassState.cellWidth + 2)
            if let model = design.calibration { result.auxiliaries[Int(unit)] = model.cellOfRow[row] }
        }
        return result
    }

    /// The combinations in the order of their labels, so that nothing depends on the order in which they were met.
    private static func table(_ state: PassState, _ plan: PassPlan) -> (Table, cells: [Int]) {
        func columns(_ cells: [Int]) -> [(String, Column)] {
            state.designs.table(cells.map { state.cells.first[$0] }, kinds: state.kinds)
                + state.auxiliaries.table(cells.map { state.cells.second[$0] }, kinds: state.kinds)
        }
        let met = Array(0..<state.cells.count)
        let coded = CodedTuples(columns(met).map(\.1), rowCount: met.count)
        let ordered = met.sorted { coded.tupleOfRow[$0] < coded.tupleOfRow[$1] }
        var table = Table(rowCount: ordered.count)
        func set(_ name: String, _ column: Column) {
            table.set(column, for: Variable(name: name, wording: LocalizedText(everywhere: name)))
        }
        for (name, column) in columns(ordered) { set(name, column) }
        func sums(_ sum: Int) -> Column {
            .numeric(NumericColumn(values: ordered.map { state.cellSums.value($0 * PassState.cellWidth + sum) }))
        }
        set(weightColumn, sums(0))
        if let base = plan.baseColumn { set(base, sums(1)) }
        return (table, ordered)
    }

    /// Respondents that lack one of the columns of a margin.
    private static func respondentsOutside(_ margin: String, _ table: Table, _ counts: [Int]) -> Int {
        let columns = margin.components(separatedBy: " × ").compactMap { try? table.column($0) }
        return counts.indices.reduce(0) { total, row in
            total + (columns.allSatisfy { $0.isPresent(row) } ? 0 : counts[row])
        }
    }
}
