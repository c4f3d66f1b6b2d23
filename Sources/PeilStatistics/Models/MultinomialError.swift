/// Why a multinomial regression has no solution. Names variables, levels and classes, never a respondent's answer.
public enum MultinomialError: Error, Sendable, Equatable {
    /// No row with weight that has response and predictors.
    case noRows
    /// The response needs two classes that occur.
    case tooFewClasses(found: Int)
    /// Nobody with weight and all predictors is in this class.
    case emptyClass(String)
    /// A predictor that is constant, or follows from those before it.
    case collinear(variable: String)
    /// A level, or a direction of a numeric predictor, that decides about a class: the coefficient grows without end.
    case separated(variable: String, level: String?, responseClass: String)
    case notConverged(iterations: Int, change: Double)
    case tooManyParameters(found: Int, limit: Int)
    /// A weight that is negative or not finite; `row` counts from 0.
    case badWeight(row: Int)
    case badOption(String)
}
