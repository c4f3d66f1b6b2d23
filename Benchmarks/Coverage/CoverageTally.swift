import Foundation

/// How often the intervals of one statistic held the truth, over all surveys that gave one.
struct StatisticCoverage: Sendable {
    let statistic: Statistic
    let truth: Double
    /// Surveys with an interval.
    let surveys: Int
    let coverage: Double
    /// Of the mean of all estimates instead of the truth: what an interval of a biased estimate can hold at best.
    let coverageOfExpectation: Double
    /// Truth below the interval, and above it.
    let missedBelow: Double
    let missedAbove: Double
    let meanWidth: Double
    /// (mean estimate − truth) / standard deviation of the estimates over surveys.
    let biasToDeviation: Double
    /// Mean standard error / standard deviation of the estimates over surveys.
    let errorToDeviation: Double
    /// √(mean squared standard error) / the same: near 1 with a lower mean where variances are right on average and vary much.
    let rootVarianceToDeviation: Double
    /// Share of the surveys with each kind of interval.
    let methods: [(method: String, share: Double)]

    init(_ statistic: Statistic, truth: Double, _ estimates: [Estimated]) {
        self.statistic = statistic
        self.truth = truth
        surveys = estimates.count
        let n = Double(max(1, estimates.count))
        func share(_ holds: (Estimated) -> Bool) -> Double { Double(estimates.count(where: holds)) / n }
        func mean(_ value: (Estimated) -> Double) -> Double { estimates.reduce(0) { $0 + value($1) } / n }
        let centre = mean(\.value)
        coverage = share { $0.lower <= truth && truth <= $0.upper }
        coverageOfExpectation = share { $0.lower <= centre && centre <= $0.upper }
        missedBelow = share { truth < $0.lower }
        missedAbove = share { truth > $0.upper }
        meanWidth = mean { $0.upper - $0.lower }
        let deviation = (mean { ($0.value - centre) * ($0.value - centre) } * n / max(1, n - 1)).squareRoot()
        biasToDeviation = deviation > 0 ? (centre - truth) / deviation : 0
        errorToDeviation = deviation > 0 ? mean(\.standardError) / deviation : 0
        let variance = mean { $0.standardError * $0.standardError }
        rootVarianceToDeviation = deviation > 0 ? variance.squareRoot() / deviation : 0
        methods = Set(estimates.map(\.method)).sorted().map { method in (method, share { $0.method == method }) }
    }
}

/// Intervals of all surveys, statistic by statistic.
struct CoverageTally {
    /// A survey that gave no estimates at all, by the class of its error.
    private(set) var failures: [(survey: Int, reason: String)] = []
    private(set) var finished = 0
    private var order: [Statistic] = []
    private var estimates: [Statistic: [Estimated]] = [:]
    private var truths: [Statistic: Double] = [:]
    /// Share of its own intervals that hold the truth, a survey.
    private var shareHeld: [Double] = []

    mutating func fail(_ survey: Int, _ reason: String) { failures.append((survey, reason)) }

    /// - Parameter truth: nil for statistics without known truth, which do not count.
    mutating func add(_ survey: [(Statistic, Estimated)], truth: (Statistic) -> Double?) {
        finished += 1
        var held = 0.0
        var known = 0.0
        for (statistic, estimated) in survey {
            guard let value = truths[statistic] ?? truth(statistic) else { continue }
            if truths.updateValue(value, forKey: statistic) == nil { order.append(statistic) }
            estimates[statistic, default: []].append(estimated)
            known += 1
            if estimated.lower <= value, value <= estimated.upper { held += 1 }
        }
        if known > 0 { shareHeld.append(held / known) }
    }

    /// In the order in which statistics first came.
    var statistics: [StatisticCoverage] {
        order.map { StatisticCoverage($0, truth: truths[$0] ?? 0, estimates[$0] ?? []) }
    }

    /// Standard error of the mean coverage: intervals of one survey hold or miss together, surveys are independent.
    var noiseOfMean: Double {
        let n = Double(shareHeld.count)
        guard n > 1 else { return 1 }
        let mean = shareHeld.reduce(0, +) / n
        return (shareHeld.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1) / n).squareRoot()
    }
}
