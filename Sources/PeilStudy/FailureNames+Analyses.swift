import PeilStatistics
import PeilTable

/// Scales, change and small areas.
extension FailureNames {
    func scale(_ error: ScaleError) -> Failure {
        switch error {
        case .tooFewItems: configuration("TOO_FEW_ITEMS", "A scale needs two items", "name at least two columns")
        case .repeatedItem(let name):
            configuration("REPEATED_ITEM", "Item '\(name)' is named twice", "name each column once")
        case .unknownItem(let name, let known):
            configuration(
                "UNKNOWN_ITEM", "'\(name)' is to be reversed and is no item",
                nearestName(to: name, among: known).map { "did you mean '\($0)'?" } ?? "name one of the items")
        case .noRange:
            configuration(
                "NO_RANGE", "Scores from 0 to 100 need the range of an answer", "add range: [lowest, highest]")
        case .badMinimum(let given, let items):
            configuration(
                "BAD_OPTION", "At least \(given) answers cannot be asked of \(items) items",
                "give minimum_answered between 1 and \(items)")
        case .outsideRange(let name, let row):
            data(
                "OUTSIDE_RANGE", "'\(name)' lies outside the range in data row \(row + 1)",
                "correct `range` or the data")
        case .tooLarge(let items, let rows):
            configuration("TOO_LARGE", "\(items) items of \(rows) rows do not fit into memory", "name fewer items")
        }
    }

    func change(_ error: ChangeError) -> Failure {
        switch error {
        case .noSuchWave(let column, let wave, let known):
            data(
                "UNKNOWN_WAVE", "No row in the domain has '\(column)' \(wave)",
                "waves are: \(known.prefix(12).joined(separator: ", "))")
        case .sameWave(let wave):
            configuration("BAD_OPTION", "Wave '\(wave)' is compared with itself", "name two waves")
        case .badMargin: configuration("BAD_OPTION", "A margin of equivalence is positive", "correct `margin`")
        case .badPower: configuration("BAD_OPTION", "A power lies between 0 and 1", "correct `power`")
        case .tooManyParameters(let found, let limit):
            configuration(
                "TOO_LARGE", "\(found) levels are more than the \(limit) that are compared at once",
                "put the answers into classes first")
        case .repeatedUnit:
            data(
                "REPEATED_UNIT", "Two sampling units of a wave carry the same name",
                "give each person or cluster a name of its own, or say under design › nest that names hold within strata"
            )
        case .badPlan(let why): configuration("BAD_OPTION", "This plan cannot be: \(why)", "correct it")
        }
    }

    func smallArea(_ error: SmallAreaError) -> Failure {
        switch error {
        case .tooFewAreas(let areas, let coefficients):
            data(
                "TOO_FEW_AREAS", "\(areas) area(s) cannot carry \(coefficients) coefficients", "leave covariates out")
        case .badVariance(let column, let area):
            data(
                "BAD_VARIANCE", "Sampling variance '\(column)' of area '\(area)' is absent, 0 or negative",
                "leave the area's direct estimate empty, or smooth the variances")
        case .outsideScale(let area, let scale):
            data(
                "OUTSIDE_SCALE", "The direct estimate of area '\(area)' has no place on the scale \(scale.rawValue)",
                scale == .logit
                    ? "a share of 0 or 1 has no logit: use scale: arcsine or none with smooth_variances: true"
                    : "use scale: none for what is no share")
        case .notFinite(let area):
            data("NOT_FINITE", "A number of area '\(area)' is not finite", "correct the estimate or the covariate")
        case .badOption(let why): configuration("BAD_OPTION", "This model of areas cannot be: \(why)", "correct it")
        case .repeatedArea(let area):
            data("REPEATED_AREA", "Area '\(area)' has more than one row", "give one row an area")
        case .missingArea(let column, let row):
            data("MISSING_AREA", "'\(column)' is empty in data row \(row + 1)", "name the area of every row")
        case .missingCovariate(let column, let area):
            data(
                "MISSING_COVARIATE", "Area '\(area)' has no '\(column)'", "fill it, or leave the area out with a domain"
            )
        case .missingPopulationMean(let area, let column):
            configuration(
                "MISSING_POPULATION_MEAN", "Population means of area '\(area)' lack '\(column)'", "add the mean")
        case .populationTooSmall(let area):
            configuration(
                "POPULATION_TOO_SMALL", "The population of area '\(area)' is smaller than its sample", "correct `N`")
        case .onlySingles:
            data(
                "ONLY_SINGLES", "No area has two respondents: variance within areas cannot be told from that between",
                "use larger areas, or fay_herriot")
        case .badBenchmark(let why):
            data("BAD_BENCHMARK", "The areas cannot be benchmarked: \(why)", "correct `benchmark`")
        case .notConverged:
            data("NOT_CONVERGED", "The variance between areas has no maximum of its likelihood", "leave covariates out")
        }
    }
}
