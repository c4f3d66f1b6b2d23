import PeilNumerics
import PeilStatistics
import PeilTable

/// Respondents by their pattern of answers to the items of a segmentation: how many, Σ weight and Σ squared weight.
/// Respondents who answer alike are one point, so that patterns are all that segments need, whatever the number of
/// rounds.
///
/// Where there are more than `limit` patterns, those of the lowest hashes are kept. Which ones these are follows from the
/// patterns alone, and one that is kept in the end was dropped nowhere: its sums are whole.
struct PatternSums: Sendable {
    private(set) var patterns: TupleDictionary
    private(set) var counts: [Int] = []
    private(set) var weights = ExactSums(count: 0)
    /// No numbers where nobody asks for them.
    private(set) var squares = ExactSums(count: 0)
    /// The patterns of the first respondents of each partition, by its number; empty where patterns were dropped.
    private(set) var first: [Int: [Int32]] = [:]
    /// Patterns of this hash and above are not kept; nil while all are.
    private(set) var bound: UInt64?
    let limit: Int
    let hasSquares: Bool

    /// Respondents whose segment a result lists.
    static let listed = 30

    init(_ request: SegmentRequest) {
        patterns = TupleDictionary(request.item.variables)
        limit = request.patternLimit
        hasSquares = request.needsSquares
    }

    /// Bytes that they take, about.
    var byteCount: Int { patterns.count * (104 + 4 * patterns.columns.count) }

    // MARK: Adding

    /// What a block holds of each of its patterns.
    struct Block {
        let coded: CodedTuples
        var counts: [Int]
        var weights: ExactSums
        var squares: ExactSums
        /// Patterns of the first respondents.
        var met: [Int32] = []

        init(_ coded: CodedTuples) {
            self.coded = coded
            counts = [Int](repeating: 0, count: coded.tuples.count)
            weights = ExactSums(count: counts.count)
            squares = weights
        }
    }

    /// Respondents of a partition that are still to be listed.
    func missing(_ partition: Int) -> Int { bound == nil ? max(0, Self.listed - (first[partition]?.count ?? 0)) : 0 }

    mutating func add(_ block: Block, partition: Int) {
        let places = merge(block.coded.labels, block.coded.tuples, block.counts, block.weights, block.squares)
        if bound == nil { first[partition, default: []] += block.met.compactMap { places[Int($0)] } }
        keepLimit(slack: limit)
    }

    mutating func merge(_ other: PatternSums) {
        if let own = other.bound { bound = min(bound ?? own, own) }
        let places = merge(
            other.patterns.labels.map(\.labels), other.patterns.tuples, other.counts, other.weights, other.squares)
        for (partition, listed) in other.first { first[partition] = listed.compactMap { places[Int($0)] } }
        keepLimit(slack: limit)
    }

    /// - Returns: where each of the others stands now; nil for those in which nobody counts, or that are not kept.
    private mutating func merge(
        _ labels: [[String]], _ tuples: [[Int32]], _ own: [Int], _ ownWeights: ExactSums, _ ownSquares: ExactSums
    ) -> [Int32?] {
        let hashes = bound == nil ? [] : PatternHash.of(labels, tuples)
        let limit = bound ?? 0
        let kept = tuples.indices.filter { own[$0] > 0 && (hashes.isEmpty || hashes[$0] < limit) }
        let places = patterns.merge(CodedTuples(labels: labels, tuples: kept.map { tuples[$0] }, tupleOfRow: []))
        counts += [Int](repeating: 0, count: patterns.count - counts.count)
        weights.grow(to: patterns.count)
        if hasSquares { squares.grow(to: patterns.count) }
        var result = [Int32?](repeating: nil, count: tuples.count)
        for (pattern, place) in zip(kept, places) {
            result[pattern] = place
            counts[Int(place)] += own[pattern]
            weights.add(ownWeights, pattern, at: Int(place))
            if hasSquares { squares.add(ownSquares, pattern, at: Int(place)) }
        }
        return result
    }

    // MARK: Limit

    /// In the one form that depends on the patterns only.
    mutating func settle() {
        keepLimit(slack: 0)
        weights.settle()
        squares.settle()
    }

