import PeilDisclosure

/// This wave beside an earlier one: what the test finds, and what may not be compared.
extension Context {
    /// How a figure compares with the earlier wave: what the test says, in a sentence that follows the figure.
    struct EarlierWave {
        let isClear: Bool
        let sentence: RichText
    }

    /// One topic in two waves.
    private struct Trend {
        enum Verdict { case up, down, seemsUp, seemsDown, notDistinguishable, broken, hidden }
        let label: String
        let row: ReleasedRow?
        let change: ReleasedChange?
        let verdict: Verdict
        /// Why the waves are not compared.
        let reason: String
    }

    func trend(_ measures: [ReportOutline.Measure], place: String) throws(ReportError) -> Built {
        guard let changes = publication.changes else { return Built(blocks: [.paragraph(words.text(.noEarlierWave))]) }
        let earlier = try text(changes.waveLabel, "wave.label")
        let now = try waveLabel()
        var trends: [Trend] = []
        for measure in measures { trends.append(try trend(measure, changes, place)) }
        let waves = ["earlier": RichText(earlier), "now": RichText(now)]
        let findings = trends.compactMap { finding($0, place, waves) }
        let others = unchanged(trends, place).map { [$0] } ?? []
        let caption = words.plain(.trendCaption, ["earlier": earlier, "now": now])
        let columns = [
            words[.columnTopic], earlier.capitalisedWord, now.capitalisedWord, words[.columnDifference],
            words[.columnMargin], words[.columnChange]
        ]
        let shares = trends.filter { $0.row?.name.statistic != .mean }
        let means = trends.filter { $0.row?.name.statistic == .mean }
        var blocks: [Report.Block] = []
        for (name, own, scale) in [("share", shares, Chart.Scale.percent), ("mean", means, .score)] where !own.isEmpty {
            // What changed, what may not be compared, and in one sentence all else: a list of what did not change tells nothing.
            let told = own.filter { $0.verdict != .notDistinguishable }.compactMap { finding($0, place, waves) }
            let others = unchanged(own, place).map { [$0] } ?? own.compactMap { finding($0, place, waves) }
            let spoken = (told + others.filter { $0.evidence == .notDistinguishable }).prefix(10)
                .map(\.sentence.plain).joined(separator: " ")
            blocks.append(
                .chart(
                    Chart(
                        id: "\(place)-trend-\(name)", title: title(own),
                        subtitle: words.plain(
                            scale == .percent ? .trendSubtitle : .trendSubtitleMeans, ["earlier": earlier, "now": now]),
                        key: trendKey(own, earlier, now),
                        drawing: .trends(own.map { panel($0, earlier, now) }, scale),
                        alternativeTitle: caption,
                        alternativeText: words.plain(.altTrend, ["finding": spoken]),
                        table: DataTable(
                            caption: caption, columns: columns, rows: own.map { row($0) }, wordColumns: [5]),
                        source: words.text(.sourceTwoWaves, waves))))
        }
        return Built(blocks: blocks, callouts: trendCallouts(), summary: findings + others)
    }

    private func panel(_ trend: Trend, _ earlier: String, _ now: String) -> Chart.TrendPanel {
        let verdict: Verdict =
            switch trend.verdict {
            case .up: .higher
            case .down: .lower
            case .seemsUp: .seemsHigher
            case .seemsDown: .seemsLower
            case .notDistinguishable: .notDistinguishable
            case .broken: .untested
            case .hidden: .hidden
            }
        let before = trend.change.map { change in
            Chart.Value(
                estimate: change.earlier, lower: change.earlierLower, upper: change.earlierUpper,
                isIndicative: change.isIndicative, text: self.earlier(change), range: "")
        }
        var last = Chart.TrendPoint(wave: now, value: chartValue(trend.row))
        last.followsBreak = trend.verdict == .broken
        return Chart.TrendPanel(
            label: trend.label, verdict: verdict, note: RichText(word(trend)),
            points: [.init(wave: earlier, value: before), last])
    }

