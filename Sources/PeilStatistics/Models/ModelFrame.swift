internal import PeilNumerics
internal import PeilTable

/// The rows and columns of a model: who is used, the response, and the model matrix in blocks of rows.
///
/// With an intercept every other column is centred at its weighted mean, which takes the intercept's correlation
/// out of the equations and keeps the digits of columns far from 0; `uncentred` turns coefficients back.
struct ModelFrame: Sendable {
    /// Rows of a block; a constant, so that blocks depend on neither threads nor memory. A block of ten columns fits
    /// the nearest cache, and its scratch is small enough to be used again by the allocator.
    static let blockRows = 1024

    /// Numbers in a model matrix, 4 GB: more are refused instead of taking the machine down.
    private static let numberLimit = 1 << 29

    let response: String
    let family: ModelFamily
    let terms: [ModelTerm]
    let hasIntercept: Bool
    let predictors: [Predictor]
    let columns: [ModelColumn]
    /// Rows of the table that are used, ascending, and the same as a mask.
    let rows: [Int32]
    let isUsed: [Bool]
    let y: [Double]
    /// What each column is centred at: 0 for the intercept and without one.
    let centres: [Double]
    /// Root mean square of each centred column: what a coefficient of 1 does to the linear predictor of a usual row.
    let sizes: [Double]
    /// Centred columns, block by block.
    let blocks: [DenseMatrix]

    var size: Int { columns.count }

    /// - Parameter weights: 0 for rows outside the domain; they only choose rows and centres.
    init(
        _ model: GeneralisedLinearModel, of table: Table, weights: [Double], blocks parallel: ParallelBlocks
    ) throws {
        (response, family, terms, hasIntercept) = (model.response, model.family, model.terms, model.hasIntercept)
        let source = try PredictorSource(model.terms, of: table)
        let answers = try ResponseColumn(model, of: table)
        var isUsed = weights.map { $0 != 0 }
        answers.exclude(from: &isUsed)
        source.exclude(from: &isUsed)
        self.isUsed = isUsed
        rows = isUsed.indices.filter { isUsed[$0] }.map { Int32($0) }
        guard !rows.isEmpty else { throw EstimationError.emptyDomain }
        y = try answers.values(rows, model.family)
        predictors = try source.predictors(rows)
        columns = try ModelCoding(terms, predictors, hasIntercept: hasIntercept).columns
        try Self.check(rows: rows.count, columns: columns.count)
        var blocks: [DenseMatrix]
        (blocks, centres) = try Self.filled(
            ModelMatrix(predictors, columns, rows: rows), weights: rows.map { weights[Int($0)] }, columns,
            hasIntercept: hasIntercept, parallel)
        sizes = try Self.centre(&blocks, centres, columns)
        self.blocks = blocks
    }

    private static func check(rows: Int, columns: Int) throws {
        guard columns > 0 else {
            throw EstimationError.badOption("the model has no coefficients", remedy: "add predictors or an intercept")
        }
        guard rows <= numberLimit / columns else { throw ModelError.tooLarge(rows: rows, columns: columns) }
    }

    /// Blocks as they are, and the weighted means of their columns: 0 for the intercept and without one.
    private static func filled(
        _ matrix: ModelMatrix, weights: [Double], _ columns: [ModelColumn], hasIntercept: Bool,
        _ parallel: ParallelBlocks
    ) throws(EstimationError) -> ([DenseMatrix], [Double]) {
        let filled = parallel.map(matrix.blockCount) { number in
            let block = matrix.block(number)
            let first = number * blockRows
            let own = Array(weights[first..<(first + block.rows)])
            return (block: block, sums: hasIntercept ? LinearAlgebra.transposedProduct(block, own) : [])
        }
        guard hasIntercept else { return (filled.map(\.block), columns.map { _ in 0 }) }
        return (filled.map(\.block), try means(filled.map(\.sums), CompensatedSum.of(weights)))
    }

    func range(_ block: Int) -> Range<Int> {
        (block * Self.blockRows)..<min(rows.count, (block + 1) * Self.blockRows)
    }

