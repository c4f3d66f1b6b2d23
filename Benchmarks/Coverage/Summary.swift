/// What a person reads at the end of a run; the last line counts statistics inside and outside the bounds.
struct Summary {
    private let record: CoverageRecord

    init(_ record: CoverageRecord) { self.record = record }

    var text: String {
        let gate = record.gate
        let tally = record.tally
        var lines = [
            "\(record.scenario.rawValue), \(record.isStacked ? "change between two waves" : "one wave"): "
                + "\(tally.finished) of \(record.surveys) surveys, \(record.statistics.count) statistics",
            "mean coverage \(percent(gate.mean)) (noise \(percent(tally.noiseOfMean))), "
                + "must lie in \(range(gate.meanBounds)): \(gate.meanHolds ? "yes" : "NO")",
            "each in \(range(gate.eachBounds)): \(gate.outside.count) outside, "
                + "\(rounded(gate.expectedByChance)) by chance if all were exact"
        ]
        lines += Statistic.Kind.allCases.compactMap(line)
        for own in gate.outside.sorted(by: { $0.coverage < $1.coverage }) { lines.append("  outside " + words(own)) }
        let passed = record.statistics.count - gate.outside.count + (gate.meanHolds ? 1 : 0)
        return (lines + ["\(passed) passed, \(gate.outside.count + (gate.meanHolds ? 0 : 1)) failed"])
            .joined(separator: "\n")
    }

    private func line(_ kind: Statistic.Kind) -> String? {
        let own = record.statistics.filter { $0.statistic.kind == kind }
        guard !own.isEmpty else { return nil }
        func mean(_ value: (StatisticCoverage) -> Double) -> Double {
            own.reduce(0) { $0 + value($1) } / Double(own.count)
        }
        let coverages = own.map(\.coverage)
        return "  \(kind.rawValue): \(own.count) statistics, coverage \(percent(coverages.min() ?? 0)) / "
            + "\(percent(mean(\.coverage))) / \(percent(coverages.max() ?? 0)) (least, mean, most), "
            + "|bias| / deviation \(rounded(mean { abs($0.biasToDeviation) })), "
            + "standard error / deviation \(rounded(mean(\.errorToDeviation)))"
    }

    private func words(_ own: StatisticCoverage) -> String {
        "\(own.statistic.name): \(percent(own.coverage)), of the expectation \(percent(own.coverageOfExpectation)), "
            + "bias / deviation \(rounded(own.biasToDeviation)), standard error / deviation \(rounded(own.errorToDeviation)), "
            + own.methods.map { "\($0.method) \(percent($0.share))" }.joined(separator: ", ")
    }

    private func percent(_ value: Double) -> String { "\((value * 1e4).rounded() / 100) %" }
    private func rounded(_ value: Double) -> Double { (value * 1e3).rounded() / 1e3 }
    private func range(_ range: ClosedRange<Double>) -> String {
        "\(percent(range.lowerBound)) to \(percent(range.upperBound))"
    }
}
