public import PeilTable

extension RespondentsFile {
    /// The weights of a wave.
    public init(weightsOf run: StudyRun, _ prepared: StudyRun.Prepared) throws {
        try self.init(
            Self.identifier(run, prepared.table), prepared.weights.design.weights,
            [
                ("study", .string(run.study.id)), ("wave", .string(run.wave.id)),
                ("study_hash", .string(run.study.hash)),
                ("input_hash", .string(prepared.inputHash)), ("pseudonyms", .bool(run.study.keyFile != nil)),
                ("steps", .strings(prepared.weights.records.map { "\($0.kind.rawValue): \($0.name)" })),
                ("largest_relative_error", .number(prepared.weights.largestRelativeError))
            ])
    }

    /// The weights of a plan: by the column `identifier`, or the number of the row.
    public init(_ report: WeightReport, _ plan: AnalysisPlan, over table: Table, identifier: String?) throws {
        try self.init(
            Self.identifier(identifier, table), report.finalWeights,
            [("plan", .string(plan.id)), ("dataset", .string(plan.dataset))])
    }

    private init(
        _ identifier: (name: String, values: [String]), _ weights: [Double], _ facts: [(String, JSONValue)]
    ) {
        self.init(
            identifier: identifier, columns: [("weight", weights.map { shortestText($0) })],
            schema: "peil-weights-file-1", facts: facts + [("sum", .number(weights.reduce(0, +)))])
    }
}
