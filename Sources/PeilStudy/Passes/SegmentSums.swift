import PeilNumerics
import PeilStatistics

/// What a pass sums for one segmentation.
enum SegmentSums: Sendable {
    /// This pass is about something else.
    case nothing
    case patterns(PatternSums)
    /// `ItemSpread` of all respondents.
    case spread(ExactSums)
    /// A round of k-means.
    case descent(DescentSums)

    /// Empty sums.
    init(_ request: SegmentRequest, _ stage: SegmentStage, _ work: PassPlan.Work) {
        switch (work, stage) {
        case (.rounds, .scaling): self = .spread(ExactSums(count: ItemSpread.width * request.item.variables.count))
        case (.rounds, .descending(let own)), (.estimates, .found(let own)):
            self = .descent(DescentSums(clusters: own.centres.count, items: own.scales.count))
        case (.patterns, .counting), (.estimates, .counting): self = .patterns(PatternSums(request))
        default: self = .nothing
        }
    }

    mutating func merge(_ other: SegmentSums) {
        switch (self, other) {
        case (.patterns(var own), .patterns(let other)):
            self = .nothing
            own.merge(other)
            self = .patterns(own)
        case (.spread(var own), .spread(let other)):
            for index in 0..<own.count { own.add(other, index, at: index) }
            self = .spread(own)
        case (.descent(var own), .descent(let other)):
            own.merge(other)
            self = .descent(own)
        default: break
        }
    }

    mutating func settle() {
        switch self {
        case .nothing: break
        case .patterns(var own):
            self = .nothing
            own.settle()
            self = .patterns(own)
        case .spread(var own):
            own.settle()
            self = .spread(own)
        case .descent(var own):
            own.sums.settle()
            self = .descent(own)
        }
    }

    /// Bytes that they take, about.
    var byteCount: Int { if case .patterns(let own) = self { own.byteCount } else { 0 } }

    func write(to writer: inout ByteWriter) {
        switch self {
        case .nothing: break
        case .patterns(let own): own.write(to: &writer)
        case .spread(let own): writer.write(own)
        case .descent(let own):
            writer.write(own.counts)
            writer.write(own.sums)
            writer.write(own.first.count)
            for (partition, listed) in own.first.sorted(by: { $0.key < $1.key }) {
                writer.write(partition)
                writer.write(listed)
            }
        }
    }

    /// Reads sums of the kind that these are.
    mutating func read(_ reader: inout ByteReader, _ request: SegmentRequest) throws {
        switch self {
        case .nothing: break
        case .patterns: self = .patterns(try PatternSums(&reader, request))
        case .spread(let own): self = .spread(try reader.sums(count: own.count))
        case .descent(var own):
            let counts = try reader.wholes()
            guard counts.count == own.counts.count else { throw ByteReader.Trouble.damaged }
            own.counts = counts
            own.sums = try reader.sums(count: own.sums.count)
            for _ in 0..<(try reader.count()) {
                let (partition, listed) = (try reader.whole(), try reader.places())
                guard listed.allSatisfy({ $0 >= 0 && Int($0) < counts.count }) else { throw ByteReader.Trouble.damaged }
                own.first[partition] = listed
            }
            self = .descent(own)
        }
    }
}

/// Sums of `CentroidRound` over all respondents, or those of some partitions.
struct DescentSums: Sendable {
    var counts: [Int]
    var sums: ExactSums
    /// Clusters of the first respondents of each partition, by its number.
    var first: [Int: [Int32]] = [:]

    init(clusters: Int, items: Int) {
        counts = [Int](repeating: 0, count: clusters)
        sums = ExactSums(count: clusters * CentroidRound.width(items: items))
    }

    func missing(_ partition: Int) -> Int { max(0, PatternSums.listed - (first[partition]?.count ?? 0)) }

    mutating func add(_ round: CentroidRound, partition: Int) {
        for cluster in counts.indices { counts[cluster] += round.counts[cluster] }
        for (index, sum) in round.sums.enumerated() { sums.add(sum, at: index) }
        first[partition, default: []] += round.first
    }

    mutating func merge(_ other: DescentSums) {
        for cluster in counts.indices { counts[cluster] += other.counts[cluster] }
        for index in 0..<sums.count { sums.add(other.sums, index, at: index) }
        for (partition, listed) in other.first { first[partition] = listed }
    }

    private var width: Int { sums.count / max(1, counts.count) }

    /// Σw by cluster.
    var sizes: [Double] { counts.indices.map { sums.value($0 * width) } }
    /// Σw·d².
    var objective: Double {
        var total = ExactSums(count: 1)
        for cluster in counts.indices { total.add(sums, cluster * width + 1, at: 0) }
        return total.value(0)
    }
    /// Weighted means of the respondents of a cluster.
    func centre(_ cluster: Int) -> [Double] {
        let size = sums.value(cluster * width)
        return (2..<width).map { sums.value(cluster * width + $0) / size }
    }

    /// Clusters of the first respondents of all partitions.
    var firstLabels: [Int] {
        first.sorted { $0.key < $1.key }.flatMap(\.value).prefix(PatternSums.listed).map { Int($0) }
    }
}