    /// The model matrix with a predictor held at a level, or its derivative, for some block.
    func block(_ number: Int, _ change: ModelMatrix.Change) -> DenseMatrix {
        var block = ModelMatrix(predictors, columns, rows: rows).block(number, change)
        if change.isPrediction { _ = block.centreColumns(at: centres) }
        return block
    }

    /// The intercept of uncentred columns: a₀ − Σ centreⱼ aⱼ. The other coefficients stay.
    func uncentred(_ coefficients: [Double]) -> [Double] {
        guard hasIntercept else { return coefficients }
        var result = coefficients
        for j in 1..<max(1, size) { result[0] -= centres[j] * coefficients[j] }
        return result
    }

    /// Coefficients of columns as given, as those of centred columns.
    func recentred(_ coefficients: [Double]) -> [Double] {
        guard hasIntercept else { return coefficients }
        var result = coefficients
        for j in 1..<max(1, size) { result[0] += centres[j] * coefficients[j] }
        return result
    }

    /// Weights of the rows used.
    /// - Throws: `.negativeWeight`, which a calibration without bounds can make.
    func own(_ weights: [Double]) throws(ModelError) -> [Double] {
        let own = rows.map { weights[Int($0)] }
        if let place = own.firstIndex(where: { $0 < 0 }) { throw .negativeWeight(row: Int(rows[place])) }
        return own
    }

    /// The model of some of the columns over the same rows.
    func selecting(_ columns: [Int]) -> ModelFrame {
        ModelFrame(self, columns: columns)
    }

    private init(_ full: ModelFrame, columns chosen: [Int]) {
        (response, family, terms, hasIntercept) = (full.response, full.family, full.terms, full.hasIntercept)
        (predictors, rows, isUsed, y) = (full.predictors, full.rows, full.isUsed, full.y)
        columns = chosen.map { full.columns[$0] }
        centres = chosen.map { full.centres[$0] }
        sizes = chosen.map { full.sizes[$0] }
        blocks = full.blocks.map { block in
            let parts = chosen.flatMap { block.storage[($0 * block.rows)..<(($0 + 1) * block.rows)] }
            return DenseMatrix(rows: block.rows, columns: chosen.count, storage: parts)
        }
    }

    /// The same model over some full blocks of rows only; its predictors stay those of all rows.
    func selecting(blocks chosen: [Int]) -> ModelFrame { ModelFrame(self, blocks: chosen) }

    private init(_ full: ModelFrame, blocks chosen: [Int]) {
        (response, family, terms, hasIntercept) = (full.response, full.family, full.terms, full.hasIntercept)
        (predictors, isUsed, columns) = (full.predictors, full.isUsed, full.columns)
        (centres, sizes) = (full.centres, full.sizes)
        rows = chosen.flatMap { full.rows[full.range($0)] }
        y = chosen.flatMap { full.y[full.range($0)] }
        blocks = chosen.map { full.blocks[$0] }
    }

    /// (yᵢ − μᵢ) μ′ᵢ/Vᵢ of the rows of a block: how each pulls at the linear predictor, at coefficients of centred columns.
    func pulls(_ number: Int, _ coefficients: [Double]) -> [Double] {
        let first = range(number).lowerBound
        return LinearAlgebra.product(blocks[number], coefficients).enumerated().map { i, eta in
            let point = family.point(eta)
            return point.variance > 0 ? (y[first + i] - point.mean) * point.slope / point.variance : 0
        }
    }

