import PeilDisclosure

/// What the amounts of a disclosure file are made of, and the rules of dominance that hold for them: the keys `dominance`,
/// `contributions` and `contributors`.
struct DisclosureAmounts {
    private let rules: [DominanceRule]
    private let contributions: [Int: Contributions]
    /// Upper protection levels of the cells that a rule calls sensitive.
    let levels: [Int: Double]

    /// nil where the file has no rule.
    init?(_ root: Section, _ names: DisclosureNames, _ values: [Double]) throws {
        guard let section = try root.optionalSection("dominance") else {
            for key in ["contributions", "contributors"] where !root.isAbsent(key) {
                throw root.fail(key, "with `dominance`: without a rule it says nothing")
            }
            return nil
        }
        rules = try DominanceReader(section).rules()
        contributions = try Self.contributions(root, names, values, needed: rules.map(\.needed).max() ?? 0)
        let rules = rules
        levels = contributions.mapValues { rules.protectionLevel(of: $0) }.filter { $0.value > 0 }
    }

    func protection(_ cell: Int, _ system: TableSystem) -> Protection {
        let value = system.values[cell]
        return levels[cell].map { .amount(value, level: $0, least: system.lower[cell]) } ?? .exact(value)
    }

    /// The largest contributor to each sensitive amount, and whoever is alone in any.
    func knowledge(_ primary: [Int], _ system: TableSystem) -> ContributorKnowledge {
        let known = contributions.sorted { $0.key < $1.key }.compactMap { cell, amount -> Contributor? in
            if amount.isOfOne { return .alone(in: cell, value: amount.total) }
            guard levels[cell] != nil, let largest = amount.largest.first else { return nil }
            return .largest(in: cell, contribution: largest)
        }
        return ContributorKnowledge(
            system, contributors: known,
            protections: Dictionary(uniqueKeysWithValues: primary.map { ($0, protection($0, system)) }))
    }

    // MARK: Reading

    private static func contributions(
        _ root: Section, _ names: DisclosureNames, _ values: [Double], needed: Int
    ) throws -> [Int: Contributions] {
        let counts = try Self.counts(root, names)
        guard let section = try root.optionalSection("contributions") else { return [:] }
        try section.allow(section.keys)
        var result: [Int: Contributions] = [:]
        for name in section.keys {
            let cell = try names.cell(name, root, "contributions")
            let list = try section.numbers(name)
            let slack = 1e-9 * max(1, abs(values[cell]))
            let sum = list.reduce(0, +)
            let isWhole = abs(sum - values[cell]) <= slack
            guard list.allSatisfy({ $0.isFinite && $0 >= 0 }), sum <= values[cell] + slack else {
                throw section.fail(name, "numbers of 0 or more that together are at most the cell")
            }
            guard list.count >= needed || isWhole else {
                throw section.fail(name, "the \(needed) largest contributions, as the rule asks, or all there are")
            }
            if let count = counts[cell] {
                guard list.count <= count, list.count < count || isWhole else {
                    throw section.fail(name, "contributions of as many as `contributors` says, which make up the cell")
                }
            }
            let positive = list.filter { $0 > 0 }
            let isOfOne = (counts[cell] ?? (isWhole ? positive.count : 2)) == 1
            result[cell] = Contributions(total: values[cell], largest: list, isOfOne: isOfOne)
        }
        return result
    }

    private static func counts(_ root: Section, _ names: DisclosureNames) throws -> [Int: Int] {
        guard let section = try root.optionalSection("contributors") else { return [:] }
        try section.allow(section.keys)
        var result: [Int: Int] = [:]
        for name in section.keys {
            let count = try section.integer(name)
            guard count >= 0 else { throw section.fail(name, "0 or more") }
            result[try names.cell(name, root, "contributors")] = count
        }
        return result
    }
}
