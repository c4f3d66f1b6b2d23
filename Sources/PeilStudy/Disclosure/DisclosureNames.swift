import PeilDisclosure

/// Reads the lists of a disclosure file that speak of cells by name.
struct DisclosureNames {
    let names: [String]
    private let cellOfName: [String: Int]

    init(_ names: [String]) {
        self.names = names
        cellOfName = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func cell(_ name: String, _ section: Section, _ key: String) throws -> Int {
        guard let cell = cellOfName[name] else {
            throw section.fail(
                key, "of names of `cells`; '\(name)' is none", remedy: "add the cell, or correct the name")
        }
        return cell
    }

    func cells(_ section: Section, _ key: String) throws -> Set<Int> {
        Set(try section.texts(key, default: []).map { try cell($0, section, key) })
    }

    private func terms(_ section: Section) throws -> [(cell: Int, coefficient: Double)] {
        let terms = try section.section("terms")
        try terms.allow(terms.keys)
        guard !terms.keys.isEmpty else { throw section.fail("terms", "{cell: coefficient}") }
        return try terms.keys.map { (try cell($0, section, "terms"), try terms.number($0)) }
    }

    func equation(_ section: Section) throws -> TableSystem.Relation {
        try section.allow(["terms", "equals"])
        let value = try section.number("equals")
        return .init(try terms(section), from: value, to: value)
    }

    func inequality(_ section: Section) throws -> TableSystem.Relation {
        try section.allow(["terms", "min", "max"])
        guard !section.isAbsent("min") || !section.isAbsent("max") else {
            throw section.fail("min", "given, or `max`")
        }
        let least = section.isAbsent("min") ? -Double.infinity : try section.number("min")
        let most = section.isAbsent("max") ? Double.infinity : try section.number("max")
        guard least <= most else { throw section.fail("max", "at least `min`") }
        return .init(try terms(section), from: least, to: most)
    }
}
