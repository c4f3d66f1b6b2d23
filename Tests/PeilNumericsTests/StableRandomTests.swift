import PeilTestSupport
import Testing

@testable import PeilNumerics

@Suite("Stable random numbers")
struct StableRandomTests {
    @Test("SplitMix64 gives the published sequence")
    func splitMixKnownAnswers() {
        var generator = SplitMix64(state: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973,
            9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
            16_408_922_859_458_223_821
        ]
        // Source: Vigna, splitmix64.c, as quoted by Rosetta Code.
        for value in expected { #expect(generator.next() == value) }
    }

    @Test("xoshiro256** gives the published sequence")
    func xoshiroKnownAnswers() {
        var generator = StableRandom(state: (1, 2, 3, 4))
        let expected: [UInt64] = [
            11_520, 0, 1_509_978_240, 1_215_971_899_390_074_240,
            1_216_172_134_540_287_360, 607_988_272_756_665_600
        ]
        // Source: reference C of Blackman & Vigna, as in the tests of rand_xoshiro 0.6.
        for value in expected { #expect(generator.next() == value) }
    }

    @Test("The same seed gives the same numbers; names and numbers give other streams")
    func streams() {
        let parent = StableRandom(seed: 42)
        var moved = parent
        _ = moved.next()
        var first = parent.stream("households")
        var again = moved.stream("households")
        var other = parent.stream("answers")
        var numbered = parent.stream(7)
        var next = parent.stream(8)
        let words = [first.next(), other.next(), numbered.next(), next.next()]
        #expect(words[0] == again.next(), "a sub-stream does not depend on the position of its parent")
        #expect(Set(words).count == 4)
    }

    @Test("Uniform numbers fill [0, 1) evenly", arguments: [1, 2, 3] as [UInt64])
    func uniform(seed: UInt64) {
        var generator = StableRandom(seed: seed)
        var counts = [Int](repeating: 0, count: 20)
        for _ in 0..<200_000 {
            let value = generator.uniform()
            #expect(value >= 0 && value < 1)
            counts[Int(value * 20)] += 1
        }
        let chiSquared = counts.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
        #expect(chiSquared < 43.8, "χ² with 19 degrees of freedom exceeds 43.8 once in a thousand")
    }

    @Test("Normal quantiles equal those of R")
    func normalQuantiles() {
        let source = "R 4.2 qnorm"
        expectClose(PortableNormal.quantile(0.5), 0, absolute: 0, source: source)
        expectClose(PortableNormal.quantile(0.975), 1.959963984540054, relative: 1e-14, source: source)
        expectClose(PortableNormal.quantile(0.001), -3.090232306167814, relative: 1e-14, source: source)
        expectClose(PortableNormal.quantile(1e-10), -6.361340902404056, relative: 1e-14, source: source)
        expectClose(PortableNormal.quantile(1e-20), -9.262340089798408, relative: 1e-14, source: source)
    }

    @Test("Normal numbers have mean 0, variance 1, no skew and kurtosis 3")
    func normalMoments() {
        var generator = StableRandom(seed: 11)
        var sums = [0.0, 0.0, 0.0, 0.0]
        let count = 400_000
        for _ in 0..<count {
            let z = generator.normal()
            sums[0] += z
            sums[1] += z * z
            sums[2] += z * z * z
            sums[3] += z * z * z * z
        }
        let moments = sums.map { $0 / Double(count) }
        expectClose(moments[0], 0, absolute: 0.007, source: "four standard errors")
        expectClose(moments[1], 1, absolute: 0.010, source: "four standard errors")
        expectClose(moments[2], 0, absolute: 0.025, source: "four standard errors")
        expectClose(moments[3], 3, absolute: 0.065, source: "four standard errors")
    }

    @Test("Portable logarithm, exponential and logistic agree with tables")
    func portableFunctions() {
        let source = "mpmath, 30 digits"
        expectClose(PortableMath.logarithm(2), 0.693147180559945309, relative: 4e-16, source: source)
        expectClose(PortableMath.logarithm(1e-300), -690.775527898213705, relative: 4e-16, source: source)
        expectClose(PortableMath.logarithm(1.41), 0.343589704390076910, relative: 8e-16, source: source)
        expectClose(PortableMath.exponential(1), 2.71828182845904524, relative: 4e-16, source: source)
        expectClose(PortableMath.exponential(-20.5), 1.25015286638674263e-9, relative: 4e-16, source: source)
        expectClose(PortableMath.logistic(0), 0.5, absolute: 0, source: "symmetry")
        #expect(PortableMath.exponential(-1000) == 0)
    }

    @Test("Integers below a bound are even, also where the bound does not divide 2⁶⁴")
    func integers() {
        var generator = StableRandom(seed: 5)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[generator.integer(below: 7)] += 1 }
        let chiSquared = counts.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
        #expect(chiSquared < 22.5, "χ² with 6 degrees of freedom exceeds 22.5 once in a thousand")
    }

    @Test("A weighted choice follows its weights and never takes a weight of zero")
    func weightedChoice() {
        var generator = StableRandom(seed: 6)
        var counts = [0, 0, 0, 0]
        for _ in 0..<40_000 { counts[generator.choice(weights: [1, 0, 2, 1])] += 1 }
        #expect(counts[1] == 0)
        expectClose(Double(counts[2]), 20_000, absolute: 400, source: "four standard errors")
    }

    @Test("A shuffle keeps the values and reaches all orders")
    func shuffle() {
        var generator = StableRandom(seed: 8)
        var seen: [String: Int] = [:]
        for _ in 0..<6_000 {
            var letters = ["a", "b", "c"]
            generator.shuffle(&letters)
            seen[letters.joined(), default: 0] += 1
        }
        #expect(seen.count == 6)
        #expect(seen.values.allSatisfy { abs($0 - 1_000) < 120 })
    }

    @Test("A sample without replacement has the right size, no doubles and equal chances")
    func sample() {
        var generator = StableRandom(seed: 9)
        var counts = [Int](repeating: 0, count: 10)
        for _ in 0..<20_000 {
            let drawn = generator.sample(3, from: 10)
            #expect(drawn.count == 3 && Set(drawn).count == 3 && drawn == drawn.sorted())
            for index in drawn { counts[index] += 1 }
        }
        #expect(counts.allSatisfy { abs($0 - 6_000) < 260 })
        #expect(generator.sample(4, from: 4) == [0, 1, 2, 3])
        #expect(generator.sample(0, from: 4).isEmpty)
    }
}
