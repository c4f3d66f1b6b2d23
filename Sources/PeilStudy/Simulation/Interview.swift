import PeilNumerics

/// What ends up in the file for one respondent: the true answers, less item non-response, break-offs and
/// people who rush. Every respondent has an own stream, so nobody's answers depend on anyone else's.
struct Interview {
    let population: FinitePopulation
    let wave: Int
    let sampled: SampledAdult
    /// Text of each register column, except the response number.
    private(set) var register: [RegisterColumn: String] = [:]
    /// Text of each item: a code, a missing code, or empty.
    private(set) var answers: [String]
    /// Place in the order in which forms came in: day first.
    private(set) var arrival: (day: Int, order: UInt64) = (0, 0)
    private var random: StableRandom
    private let tendencyToSilence: Double

    init(of sampled: SampledAdult, wave: Int, in population: FinitePopulation, random: StableRandom) {
        self.population = population
        self.wave = wave
        self.sampled = sampled
        self.random = random
        let fieldwork = population.parameters.fieldwork
        tendencyToSilence = PortableMath.exponential(fieldwork.silence * self.random.normal())
        answers = []
        let isRushed = conduct(fieldwork)
        answers = reportedAnswers(isRushed: isRushed)
        if self.random.chance(fieldwork.breakOff), !isRushed { breakOff() }
        reportRegisterFacts()
    }

    // MARK: The conversation

    /// Mode, day and duration; true for a respondent who rushes through the form.
    private mutating func conduct(_ fieldwork: FieldworkParameters) -> Bool {
        let ageClass = population.ageClass(of: sampled.person)
        let mode = random.choice(weights: fieldwork.modes.map { $0[ageClass] })
        let period = population.parameters.waves[wave]
        let days = period.lastDay.daysSince1970 - period.firstDay.daysSince1970 + 1
        // Most forms come in early, a second bulge follows the reminder halfway.
        let early = random.uniform() * random.uniform() * 0.5
        let day = Int((early + (random.chance(0.4) ? 0.5 : 0)) * Double(days))
        arrival = (day, random.next())
        let isRushed = random.chance(fieldwork.rushed) && mode == 0
        let spread = PortableMath.exponential(fieldwork.duration.spread * random.normal())
        let seconds = fieldwork.duration.median * spread * (isRushed ? 0.15 : 1)
        register[.mode] = String(mode + 1)
        register[.day] = CalendarDay(daysSince1970: period.firstDay.daysSince1970 + day).dutchText
        // Nobody times a paper form.
        register[.duration] = mode == 1 ? "" : String(Int(seconds.rounded()))
        return isRushed
    }

    private mutating func reportedAnswers(isRushed: Bool) -> [String] {
        let truth = population.answers(of: sampled.person, wave: wave)
        var positionOfGroup: [String: Int] = [:]
        var result: [String] = []
        let items = population.parameters.items
        result.reserveCapacity(items.count)
        // By place: an item has many parts, and a copy of it costs more than an answer.
        for index in items.indices {
            let codes = items[index].codes
            var position = codes.firstIndex { $0 == truth[index] }
            // Someone who rushes ticks the same place all the way down a list of questions.
            let ticked = random.integer(below: codes.count)
            if isRushed, let group = items[index].group {
                position = min(positionOfGroup[group, default: ticked], codes.count - 1)
                positionOfGroup[group] = position
            }
            let lost = missingText(items[index].missing, skipped: items[index].skipped)
            if let route = items[index].route, !route.codes.contains(where: { String($0) == result[route.item] }) {
                result.append("")
            } else {
                result.append(lost ?? String(codes[position ?? ticked]))
            }
        }
        return result
    }

    /// A missing code or empty text with the chances of an item, nil for an answer. Consumes one word.
    private mutating func missingText(_ missing: [MissingCodeParameters], skipped: Double) -> String? {
        var rest = random.uniform()
        for entry in missing {
            rest -= entry.rate * tendencyToSilence
            if rest < 0 { return String(entry.code) }
        }
        return rest < skipped * tendencyToSilence ? "" : nil
    }

