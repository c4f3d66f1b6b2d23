import PeilDisclosure

/// What a reader learns from the tables of a file, and whether that is too much.
public struct DisclosureAudit: Sendable {
    private let file: DisclosureFile
    private let intervals: [Int: AttackInterval]
    private let isSafeCell: [Int: Bool]
    /// Cells that hold nearly all of their row.
    private let groups: [Int]
    private let witnesses: [Int: [[Int: Double]]]
    /// Primary cells that the contributors of other cells learn too much of, and those cells.
    private let knownTo: [Int: [Int]]

    public init(_ file: DisclosureFile) throws {
        let protections = Dictionary(uniqueKeysWithValues: file.primary.map { ($0, file.protection($0)) })
        let attack = try Attacker(file.system).attack(hidden: file.hidden, for: protections, knowing: file.knowledge)
        self.init(
            file, hidden: file.hidden, intervals: attack.intervals, witnesses: attack.witnesses, knownTo: attack.knownTo
        )
    }

    fileprivate init(
        _ file: DisclosureFile, hidden: [Bool], intervals: [Int: AttackInterval], witnesses: [Int: [[Int: Double]]],
        knownTo: [Int: [Int]] = [:]
    ) {
        self.file = file
        self.knownTo = knownTo
        self.witnesses = witnesses
        self.intervals = intervals
        // A primary cell in print is known.
        var isSafeCell: [Int: Bool] = [:]
        for cell in file.primary {
            let isMet = intervals[cell].map { file.protection(cell).isMet(by: $0) } ?? false
            isSafeCell[cell] = isMet && knownTo[cell] == nil
        }
        self.isSafeCell = isSafeCell
        groups = file.groupShare.map { Self.groups(file, hidden, share: $0) } ?? []
    }

    public var isSafe: Bool { groups.isEmpty && isSafeCell.values.allSatisfy { $0 } }

    /// Cells above the share of their row that a reader can see. A row is a total with its parts; where cells are named
    /// `row|column`, those whose cells are of one row.
    private static func groups(_ file: DisclosureFile, _ hidden: [Bool], share: Double) -> [Int] {
        let system = file.system
        var result: [Int] = []
        for relation in system.relations {
            guard let total = relation.total else { continue }
            let rows = Set(relation.terms.map { system.names[$0.cell].split(separator: "|").first ?? "" })
            let hasColumns = relation.terms.contains { system.names[$0.cell].contains("|") }
            guard !hasColumns || rows.count == 1, !hidden[total], system.values[total] > 0 else { continue }
            result += relation.terms.map(\.cell).filter {
                $0 != total && !hidden[$0] && system.values[$0] > share * system.values[total]
            }
        }
        return result
    }

    private func name(_ cell: Int) -> String { file.system.names[cell] }

    /// Cells without a place in any table are not reported: nobody hides them.
    private var reported: [(key: Int, value: AttackInterval)] {
        intervals.filter { file.suppressed.contains($0.key) || added.contains($0.key) }.sorted { $0.key < $1.key }
    }

    private var added: Set<Int> { file.published.intersection(intervals.keys) }

    /// For each primary cell the tables that show it to be safe: hidden cells that differ from the true ones, and their
    /// values there.
    public var witnessField: (String, JSONValue) {
        let cells = witnesses.sorted { $0.key < $1.key }.map { cell, tables in
            (name(cell), JSONValue.array(tables.map(table)))
        }
        return ("witnesses", .object(cells))
    }

    private func table(_ cells: [Int: Double]) -> JSONValue {
        .object(cells.sorted { $0.key < $1.key }.map { (name($0.key), .number($0.value)) })
    }

    var fields: [(String, JSONValue)] {
        let loose = reported.filter { !$0.value.isExact }.map { JSONValue.string(name($0.key)) }
        return [
            (
                "intervals",
                .object(reported.map { (name($0.key), .array([.optional($0.value.low), .optional($0.value.high)])) })
            ),
            ("verdict", .object(file.primary.map { (name($0), isSafeCell[$0] == true ? "safe" : "unsafe") })),
            ("safe", .bool(isSafe))
        ] + contributorField + (groups.isEmpty ? [] : [("groups", .array(groups.map { .string(name($0)) }))])
            + (loose.isEmpty ? [] : [("at_least", .array(loose))])
    }

