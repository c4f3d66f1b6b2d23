/// Rounding to a step, half away from zero: what a reader expects of 26.5 %.
func rounded(_ value: Double, to step: Double) -> Double {
    let steps = (value / step).rounded(.toNearestOrAwayFromZero)
    // Dividing by the whole number 1/step gives the double that the decimal text names: 31 / 100, not 31 × 0.01.
    let inverse = (1 / step).rounded()
    let result = abs(1 / step - inverse) < 1e-9 && inverse > 1 ? steps / inverse : steps * step
    return result == 0 ? 0 : result
}

/// A p value to four decimals, never 0, that stays on its own side of the 0.05 by which the report words a verdict.
func roundedProbability(_ p: Double) -> Double {
    let value = max(rounded(p, to: 0.0001), 0.0001)
    return p < 0.05 && value >= 0.05 ? 0.0499 : value
}

/// How the numbers of one figure are rounded, for the page and for the tables.
struct RoundingSteps {
    let page: Double
    let table: Double

    init(_ figure: Figure, rules: DisclosureRules) {
        switch figure.name.statistic {
        case .share: (page, table) = (rules.shareStep, rules.tableShareStep)
        case .mean: (page, table) = (rules.meanStep, rules.tableMeanStep)
        case .people:
            page = abs(figure.estimate) < rules.peopleThreshold ? rules.smallPeopleStep : rules.largePeopleStep
            table = page
        }
    }
}
