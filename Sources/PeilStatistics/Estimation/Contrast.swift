public import PeilNumerics

/// A function of several estimates: a linear combination or a smooth expression. Its variance is ∇fᵀ V ∇f
/// with the full covariance of the estimates (delta method).
public struct Contrast: Sendable {
    public enum Form: Sendable {
        case linear([String: Double])
        case expression(SmoothExpression)
    }

    public let name: String
    public let form: Form

    public init(name: String, form: Form) {
        self.name = name
        self.form = form
    }

    public struct Outcome: Sendable {
        public let name: String
        public let estimate: Double
        public let standardError: Double
    }

    /// - Parameters:
    ///   - values: the estimates, in the order of the names.
    ///   - covariance: covariance of the values.
    ///   - names: what each estimate is called in the contrast, in the order of `values`.
    public func evaluate(names: [String], values: [Double], covariance: DenseMatrix) throws(ContrastError) -> Outcome {
        let (value, gradient): (Double, [Double])
        switch form {
        case .linear(let coefficients):
            for name in coefficients.keys.sorted() where !names.contains(name) {
                throw .unknownName(name, known: names)
            }
            gradient = names.map { coefficients[$0] ?? 0 }
            value = CompensatedSum.of(zip(gradient, values).lazy.map { $0 * $1 })
        case .expression(let expression):
            (value, gradient) = try expression.evaluate(names: names, values: values)
        }
        let variance = covariance.quadraticForm(gradient)
        guard value.isFinite, variance.isFinite else { throw .notFinite }
        return Outcome(name: name, estimate: value, standardError: max(0, variance).squareRoot())
    }
}

public enum ContrastError: Error, Sendable, Equatable {
    case unknownName(String, known: [String])
    case syntax(String, position: Int)
    case notFinite
}
