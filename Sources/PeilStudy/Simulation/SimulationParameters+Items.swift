import PeilTable

extension SimulationParameters {
    private struct AnswerSet {
        var codes: [Int]
        var missing: [MissingCodeParameters]
    }

    /// Reads `items`; the codes and missing codes may come from a named answer set.
    static func readItems(
        _ root: ParameterSection, _ names: Names, noise: NoiseShares
    )
        throws(SimulationError) -> [ItemParameters]
    {
        let sets = try readAnswerSets(root)
        let entries = try root.section("items", keys: nil).entries
        var items: [ItemParameters] = []
        for (name, node) in entries {
            let section = try ParameterSection(
                node, place: "items › \(name)",
                keys: [
                    "set", "codes", "missing", "from", "noise", "noise_shares", "shares", "by_type", "age", "female",
                    "municipality", "waves", "asked_if", "skipped", "group"
                ])
            items.append(try readItem(name, section, names, sets: sets, earlier: items, noise: noise))
        }
        return items
    }

    private static func readAnswerSets(
        _ root: ParameterSection
    )
        throws(SimulationError) -> [String: AnswerSet]
    {
        var sets: [String: AnswerSet] = [:]
        for (name, node) in try root.section("answer_sets", keys: nil).entries {
            let section = try ParameterSection(node, place: "answer_sets › \(name)", keys: ["codes", "missing"])
            sets[name] = AnswerSet(
                codes: try section.integers("codes"),
                missing: try readMissing(section, "missing"))
        }
        return sets
    }

    private static func readItem(
        _ name: String, _ section: ParameterSection, _ names: Names,
        sets: [String: AnswerSet], earlier: [ItemParameters], noise: NoiseShares
    )
        throws(SimulationError) -> ItemParameters
    {
        var shared = AnswerSet(codes: [], missing: [])
        if section.has("set") {
            let setName = try section.text("set")
            guard let found = sets[setName] else {
                throw .unknownKey(
                    setName, nearest: nearestName(to: setName, among: sets.keys.sorted()),
                    place: section.place, line: section.node("set")?.mark?.line)
            }
            shared = found
        }
        let codes = try section.has("codes") ? section.integers("codes") : shared.codes
        var own = noise
        if let shares = try section.optionalSection("noise_shares", keys: ["household", "person"]) {
            own = try readNoiseShares(shares)
        }
        return ItemParameters(
            name: name, kind: try readKind(section, names, codes: codes), codes: codes,
            noise: try section.number("noise", default: 0.7), noiseShares: own,
            effects: try readEffects(section, names), waveShifts: try readWaveShifts(section, names),
            route: try readRoute(section, earlier: earlier),
            missing: try section.has("missing") ? readMissing(section, "missing") : shared.missing,
            skipped: try section.share("skipped", default: 0),
            group: section.has("group") ? try section.text("group") : nil)
    }

    private static func readKind(
        _ section: ParameterSection, _ names: Names, codes: [Int]
    )
        throws(SimulationError) -> ItemParameters.Kind
    {
        if let byType = try section.optionalSection("by_type", keys: names.types) {
            var weights: [[Double]] = []
            for type in names.types { weights.append(try byType.numbers(type, count: codes.count)) }
            return .unordered(weightsByType: weights)
        }
        let shares = try section.numbers("shares", count: codes.count)
        guard shares.allSatisfy({ $0 >= 0 }), abs(shares.reduce(0, +) - 1) < 1e-9 else {
            throw section.bad("shares", "shares that sum to 1", section.node("shares"))
        }
        return .ordered(loadings: try readVector(section, "from", names: names.traits), shares: shares)
    }

    /// Missing codes with their rates: `{8: 0.03, 9: 0.01}`.
    static func readMissing(
        _ section: ParameterSection, _ key: String
    )
        throws(SimulationError) -> [MissingCodeParameters]
    {
        var result: [MissingCodeParameters] = []
        for (code, rate) in try section.section(key, keys: nil).entries {
            guard let number = Int(code), let value = ParameterSection.number(rate), value >= 0, value < 1 else {
                throw section.bad(key, "codes with a share below 1", rate)
            }
            result.append(MissingCodeParameters(code: number, rate: value))
        }
        return result
    }

    static func readWaveShifts(_ section: ParameterSection, _ names: Names) throws(SimulationError) -> [Double] {
        try section.has("waves")
            ? section.numbers("waves", count: names.waves)
            : [Double](repeating: 0, count: names.waves)
    }

    private static func readRoute(
        _ section: ParameterSection, earlier: [ItemParameters]
    )
        throws(SimulationError) -> RouteParameters?
    {
        guard let route = try section.optionalSection("asked_if", keys: ["item", "codes"]) else { return nil }
        return RouteParameters(
            item: try index(of: try route.text("item"), in: earlier, route, key: "item"),
            codes: try route.integers("codes"))
    }

    static func index(
        of name: String, in items: [ItemParameters], _ section: ParameterSection, key: String
    )
        throws(SimulationError) -> Int
    {
        guard let index = items.firstIndex(where: { $0.name == name }) else {
            throw .unknownKey(
                name, nearest: nearestName(to: name, among: items.map(\.name)),
                place: section.place, line: section.node(key)?.mark?.line)
        }
        return index
    }
}
