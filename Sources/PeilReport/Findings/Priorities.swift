import PeilDisclosure

/// People of one segment in one area who have not done something yet and want to.
///
/// Everything here follows from released, rounded rows, so that it tells nothing that the reader could not work out, and
/// can be checked with a calculator:
/// people reachable = people of the segment in the area × share who are ready; its margin is that of a product of two
/// independent estimates (relative variances add up). Shares are those of the segment in the area where they are released
/// (a base of fifty), else those of the segment in the whole region, marked as such.
/// Score = weight of people × reachable ÷ the most in any cell of this behaviour + weight of the gap × share who have not done
/// it + weight of readiness × share who are ready.
struct Priority {
    enum Tier: Int, CaseIterable { case first, next, later }

    let area: String
    let segment: String
    let people: Double
    let lower: Double
    let upper: Double
    let gap: Double
    let readiness: Double
    /// Shares of the segment in the whole region stand in for those of the area.
    let isRegional: Bool
    let isIndicative: Bool
    let rowIDs: [String]
    var score = 0.0
    var tier = Tier.later
}

/// All cells of one behaviour, scored together.
struct PrioritySet {
    private(set) var cells: [Priority] = []

    init(_ behaviour: PriorityRules.Behaviour, _ rules: PriorityRules, _ context: Context) throws(ReportError) {
        for area in context.subject.areas {
            for segment in context.subject.segments {
                if let cell = try Self.cell(behaviour, area.code, segment.code, context) { cells.append(cell) }
            }
        }
        let most = cells.map(\.people).max() ?? 0
        for index in cells.indices {
            let reach = most > 0 ? cells[index].people / most : 0
            let score =
                rules.peopleWeight * reach + rules.gapWeight * cells[index].gap
                + rules.readinessWeight * cells[index].readiness
            cells[index].score = score
            cells[index].tier = score >= rules.firstFrom ? .first : score >= rules.nextFrom ? .next : .later
        }
    }

    private static func cell(
        _ behaviour: PriorityRules.Behaviour, _ area: String, _ segment: String, _ context: Context
    ) throws(ReportError) -> Priority? {
        let size = context.row(context.outline.segmentQuestion, segment, area: area, .people)
        guard let size, let people = size.estimate, let low = size.lower, let high = size.upper, people > 0 else {
            return nil
        }
        let direct = try (
            done: context.row(behaviour.done, area: area, segment: segment),
            ready: context.row(behaviour.ready, area: area, segment: segment)
        )
        let isDirect = direct.done?.estimate != nil && direct.ready?.estimate != nil
        let regional = try (
            done: context.row(behaviour.done, segment: segment), ready: context.row(behaviour.ready, segment: segment)
        )
        let shares = isDirect ? direct : regional
        guard let done = shares.done?.share, let readyRow = shares.ready, let ready = readyRow.share else { return nil }
        let sizeError = (high - low) / 2 / people
        let width = (readyRow.upper ?? ready) - (readyRow.lower ?? ready)
        let readyError = ready > 0 ? width / 2 / ready : 0
        let relative = (sizeError * sizeError + readyError * readyError).squareRoot()
        let reachable = people * ready
        return Priority(
            area: area, segment: segment, people: reachable, lower: max(0, reachable * (1 - relative)),
            upper: min(high, reachable * (1 + relative)), gap: 1 - done, readiness: ready, isRegional: !isDirect,
            isIndicative: size.isIndicative || shares.done?.isIndicative == true || readyRow.isIndicative,
            rowIDs: [size.rowID, shares.done?.rowID, readyRow.rowID].compactMap { $0 })
    }
}

extension ReleasedRow {
    /// The published share; of "less than 4%" the bound, which errs on the side of more to do.
    var share: Double? {
        switch bound {
        case .below, .above: bound?.limit
        case nil: estimate
        }
    }
}

extension ReleasedBound {
    var limit: Double {
        switch self {
        case .below(let limit), .above(let limit): limit
        }
    }
}
