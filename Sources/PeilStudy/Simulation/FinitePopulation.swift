import PeilNumerics

/// All adults of the region in their households, with everything that stays the same over the waves.
/// Answers are not stored: `AnswerModel` computes them from the seed whenever they are asked for.
public struct FinitePopulation: Sendable {
    public let parameters: SimulationParameters
    public let seed: UInt64

    // One entry a household.
    let firstPerson: [Int32]
    let stratumOfHousehold: [UInt8]
    let municipalityOfHousehold: [UInt8]
    let composition: [UInt8]
    let householdSize: [UInt8]
    let dwelling: [UInt8]
    let postcode: [UInt16]

    // One entry an adult; adults of a household are neighbours.
    let householdOfPerson: [Int32]
    let sex: [UInt8]
    let ageClass: [UInt8]
    let age: [UInt8]
    /// `typeOfPerson[wave][person]`
    let typeOfPerson: [[UInt8]]

    /// Strata in the order municipality, layer; each with its households.
    public let strata: [PopulationStratum]
    private(set) var answerModel: AnswerModel

    public var adultCount: Int { householdOfPerson.count }
    public var householdCount: Int { firstPerson.count }

    /// The adults of a household.
    public func adults(of household: Int) -> Range<Int> {
        let end = household + 1 < firstPerson.count ? Int(firstPerson[household + 1]) : adultCount
        return Int(firstPerson[household])..<end
    }

    /// Complete answers of one adult in one wave: a code for each item of the parameters, nil where
    /// routing does not put the question. No item non-response: that is added by fieldwork.
    public func answers(of person: Int, wave: Int) -> [Int?] {
        answerModel.answers(of: person, wave: wave, in: self).map { $0 == AnswerModel.notAsked ? nil : Int($0) }
    }

    public func household(of person: Int) -> Int { Int(householdOfPerson[person]) }
    public func municipality(of person: Int) -> Int { Int(municipalityOfHousehold[household(of: person)]) }
    /// 0 for m, 1 for v in the register.
    public func registerSex(of person: Int) -> Int { Int(sex[person]) }
    public func ageClass(of person: Int) -> Int { Int(ageClass[person]) }
    public func stratum(of household: Int) -> Int { Int(stratumOfHousehold[household]) }
    public func age(of person: Int) -> Int { Int(age[person]) }
    /// Index of the latent audience type in `parameters.types`.
    public func audienceType(of person: Int, wave: Int) -> Int { Int(typeOfPerson[wave][person]) }
}

public struct PopulationStratum: Sendable {
    /// Municipality code, hyphen, layer A or B.
    public let name: String
    public let municipality: Int
    public let households: [Int32]
}

extension FinitePopulation {
    init(parameters: SimulationParameters, margins: MarginTable, seed: UInt64) {
        let random = StableRandom(seed: seed)
        var register = PopulationRegister()
        for (index, municipality) in parameters.municipalities.enumerated() {
            var builder = HouseholdBuilder(
                parameters: parameters,
                random: random.stream("households").stream(UInt64(index)))
            let built = builder.households(counts: margins.counts[index])
            register.add(
                built, municipality: municipality, index: index, rules: parameters.households,
                random: random.stream("homes").stream(UInt64(index)))
        }
        self.parameters = parameters
        self.seed = seed
        firstPerson = register.firstPerson
        stratumOfHousehold = register.stratum
        municipalityOfHousehold = register.municipality
        composition = register.composition
        householdSize = register.size
        dwelling = register.dwelling
        postcode = register.postcode
        householdOfPerson = register.household
        sex = register.adults.map(\.sex)
        ageClass = register.adults.map(\.ageClass)
        age = register.adults.map(\.age)
        typeOfPerson = AudienceTypeDraw(parameters: parameters, random: random.stream("types"))
            .types(household: householdOfPerson, ageClass: ageClass, municipality: municipalityOfHousehold)
        strata = register.strata(parameters.municipalities)
        answerModel = AnswerModel(parameters: parameters, random: random)
        answerModel.calibrate(on: self)
    }
}

/// Grows while the municipalities are built; `FinitePopulation` is what remains.
private struct PopulationRegister {
    var firstPerson: [Int32] = []
    var stratum: [UInt8] = []
    var municipality: [UInt8] = []
    var composition: [UInt8] = []
    var size: [UInt8] = []
    var dwelling: [UInt8] = []
    var postcode: [UInt16] = []
    var household: [Int32] = []
    var adults: [RegisterAdult] = []

    mutating func add(
        _ built: [BuiltHousehold], municipality parameters: MunicipalityParameters, index: Int,
        rules: HouseholdParameters, random: StableRandom
    ) {
        var random = random
        let weights = parameters.postcodes.map(\.weight)
        for home in built {
            firstPerson.append(Int32(adults.count))
            // The layer is a property of the household, so no household lies in two strata.
            let isLayerB = home.adults.contains { Int($0.age) >= rules.layerAge }
            stratum.append(UInt8(2 * index + (isLayerB ? 1 : 0)))
            municipality.append(UInt8(index))
            composition.append(home.composition.rawValue)
            size.append(UInt8(home.adults.count + home.minors))
            dwelling.append(rules.dwelling.draw(for: home, flats: parameters.flats, random: &random))
            postcode.append(UInt16(parameters.postcodes[random.choice(weights: weights)].code))
            household += [Int32](repeating: Int32(firstPerson.count - 1), count: home.adults.count)
            adults += home.adults
        }
    }

    func strata(_ municipalities: [MunicipalityParameters]) -> [PopulationStratum] {
        var members = [[Int32]](repeating: [], count: 2 * municipalities.count)
        for (household, index) in stratum.enumerated() { members[Int(index)].append(Int32(household)) }
        return members.enumerated().map { index, households in
            PopulationStratum(
                name: municipalities[index / 2].code + (index % 2 == 0 ? "-A" : "-B"),
                municipality: index / 2, households: households)
        }
    }
}

extension DwellingParameters {
    /// A code of `woning`: 1 house, 2 low flat, 3 high flat, 4 room. Consumes three words.
    fileprivate func draw(for home: BuiltHousehold, flats: Double, random: inout StableRandom) -> UInt8 {
        let isRoom = random.uniform()
        let isFlat = random.uniform()
        let isHigh = random.uniform()
        let chanceOfRoom: Double
        let factor: Double
        switch home.composition {
        case .other: (chanceOfRoom, factor) = (roomsOfSharedHouses, flatFactorAlone)
        case .alone: (chanceOfRoom, factor) = (roomsOfPeopleAlone, flatFactorAlone)
        case .couple, .singleParent: (chanceOfRoom, factor) = (0, 1)
        case .coupleWithChildren: (chanceOfRoom, factor) = (0, flatFactorFamily)
        }
        if isRoom < chanceOfRoom { return 4 }
        guard isFlat < min(1, flats * factor) else { return 1 }
        return isHigh < highFlats ? 3 : 2
    }
}
