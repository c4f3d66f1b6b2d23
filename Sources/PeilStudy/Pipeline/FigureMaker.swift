import PeilDisclosure
import PeilIngest
import PeilNumerics
import PeilStatistics
import PeilStore
import PeilTable

/// Makes every figure that the report asks for: shares and means for the region, the areas and the segments,
/// with intervals, the test of each area against the rest, and p adjusted within its family.
struct FigureMaker: Sendable {
    let run: StudyRun
    let prepared: StudyRun.Prepared
    private let domains: FigureDomains
    var study: Study { run.study }

    init(_ run: StudyRun, _ prepared: StudyRun.Prepared) {
        self.run = run
        self.prepared = prepared
        domains = FigureDomains(prepared, area: run.study.areas?.variable)
    }

    /// - Parameter decided: row ids that earlier versions of this wave showed or hid.
    func draft(decidedBefore decided: Set<String> = []) throws -> PublicationDraft {
        let questions = try study.report.questions.map(question)
        let figures = try figures(questions)
        let earlier = try earlierFigures(decided.subtracting(figures.map(\.name.rowID)))
        let links = try answerLinks(try withLevels(questions, of: earlier))
        var draft = PublicationDraft(
            subject: try subject(questions), figures: figures, facts: RunFacts(run, prepared).facts(),
            links: links.links() + links.routes())
        draft.earlier = earlier
        draft.exclusive = links.exclusive()
        let readers = ReaderKnowledge(study, prepared)
        draft.weights = try readers.weights()
        draft.answerRanges = try readers.answerRanges(
            Set((figures + earlier).map(\.name).filter { $0.statistic == .mean }.map(\.question)))
        draft.nested = links.nested()
        draft.amounts = try amounts()
        draft.segmentQuestion = questions.map(\.id).first { $0 == StudyRun.segmentVariable }
        return draft
    }

    /// What the means of amounts are made of.
    private func amounts() throws -> [FigureName: Contributions] {
        guard let policy = study.disclosure.dominance else { return [:] }
        let none = [String?](repeating: nil, count: prepared.table.rowCount)
        let areas = try study.areas.map { try prepared.table.column($0.variable).rowLabels() }
        let segments =
            prepared.segmentation == nil ? nil : try prepared.table.column(StudyRun.segmentVariable).rowLabels()
        return try policy.questions.reduce(into: [:]) { result, question in
            result.merge(
                try AmountContributions.contributions(
                    to: question, of: prepared.table, weights: prepared.estimation.design.weights,
                    asked: try asked(question), labels: (areas ?? none, segments ?? none), policy)
            ) { $1 }
        }
    }

    /// The figures alone, as the report would be given them.
    func figures() throws -> [Figure] { try figures(try study.report.questions.map(question)) }

    /// Figures of the whole region for some questions, those of sensitive ones left out.
    func regionFigures(of names: [String]) throws -> [Figure] {
        let requests = study.report.questions.filter { names.contains($0.variable) && prepared.table.has($0.variable) }
        return try requests.flatMap { request in
            let question = try question(request)
            guard !question.isSensitive else { return [UntestedFigure]() }
            return try figures(request, question, place: .region)
        }.map(\.figure)
    }

    private func figures(_ questions: [PublicationSubject.Question]) throws -> [Figure] {
        let requests = study.report.questions
        // Side by side: within a question only a large sample has work for several threads.
        let found = ParallelBlocks(threads: run.threads).map(requests.count) { place in
            Result { try figures(requests[place], questions[place]) }
        }
        return tested(try found.flatMap { try $0.get() })
    }

    /// Which answers are the same respondents.
    private func answerLinks(_ questions: [PublicationSubject.Question]) throws -> AnswerLinks {
        let coded = try questions.filter { $0.statistic == .share }.map { question in
            AnswerLinks.Question(
                id: question.id, levels: question.levels.map(\.code), levelOfRow: try levelOfRow(question),
                asked: try asked(question.id))
        }
        return AnswerLinks(coded, rowCount: prepared.table.rowCount)
    }

    /// The published level of each row: one more for answers that are not shown, −1 without an answer.
    private func levelOfRow(_ question: PublicationSubject.Question) throws -> [Int32] {
        let column = try prepared.table.categories(question.id)
        let codes = question.levels.map(\.code)
        let index = column.categories.map { category in
            Int32(codes.firstIndex(of: category.code) ?? codes.count)
        }
        return column.codes.indices.map { column.isPresent($0) ? index[Int(column.codes[$0])] : -1 }
    }

    // MARK: Figures

