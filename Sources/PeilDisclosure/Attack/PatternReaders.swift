/// Everybody whom a pattern must not tell too much: any reader, and whoever is in a hidden cell, who knows more.
///
/// Who is alone in a cell counts whether a pattern hides that cell or shows it: shown, all readers know what only this person
/// knew. So hiding more never tells anybody more, and patterns can be compared by what they hide.
struct PatternReaders {
    private struct Reader {
        let check: ProtectionCheck
        /// The cell that this reader knows.
        let known: Int?
        let targets: [Int]
    }

    /// A cell that is open to somebody.
    struct Finding {
        fileprivate let reader: Int
        fileprivate let cell: Int
    }

    private let readers: [Reader]

    /// How many questions one pattern takes.
    var questionCount: Int { readers.reduce(0) { $0 + $1.targets.count } }

    /// - Parameter check: of the problem, with the tables that were seen.
    init(_ problem: SuppressionProblem, _ check: ProtectionCheck) {
        let attack = ContributorAttack(problem, hidden: problem.hidden(problem.candidates))
        let targets = attack.targets
        // Who is alone sees the tables of any reader, one cell of which is shown: these share a check.
        let shared = ProtectionCheck(attack.problem(targets))
        let contributors = targets.isEmpty ? [] : attack.present
        readers =
            [Reader(check: check, known: nil, targets: problem.primaryCells)]
            + contributors.map { contributor in
                let others = targets.filter { !problem.knowledge.isOwn($0, of: contributor) }
                guard !contributor.isAlone else {
                    return Reader(check: shared, known: contributor.cell, targets: others)
                }
                return Reader(
                    check: ProtectionCheck(attack.problem(others, seenBy: contributor)), known: nil, targets: others)
            }
    }

    /// What a pattern leaves open, and to whom.
    func open(_ hidden: [Bool]) throws(TableSystemError) -> [Finding] {
        var result: [Finding] = []
        for (index, reader) in readers.enumerated() {
            let cells = try reader.check.unprotected(reader.targets, seen(hidden, by: reader))
            result += cells.map { Finding(reader: index, cell: $0) }
        }
        return result
    }

    func areAllProtected(_ hidden: [Bool]) throws(TableSystemError) -> Bool {
        for reader in readers {
            let hidden = seen(hidden, by: reader)
            for cell in reader.targets where try !reader.check.isProtected(cell, hidden) { return false }
        }
        return true
    }

    /// Whether a pattern closes what another left open.
    func isClosed(_ finding: Finding, _ hidden: [Bool]) throws(TableSystemError) -> Bool {
        let reader = readers[finding.reader]
        return try reader.check.isProtected(finding.cell, seen(hidden, by: reader), isDoubtful: true)
    }

    /// Whether hiding a cell can close it.
    func canServe(_ cell: Int, _ finding: Finding) -> Bool { readers[finding.reader].known != cell }

    private func seen(_ hidden: [Bool], by reader: Reader) -> [Bool] {
        guard let known = reader.known else { return hidden }
        var result = hidden
        result[known] = false
        return result
    }
}
