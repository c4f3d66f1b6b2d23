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
    public let wave: String
    public let waveLabel: LocalizedText
    /// ISO dates.
    public let fieldworkFrom: String
    public let fieldworkTo: String
    /// Of the earlier wave: nothing is said of a figure that is not among them.
    public let earlier: [Figure]
    /// Rows that publications of the earlier wave hid.
    public let hiddenBefore: Set<String>
    public let changes: [FigureChange]
    /// Why a question is not compared: `codebook`, `mode`, `boundaries`, `weighting`, `segments`, `declared`.
    public let breaks: [String: String]

    public init(
        wave: String, waveLabel: LocalizedText, fieldworkFrom: String, fieldworkTo: String, earlier: [Figure],
        hiddenBefore: Set<String>, changes: [FigureChange], breaks: [String: String]
    ) {
        self.wave = wave
        self.waveLabel = waveLabel
        self.fieldworkFrom = fieldworkFrom
        self.fieldworkTo = fieldworkTo
        self.earlier = earlier
        self.hiddenBefore = hiddenBefore
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
    /// The changes of figures that both waves may show. Of the earlier wave only figures of the whole region are taken, from a
    /// base of a hundred, where the answer and the other answers have enough people each, and where no publication of
    /// that wave hid them. Whatever the study's own minimum, a test stands on fifty respondents, as the attacker does not model it.
    /// - Parameter rows: of the later wave.
    func release(_ draft: ChangeDraft, _ rows: [ReleasedRow]) -> ReleasedChanges {
        let now = Dictionary(rows.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let before = Dictionary(
            draft.earlier.filter { isPlain($0) && !draft.hiddenBefore.contains($0.name.rowID) }.map {
                ($0.name, row(of: decide($0, isSensitive: false)))
            }, uniquingKeysWith: { first, _ in first })
        let made = draft.changes.compactMap { change -> ReleasedChange? in
            guard let old = before[change.name], let new = now[change.name], let first = old.estimate,
                let second = new.estimate, min(old.n ?? 0, new.n ?? 0) >= Self.lowestUnmodelledBase
            else { return nil }
            return released(change, first, second, old, new)
        }
        return ReleasedChanges(
            wave: draft.wave, waveLabel: draft.waveLabel, fieldworkFrom: draft.fieldworkFrom,
            fieldworkTo: draft.fieldworkTo, rows: made, breaks: draft.breaks)
    }

    /// Nobody's answer needs another figure to stay hidden.
    private func isPlain(_ figure: Figure) -> Bool {
        guard figure.name.area.isEmpty, figure.name.segment.isEmpty, figure.base >= max(indicativeBase, 100) else {
            return false
        }
        guard let count = figure.count else { return true }
        return count >= minimumFrequency && figure.base - count >= minimumFrequency
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
