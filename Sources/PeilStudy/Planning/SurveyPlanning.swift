import PeilStatistics
import PeilTable

/// What the next wave can find, from the design effects of this one: per region, area and segment.
public struct SurveyPlanning {
    /// What is planned.
    public struct Options: Sendable {
        /// Answers, `question=answer`, or a question with one published answer; empty: the key figures of the report.
        public var questions: [String] = []
        /// The change to find, as a part of 1.
        public var change = 0.05
        public var power = 0.8
        public var level = 0.95
        /// Interviews in each place next time; nil: as many as now.
        public var interviews: Int?
        /// Interviews in each place this time; nil: as many as there were.
        public var interviewsNow: Int?
        /// Part of the next wave's people who also took part in this one, and the correlation of their two answers.
        public var overlap = 0.0
        public var correlation = 0.0
        /// The share to plan for; nil: each place's own.
        public var share: Double?
        /// The design effect to plan for; nil: each place's own.
        public var designEffect: Double?

        public init() {}
    }

    private let run: StudyRun
    private let prepared: StudyRun.Prepared
    private let options: Options
    private var study: Study { run.study }

    /// - Throws: `Failure` for options that cannot be.
    public init(_ run: StudyRun, _ prepared: StudyRun.Prepared, _ options: Options) throws {
        self.run = run
        self.prepared = prepared
        self.options = options
        func refuse(_ message: String) -> Failure {
            Failure("USAGE", message, file: run.study.file, remedy: "correct the option", exitCode: ExitStatus.usage)
        }
        guard options.change > 0, options.change < 1 else { throw refuse("--change lies between 0 and 1") }
        guard options.power > 0, options.power < 1 else { throw refuse("--power lies between 0 and 1") }
        guard options.level > 0, options.level < 1 else { throw refuse("--level lies between 0 and 1") }
        guard (0...1).contains(options.overlap) else { throw refuse("--overlap lies between 0 and 1") }
        guard (-1...1).contains(options.correlation) else { throw refuse("--correlation lies between -1 and 1") }
        for number in [options.interviews, options.interviewsNow] {
            guard number.map({ (1...100_000_000).contains($0) }) ?? true else {
                throw refuse("--interviews is a number of people")
            }
        }
        guard options.share.map({ $0 > 0 && $0 < 1 }) ?? true else { throw refuse("--share lies between 0 and 1") }
        guard options.designEffect.map({ $0 > 0 && $0 < 1000 }) ?? true else {
            throw refuse("--design-effect is positive")
        }
    }

    /// One answer in one place.
    struct Line {
        let question: String
        let level: String
        let place: Comparability.Place
        let code: String
        let label: String
        let n: Int
        let share: Double
        let designEffect: Double
        let halfWidth: Double
        /// Smallest detectable difference from all others this time; nil for the region.
        let againstRest: Double?
        /// Smallest detectable change next time.
        let detectable: Double
        /// Interviews a wave from which the change that is asked for is found.
        let interviews: Int?
    }

    public func report() throws -> ResearchReport {
        do {
            let answers = try answers()
            let places = try places()
            let lines = try places.flatMap { place in try answers.flatMap { try self.lines($0, place) } }
            let wanted = places.reduce(0) { sum, place in
                sum + place.grouping.count * answers.count { !isByConstruction($0.question, place.place) }
            }
            return ResearchReport(
                schema: "peil-planning-1",
                source: [
                    ("study", .string(study.id)), ("wave", .string(run.wave.id)), ("study_hash", .string(study.hash)),
                    ("input_hash", .string(prepared.inputHash)), ("power", .number(options.power)),
                    ("level", .number(options.level)), ("change", .number(options.change)),
                    ("overlap", .number(options.overlap)), ("correlation", .number(options.correlation))
                ], notes: notes(lines, isIncomplete: lines.count < wanted), tables: [table(lines), needed(lines)])
        } catch { throw Failure(naming: error, file: study.path(run.wave.files[0].path)) }
    }

    // MARK: What is planned for

