/// What can be asked of a model besides its coefficients. All are estimated together with them, so that the covariance
/// of the answers, of the averaging and of the coefficients counts once.
public enum ModelEffect: Sendable, Equatable {
    /// Average marginal effects Σwᵢ ∂μᵢ/∂x / Σwᵢ of numbers, and Σwᵢ (μᵢ(level) − μᵢ(reference)) / Σwᵢ of levels; of all
    /// predictors where none is named.
    case marginalEffects([String])
    /// Predicted margins Σwᵢ μᵢ(level) / Σwᵢ: the mean if everybody had the level and kept all other answers.
    case predictedMargins(String)
    /// β s(x)/s(y) of a linear model, β s(x) of others, for numbers that stand in no interaction; s is the weighted
    /// standard deviation.
    case standardisedCoefficients
    /// What each term takes up of the fit: its average increase over all orders of entering (LMG, Shapley).
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
