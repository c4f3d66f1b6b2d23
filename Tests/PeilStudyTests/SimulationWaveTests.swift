import PeilTestSupport
import Testing

@testable import PeilStudy

@Suite("Simulation: drawn waves")
struct SimulationWaveTests {
    @Test("The same seed gives the same bytes, on every machine")
    func knownBytes() throws {
        let population = try SimulationFixture.small.get()
        let waves = try SimulationFixture.smallWaves.get()
        let hashes = waves.map { SimulatedFile.sha256(of: $0.bytes()) }
        #expect(hashes.map { String($0.prefix(16)) } == ["d1ddc41118ce5b60", "c2c9872fb0c94ffd"])
        let single = try Simulation.drawWave(1, from: population, rows: SimulationFixture.smallRows, seed: 7)
        #expect(single.bytes() == waves[1].bytes())
        let other = try Simulation.drawWave(1, from: population, rows: SimulationFixture.smallRows, seed: 8)
        #expect(other.bytes() != waves[1].bytes())
    }

    @Test("About as many people answer as were aimed at")
    func size() throws {
        for wave in try SimulationFixture.smallWaves.get() {
            expectClose(Double(wave.rows.count), 450, absolute: 70, source: "aimed at, about three standard errors")
        }
    }

    @Test("Base weights count the households of each stratum, in both waves")
    func weights() throws {
        let population = try SimulationFixture.small.get()
        for wave in try SimulationFixture.smallWaves.get() {
            var households: [Int: Double] = [:]
            for adult in wave.frame { households[adult.household] = adult.baseWeight }
            var sums = [Double](repeating: 0, count: population.strata.count)
            for (household, weight) in households { sums[population.stratum(of: household)] += weight }
            for (index, stratum) in population.strata.enumerated() {
                expectClose(sums[index], Double(stratum.households.count), relative: 1e-9, source: "N = Σ N/n")
            }
        }
    }

    @Test("A fifth of the households is invited again")
    func overlap() throws {
        let waves = try SimulationFixture.smallWaves.get()
        let first = Set(waves[0].frame.map(\.household))
        let second = Set(waves[1].frame.map(\.household))
        expectClose(
            Double(first.intersection(second).count) / Double(first.count), 0.2, absolute: 0.03,
            source: "simulation.yaml, rounded in 18 strata")
    }

    @Test("All adults of a sampled household are invited")
    func invitations() throws {
        let population = try SimulationFixture.small.get()
        for wave in try SimulationFixture.smallWaves.get() {
            let invited = Dictionary(grouping: wave.frame, by: \.household).mapValues(\.count)
            #expect(invited.allSatisfy { $0.value == population.adults(of: $0.key).count })
        }
    }

    @Test("Weighted by base weights, everyone invited represents the population without bias")
    func unbiased() throws {
        let population = try SimulationFixture.small.get()
        let kit = try #require(population.parameters.items.firstIndex { $0.name == "fase_pakket" })
        let hasKit = try (0..<population.adultCount).map { try #require(population.answers(of: $0, wave: 0)[kit]) >= 4 }
        let truth = Double(hasKit.count { $0 })
        let estimates = try (0..<60).map { seed in
            try SampleDraw(population: population, rows: 300, seed: UInt64(seed)).waves()[0]
                .reduce(0.0) { $0 + (hasKit[$1.person] ? $1.baseWeight : 0) }
        }
        let mean = estimates.reduce(0, +) / 60
        let variance = estimates.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / 59
        expectClose(mean, truth, absolute: 4 * (variance / 60).squareRoot(), source: "Horvitz–Thompson, 60 draws")
    }

    @Test("Every cell holds a code of the questionnaire, a missing code or nothing")
    func codes() throws {
        for wave in try SimulationFixture.smallWaves.get() {
            for (name, allowed) in AllowedCodes.byColumn {
                for text in try #require(wave.column(name)) where !text.isEmpty {
                    #expect(Int(text).map(allowed.contains) ?? false, "\(name)")
                }
            }
        }
    }

