public import PeilStatistics
import PeilTable

/// The weights of a wave with everything a reader may ask about them.
public struct StudyWeights: Sendable {
    /// With design weights, before the first step.
    public let base: SampleDesign
    public let design: SampleDesign
    /// As they were applied: a bootstrap repeats them.
    let steps: WeightSteps
    /// What each step did.
    public let records: [WeightSteps.Record]
    /// Classes of the non-response step, where there is one.
    public let responseClasses: [NonResponseAdjustment.ClassLine]

    /// Of the last step that met controls.
    private var calibrating: WeightSteps.Record? { records.last { $0.largestRelativeError != nil } }
    private var trimming: WeightSteps.Record? { records.last { $0.kind == .trim } }

    public var iterations: Int { calibrating?.iterations ?? 0 }
    public var largestRelativeError: Double { calibrating?.largestRelativeError ?? 0 }
    public var trimmed: Int { Set(records.flatMap(\.trimmedRows)).count }
    public var rounds: Int { trimming?.rounds ?? 0 }
    /// Largest weight divided by the mean of its group, when trimming was asked for.
    public var largestRatio: Double? { trimming?.largestRatio }

    /// Before and after, by control and by `groups`.
    public func diagnostics(groups: Grouping? = nil) -> WeightDiagnostics {
        WeightDiagnostics(designWeights: base.weights, weights: design.weights, records: records, groups: groups)
    }
}

extension WeightingRecipe {
    /// Runs the steps from the design weights; where the design has replicates, in each of them too.
    /// - Parameters:
    ///   - sample: the frame linked with the rows of the table.
    ///   - identifiers: of the respondents, by which draws go.
    /// - Throws: `WeightingError` naming margins and categories; `ReplicateError` naming the replicate.
    func weights(
        _ table: Table, _ design: SampleDesign, sample: LinkedSample? = nil, identifiers: [String]? = nil,
        threads: Int = 1
    ) throws -> StudyWeights {
        let steps = WeightSteps(
            try steps.map { try $0.step(over: table, design, sample: sample, identifiers: identifiers) })
        let result = try steps.apply(to: design, threads: threads)
        return StudyWeights(
            base: design, design: result.design, steps: steps, records: result.records,
            responseClasses: try responseClasses(sample))
    }

    private func responseClasses(_ sample: LinkedSample?) throws -> [NonResponseAdjustment.ClassLine] {
        guard let sample else { return [] }
        for case .nonresponse(let step) in steps { return try step.adjustment(sample).classes }
        return []
    }
}