    private func answers() throws -> [(question: String, level: String)] {
        let asked =
            options.questions.isEmpty
            ? study.report.outline.keyFigures.filter { !$0.level.isEmpty }.map { "\($0.question)=\($0.level)" }
            : options.questions
        guard !asked.isEmpty else {
            throw Failure(
                "MISSING_KEY", "The report has no key figures to plan for", file: study.file,
                remedy: "name answers: --questions question=answer", exitCode: ExitStatus.usage)
        }
        try study.refuseIdentifiers(asked.map { String($0.prefix { $0 != "=" }) }, key: "--questions")
        return try asked.map { try answer($0) }
    }

    private func answer(_ text: String) throws -> (question: String, level: String) {
        let question = String(text.prefix { $0 != "=" })
        let categories = try prepared.table.categories(question).categories.map(\.code)
        guard let sign = text.firstIndex(of: "=") else {
            let shown = study.report.questions.first { $0.variable == question }?.levels ?? []
            guard shown.count == 1 else {
                throw Failure(
                    "USAGE", "'\(question)' has several answers", file: study.file,
                    remedy: "name one: \(question)=\(categories.first ?? "1")", exitCode: ExitStatus.usage)
            }
            return (question, shown[0])
        }
        let level = String(text[text.index(after: sign)...])
        guard categories.contains(level) else {
            throw EstimationError.unknownLevel(variable: question, level: level)
        }
        return (question, level)
    }

    private func places() throws -> [(place: Comparability.Place, grouping: Grouping)] {
        let table = prepared.table
        var places: [(Comparability.Place, Grouping)] = [(.region, .everyone(rowCount: table.rowCount))]
        if let areas = study.areas {
            places.append((.areas, .cross([(areas.variable, try table.column(areas.variable))])))
        }
        if prepared.segmentation != nil {
            let column = try table.column(StudyRun.segmentVariable)
            places.append((.segments, .cross([(StudyRun.segmentVariable, column)])))
        }
        return places
    }

    // MARK: Lines

    /// Segments differ on what made them.
    private func isByConstruction(_ question: String, _ place: Comparability.Place) -> Bool {
        place == .segments && study.segments?.isMade(from: question, study.codebook) == true
    }

    private func lines(
        _ answer: (question: String, level: String), _ place: (place: Comparability.Place, grouping: Grouping)
    ) throws -> [Line] {
        if isByConstruction(answer.question, place.place) { return [] }
        let column = try prepared.table.column(answer.question)
        let asked = (0..<prepared.table.rowCount).map { column.reason($0) != .notAsked }
        let levels = column.rowLabels().map { label in label.map { $0 == answer.level ? Int32(0) : 1 } ?? -1 }
        let estimates = try prepared.estimation.estimate(
            ProportionEstimator(answer.question, levels: [answer.level], levelOfRow: levels), by: place.grouping,
            in: asked, wishes: Estimation.Wishes(groupAgainstRest: place.place != .region && place.grouping.count > 1))
        return try place.grouping.keys.indices.compactMap { group in
            try line(answer, place.place, estimates, group)
        }
    }

    /// nil where the place has no share, or no spread to plan with.
    private func line(
        _ answer: (question: String, level: String), _ place: Comparability.Place, _ estimates: GroupedEstimates,
        _ group: Int
    ) throws -> Line? {
        guard let share = estimates.value(group, 0), let error = estimates.standardError(group, 0), error > 0 else {
            return nil
        }
        let n = estimates.counts[group]
        let designEffect = options.designEffect ?? error * error * Double(n) / (share * (1 - share))
        let planned = options.share ?? share
        let (now, next) = (options.interviewsNow ?? n, options.interviews ?? n)
        let detectable = DetectableChange(power: options.power, level: options.level)
        let plan = DetectableChange.Plan(
            first: now, second: next, share: planned, designEffect: designEffect,
            shared: Int(options.overlap * Double(min(now, next))), correlation: options.correlation)
        let df = estimates.domainDegreesOfFreedom
        let code = estimates.grouping.keys[group].first ?? ""
        let half = ConfidenceInterval.student(
            share, standardError: error, degreesOfFreedom: estimates.degreesOfFreedom[group], level: options.level)
        return Line(
            question: answer.question, level: answer.level, place: place, code: code, label: label(code, place), n: n,
            share: share, designEffect: designEffect, halfWidth: half.map { ($0.upper - $0.lower) / 2 } ?? 0,
            againstRest: estimates.differencesFromRest.isEmpty
                ? nil
                : estimates.standardErrorOfDifference(group, 0).map {
                    detectable.smallest(standardError: $0, degreesOfFreedom: df)
                },
            detectable: try detectable.smallest(plan),
            interviews: try? detectable.interviews(
                change: options.change, share: planned, designEffect: designEffect))
    }

