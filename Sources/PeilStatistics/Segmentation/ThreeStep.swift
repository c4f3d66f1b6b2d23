public import PeilNumerics
public import PeilTable

/// How means and shares of outside variables by segment deal with the chance that a respondent was placed wrongly.
///
/// Placing people (step 2) by a fitted model (step 1) and describing the segments with answers that were no part of it
/// (step 3) mixes segments where placing is unsure. Bolck, Croon & Hagenaars 2004 undo that mixing: with
/// Dₜₛ = P(placed s | segment t) the totals of the segments are those of the placings times D⁻¹. Weights count in every
/// step.  Vermunt 2010, *Political Analysis* 18; Bakk, Tekle & Vermunt 2013.
///
/// The model of step 1 is taken as given: that its parameters were estimated is not in the standard errors.
public struct ThreeStep: Sendable, Equatable {
    public enum Assignment: String, Sendable, CaseIterable, Codable {
        /// Everybody wholly in the likeliest segment.
        case modal
        /// Everybody in each segment by chance.
        case proportional
    }

    public enum Correction: String, Sendable, CaseIterable, Codable {
        case none
        case bolckCroonHagenaars = "bch"
    }

    public let assignment: Assignment
    public let correction: Correction
    /// |D|·|D⁻¹| above which a correction is refused.
    public let conditionLimit: Double

    public init(
        _ assignment: Assignment = .modal, correction: Correction = .bolckCroonHagenaars, conditionLimit: Double = 1e4
    ) {
        self.assignment = assignment
        self.correction = correction
        self.conditionLimit = conditionLimit
    }
}

/// An answer that describes segments.
public enum DescribingVariable: Sendable, Equatable {
    case mean(String)
    /// The share of each answer.
    case shares(String)

    public var name: String {
        switch self {
        case .mean(let name), .shares(let name): name
        }
    }
}

/// Means (or shares) of a variable in each segment, and of each segment minus the rest.
///
/// μ(e) = Σₜ eₜUₜ / Σₜ eₜVₜ with U = D⁻ᵀA(y), V = D⁻ᵀA, Aₛ = Σ w aₛ over rows that answered, Aₛ(y) = Σ w aₛ y; a: the
/// placing; e picks one segment, or all others. Dₜₛ = Σ w pₜaₛ / Σ w pₜ over all placed rows of the domain, p: the
/// chances of segments. All are totals, so the variance includes D.
public struct ThreeStepEstimator: SmoothEstimator {
    private let segments: Segmentation
    private let options: ThreeStep
    private let columns: [ShiftedColumn]
    private let levels: [String?]
    private let segmentCount: Int
    /// The segments that have parameters. All others still are part of D and of the rest.
    let reported: [Int]

    /// - Parameter options: how the steps are done.
    /// - Parameter variable: what describes the segments.
    /// - Parameter segments: the segment of each row.
    /// - Parameter table: the answers.
    /// - Parameter reported: places of segments, rising; nil for all. Where nobody of a segment was asked, leave it out.
    /// - Throws: `TableError`, `EstimationError.badOption` for fewer than two segments.
    public init(
        _ variable: DescribingVariable, by segments: Segmentation, of table: Table, options: ThreeStep = ThreeStep(),
        reporting reported: [Int]? = nil
    ) throws {
        guard segments.segmentCount >= 2 else {
            throw EstimationError.badOption(
                "a comparison needs two segments", remedy: "ask for the mean of all respondents")
        }
        self.segments = segments
        self.options = options
        segmentCount = segments.segmentCount
        self.reported = reported ?? Array(0..<segments.segmentCount)
        precondition(self.reported.allSatisfy { (0..<segments.segmentCount).contains($0) }, "places of segments")
        switch variable {
        case .mean(let name):
            columns = [ShiftedColumn(name, try table.numbers(name))]
            levels = [nil]
        case .shares(let name):
            let coded = try table.column(name).coded()
            let reasons = coded.indexOfRow.map { $0 < 0 ? MissingReason.notAnswered.rawValue : 0 }
            columns = coded.labels.indices.map { level in
                ShiftedColumn(
                    name,
                    NumericColumn(
                        values: coded.indexOfRow.map { Int($0) == level ? 1 : 0 }, reasons: reasons))
            }
            levels = coded.labels
        }
    }

    /// A single segment has nobody to differ from.
    var hasRest: Bool { reported.count > 1 }

    /// The place among the parameters of the mean of a column in a reported segment, and of its difference from the
    /// rest.
    func place(_ column: Int, _ position: Int) -> (mean: Int, difference: Int) {
        let mean = column * reported.count + position
        return (mean, columns.count * reported.count + mean)
    }

    var levelNames: [String?] { levels }

    /// Whether the row has an answer to the variable; those without count in D only.
    func hasAnswer(_ row: Int) -> Bool { columns.first?.isPresent(row) ?? false }

    private var corrects: Bool { options.correction == .bolckCroonHagenaars }
    /// Totals of D, and after them for the placings and for each column.
    private var tableSize: Int { corrects ? segmentCount * segmentCount : 0 }
    public var basicCount: Int { tableSize + segmentCount * (1 + columns.count) }

    public var labels: [ParameterLabel] {
        let names = zip(columns, levels).map { column, level in level.map { "\(column.name)=\($0)" } ?? column.name }
        let codes = reported.map { segments.codes[$0] }
        let means = names.flatMap { name in codes.map { ParameterLabel(name, level: $0) } }
        guard hasRest else { return means }
        return means + names.flatMap { name in codes.map { ParameterLabel("\(name): minus the rest", level: $0) } }
    }