    /// Everything after a random question stays empty; the clock stops there too.
    private mutating func breakOff() {
        let firstLost = 3 + random.integer(below: answers.count - 3)
        for index in firstLost..<answers.count { answers[index] = "" }
        if let text = register[.duration], let seconds = Int(text) {
            register[.duration] = String(seconds * firstLost / answers.count)
        }
    }

    // MARK: Register and design columns

    private mutating func reportRegisterFacts() {
        let person = sampled.person
        let home = sampled.household
        let fieldwork = population.parameters.fieldwork
        register[.wave] = String(population.parameters.waves[wave].code)
        register[.person] = Pseudonym.person(person, seed: population.seed)
        register[.household] = Pseudonym.household(home, seed: population.seed)
        register[.stratum] = population.strata[sampled.stratum].name
        register[.baseWeight] = DutchText.decimal(sampled.baseWeight, places: 6)
        register[.municipality] = population.parameters.municipalities[population.municipality(of: person)].code
        register[.postcode] = String(population.postcode[home])
        register[.gender] = String(population.registerSex(of: person) + 1)
        register[.age] = String(population.age(of: person))
        register[.composition] = String(population.composition[home])
        register[.householdSize] = String(population.householdSize[home])
        register[.dwelling] = String(population.dwelling[home])
        if random.chance(fieldwork.otherGender) { register[.gender] = "3" }
        for column in RegisterColumn.answered {
            let missing = fieldwork.registerMissing[column.rawValue] ?? []
            if let lost = missingText(missing, skipped: 0) { register[column] = lost }
        }
        let remark = random.integer(below: max(1, fieldwork.remarks.count))
        let speaks = random.chance(fieldwork.remarkRate) && !fieldwork.remarks.isEmpty
        register[.remark] = speaks ? fieldwork.remarks[remark] : ""
    }

    /// Cells in the order of the columns of a file.
    func cells(responseID: String, _ sources: [CellSource]) -> [String] {
        sources.map { source in
            switch source {
            case .response: responseID
            case .register(let column): register[column] ?? ""
            case .item(let index): answers[index]
            case .none: ""
            }
        }
    }
}

/// What fills a column of a wave file.
enum CellSource {
    case response
    case register(RegisterColumn)
    /// The answer to an item, by its place.
    case item(Int)
    case none

    /// In the order of the parameters' columns.
    static func all(_ parameters: SimulationParameters) -> [CellSource] {
        parameters.columns.map { name in
            if name == RegisterColumn.response.rawValue { return .response }
            if let column = RegisterColumn(rawValue: name) { return .register(column) }
            return parameters.items.firstIndex { $0.name == name }.map { .item($0) } ?? .none
        }
    }
}

/// Pseudonyms that say nothing about the order of the population and stay the same over waves: a
/// one-to-one mixing of 28 bits, written as seven hexadecimal digits.
enum Pseudonym {
    static func person(_ index: Int, seed: UInt64) -> String { "P" + mixed(UInt64(index), seed &* 3 &+ 1) }
    static func household(_ index: Int, seed: UInt64) -> String { "H" + mixed(UInt64(index), seed &* 5 &+ 2) }

    private static func mixed(_ index: UInt64, _ key: UInt64) -> String {
        let mask: UInt64 = (1 << 28) - 1
        var word = (index &+ key) & mask
        // Odd multipliers and shifts to the right are one to one modulo 2²⁸.
        for multiplier in [0x9e3_779b, 0x85e_bca7, 0xc2b_2ae3] as [UInt64] {
            word = (word &* multiplier) & mask
            word ^= word >> 13
        }
        let digits = String(word, radix: 16, uppercase: true)
        return String(repeating: "0", count: 7 - digits.utf8.count) + digits
    }
}
