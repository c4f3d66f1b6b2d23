/// Which estimate of an area leads: a rule that stands in the study before anybody sees a figure, so that nobody picks
/// the estimate they like. Only the direct estimate and the model compete; standardised and composite estimates are shown.
public struct LeadRule: Sendable, Equatable {
    /// Fewer areas than this with a direct estimate carry no model that leads.
    public var minimumAreas: Int
    /// A direct estimate is precise enough up to this coefficient of variation …
    public var maximumVariation: Double
    /// … and from so many answers.
    public var minimumBase: Int
    /// A model does not lead where its standardised residual is larger: the area is special.
    public var maximumResidual: Double

    public init(
        minimumAreas: Int = 30, maximumVariation: Double = 0.2, minimumBase: Int = 50, maximumResidual: Double = 3
    ) {
        self.minimumAreas = minimumAreas
        self.maximumVariation = maximumVariation
        self.minimumBase = minimumBase
        self.maximumResidual = maximumResidual
    }

    public enum Rung: String, Sendable, CaseIterable {
        case direct, model, synthetic, none
    }

    /// Why an estimate leads.
    public enum Reason: Sendable, Equatable {
        /// Nobody of the area answered: the regression.
        case noAnswers
        /// … and there is no model.
        case nothing
        case preciseEnough
        /// The direct estimate is not precise enough, but …
        case tooFewAreas(Int)
        case noModel
        case noAreaVariance
        case special(residual: Double)
        /// … and the model leads.
        case imprecise
    }

    /// What the rule looks at.
    public struct Facts: Sendable {
        public var hasDirect: Bool
        public var count: Int
        /// se/|estimate|; nil where it is undefined.
        public var variation: Double?
        /// nil without a model.
        public var model: AreaModelResult?
        /// Of the area in the model.
        public var residual: Double?

        public init(hasDirect: Bool, count: Int, variation: Double?, model: AreaModelResult?, residual: Double?) {
            self.hasDirect = hasDirect
            self.count = count
            self.variation = variation
            self.model = model
            self.residual = residual
        }
    }

    public func choose(_ facts: Facts) -> (rung: Rung, reason: Reason) {
        guard facts.hasDirect else { return facts.model == nil ? (.none, .nothing) : (.synthetic, .noAnswers) }
        if let variation = facts.variation, variation <= maximumVariation, facts.count >= minimumBase {
            return (.direct, .preciseEnough)
        }
        guard let model = facts.model else { return (.direct, .noModel) }
        if model.directCount < minimumAreas { return (.direct, .tooFewAreas(model.directCount)) }
        // The adjusted likelihood is never 0; where it took over, the asked one found no differences.
        if model.hasNoAreaVariance || model.method == .adjusted { return (.direct, .noAreaVariance) }
        if let residual = facts.residual, abs(residual) > maximumResidual {
            return (.direct, .special(residual: residual))
        }
        return (.model, .imprecise)
    }
}
