internal import PeilNumerics

/// How precise an estimate is, in the terms of survey methodology. All are pure numbers.
public enum PrecisionMeasures {
    /// DEFT = √deff: how many times wider the interval is than that of a simple random sample of the same size.
    /// Kish 1995, Methods for design effects, J. Off. Stat. 11:55–77.
    public static func deft(designEffect: Double) -> Double {
        precondition(designEffect >= 0, "a design effect is not negative")
        return designEffect.squareRoot()
    }

    /// n Σw² / (Σw)² = 1 + the squared coefficient of variation of the weights: what unequal weights alone do to the
    /// variance of a mean, if they have nothing to do with the answers.  Kish 1965, sect. 11.7.
    /// nil when all weights are 0.  n counts weights other than 0.
    public static func kishDesignEffect(of weights: some Sequence<Double>) -> Double? {
        let used = weights.filter { $0 != 0 }
        return effectiveSampleSize(of: used).map { Double(used.count) / $0 }
    }

    /// Kish's effective sample size (Σw)² / Σw² = n / design effect of the weights; nil when all weights are 0.
    /// Weights are taken relative to the largest, so that squares neither overflow nor vanish.
    public static func effectiveSampleSize(of weights: some Collection<Double>) -> Double? {
        guard let largest = weights.max(), largest > 0 else { return nil }
        let sum = CompensatedSum.of(weights.lazy.map { $0 / largest })
        let squares = CompensatedSum.of(weights.lazy.map { ($0 / largest) * ($0 / largest) })
        return sum * sum / squares
    }

    /// n / deff: the size of the simple random sample that would be as precise; nil for a design effect of 0.
    public static func effectiveSampleSize(count: Int, designEffect: Double) -> Double? {
        designEffect > 0 ? Double(count) / designEffect : nil
    }

    /// se / |θ̂|; nil for an estimate of 0. For totals and shares well off 0, not for means whose zero is arbitrary
    /// (years, temperatures, indices).
    public static func coefficientOfVariation(estimate: Double, standardError: Double) -> Double? {
        estimate != 0 ? standardError / abs(estimate) : nil
    }
}

extension GroupedEstimates {
    /// n Σw² / (Σw)² over the complete rows with weight of a group; nil without any.
    public func kishDesignEffect(_ group: Int) -> Double? {
        effectiveSampleSize(group).map { Double(counts[group]) / $0 }
    }

    /// se / |θ̂|; nil where either is undefined or the estimate is 0.
    public func coefficientOfVariation(_ group: Int, _ parameter: Int) -> Double? {
        guard let estimate = value(group, parameter), let error = standardError(group, parameter) else { return nil }
        return PrecisionMeasures.coefficientOfVariation(estimate: estimate, standardError: error)
    }
}
