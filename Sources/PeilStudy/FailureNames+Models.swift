import PeilStatistics

extension FailureNames {
    func model(_ error: ModelError) -> Failure {
        switch error {
        case .responseOutside(let column, let row, let family):
            data(
                "RESPONSE_OUTSIDE",
                "Response '\(column)' is \(Self.range(of: family)) in data row \(row + 1): not for \(family.rawValue)",
                family == .linear
                    ? "correct the column"
                    : "name the answers that count as 1 under `success`, or choose another family")
        case .responseOfTexts(let column):
            configuration(
                "RESPONSE_OF_TEXTS", "Response '\(column)' holds texts", "name those that count as 1 under `success`")
        case .responseConstant(let column):
            data(
                "RESPONSE_CONSTANT", "Everybody in the rows used has the same response '\(column)'",
                "widen the domain, or check `success`")
        case .noSuchLevel(let column, let level, let known):
            configuration(
                "UNKNOWN_LEVEL", "No row used has level '\(level)' of '\(column)'",
                "use one of: \(known.prefix(12).joined(separator: ", "))")
        case .tooFewLevels(let column):
            data(
                "TOO_FEW_LEVELS", "'\(column)' has one level in the rows used", "leave it out, or widen the domain")
        case .tooManyColumns(let found, let limit):
            configuration(
                "TOO_MANY_COLUMNS", "The model has \(found) coefficients or more; at most \(limit) are fitted",
                "put answers into classes first")
        case .repeatedTerm(let name):
            configuration("REPEATED_TERM", "Term '\(name)' repeats a column or another term", "name each once")
        case .interactionWithoutMain(let term, let missing):
            configuration(
                "INTERACTION_WITHOUT_MAIN", "Interaction '\(term)' needs '\(missing)' in the model", "add that term")
        case .separated(let column, let level):
            data(
                "SEPARATED",
                level.map { "All responses in level '\($0)' of '\(column)' are the same: its coefficient is infinite" }
                    ?? "Beyond some value of '\(column)' all responses are the same: its coefficient is infinite",
                level == nil ? "put the column into classes, or leave it out" : "join the level with another")
        case .notConverged(let iterations):
            data("NOT_CONVERGED", "The model has no solution after \(iterations) steps", "leave predictors out")
        case .negativeWeight(let row):
            data(
                "NEGATIVE_WEIGHT", "The weight in data row \(row + 1) is negative; a model needs weights that are not",
                "bound the calibration")
        case .tooManyTerms(let found, let limit):
            configuration(
                "TOO_MANY_TERMS", "Importance of \(found) terms needs a fit of every set; at most \(limit) can be done",
                "name fewer predictors")
        case .tooLarge(let rows, let columns):
            configuration(
                "TOO_LARGE", "A model of \(columns) coefficients and \(rows) rows does not fit into memory",
                "put answers into classes first")
        case .tooManyFits(let fits, let rows):
            configuration(
                "TOO_LARGE", "This importance needs \(fits) fits of \(rows) rows",
                "name fewer predictors, or use linearisation instead of replicates")
        case .unknownPredictor(let name, let known):
            configuration(
                "UNKNOWN_PREDICTOR", "'\(name)' is not a predictor of the model",
                "predictors are: \(known.joined(separator: ", "))")
        }
    }

    private static func range(of family: ModelFamily) -> String {
        switch family {
        case .linear: "not finite"
        case .logistic, .probit: "not between 0 and 1"
        case .logLinear: "negative"
        }
    }
}
