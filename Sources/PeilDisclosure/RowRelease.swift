extension DisclosureRules {
    /// The row of a decided cell: rounded numbers, or none at all where it is hidden.
    func row(of cell: Cell) -> ReleasedRow {
        guard !cell.isHidden else { return .hidden(cell.figure.name, cell.status, cell.reason?.asPublished) }
        let figure = cell.figure
        let steps = RoundingSteps(figure, rules: self)
        let page = { (value: Double?) in value.map { rounded($0, to: steps.page) } }
        // Finer numbers only where the base carries them.
        let isLarge = figure.base >= indicativeBase
        let table = { (value: Double?) in isLarge ? value.map { rounded($0, to: steps.table) } : nil }
        let bound = bound(of: figure)
        let isBound = bound != nil
        let contrast = isBound || !cell.showsContrast ? nil : figure.contrast
        let comparison = contrast.map { Comparison($0, of: figure, step: steps.page) }
        return ReleasedRow(
            name: figure.name, status: cell.status, reason: cell.reason,
            estimate: isBound ? nil : page(figure.estimate), bound: bound,
            tableEstimate: isBound ? nil : table(figure.estimate),
            standardError: table(figure.standardError),
            lower: isBound ? nil : page(figure.lower), upper: isBound ? nil : page(figure.upper),
            tableLower: isBound ? nil : table(figure.lower), tableUpper: isBound ? nil : table(figure.upper),
            intervalLevel: figure.lower == nil ? nil : figure.intervalLevel,
            intervalMethod: figure.lower == nil ? nil : figure.intervalMethod,
            degreesOfFreedom: isLarge ? figure.degreesOfFreedom : nil, n: figure.base,
            missingShare: rounded(figure.missingShare, to: tableShareStep),
            effectiveN: isLarge ? figure.effectiveN.map { rounded($0, to: 1) } : nil,
            designEffect: isLarge ? figure.designEffect.map { rounded($0, to: 0.01) } : nil,
            reference: contrast?.reference, referenceEstimate: comparison?.referenceEstimate,
            difference: comparison?.difference, p: contrast.map { roundedProbability($0.p) },
            adjustedP: contrast.map { roundedProbability($0.adjustedP) }, family: contrast?.family,
            detectableChange: isBound || figure.lower == nil
                ? nil
                : figure.detectableChange.map { rounded(($0 / steps.page).rounded(.up) * steps.page, to: steps.page) })
    }

    /// 0 % or 100 % of a small base says something of everybody in it and is never exact: a bound is
    /// printed, the limit of the interval that lies inside, or else 3/n (the rule of three).
    func bound(of figure: Figure) -> ReleasedBound? {
        guard figure.name.statistic == .share, figure.base < indicativeBase else { return nil }
        let slack = 3 / Double(figure.base)
        switch rounded(figure.estimate, to: shareStep) {
        case 0:
            let limit = max(figure.upper ?? slack, shareStep)
            return .below(rounded((limit / shareStep).rounded(.up) * shareStep, to: shareStep))
        case 1:
            let limit = min(figure.lower ?? 1 - slack, 1 - shareStep)
            return .above(rounded((limit / shareStep).rounded(.down) * shareStep, to: shareStep))
        default: return nil
        }
    }
}

/// The test against a reference as it may be printed.
private struct Comparison {
    let referenceEstimate: Double
    /// nil where the difference of the rounded values is another number than the rounded difference:
    /// 36 % against 33 % with "4 points" would look like an error.
    let difference: Double?

    init(_ contrast: FigureContrast, of figure: Figure, step: Double) {
        referenceEstimate = rounded(figure.estimate - contrast.difference, to: step)
        let shown = rounded(figure.estimate, to: step) - referenceEstimate
        let exact = rounded(contrast.difference, to: step)
        difference = abs(shown - exact) < step / 2 ? exact : nil
    }
}

extension ReleaseReason {
    /// A reader who knows which cell is small and which only protects it knows more than the table says.
    fileprivate var asPublished: ReleaseReason {
        switch self {
        case .smallCell, .complement, .groupDisclosure: .confidential
        case .smallBase, .sensitiveBelowRegion, .indicativeBase, .indicativeEffectiveN, .wideInterval, .confidential:
            self
        }
    }
}

extension ReleasedRow {
    static func hidden(_ name: FigureName, _ status: ReleaseStatus, _ reason: ReleaseReason?) -> ReleasedRow {
        ReleasedRow(
            name: name, status: status, reason: reason, estimate: nil, bound: nil, tableEstimate: nil,
            standardError: nil, lower: nil, upper: nil, tableLower: nil, tableUpper: nil,
            intervalLevel: nil, intervalMethod: nil, degreesOfFreedom: nil, n: nil, missingShare: nil,
            effectiveN: nil, designEffect: nil, reference: nil, referenceEstimate: nil, difference: nil,
            p: nil, adjustedP: nil, family: nil, detectableChange: nil)
    }
}
