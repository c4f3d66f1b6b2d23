import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport

/// An invented survey: strata of clusters with unequal weights, answers that some did not give.
struct RandomSurvey {
    let table: Table
    static let columns = DesignColumns(weights: "w", strata: ["stratum"], clusters: ["psu"])

    init(rowCount: Int = 600, seed: UInt64 = 20) {
        var random = StableRandom(seed: seed)
        var stratum: [String?] = []
        var psu: [Double?] = []
        var weight: [Double?] = []
        var y: [Double?] = []
        var x: [Double?] = []
        var score: [Double?] = []
        var town: [String?] = []
        for row in 0..<rowCount {
            stratum.append("s\(row % 5)")
            psu.append(Double(row % 40))
            weight.append(20 + 200 * random.uniform())
            let level = Double(row % 40) / 20 + random.normal()
            y.append(random.chance(0.05) ? nil : 10 + 3 * level)
            x.append(4 + random.uniform())
            score.append(random.chance(0.08) ? nil : Double(random.integer(below: 7)))
            town.append(random.chance(0.02) ? nil : ["a", "b", "c", "d"][random.choice(weights: [4, 3, 2, 1])])
        }
        table = .of(
            numbers: ["psu": psu, "w": weight, "y": y, "x": x, "score": score],
            codes: ["stratum": stratum, "town": town])
    }

    init(table: Table) { self.table = table }

    func estimation(_ columns: DesignColumns = columns, threads: Int = 1) throws -> Estimation {
        Estimation(try SampleDesign(columns, of: table), engine: VarianceEngine(), threads: threads)
    }

    var everyone: Grouping { .everyone(rowCount: table.rowCount) }
    func towns() throws -> Grouping { .cross([("town", try table.column("town"))]) }

    /// The same survey with another column in place of `name`.
    func replacing(_ name: String, _ values: [Double?]) -> RandomSurvey {
        var table = table
        table.set(.numeric(.of(values)), for: Variable(name: name))
        return RandomSurvey(table: table)
    }

    func weights(times factor: (Int) -> Double) throws -> RandomSurvey {
        let weights = try table.numbers("w").values
        return replacing("w", weights.indices.map { weights[$0] * factor($0) })
    }
}

/// Estimates and standard errors of every group and parameter, undefined ones left out.
func figures(_ result: GroupedEstimates) -> (values: [Double], errors: [Double]) {
    var values: [Double] = []
    var errors: [Double] = []
    for group in 0..<result.grouping.count {
        for parameter in result.labels.indices {
            guard let value = result.value(group, parameter), let error = result.standardError(group, parameter) else {
                continue
            }
            values.append(value)
            errors.append(error)
        }
    }
    return (values, errors)
}
