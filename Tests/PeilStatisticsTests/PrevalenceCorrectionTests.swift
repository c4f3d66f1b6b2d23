import PeilNumerics
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilStatistics

@Suite("Sizes of segments corrected for confusion")
struct PrevalenceCorrectionTests {
    /// Columns: how each segment is placed.
    private static let shares = [0.8, 0.15, 0.05, 0.1, 0.7, 0.2, 0.1, 0.1, 0.8]

    private static func matrix(_ shares: [Double] = shares, spread: Double = 0.0004) -> ConfusionMatrix {
        let size = Int(Double(shares.count).squareRoot())
        var covariance = DenseMatrix(rows: shares.count, columns: shares.count)
        for k in 0..<size {
            for j in 0..<size {
                for i in 0..<size {
                    // As of a multinomial.
                    let (a, b) = (shares[k * size + j], shares[k * size + i])
                    covariance[k * size + j, k * size + i] = spread * ((i == j ? a : 0) - a * b)
                }
            }
        }
        return ConfusionMatrix(
            codes: ["A", "B", "C", "D"].prefix(size).map { $0 }, shares: shares, covariance: covariance,
            counts: [Int](repeating: 100, count: size), degreesOfFreedom: 100)
    }

    /// Placings of 1000 people in given numbers.
    private static func placings(_ counts: [Int]) -> (Segmentation, Estimation, Table) {
        let codes = counts.enumerated().flatMap { [UInt16](repeating: UInt16($0), count: $1) }
        let table = Table.of(numbers: ["w": codes.map { _ in 2 }])
        let design = try! SampleDesign(DesignColumns(weights: "w"), of: table)
        let names = ["A", "B", "C", "D"].prefix(counts.count - 1) + ["none"]
        return (
            Segmentation(codes: Array(names), codeOfRow: codes, method: "typed"),
            Estimation(design, engine: VarianceEngine()), table
        )
    }

    @Test("placings that the matrix makes of known sizes give those sizes back")
    func inversion() throws {
        // p = (0.5, 0.3, 0.2): q = (0.45, 0.305, 0.245).
        let (segments, estimation, _) = Self.placings([450, 305, 245, 0])
        let result = try PrevalenceCorrection().sizes(
            of: segments, confusion: Self.matrix(), estimation: estimation)
        for (size, truth) in zip(result.sizes, [0.5, 0.3, 0.2]) {
            expectClose(size.share, truth, absolute: 1e-12, source: "q = Mp")
            #expect(!size.isAtBound)
            let error = try #require(size.standardError)
            #expect(error > (try #require(size.placedError)), "what is undone costs precision")
            let interval = try #require(size.interval)
            #expect(interval.lower < size.share && size.share < interval.upper)
        }
        #expect(result.sizes.map(\.placedShare) == [0.45, 0.305, 0.245])
    }

