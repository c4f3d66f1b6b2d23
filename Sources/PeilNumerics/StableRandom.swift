/// Random numbers that are the same on every machine, for ever.
///
/// Generator: xoshiro256** 1.0 (Blackman & Vigna 2018, "Scrambled linear pseudorandom number
/// generators"), its four words filled by SplitMix64 (Steele, Lea & Flood 2014) from one seed.
/// Sub-streams are derived from the *seed* and a name or number, never from the position of the
/// parent, so that adding a draw in one place moves no number in another.
///
/// Everything uses only integer operations, + − × ÷ and square root, which IEEE 754 rounds the same
/// way everywhere. The C library's `log` is avoided on purpose: its last bit differs by processor.
public struct StableRandom: RandomNumberGenerator, Sendable {
    /// The seed from which this stream started; a result that used randomness states it.
    public let seed: UInt64
    private var state: (UInt64, UInt64, UInt64, UInt64)

    public init(seed: UInt64) {
        var filler = SplitMix64(state: seed)
        self.seed = seed
        state = (filler.next(), filler.next(), filler.next(), filler.next())
    }

    /// The generator at a given state, to compare it with published sequences.
    init(state: (UInt64, UInt64, UInt64, UInt64)) {
        precondition(state != (0, 0, 0, 0), "xoshiro256** never leaves the state of only zeros")
        seed = 0
        self.state = state
    }

    public mutating func next() -> UInt64 {
        let result = Self.rotateLeft(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotateLeft(state.3, by: 45)
        return result
    }

    @inline(__always)
    private static func rotateLeft(_ word: UInt64, by count: UInt64) -> UInt64 {
        (word << count) | (word >> (64 - count))
    }
}

// MARK: Sub-streams

extension StableRandom {
    /// An independent stream for the purpose `name`; its seed mixes this seed with the FNV-1a hash of
    /// the name's UTF-8 bytes (`Hasher` differs from run to run).
    public func stream(_ name: String) -> StableRandom {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return stream(hash)
    }

    /// An independent stream for one unit, for example a household or a replicate.
    public func stream(_ number: UInt64) -> StableRandom {
        var mixer = SplitMix64(state: number ^ 0x6a09_e667_f3bc_c908)
        return StableRandom(seed: SplitMix64.mix(seed &+ 0x9e37_79b9_7f4a_7c15) ^ mixer.next())
    }
}

/// The generator that fills the state of another one; also a mixer of 64 bits, one to one.
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mix(state)
    }

    static func mix(_ value: UInt64) -> UInt64 {
        var word = value
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}

// MARK: Distributions

extension StableRandom {
    /// Uniform in [0, 1): one of 2⁵³ equally spaced values. Consumes one word.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Standard normal by inversion, z = Φ⁻¹(u) with u in (0, 1). Consumes exactly one word, so that
    /// streams stay aligned whatever the values. Wichura 1988, algorithm AS 241 (PPND16).
    public mutating func normal() -> Double {
        PortableNormal.quantile((Double(next() >> 12) + 0.5) * 0x1p-52)
    }

    /// Uniform in 0 ..< bound without bias. Lemire 2019, "Fast random integer generation in an interval".
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "an integer below \(bound) does not exist")
        let range = UInt64(bound)
        var product = next().multipliedFullWidth(by: range)
        if product.low < range {
            let threshold = (0 &- range) % range
            while product.low < threshold { product = next().multipliedFullWidth(by: range) }
        }
        return Int(product.high)
    }

    /// Draws `count` integers below `bound` and adds one to `times[offset + drawn]` for each: the same words as so many
    /// calls of `integer(below:)`, in one loop.
    public mutating func tally(_ count: Int, below bound: Int, in times: inout [UInt16], from offset: Int) {
        precondition(offset >= 0 && offset + bound <= times.count, "every integer has a place")
        var generator = self
        for _ in 0..<count { times[offset + generator.integer(below: bound)] &+= 1 }
        self = generator
    }

    /// True with chance `probability`. Consumes one word, also for 0 and 1.
    public mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

    /// An index with chance proportional to its weight. weights: finite, ≥ 0, not all 0. Consumes one word.
    public mutating func choice(weights: [Double]) -> Int {
        var total = 0.0
        for weight in weights {
            precondition(weight >= 0 && weight.isFinite, "weights of a choice are finite and not negative")
            total += weight
        }
        precondition(total > 0, "a choice needs one positive weight")
        var rest = uniform() * total
        var last = 0
        for (index, weight) in weights.enumerated() where weight > 0 {
            if rest < weight { return index }
            rest -= weight
            last = index
        }
        return last
    }

    /// Puts `values` in random order. Fisher & Yates 1938, in Durstenfeld's form of 1964.
    public mutating func shuffle<Element>(_ values: inout [Element]) {
        guard values.count > 1 else { return }
        for last in stride(from: values.count - 1, through: 1, by: -1) {
            values.swapAt(last, integer(below: last + 1))
        }
    }

    /// A simple random sample without replacement of `count` indices from 0 ..< population, ascending.
    /// Every subset of that size is equally likely. Knuth, TAOCP 2, 3.4.2, algorithm S.
    public mutating func sample(_ count: Int, from population: Int) -> [Int] {
        precondition(count >= 0 && count <= population, "\(count) of \(population) cannot be drawn")
        var chosen: [Int] = []
        chosen.reserveCapacity(count)
        var index = 0
        while chosen.count < count {
            let needed = Double(count - chosen.count)
            if Double(population - index) * uniform() < needed { chosen.append(index) }
            index += 1
        }
        return chosen
    }
}