    private func trendKey(_ trends: [Trend], _ earlier: String, _ now: String) -> [Chart.Key] {
        var key = [Chart.Key(mark: .firstWave, text: earlier), .init(mark: .lastWave, text: now)]
        key.append(.init(mark: .interval, text: words[.keyMargin]))
        if trends.contains(where: { $0.verdict == .broken }) {
            key.append(.init(mark: .trendBreak, text: words[.keyBreak]))
        }
        return key
    }

    private func trend(
        _ measure: ReportOutline.Measure, _ changes: ReleasedChanges, _ place: String
    ) throws(ReportError) -> Trend {
        let question = try question(measure.question, place: place)
        let row = try row(measure)
        let label = try label(question)
        if let reason = changes.breaks[measure.question] {
            return Trend(label: label, row: row, change: nil, verdict: .broken, reason: breakReason(reason))
        }
        let change = changes.rows.first {
            $0.name.question == measure.question && $0.name.level == measure.level && $0.name.area.isEmpty
        }
        guard let change, row?.estimate != nil else {
            return Trend(label: label, row: row, change: nil, verdict: .hidden, reason: "")
        }
        return Trend(label: label, row: row, change: change, verdict: verdict(change, row), reason: "")
    }

    private func verdict(_ change: ReleasedChange, _ row: ReleasedRow?) -> Trend.Verdict {
        guard let adjustedP = change.adjustedP, let now = row?.estimate, adjustedP < Verdict.level,
            now != change.earlier
        else { return .notDistinguishable }
        return switch (now > change.earlier, change.isIndicative) {
        case (true, false): .up
        case (false, false): .down
        case (true, true): .seemsUp
        case (false, true): .seemsDown
        }
    }

    private func breakReason(_ kind: String) -> String {
        switch kind {
        case "codebook": words[.breakCodebook]
        case "mode": words[.breakMode]
        case "boundaries": words[.breakBoundaries]
        case "weighting": words[.breakWeighting]
        case "segments": words[.breakSegments]
        default: words[.breakDeclared]
        }
    }

    // MARK: Words

    private func word(_ trend: Trend) -> String {
        switch trend.verdict {
        case .up: words[.trendUp]
        case .down: words[.trendDown]
        case .seemsUp: words[.trendSeemsUp]
        case .seemsDown: words[.trendSeemsDown]
        case .notDistinguishable: words[.trendSame]
        case .broken: words.plain(.trendBroken, ["reason": trend.reason])
        case .hidden: words[.hidden]
        }
    }

    /// What the test says of a change.
    func changeWord(_ change: ReleasedChange, _ row: ReleasedRow?) -> String {
        word(Trend(label: "", row: row, change: change, verdict: verdict(change, row), reason: ""))
    }

    private func title(_ trends: [Trend]) -> RichText {
        let up = trends.filter { $0.verdict == .up }.count
        let down = trends.filter { $0.verdict == .down }.count
        let values = ["up": RichText(numbers.word(up)), "down": RichText(numbers.word(down))]
        return switch (up, down) {
        case (0, 0): words.text(.trendTitleSame)
        case (_, 0): words.text(up == 1 ? .trendTitleOneUp : .trendTitleUp, values)
        case (0, _): words.text(down == 1 ? .trendTitleOneDown : .trendTitleDown, values)
        default: words.text(.trendTitleBoth, values)
        }
    }

