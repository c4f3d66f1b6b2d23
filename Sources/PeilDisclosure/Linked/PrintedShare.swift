/// Between which bounds a printed share leaves the true one.
///
/// Limits of intervals, standard errors and tests are printed beside it, rounded too, and each says something of the same
/// share. How much all of them say together has no simple form; so the reader is taken to know the share twice as
/// finely as the finest rounding in print.
struct PrintedShare {
    let rules: DisclosureRules
    /// Shares that are printed as numbers of people too.
    let asPeople: Set<FigureName>

    /// - Parameter figure: a share that is shown.
    func range(_ figure: Figure) -> ClosedRange<Double> {
        let share = figure.estimate
        switch rules.bound(of: figure) {
        case .below(let most): return min(0, share)...max(most, share)
        case .above(let least): return min(least, share)...max(1, share)
        case nil: break
        }
        let step = figure.base >= rules.indicativeBase ? rules.tableShareStep : rules.shareStep
        let half = min(step, peopleStep(figure)) / 2
        let printed = rounded(share, to: step)
        let least = half < step / 2 ? share - half / 2 : max(printed - half, share - half / 2)
        let most = half < step / 2 ? share + half / 2 : min(printed + half, share + half / 2)
        return max(0, min(least, share))...min(max(1, share), max(most, share))
    }

    /// The step of the printed number of people, as a step of the share; ∞ where none is printed.
    private func peopleStep(_ figure: Figure) -> Double {
        guard let base = figure.weightedBase, base > 0, asPeople.contains(figure.name) else { return .infinity }
        // The share stands for all whom the weights count, those without an answer included.
        let everybody = base / max(1e-9, 1 - figure.missingShare)
        let people = figure.estimate * everybody
        return (people < rules.peopleThreshold ? rules.smallPeopleStep : rules.largePeopleStep) / everybody
    }
}
