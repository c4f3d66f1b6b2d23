/// Who is in a base, in a form that names nobody: enough to tell whether two bases differ by fewer people than the limit.
///
/// Each person is a number x of 61 bits (a hash of the pseudonym); the sketch is the power sums Σ 1, Σ x, …, Σ x^(2m−2) modulo
/// the prime 2⁶¹ − 1. The difference of two sketches is Σ ± x^k over those who are in one base only, and the Hankel matrix
/// of m × m of these sums has as rank the number of such people, as long as that is less than m (Minsky, Trachtenberg and Zippel
/// 2003: set reconciliation). Sketches of parts add up to that of the whole. From one sketch of many people nobody
/// can be told, and the ledger keeps none of few.
public struct MemberSketch: Sendable, Equatable {
    /// Σ x^k for k = 0, 1, ….
    public private(set) var sums: [UInt64]

    static let prime: UInt64 = (1 << 61) - 1

    /// - Parameter limit: differences of fewer people than this can be told.
    public init(limit: Int) { sums = [UInt64](repeating: 0, count: max(1, 2 * limit - 1)) }

    /// As a log kept it.
    public init(sums: [UInt64]) { self.sums = sums.map { $0 % Self.prime } }

    /// 1, x, x², … of a person.
    public static func powers(of person: UInt64, limit: Int) -> [UInt64] {
        let x = person % prime
        var powers: [UInt64] = []
        var power: UInt64 = 1
        for _ in 0..<max(1, 2 * limit - 1) {
            powers.append(power)
            power = product(power, x)
        }
        return powers
    }

    public mutating func add(_ powers: [UInt64]) {
        for index in sums.indices where index < powers.count { sums[index] = Self.sum(sums[index], powers[index]) }
    }

    /// People who are in one of the two bases and not in the other; nil where that is `limit` or more, or cannot be told.
    public func difference(from other: MemberSketch, limit: Int) -> Int? {
        let size = min(limit, (min(sums.count, other.sums.count) + 1) / 2)
        guard size > 0 else { return nil }
        var matrix = (0..<size).map { row in
            (0..<size).map { Self.difference(sums[row + $0], other.sums[row + $0]) }
        }
        let rank = Self.rank(&matrix)
        return rank < size ? rank : nil
    }

    // MARK: Arithmetic modulo the prime

    private static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let sum = a + b
        return sum >= prime ? sum - prime : sum
    }

    private static func difference(_ a: UInt64, _ b: UInt64) -> UInt64 { a >= b ? a - b : a + (prime - b) }

    private static func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (high, low) = a.multipliedFullWidth(by: b)
        // a·b = high·2⁶⁴ + low, and 2⁶¹ ≡ 1.
        return sum((low & prime) % prime, (high << 3 | low >> 61) % prime)
    }

    /// By Fermat: a^(p−2).
    private static func inverse(_ a: UInt64) -> UInt64 {
        var (result, base, exponent) = (UInt64(1), a, prime - 2)
        while exponent > 0 {
            if exponent & 1 == 1 { result = product(result, base) }
            base = product(base, base)
            exponent >>= 1
        }
        return result
    }

    private static func rank(_ matrix: inout [[UInt64]]) -> Int {
        var rank = 0
        for column in matrix.indices {
            guard let pivot = (rank..<matrix.count).first(where: { matrix[$0][column] != 0 }) else { continue }
            matrix.swapAt(rank, pivot)
            let scale = inverse(matrix[rank][column])
            for row in (rank + 1)..<max(rank + 1, matrix.count) where matrix[row][column] != 0 {
                let factor = product(matrix[row][column], scale)
                for place in column..<matrix.count {
                    matrix[row][place] = difference(matrix[row][place], product(factor, matrix[rank][place]))
                }
            }
            rank += 1
        }
        return rank
    }
}

/// The people of a publication's bases, by what the rows of a base have in common.
public struct BaseMembers: Sendable, Equatable {
    public private(set) var sketches: [String: MemberSketch]
    /// Respondents behind shares, by row id.
    private var counts: [String: Int] = [:]

    public init(_ sketches: [String: MemberSketch] = [:]) { self.sketches = sketches }

    /// How many respondents stand behind a share.
    /// - Parameters:
    ///   - count: respondents, unweighted.
    ///   - name: of the share.
    public mutating func set(_ count: Int, _ name: FigureName) { counts[name.rowID] = count }

    /// Respondents behind the shares that a publication prints, by row id: of hidden ones nothing is kept.
    /// - Parameter publication: as it is released.
    public func printedCounts(in publication: Publication) -> [String: Int] {
        let shown = Set(publication.rows.filter { $0.n != nil }.map(\.name.rowID))
        return counts.filter { shown.contains($0.key) }
    }

    /// `question.area.segment`, empty parts as `-`.
    public static func key(question: String, area: String, segment: String) -> String {
        [question, area, segment].map { $0.isEmpty ? "-" : $0 }.joined(separator: ".")
    }

    static func key(_ name: FigureName) -> String {
        key(question: name.question, area: name.area, segment: name.segment)
    }

    public mutating func set(_ sketch: MemberSketch, _ key: String) { sketches[key] = sketch }

    /// Those that a publication prints: of hidden bases nothing is kept.
    public func printed(in publication: Publication) -> [String: MemberSketch] {
        let shown = Set(publication.rows.filter { $0.n != nil }.map { Self.key($0.name) })
        return sketches.filter { shown.contains($0.key) }
    }
}
