import PeilTable

extension SimulationParameters {
    /// Reads the text of a `simulation.yaml`. Unknown keys are errors that name the nearest valid one.
    public init(yaml text: String) throws(SimulationError) {
        let root = try ParameterSection.root(
            of: text,
            keys: [
                "population_seed", "sample_seed", "rows", "age_classes", "municipalities", "households", "types",
                "traits", "item_noise", "waves", "answer_sets", "items", "design", "response", "fieldwork",
                "columns", "truth"
            ])
        let seeds = (try root.integer("population_seed"), try root.integer("sample_seed"))
        guard seeds.0 >= 0, seeds.1 >= 0 else {
            throw root.bad("population_seed", "a whole number from 0", root.node("population_seed"))
        }
        populationSeed = UInt64(seeds.0)
        sampleSeed = UInt64(seeds.1)
        rows = try root.integer("rows")
        ageClasses = try Self.readAgeClasses(root)
        waves = try Self.readWaves(root)
        let typesSection = try root.section("types", keys: ["shared_in_household", "profiles", "transitions"])
        let typeNames = try typesSection.section("profiles", keys: nil).entries.map(\.key)
        municipalities = try Self.readMunicipalities(root, typeCount: typeNames.count)
        let names = Names(
            ageClasses: ageClasses.map(\.label), municipalities: municipalities.map(\.code),
            types: typeNames, waves: waves.count,
            traits: try root.section("traits", keys: nil).entries.map(\.key))
        households = try Self.readHouseholds(root, classes: ageClasses.count)
        types = try Self.readTypes(typesSection, names)
        sharedTypeChance = try typesSection.share("shared_in_household")
        transitions = try Self.readTransitions(typesSection, names)
        traits = try Self.readTraits(root, names)
        noise = try Self.readNoiseShares(root.section("item_noise", keys: ["household", "person"]))
        items = try Self.readItems(root, names, noise: noise)
        design = DesignParameters(
            shareOfLayerB: try root.section("design", keys: ["share_of_layer_b"])
                .share("share_of_layer_b"))
        response = try Self.readResponse(root, names)
        fieldwork = try Self.readFieldwork(root, names)
        columns = try root.texts("columns")
        truth = try Self.readTruth(root, items: items)
        try checkColumns(root)
    }

    /// The names that other parts of the file refer to.
    struct Names {
        var ageClasses: [String]
        var municipalities: [String]
        var types: [String]
        var waves: Int
        var traits: [String]
    }

    private func checkColumns(_ root: ParameterSection) throws(SimulationError) {
        let known = RegisterColumn.allCases.map(\.rawValue) + items.map(\.name)
        for column in columns where !known.contains(column) {
            throw .unknownKey(
                column, nearest: nearestName(to: column, among: known),
                place: "columns", line: root.node("columns")?.mark?.line)
        }
    }

    private static func readAgeClasses(_ root: ParameterSection) throws(SimulationError) -> [AgeClassParameters] {
        var classes: [AgeClassParameters] = []
        for (label, node) in try root.section("age_classes", keys: nil).entries {
            let section = try ParameterSection(
                node, place: "age_classes › \(label)",
                keys: [
                    "from", "to", "decay", "ageing"
                ])
            let item = AgeClassParameters(
                label: label, from: try section.integer("from"),
                to: try section.integer("to"), decay: try section.share("decay", default: 0),
                ageing: try section.share("ageing", default: 0))
            guard item.from <= item.to else { throw section.bad("to", "at least 'from'", section.node("to")) }
            guard item.from >= 0, item.to <= 150 else {
                throw section.bad("to", "an age between 0 and 150", section.node("to"))
            }
            classes.append(item)
        }
        return classes
    }

    private static func readWaves(_ root: ParameterSection) throws(SimulationError) -> [WaveParameters] {
        var waves: [WaveParameters] = []
        for node in try root.list("waves") {
            let section = try ParameterSection(
                node, place: "waves",
                keys: [
                    "code", "label", "from", "to", "overlap", "file"
                ])
            waves.append(
                WaveParameters(
                    code: try section.integer("code"), label: try section.text("label"),
                    firstDay: try readDay(section, "from"), lastDay: try readDay(section, "to"),
                    overlap: try section.share("overlap", default: 0), file: try section.text("file")))
        }
        return waves
    }

    private static func readDay(_ section: ParameterSection, _ key: String) throws(SimulationError) -> CalendarDay {
        guard let day = CalendarDay(dutch: try section.text(key)) else {
            throw section.bad(key, "a date dd-mm-jjjj", section.node(key))
        }
        return day
    }

    private static func readMunicipalities(
        _ root: ParameterSection, typeCount: Int
    )
        throws(SimulationError) -> [MunicipalityParameters]
    {
        var result: [MunicipalityParameters] = []
        for (code, node) in try root.section("municipalities", keys: nil).entries {
            let section = try ParameterSection(
                node, place: "municipalities › \(code)",
                keys: ["name", "mix", "flats", "postcodes"])
            var postcodes: [(code: Int, weight: Double)] = []
            for (postcode, weight) in try section.section("postcodes", keys: nil).entries {
                guard let number = Int(postcode), let value = ParameterSection.number(weight), value >= 0 else {
                    throw section.bad("postcodes", "a postcode with its number of residents", weight)
                }
                postcodes.append((number, value))
            }
            result.append(
                MunicipalityParameters(
                    code: code, name: try section.text("name"), mix: try section.numbers("mix", count: typeCount),
                    flats: try section.share("flats"), postcodes: postcodes))
        }
        return result
    }

