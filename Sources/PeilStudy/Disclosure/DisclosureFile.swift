public import PeilDisclosure

/// A set of published tables for `peil disclosure`: schema peil-disclosure-1.
public struct DisclosureFile: Sendable {
    public let system: TableSystem
    /// Cells by the order of `cells` in the file.
    let published: Set<Int>
    let suppressed: Set<Int>
    let primary: [Int]
    /// Cells that `protect` must not hide.
    let kept: Set<Int>
    /// nil: a primary cell need only not be known exactly.
    let minimumFrequency: Double?
    /// Above this share of its row a cell gives the whole row away; nil: not asked for.
    let groupShare: Double?

    private enum Schema: String, CaseIterable { case first = "peil-disclosure-1" }
    private enum Domain: String, CaseIterable {
        case whole = "non-negative integers"
        case numbers = "non-negative numbers"
    }

    /// Keys for people, and what another solver found; they are not read.
    private static let remarks = [
        "id", "title", "note", "origin", "solver", "violates", "expected_interval", "verdict", "safe"
    ]

    /// - Throws: `Failure` with exit code 66 when absent, 78 when wrong in itself.
    public init(file path: String) throws {
        let root = try Section.document(try StudyFiles.text(path, what: "file of tables"), file: path)
        try root.allow(
            Self.remarks + [
                "schema", "cells", "published", "suppressed", "primary", "equations", "inequalities", "domain", "rule",
                "min_frequency", "group_share", "keep"
            ])
        let _: Schema = try root.choice("schema")
        let cells = try root.section("cells")
        try cells.allow(cells.keys)
        let names = DisclosureNames(cells.keys)
        published = try names.cells(root, "published")
        suppressed = try names.cells(root, "suppressed")
        if let both = published.intersection(suppressed).min() {
            throw root.fail("suppressed", "of cells that are not published; '\(names.names[both])' is in both lists")
        }
        primary = try names.cells(root, "primary").sorted()
        kept = try names.cells(root, "keep")
        minimumFrequency = root.isAbsent("min_frequency") ? nil : Double(try root.integer("min_frequency"))
        if let minimumFrequency, minimumFrequency < 1 { throw root.fail("min_frequency", "1 or more") }
        let share = try root.number("group_share", default: 0.9)
        guard share > 0, share <= 1 else { throw root.fail("group_share", "above 0 and at most 1") }
        groupShare = try root.optionalText("rule") == "group rule" ? share : nil
        let domain: Domain = try root.choice("domain", default: .whole)
        let relations =
            try root.sections("equations", optional: true).map(names.equation)
            + root.sections("inequalities", optional: true).map(names.inequality)
        do {
            system = try TableSystem(
                names: names.names, values: try cells.keys.map { try cells.number($0) }, relations: relations,
                isWhole: domain == .whole)
        } catch { throw FailureNames(file: path).failure(error) }
    }

    func protection(_ cell: Int) -> Protection {
        let value = system.values[cell]
        return minimumFrequency.map { .frequency(value, minimum: $0) } ?? .exact(value)
    }

    /// What no reader finds in print: suppressed cells, and those that no table has.
    var hidden: [Bool] { system.names.indices.map { !published.contains($0) } }
}

/// Reads the lists of a disclosure file that speak of cells by name.
private struct DisclosureNames {
    let names: [String]
    private let cellOfName: [String: Int]

    init(_ names: [String]) {
        self.names = names
        cellOfName = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func cell(_ name: String, _ section: Section, _ key: String) throws -> Int {
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
