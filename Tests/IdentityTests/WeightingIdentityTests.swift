import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Identities of weighting")
struct WeightingIdentityTests {
    private let survey = WeightSurvey()
    private var controls: [MarginClasses] { survey.margins() + [survey.incomeTotal] }

    @Test("Calibrated totals equal their targets to 1e-10, and bounds hold")
    func targetsAndBounds() throws {
        for (name, calibration) in try Distances.all() {
            let fit = try calibration.fit(survey.weights, to: controls)
            #expect(fit.largestRelativeError <= 1e-10, "\(name)")
            for control in controls {
                for (sum, target) in zip(survey.totals(fit.weights, of: control), control.totals) {
                    expectClose(sum, target, relative: 1e-10, source: "\(name): target of \(control.variable)")
                }
            }
            guard let bounds = calibration.bounds else { continue }
            for row in survey.weights.indices {
                let bounded = bounds.kind == .factor ? fit.weights[row] / survey.weights[row] : fit.weights[row]
                #expect(bounded >= bounds.lower * (1 - 1e-12) && bounded <= bounds.upper * (1 + 1e-12), "\(name)")
            }
        }
    }

    @Test("Bounds that bind are reached exactly")
    func boundsBind() throws {
        let loose = try Calibration(.linear).fit(survey.weights, to: controls).weights
        let upper = 0.97 * (zip(loose, survey.weights).map { $0 / $1 }.max() ?? 2)
        let tight = try Calibration(.linear, bounds: CalibrationBounds(lower: 0.5, upper: upper))
            .fit(survey.weights, to: controls).weights
        let factors = zip(tight, survey.weights).map { $0 / $1 }
        expectClose(factors.max() ?? 0, upper, relative: 1e-12, source: "the bound")
    }

    @Test("The order of rows, margins and categories changes nothing beyond 1e-9")
    func order() throws {
        let places = WeightSurvey.shuffled(survey.weights.count)
        let other = WeightSurvey(order: { places[$0] })
        for (name, calibration) in try Distances.all() {
            let plain = try calibration.fit(survey.weights, to: controls).weights
            let turned = controls.reversed().map { control in
                let last = Int32(control.names.count - 1)
                return MarginClasses(
                    variable: control.variable, names: control.names.reversed(),
                    classOfRow: control.classOfRow.map { last - $0 }, totals: control.totals.reversed(),
                    values: control.values)
            }
            let reversed = try calibration.fit(survey.weights, to: Array(turned)).weights
            let shuffled = try calibration.fit(other.weights, to: other.margins() + [other.incomeTotal]).weights
            for row in plain.indices {
                expectClose(reversed[row], plain[row], relative: 1e-9, source: "\(name), margins reversed")
                expectClose(shuffled[row], plain[places[row]], relative: 1e-9, source: "\(name), rows shuffled")
            }
        }
    }

    @Test("Design weights times 1000 change nothing for unbounded distances with a constant in the span")
    func scale() throws {
        for distance in [CalibrationDistance.linear, .raking] {
            let plain = try Calibration(distance).fit(survey.weights, to: controls).weights
            for factor in [0.001, 1000] {
                let scaled = try Calibration(distance).fit(survey.weights.map { $0 * factor }, to: controls).weights
                for row in plain.indices {
                    expectClose(scaled[row], plain[row], relative: 1e-9, source: "\(distance), weights × \(factor)")
                }
            }
        }
    }