    private func finding(_ trend: Trend, _ place: String, _ waves: [String: RichText]) -> Finding? {
        let values = waves.merging(["label": RichText(trend.label), "reason": RichText(trend.reason)]) { $1 }
        let (phrase, evidence): (Phrase, Evidence) =
            switch trend.verdict {
            case .up: (.changeUp, .clear)
            case .down: (.changeDown, .clear)
            case .seemsUp: (.changeSeemsUp, .indicative)
            case .seemsDown: (.changeSeemsDown, .indicative)
            case .notDistinguishable: (.changeNone, .notDistinguishable)
            case .broken: (.changeBroken, .notDistinguishable)
            case .hidden: (.changeHidden, .tooFew)
            }
        var detail: RichText = ""
        if let change = trend.change, let row = trend.row {
            detail = words.text(
                .changeDetail, waves.merging(["before": earlier(change), "value": value(row)]) { $1 })
        }
        return Finding(
            id: "\(place)-trend-\(trend.label)", evidence: evidence,
            rowIDs: [trend.row?.rowID, trend.change?.rowID].compactMap { $0 },
            sentence: words.text(phrase, values), detail: detail)
    }

    /// Of how many topics the test finds no change, in one sentence.
    private func unchanged(_ trends: [Trend], _ place: String) -> Finding? {
        let same = trends.filter { $0.verdict == .notDistinguishable }
        guard !same.isEmpty, trends.count > 1 else { return nil }
        let phrase: Phrase =
            same.count == trends.count ? .changeNowhere : same.count == 1 ? .changeOneOther : .changeOthers
        return Finding(
            id: "\(place)-trend-others", evidence: .notDistinguishable, rowIDs: same.compactMap { $0.change?.rowID },
            sentence: words.text(phrase, ["count": RichText(numbers.word(same.count))]), detail: "",
            speaksForOthers: true)
    }

    /// How a figure compares with the earlier wave, to follow the sentence that states it; nil where nothing is compared.
    func comparedWithEarlier(_ measure: ReportOutline.Measure) throws(ReportError) -> EarlierWave? {
        guard let changes = publication.changes else { return nil }
        let trend = try trend(measure, changes, "lead")
        guard let change = trend.change else { return nil }
        let values = ["before": earlier(change)]
        return switch trend.verdict {
        case .up: EarlierWave(isClear: true, sentence: words.text(.leadUp, values))
        case .down: EarlierWave(isClear: true, sentence: words.text(.leadDown, values))
        case .notDistinguishable: EarlierWave(isClear: false, sentence: words.text(.leadSame, values))
        case .seemsUp, .seemsDown, .broken, .hidden: nil
        }
    }

    private func trendCallouts() -> [Report.Callout] {
        [
            Report.Callout(
                kind: .explanation, title: words[.howToRead],
                points: [words.text(.readTrend), words.text(.readTrendTest)]),
            Report.Callout(
                kind: .doNotConclude, title: words[.whatNotToConclude],
                points: [words.text(.trendNoCause), words.text(.trendNotNone), words.text(.trendTwoPoints)])
        ]
    }

    // MARK: Numbers

    private func earlier(_ change: ReleasedChange) -> RichText {
        .number(number(change.earlier, change.name.statistic), change.rowID)
    }

    private func row(_ trend: Trend) -> DataTable.Row {
        guard let change = trend.change else {
            return .init(
                header: trend.label,
                cells: [.init("–"), .init(value(trend.row)), .init(""), .init(""), .init(RichText(word(trend)))])
        }
        let cells = [
            earlier(change), value(trend.row), points(change.difference, change, signed: true), interval(change),
            RichText(word(trend))
        ]
        return .init(header: trend.label, cells: cells.map { .init($0) })
    }

    private func points(_ value: Double?, _ change: ReleasedChange, signed: Bool) -> RichText {
        guard let value else { return "" }
        let isShare = change.name.statistic == .share
        let text = isShare ? numbers.points(value) : numbers.decimal(value, places: 1)
        return .number(signed && value > 0 ? "+" + text : text, change.rowID)
    }

    /// From … to …: a dash between negative numbers would be misread.
    private func interval(_ change: ReleasedChange) -> RichText {
        guard change.lower != nil, change.upper != nil else { return "" }
        return words.text(
            .fromTo,
            [
                "low": points(change.lower, change, signed: true), "high": points(change.upper, change, signed: true)
            ])
    }
}