    @Test("Questions off the route are empty")
    func routes() throws {
        for wave in try SimulationFixture.smallWaves.get() {
            let kit = try #require(wave.column("fase_pakket"))
            let reason = try #require(wave.column("drempel"))
            for (stage, answer) in zip(kit, reason) where !["1", "2", "3"].contains(stage) { #expect(answer.isEmpty) }
            let known = try #require(wave.column("nsp_bekend"))
            let goes = try #require(wave.column("nsp_gaan"))
            for (idea, answer) in zip(known, goes) where !["1", "2"].contains(idea) { #expect(answer.isEmpty) }
            #expect(reason.contains { !$0.isEmpty } && goes.contains { !$0.isEmpty })
        }
    }

    @Test("Pseudonyms are unique and stay with the person over the waves")
    func pseudonyms() throws {
        let population = try SimulationFixture.small.get()
        #expect(Set((0..<population.adultCount).map { Pseudonym.person($0, seed: 1) }).count == population.adultCount)
        let waves = try SimulationFixture.smallWaves.get()
        for wave in waves {
            #expect(Set(try #require(wave.column("resp_id"))).count == wave.rows.count)
            #expect(Set(try #require(wave.column("persoon_id"))).count == wave.rows.count)
        }
        let both = Set(waves[0].rows.map(\.person)).intersection(waves[1].rows.map(\.person))
        let shared = Set(try #require(waves[0].column("persoon_id")))
            .intersection(try #require(waves[1].column("persoon_id")))
        #expect(both.count == shared.count && !both.isEmpty)
    }

    @Test("Dates lie in the field period")
    func dates() throws {
        let parameters = try SimulationFixture.parameters()
        for wave in try SimulationFixture.smallWaves.get() {
            let period = parameters.waves[wave.wave]
            for text in try #require(wave.column("datum")) {
                let day = try #require(CalendarDay(dutch: text))
                #expect(day >= period.firstDay && day <= period.lastDay)
            }
        }
    }

    @Test("A sample larger than a stratum is refused by name")
    func tooLarge() throws {
        let population = try SimulationFixture.small.get()
        let error = #expect(throws: SimulationError.self) {
            try Simulation.drawWaves(from: population, rows: 20_000)
        }
        guard case .sampleTooLarge(let stratum, let wanted, let available) = error else {
            Issue.record("another error than a sample that is too large")
            return
        }
        #expect(wanted > available && stratum.hasPrefix("GM"))
    }
}

/// Codes of the questionnaire by column, missing codes included.
private enum AllowedCodes {
    static let byColumn: [String: Set<Int>] = {
        let five: Set<Int> = [1, 2, 3, 4, 5, 8, 9]
        let yesno: Set<Int> = [1, 2, 8, 9]
        let ticked: Set<Int> = [0, 1]
        var table: [String: Set<Int>] = [:]
        let hazards = ["stroom", "dreiging", "regen", "hitte", "pandemie", "digitaal"]
        let scales =
            hazards.flatMap { ["kans_\($0)", "ernst_\($0)"] } + [
                "zorg_stroom", "zorg_dreiging", "nut", "kunnen", "zinloos", "kosten_geld", "kosten_tijd", "norm",
                "verantwoord", "vertr_gemeente", "vertr_rijk", "info_genoeg", "fase_pakket", "fase_plan",
                "fase_gesprek",
                "nsp_gaan", "vrijwillig", "rondkomen", "hh_samenstelling"
            ]
        for name in scales { table[name] = five }
        for name in ["afhankelijk", "ervaring", "water_genoeg", "water", "radio"] { table[name] = yesno }
        for name in ["post", "online", "sociaal", "lokaal", "persoon"] { table["kanaal_\(name)"] = ticked }
        table["modus"] = [1, 2, 3, 9]
        table["golf"] = [1, 2]
        table["geslacht"] = [1, 2, 3, 9]
        table["leeftijd"] = Set(18...110).union([999])
        table["opleiding"] = [1, 2, 3, 4, 5, 6, 8, 9]
        table["hh_grootte"] = Set(1...20).union([98, 99])
        table["herkomst"] = [1, 2, 3, 4, 8, 9]
        table["woning"] = [1, 2, 3, 4, 8, 9]
        table["boekje"] = [1, 2, 3, 4, 8, 9]
        table["uren"] = Set(0...720).union([998, 999])
        table["drempel"] = [1, 2, 3, 4, 5, 6, 7, 10, 11, 98, 99]
        table["nsp_bekend"] = [1, 2, 3, 8, 9]
        table["pc4"] = Set(1000...9999).union([98, 99])
        return table
    }()
}