    public func isComplete(_ row: Int) -> Bool { segments.isPlaced(row) }

    private func placing(_ row: Int, _ segment: Int) -> Double {
        switch options.assignment {
        case .modal: Int(segments.codeOfRow[row]) == segment ? 1 : 0
        case .proportional: segments.membership(row, segment)
        }
    }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        let count = segmentCount
        for s in 0..<count {
            let placed = placing(row, s)
            guard placed != 0 else { continue }
            if corrects {
                for t in 0..<count { totals[offset + t * count + s] += weight * segments.membership(row, t) * placed }
            }
            guard hasAnswer(row) else { continue }
            totals[offset + tableSize + s] += weight * placed
            for (index, column) in columns.enumerated() {
                totals[offset + tableSize + (1 + index) * count + s] += weight * placed * column.deviation(row)
            }
        }
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard count > 0 else { throw .emptyDomain }
        let unmixed = try unmixed(totals)
        var values = [Double](repeating: 0, count: labels.count)
        for (position, segment) in reported.enumerated() {
            let own = pick(segment, others: false)
            let rest = pick(segment, others: true)
            guard dot(own, unmixed.bases) > 0 else { throw .emptySegment(segments.codes[segment]) }
            if hasRest, dot(rest, unmixed.bases) <= 0 { throw .emptySegment("all but \(segments.codes[segment])") }
            for column in columns.indices {
                let mean = dot(own, unmixed.sums[column]) / dot(own, unmixed.bases)
                let places = place(column, position)
                values[places.mean] = columns[column].shift + mean
                guard hasRest else { continue }
                values[places.difference] = mean - dot(rest, unmixed.sums[column]) / dot(rest, unmixed.bases)
            }
        }
        return values
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        var gradient = DenseMatrix(rows: values.count, columns: basicCount)
        guard let unmixed = try? unmixed(totals) else { return gradient }
        for (position, segment) in reported.enumerated() {
            let own = pick(segment, others: false)
            let rest = pick(segment, others: true)
            for column in columns.indices {
                let places = place(column, position)
                addSlope(1, own, column, unmixed, to: &gradient, row: places.mean)
                guard hasRest else { continue }
                addSlope(1, own, column, unmixed, to: &gradient, row: places.difference)
                addSlope(-1, rest, column, unmixed, to: &gradient, row: places.difference)
            }
        }
        return gradient
    }

    /// Adds sign × ∇μ(e): b/V to A(y), −μb/V to A, −(Uᵤ − μVᵤ)(bₛ − eᵤ)/(NᵤV) to the table, b = D⁻¹e.
    private func addSlope(
        _ sign: Double, _ e: [Double], _ column: Int, _ unmixed: Unmixed, to gradient: inout DenseMatrix, row: Int
    ) {
        let count = segmentCount
        let base = dot(e, unmixed.bases)
        let mean = dot(e, unmixed.sums[column]) / base
        let others = e.reduce(0, +) > 1
        let b = (0..<count).map { s in (0..<count).reduce(0) { $0 + unmixed.inverse[s, $1] * e[$1] } }
        for s in 0..<count {
            gradient[row, tableSize + s] -= sign * mean * b[s] / base
            gradient[row, tableSize + (1 + column) * count + s] += sign * b[s] / base
            guard corrects else { continue }
            // A segment alone has no excess over its own mean, only rounding.
            for u in 0..<count where (e[u] == 0 || others) && unmixed.sizes[u] > 0 {
                let excess = unmixed.sums[column][u] - mean * unmixed.bases[u]
                gradient[row, u * count + s] -= sign * excess * (b[s] - e[u]) / (unmixed.sizes[u] * base)
            }
        }
    }

    /// Totals of the segments, got back from those of the placings.
    private struct Unmixed {
        /// D⁻¹, placings × segments.
        let inverse: DenseMatrix
        /// Σ w pₜ.
        let sizes: [Double]
        /// V, and U of each column.
        let bases: [Double]
        let sums: [[Double]]
    }

    private func unmixed(_ totals: [Double]) throws(EstimationError) -> Unmixed {
        let count = segmentCount
        var inverse = DenseMatrix.identity(count)
        var sizes: [Double] = []
        if corrects {
            var table = DenseMatrix(rows: count, columns: count)
            for t in 0..<count {
                let row = Array(totals[(t * count)..<((t + 1) * count)])
                let size = row.reduce(0, +)
                sizes.append(size)
                // Nobody of an empty segment is placed elsewhere.
                for s in 0..<count { table[t, s] = size > 0 ? row[s] / size : s == t ? 1 : 0 }
            }
            guard let result = try? LinearAlgebra.inverse(table), result.condition <= options.conditionLimit else {
                throw .inseparableSegments(condition: (try? LinearAlgebra.inverse(table))?.condition ?? .infinity)
            }
            inverse = result.inverse
        }
        let parts = (0...columns.count).map { part in
            (0..<count).map { t in
                (0..<count).reduce(0) { $0 + inverse[$1, t] * totals[tableSize + part * count + $1] }
            }
        }
        return Unmixed(inverse: inverse, sizes: sizes, bases: parts[0], sums: Array(parts.dropFirst()))
    }

    private func pick(_ segment: Int, others: Bool) -> [Double] {
        (0..<segmentCount).map { ($0 == segment) != others ? 1 : 0 }
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for index in a.indices { sum += a[index] * b[index] }
        return sum
    }
}
