/// How far a hidden cell must lie open: what the interval of its attacker has to reach.
public struct Protection: Sendable, Equatable {
    /// The low end must come down to this.
    public let lowAtMost: Double
    /// The high end must come up to this.
    public let highAtLeast: Double
    public let width: Double

    public init(lowAtMost: Double, highAtLeast: Double, width: Double) {
        self.lowAtMost = lowAtMost
        self.highAtLeast = highAtLeast
        self.width = width
    }

    /// The value must not be known: the interval is no point.
    public static func exact(_ value: Double) -> Protection {
        Protection(lowAtMost: value, highAtLeast: value, width: 4 * tolerance(value))
    }

    /// low ≤ value − need and high ≥ value + need.
    public static func interval(_ value: Double, need: Double) -> Protection {
        Protection(lowAtMost: value - need, highAtLeast: value + need, width: 2 * need)
    }

    /// The cell may be below the least frequency or not: low < minimum ≤ high, and high − low ≥ minimum.
    public static func frequency(_ value: Double, minimum: Double) -> Protection {
        Protection(lowAtMost: minimum - 1, highAtLeast: minimum, width: minimum)
    }

    public func isMet(by interval: AttackInterval) -> Bool {
        let slack = Self.tolerance(max(abs(lowAtMost), abs(highAtLeast)))
        return interval.low <= lowAtMost + slack && interval.high >= highAtLeast - slack
            && interval.high - interval.low >= width - slack
    }

    private static func tolerance(_ size: Double) -> Double { 1e-7 * max(1, size) }
}