    @Test("A control's estimated total has a standard error below 1e-9 of it, for every distance")
    func controlsVaryNothing() throws {
        let rowCount = survey.weights.count
        var table = Table(rowCount: rowCount)
        table.set(.numeric(NumericColumn(values: survey.weights)), for: Variable(name: "w"))
        table.set(.numeric(NumericColumn(values: survey.income)), for: Variable(name: "income"))
        let psu = (0..<rowCount).map { Double($0 / 4) }
        table.set(.numeric(NumericColumn(values: psu)), for: Variable(name: "psu"))
        let design = try SampleDesign(DesignColumns(weights: "w", clusters: ["psu"]), of: table)
        for (name, calibration) in try Distances.all() {
            let fit = try calibration.fit(survey.weights, to: controls)
            let estimation = Estimation(
                design.calibrated(weights: fit.weights, by: fit.model), engine: VarianceEngine())
            for control in controls {
                for (index, target) in control.totals.enumerated() {
                    let values = (0..<rowCount).map { row in
                        control.classOfRow[row] == Int32(index) ? control.values?[row] ?? 1 : 0
                    }
                    var own = table
                    own.set(.numeric(NumericColumn(values: values)), for: Variable(name: "one"))
                    let result = try estimation.estimate(
                        TotalEstimator(["one"], of: own), by: .everyone(rowCount: rowCount))
                    expectClose(try #require(result.value(0, 0)), target, relative: 1e-10, source: name)
                    #expect(try #require(result.standardError(0, 0)) < 1e-9 * target, "\(name) \(control.names[index])")
                }
            }
        }
    }

    @Test("Raking by proportional fitting and Newton, calibration by Newton, and the plain rounds give one answer")
    func rakingThreeWays() throws {
        let margins = survey.margins()
        let raked = try Raking().fit(survey.weights, to: margins).weights
        let newton = try Calibration(.raking).fit(survey.weights, to: margins).weights
        let plain = PlainRaking.weights(survey.weights, margins, rounds: 400)
        for row in raked.indices {
            expectClose(raked[row], plain[row], relative: 1e-11, source: "rounds over rows")
            expectClose(newton[row], plain[row], relative: 1e-11, source: "rounds over rows")
        }
    }

    @Test("Parts that never meet are calibrated as if each were alone")
    func parts() throws {
        let half = (0..<400).map { Int32($0 % 2) }
        let joint = survey.margins([0, 1]).map { Self.crossed($0, half, survey) }
        let fit = try Calibration(.raking).fit(survey.weights, to: joint)
        for part in 0..<2 {
            let rows = (0..<400).filter { half[$0] == part }
            let own = joint.map { control in
                MarginClasses(
                    variable: control.variable, names: control.names,
                    classOfRow: rows.map { control.classOfRow[$0] },
                    totals: control.totals.indices.map { $0 % 2 == part ? control.totals[$0] : 0 })
            }
            let alone = try Calibration(.raking).fit(rows.map { survey.weights[$0] }, to: own)
            for (place, row) in rows.enumerated() {
                expectClose(fit.weights[row], alone.weights[place], relative: 1e-10, source: "part \(part) alone")
            }
        }
    }

    /// A control per half of the sample, with the totals of its half.
    private static func crossed(_ control: MarginClasses, _ half: [Int32], _ survey: WeightSurvey) -> MarginClasses {
        let classes = control.classOfRow.indices.map { control.classOfRow[$0] * 2 + half[$0] }
        var totals = [Double](repeating: 0, count: control.names.count * 2)
        for row in classes.indices {
            totals[Int(classes[row])] += survey.weights[row] * (0.9 + 0.02 * Double(control.classOfRow[row] % 3))
        }
        // The same number of people in each control.
        for part in 0..<2 {
            let own = stride(from: part, to: totals.count, by: 2)
            let sum = own.reduce(0.0) { $0 + totals[$1] }
            for index in own { totals[index] *= 3000 / sum }
        }
        return MarginClasses(
            variable: control.variable, names: control.names.flatMap { ["\($0) first", "\($0) second"] },
            classOfRow: classes, totals: totals)
    }

    @Test("Trimmed and calibrated in turn, both hold")
    func trimmedAndCalibrated() throws {
        var weights = survey.weights
        for row in stride(from: 0, to: 400, by: 40) { weights[row] *= 6 }
        let design = SampleDesign.elements(weights)
        let groups = (0..<400).map { Int32($0 % 4) }
        let result = try WeightSteps([
            .rake(Raking(), survey.margins([0, 1])),
            .trim(
                .init(
                    .relative(try Trimming(upper: 3), groupOfRow: groups, groups: ["a", "b", "c", "d"]),
                    recalibrationRounds: 50))
        ]).apply(to: design)
        for group in 0..<4 {
            let own = (0..<400).filter { groups[$0] == group }.map { result.design.weights[$0] }
            #expect((own.max() ?? 0) <= 3 * own.reduce(0, +) / Double(own.count) * (1 + 1e-6))
        }
        for control in survey.margins([0, 1]) {
            for (sum, target) in zip(survey.totals(result.design.weights, of: control), control.totals) {
                expectClose(sum, target, relative: 1e-10, source: "margin after trimming")
            }
        }
        let record = try #require(result.records.last)
        #expect(record.hasSettled && record.rounds >= 1 && !record.trimmedRows.isEmpty)
        #expect((record.shareTrimmed ?? 0) > 0)
    }
}

/// Raking as it is written in a textbook: rows, margin after margin.
enum PlainRaking {
    static func weights(_ start: [Double], _ margins: [MarginClasses], rounds: Int) -> [Double] {
        var weights = start
        for _ in 0..<rounds {
            for margin in margins {
                var sums = [Double](repeating: 0, count: margin.names.count)
                for row in weights.indices { sums[Int(margin.classOfRow[row])] += weights[row] }
                for row in weights.indices {
                    let own = Int(margin.classOfRow[row])
                    weights[row] *= margin.totals[own] / sums[own]
                }
            }
        }
        return weights
    }
}

extension SampleDesign {
    /// Rows drawn one by one, with these weights.
    static func elements(_ weights: [Double]) -> SampleDesign {
        var table = Table(rowCount: weights.count)
        table.set(.numeric(NumericColumn(values: weights)), for: Variable(name: "w"))
        guard let design = try? SampleDesign(DesignColumns(weights: "w"), of: table) else {
            preconditionFailure("weights above 0")
        }
        return design
    }
}
