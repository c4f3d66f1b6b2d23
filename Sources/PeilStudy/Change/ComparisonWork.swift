import PeilStatistics
import PeilTable

/// Collects changes, stops and series of a comparison, and adjusts their p together.
struct ComparisonWork {
    let study: Study
    let margin: Double?
    private let comparability: Comparability
    private(set) var changes: [StudyComparison.Change] = []
    private(set) var stops: [StudyComparison.Stop] = []
    private(set) var points: [SeriesPoint] = []
    private(set) var overlaps: [(waves: (from: String, to: String), check: OverlapCheck)] = []
    private(set) var impossible: [String] = []

    /// One wave's figure in a series.
    struct SeriesPoint {
        let question: String
        let level: String
        let wave: String
        let estimate: Double
        let standardError: Double?
        let interval: ConfidenceInterval?
        let count: Int
        let isShare: Bool
        /// What breaks the line before this wave, or bridges it.
        let breaks: String
        let bridge: String
    }

    init(study: Study, margin: Double?) {
        self.study = study
        self.margin = margin
        comparability = Comparability(study)
    }

    // MARK: Changes

    mutating func compare(
        _ first: ComparedWave, _ second: ComparedWave, _ pair: (from: Int, to: Int), _ questions: [ComparedQuestion]
    ) throws {
        let waves = (from: first.run.wave.id, to: second.run.wave.id)
        if let check = try OverlapCheck(first, second, study.compare.overlap) { overlaps.append((waves, check)) }
        for question in questions {
            var places: [Comparability.Place] = [.region]
            if question.byArea { places.append(.areas) }
            if question.bySegment { places.append(.segments) }
            for place in places where !isByConstruction(question, place) {
                switch comparability.verdict(question.variable, place, from: pair.from, to: pair.to) {
                case .stopped(let breaks):
                    stops.append(
                        .init(question: question.variable, place: place, waves: waves, breaks: breaks))
                case .comparable(let bridges):
                    try add(question, place, first, second, bridges)
                }
            }
        }
    }

    /// Segments differ on what made them because of their rules.
    private func isByConstruction(_ question: ComparedQuestion, _ place: Comparability.Place) -> Bool {
        place == .segments && study.segments?.isMade(from: question.variable, study.codebook) == true
    }

    private mutating func add(
        _ question: ComparedQuestion, _ place: Comparability.Place, _ first: ComparedWave, _ second: ComparedWave,
        _ bridges: [Bridge]
    ) throws {
        let estimates: (first: WaveEstimates, second: WaveEstimates)
        let codes = Self.codes(bridges)
        let answers = try bridgedAnswers(question, bridges)
        do {
            if !codes.isEmpty { try checkCodes(codes, question, first, second) }
            guard let before = try first.estimates(question, place, codes: codes),
                let now = try second.estimates(question, place, codes: [:])
            else {
                if place == .region {
                    impossible.append(
                        "\(question.variable) was not asked in \(first.run.wave.id) and \(second.run.wave.id) alike")
                }
                return
            }
            estimates = (before, now)
        } catch { throw Failure(naming: error, file: second.run.study.path(second.run.wave.files[0].path)) }
        let overlapping = OverlappingWaves(estimates.first, estimates.second)
        let factor = Self.factor(bridges)
        for key in estimates.second.estimates.grouping.keys {
            guard let group = overlapping.group(key) else { continue }
            for label in estimates.second.estimates.labels where answers.map({ $0.contains(label.level ?? "") }) ?? true
            {
                let outcome: ChangeBetweenWaves.Outcome?
                do { outcome = try overlapping.outcome(of: label, in: group, bridge: factor) } catch {
                    impossible.append("\(question.variable), \(place.word) \(key.first ?? "")")
                    break
                }
                guard let outcome else { continue }
                try checkRange(outcome, question, bridges)
                changes.append(
                    .init(
                        question: question.variable, level: label.level ?? "", place: place, code: key.first ?? "",
                        label: second.label(key.first ?? "", place),
                        waves: (estimates.first.wave, estimates.second.wave), outcome: outcome,
                        counts: (group.counts.first, group.counts.second),
                        sharedUnits: group.sharedUnits, bridges: bridges, family: family(question.variable),
                        isShare: !question.isMean))
            }
        }
    }

