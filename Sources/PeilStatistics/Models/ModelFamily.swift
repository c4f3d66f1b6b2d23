import Foundation
internal import PeilNumerics

/// How the mean of a response depends on the linear predictor η = xᵀβ, and how its variance depends on the mean.
/// The variance is known up to a factor (quasi-likelihood), so that fractions and overdispersed counts are welcome.
/// McCullagh & Nelder 1989, ch. 2 and 9.
public enum ModelFamily: String, Sendable, CaseIterable {
    /// μ = η, V(μ) = 1.
    case linear = "gaussian(identity)"
    /// μ = 1/(1 + e^−η), V(μ) = μ(1 − μ).
    case logistic = "quasibinomial(logit)"
    /// μ = Φ(η), V(μ) = μ(1 − μ).
    case probit = "quasibinomial(probit)"
    /// μ = e^η, V(μ) = μ.
    case logLinear = "quasipoisson(log)"

    /// The words that plans may use: R's names, with or without `quasi` and the link.
    public init?(word: String) {
        switch word {
        case "gaussian", "gaussian(identity)": self = .linear
        case "binomial", "quasibinomial", "binomial(logit)", "quasibinomial(logit)": self = .logistic
        case "binomial(probit)", "quasibinomial(probit)": self = .probit
        case "poisson", "quasipoisson", "poisson(log)", "quasipoisson(log)": self = .logLinear
        default: return nil
        }
    }

    public static let words = [
        "gaussian", "binomial", "quasibinomial", "quasibinomial(logit)", "quasibinomial(probit)", "poisson",
        "quasipoisson", "quasipoisson(log)", "gaussian(identity)"
    ]

    var isBinary: Bool { self == .logistic || self == .probit }

    /// Responses that the family takes.
    func allows(_ response: Double) -> Bool {
        switch self {
        case .linear: response.isFinite
        case .logistic, .probit: response >= 0 && response <= 1
        case .logLinear: response >= 0 && response.isFinite
        }
    }

    /// μ, dμ/dη and V(μ) at η.
    @inline(__always)
    func point(_ eta: Double) -> (mean: Double, slope: Double, variance: Double) {
        switch self {
        case .linear: return (eta, 1, 1)
        case .logistic:
            // From the smaller tail, so that 1 − μ keeps its digits.
            let small = exp(-abs(eta))
            let large = 1 / (1 + small)
            let variance = small * large * large
            return (eta >= 0 ? large : small * large, variance, variance)
        case .probit:
            let (mean, rest) = (StandardNormal.upperTail(-eta), StandardNormal.upperTail(eta))
            return (mean, StandardNormal.density(eta), mean * rest)
        case .logLinear:
            let mean = exp(eta)
            return (mean, mean, mean)
        }
    }

    /// d²μ/dη².
    func curvature(_ eta: Double) -> Double {
        let (mean, slope, _) = point(eta)
        switch self {
        case .linear: return 0
        case .logistic: return slope * (1 - 2 * mean)
        case .probit: return -eta * slope
        case .logLinear: return mean
        }
    }

    /// The quasi-log-likelihood of a response, up to a number that does not depend on η.
    @inline(__always)
    func logLikelihood(_ y: Double, _ eta: Double) -> Double {
        switch self {
        case .linear: return -0.5 * (y - eta) * (y - eta)
        case .logistic: return y * eta - max(eta, 0) - log1p(exp(-abs(eta)))
        case .probit:
            let yes = y > 0 ? y * log(StandardNormal.upperTail(-eta)) : 0
            return y < 1 ? yes + (1 - y) * log(StandardNormal.upperTail(eta)) : yes
        case .logLinear: return y * eta - exp(eta)
        }
    }

    /// The quasi-log-likelihood where the mean is the response.
    func saturated(_ y: Double) -> Double {
        // 0 and 1, the usual answers, need no logarithm.
        func entropy(_ value: Double) -> Double { value == 0 || value == 1 ? 0 : value * log(value) }
        switch self {
        case .linear: return 0
        case .logistic, .probit: return entropy(y) + entropy(1 - y)
        case .logLinear: return entropy(y) - y
        }
    }

    /// Twice the likelihood that a row falls short of a perfect fit.
    func deviance(_ y: Double, _ eta: Double) -> Double { 2 * max(0, saturated(y) - logLikelihood(y, eta)) }

    /// Pearson's residual (y − μ)/√V, 0 where V is 0, and the deviance.
    @inline(__always)
    func residual(_ y: Double, _ eta: Double) -> (pearson: Double, deviance: Double) {
        let point = point(eta)
        let pearson = point.variance > 0 ? (y - point.mean) / point.variance.squareRoot() : 0
        guard self == .logistic else { return (pearson, deviance(y, eta)) }
        // −ln(1 + e^−|η|) is the logarithm of the likelier answer's chance: no second exponential.
        let likelihood = y * eta - max(eta, 0) + log(max(point.mean, 1 - point.mean))
        return (pearson, 2 * max(0, saturated(y) - likelihood))
    }

    /// η of a mean; where the fit of an intercept begins.
    func link(_ mean: Double) -> Double {
        switch self {
        case .linear: mean
        case .logistic: log(mean / (1 - mean))
        case .probit: StandardNormal.quantile(mean)
        case .logLinear: log(mean)
        }
    }
}
