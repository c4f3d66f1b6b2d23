/// What can be asked of a model besides its coefficients. All are estimated together with them, so that the covariance
/// of the answers, of the averaging and of the coefficients counts once.
public enum ModelEffect: Sendable, Equatable {
    /// Average marginal effects Σwᵢ ∂μᵢ/∂x / Σwᵢ of numbers, and Σwᵢ (μᵢ(level) − μᵢ(reference)) / Σwᵢ of levels; of all
    /// predictors where none is named.
    case marginalEffects([String])
    /// Predicted margins Σwᵢ μᵢ(level) / Σwᵢ: the mean if everybody had the level and kept all other answers.
    case predictedMargins(String)
    /// The same for a number: the mean if everybody had each of these values.
    case predictedMarginsAt(String, [Double])
    /// Average marginal effects of numbers, each times its weighted standard deviation: what one standard deviation more
    /// goes with, in units of the response, so that numbers on different scales can be compared.
    case effectsPerDeviation
    /// β s(x)/s(y) of a linear model, β s(x) of others, for numbers that stand in no interaction; s is the weighted
    /// standard deviation.
    case standardisedCoefficients
    /// What each term takes up of the fit: its average increase over all orders of entering (LMG, Shapley), interactions
    /// after all single columns.
    case importance
}

/// The value of an effect, its gradient by the centred coefficients, and what rows do to it beside them.
struct EffectValue {
    var values: [Double]
    /// Effects × coefficients.
    var gradient: [[Double]]
    /// Per effect the influence of each row used at fixed coefficients.
    var direct: [[Double]]
}
