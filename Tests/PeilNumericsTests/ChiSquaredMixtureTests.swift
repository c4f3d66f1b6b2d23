import PeilNumerics
import PeilTestSupport
import Testing

@Suite("Sums of weighted χ²")
struct ChiSquaredMixtureTests {
    @Test("The exact tail agrees to 2e-13 with Ruben's series, from 1e-115 up, with and without a denominator")
    func exact() throws {
        for row in MixtureReference.exact {
            expectClose(
                try tail(row, .exact), row[2], relative: 2e-13, source: "row \(row); mpmath 1.3, Ruben's series")
        }
    }

    @Test("Weights of two signs agree to 2e-13 with Box's partial fractions, from 1e-218 up")
    func twoSigns() throws {
        for row in MixtureReference.pairs {
            let weights = Array(row[2...])
            let mixture = ChiSquaredMixture(weights: weights, degreesOfFreedom: weights.map { _ in 2 })
            expectClose(
                try mixture.upperTail(row[0], method: .exact), row[1], relative: 2e-13,
                source: "row \(row); mpmath 1.3, partial fractions")
        }
    }

    @Test("The saddlepoint formula agrees to 5e-13 with the same formula at 60 digits")
    func saddlepoint() throws {
        for row in MixtureReference.saddlepoint {
            expectClose(
                try tail(row, .saddlepoint), row[2], relative: 5e-13, source: "row \(row); mpmath 1.3, Kuonen 1999")
        }
    }

    /// R finds ζ to 1e-8 only, which shows in its eighth digit.
    @Test("R survey gives the same: Satterthwaite to 1e-13, saddlepoint to 1e-7")
    func asInSurvey() throws {
        for row in MixtureReference.survey {
            let mixture = ChiSquaredMixture(weights: Array(row[4...]))
            let source = "row \(row); R survey 4.1-1, pchisqsum and pFsum"
            let denominator = row[1] == 0 ? Double.infinity : row[1]
            for (method, value, relative) in [
                (ChiSquaredMixture.Method.saddlepoint, row[2], 1e-7), (.satterthwaite, row[3], 1e-13)
            ] {
                let tail = try mixture.upperTail(
                    ofRatio: row[0], denominatorDegreesOfFreedom: denominator, method: method)
                expectClose(tail, value, relative: relative, source: source)
            }
        }
    }

    @Test("Equal weights are χ² and F, by all three methods but the saddlepoint")
    func equalWeights() throws {
        let mixture = ChiSquaredMixture(weights: [2, 2, 2, 2, 2])
        for method in [ChiSquaredMixture.Method.exact, .satterthwaite] {
            for x in [0.5, 9, 11, 200] {
                expectClose(
                    try mixture.upperTail(x, method: method), ChiSquared(degreesOfFreedom: 5).upperTail(x / 2),
                    relative: 2e-13, source: "2 χ²(5)")
                expectClose(
                    try mixture.upperTail(ofRatio: x, denominatorDegreesOfFreedom: 17.3, method: method),
                    FDistribution(numerator: 5, denominator: 17.3).upperTail(x / 10), relative: 2e-13, source: "10 F")
            }
        }
    }

    @Test("Units and order do not show, and both tails make one", arguments: [1e-200, 3e-9, 1, 7e80])
    func invariance(unit: Double) throws {
        let weights = [3, -0.2, 1e-6, 0.7, -2]
        let mixture = ChiSquaredMixture(weights: weights)
        let scaled = ChiSquaredMixture(weights: weights.reversed().map { $0 * unit })
        let mirrored = ChiSquaredMixture(weights: weights.map { -$0 })
        for method in [ChiSquaredMixture.Method.exact, .saddlepoint] {
            for x in [-40, -1, 0, 0.3, 1.5, 20] as [Double] {
                let tail = try mixture.upperTail(x, method: method)
                expectClose(
                    try scaled.upperTail(x * unit, method: method), tail, relative: 1e-12, source: "another unit")
                guard method == .exact else { continue }
                expectClose(
                    try mirrored.upperTail(-x, method: method), 1 - tail, absolute: 2e-15, source: "P(Q < x) = 1 − P")
            }
        }
    }

