public import PeilTable

/// The change of one figure since an earlier wave, unrounded. The figures themselves are those of the two publications.
public struct FigureChange: Sendable {
    public let name: FigureName
    /// Later minus earlier, in the unit of the figure.
    public let difference: Double
    public let lower: Double?
    public let upper: Double?
    /// nil where a wave has no margin to test by.
    public let p: Double?
    /// Benjamini–Hochberg within `family`.
    public let adjustedP: Double?
    public let family: String
    /// What makes the waves comparable although something differs, one sentence each.
    public let bridges: [String]

    public init(
        name: FigureName, difference: Double, lower: Double?, upper: Double?, p: Double?, adjustedP: Double?,
        family: String, bridges: [String]
    ) {
        self.name = name
        self.difference = difference
        self.lower = lower
        self.upper = upper
        self.p = p
        self.adjustedP = adjustedP
        self.family = family
        self.bridges = bridges
    }
}

/// What a publication would say of change since one earlier wave.
public struct ChangeDraft: Sendable {
    /// The earlier wave as it is released: nothing is said of a figure that it does not show.
    public let earlier: Released<Publication>
    public let changes: [FigureChange]
    /// Why a question is not compared: `codebook`, `mode`, `boundaries`, `weighting`, `segments`, `declared`.
    public let breaks: [String: String]

    public init(earlier: Released<Publication>, changes: [FigureChange], breaks: [String: String]) {
        self.earlier = earlier
        self.changes = changes
        self.breaks = breaks
    }
}

/// Change since an earlier wave as it may be printed.
public struct ReleasedChanges: Sendable, Codable {
    public let wave: String
    public let waveLabel: LocalizedText
    public let fieldworkFrom: String
    public let fieldworkTo: String
    public let rows: [ReleasedChange]
    public let breaks: [String: String]
}

public struct ReleasedChange: Sendable, Codable {
    public let name: FigureName
    /// As the earlier wave shows it.
    public let earlier: Double
    public let earlierLower: Double?
    public let earlierUpper: Double?
    public let isIndicative: Bool
    /// nil where rounding would make it contradict the two printed figures.
    public let difference: Double?
    public let lower: Double?
    public let upper: Double?
    public let p: Double?
    public let adjustedP: Double?
    public let family: String
    public let bridges: [String]
}

extension DisclosureRules {
    /// The changes of figures that both waves show. The test stands on a base of at least fifty in both, whatever the
    /// study's own minimum, as the attacker does not model it.
    /// - Parameter rows: of the later wave.
    func release(_ draft: ChangeDraft, _ rows: [ReleasedRow]) -> ReleasedChanges {
        let earlier = draft.earlier.content
        let now = Dictionary(rows.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let before = Dictionary(earlier.rows.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let made = draft.changes.compactMap { change -> ReleasedChange? in
            guard let old = before[change.name], let new = now[change.name], let first = old.estimate,
                let second = new.estimate, min(old.n ?? 0, new.n ?? 0) >= Self.lowestUnmodelledBase
            else { return nil }
            return released(change, first, second, old, new)
        }
        return ReleasedChanges(
            wave: earlier.subject.wave, waveLabel: earlier.subject.waveLabel,
            fieldworkFrom: earlier.subject.fieldworkFrom, fieldworkTo: earlier.subject.fieldworkTo, rows: made,
            breaks: draft.breaks)
    }

    private func released(
        _ change: FigureChange, _ first: Double, _ second: Double, _ old: ReleasedRow, _ new: ReleasedRow
    ) -> ReleasedChange {
        let step = change.name.statistic == .share ? shareStep : meanStep
        let exact = rounded(change.difference, to: step)
        let agrees = abs(exact - (second - first)) < step / 2
        return ReleasedChange(
            name: change.name, earlier: first, earlierLower: old.lower, earlierUpper: old.upper,
            isIndicative: old.status == .indicative || new.status == .indicative,
            difference: agrees ? exact : nil, lower: change.lower.map { rounded($0, to: step) },
            upper: change.upper.map { rounded($0, to: step) }, p: change.p.map(roundedProbability),
            adjustedP: change.adjustedP.map(roundedProbability), family: change.family, bridges: change.bridges)
    }
}
