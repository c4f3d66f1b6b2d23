import PeilTestSupport
import Testing

@testable import PeilStudy

@Suite("Simulation: the finite population")
struct SimulationPopulationTests {
    private func expectMarginsMet(_ population: FinitePopulation, _ margins: [AdultMargin]) {
        var counts: [String: Int] = [:]
        for person in 0..<population.adultCount {
            let municipality = population.parameters.municipalities[population.municipality(of: person)].code
            let ageClass = population.parameters.ageClasses[population.ageClass(of: person)]
            #expect((ageClass.from...ageClass.to).contains(population.age(of: person)))
            counts["\(municipality) \(population.registerSex(of: person)) \(ageClass.label)", default: 0] += 1
        }
        for margin in margins {
            let key = "\(margin.municipalityCode) \(margin.sex == "m" ? 0 : 1) \(margin.ageClass)"
            #expect(counts[key, default: 0] == margin.population, "\(key)")
        }
        #expect(population.adultCount == margins.reduce(0) { $0 + $1.population })
    }

    @Test("Every margin is met exactly")
    func margins() throws {
        expectMarginsMet(try SimulationFixture.small.get(), try SimulationFixture.margins(dividedBy: 60))
    }

    @Test("All 934,357 adults of Haaglanden meet the margins exactly")
    func wholeRegion() throws {
        let margins = try SimulationFixture.margins()
        let population = try Simulation.population(try SimulationFixture.parameters(), margins: margins)
        #expect(population.adultCount == 934_357)
        expectMarginsMet(population, margins)
    }

    @Test("A household lies in one stratum, decided by municipality and oldest adult")
    func strata() throws {
        let population = try SimulationFixture.small.get()
        var seen = [Int](repeating: 0, count: population.householdCount)
        for (index, stratum) in population.strata.enumerated() {
            for household in stratum.households.map(Int.init) {
                seen[household] += 1
                let oldest = population.adults(of: household).map { population.age(of: $0) }.max() ?? 0
                #expect(stratum.name.hasSuffix(oldest >= 65 ? "-B" : "-A"))
                #expect(population.stratum(of: household) == index)
            }
        }
        #expect(seen.allSatisfy { $0 == 1 })
    }

    @Test("Composition, size and postcode of a household agree")
    func households() throws {
        let population = try SimulationFixture.small.get()
        for household in 0..<population.householdCount {
            let adults = population.adults(of: household).count
            let size = Int(population.householdSize[household])
            let municipality = population.parameters.municipalities[Int(population.municipalityOfHousehold[household])]
            #expect((1...5).contains(adults) && size >= adults)
            #expect(municipality.postcodes.contains { $0.code == Int(population.postcode[household]) })
            switch population.composition[household] {
            case 1: #expect(size == 1)
            case 2: #expect(adults == 2 && size == 2)
            case 3: #expect(adults >= 2 && size >= 3)
            case 4: #expect(size >= 2)
            default: #expect(adults >= 2 && size == adults)
            }
        }
    }

    @Test("Adults of one household resemble each other: intraclass correlation 0.1 or more")
    func householdCorrelation() throws {
        let truth = Simulation.truth(of: try SimulationFixture.small.get())
        for wave in truth {
            for name in ["pakket", "plan", "gesprek", "dreiging", "handelingsvertrouwen", "uren"] {
                let value = try #require(wave.householdCorrelation.first { $0.name == name }).value
                #expect(value >= 0.1, "\(name) in wave \(wave.wave)")
            }
        }
    }

    @Test("The intraclass correlation equals a worked example")
    func correlationByHand() {
        // Three pairs (1,2), (3,3), (5,7): MSB = 10.5, MSW = 5/6, so (10.5 − 5/6) / (10.5 + 5/6).
        var resemblance = HouseholdResemblance()
        for pair in [[1.0, 2.0], [3, 3], [5, 7], [9]] {
            for value in pair { resemblance.add(value) }
            resemblance.closeHousehold()
        }
        expectClose(
            resemblance.correlation, (10.5 - 5 / 6.0) / (10.5 + 5 / 6.0), relative: 1e-14,
            source: "by hand; the household of one does not count")
    }

    @Test("Truth equals a plain recount of all complete answers")
    func truthRecounted() throws {
        let population = try SimulationFixture.small.get()
        let items = population.parameters.items.map(\.name)
        let kit = try #require(items.firstIndex(of: "fase_pakket"))
        let hours = try #require(items.firstIndex(of: "uren"))
        for truth in Simulation.truth(of: population) {
            var withKit = 0
            var sumOfHours = 0
            for person in 0..<population.adultCount {
                let answers = population.answers(of: person, wave: truth.wave)
                if try #require(answers[kit]) >= 4 { withKit += 1 }
                sumOfHours += try #require(answers[hours])
            }
            expectClose(
                truth.region.shares[0], Double(withKit) / Double(population.adultCount), relative: 1e-14,
                source: "recount")
            let mean = try #require(population.parameters.truth.means.firstIndex { $0.name == "uren" })
            expectClose(
                truth.region.means[mean], Double(sumOfHours) / Double(population.adultCount), relative: 1e-12,
                source: "recount")
            #expect(truth.region.segments.reduce(0, +) > 0.999999 && truth.region.segments[0] == 0)
            #expect(truth.municipalities.reduce(0) { $0 + $1.adults } == population.adultCount)
            // Segments divide the same adults: their sizes and what they have in common follow.
            #expect(truth.segments.map { Double($0.adults) / Double(population.adultCount) } == truth.region.segments)
            let kits = truth.segments.filter { $0.adults > 0 }.map { $0.shares[0] * Double($0.adults) }
            expectClose(kits.reduce(0, +), Double(withKit), relative: 1e-12, source: "recount")
            #expect(truth.segments[1].shares[0] == 1, "a kit is part of what makes a segment ready")
        }
    }

    @Test("Answers of one person persist over the waves")
    func persistence() throws {
        let population = try SimulationFixture.small.get()
        let kit = try #require(population.parameters.items.firstIndex { $0.name == "fase_pakket" })
        var table = [[0.0, 0.0], [0.0, 0.0]]
        for person in stride(from: 0, to: population.adultCount, by: 5) {
            let first = try #require(population.answers(of: person, wave: 0)[kit])
            let second = try #require(population.answers(of: person, wave: 1)[kit])
            table[first >= 4 ? 1 : 0][second >= 4 ? 1 : 0] += 1
        }
        let total = table[0][0] + table[0][1] + table[1][0] + table[1][1]
        let before = (table[1][0] + table[1][1]) / total
        let after = (table[0][1] + table[1][1]) / total
        let covariance = table[1][1] / total - before * after
        let correlation = covariance / (before * (1 - before) * after * (1 - after)).squareRoot()
        #expect(correlation > 0.6 && correlation < 0.98)
        #expect(after > before, "the campaign helps a little")
    }
}
