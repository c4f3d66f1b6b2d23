import PeilStatistics

extension FailureNames {
    func segmentation(_ error: SegmentationError) -> Failure {
        switch error {
        case .tooFewDistinctPoints(let wanted, let found):
            data(
                "TOO_FEW_POINTS", "There are \(found) different answer patterns for \(wanted) clusters",
                "ask for fewer clusters")
        case .constantInput(let name):
            data("CONSTANT_INPUT", "Everybody gave the same answer to '\(name)'", "leave it out of the segment inputs")
        case .noInputs: configuration("NO_INPUTS", "The segments have no inputs", "list them under segments › inputs")
        case .badOption(let message): configuration("BAD_OPTION", message, "see Guides/Segments.md")
        case .badWeight(let row):
            data("BAD_WEIGHT", "The weight of row \(row + 1) is negative or not a number", "correct the weights")
        case .notFinite(let item):
            data("NOT_FINITE", "Answers to '\(item)' are too large to compute with", "correct the column")
        case .nobodyPlaced:
            data(
                "NOBODY_PLACED", "Nobody answered enough of the segment items to be placed",
                "allow more missing answers, or check the items")
        case .tooManyCategories(let item, let found, let limit):
            data(
                "TOO_MANY_CATEGORIES",
                "'\(item)' has \(found) different answers; an item of classes has at most \(limit)",
                "group its answers in the codebook")
        case .notIdentified(let why):
            data("NOT_IDENTIFIED", "These answers cannot tell the classes apart: \(why)", "ask for fewer classes")
        case .notConverged(let iterations, let change):
            data(
                "NOT_CONVERGED", "The best start still moved after \(iterations) steps (last change \(change))",
                "raise `iterations`, or ask for fewer classes")
        }
    }

    func areaClusters(_ error: AreaClusterError) -> Failure {
        switch error {
        case .tooFewAreas(let found):
            data("TOO_FEW_AREAS", "\(found) areas cannot be grouped", "give estimates of three areas or more")
        case .badOption(let message): configuration("BAD_OPTION", message, "see Guides/Clusters-of-areas.md")
        case .notFinite(let area, let indicator):
            data(
                "NOT_FINITE", "Area '\(area)' has no estimate of '\(indicator)', or none with a variance",
                "leave the area or the indicator out")
        case .constantIndicator(let indicator):
            data("CONSTANT_INPUT", "All areas have the same '\(indicator)'", "leave the indicator out")
        case .badCovariance:
            data("BAD_COVARIANCE", "The covariance of the estimates of areas is none", "check where it comes from")
        }
    }
}