    private func label(_ code: String, _ place: Comparability.Place) -> String {
        PlaceLabels(study: study, table: prepared.table).label(code, place)
    }

    // MARK: Tables

    private func notes(_ lines: [Line], isIncomplete: Bool) -> [String] {
        var notes = [
            "With power \(SignificantDigits.text(options.power, 3)) at level \(SignificantDigits.text(options.level, 3)), two-sided. A smaller change may be there and go unseen.",
            "Design effects are those of this wave: weights, strata and clusters as they came out."
        ]
        let limit = study.disclosure.minimumBase
        if lines.contains(where: { $0.n < limit }) {
            notes.append("Where fewer than \(limit) people answered, the share and the design effect are guesses.")
        }
        if lines.contains(where: { Double($0.n) * min($0.share, 1 - $0.share) < 10 }) {
            notes.append("Where fewer than ten people gave an answer (or did not), its design effect is a guess.")
        }
        if lines.isEmpty {
            notes.append(
                "Nothing to plan with: nobody gave these answers, everybody did, or the sample has no margins.")
        } else if isIncomplete {
            notes.append(
                "Places where nobody or everybody gave an answer are left out: they have no spread to plan with.")
        }
        if options.overlap > 0, options.correlation == 0 {
            notes.append(
                "Without --correlation, people in both waves gain nothing: peil compare gives it for two waves.")
        }
        return notes
    }

    private func table(_ lines: [Line]) -> ResearchReport.Table {
        ResearchReport.Table(
            "precision", "What this wave shows, and what the next can find",
            [
                .text("question"), .text("answer"), .text("place"), .text("code"), .text("label"), .number("n"),
                .number("share"), .number("half_width", "± margin"), .number("design_effect", "design effect"),
                .number("effective_n", "effective n"), .number("detectable_rest", "against the rest"),
                .number("detectable_change", "change next time"),
                .number("interviews", "for \(SignificantDigits.text(options.change * 100, 3)) pt")
            ],
            lines.map { line in
                [
                    .text(line.question), .text(line.level), .text(line.place.word), .text(line.code),
                    .text(line.label), .integer(line.n), .share(line.share), .points(line.halfWidth),
                    .number(line.designEffect), .people(Double(line.n) / line.designEffect),
                    .points(line.againstRest), .points(line.detectable),
                    line.interviews.map { .integer($0) } ?? .number(nil)
                ]
            })
    }

    /// The largest sample that one of the answers needs, per place, and how many to invite for it.
    private func needed(_ lines: [Line]) -> ResearchReport.Table {
        var rows: [[ResearchReport.Cell]] = []
        var known: [String] = []
        for line in lines where line.place != .segments {
            let key = "\(line.place.word)\u{1F}\(line.code)"
            guard !known.contains(key) else { continue }
            known.append(key)
            let own = lines.filter { $0.place == line.place && $0.code == line.code }
            guard let most = own.compactMap(\.interviews).max() else { continue }
            let rate = yield(line)
            rows.append([
                .text(line.place.word), .text(line.code), .text(line.label), .integer(most), .share(rate),
                .people(rate.map { (Double(most) / $0).rounded(.up) })
            ])
        }
        return ResearchReport.Table(
            "sample",
            "Interviews a wave for a change of \(SignificantDigits.text(options.change * 100, 3)) points in every answer, and people to invite if as many respond as now",
            [
                .text("place"), .text("code"), .text("label"), .number("interviews"),
                .number("yield", "interviews per person"), .number("invitations")
            ], rows)
    }

    /// Interviews per sampled person; nil without a frame.
    private func yield(_ line: Line) -> Double? {
        guard let fieldwork = prepared.fieldwork else { return nil }
        let counts =
            line.place == .region ? fieldwork.counts : fieldwork.byArea.first { $0.code == line.code }?.counts
        return counts.flatMap { $0.total > 0 && $0.respondents > 0 ? $0.respondents / $0.total : nil }
    }
}
