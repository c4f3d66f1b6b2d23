internal import PeilNumerics

extension WeightSteps {
    /// One run of the steps over one set of weights.
    struct Run {
        private(set) var weights: [Double]
        private(set) var records: [Record] = []
        private var model: CalibrationModel?
        /// Fits the last calibrating step again, to other weights.
        private var refit: (([Double]) throws(WeightingError) -> Calibration.Fit)?

        /// How often a bootstrap drew each row; nil for once.
        private let copies: [Double]?

        init(weights: [Double], copies: [Double]? = nil) {
            self.weights = weights
            self.copies = copies
        }

        func result(_ design: SampleDesign) -> SampleDesign {
            model.map { design.calibrated(weights: weights, by: $0) } ?? design.reweighted(weights)
        }

        mutating func apply(_ step: WeightStep) throws(WeightingError) {
            switch step {
            case .factors(let factors, let name):
                for row in weights.indices { weights[row] *= factors[row] }
                records.append(Record(kind: .factors, name: name))
            case .poststratify(let method, let cells):
                try calibrate(.poststratify, cells.variable) { weights throws(WeightingError) in
                    try method.fit(weights, to: cells)
                }
            case .rake(let method, let margins):
                try calibrate(.rake, Self.names(margins)) { weights throws(WeightingError) in
                    try method.fit(weights, to: margins)
                }
            case .calibrate(let method, let controls, let units):
                try calibrate(.calibrate, Self.names(controls)) { weights throws(WeightingError) in
                    try method.fit(weights, to: controls, within: units)
                }
            case .trim(let step): try trim(step)
            case .declare(let controls, let base):
                model = CalibrationModel(
                    cells: AuxiliaryCells(controls, rowCount: weights.count), baseWeights: base ?? weights,
                    calibratedWeights: weights)
                records.append(Record(kind: .declare, name: Self.names(controls)))
            }
        }

        private static func names(_ controls: [MarginClasses]) -> String {
            controls.map(\.variable).joined(separator: "; ")
        }

        private mutating func calibrate(
            _ kind: Record.Kind, _ name: String,
            _ fit: @escaping ([Double]) throws(WeightingError) -> Calibration.Fit
        ) throws(WeightingError) {
            let done = try fit(weights)
            refit = fit
            weights = done.weights
            model = done.model
            var record = Record(kind: kind, name: name)
            record.iterations = done.iterations
            record.largestRelativeError = done.largestRelativeError
            record.outside = zip(done.controls, done.outside).map { ($0.variable, $1) }
            record.controls = done.controls
            records.append(record)
        }

        // MARK: Trimming

        private mutating func trim(_ step: TrimmingStep) throws(WeightingError) {
            var record = Record(kind: .trim, name: step.name)
            let before = weights
            var trimmed = Set<Int>()
            while true {
                let excess = step.excess(weights, copies)
                record.largestRatio = excess.ratio
                if record.rounds > 0 || step.recalibrationRounds > 0 {
                    if excess.isWithin { break }
                    guard record.rounds < max(1, step.recalibrationRounds) else {
                        guard step.recalibrationRounds > 0 else { break }
                        guard step.drift == .report else {
                            throw .trimmingDoesNotSettle(
                                group: excess.group, largestRatio: excess.ratio, rounds: record.rounds)
                        }
                        record.hasSettled = false
                        break
                    }
                }
                let cut = try step.cut(weights, copies)
                trimmed.formUnion(cut.trimmed)
                weights = cut.weights
                record.rounds += 1
                guard step.recalibrationRounds > 0, let refit else { break }
                let done = try refit(weights)
                weights = done.weights
                model = done.model
                record.largestRelativeError = done.largestRelativeError
                record.iterations += done.iterations
            }
            record.trimmedRows = trimmed.sorted()
            let total = CompensatedSum.of(before)
            let after = weights
            let lost = CompensatedSum.of(record.trimmedRows.map { max(0, before[$0] - after[$0]) })
            record.shareTrimmed = total > 0 ? lost / total : nil
            records.append(record)
        }
    }
}

extension WeightSteps.TrimmingStep {
    /// The bounds in words.
    fileprivate var name: String {
        switch bounds {
        case .absolute(let cut):
            [cut.lower.isFinite ? "at least \(cut.lower)" : "", cut.upper.isFinite ? "at most \(cut.upper)" : ""]
                .filter { !$0.isEmpty }.joined(separator: ", ")
        case .relative(let trimming, _, _):
            (trimming.lower > 0 ? "at least \(trimming.lower), " : "") + "at most \(trimming.upper) times the mean of its group"
        }
    }

    /// How far the weights lie outside: the largest weight against its group's mean, or against the absolute bound.
    fileprivate func excess(
        _ ofRow: [Double], _ copies: [Double]?
    ) -> (isWithin: Bool, ratio: Double, group: String) {
        let slack = 1e-6
        // Each copy by itself; a row that was not drawn has none.
        let weights = copies.map { zip(ofRow, $0).map { $1 > 0 ? $0 / $1 : 0 } } ?? ofRow
        switch bounds {
        case .absolute(let cut):
            let used = weights.lazy.filter { $0 != 0 }
            let (smallest, largest) = (used.min() ?? cut.lower, used.max() ?? 0)
            let isWithin =
                largest <= cut.upper * (1 + slack) && (smallest >= cut.lower - slack * abs(cut.lower))
            return (isWithin, cut.upper.isFinite ? largest / cut.upper : 0, "(all)")
        case .relative(let trimming, let groupOfRow, let groups):
            let worst = trimming.largestRatio(weights, groups: groupOfRow, groupCount: groups.count, copies: copies)
            let least = trimming.smallestRatio(weights, groups: groupOfRow, groupCount: groups.count, copies: copies)
            let isLow = least.ratio < trimming.lower * (1 - slack)
            let isWithin = worst.ratio <= trimming.upper * (1 + slack) && !isLow
            let group = worst.ratio > trimming.upper * (1 + slack) || !isLow ? worst.group : least.group
            return (isWithin, worst.ratio, groups.isEmpty ? "" : groups[group])
        }
    }

    fileprivate func cut(_ weights: [Double], _ copies: [Double]?) throws(WeightingError) -> Trimming.Result {
        switch bounds {
        case .absolute(let cut): try cut.trim(weights, copies: copies)
        case .relative(let trimming, let groupOfRow, let groups):
            trimming.trim(weights, groups: groupOfRow, groupCount: groups.count, copies: copies)
        }
    }
}