// MARK: Functions with the same bits everywhere

/// The normal quantile with portable bits: a rational function in the middle, the tails through `logarithm`.
enum PortableNormal {
    /// Φ⁻¹(p) for 0 < p < 1, relative error about 1e-16. Wichura 1988, Applied Statistics 37, 477–484.
    static func quantile(_ probability: Double) -> Double {
        let fromMiddle = probability - 0.5
        if abs(fromMiddle) <= 0.425 {
            let r = 0.180625 - fromMiddle * fromMiddle
            return fromMiddle * ratio(r, middleNumerator, middleDenominator)
        }
        let tail = fromMiddle < 0 ? probability : 1 - probability
        let r = (-PortableMath.logarithm(tail)).squareRoot()
        let size =
            r <= 5
            ? ratio(r - 1.6, nearNumerator, nearDenominator)
            : ratio(r - 5, farNumerator, farDenominator)
        return fromMiddle < 0 ? -size : size
    }

    /// Eight coefficients, constant first, as tuples: no allocation in the inner loop of a simulation.
    private typealias Octet = (Double, Double, Double, Double, Double, Double, Double, Double)

    @inline(__always)
    private static func ratio(_ x: Double, _ a: Octet, _ b: Octet) -> Double {
        polynomial(x, a) / polynomial(x, b)
    }

    @inline(__always)
    private static func polynomial(_ x: Double, _ c: Octet) -> Double {
        let high = ((c.7 * x + c.6) * x + c.5) * x + c.4
        return (((high * x + c.3) * x + c.2) * x + c.1) * x + c.0
    }

    private static let middleNumerator: Octet = (
        3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
        4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3
    )
    private static let middleDenominator: Octet = (
        1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
        2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3
    )
    private static let nearNumerator: Octet = (
        1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
        1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4
    )
    private static let nearDenominator: Octet = (
        1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
        1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9
    )
    private static let farNumerator: Octet = (
        6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
        2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7
    )
    private static let farDenominator: Octet = (
        1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15
    )
}

/// Logarithm and exponential from plain arithmetic: a few 1e-16 of relative error, the same bits on
/// every processor. For simulation; estimators use the C library, which is a little more exact.
public enum PortableMath {
    /// ln x for finite x > 0: x = m·2ᵏ with m in [√½, √2), ln m = 2·artanh((m−1)/(m+1)) as a series.
    public static func logarithm(_ x: Double) -> Double {
        precondition(x > 0 && x.isFinite, "the logarithm needs a positive number")
        var power = Double(x.exponent)
        var mantissa = x.significand
        if mantissa > 1.4142135623730951 {
            mantissa *= 0.5
            power += 1
        }
        let s = (mantissa - 1) / (mantissa + 1)
        let square = s * s
        var sum = 0.0
        for odd in stride(from: 23.0, through: 3, by: -2) { sum = (sum + 1 / odd) * square }
        // ln 2 in two parts, so that k·ln 2 keeps its last bits.
        return power * 0.693147180369123816490 + (2 * s * (1 + sum) + power * 1.90821492927058770002e-10)
    }

    /// eˣ; 0 below −700, x is cut at 700. x = k·ln 2 + r with |r| ≤ ½ ln 2, Taylor series in r.
    public static func exponential(_ x: Double) -> Double {
        if x < -700 { return 0 }
        let bounded = min(x, 700)
        let power = (bounded * 1.4426950408889634).rounded()
        let r = (bounded - power * 0.693147180369123816490) - power * 1.90821492927058770002e-10
        var sum = 1.0
        for degree in stride(from: 14.0, through: 1, by: -1) { sum = 1 + sum * r / degree }
        return Double(sign: .plus, exponent: Int(power), significand: sum)
    }

    /// 1 / (1 + e⁻ˣ): log-odds to a probability.
    public static func logistic(_ x: Double) -> Double { 1 / (1 + exponential(-x)) }
}
