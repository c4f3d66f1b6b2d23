import Foundation
import PeilNumerics
import PeilStatistics
import PeilTestSupport
import Testing

@testable import PeilStudy

/// A country of sixty municipalities, few respondents each and none in four of them: where a model may lead.
@Suite struct ManyAreasTests {
    private static let count = 60
    private static let unsampled = [7, 22, 37, 52]

    private static let study = """
        study: land
        language: nl
        codebook: codebook.yaml
        basis: probability
        waves: [{id: g1, label: g1, from: "2026-01-01", to: "2026-02-01", files: [{path: g1.csv, mode: web}]}]
        design: {weights: w}
        areas:
          variable: gemeente
          region: Land
          small_areas:
            indicators: [{question: kit, level: "1"}, {question: score}]
            covariates: {file: gemeenten.csv, area: code, columns: [ouder, {column: kust, categorical: true}]}
            standardise: {by: [leeftijd], file: margins.csv, columns: [code, leeftijd], total: n}
            scale: arcsine
            smooth_variances: true
        report:
          title: Land
          population: inwoners
          banner: Proef
          questions: [{variable: kit, label: Kit, levels: ["1"]}]
          key_figures: [{question: kit, level: "1"}]
          sections: []

        """

    private static let codebook = """
        study: land
        columns:
          nr: {type: id, unique: true}
          gemeente: {type: region}
          leeftijd: {type: code, codes: {1: jong, 2: oud}}
          kit: {type: code, codes: {0: nee, 1: ja}}
          score: {type: number}
          w: {type: weight}

        """

    /// The lines of the files, and the people of each municipality.
    private struct Country {
        var (covariates, margins, answers): ([String], [String], [String]) = ([], [], [])
        var people: [String: Double] = [:]

        init() {
            var random = StableRandom(seed: 60)
            for area in 0..<ManyAreasTests.count {
                let code = "GM\(1000 + area)"
                let older = Double(random.integer(below: 1000)) / 1000
                covariates.append("\(code),\(older),\(area % 3 == 0 ? "ja" : "nee")")
                let ages = [2000 + random.integer(below: 9000), 2000 + random.integer(below: 9000)]
                for age in 0..<2 { margins.append("\(code),\(age + 1),\(ages[age])") }
                people[code] = Double(ages[0] + ages[1])
                let share = min(0.9, max(0.05, 0.2 + 0.3 * older + 0.06 * random.normal()))
                let count = ManyAreasTests.unsampled.contains(area) ? 0 : 6 + random.integer(below: 80)
                for _ in 0..<count {
                    let age = random.integer(below: 2)
                    let kit = random.chance(share) ? 1 : 0
                    let score = Double(500 + Int(100 * older + 150 * random.normal())) / 10
                    answers.append("r\(answers.count),\(code),\(age + 1),\(kit),\(score),\(ages[age] / 30)")
                }
            }
        }
    }

