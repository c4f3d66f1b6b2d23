import PeilStatistics

/// Errors of multinomial regressions and of typing tools.
extension FailureNames {
    func multinomial(_ error: MultinomialError) -> Failure {
        switch error {
        case .noRows:
            data("EMPTY_DOMAIN", "No respondent with weight has the response and all predictors", "widen the domain")
        case .tooFewClasses(let found):
            data("TOO_FEW_CLASSES", "The response has \(found) class(es); a regression needs two", "widen the domain")
        case .emptyClass(let name):
            data(
                "EMPTY_CLASS", "Nobody who answered all predictors is in class '\(name)'",
                "join it with another class, or leave out predictors that few answered")
        case .collinear(let variable):
            data(
                "COLLINEAR", "'\(variable)' is constant or follows from the predictors before it",
                "leave it out, or widen the domain")
        case .separated(let variable, let level, let responseClass):
            data(
                "SEPARATED",
                "'\(variable)'\(level.map { " at '\($0)'" } ?? "") decides by itself about class '\(responseClass)'",
                "join levels, leave the predictor out, or set a ridge")
        case .notConverged(let iterations, let change):
            data(
                "NOT_CONVERGED", "The regression still moved after \(iterations) steps (last change \(change))",
                "raise `iterations`, or use fewer predictors")
        case .tooManyParameters(let found, let limit):
            configuration(
                "TOO_MANY_PARAMETERS", "The regression has \(found) coefficients, more than \(limit)",
                "use fewer predictors, or group their answers")
        case .badWeight(let row):
            data("BAD_WEIGHT", "The weight of row \(row + 1) is negative or not a number", "correct the weights")
        case .badOption(let message): configuration("BAD_OPTION", message, "see Guides/Multinomial-regression.md")
        }
    }

    func typing(_ error: TypingError) -> Failure {
        switch error {
        case .tooFewCandidates(let found, let needed):
            configuration(
                "TOO_FEW_CANDIDATES", "There are \(found) candidate questions; the tool needs \(needed)",
                "name more candidates, or ask for a shorter tool")
        case .tooFewUnits(let found, let folds):
            data(
                "TOO_FEW_UNITS", "There are \(found) sampling units with a segment, fewer than \(folds) folds",
                "ask for fewer folds")
        case .segmentMissesAFold(let code):
            data(
                "SEGMENT_TOO_SMALL", "Segment '\(code)' does not occur outside every fold, so it cannot be learnt",
                "ask for fewer folds, or join segments")
        case .segmentsDisagree:
            configuration(
                "SEGMENTS_DISAGREE", "Placings and confusion matrix are of different segments",
                "use the typing tool that made the placings")
        case .indistinguishable(let first, let second, let condition, let limit):
            data(
                "INDISTINGUISHABLE_SEGMENTS",
                "The tool confuses '\(first)' and '\(second)' so much (condition \(shortText(condition)), limit "
                    + "\(shortText(limit))) that sizes cannot be corrected",
                "report the placings as they are with the confusion matrix, or ask more questions")
        case .neverTyped(let code):
            data(
                "NEVER_TYPED", "The confusion matrix has no placing for segment '\(code)'",
                "derive the tool from more respondents")
        case .tooManySegments(let found, let limit):
            configuration(
                "TOO_MANY_SEGMENTS", "There are \(found) segments; a typing tool knows at most \(limit)",
                "join segments")
        case .badOption(let message): configuration("BAD_OPTION", message, "see Guides/Typing-tool.md")
        }
    }

    private func shortText(_ value: Double) -> String {
        value.isFinite && value < 1e6 ? "\((value * 10).rounded() / 10)" : "without end"
    }
}
