import Foundation
import PeilIngest
import PeilNumerics
import PeilStatistics
import PeilTable

/// The loops that take most of the time of a report on many rows.
struct Kernels {
    private let rowCount: Int
    private let table: Table
    private let areas: Grouping
    private let weights: [Double]

    /// Rows of a sample in 24,000 units of 150 strata, as a national survey has them; answers from 1 to 5.
    init(rowCount: Int, areaCount: Int) {
        self.rowCount = rowCount
        var random = StableRandom(seed: 5)
        let units = (0..<rowCount).map { _ in random.integer(below: 24_000) }
        weights = (0..<rowCount).map { _ in 10 + 90 * random.uniform() }
        var table = Table(rowCount: rowCount)
        func set(_ name: String, _ values: [Double]) {
            table.set(.numeric(NumericColumn(values: values)), for: Variable(name: name))
        }
        set("unit", units.map(Double.init))
        set("stratum", units.map { Double($0 % 150) })
        set("weight", weights)
        set("answer", (0..<rowCount).map { _ in Double(1 + random.integer(below: 5)) })
        let labels = (0..<areaCount).map { Category(code: "a\($0)", label: LocalizedText(everywhere: "a\($0)")) }
        let area = Column.categorical(
            CategoricalColumn(categories: labels, codes: units.map { UInt16($0 * 31 % areaCount) }))
        table.set(area, for: Variable(name: "area"))
        self.table = table
        areas = Grouping.cross([("area", area)])
    }

    func measurements(beside limits: Limits) throws -> [Measurement] {
        let design = try SampleDesign(
            DesignColumns(weights: "weight", strata: ["stratum"], clusters: ["unit"]), of: table)
        let estimation = Estimation(design, engine: VarianceEngine())
        return [
            try reading(beside: limits), try sums(estimation, beside: limits),
            try arranging(estimation, beside: limits),
            products(beside: limits), try factor(beside: limits)
        ]
    }

    private func beside(_ limit: String, _ most: Double, _ name: String, _ unit: String, _ value: Double) -> Measurement
    {
        Measurement(name: name, unit: unit, value: value, limit: limit, share: value / most)
    }

    /// A file of one-digit answers in 40 columns, read into a table with every cell checked.
    private func reading(beside limits: Limits) throws -> Measurement {
        let (columns, rows) = (40, 400_000)
        var text = (0..<columns).map { "v\($0)" }.joined(separator: ",") + "\n"
        let line = (0..<columns).map { String(1 + $0 % 5) }.joined(separator: ",") + "\n"
        text += String(repeating: line, count: rows)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("peil-kernels-\(getpid()).csv")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let time = try leastTime { _ = try AnalysisTableReader.read(path: file.path, threads: 1) }
        return beside(
            "digits to numbers", limits.goingThroughDigits, "reading a file of answers, 40 columns", "GB/s",
            Double(text.utf8.count) / 1e9 / time)
    }

    /// A mean and its variance in every area: 4 bytes of row number, 8 of weight and 1 of answer a row.
    private func sums(_ estimation: Estimation, beside limits: Limits) throws -> Measurement {
        let domain = estimation.domain(by: areas)
        let estimator = try MeanEstimator(["answer"], of: table)
        let time = try leastTime { _ = try estimation.estimate(estimator, over: domain) }
        return beside(
            "reading memory", limits.readingMemory, "means and standard errors of 342 areas", "GB/s",
            Double(rowCount) * 13 / 1e9 / time)
    }

    /// Rows by area and unit: reads 4 bytes of area and of unit, 8 of weight; writes 12.
    private func arranging(_ estimation: Estimation, beside limits: Limits) throws -> Measurement {
        let time = leastTime { _ = estimation.domain(by: areas) }
        return beside(
            "reading memory", limits.readingMemory, "arranging rows by area and unit", "GB/s",
            Double(rowCount) * 28 / 1e9 / time)
    }

    /// XᵀDX of 100,000 rows and 64 columns, a step of a regression: n·p·(p + 1) operations.
    private func products(beside limits: Limits) -> Measurement {
        let (rows, columns) = (100_000, 64)
        let matrix = DenseMatrix(
            rows: rows, columns: columns, storage: (0..<rows * columns).map { Double($0 % 11) - 5 })
        let time = leastTime { _ = LinearAlgebra.crossProduct(matrix, weights: Array(weights[0..<rows])) }
        return beside(
            "dgemm, 1,024 × 1,024", limits.multiplyingMatrices, "weighted cross products, 64 columns", "GFLOP/s",
            Double(rows * columns * (columns + 1)) / 1e9 / time)
    }

    /// Cholesky of a matrix of the controls of a raking over 342 areas: p³/3 operations.
    private func factor(beside limits: Limits) throws -> Measurement {
        let size = 357
        var matrix = DenseMatrix(rows: size, columns: size)
        for i in 0..<size {
            for j in 0..<size { matrix[i, j] = i == j ? 50 : 1 / Double(1 + abs(i - j)) }
        }
        let time = try leastTime(runs: 25) { _ = try LinearAlgebra.upperFactor(matrix) }
        return beside(
            "dgemm, 1,024 × 1,024", limits.multiplyingMatrices, "Cholesky factor of 357 controls", "GFLOP/s",
            Double(size * size * size) / 3 / 1e9 / time)
    }
}
