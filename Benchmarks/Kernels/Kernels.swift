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
            try reading(beside: limits), try readingWords(beside: limits), try sums(estimation, beside: limits),
            try arranging(estimation, beside: limits),
            products(beside: limits), try factor(beside: limits), nearestCentres(beside: limits)
        ]
    }

    private func beside(_ limit: String, _ most: Double, _ name: String, _ unit: String, _ value: Double) -> Measurement
    {
        Measurement(name: name, unit: unit, value: value, limit: limit, share: value / most)
    }

    /// A file of one-digit answers in 40 columns, read into a table with every cell checked.
    private func reading(beside limits: Limits) throws -> Measurement {
        let file = try TextFile(columns: 40, rows: 400_000) { row, column in String(1 + (row + column) % 5) }
        let time = try leastTime { _ = try AnalysisTableReader.read(path: file.path, threads: 1) }
        return beside(
            "digits to numbers", limits.goingThroughDigits, "reading a file of answers, 40 columns", "GB/s",
            Double(file.size) / 1e9 / time)
    }

    /// A file of words in 40 columns, each looked up in its codebook; apart from the checksum of the file.
    private func readingWords(beside limits: Limits) throws -> Measurement {
        let words = ["ja", "nee", "weet niet"]
        let file = try TextFile(columns: 40, rows: 200_000) { row, column in words[(7 * row + row / 9 + column) % 3] }
        let variables = (0..<40).map { "- {id: v\($0), type: code, labels: [\(words.joined(separator: ", "))]}\n" }
        let codebook = try Codebook.load(
            yaml: "codebook: words\nlanguages: [nl]\nvariables:\n\(variables.joined())", file: "codebook.yaml")
        var least = Double.infinity
        for _ in 0..<7 {
            let wave = try WaveReader.read(path: file.path, codebook: codebook, threads: 1)
            least = min(least, wave.costs.first { $0.stage == "read" }?.processorSeconds ?? .infinity)
        }
        return beside(
            "digits to numbers", limits.goingThroughDigits, "reading a file of words, 40 columns", "GB/s",
            Double(file.size) / 1e9 / least)
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

    /// The nearest of eight centres of points with 24 answers from 1 to 5, all points anew: an addition for each centre and
    /// each three answers.
    private func nearestCentres(beside limits: Limits) -> Measurement {
        let (groups, codes, centres) = (8, 125, 8)
        var random = StableRandom(seed: 6)
        let points = CodedPoints(
            codes: (0..<rowCount * groups).map { UInt16($0 % groups * codes + random.integer(below: codes)) },
            groups: groups, codeCount: groups * codes, units: [Int64](repeating: 1, count: rowCount))
        let table = CodedDistances(
            coordinates: (0..<groups * codes).flatMap { code in [25, 5, 1].map { Double(code % codes / $0 % 5) } },
            groupStarts: (0...groups).map { $0 * codes },
            centres: (0..<centres).map { _ in (0..<3 * groups).map { _ in 4 * random.uniform() } })
        var labels = [UInt16](repeating: UInt16(centres), count: rowCount)
        var slack = [Float](repeating: 0, count: rowCount)
        var counts = [Int64](repeating: 0, count: (centres + 1) * groups * codes)
        let everyone = [Float](repeating: .infinity, count: centres + 1)
        let time = leastTime {
            _ = table.assign(points, labels: &labels, slack: &slack, drift: everyone, counts: &counts)
        }
        return beside(
            "dgemm, 1,024 × 1,024", limits.multiplyingMatrices, "nearest of eight centres, 24 answers", "GOP/s",
            Double(rowCount * groups * centres) / 1e9 / time)
    }
}

/// A file of answers that is gone with this.
private final class TextFile {
    let path: String
    let size: Int

    init(columns: Int, rows: Int, _ cell: (Int, Int) -> String) throws {
        var text = (0..<columns).map { "v\($0)" }.joined(separator: ",") + "\n"
        for row in 0..<rows { text += (0..<columns).map { cell(row, $0) }.joined(separator: ",") + "\n" }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "peil-kernels-\(UUID().uuidString).csv")
        try Data(text.utf8).write(to: file)
        (path, size) = (file.path, text.utf8.count)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
