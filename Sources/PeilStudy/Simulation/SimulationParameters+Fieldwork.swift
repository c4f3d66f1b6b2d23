extension SimulationParameters {
    static func readResponse(_ root: ParameterSection, _ names: Names) throws(SimulationError) -> ResponseParameters {
        let section = try root.section(
            "response",
            keys: [
                "base", "waves", "age", "female", "municipality", "types", "household", "person", "not_eligible",
                "no_contact"
            ])
        return ResponseParameters(
            base: try section.number("base"), waveShifts: try readWaveShifts(section, names),
            effects: try readEffects(section, names), byType: try readVector(section, "types", names: names.types),
            householdDeviation: try section.number("household"), personDeviation: try section.number("person"),
            notEligible: try section.share("not_eligible"), noContact: try section.share("no_contact"))
    }

    static func readFieldwork(_ root: ParameterSection, _ names: Names) throws(SimulationError) -> FieldworkParameters {
        let section = try root.section(
            "fieldwork",
            keys: [
                "break_off", "rushed", "silence", "modes", "duration", "other_gender", "register_missing",
                "remark_rate", "remarks"
            ])
        let modes = try section.section("modes", keys: ["web", "paper", "telephone"])
        var weights: [[Double]] = []
        for mode in ["web", "paper", "telephone"] {
            weights.append(try modes.numbers(mode, count: names.ageClasses.count))
        }
        let duration = try section.section("duration", keys: ["median", "spread"])
        var missing: [String: [MissingCodeParameters]] = [:]
        let register = try section.section("register_missing", keys: RegisterColumn.answered.map(\.rawValue))
        for (column, _) in register.entries { missing[column] = try readMissing(register, column) }
        return FieldworkParameters(
            breakOff: try section.share("break_off"), rushed: try section.share("rushed"),
            silence: try section.number("silence"), modes: weights,
            duration: (try duration.number("median"), try duration.number("spread")),
            otherGender: try section.share("other_gender"), registerMissing: missing,
            remarkRate: try section.share("remark_rate"), remarks: try section.texts("remarks"))
    }

    static func readTruth(_ root: ParameterSection, items: [ItemParameters]) throws(SimulationError) -> TruthParameters
    {
        let section = try root.section("truth", keys: ["shares", "means"])
        var shares: [(name: String, item: Int, codes: [Int])] = []
        for (name, node) in try section.section("shares", keys: nil).entries {
            let entry = try ParameterSection(node, place: "truth › \(name)", keys: ["item", "codes"])
            shares.append(
                (
                    name, try index(of: try entry.text("item"), in: items, entry, key: "item"),
                    try entry.integers("codes")
                ))
        }
        var means: [(name: String, items: [Int], reversed: [Int], raw: Bool)] = []
        for (name, node) in try section.section("means", keys: nil).entries {
            let entry = try ParameterSection(node, place: "truth › \(name)", keys: ["items", "reversed", "raw"])
            means.append(
                (
                    name, try indices(entry, "items", items), try indices(entry, "reversed", items),
                    entry.node("raw")?.bool ?? false
                ))
        }
        return TruthParameters(shares: shares, means: means)
    }

    private static func indices(
        _ section: ParameterSection, _ key: String, _ items: [ItemParameters]
    )
        throws(SimulationError) -> [Int]
    {
        guard section.has(key) else { return [] }
        var result: [Int] = []
        for name in try section.texts(key) { result.append(try index(of: name, in: items, section, key: key)) }
        return result
    }
}

/// Columns that come from the register, the sample or the interview itself, not from the answer model.
enum RegisterColumn: String, CaseIterable, Sendable {
    case response = "resp_id"
    case person = "persoon_id"
    case duration = "duur_sec"
    case wave = "golf"
    case day = "datum"
    case mode = "modus"
    case stratum
    case household = "hh_id"
    case baseWeight = "basisgewicht"
    case municipality = "gemeente"
    case postcode = "pc4"
    case gender = "geslacht"
    case age = "leeftijd"
    case composition = "hh_samenstelling"
    case householdSize = "hh_grootte"
    case dwelling = "woning"
    case remark = "opmerking"

    /// The questions that people answer themselves and may refuse.
    static let answered: [RegisterColumn] = [.postcode, .gender, .age, .composition, .householdSize, .dwelling]
}
