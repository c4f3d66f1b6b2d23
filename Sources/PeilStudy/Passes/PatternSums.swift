import PeilNumerics
import PeilStatistics
import PeilTable

/// Respondents by their pattern of answers to the items of a segmentation: how many, and Σ weight. Respondents who answer
/// alike are one point of k-means, so that patterns are all it needs, whatever the number of rounds.
struct PatternSums: Sendable {
    var patterns: TupleDictionary
    var counts: [Int] = []
    var weights = ExactSums(count: 0)
    /// The patterns of the first respondents of each partition, by its number.
    var first: [Int: [Int32]] = [:]

    /// Respondents whose segment a result lists.
    static let listed = 30

    init(_ items: [String]) { patterns = TupleDictionary(items) }

    mutating func makeRoom() {
        counts += [Int](repeating: 0, count: patterns.count - counts.count)
        weights.grow(to: patterns.count)
    }

    mutating func merge(_ other: PatternSums) {
        let places = patterns.merge(other.patterns)
        makeRoom()
        for (own, place) in places.enumerated() {
            counts[Int(place)] += other.counts[own]
            weights.add(other.weights, own, at: Int(place))
        }
        for (partition, listed) in other.first { first[partition] = listed.map { places[Int($0)] } }
    }

    /// Bytes that they take, about.
    var byteCount: Int { patterns.count * (88 + 4 * patterns.columns.count) }
}

/// A segmentation of a plan that follows from patterns of answers.
struct PatternRequest: Sendable {
    let item: PlanItem
    let method: WeightedKMeans
    /// Column of weights; nil for those of the design.
    let weights: String?

    /// nil for other statistics.
    init?(_ item: PlanItem) throws {
        guard item.statistic == .kMeans, let request = item.options.kMeans else { return nil }
        self.item = item
        method = try request.method(item.variables)
        weights = request.weights
    }

    /// Adds the rows of a block that are in the domain, have weight and answered enough.
    /// - Throws: `SegmentationError.badWeight`.
    func add(
        _ table: Table, designWeights: [Double], partition: Int, firstRow: Int, to sums: inout PatternSums
    ) throws {
        let own = try weights.map { try table.numbers($0) }
        let weights = own?.values ?? designWeights
        let mask = try PlanRunner.mask(item.domain, of: table)
        let coded = CodedTuples(try item.variables.map { try table.column($0) }, rowCount: table.rowCount)
        let isEnough = coded.tuples.map { pattern in pattern.count { $0 >= 0 } >= method.minimumAnswered }
        var counts = [Int](repeating: 0, count: coded.tuples.count)
        var totals = [CompensatedSum](repeating: CompensatedSum(), count: counts.count)
        var met: [Int32] = []
        let missing = max(0, PatternSums.listed - (sums.first[partition]?.count ?? 0))
        for row in weights.indices where mask?[row] != false {
            guard own?.isPresent(row) != false, weights[row] >= 0 else {
                throw SegmentationError.badWeight(row: firstRow + row)
            }
            let pattern = Int(coded.tupleOfRow[row])
            guard weights[row] > 0, isEnough[pattern] else { continue }
            counts[pattern] += 1
            totals[pattern].add(weights[row])
            if met.count < missing { met.append(Int32(pattern)) }
        }
        // Patterns in which nobody counts are not kept.
        let kept = counts.indices.filter { counts[$0] > 0 }
        let places = sums.patterns.merge(
            CodedTuples(labels: coded.labels, tuples: kept.map { coded.tuples[$0] }, tupleOfRow: []))
        sums.makeRoom()
        var placeOfPattern: [Int: Int32] = [:]
        for (pattern, place) in zip(kept, places) {
            placeOfPattern[pattern] = place
            sums.counts[Int(place)] += counts[pattern]
            sums.weights.add(totals[pattern].value, at: Int(place))
        }
        sums.first[partition, default: []] += met.compactMap { placeOfPattern[Int($0)] }
    }
}

/// Patterns as rows of a table, in the order of their answers.
struct MergedPatterns: Sendable {
    let table: Table
    let weights: [Double]
    let counts: [Int]
    /// Rows of the first respondents of all partitions.
    let first: [Int]

    init(_ sums: PatternSums, kinds: [String: ColumnKind]) {
        let all = (0..<Int32(sums.patterns.count)).map { $0 }
        let coded = CodedTuples(sums.patterns.table(all, kinds: kinds).map(\.1), rowCount: all.count)
        let order = all.sorted { coded.tupleOfRow[Int($0)] < coded.tupleOfRow[Int($1)] }
        var table = Table(rowCount: order.count)
        for (name, column) in sums.patterns.table(order, kinds: kinds) {
            table.set(column, for: Variable(name: name, wording: LocalizedText(everywhere: name)))
        }
        self.table = table
        weights = order.map { sums.weights.value(Int($0)) }
        counts = order.map { sums.counts[Int($0)] }
        let listed = sums.first.sorted { $0.key < $1.key }.flatMap(\.value).prefix(PatternSums.listed)
        first = listed.map { Int(coded.tupleOfRow[Int($0)]) }
    }
}
