import PeilIngest
import PeilStatistics
import PeilTable

/// The frame of a wave and its answers, linked person by person.
public struct LinkedSample: Sendable {
    let frame: SampledFrame
    /// Row of the answers of each sampled unit.
    let respondentOfUnit: [Int?]
    /// What became of each unit: by its answers, else by what the frame says.
    let outcomes: [SampleOutcome]
    let respondentCount: Int
    /// Respondents without identifier.
    let withoutIdentifier: Int
    /// Base weight of each unit; nil where the frame has no weights.
    let baseWeights: [Double]?

    /// - Throws: NOT_IN_FRAME (65) with the place of the first respondent that nobody sampled.
    init(_ frame: SampledFrame, _ wave: IngestedWave, _ study: Study) throws {
        self.frame = frame
        respondentCount = wave.table.rowCount
        let identifier = frame.request.identifier
        guard wave.table.has(identifier) else {
            throw TableError.unknownColumn(identifier, known: wave.table.names)
        }
        var unitOfPerson: [String: Int] = [:]
        for (unit, person) in try frame.table.column(identifier).rowLabels().enumerated() {
            if let person { unitOfPerson[person] = unit }
        }
        var respondentOfUnit = [Int?](repeating: nil, count: frame.table.rowCount)
        var unlinked = 0
        var strangers: [Int] = []
        for (row, person) in try wave.table.column(identifier).rowLabels().enumerated() {
            guard let person else {
                unlinked += 1
                continue
            }
            if let unit = unitOfPerson[person] { respondentOfUnit[unit] = row } else { strangers.append(row) }
        }
        if let first = strangers.first {
            throw Self.notSampled(strangers.count, wave, wave.places[first], frame.request)
        }
        outcomes = frame.disposition.indices.map { unit in
            guard let row = respondentOfUnit[unit] else { return frame.disposition[unit].withoutAnswers }
            return wave.isPartial[row] ? .partial : .complete
        }
        self.respondentOfUnit = respondentOfUnit
        withoutIdentifier = unlinked
        let weights = study.design.columns.weights.flatMap { frame.table.has($0) ? $0 : nil }
        baseWeights = try weights.map { try frame.table.numbers($0).values }
    }

    private static func notSampled(
        _ count: Int, _ wave: IngestedWave, _ place: RowPlace, _ request: FrameRequest
    ) -> Failure {
        Failure(
            "NOT_IN_FRAME",
            "\(count) respondents of the wave were not sampled: their \(request.identifier) is not in the frame",
            file: wave.facts.files[Int(place.file)].name, line: Int(place.line),
            remedy: "correct the identifier, or add the person to \(request.file)", exitCode: ExitStatus.data)
    }
}

extension FrameDisposition {
    /// The outcome of a unit without answers that count.
    var withoutAnswers: SampleOutcome {
        switch self {
        case .responded, .partial, .refused, .breakOff: .refusal
        case .other: .other
        case .noContact: .nonContact
        case .unknown: .unknown
        case .notEligible: .notEligible
        }
    }
}

extension AdjustmentStep.NonResponse {
    var name: String {
        switch classes {
        case .variables(let names): "non-response by \(names.joined(separator: " × "))"
        case .propensity(let names, let groups):
            "non-response in \(groups) classes of propensity by \(names.joined(separator: ", "))"
        }
    }

    /// The factor of each row of answers, and the classes with their counts.
    /// - Throws: `.frameMissing` where the frame has no weights, `.emptyResponseClass`, `.separated`;
    ///   NOT_LINKED (65) where respondents have no identifier.
    func adjustment(
        _ sample: LinkedSample
    ) throws -> (factorOfRow: [Double], classes: [NonResponseAdjustment.ClassLine]) {
        guard let weights = sample.baseWeights else { throw WeightingError.frameMissing }
        guard sample.withoutIdentifier == 0 else {
            throw Failure(
                "NOT_LINKED",
                "\(sample.withoutIdentifier) respondents have no \(sample.frame.request.identifier), so that the frame says nothing about them",
                file: sample.frame.request.file,
                remedy: "fill the identifier, or leave them out by a rule of the codebook (completeness › needs)",
                exitCode: ExitStatus.data)
        }
        let units = try SampledUnits(weights: weights, dispositions: sample.outcomes.map(\.disposition))
        let result = try NonResponseAdjustment().adjust(units, in: frameClasses(units, sample.frame.table))
        var factors = [Double](repeating: 1, count: sample.respondentCount)
        for (unit, row) in sample.respondentOfUnit.enumerated() {
            if let row { factors[row] = result.factors[unit] }
        }
        return (factors, result.classes)
    }

    private func frameClasses(_ units: SampledUnits, _ table: Table) throws -> FrameClasses {
        switch classes {
        case .variables(let names): return try FrameClasses(names, of: table).collapsing(collapse)
        case .propensity(let names, let groups):
            let predictors = try names.map { try FrameClasses([$0], of: table) }
            return try ResponsePropensity().fit(units, on: predictors).classes(groups).collapsing(collapse)
        }
    }
}

extension SampleOutcome {
    /// In the groups that weights need.
    fileprivate var disposition: PeilStatistics.Disposition {
        switch self {
        case .complete, .partial: .responded
        case .refusal, .other: .refused
        case .nonContact: .noContact
        case .unknown: .unknown
        case .notEligible: .notEligible
        }
    }
}
