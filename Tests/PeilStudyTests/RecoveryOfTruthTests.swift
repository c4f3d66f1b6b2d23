import Foundation
import PeilStatistics
import PeilTable
import Testing

@testable import PeilStudy

/// The simulated waves know what they were drawn from; the whole road finds it back.
@Suite struct RecoveryOfTruthTests {
    private func truth(_ wave: Int) throws -> [String: Any] {
        let root =
            try JSONSerialization.jsonObject(with: Data(try SimulationFixture.bytes("truth.json"))) as? [String: Any]
        let waves = try #require(root?["waves"] as? [[String: Any]])
        return try #require(waves[wave]["region"] as? [String: Any])
    }

    /// Share of rows with `code`, with its standard error; rows without an answer and those with `outside` do not count.
    private func share(
        _ variable: String, _ code: String, _ prepared: StudyRun.Prepared, outside: String? = nil
    )
        throws -> (estimate: Double, error: Double)
    {
        let levels = try prepared.table.column(variable).rowLabels().map { label -> Int32 in
            guard let label, label != outside else { return -1 }
            return label == code ? 0 : 1
        }
        let result = try prepared.estimation.estimate(
            ProportionEstimator(variable, levels: [code], levelOfRow: levels),
            by: .everyone(rowCount: prepared.table.rowCount))
        return (try #require(result.value(0, 0)), try #require(result.standardError(0, 0)))
    }

    @Test(arguments: [0, 1], ["pakket", "plan", "gesprek", "uur72"])
    func sharesLieWithinFourStandardErrors(wave: Int, variable: String) throws {
        let expected = try #require(try truth(wave)["shares"] as? [String: Double])
        let found = try share(variable, "1", try SampleStudy.prepared.get()[wave])
        let value = try #require(expected[variable])
        #expect(found.error > 0.005 && found.error < 0.04)
        #expect(abs(found.estimate - value) < 4 * found.error, "\(found) for \(value)")
    }

    @Test(arguments: [0, 1], ["S1", "S2", "S3", "S4", "S5", "S6"])
    func segmentSizesLieWithinFourStandardErrors(wave: Int, segment: String) throws {
        let expected = try #require(try truth(wave)["segments"] as? [String: Double])
        let found = try share(StudyRun.segmentVariable, segment, try SampleStudy.prepared.get()[wave], outside: "S0")
        let value = try #require(expected[segment])
        #expect(abs(found.estimate - value) < 4 * found.error, "\(found) for \(value)")
    }

    @Test func weightsMeetThePopulation() throws {
        for prepared in try SampleStudy.prepared.get() {
            let weights = prepared.weights.design.weights
            #expect(abs(weights.reduce(0, +) - 934_357) < 1e-3, "adults in margins.csv")
            #expect(weights.allSatisfy { $0 > 0 })
        }
    }

    @Test(arguments: [0, 1]) func kMeansFindsTheTypesBehindTheAnswers(wave: Int) throws {
        let prepared = try SampleStudy.prepared.get()[wave]
        let lines = try SimulationFixture.text("data/truth_types.csv").split(whereSeparator: \.isNewline).dropFirst()
        var typeOf: [String: String] = [:]
        for line in lines {
            let cells = line.split(separator: ";").map(String.init)
            typeOf[cells[1]] = cells[2]
        }
        let inputs = [
            "dreiging", "handelingsvertrouwen", "fase_pakket", "fase_plan", "fase_gesprek", "verantwoord", "vertrouwen",
            "drempels"
        ]
        let fit = try WeightedKMeans(items: inputs, clusters: 5, starts: 20, minimumAnswered: 6, seed: 1)
            .fit(prepared.table, weights: prepared.weights.design.weights, threads: 2).score(prepared.table)
        let identifiers = try prepared.table.column("resp_id").rowLabels()
        let pairs = try identifiers.indices.map { row in
            (fit.codes[Int(fit.codeOfRow[row])], try #require(typeOf[identifiers[row] ?? ""]))
        }.filter { $0.0 != "S0" }
        #expect(pairs.count > 3400)
        #expect(Self.adjustedRand(pairs) >= 0.45)
    }

    /// Latent classes against classes with the true types' own shares and chances: what can be known from these answers.
    @Test(arguments: [0, 1]) func latentClassesFindMostOfWhatTheTrueParametersWould(wave: Int) throws {
        let prepared = try SampleStudy.prepared.get()[wave]
        let weights = prepared.weights.design.weights
        let typeOf = try types()
        let identifiers = try prepared.table.column("resp_id").rowLabels()
        let truth = try identifiers.map { try #require(typeOf[$0 ?? ""]) }
        let items = [
            "kans_stroom", "kans_dreiging", "zorg_stroom", "zorg_dreiging", "nut", "kunnen", "zinloos", "kosten_geld",
            "kosten_tijd", "norm", "verantwoord", "fase_pakket", "fase_plan", "fase_gesprek"
        ]
        let method = try LatentClasses(items: items, classes: 5, starts: 20, seed: 1, minimumAnswered: 8)
        let found = try method.fit(prepared.table, weights: weights, threads: 2).score(prepared.table)
        let known = try trueModel(method, prepared.table, weights, truth).score(prepared.table)
        func index(_ segments: Segmentation) -> Double {
            Self.adjustedRand(
                truth.indices.filter { segments.isPlaced($0) }.map {
                    (segments.codes[Int(segments.codeOfRow[$0])], truth[$0])
                })
        }
        #expect(index(known) > 0.5 && index(known) < 0.99)
        #expect(index(found) >= 0.8 * index(known), "\(index(found)) of \(index(known))")
    }

    private func types() throws -> [String: String] {
        let lines = try SimulationFixture.text("data/truth_types.csv").split(whereSeparator: \.isNewline).dropFirst()
        return Dictionary(
            lines.map { line in
                let cells = line.split(separator: ";").map(String.init)
                return (cells[1], cells[2])
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Shares of the types and of each answer within them.
    private func trueModel(
        _ method: LatentClasses, _ table: Table, _ weights: [Double], _ truth: [String]
    ) throws -> LatentClassModel {
        let names = Set(truth).sorted()
        let typeOfRow = truth.map { names.firstIndex(of: $0) ?? 0 }
        let items = try method.answers(of: table, weights: weights)
        var shares = [Double](repeating: 0, count: names.count)
        for row in truth.indices { shares[typeOfRow[row]] += weights[row] / weights.reduce(0, +) }
        let chances = try items.map { item in
            let labels = try table.column(item.name).rowLabels()
            var sums = names.map { _ in [Double](repeating: 0, count: item.categories.count) }
            for row in truth.indices {
                guard let label = labels[row], let place = item.categories.firstIndex(of: label) else { continue }
                sums[typeOfRow[row]][place] += weights[row]
            }
            return sums.map { line in line.map { $0 / line.reduce(0, +) } }
        }
        return LatentClassModel(
            items: items, shares: shares, probabilities: chances, minimumAnswered: method.minimumAnswered)
    }

    @Test func adjustedRandIsOneForEqualAndAboutZeroForUnrelated() {
        let equal = (0..<60).map { ("a\($0 % 3)", "b\($0 % 3)") }
        let unrelated = (0..<60).map { ("a\($0 % 3)", "b\($0 / 3 % 4)") }
        #expect(Self.adjustedRand(equal) == 1)
        #expect(abs(Self.adjustedRand(unrelated)) < 0.1)
    }

    /// Hubert & Arabie 1985.
    private static func adjustedRand(_ pairs: [(String, String)]) -> Double {
        func choose2(_ count: Int) -> Double { Double(count * (count - 1)) / 2 }
        func counts(_ keys: [String]) -> Double {
            Dictionary(grouping: keys) { $0 }.values.map { choose2($0.count) }.reduce(0, +)
        }
        let both = counts(pairs.map { $0.0 + "|" + $0.1 })
        let (left, right) = (counts(pairs.map(\.0)), counts(pairs.map(\.1)))
        let expected = left * right / choose2(pairs.count)
        return (both - expected) / ((left + right) / 2 - expected)
    }
}
