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
    /// What amounts are made of; nil where cells are counts.
    let amounts: DisclosureAmounts?
    /// What those whose answers are in a cell know of it.
    let knowledge: ContributorKnowledge
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
        let root = try Section.document(try StudyFiles.text(path, what: "tables"), file: path)
        try root.allow(
            Self.remarks + [
                "schema", "cells", "published", "suppressed", "primary", "equations", "inequalities", "domain", "rule",
                "min_frequency", "group_share", "keep", "dominance", "contributions", "contributors"
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
        kept = try names.cells(root, "keep")
        minimumFrequency = root.isAbsent("min_frequency") ? nil : Double(try root.integer("min_frequency"))
        if let minimumFrequency, minimumFrequency < Double(DisclosureRules.lowestMinimumFrequency) {
            throw Failure(
                naming: DisclosureError.floor(Int(minimumFrequency), lowest: DisclosureRules.lowestMinimumFrequency),
                file: path)
        }
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
        amounts = try DisclosureAmounts(root, names, system.values)
        if amounts != nil, minimumFrequency != nil {
            throw root.fail("dominance", "alone: `min_frequency` is for counts", remedy: "leave one of the two out")
        }
        let levels = amounts?.levels ?? [:]
        primary = try names.cells(root, "primary").union(levels.keys).sorted()
        knowledge = amounts?.knowledge(primary, system) ?? Self.counts(system, primary)
    }

    /// In tables that are no counts nobody can tell who is alone.
    private static func counts(_ system: TableSystem, _ primary: [Int]) -> ContributorKnowledge {
        system.isWhole ? .counts(system, primary: primary) : .none
    }

    func protection(_ cell: Int) -> Protection {
        let value = system.values[cell]
        if let amounts { return amounts.protection(cell, system) }
        return minimumFrequency.map { .frequency(value, minimum: $0) } ?? .exact(value)
    }

    /// What no reader finds in print: suppressed cells, and those that no table has.
    var hidden: [Bool] { system.names.indices.map { !published.contains($0) } }
}
