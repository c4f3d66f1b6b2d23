import PeilStatistics
import PeilTable

/// A comparison as tables.
struct ComparisonTables {
    let study: Study
    let margin: Double?
    let changes: [StudyComparison.Change]
    let stops: [StudyComparison.Stop]
    let points: [ComparisonWork.SeriesPoint]
    let overlaps: [(waves: (from: String, to: String), check: OverlapCheck)]
    let impossible: [String]
    let unused: [Bridge]
    let isUnlinked: Bool
    let countsOverlap: Bool

    private static let level = 0.95

    func report(inputs: [String]) -> ResearchReport {
        ResearchReport(
            schema: "peil-comparison-1",
            source: [
                ("study", .string(study.id)), ("study_hash", .string(study.hash)), ("input_hashes", .strings(inputs)),
                ("margin", .optional(margin)), ("power", .number(study.compare.power)),
                ("level", .number(Self.level))
            ], notes: notes(), tables: [changeTable(), precision(), series(), stopped(), bridges(), overlapTable()])
    }

    private func notes() -> [String] {
        var notes = [
            "Change is later minus earlier; p is adjusted within a family over all waves, places and levels (Benjamini and Hochberg). Waves differ: that says nothing of why.",
            "Bases under \(study.disclosure.minimumBase) are not tested; a wave of 0 % or 100 % has no margin."
        ]
        if margin == nil {
            notes.append(
                "'Not distinguishable' is not 'no change': give compare › margin to test whether a change is small.")
        }
        if isUnlinked {
            notes.append(
                "Nothing tells which people took part before, so the waves count as independent: name them under compare › overlap › person."
            )
        } else if !countsOverlap {
            notes.append("Designs with replicates keep no covariance between waves: people in both are not counted.")
        }
        if study.compare.overlap == nil, changes.contains(where: { $0.sharedUnits > 0 }) {
            notes.append(
                "Units in both waves are taken at their word: compare › overlap lets sex or birth year check them.")
        }
        if !impossible.isEmpty {
            notes.append("No figure in one of the waves, so no change: \(impossible.joined(separator: "; ")).")
        }
        if !unused.isEmpty {
            notes.append(
                "Not applied, because nothing that they cover breaks: \(unused.map(\.text).joined(separator: "; ")). A wave that was asked otherwise names its `codebook:`, or the study a break."
            )
        }
        return notes
    }

    // MARK: Changes

    private func name(_ change: StudyComparison.Change) -> [ResearchReport.Cell] {
        [
            .text(change.question), .text(change.level), .text(change.place.word), .text(change.code),
            .text(change.label), .text(change.waves.from), .text(change.waves.to)
        ]
    }

    private static let nameColumns: [ResearchReport.Column] = [
        .text("question"), .text("answer"), .text("place"), .text("code"), .text("label"), .text("from"), .text("to")
    ]

    private func changeTable() -> ResearchReport.Table {
        ResearchReport.Table(
            "changes", "What changed",
            Self.nameColumns + [
                .number("before"), .number("now"), .number("change"), .number("lower"), .number("upper"),
                .number("p_adjusted", "adjusted p"), .text("verdict"), .text("family"), .text("bridge")
            ],
            changes.map { change in
                let outcome = change.outcome
                let interval = change.standardError.flatMap {
                    ConfidenceInterval.student(
                        outcome.difference, standardError: $0, degreesOfFreedom: outcome.degreesOfFreedom,
                        level: Self.level)
                }
                return name(change) + [
                    figure(outcome.first, change), figure(outcome.second, change),
                    difference(outcome.difference, change), difference(interval?.lower, change),
                    difference(interval?.upper, change), .number(change.adjustedP), .text(verdict(change)),
                    .text(change.family), .text(change.bridges.map(\.text).joined(separator: "; "))
                ]
            })
    }

    private func figure(_ value: Double?, _ change: StudyComparison.Change) -> ResearchReport.Cell {
        change.isShare ? .share(value) : .number(value)
    }

    private func difference(_ value: Double?, _ change: StudyComparison.Change) -> ResearchReport.Cell {
        change.isShare ? .change(value) : .number(value)
    }

    private func width(_ value: Double?, _ change: StudyComparison.Change) -> ResearchReport.Cell {
        change.isShare ? .points(value) : .number(value)
    }

    /// By the adjusted p of the change; about equal by the test of equivalence, never by the absence of a difference.
    private func verdict(_ change: StudyComparison.Change) -> String {
        guard change.base >= study.disclosure.minimumBase else { return "too few answers" }
        guard let error = change.standardError else { return "no margin" }
        if let p = change.adjustedP, p < 1 - Self.level { return change.outcome.difference > 0 ? "higher" : "lower" }
        if equivalence(change, error)?.isEquivalent == true { return "about equal" }
        return "not distinguishable"
    }

