/// Somebody whose own answer is in a hidden cell, and who knows more of that cell than other readers do.
public struct Contributor: Sendable, Equatable {
    public let cell: Int
    /// What this person knows of the cell: no less than `least`, no more than `most`.
    public let least: Double
    public let most: Double

    /// Who is alone in a cell, and knows it, knows its value.
    public static func alone(in cell: Int, value: Double) -> Contributor {
        Contributor(cell: cell, least: value, most: value)
    }

    /// The largest contributor to an amount knows that it is no less than the own contribution.
    public static func largest(in cell: Int, contribution: Double) -> Contributor {
        Contributor(cell: cell, least: contribution, most: .infinity)
    }
}

/// What contributors must not work out of cells that are not their own.
public struct ContributorKnowledge: Sendable {
    /// One or none for each cell; they count where their cell is hidden.
    public let contributors: [Contributor]
    /// How far primary cells must lie open to the contributors of other cells.
    public let protections: [Int: Protection]

    public static let none = ContributorKnowledge(contributors: [], protections: [:])

    public init(contributors: [Contributor], protections: [Int: Protection]) {
        self.contributors = contributors
        self.protections = protections
    }

    /// Counts: who is alone in a cell of one must not know any primary cell exactly.
    public static func counts(_ values: [Double], primary: some Sequence<Int>) -> ContributorKnowledge {
        ContributorKnowledge(
            contributors: values.indices.filter { values[$0] == 1 }.map { .alone(in: $0, value: 1) },
            protections: Dictionary(uniqueKeysWithValues: primary.map { ($0, .exact(values[$0])) }))
    }
}

/// The attack by contributors: that of any reader, on tables in which the own cell is known as they know it.
struct ContributorAttack {
    let system: TableSystem
    let knowledge: ContributorKnowledge

    /// What one contributor learns too much of.
    struct Finding {
        let contributor: Contributor
        /// Ascending.
        let cells: [Int]
    }

    /// - Parameter witnesses: tables that any reader must take into account; those with which a contributor's own cell
    ///   agrees say the same to that contributor, and no program is needed.
    func findings(
        hidden: [Bool], witnesses: [Int: [[Int: Double]]]
    ) throws(TableSystemError) -> [Finding] {
        let targets = knowledge.protections.keys.filter { hidden[$0] }.sorted()
        guard !targets.isEmpty else { return [] }
        var result: [Finding] = []
        for contributor in knowledge.contributors where hidden[contributor.cell] {
            let unsettled = targets.filter {
                $0 != contributor.cell && !isSettled($0, contributor, witnesses[$0] ?? [])
            }
            guard !unsettled.isEmpty else { continue }
            let open = try ProtectionCheck(problem(contributor, unsettled, hidden)).unprotected(hidden)
            if !open.isEmpty { result.append(Finding(contributor: contributor, cells: open)) }
        }
        return result
    }

    /// The tables as the contributor sees them.
    /// - Parameter mayHide: cells that may be hidden besides; nil for none.
    func problem(
        _ contributor: Contributor, _ targets: [Int], _ hidden: [Bool], mayHide: [Bool]? = nil,
        cost: SuppressionProblem.Cost = .cells
    ) -> SuppressionProblem {
        SuppressionProblem(
            system.seen(by: contributor),
            primary: Dictionary(
                uniqueKeysWithValues: targets.compactMap { target in
                    knowledge.protections[target].map { (target, $0) }
                }),
            alreadyHidden: Set(hidden.indices.filter { hidden[$0] }),
            mayHide: mayHide ?? Array(repeating: false, count: hidden.count), cost: cost)
    }

    private func isSettled(_ target: Int, _ contributor: Contributor, _ tables: [[Int: Double]]) -> Bool {
        guard let protection = knowledge.protections[target] else { return true }
        let value = system.values[target]
        var (low, high) = (value, value)
        for table in tables {
            let own = table[contributor.cell] ?? system.values[contributor.cell]
            guard own >= contributor.least - 1e-9, own <= contributor.most + 1e-9 else { continue }
            low = min(low, table[target] ?? value)
            high = max(high, table[target] ?? value)
        }
        return protection.isMet(by: AttackInterval(low: low, high: high, isExact: false))
    }
}

extension Attacker {
    /// What contributors work out of cells of others: for each such cell, the cells whose contributors do.
    /// - Parameter witnesses: those of `attack` for the same hidden cells.
    public func contributors(
        hidden: [Bool], knowing knowledge: ContributorKnowledge, witnesses: [Int: [[Int: Double]]]
    ) throws(TableSystemError) -> [Int: [Int]] {
        let findings = try ContributorAttack(system: system, knowledge: knowledge)
            .findings(hidden: hidden, witnesses: witnesses)
        var result: [Int: [Int]] = [:]
        for finding in findings {
            for cell in finding.cells { result[cell, default: []].append(finding.contributor.cell) }
        }
        return result
    }
}

extension SuppressionProblem {
    /// Cells to hide besides, so that contributors do not learn too much either: for each the cheapest ones in the tables as
    /// that contributor sees them. Whoever is alone in one of these is to be looked at after.
    func cureOfContributors(
        _ secondary: [Int], witnesses: [Int: [[Int: Double]]]
    ) throws(TableSystemError) -> [Int] {
        guard !knowledge.contributors.isEmpty else { return [] }
        let attack = ContributorAttack(system: system, knowledge: knowledge)
        var more: [Int] = []
        for finding in try attack.findings(hidden: hidden(secondary), witnesses: witnesses) {
            let hidden = hidden(secondary + more)
            var mayHide = [Bool](repeating: false, count: hidden.count)
            for cell in candidates where !hidden[cell] { mayHide[cell] = true }
            let cure = attack.problem(finding.contributor, finding.cells, hidden, mayHide: mayHide, cost: cost)
            more += try cure.solve().secondary
        }
        return more
    }
}
