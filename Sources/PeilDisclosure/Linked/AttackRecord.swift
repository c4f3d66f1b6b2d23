/// What the last attack on a publication looked at: how much is hidden, and how open the tightest of it lies.
///
/// It says the same for any number of threads and names no cell. All of it is of the questions with shares; bases of means
/// are protected when they are hidden (`BaseSuppression`), and not attacked again.
public struct AttackRecord: Sendable, Equatable, Codable {
    /// Figures that are not shown.
    public internal(set) var hiddenCells = 0
    /// Groups of a question that show no figure, and so no base.
    public internal(set) var hiddenBases = 0
    /// All counts that the attack took as unknown: hidden figures and bases, and those that nobody prints.
    public internal(set) var unknowns = 0
    /// Sets of unknowns that sums tie together.
    public internal(set) var systems = 0
    /// Width of the narrowest interval of a protected count ÷ the width that is asked of it, as a whole number downwards and
    /// 10 at most: more digits would tell which cell is the narrowest. nil where nothing needs protection.
    public internal(set) var narrowestTimesAsked: Int?

    static let mostTimesAsked = 10

    mutating func add(_ other: AttackRecord) {
        hiddenCells += other.hiddenCells
        hiddenBases += other.hiddenBases
        unknowns += other.unknowns
        systems += other.systems
        if let times = other.narrowestTimesAsked { note(times) }
    }

    mutating func note(_ interval: AttackInterval, asked: Protection) {
        // An exact value is asked to be no point: any interval is many times as wide.
        guard asked.width >= 1 else { return }
        let times = (interval.high - interval.low) / asked.width + 1e-7
        note(Int(min(times, Double(Self.mostTimesAsked))))
    }

    /// The narrowest of what was attacked elsewhere.
    mutating func noteNarrowest(of other: AttackRecord) {
        if let times = other.narrowestTimesAsked { note(times) }
    }

    private mutating func note(_ times: Int) {
        narrowestTimesAsked = min(narrowestTimesAsked ?? Self.mostTimesAsked, times)
    }
}

extension TableSystem {
    /// How many sets of hidden cells there are that relations tie together.
    func connectedSets(of hidden: [Bool]) -> Int {
        let leader = connections(of: hidden)
        return hidden.indices.count { hidden[$0] && leader[$0] == $0 }
    }

    /// For each cell one cell that stands for all hidden cells that relations tie to it.
    func connections(of hidden: [Bool]) -> [Int] {
        var leader = Array(hidden.indices)
        func find(_ cell: Int) -> Int {
            var current = cell
            while leader[current] != current { current = leader[current] }
            return current
        }
        for relation in relations {
            let members = relation.terms.filter { hidden[$0.cell] && $0.coefficient != 0 }.map { find($0.cell) }
            guard let first = members.first else { continue }
            for member in members.dropFirst() { leader[find(member)] = find(first) }
        }
        return hidden.indices.map(find)
    }
}

extension Publication {
    /// One line for whoever runs it: what was hidden and attacked, and which figures the attack could not model.
    public var attackLine: String {
        var parts = [
            "\(attack.hiddenCells) shares and \(attack.hiddenBases) bases hidden",
            "\(attack.unknowns) unknown counts in \(attack.systems) systems attacked"
        ]
        if let times = attack.narrowestTimesAsked { parts.append("the narrowest at least \(times) × what is asked") }
        if !unmodelled.isEmpty {
            parts.append("not modelled by the attack: \(unmodelled.map(\.id).joined(separator: ", "))")
        }
        return "disclosure: " + parts.joined(separator: "; ")
    }
}