    /// The margin is one of shares.
    private func equivalence(_ change: StudyComparison.Change, _ error: Double) -> EquivalenceTest? {
        guard let margin, change.isShare else { return nil }
        return EquivalenceTest(
            difference: change.outcome.difference, standardError: error,
            degreesOfFreedom: change.outcome.degreesOfFreedom, margin: margin, level: Self.level)
    }

    // MARK: Precision

    private func precision() -> ResearchReport.Table {
        ResearchReport.Table(
            "precision", "How sure, and what could have been found",
            Self.nameColumns + [
                .number("n_from", "n before"), .number("n_to", "n now"), .number("shared_units", "shared units"),
                .number("se"), .number("df"), .number("p"), .number("correlation"),
                .number("se_if_independent", "se if independent"), .number("relative", "relative change"),
                .number("relative_se", "se relative"), .number("equivalence_p", "equivalence p"),
                .number("detectable_this", "detectable this time"), .number("detectable_next", "detectable next time")
            ],
            changes.map { change in
                let outcome = change.outcome
                let detectable = DetectableChange(power: study.compare.power, level: Self.level)
                let next = change.standardError.flatMap { _ in Self.nextStandardError(outcome) }
                let df = outcome.degreesOfFreedom
                return name(change) + [
                    .integer(change.counts.from), .integer(change.counts.to), .integer(change.sharedUnits),
                    .number(change.standardError), .integer(df), .number(change.p), .number(outcome.correlation),
                    .number(change.standardError.flatMap { _ in outcome.standardErrorIfIndependent }),
                    .number(outcome.relative),
                    .number(change.standardError.flatMap { _ in outcome.standardErrorOfRelative }),
                    .number(change.standardError.flatMap { equivalence(change, $0)?.p }),
                    width(
                        change.standardError.map { detectable.smallest(standardError: $0, degreesOfFreedom: df) },
                        change),
                    width(next.map { detectable.smallest(standardError: $0, degreesOfFreedom: df) }, change)
                ]
            })
    }

    /// A next wave like the later one, that overlaps with it as much as the two did: √(2 V₂ (1 − ρ)).
    private static func nextStandardError(_ outcome: ChangeBetweenWaves.Outcome) -> Double? {
        outcome.variances.map { (2 * $0.second * (1 - max(0, outcome.correlation ?? 0))).squareRoot() }
    }

    // MARK: The rest

    private func series() -> ResearchReport.Table {
        ResearchReport.Table(
            "series", "The region in each wave, as measured; a break before a wave cuts the line",
            [
                .text("question"), .text("answer"), .text("wave"), .number("estimate"), .number("se"),
                .number("lower"), .number("upper"), .number("n"), .text("break"), .text("bridge")
            ],
            points.map { point in
                let figure = { (value: Double?) -> ResearchReport.Cell in
                    point.isShare ? .share(value) : .number(value)
                }
                return [
                    .text(point.question), .text(point.level), .text(point.wave), figure(point.estimate),
                    .number(point.standardError), figure(point.interval?.lower), figure(point.interval?.upper),
                    .integer(point.count), .text(point.breaks), .text(point.bridge)
                ]
            })
    }

    private func stopped() -> ResearchReport.Table {
        ResearchReport.Table(
            "stopped", "Not compared, because something broke that no bridge covers",
            [.text("question"), .text("place"), .text("from"), .text("to"), .text("kind"), .text("why")],
            stops.flatMap { stop in
                stop.breaks.map { found in
                    [
                        .text(stop.question), .text(stop.place.word), .text(stop.waves.from), .text(stop.waves.to),
                        .text(found.kind.rawValue), .text(found.message)
                    ]
                }
            })
    }

    private func bridges() -> ResearchReport.Table {
        var used: [String] = []
        for change in changes {
            for bridge in change.bridges where !used.contains(bridge.text) { used.append(bridge.text) }
        }
        return ResearchReport.Table(
            "bridges", "Bridges that were used", [.text("bridge")], used.map { [.text($0)] })
    }

    private func overlapTable() -> ResearchReport.Table {
        ResearchReport.Table(
            "overlap", "People in both waves, and what of them contradicts",
            [.text("from"), .text("to"), .number("people"), .text("variable"), .number("contradictions")],
            overlaps.flatMap { entry in
                entry.check.contradictions.map { found in
                    [
                        .text(entry.waves.from), .text(entry.waves.to), .integer(entry.check.people),
                        .text(found.variable), .integer(found.people)
                    ]
                }
            })
    }
}