    /// A figure whose p is not adjusted yet.
    struct UntestedFigure: Sendable {
        let figure: Figure
        let test: (difference: Double, p: Double, family: String)?
    }

    func figures(
        _ request: ReportRequest.Question, _ question: PublicationSubject.Question
    ) throws -> [UntestedFigure] {
        var result = try figures(request, question, place: .region)
        if question.isSensitive { return result }
        if request.byArea, study.areas != nil { result += try figures(request, question, place: .area) }
        if request.byAreaAndSegment, study.areas != nil, let segmentation = prepared.segmentation,
            segmentation.memberships == nil
        {
            // Unsure placing is undone for whole segments only.
            result += try figures(request, question, place: .segmentOfArea)
        }
        if request.bySegment, let segmentation = prepared.segmentation {
            if segmentation.memberships != nil, let corrected = try correctedFigures(request, question, segmentation) {
                return result + corrected
            }
            result += try figures(request, question, place: .segment)
        }
        return result
    }

    typealias Place = FigureDomains.Place

    private func figures(
        _ request: ReportRequest.Question, _ question: PublicationSubject.Question, place: Place
    ) throws -> [UntestedFigure] {
        let asked = try self.asked(request.variable)
        let domain = try domains.domain(place, in: asked)
        if request.statistic == .share {
            let codes = question.levels.map(\.code)
            let levels = try levelOfRow(question)
            if request.variable == StudyRun.segmentVariable, let segmentation = prepared.segmentation,
                segmentation.memberships != nil, codes == segmentation.codes
            {
                // Sizes are sums of chances: counting who is likeliest where would make clear segments too large.
                return try figures(SegmentSizeEstimator(segmentation), request, (codes, levels), domain, asked, place)
                    .map { UntestedFigure(figure: $0.figure.with(weightedBase: nil), test: $0.test) }
            }
            return try figures(
                ProportionEstimator(request.variable, levels: codes, levelOfRow: levels), request, (codes, levels),
                domain, asked, place)
        }
        let estimates = try prepared.estimation.estimate(
            MeanEstimator([request.variable], of: prepared.table), over: domain,
            wishes: wishes(domain.grouping, place))
        return domain.grouping.keys.indices.compactMap { meanFigure(request, estimates, $0, place) }
    }

    private func wishes(_ grouping: Grouping, _ place: Place) -> Estimation.Wishes {
        Estimation.Wishes(groupAgainstRest: [.area, .segment].contains(place) && grouping.count > 1)
    }

    /// Shares at each level and, where asked for, numbers of people.
    private func figures(
        _ estimator: some SmoothEstimator, _ request: ReportRequest.Question,
        _ answers: (codes: [String], levelOfRow: [Int32]), _ domain: GroupedDomain, _ asked: [Bool], _ place: Place
    ) throws -> [UntestedFigure] {
        let grouping = domain.grouping
        let shares = try prepared.estimation.estimate(estimator, over: domain, wishes: wishes(grouping, place))
        let people =
            request.people && [.region, .area].contains(place)
            ? try prepared.estimation.estimate(PeopleEstimator(estimator), over: domain) : nil
        let counts = levelCounts(answers.levelOfRow, answers.codes.count, grouping, asked)
        return grouping.keys.indices.flatMap { group in
            answers.codes.indices.flatMap { level in
                shareFigures(
                    request, shares, people, group, level, answers.codes[level], counts[group][level], place)
            }
        }
    }

    /// Figures by segment where placing is unsure, with what placing confuses undone; nil where the question has no
    /// answers in a whole segment, so that only the other segments can be described, by those placed there.
    private func correctedFigures(
        _ request: ReportRequest.Question, _ question: PublicationSubject.Question, _ segmentation: Segmentation
    ) throws -> [UntestedFigure]? {
        let asked = try self.asked(request.variable)
        let found: [SegmentFigure]
        do {
            found = try prepared.estimation.segmentFigures(
                request.statistic == .share ? .shares(request.variable) : .mean(request.variable), by: segmentation,
                of: prepared.table, in: asked)
        } catch EstimationError.emptySegment {
            return nil
        } catch EstimationError.inseparableSegments {
            // A segment in which nobody is placed any more: the others are described by those placed there.
            return nil
        }
        let labels = try prepared.table.column(request.variable).rowLabels()
        return found.compactMap { figure in
            if let answer = figure.answer, !question.levels.contains(where: { $0.code == answer }) { return nil }
            return corrected(figure, request, segmentation, asked, labels)
        }
    }

