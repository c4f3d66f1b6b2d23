import PeilIngest
public import PeilStatistics
import PeilTable

/// What became of the sample of a wave: the frame linked with the answers, person by person.
public struct FieldworkOutcome: Sendable {
    /// One municipality or mode.
    public struct Group: Sendable {
        public let code: String
        public let counts: DispositionCounts
    }
    /// How well frame and answers fit.
    public struct Links: Sendable, Equatable {
        /// Respondents with their row in the frame.
        public var linked = 0
        /// Respondents whose identifier is absent.
        public var withoutIdentifier = 0
        /// Answers of people who did not respond, says the frame; the answers count.
        public var againstDisposition = 0
        /// People who responded, says the frame, and have no answers that count: AAPOR's break-offs, among the refusals.
        public var withoutAnswers = 0
        /// Linked respondents whose column of the design differs from the frame, by column.
        public var differing: [(column: String, count: Int)] = []

        public static func == (one: Links, other: Links) -> Bool {
            one.linked == other.linked && one.withoutIdentifier == other.withoutIdentifier
                && one.againstDisposition == other.againstDisposition && one.withoutAnswers == other.withoutAnswers
                && one.differing.map(\.column) == other.differing.map(\.column)
                && one.differing.map(\.count) == other.differing.map(\.count)
        }
    }

    public let counts: DispositionCounts
    /// By base weight; nil where the frame has no weights.
    public let weighted: DispositionCounts?
    public let byArea: [Group]
    /// Sampled units by the mode in which they were approached; empty where the frame does not say.
    public let byMode: [Group]
    /// Respondents by the mode in which they answered, where only the answers say.
    public let respondentsByMode: [(mode: String, count: Int)]
    public let links: Links

    init(_ sample: LinkedSample, _ wave: IngestedWave, _ study: Study) throws {
        let frame = sample.frame
        var links = Links()
        links.linked = sample.respondentOfUnit.count { $0 != nil }
        links.withoutIdentifier = sample.withoutIdentifier
        for (unit, disposition) in frame.disposition.enumerated() {
            let isRespondent = disposition == .responded || disposition == .partial
            if sample.respondentOfUnit[unit] == nil, isRespondent { links.withoutAnswers += 1 }
            if sample.respondentOfUnit[unit] != nil, !isRespondent { links.againstDisposition += 1 }
        }
        links.differing = try Self.differences(frame, wave, study, sample.respondentOfUnit)
        self.links = links
        let outcomes = sample.outcomes
        counts = Self.sum(outcomes.map { ($0, 1) })
        weighted = sample.baseWeights.map { weights in Self.sum(Array(zip(outcomes, weights))) }
        byArea = try study.areas.map { try Self.groups(frame.table, $0.variable, outcomes) } ?? []
        byMode = try frame.request.mode.map { try Self.groups(frame.table, $0, outcomes) } ?? []
        respondentsByMode = byMode.isEmpty ? try Self.modes(wave.table, frame.request.mode) : []
    }

    private static func sum(_ amounts: [(SampleOutcome, Double)]) -> DispositionCounts {
        var counts = DispositionCounts()
        for (outcome, amount) in amounts { counts.add(outcome, amount) }
        return counts
    }

    /// In byte order of the code.
    private static func groups(_ table: Table, _ column: String, _ outcomes: [SampleOutcome]) throws -> [Group] {
        guard table.has(column) else { return [] }
        var counts: [String: DispositionCounts] = [:]
        for (label, outcome) in zip(try table.column(column).rowLabels(), outcomes) {
            counts[label ?? "", default: DispositionCounts()].add(outcome)
        }
        return counts.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map {
            Group(code: $0, counts: counts[$0] ?? DispositionCounts())
        }
    }

    private static func modes(_ table: Table, _ column: String?) throws -> [(mode: String, count: Int)] {
        guard let column = column ?? (table.has("file_mode") ? "file_mode" : nil), table.has(column) else { return [] }
        var counts: [String: Int] = [:]
        for label in try table.column(column).rowLabels() { counts[label ?? "", default: 0] += 1 }
        return counts.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { ($0, counts[$0] ?? 0) }
    }

    /// Columns of the design that the answers repeat from the frame.
    private static func differences(
        _ frame: SampledFrame, _ wave: IngestedWave, _ study: Study, _ respondentOfUnit: [Int?]
    ) throws -> [(column: String, count: Int)] {
        let design = study.design.columns
        let names = design.strata + design.clusters + [design.weights, study.areas?.variable].compactMap { $0 }
        var result: [(String, Int)] = []
        for name in names where frame.table.has(name) && wave.table.has(name) {
            let (mine, theirs) = (try frame.table.column(name).rowLabels(), try wave.table.column(name).rowLabels())
            let count = respondentOfUnit.indices.count { unit in
                respondentOfUnit[unit].map { mine[unit] != theirs[$0] } ?? false
            }
            if count > 0 { result.append((name, count)) }
        }
        return result
    }
}
