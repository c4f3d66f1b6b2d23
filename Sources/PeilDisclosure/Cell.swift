/// A figure with the decision about it: the working form of the rules.
struct Cell {
    let figure: Figure
    var status = ReleaseStatus.released
    var reason: ReleaseReason?
    /// Whether its test against the rest may be printed (`ContrastProtection`).
    var showsContrast = true
    /// Of an earlier version only: what was shown then stays known, and nothing of it is published now.
    var isOfEarlierVersion = false

    var isHidden: Bool { status == .suppressed || status == .tooFew }

    mutating func hide(_ reason: ReleaseReason, as status: ReleaseStatus = .suppressed) {
        guard !isOfEarlierVersion else { return }
        self.status = status
        self.reason = reason
    }
}

extension Cell {
    /// A figure of an earlier version, as that version decided.
    init(_ figure: Figure, shownBefore: Bool) {
        self.init(figure: figure)
        if !shownBefore { hide(.complement) }
        isOfEarlierVersion = true
    }
}

extension DisclosureRules {
    /// The rules that look at one figure at a time. The order matters: what protects people comes first,
    /// what protects readers against weak figures comes last.
    func decide(_ figure: Figure, isSensitive: Bool) -> Cell {
        var cell = Cell(figure: figure)
        if figure.base < minimumFrequency {
            cell.hide(.smallBase, as: .tooFew)
        } else if isSensitive, !figure.name.area.isEmpty {
            cell.hide(.sensitiveBelowRegion)
        } else if figure.base < minimumBase {
            cell.hide(.smallBase, as: .tooFew)
        } else if isSmallCell(figure) {
            cell.hide(.smallCell)
        } else if isSensitive, discloses(group: figure) {
            cell.hide(.groupDisclosure)
        } else if let warning = warning(for: figure) {
            cell.status = .indicative
            cell.reason = warning
        }
        return cell
    }

    /// One to nine people gave this answer, or one to nine did not: either way they are few enough to
    /// be recognised. Means have no count.
    func isSmallCell(_ figure: Figure) -> Bool {
        guard let count = figure.count else { return false }
        let small = 1..<minimumFrequency
        return small.contains(count) || small.contains(figure.base - count)
    }

    /// Nearly everybody in a group (not the whole region) gave this answer, so that membership tells it.
    func discloses(group figure: Figure) -> Bool {
        figure.name.statistic != .mean && !figure.name.segment.isEmpty
            && share(of: figure) > groupDisclosureShare
    }

    /// The share that a figure stands for; a number of people is judged by its unweighted counts.
    private func share(of figure: Figure) -> Double {
        guard figure.name.statistic == .people, let count = figure.count else { return figure.estimate }
        return Double(count) / Double(figure.base)
    }

    func warning(for figure: Figure) -> ReleaseReason? {
        if figure.base < indicativeBase { return .indicativeBase }
        if let effectiveN = figure.effectiveN, effectiveN < indicativeEffectiveN { return .indicativeEffectiveN }
        guard figure.name.statistic == .share, let lower = figure.lower, let upper = figure.upper else { return nil }
        return upper - lower > maximumIntervalWidth + 1e-12 ? .wideInterval : nil
    }
}