    @Test(
        "the covariance is that of numerical derivatives, within and at a bound",
        arguments: [
            [0.45, 0.305, 0.245], [0.8, 0.17, 0.03]
        ])
    func deltaMethod(_ placed: [Double]) throws {
        let correction = try PrevalenceCorrection()
        let matrix = Self.matrix()
        // Weights are held fixed where the derivative is taken, as in the formula.
        let solution = try correction.solve(placed, matrix, count: 1000)
        let weights = placed.map { 1 / $0 }
        func shares(_ q: [Double], _ m: [Double]) throws -> [Double] {
            try #require(
                PrevalenceCorrection.Solution(
                    q, DenseMatrix(rows: 3, columns: 3, storage: m), weights, solution.support, 1)
            ).shares
        }
        var own = DenseMatrix(rows: 3, columns: 3)
        for i in 0..<3 { for j in 0..<3 { own[i, j] = 0.001 * ((i == j ? placed[i] : 0) - placed[i] * placed[j]) } }
        var slopes = DenseMatrix(rows: 3, columns: 12)
        for b in 0..<12 {
            let step = 1e-6
            var (up, down) = (placed + matrix.shares, placed + matrix.shares)
            up[b] += step
            down[b] -= step
            let high = try shares(Array(up[..<3]), Array(up[3...]))
            let low = try shares(Array(down[..<3]), Array(down[3...]))
            for k in 0..<3 { slopes[k, b] = (high[k] - low[k]) / (2 * step) }
        }
        var both = DenseMatrix(rows: 12, columns: 12)
        let spread = try #require(matrix.covariance)
        for i in 0..<3 { for j in 0..<3 { both[i, j] = own[i, j] } }
        for i in 0..<9 { for j in 0..<9 { both[3 + i, 3 + j] = spread[i, j] } }
        let expected = LinearAlgebra.product(LinearAlgebra.product(slopes, both), slopes.transposed)
        let covariance = solution.covariance(own, spread)
        for i in 0..<3 {
            for j in 0..<3 {
                expectClose(covariance[i, j], expected[i, j], absolute: 1e-9, source: "numerical derivatives")
            }
        }
    }

    @Test("where the inverse would be below 0 the nearest sizes that can be are found, as a fine search finds them")
    func bound() throws {
        let counts = [800, 170, 30]
        let (segments, estimation, _) = Self.placings(counts + [0])
        let result = try PrevalenceCorrection().sizes(of: segments, confusion: Self.matrix(), estimation: estimation)
        let q = counts.map { Double($0) / 1000 }
        var (best, least) = ([0.0, 0, 0], Double.infinity)
        for a in 0...1000 {
            for b in 0...(1000 - a) {
                let p = [Double(a) / 1000, Double(b) / 1000, Double(1000 - a - b) / 1000]
                let misfit = (0..<3).reduce(0.0) { sum, j in
                    let fitted = (0..<3).reduce(0.0) { $0 + Self.shares[$1 * 3 + j] * p[$1] }
                    return sum + (q[j] - fitted) * (q[j] - fitted) / q[j]
                }
                if misfit < least { (best, least) = (p, misfit) }
            }
        }
        for k in 0..<3 {
            expectClose(result.sizes[k].share, best[k], absolute: 0.001, source: "a search in steps of 0.001")
        }
        #expect(result.sizes.map(\.isAtBound) == best.map { $0 == 0 })
        #expect(result.sizes.filter(\.isAtBound).allSatisfy { $0.standardError == nil && $0.interval == nil })
        #expect(result.sizes.map(\.isAtBound).contains(true), "the case is one at a bound")
    }

    @Test("intervals hold the truth about as often as they say")
    func coverage() throws {
        // Both samples are drawn anew; the placings of 500 people each by the matrix.
        let truth = [0.5, 0.3, 0.2]
        var random = StableRandom(seed: 12)
        var held = 0
        let rounds = 300
        for _ in 0..<rounds {
            var shares: [Double] = []
            for k in 0..<3 {
                var placed = [0.0, 0, 0]
                for _ in 0..<300 {
                    placed[random.choice(weights: Array(Self.shares[(3 * k)..<(3 * k + 3)]))] += 1 / 300
                }
                shares += placed
            }
            var counts = [0, 0, 0]
            for _ in 0..<500 {
                let segment = random.choice(weights: truth)
                counts[random.choice(weights: Array(Self.shares[(3 * segment)..<(3 * segment + 3)]))] += 1
            }
            let (segments, estimation, _) = Self.placings(counts + [0])
            let result = try PrevalenceCorrection().sizes(
                of: segments, confusion: Self.matrix(shares, spread: 1 / 300), estimation: estimation)
            if let interval = result.sizes[1].interval, interval.lower <= 0.3, interval.upper >= 0.3 { held += 1 }
        }
        // 95 %, give or take four standard errors of 300 rounds.
        #expect(Double(held) / Double(rounds) > 0.90 && held < rounds)
    }

    @Test("a tool that places two segments alike corrects nothing, and says which")
    func indistinguishable() throws {
        let alike = [0.8, 0.15, 0.05, 0.1, 0.45, 0.45, 0.1, 0.44, 0.46]
        let (segments, estimation, _) = Self.placings([450, 305, 245, 0])
        do {
            _ = try PrevalenceCorrection().sizes(of: segments, confusion: Self.matrix(alike), estimation: estimation)
            Issue.record("a correction that should be refused")
        } catch let error as TypingError {
            guard case .indistinguishable(let first, let second, let condition, 20) = error else {
                Issue.record("another error: \(error)")
                return
            }
            #expect(first == "B" && second == "C" && condition > 20)
        }
        let same = [0.8, 0.15, 0.05, 0.1, 0.45, 0.45, 0.1, 0.45, 0.45]
        #expect(throws: TypingError.indistinguishable("B", "C", condition: .infinity, limit: 20)) {
            try PrevalenceCorrection().sizes(of: segments, confusion: Self.matrix(same), estimation: estimation)
        }
    }

    @Test("matrices and placings that do not belong together, and options out of range")
    func badInput() throws {
        let (segments, estimation, _) = Self.placings([500, 500, 0])
        #expect(throws: TypingError.segmentsDisagree) {
            try PrevalenceCorrection().sizes(of: segments, confusion: Self.matrix(), estimation: estimation)
        }
        #expect(throws: TypingError.neverTyped("B")) {
            try PrevalenceCorrection().sizes(
                of: segments, confusion: Self.matrix([0.9, 0.1, 0, 0]), estimation: estimation)
        }
        #expect(throws: TypingError.self) { try PrevalenceCorrection(conditionLimit: 0) }
        #expect(throws: TypingError.self) { try PrevalenceCorrection(level: 1) }
    }
}