    /// - Parameter slack: patterns beyond the limit that may stay, so that dropping them is not done block by block.
    private mutating func keepLimit(slack: Int) {
        if bound != nil { first = [:] }
        guard patterns.count > limit, patterns.count - limit > slack else { return }
        let hashes = PatternHash.of(patterns.labels.map(\.labels), patterns.tuples)
        let bound = hashes.sorted()[limit]
        var smaller = self
        smaller.bound = bound
        smaller.first = [:]
        smaller.patterns = TupleDictionary(patterns.columns)
        smaller.counts = []
        smaller.weights = ExactSums(count: 0)
        smaller.squares = ExactSums(count: 0)
        // Only labels that a kept pattern names: numbers have nearly as many as there are respondents.
        let kept = patterns.tuples.indices.filter { hashes[$0] < bound }
        let renamed = kept.map { pattern in
            smaller.patterns.place(
                patterns.tuples[pattern].enumerated().map { column, label in
                    label < 0 ? nil : patterns.labels[column].labels[Int(label)]
                })
        }
        smaller.counts = kept.map { counts[$0] }
        smaller.weights.grow(to: kept.count)
        if hasSquares { smaller.squares.grow(to: kept.count) }
        for (pattern, place) in zip(kept, renamed) {
            smaller.weights.add(weights, pattern, at: Int(place))
            if hasSquares { smaller.squares.add(squares, pattern, at: Int(place)) }
        }
        self = smaller
    }
}

extension PatternSums {
    func write(to writer: inout ByteWriter) {
        writer.write(bound == nil ? 0 : 1)
        writer.write(Int(bitPattern: UInt(bound ?? 0)))
        writer.write(patterns)
        writer.write(counts)
        writer.write(weights)
        writer.write(squares)
        writer.write(first.count)
        for (partition, listed) in first.sorted(by: { $0.key < $1.key }) {
            writer.write(partition)
            writer.write(listed)
        }
    }

    init(_ reader: inout ByteReader, _ request: SegmentRequest) throws {
        self.init(request)
        let (isBounded, bound) = (try reader.whole() == 1, UInt64(UInt(bitPattern: try reader.whole())))
        if isBounded { self.bound = bound }
        patterns = try reader.tuples(request.item.variables)
        counts = try reader.wholes()
        weights = try reader.sums(count: patterns.count)
        squares = try reader.sums(count: hasSquares ? patterns.count : 0)
        for _ in 0..<(try reader.count()) {
            let (partition, listed) = (try reader.whole(), try reader.places())
            guard listed.allSatisfy({ $0 >= 0 && Int($0) < patterns.count }) else { throw ByteReader.Trouble.damaged }
            first[partition] = listed
        }
        guard counts.count == patterns.count, counts.allSatisfy({ $0 > 0 }) else { throw ByteReader.Trouble.damaged }
    }
}

/// A number of 64 bits that follows from the labels of a pattern, as if drawn by chance.
enum PatternHash {
    static func of(_ labels: [[String]], _ tuples: [[Int32]]) -> [UInt64] {
        let ofLabel = labels.map { $0.map(hash) }
        return tuples.map { tuple in
            var state: UInt64 = 0
            for (column, label) in tuple.enumerated() {
                state = mixed(state &+ (label < 0 ? 1 : ofLabel[column][Int(label)]))
            }
            return state
        }
    }

    /// FNV-1a, mixed: its high bits alone know little of the last letters.
    private static func hash(_ label: String) -> UInt64 {
        mixed(label.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    }

    /// The last steps of splitmix64.  Steele, Lea & Flood 2014.
    private static func mixed(_ number: UInt64) -> UInt64 {
        var state = number &+ 0x9E37_79B9_7F4A_7C15
        state = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        state = (state ^ state >> 27) &* 0x94D0_49BB_1331_11EB
        return state ^ state >> 31
    }
}

/// Patterns as rows of a table, in the order of their answers.
struct MergedPatterns: Sendable {
    let table: Table
    let weights: [Double]
    let alike: AlikeRespondents
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
        alike = AlikeRespondents(
            counts: order.map { sums.counts[Int($0)] },
            squaredWeights: sums.hasSquares ? order.map { sums.squares.value(Int($0)) } : [])
        let listed = sums.first.sorted { $0.key < $1.key }.flatMap(\.value).prefix(PatternSums.listed)
        first = listed.map { Int(coded.tupleOfRow[Int($0)]) }
    }
}