    /// Cells that are safe from readers, or not, and are not from those whose answers are in another hidden cell.
    private var contributorField: [(String, JSONValue)] {
        guard !knownTo.isEmpty else { return [] }
        let cells = knownTo.sorted { $0.key < $1.key }.map { (name($0), JSONValue.strings($1.map(name))) }
        return [("known_to_contributors_of", .object(cells))]
    }

    /// Schema peil-disclosure-audit-1. An end without limit is null.
    public func json(withWitnesses: Bool) -> JSONValue {
        .object([("schema", "peil-disclosure-audit-1")] + fields + (withWitnesses ? [witnessField] : []))
    }

    /// A line for each hidden cell: its name, what a reader can tell, the verdict of a primary one.
    public var lines: [[String]] {
        let open = file.primary.filter { intervals[$0] == nil }.map { [name($0), "published", "", "unsafe"] }
        return reported.map { cell, interval in
            [name(cell), text(interval.low), text(interval.high), verdict(cell) + contributorWords(cell)]
        } + open + groups.map { [name($0), "", "", "nearly all of its row"] }
    }

    private func contributorWords(_ cell: Int) -> String {
        knownTo[cell].map { ": whoever is in \($0.map(name).joined(separator: ", ")) can tell" } ?? ""
    }

    private func verdict(_ cell: Int) -> String { isSafeCell[cell].map { $0 ? "safe" : "unsafe" } ?? "" }

    private func text(_ value: Double) -> String { JSONValue.optional(value).plainText }
}

/// Secondary cells for the tables of a file, and the attack on what is left.
public struct DisclosureProtection: Sendable {
    private let file: DisclosureFile
    private let pattern: SuppressionPattern
    private let cost: SuppressionProblem.Cost
    public let audit: DisclosureAudit

    /// Primary cells that are still published are hidden first.
    /// - Parameters:
    ///   - file: the tables.
    ///   - cost: what hiding a cell costs.
    ///   - report: is told how far the work has come.
    public init(
        _ file: DisclosureFile, cost: SuppressionProblem.Cost, report: @escaping (SuppressionStep) -> Void = { _ in }
    ) throws {
        self.file = file
        self.cost = cost
        let system = file.system
        let hidden = Set(system.names.indices.filter { !file.published.contains($0) })
        var problem = SuppressionProblem(
            system, primary: Dictionary(uniqueKeysWithValues: file.primary.map { ($0, file.protection($0)) }),
            alreadyHidden: hidden, mayHide: system.names.indices.map { !file.kept.contains($0) }, cost: cost)
        problem.knowledge = file.knowledge
        pattern = try problem.solve(report: report)
        audit = DisclosureAudit(
            file, hidden: problem.hidden(pattern.secondary), intervals: pattern.intervals, witnesses: pattern.witnesses)
    }

    private func names(_ cells: some Sequence<Int>) -> JSONValue {
        .strings(cells.sorted().map { file.system.names[$0] })
    }

    /// Schema peil-disclosure-protect-1: the lists of the file as they should be, and the audit of them.
    public func json(withWitnesses: Bool) -> JSONValue {
        let secondary = Set(pattern.secondary)
        let primary = Set(file.primary)
        return .object(
            [
                ("schema", "peil-disclosure-protect-1"),
                ("published", names(file.published.subtracting(secondary).subtracting(primary))),
                ("suppressed", names(file.suppressed.union(secondary).union(primary))),
                ("secondary", names(secondary)), ("cost_of", .string(cost.rawValue)), ("cost", .number(pattern.cost)),
                ("lower_bound", .optional(pattern.lowerBound))
            ] + audit.fields + (withWitnesses ? [audit.witnessField] : []))
    }

    public var secondary: [String] { pattern.secondary.map { file.system.names[$0] } }
}
