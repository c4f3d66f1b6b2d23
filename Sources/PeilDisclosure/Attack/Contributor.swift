/// Somebody whose own answer is in a hidden cell, and who knows more of that cell than other readers do.
public struct Contributor: Sendable, Equatable {
    public let cell: Int
    /// What this person knows of the cell: no less than `least`, no more than `most`.
    public let least: Double
    public let most: Double

    var isAlone: Bool { least == most }

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
    /// One number for all cells of one person: a part and its totals, as long as nobody else is as large there.
    private let person: [Int: Int]
    /// All others of a group, by the cell that holds the rest of it: both ways.
    private let others: [Int: Set<Int>]

    public static let none = ContributorKnowledge(contributors: [], protections: [:], person: [:], others: [:])

    private init(
        contributors: [Contributor], protections: [Int: Protection], person: [Int: Int], others: [Int: Set<Int>]
    ) {
        self.contributors = contributors
        self.protections = protections
        self.person = person
        self.others = others
    }

    /// - Parameter system: the tables and what readers know of them.
    /// - Parameter protections: how far each primary cell must stay unknown, by cell.
    /// - Parameter contributors: who is in which cells.
    /// - Parameter parts: cells that are parts of others, besides those that the relations show.
    public init(
        _ system: TableSystem, contributors: [Contributor], protections: [Int: Protection],
        parts: [(part: Int, whole: Int)] = []
    ) {
        self.init(
            contributors: contributors, protections: protections,
            person: Self.persons(system, contributors, parts), others: [:])
    }

    /// Counts: who is alone in a cell of one must not know any primary cell exactly.
    /// - Parameters:
    ///   - system: the tables and what readers know of them.
    ///   - primary: cells that must not be known.
    ///   - isAsked: cells that somebody can know to be alone in; nil: any.
    ///   - parts: cells that are parts of others, besides those that the relations show.
    ///   - complements: pairs of cells that make up a group. That everybody else of the group is in the other cell is what
    ///     being alone means, so that nothing can or need keep it from that person.
    public static func counts(
        _ system: TableSystem, primary: some Sequence<Int>, among isAsked: [Bool]? = nil,
        parts: [(part: Int, whole: Int)] = [], complements: [(Int, Int)] = []
    ) -> ContributorKnowledge {
        let values = system.values
        let contributors = values.indices.filter { values[$0] == 1 && isAsked?[$0] != false }.map {
            Contributor.alone(in: $0, value: 1)
        }
        var others: [Int: Set<Int>] = [:]
        for (one, other) in complements {
            others[one, default: []].insert(other)
            others[other, default: []].insert(one)
        }
        return ContributorKnowledge(
            contributors: contributors,
            protections: Dictionary(uniqueKeysWithValues: primary.map { ($0, .exact(values[$0])) }),
            person: persons(system, contributors, parts), others: others)
    }

    /// What concerns some of the cells.
    func among(_ isMember: (Int) -> Bool) -> ContributorKnowledge {
        ContributorKnowledge(
            contributors: contributors.filter { isMember($0.cell) },
            protections: protections.filter { isMember($0.key) }, person: person, others: others)
    }

    /// Whether a contributor is known to be in this cell too, or knows it by being alone.
    func isOwn(_ cell: Int, of contributor: Contributor) -> Bool {
        cell == contributor.cell || (person[cell] != nil && person[cell] == person[contributor.cell])
            || others[contributor.cell]?.contains(cell) == true
    }

    /// Who contributes the same to a total and to one part of it only is one and the same.
    private static func persons(
        _ system: TableSystem, _ contributors: [Contributor], _ parts: [(part: Int, whole: Int)]
    ) -> [Int: Int] {
        let own = Dictionary(contributors.map { ($0.cell, $0.least) }, uniquingKeysWith: { first, _ in first })
        var person = own.reduce(into: [Int: Int]()) { $0[$1.key] = $1.key }
        func find(_ cell: Int) -> Int {
            var current = cell
            while let next = person[current], next != current { current = next }
            return current
        }
        for relation in system.relations {
            guard let total = relation.total, let size = own[total] else { continue }
            let same = relation.terms.map(\.cell).filter { cell in
                cell != total && own[cell].map { abs($0 - size) <= 1e-9 * max(1, size) } == true
            }
            if same.count == 1 { person[find(same[0])] = find(total) }
        }
        for (part, whole) in parts {
            guard let one = own[part], let other = own[whole], abs(one - other) <= 1e-9 * max(1, other) else {
                continue
            }
            person[find(part)] = find(whole)
        }
        return person.keys.reduce(into: [:]) { $0[$1] = find($1) }
    }
}
