/// Weighting steps in declared order, from the design weights. In a sample with replicates the whole recipe is run in
/// every replicate, as it would have been had that replicate been the sample.  Rao, Yung & Hidiroglou 2002.
public struct WeightSteps: Sendable {
    public var steps: [WeightStep]

    public init(_ steps: [WeightStep]) { self.steps = steps }

    public enum WeightStep: Sendable {
        /// Each weight times the factor of its row: what non-response adjustment gave. Replicates take the same factors.
        case factors([Double], name: String)
        case poststratify(PostStratification, MarginClasses)
        case rake(Raking, [MarginClasses])
        case calibrate(Calibration, [MarginClasses], within: Calibration.Units?)
        case trim(TrimmingStep)
        /// The weights were calibrated by who made them: only the variance learns of it. `nil`: before that
        /// calibration the weights were the same.
        case declare([MarginClasses], baseWeights: [Double]?)
    }

    /// Cuts, and where asked for calibrates again as the last calibrating step did, in turn, until both hold.
    public struct TrimmingStep: Sendable {
        public enum Bounds: Sendable {
            case absolute(WeightCut)
            case relative(Trimming, groupOfRow: [Int32], groups: [String])
        }

        /// What to do when bounds and margins do not come to hold together.
        public enum Drift: String, Sendable, CaseIterable, Codable { case fail, report }

        public var bounds: Bounds
        /// Rounds of cutting and calibrating; 0 cuts once and leaves the margins as they then are.
        public var recalibrationRounds: Int
        public var drift: Drift

        public init(_ bounds: Bounds, recalibrationRounds: Int = 0, drift: Drift = .fail) {
            self.bounds = bounds
            self.recalibrationRounds = recalibrationRounds
            self.drift = drift
        }
    }

    /// What a step did to the full sample.
    public struct Record: Sendable {
        public enum Kind: String, Sendable, Codable { case factors, poststratify, rake, calibrate, trim, declare }
        public let kind: Kind
        public let name: String
        public var iterations = 0
        /// Largest relative error of a control after the step, measured; nil where none is controlled.
        public var largestRelativeError: Double?
        /// Rows without a value of each control, in the order of the controls.
        public var outside: [(control: String, rows: Int)] = []
        public var trimmedRows: [Int] = []
        /// Weight cut away, as a share of all weight.
        public var shareTrimmed: Double?
        public var rounds = 0
        /// Whether bounds and margins both hold at the end of a trimming step.
        public var hasSettled = true
        public var largestRatio: Double?
        /// The controls as they were met.
        public var controls: [MarginClasses] = []
    }

    public struct Result: Sendable {
        public let design: SampleDesign
        public let records: [Record]
    }

    /// - Parameter threads: threads; the result is the same on any number.
    /// - Parameter design: the design of the sample.
    /// - Parameter boundsHoldPerCopy: in replicates a unit drawn k times counts as k units, and bounds of trimming hold for
    ///   each: what the bootstrap of a recipe means. Else bounds hold for the weights of a replicate as they are, as in
    ///   R `survey`.
    /// - Throws: `WeightingError` naming margins and categories; `ReplicateError` naming the replicate.
    public func apply(
        to design: SampleDesign, threads: Int = 1, boundsHoldPerCopy: Bool = false
    ) throws -> Result {
        guard !steps.isEmpty else { return Result(design: design, records: []) }
        try Self.refuseUnusable(design.weights)
        var run = Run(weights: design.weights)
        for step in steps { try run.apply(step) }
        guard design.replicates != nil else { return Result(design: run.result(design), records: run.records) }
        let replicated = try design.adjustingEachReplicate(threads: threads) { base in
            let copies = boundsHoldPerCopy ? zip(base, design.weights).map { $0 / $1 } : nil
            var own = Run(weights: base, copies: copies)
            for step in steps { try own.apply(step) }
            return own.weights
        }
        return Result(design: replicated, records: run.records)
    }

    /// In the sample itself everybody has a design weight above 0; only replicates leave rows out.
    private static func refuseUnusable(_ weights: [Double]) throws(WeightingError) {
        func isBad(_ weight: Double) -> Bool { !(weight.isFinite && weight > 0) }
        guard let first = weights.firstIndex(where: isBad) else { return }
        throw .badDesignWeights(count: weights.count(where: isBad), firstRow: first)
    }
}
