public import PeilNumerics

/// Influence values that are made block by block when they are asked for: a million rows with ten parameters need not
/// stand in memory.
public struct RowInfluence: Sendable {
    /// Rows of the sample that had a part, ascending.
    public let rows: [Int32]
    /// Rows of a block; the last may be shorter.
    public let blockRows: Int
    /// zᵢ of a block: rows × parameters; with a `carrier` what it carries to zᵢ.
    public let block: @Sendable (Int) -> DenseMatrix
    /// A map that all rows share, columns of a block × parameters: zᵢ = block row · carrier. Totals are carried instead of
    /// rows then. nil where blocks hold zᵢ themselves.
    public let carrier: DenseMatrix?

    public init(
        rows: [Int32], blockRows: Int, carrier: DenseMatrix? = nil, block: @escaping @Sendable (Int) -> DenseMatrix
    ) {
        precondition(blockRows > 0, "a block holds rows")
        self.rows = rows
        self.blockRows = blockRows
        self.carrier = carrier
        self.block = block
    }

    /// zᵢ of a block: rows × parameters.
    func values(_ number: Int) -> DenseMatrix {
        carrier.map { LinearAlgebra.product(block(number), $0) } ?? block(number)
    }

    private static let blocksAtATime = 64

    var blockCount: Int { (rows.count + blockRows - 1) / blockRows }
    func range(_ block: Int) -> Range<Int> { (block * blockRows)..<min(rows.count, (block + 1) * blockRows) }

    /// All of them, a column a row, for walks that need them at once.
    func columns(parameters: Int, blocks: ParallelBlocks) -> DenseMatrix {
        var storage: [Double] = []
        storage.reserveCapacity(rows.count * parameters)
        // Some blocks at a time, so that they never stand in memory twice.
        for first in stride(from: 0, to: blockCount, by: Self.blocksAtATime) {
            let count = min(Self.blocksAtATime, blockCount - first)
            for part in blocks.map(count, { values(first + $0).transposed.storage }) { storage += part }
        }
        return DenseMatrix(rows: parameters, columns: rows.count, storage: storage)
    }
}

/// The variance engine's formula where every row is a sampling unit of a single stage and no stratum is lonely:
/// V̂ = Σₕ fₕ (Σᵢ tᵢtᵢᵀ − tₕtₕᵀ/nₕ), tᵢ = wᵢzᵢ, fₕ = (1 − nₕ/Nₕ) nₕ/(nₕ − 1), nₕ sampled units and tₕ the stratum's total.
/// Products of blocks and one total a stratum suffice, so that rows never stand side by side.
struct RowUnitVariance {
    private let design: SampleDesign
    private let factorOfStratum: [Double]

    /// nil where a design needs the full walk.
    init?(_ design: SampleDesign, _ engine: VarianceEngine) {
        let stage = design.stages[0]
        guard design.varianceStages == 1, design.replicates == nil, design.calibration == nil,
            stage.unitCount == design.rowCount, !engine.lonelyInDomains,
            !stage.strata.contains(where: { $0.sampled == 1 })
        else { return nil }
        self.design = design
        factorOfStratum = stage.strata.map { stratum in
            switch engine.treatment(stratum, occupied: 1, VarianceEngine.Family()) {
            case .aroundOwnMean(let factor), .aroundFamilyMean(let factor): factor
            case .none, .undefined: 0
            }
        }
    }

    private func stratum(_ row: Int32) -> Int {
        let stage = design.stages[0]
        return Int(stage.stratumOfUnit[Int(stage.unitOfRow[Int(row)])])
    }

    /// Units minus strata among some rows.
    func degreesOfFreedom(_ rows: some Sequence<Int32>) -> Int {
        var seen = [Bool](repeating: false, count: factorOfStratum.count)
        var units = 0
        for row in rows {
            seen[stratum(row)] = true
            units += 1
        }
        return units - seen.count { $0 }
    }

    func covariance(of influence: RowInfluence, weights: [Double], blocks: ParallelBlocks) -> DenseMatrix {
        let parts = blocks.map(influence.blockCount) { part(influence, $0, weights) }
        guard let size = parts.first?.products.rows else { return DenseMatrix(rows: 0, columns: 0) }
        var covariance = DenseMatrix(rows: size, columns: size)
        var totals = [CompensatedSum](repeating: CompensatedSum(), count: factorOfStratum.count * size)
        for part in parts {
            for index in part.products.storage.indices { covariance.storage[index] += part.products.storage[index] }
            for (place, stratum) in part.strata.enumerated() {
                for j in 0..<size { totals[stratum * size + j].add(part.totals[place * size + j]) }
            }
        }
        for (stratum, factor) in factorOfStratum.enumerated() {
            let own = totals[(stratum * size)..<((stratum + 1) * size)].map(\.value)
            let scale = factor / Double(design.stages[0].strata[stratum].sampled)
            for a in 0..<size { for b in 0..<size { covariance[b, a] -= scale * own[a] * own[b] } }
        }
        return covariance
    }

    /// Sums of one block.
    private struct Part: Sendable {
        let products: DenseMatrix
        /// Strata that occur in the block, and the totals of each.
        let strata: [Int]
        let totals: [Double]
    }

    private func part(_ influence: RowInfluence, _ number: Int, _ weights: [Double]) -> Part {
        let z = influence.values(number)
        let rows = influence.rows[influence.range(number)]
        let (size, count) = (z.columns, z.rows)
        var place = [Int32](repeating: -1, count: factorOfStratum.count)
        var strata: [Int] = []
        let places = rows.map { row -> Int32 in
            let stratum = stratum(row)
            if place[stratum] < 0 {
                place[stratum] = Int32(strata.count)
                strata.append(stratum)
            }
            return place[stratum]
        }
        var totals = [Double](repeating: 0, count: strata.count * size)
        let own = rows.map { weights[Int($0)] }
        for j in 0..<size {
            let start = j * count
            for i in 0..<count { totals[Int(places[i]) * size + j] += own[i] * z.storage[start + i] }
        }
        let scales = places.indices.map { factorOfStratum[strata[Int(places[$0])]] * own[$0] * own[$0] }
        return Part(products: LinearAlgebra.crossProduct(z, weights: scales), strata: strata, totals: totals)
    }
}