    private func corrected(
        _ figure: SegmentFigure, _ request: ReportRequest.Question, _ segmentation: Segmentation, _ asked: [Bool],
        _ labels: [String?]
    ) -> UntestedFigure {
        let members = asked.indices.filter { asked[$0] && Int(segmentation.codeOfRow[$0]) == figure.segment }
        let weights = prepared.estimation.design.weights
        let all = members.reduce(0) { $0 + weights[$1] }
        let silent = members.reduce(0) { $0 + (labels[$1] == nil ? weights[$1] : 0) }
        let share = figure.answer == nil ? figure.estimate : min(1, max(0, figure.estimate))
        let simple = figure.count > 1 ? share * (1 - share) / Double(figure.count - 1) : 0
        let made = Figure(
            name: FigureName(
                question: request.variable, level: figure.answer ?? "", area: "",
                segment: segmentation.codes[figure.segment], statistic: request.statistic),
            estimate: share, standardError: figure.standardError,
            lower: figure.interval.map { figure.answer == nil ? $0.lower : max(0, $0.lower) },
            upper: figure.interval.map { figure.answer == nil ? $0.upper : min(1, $0.upper) }, intervalLevel: 0.95,
            intervalMethod: figure.interval?.method ?? (figure.answer == nil ? "t" : "logit"),
            degreesOfFreedom: prepared.estimation.design.degreesOfFreedom, base: figure.count,
            count: figure.answer.map { answer in members.count { labels[$0] == answer } },
            missingShare: all > 0 ? silent / all : 0, effectiveN: figure.effectiveCount,
            designEffect: figure.answer != nil && simple > 0 ? figure.standardError.map { $0 * $0 / simple } : nil,
            contrast: nil)
        guard !isInput(request.variable, .segment), let against = figure.comparison, let p = against.p else {
            return UntestedFigure(figure: made, test: nil)
        }
        return UntestedFigure(
            figure: made, test: (against.difference, p, family(request.variable, .segment)))
    }

    /// Rows to whom the question was put.
    private func asked(_ variable: String) throws -> [Bool] {
        let column = try prepared.table.column(variable)
        return (0..<prepared.table.rowCount).map { column.reason($0) != .notAsked }
    }

    private func levelCounts(_ levels: [Int32], _ levelCount: Int, _ grouping: Grouping, _ asked: [Bool]) -> [[Int]] {
        var counts = [[Int]](repeating: [Int](repeating: 0, count: levelCount), count: grouping.count)
        for row in levels.indices where asked[row] && grouping.groupOfRow[row] >= 0 {
            let level = Int(levels[row])
            if level >= 0, level < levelCount { counts[Int(grouping.groupOfRow[row])][level] += 1 }
        }
        return counts
    }

    private func name(
        _ request: ReportRequest.Question, _ level: String, _ estimates: GroupedEstimates, _ group: Int,
        _ place: Place, _ statistic: FigureName.Statistic
    ) -> FigureName {
        FigureName(
            question: request.variable, level: level,
            area: [.area, .segmentOfArea].contains(place) ? estimates.grouping.keys[group][0] : "",
            segment: [.segment, .segmentOfArea].contains(place) ? estimates.grouping.keys[group].last ?? "" : "",
            statistic: statistic)
    }

    private func shareFigures(
        _ request: ReportRequest.Question, _ estimates: GroupedEstimates, _ people: GroupedEstimates?, _ group: Int,
        _ level: Int, _ code: String, _ count: Int, _ place: Place
    ) -> [UntestedFigure] {
        guard let share = estimates.value(group, level) else { return [] }
        let base = estimates.counts[group]
        let simple = Double(base) > 1 ? share * (1 - share) / Double(base - 1) : 0
        /// The share with some standard error, times a number of people.
        func figure(_ statistic: FigureName.Statistic, _ scale: Double, _ error: Double?) -> Figure {
            let interval = error.flatMap { estimates.reportedInterval(ofShare: share, standardError: $0, group) }
            return Figure(
                name: name(request, code, estimates, group, place, statistic), estimate: share * scale,
                standardError: error.map { $0 * scale }, lower: interval.map { $0.lower * scale },
                upper: interval.map { $0.upper * scale }, intervalLevel: 0.95,
                intervalMethod: interval?.method ?? "logit",
                degreesOfFreedom: estimates.degreesOfFreedom[group], base: base, count: count,
                missingShare: estimates.missingShare(group), effectiveN: estimates.effectiveSampleSize(group),
                designEffect: simple > 0 ? error.map { $0 * $0 / simple } : nil, contrast: nil,
                detectableChange: place == .area
                    ? error.map { DetectableChange().smallest(share: share, standardError: $0) * scale } : nil,
                weightedBase: estimates.completeWeights[group])
        }
        let own = figure(.share, 1, estimates.standardError(group, level))
        let shareItself = UntestedFigure(figure: own, test: test(request, estimates, group, level, place))
        guard let people else { return [shareItself] }
        // The number of people in the group is an estimate too, unless weights meet its control.
        let all = estimates.allWeights[group]
        let error = people.standardError(group, level).map { all > 0 ? $0 / all : 0 }
        return [shareItself, UntestedFigure(figure: figure(.people, all, error), test: nil)]
    }