    /// The answers that a factor is about; nil for all. One factor for several answers would make them more or less than
    /// everybody.
    private func bridgedAnswers(_ question: ComparedQuestion, _ bridges: [Bridge]) throws -> [String]? {
        let factors = bridges.filter { if case .factor = $0.kind { true } else { false } }
        guard !question.isMean, !factors.isEmpty else { return nil }
        let named = factors.compactMap(\.answer)
        let isClear = named.count == factors.count ? Set(named).count == 1 : named.isEmpty && question.levels.count == 1
        if isClear { return named.isEmpty ? nil : Array(named.prefix(1)) }
        throw Failure(
            "BRIDGE_NEEDS_ANSWER", "The factor of '\(question.variable)' does not say which answer it is about",
            file: study.file, remedy: "add `answer: \(question.levels.first ?? "1")` to the bridge",
            exitCode: ExitStatus.configuration)
    }

    /// Every code of the earlier wave must go to a code of the later one.
    private func checkCodes(
        _ codes: [String: String], _ question: ComparedQuestion, _ first: ComparedWave, _ second: ComparedWave
    ) throws {
        let old = try first.prepared.table.categories(question.variable).categories.map(\.code)
        let new = try second.prepared.table.categories(question.variable).categories.map(\.code)
        let trouble =
            codes.keys.sorted().first { !old.contains($0) }.map { "\($0) is no code of \(first.run.wave.id)" }
            ?? codes.values.sorted().first { !new.contains($0) }.map { "\($0) is no code of \(second.run.wave.id)" }
            ?? old.first { codes[$0] == nil }.map { "code \($0) of \(first.run.wave.id) goes nowhere" }
        guard let trouble else { return }
        throw Failure(
            "BRIDGE_CODES", "The bridge of '\(question.variable)' cannot be: \(trouble)", file: study.file,
            remedy: "give every code of the earlier wave one of the later wave", exitCode: ExitStatus.configuration)
    }

    /// A factor that makes a share larger than 1 is no bridge.
    private func checkRange(
        _ outcome: ChangeBetweenWaves.Outcome, _ question: ComparedQuestion, _ bridges: [Bridge]
    ) throws {
        guard !question.isMean, outcome.first > 1 else { return }
        throw Failure(
            "BRIDGE_OUT_OF_RANGE", "The bridge of '\(question.variable)' makes a share larger than 1", file: study.file,
            remedy: "correct the factor: \(bridges.map(\.text).joined(separator: "; "))",
            exitCode: ExitStatus.configuration)
    }

    private static func codes(_ bridges: [Bridge]) -> [String: String] {
        var codes: [String: String] = [:]
        for bridge in bridges {
            guard case .recode(let next) = bridge.kind else { continue }
            for (old, new) in codes { codes[old] = next[new] ?? new }
            for (old, new) in next where codes[old] == nil { codes[old] = new }
        }
        return codes
    }

    private static func factor(_ bridges: [Bridge]) -> BridgeFactor {
        bridges.reduce(BridgeFactor.none) { known, bridge in
            guard case .factor(let factor, let error) = bridge.kind else { return known }
            return known.followed(by: BridgeFactor(factor: factor, standardError: error))
        }
    }

    private func family(_ question: String) -> String {
        study.families.first { $0.questions.contains(question) }.map { "change: \($0.id)" } ?? "change: exploratory"
    }

    // MARK: Series

