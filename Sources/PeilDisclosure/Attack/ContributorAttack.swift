/// The attack by contributors: that of any reader, on tables in which the own cell is known as they know it.
///
/// Who is alone in a cell sees it as if it were published, so that one program serves all of these, and tables in which the
/// own cell is as it is show to them what they show to others. The largest contributors to amounts, who are few, get a
/// program each.
struct ContributorAttack {
    private let problem: SuppressionProblem
    private var knowledge: ContributorKnowledge { problem.knowledge }
    /// Hidden besides the problem's own cells.
    private let hidden: [Bool]

    /// What one contributor learns too much of.
    struct Finding {
        let contributor: Contributor
        /// Ascending.
        let cells: [Int]
    }

    /// - Parameter problem: its knowledge says who the contributors are.
    init(_ problem: SuppressionProblem, hidden: [Bool]) {
        self.problem = problem
        self.hidden = hidden
    }

    /// Cells that contributors must not work out.
    var targets: [Int] { knowledge.protections.keys.filter { hidden[$0] }.sorted() }

    /// Contributors to hidden cells.
    var present: [Contributor] { knowledge.contributors.filter { hidden[$0.cell] } }

    /// What contributors learn too much of; and tables that show of the other cells that those who are alone do not.
    /// - Parameter check: has seen tables that other readers must take into account.
    func findings(
        after check: ProtectionCheck
    ) throws(TableSystemError) -> (findings: [Finding], tables: [CellMoves]) {
        let present = present
        guard !present.isEmpty, !targets.isEmpty else { return ([], []) }
        let all = check.narrowed(to: hidden, for: problem(targets))
        // Most is shown to most of those who are alone by tables that were seen, in which their own cell is as it is.
        var toAll: [Int] = []
        var toThose: [Int: [Int]] = [:]
        for target in targets {
            guard let moves = all.indispensable(target, hidden) else {
                toAll.append(target)
                continue
            }
            for cell in moves { toThose[cell, default: []].append(target) }
        }
        var result: [Finding] = []
        for contributor in present {
            let doubtful =
                contributor.isAlone ? (toAll + toThose[contributor.cell, default: []]).sorted() : targets
            let others = doubtful.filter { !knowledge.isOwn($0, of: contributor) }
            guard !others.isEmpty else { continue }
            let pattern = contributor.isAlone ? pattern(without: contributor.cell) : hidden
            let check = contributor.isAlone ? all : ProtectionCheck(problem(others, seenBy: contributor))
            let open = try check.unprotected(others, pattern)
            if !open.isEmpty { result.append(Finding(contributor: contributor, cells: open)) }
        }
        return (result, all.tables(hidden))
    }

    private func pattern(without cell: Int) -> [Bool] {
        var result = hidden
        result[cell] = false
        return result
    }

    /// The tables as contributors see them.
    func problem(_ targets: [Int], seenBy contributor: Contributor? = nil) -> SuppressionProblem {
        var mayHide = [Bool](repeating: false, count: hidden.count)
        for cell in problem.candidates where !hidden[cell] { mayHide[cell] = true }
        var open = hidden
        if let contributor, contributor.isAlone { open[contributor.cell] = false }
        return SuppressionProblem(
            contributor.map(problem.system.seen) ?? problem.system,
            primary: knowledge.protections.filter { targets.contains($0.key) },
            alreadyHidden: Set(open.indices.filter { open[$0] }), mayHide: mayHide, cost: problem.cost)
    }

    /// Cells to hide besides, so that these contributors do not learn too much: for each the cheapest moves of the tables as
    /// that contributor sees them. Whoever is alone in one of these cells is to be looked at after.
    func cure(_ findings: [Finding]) throws(TableSystemError) -> [Int] {
        guard !findings.isEmpty else { return [] }
        let all = problem(targets)
        let shared = (check: ProtectionCheck(all), program: try SuppressionHeuristic.program(all))
        var more: [Int] = []
        for finding in findings {
            var hidden = hidden
            for cell in more { hidden[cell] = true }
            let own = ContributorAttack(problem, hidden: hidden).problem(finding.cells, seenBy: finding.contributor)
            let isAlone = finding.contributor.isAlone
            let check = isAlone ? shared.check : ProtectionCheck(own)
            let program = isAlone ? shared.program : try SuppressionHeuristic.program(own)
            let all = try check.unprotected(finding.cells, own.hidden(own.candidates))
            guard all.isEmpty else { throw .cannotBeProtected(cells: all.map { problem.system.names[$0] }) }
            program.closed = isAlone ? finding.contributor.cell : nil
            more += try SuppressionHeuristic(own, check) { _ in }.additions(program)
        }
        return more
    }
}