    private func meanFigure(
        _ request: ReportRequest.Question, _ estimates: GroupedEstimates, _ group: Int,
        _ place: Place
    ) -> UntestedFigure? {
        guard let mean = estimates.value(group, 0) else { return nil }
        let error = estimates.standardError(group, 0)
        let df = estimates.degreesOfFreedom[group]
        let interval = estimates.reportedInterval(group, 0, isShare: false)
        let figure = Figure(
            name: name(request, "", estimates, group, place, .mean), estimate: mean, standardError: error,
            lower: interval?.lower, upper: interval?.upper, intervalLevel: 0.95, intervalMethod: "t",
            degreesOfFreedom: df, base: estimates.counts[group], count: nil,
            missingShare: estimates.missingShare(group), effectiveN: estimates.effectiveSampleSize(group),
            designEffect: nil, contrast: nil,
            detectableChange: place == .area
                ? error.map { DetectableChange().smallest(standardError: 2.0.squareRoot() * $0) } : nil,
            weightedBase: estimates.completeWeights[group])
        return UntestedFigure(figure: figure, test: test(request, estimates, group, 0, place))
    }

    // MARK: Tests

    private func test(
        _ request: ReportRequest.Question, _ estimates: GroupedEstimates, _ group: Int, _ parameter: Int,
        _ place: Place
    ) -> (difference: Double, p: Double, family: String)? {
        guard [.area, .segment].contains(place), !estimates.differencesFromRest.isEmpty,
            !isInput(request.variable, place),
            let difference = estimates.differencesFromRest[group][parameter]
        else { return nil }
        guard
            let error = estimates.reportedErrorOfDifference(
                group, parameter, isShare: request.statistic == .share), error > 0,
            let p = twoSidedP(
                estimate: difference, standardError: error, degreesOfFreedom: estimates.domainDegreesOfFreedom)
        else { return nil }
        return (difference, p, family(request.variable, place))
    }

    /// Segments differ on their own inputs by construction; a test of that would test the rules.
    func isInput(_ variable: String, _ place: Place) -> Bool {
        guard place == .segment, let request = study.segments else { return false }
        return request.isMade(from: variable, study.codebook)
    }

    private func family(_ variable: String, _ place: Place) -> String {
        if place == .segment { return "segments: \(variable)" }
        return study.families.first { $0.questions.contains(variable) }?.id ?? "exploratory: \(variable)"
    }

    /// Benjamini–Hochberg within each family, over all its questions, levels and groups.
    private func tested(_ figures: [UntestedFigure]) -> [Figure] {
        var members: [String: [Int]] = [:]
        for (index, figure) in figures.enumerated() {
            if let test = figure.test { members[test.family, default: []].append(index) }
        }
        var adjusted: [Int: Double] = [:]
        for indices in members.values {
            let values = benjaminiHochberg(indices.compactMap { figures[$0].test?.p })
            for (index, value) in zip(indices, values) { adjusted[index] = value }
        }
        return figures.enumerated().map { index, untested in
            guard let test = untested.test, let p = adjusted[index] else { return untested.figure }
            return untested.figure.with(
                FigureContrast(
                    reference: "rest", difference: test.difference, p: test.p,
                    adjustedP: p, family: test.family))
        }
    }
}

extension Figure {
    func with(_ contrast: FigureContrast) -> Figure { with(contrast, weightedBase) }
    func with(weightedBase: Double?) -> Figure { with(contrast, weightedBase) }

    private func with(_ contrast: FigureContrast?, _ weightedBase: Double?) -> Figure {
        Figure(
            name: name, estimate: estimate, standardError: standardError, lower: lower, upper: upper,
            intervalLevel: intervalLevel, intervalMethod: intervalMethod, degreesOfFreedom: degreesOfFreedom,
            base: base,
            count: count, missingShare: missingShare, effectiveN: effectiveN, designEffect: designEffect,
            contrast: contrast, detectableChange: detectableChange, weightedBase: weightedBase)
    }
}