    /// The region's figure in every wave, with what stands between a wave and the one before.
    mutating func addSeries(_ question: ComparedQuestion, _ waves: [ComparedWave]) throws {
        let order = study.waves.map(\.id)
        var previous: Int?
        for wave in waves {
            guard let place = order.firstIndex(of: wave.run.wave.id) else { continue }
            let made: WaveEstimates?
            do { made = try wave.estimates(question, .region, codes: [:]) } catch {
                throw Failure(naming: error, file: wave.run.study.path(wave.run.wave.files[0].path))
            }
            guard let made, case .success = made.estimates.outcomes[0] else { continue }
            var breaks = ""
            var bridge = ""
            if let previous {
                switch comparability.verdict(question.variable, .region, from: previous, to: place) {
                case .stopped(let found): breaks = found.map(\.message).joined(separator: " ")
                case .comparable(let bridges): bridge = bridges.map(\.text).joined(separator: "; ")
                }
            }
            for (parameter, label) in made.estimates.labels.enumerated() {
                points.append(point(question, label, parameter, made, breaks, bridge))
            }
            previous = place
        }
    }

    private func point(
        _ question: ComparedQuestion, _ label: ParameterLabel, _ parameter: Int, _ made: WaveEstimates,
        _ breaks: String, _ bridge: String
    ) -> SeriesPoint {
        let estimates = made.estimates
        return SeriesPoint(
            question: question.variable, level: label.level ?? "", wave: made.wave,
            estimate: estimates.value(0, parameter) ?? 0,
            standardError: estimates.standardError(0, parameter),
            interval: estimates.reportedInterval(0, parameter, isShare: !question.isMean), count: estimates.counts[0],
            isShare: !question.isMean, breaks: breaks,
            bridge: bridge)
    }

    // MARK: Result

    func result(inputs: [String], isUnlinked: Bool, countsOverlap: Bool) -> StudyComparison.Result {
        let tables = ComparisonTables(
            study: study, margin: margin, changes: adjustedChanges(), stops: stops, points: points, overlaps: overlaps,
            impossible: impossible, unused: unusedBridges(), isUnlinked: isUnlinked, countsOverlap: countsOverlap)
        return StudyComparison.Result(report: tables.report(inputs: inputs), failure: failure())
    }

    /// Bridges of waves that were compared, which nothing asked for.
    private func unusedBridges() -> [Bridge] {
        let used = Set(changes.flatMap { $0.bridges.map(\.text) } + points.map(\.bridge))
        let compared = Set(changes.map(\.question) + stops.map(\.question))
        return study.compare.bridges.filter { bridge in
            !used.contains { $0.contains(bridge.text) } && bridge.question.map(compared.contains) ?? true
        }
    }

    /// Benjamini–Hochberg within each family, over all its questions, levels, places and waves; bases that are too small
    /// for a report are not tested.
    func adjustedChanges() -> [StudyComparison.Change] {
        var members: [String: [Int]] = [:]
        for (index, change) in changes.enumerated()
        where change.p != nil && change.base >= study.disclosure.minimumBase {
            members[change.family, default: []].append(index)
        }
        var result = changes
        for indices in members.values {
            let adjusted = benjaminiHochberg(indices.compactMap { changes[$0].p })
            for (index, p) in zip(indices, adjusted) { result[index].adjustedP = p }
        }
        return result
    }

    private func failure() -> Failure? {
        guard let first = stops.first else { return nil }
        var names: [String] = []
        for stop in stops where !names.contains(stop.question) { names.append(stop.question) }
        let some = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
        return Failure(
            "NOT_COMPARABLE", "\(names.count) question(s) may not be compared: \(some). \(first.breaks[0].message)",
            file: study.file,
            remedy:
                "add a bridge under compare › bridge, for example {question: \(first.question), from: \(first.waves.from), to: \(first.waves.to), kind: accepted, by: NAME}",
            exitCode: ExitStatus.data)
    }
}

extension Comparability.Place {
    var word: String {
        switch self {
        case .region: "region"
        case .areas: "area"
        case .segments: "segment"
        }
    }
}
