import PeilStatistics

/// Why the model of an indicator cannot be, in the words of study.yaml. The direct estimates stand all the same.
struct AreaModelFailure {
    let error: any Error
    let ladder: AreaLadder
    let request: SmallAreaRequest
    /// study.yaml.
    let file: String

    var failure: Failure {
        let known = Failure(naming: error, file: file)
        let (message, remedy) = words ?? (known.message, known.remedy)
        return Failure(
            hasNoErrors ? "NO_VARIANCE" : known.code, "The model of \(ladder.indicator.name): \(message)",
            file: known.file, remedy: remedy, exitCode: known.exitCode)
    }

    /// A panel without weighting has no margins at all.
    private var hasNoErrors: Bool {
        ladder.areas.allSatisfy { $0.direct?.standardError == nil } && error is SmallAreaError
            && ladder.region.standardError == nil
    }

    private var words: (message: String, remedy: String)? {
        if hasNoErrors {
            return ("its estimates have no standard errors", "a panel needs weighting before margins can be given")
        }
        switch error as? SmallAreaError {
        case .badVariance where request.model.smoothsVariances:
            return (
                "no area has a sampling variance from which to smooth",
                "where each area is one sampling unit of the design, the direct estimates are all there is"
            )
        case .badVariance(_, let area):
            return (
                "the sampling variance of area '\(area)' is 0 or unknown",
                "smooth_variances: true under areas › small_areas gives it one"
            )
        case .tooFewAreas(let areas, let coefficients) where request.covariates == nil:
            return ("\(areas) area(s) cannot carry \(coefficients) coefficient", "a model needs two areas or more")
        default: return nil
        }
    }
}