    private static func readHouseholds(
        _ root: ParameterSection, classes: Int
    )
        throws(SimulationError) -> HouseholdParameters
    {
        let section = try root.section(
            "households",
            keys: [
                "alone", "couple", "child_at_home", "same_sex", "minors", "single_parent_factor", "minor_counts",
                "shared_sizes", "largest", "layer_b_from_age", "dwelling"
            ])
        func bySex(_ key: String) throws(SimulationError) -> [[Double]] {
            let sexes = try section.section(key, keys: ["m", "v"])
            return [try sexes.numbers("m", count: classes), try sexes.numbers("v", count: classes)]
        }
        return HouseholdParameters(
            alone: try bySex("alone"), couple: try bySex("couple"), childAtHome: try bySex("child_at_home"),
            sameSexShare: try section.share("same_sex"), minors: try section.numbers("minors", count: classes),
            singleParentFactor: try section.number("single_parent_factor"),
            minorCounts: try section.numbers("minor_counts"), sharedSizes: try section.numbers("shared_sizes"),
            largest: try section.integer("largest"), layerAge: try section.integer("layer_b_from_age"),
            dwelling: try readDwelling(section))
    }

    private static func readDwelling(_ households: ParameterSection) throws(SimulationError) -> DwellingParameters {
        let section = try households.section(
            "dwelling",
            keys: [
                "rooms_of_shared_houses", "rooms_of_people_alone", "high_flats", "flat_factor_alone",
                "flat_factor_family"
            ])
        return DwellingParameters(
            roomsOfSharedHouses: try section.share("rooms_of_shared_houses"),
            roomsOfPeopleAlone: try section.share("rooms_of_people_alone"),
            highFlats: try section.share("high_flats"),
            flatFactorAlone: try section.number("flat_factor_alone"),
            flatFactorFamily: try section.number("flat_factor_family"))
    }

    private static func readTypes(
        _ section: ParameterSection, _ names: Names
    )
        throws(SimulationError) -> [AudienceTypeParameters]
    {
        var result: [AudienceTypeParameters] = []
        for (name, node) in try section.section("profiles", keys: nil).entries {
            let profile = try ParameterSection(node, place: "types › \(name)", keys: ["label", "means", "age_odds"])
            result.append(
                AudienceTypeParameters(
                    name: name, label: try profile.text("label"),
                    means: try readVector(profile, "means", names: names.traits),
                    ageOdds: try profile.numbers("age_odds", count: names.ageClasses.count)))
        }
        return result
    }

    /// A full matrix from the few changes that are named; the rest of each row stays.
    private static func readTransitions(
        _ section: ParameterSection, _ names: Names
    )
        throws(SimulationError) -> [[Double]]
    {
        let changes = try section.section("transitions", keys: names.types)
        var matrix: [[Double]] = []
        for (index, name) in names.types.enumerated() {
            var row =
                try changes.has(name)
                ? readVector(changes, name, names: names.types)
                : [Double](repeating: 0, count: names.types.count)
            row[index] = 1 - row.reduce(0, +)
            guard row[index] >= 0 else { throw section.bad(name, "shares that sum to at most 1", changes.node(name)) }
            matrix.append(row)
        }
        return matrix
    }

    private static func readTraits(
        _ root: ParameterSection, _ names: Names
    )
        throws(SimulationError) -> [TraitParameters]
    {
        var result: [TraitParameters] = []
        for (name, node) in try root.section("traits", keys: nil).entries {
            let section = try ParameterSection(
                node, place: "traits › \(name)",
                keys: ["household", "person", "age", "female", "municipality"])
            result.append(
                TraitParameters(
                    name: name, householdDeviation: try section.number("household"),
                    personDeviation: try section.number("person"),
                    effects: try readEffects(section, names)))
        }
        return result
    }

    static func readNoiseShares(_ section: ParameterSection) throws(SimulationError) -> NoiseShares {
        let shares = NoiseShares(household: try section.share("household"), person: try section.share("person"))
        guard shares.household + shares.person <= 1 else {
            throw section.bad("person", "a share that leaves room for the household's", section.node("person"))
        }
        return shares
    }

    /// Keys `age`, `female` and `municipality` of a section; what is absent has no effect.
    static func readEffects(
        _ section: ParameterSection, _ names: Names
    )
        throws(SimulationError) -> DemographicEffects
    {
        let zeros = [Double](repeating: 0, count: names.ageClasses.count)
        return DemographicEffects(
            age: try section.has("age") ? section.numbers("age", count: zeros.count) : zeros,
            female: try section.number("female", default: 0),
            municipality: try readVector(section, "municipality", names: names.municipalities))
    }

    /// A vector in the order of `names` from the entries that are named; 0 for the others.
    static func readVector(
        _ section: ParameterSection, _ key: String, names: [String]
    )
        throws(SimulationError) -> [Double]
    {
        var vector = [Double](repeating: 0, count: names.count)
        guard let entries = try section.optionalSection(key, keys: names) else { return vector }
        for (index, name) in names.enumerated() { vector[index] = try entries.number(name, default: 0) }
        return vector
    }
}