    /// - Parameters:
    ///   - order: how the lines of the covariates stand.
    ///   - change: what else the study says.
    private func results(
        _ order: ([String]) -> [String] = { $0 }, _ change: (String) -> String = { $0 }
    ) throws -> AreaEstimates.Result {
        let fixture = try StudyFixture()
        let country = Country()
        func write(_ header: String, _ lines: [String], _ name: String) throws {
            try fixture.write(([header] + lines).joined(separator: "\n") + "\n", to: name)
        }
        try fixture.write(change(Self.study), to: "study.yaml")
        try fixture.write(Self.codebook, to: "codebook.yaml")
        try write("code,ouder,kust", order(country.covariates), "gemeenten.csv")
        try write("code,leeftijd,n", country.margins, "margins.csv")
        try write("nr,gemeente,leeftijd,kit,score,w", country.answers, "g1.csv")
        let study = try Study(at: fixture.folder.path)
        let run = StudyRun(study, wave: try #require(study.waves.first), threads: 2)
        return try AreaEstimates(run, try run.prepare(withSegments: false)).result()
    }

    private func rows(_ result: AreaEstimates.Result, _ table: String) throws -> [[String: Any]] {
        let data = Data(result.report.json.text.utf8)
        let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        return try #require(json[table] as? [[String: Any]])
    }

    @Test func theModelLeadsWhereAnswersAreFewAndTheRegionIsKept() throws {
        let result = try results()
        #expect(result.failures.isEmpty)
        let leading = try rows(result, "leading")
        let model = try rows(result, "model")
        for (place, fit) in try rows(result, "fits").enumerated() {
            let own = place * Self.count..<(place + 1) * Self.count
            let kinds = Dictionary(grouping: leading[own]) { $0["leads"] as? String ?? "" }.mapValues(\.count)
            #expect(kinds["synthetic"] == 4 && kinds["model"] ?? 0 > 10 && kinds["none"] == nil)
            #expect(kinds["direct"] ?? 0 > 0, "\(kinds)")
            #expect(fit["sampled"] as? Int == 56 && fit["areas"] as? Int == 60)
            // Areas without answers count with their people, on the measure of the weights of the others.
            var (answered, known, sums, total) = (0.0, 0.0, 0.0, 0.0)
            let people = Country().people
            for (row, area) in zip(leading[own], model[own]) where row["n"] as? Int != 0 {
                answered += (row["people"] as? NSNumber)?.doubleValue ?? 0
                known += people[area["area"] as? String ?? ""] ?? 0
            }
            for (row, area) in zip(leading[own], model[own]) {
                let weight =
                    row["n"] as? Int == 0
                    ? (people[area["area"] as? String ?? ""] ?? 0) * answered / known
                    : (row["people"] as? NSNumber)?.doubleValue ?? 0
                sums += weight * ((area["benchmarked"] as? NSNumber)?.doubleValue ?? .infinity)
                total += weight
            }
            expectClose(
                sums / total, try #require(fit["region"] as? NSNumber).doubleValue, relative: 1e-12,
                source: "Σ W θ = the region's direct figure")
        }
    }

    @Test func theOrderOfTheCovariateFileChangesNothing() throws {
        let (first, second) = (try results(), try results { $0.reversed() })
        for table in ["leading", "ladder", "model", "coefficients"] {
            func sorted(_ result: AreaEstimates.Result) throws -> [[String: Any]] {
                try rows(result, table).sorted { key($0) < key($1) }
            }
            func key(_ row: [String: Any]) -> String {
                ["indicator", "area", "term"].map { row[$0] as? String ?? "" }.joined(separator: " ")
            }
            for (left, right) in zip(try sorted(first), try sorted(second)) {
                #expect(key(left) == key(right))
                for name in ["estimate", "direct", "model", "gamma", "benchmarked_rmse", "composite"] {
                    guard let one = (left[name] as? NSNumber)?.doubleValue else { continue }
                    let other = try #require((right[name] as? NSNumber)?.doubleValue)
                    expectClose(other, one, relative: 1e-9, absolute: 1e-12, source: "\(key(left)) \(name)")
                }
            }
        }
    }

    @Test func whereEachMunicipalityIsOneSamplingUnitThereIsNoVarianceToSmooth() throws {
        let change: (String) -> String = {
            $0.replacingOccurrences(of: "design: {weights: w}", with: "design: {weights: w, clusters: [gemeente]}")
        }
        let result = try results({ $0 }, change)
        #expect(result.failures.map(\.code) == ["BAD_VARIANCE", "BAD_VARIANCE"])
        #expect(result.failures.allSatisfy { $0.message.contains("no area has a sampling variance") })
        let ladder = try rows(result, "ladder")
        #expect(ladder.count { $0["direct"] is NSNumber } == 112)
        #expect(ladder.allSatisfy { $0["cv"] is NSNull && $0["composite"] is NSNull && $0["model"] is NSNull })
        let unsmoothed: (String) -> String = {
            change($0).replacingOccurrences(of: "    smooth_variances: true\n", with: "")
        }
        let named = try results({ $0 }, unsmoothed)
        #expect(named.failures.allSatisfy { $0.message.contains("'GM1000'") && $0.remedy.contains("smooth_variances") })
    }
}