    /// The deviance of each row at coefficients of centred columns.
    func deviances(_ coefficients: [Double]) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(rows.count)
        for block in blocks {
            for eta in LinearAlgebra.product(block, coefficients) {
                result.append(family.deviance(y[result.count], eta))
            }
        }
        return result
    }

    /// Columns of a term.
    func columns(of term: Int) -> [Int] { columns.indices.filter { columns[$0].term == term } }

    private static func means(_ sums: [[Double]], _ total: Double) throws(EstimationError) -> [Double] {
        guard total > 0 else { throw .emptyDomain }
        return sums[0].indices.map { j in j == 0 ? 0 : CompensatedSum.of(sums.lazy.map { $0[j] }) / total }
    }

    /// Centres all blocks in place and tells the sizes of columns. One whose spread is only rounding is constant.
    private static func centre(
        _ blocks: inout [DenseMatrix], _ centres: [Double], _ columns: [ModelColumn]
    ) throws(EstimationError) -> [Double] {
        var spreads = [Double](repeating: 0, count: centres.count)
        for index in blocks.indices {
            for (j, own) in blocks[index].centreColumns(at: centres).enumerated() { spreads[j] += own }
        }
        let count = Double(blocks.reduce(0) { $0 + $1.rows })
        for j in centres.indices where !(spreads[j] > 1e-24 * count * centres[j] * centres[j]) {
            throw .collinear(variable: columns[j].label)
        }
        return spreads.map { ($0 / count).squareRoot() }
    }
}

/// Fills blocks of the model matrix from predictors.
struct ModelMatrix {
    enum Change {
        case none
        /// Every row has this level of a predictor.
        case level(predictor: Int, level: Int32)
        /// Every row has this value of a numeric predictor.
        case value(predictor: Int, Double)
        /// The derivative by a numeric predictor.
        case derivative(predictor: Int)

        /// What comes out are columns like those of the fit.
        var isPrediction: Bool {
            switch self {
            case .level, .value: true
            case .none, .derivative: false
            }
        }
    }

    private let predictors: [Predictor]
    private let columns: [ModelColumn]
    private let rows: [Int32]

    init(_ predictors: [Predictor], _ columns: [ModelColumn], rows: [Int32]) {
        self.predictors = predictors
        self.columns = columns
        self.rows = rows
    }

    var blockCount: Int { (rows.count + ModelFrame.blockRows - 1) / ModelFrame.blockRows }

    func block(_ number: Int, _ change: Change = .none) -> DenseMatrix {
        let first = number * ModelFrame.blockRows
        let size = min(rows.count - first, ModelFrame.blockRows)
        var block = DenseMatrix(rows: size, columns: columns.count)
        for (j, column) in columns.enumerated() {
            var factors = column.factors
            if case .derivative(let predictor) = change {
                // A column without the predictor does not change with it.
                guard let place = factors.firstIndex(where: { $0.predictor == predictor }) else { continue }
                factors.remove(at: place)
            }
            let start = j * size
            if case .none = change, let only = factors.first, factors.count == 1 {
                fill(&block, start, size, only, first)
                continue
            }
            for i in 0..<size { block.storage[start + i] = 1 }
            for factor in factors { multiply(&block, start, size, factor, first, change) }
        }
        return block
    }

    /// A column of one factor: most are.
    private func fill(_ block: inout DenseMatrix, _ start: Int, _ size: Int, _ factor: ModelColumn.Factor, _ first: Int)
    {
        switch predictors[factor.predictor].values {
        case .numbers(let numbers):
            for i in 0..<size { block.storage[start + i] = numbers[Int(rows[first + i])] }
        case .levels(let levels, _):
            for i in 0..<size where levels[first + i] == factor.level { block.storage[start + i] = 1 }
        }
    }

    private func multiply(
        _ block: inout DenseMatrix, _ start: Int, _ size: Int, _ factor: ModelColumn.Factor, _ first: Int,
        _ change: Change
    ) {
        if case .level(let predictor, let level) = change, predictor == factor.predictor {
            if level != factor.level { for i in 0..<size { block.storage[start + i] = 0 } }
            return
        }
        if case .value(let predictor, let value) = change, predictor == factor.predictor {
            for i in 0..<size { block.storage[start + i] *= value }
            return
        }
        switch predictors[factor.predictor].values {
        case .numbers(let numbers):
            for i in 0..<size { block.storage[start + i] *= numbers[Int(rows[first + i])] }
        case .levels(let levels, _):
            for i in 0..<size where levels[first + i] != factor.level { block.storage[start + i] = 0 }
        }
    }
}