    @Test("Weights of very different size: one that counts and a thousand that hardly do")
    func unequal() throws {
        let mixture = ChiSquaredMixture(weights: [1, 1e-9], degreesOfFreedom: [1, 1000])
        let one = ChiSquared(degreesOfFreedom: 1)
        for x in [0.5, 4, 30, 600] {
            // The small part is 1e-6 ± 4e-8; to first order the tail moves by its mean, to second by its square.
            let moved = one.upperTail(x - 1e-6)
            expectClose(try mixture.upperTail(x, method: .exact), moved, relative: 1e-13, source: "χ²(1) + 1e-6")
        }
    }

    @Test("A far tail that a thousandth of a degree of freedom carries: the path must climb, and both tails make one")
    func tinyDegreesOfFreedom() throws {
        let weights = [-3.56, 0.08, -7.67, 1.02, 1.29, -1.2]
        let degrees = [0.33, 0.37, 0.0016, 137.5, 0.43, 5.75]
        let tail = try ChiSquaredMixture(weights: weights, degreesOfFreedom: degrees)
            .upperTail(11.2, method: .exact)
        let mirrored = try ChiSquaredMixture(weights: weights.map { -$0 }, degreesOfFreedom: degrees)
            .upperTail(-11.2, method: .exact)
        #expect(mirrored > 0 && mirrored < 1e-3)
        expectClose(tail, 1 - mirrored, absolute: 1e-15, source: "P(Q < x) = 1 − P")
    }

    @Test("At the mean: Satterthwaite as in R, or the limit of the formula where there is no such χ²")
    func atTheMean() throws {
        let mixture = ChiSquaredMixture(weights: [2, 1])
        #expect(try mixture.upperTail(3) == mixture.upperTail(3, method: .satterthwaite))
        let difference = ChiSquaredMixture(weights: [1, -1])
        #expect(try difference.upperTail(0) == 0.5)
        #expect(throws: MixtureError.noMatchingChiSquared(mean: 0)) {
            try difference.upperTail(0, method: .satterthwaite)
        }
    }

    @Test("What Q cannot reach, and a sum of nothing", arguments: ChiSquaredMixture.Method.allCases)
    func edges(method: ChiSquaredMixture.Method) throws {
        let positive = ChiSquaredMixture(weights: [1, 0, 2])
        #expect(positive.weights == [1, 2], "zeros drop out")
        #expect(try positive.upperTail(0, method: method) == 1 && positive.upperTail(-3, method: method) == 1)
        #expect(try positive.upperTail(.infinity, method: method) == 0)
        #expect(try positive.upperTail(1e300, method: method) == 0)
        #expect(try ChiSquaredMixture(weights: [-1]).upperTail(0, method: method) == 0)
        for nothing in [ChiSquaredMixture(weights: []), ChiSquaredMixture(weights: [0, 0])] {
            #expect(try nothing.upperTail(-0.1, method: method) == 1 && nothing.upperTail(0, method: method) == 0)
            #expect(try nothing.upperTail(ofRatio: 1, denominatorDegreesOfFreedom: 5, method: method) == 0)
        }
        #expect(try positive.upperTail(ofRatio: -1, denominatorDegreesOfFreedom: 5, method: method) == 1)
        #expect(try positive.upperTail(ofRatio: 0, denominatorDegreesOfFreedom: 5, method: method) == 1)
        #expect(
            try positive.upperTail(ofRatio: 4, denominatorDegreesOfFreedom: .infinity, method: method)
                == positive.upperTail(4, method: method))
    }

    private func tail(_ row: [Double], _ method: ChiSquaredMixture.Method) throws -> Double {
        let mixture = ChiSquaredMixture(
            weights: stride(from: 3, to: row.count, by: 2).map { row[$0] },
            degreesOfFreedom: stride(from: 4, to: row.count, by: 2).map { row[$0] })
        return try mixture.upperTail(
            ofRatio: row[0], denominatorDegreesOfFreedom: row[1] == 0 ? .infinity : row[1], method: method)
    }
}
