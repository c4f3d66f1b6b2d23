import PeilDisclosure

extension Context {
    /// One topic: the answer of the page's own people, and how it compares.
    struct Topic {
        let label: String
        let row: ReleasedRow?
        let verdict: Verdict
        /// The segment is made from this question: what it shows is the rule, not a result.
        var isRule = false
    }

    /// The area or segment of the page against the rest, topic by topic in the order of the outline.
    func against(_ measures: [ReportOutline.Measure], place: String) throws(ReportError) -> Built {
        var topics: [Topic] = []
        for measure in measures {
            let question = try question(measure.question, place: place)
            let row = try here(measure)
            let isRule = isSegment && question.definesSegments && row?.isShown == true
            topics.append(Topic(label: try label(question), row: row, verdict: Verdict(row), isRule: isRule))
        }
        let statistic = topics.lazy.compactMap { $0.row?.name.statistic }.first ?? .share
        let name = try placeName()
        let chart = try comparison(
            topics, id: "\(place)-against", statistic: statistic, title: againstTitle(topics, name),
            caption: words.plain(.againstCaption, ["place": name]))
        let findings = self.findings(topics, id: "\(place)-against", name: name)
        let rule: [Report.Block] = topics.contains(where: \.isRule) ? [.paragraph(words.text(.ruleNote))] : []
        return Built(blocks: [.chart(chart)] + rule, callouts: againstCallouts(), summary: findings)
    }

    /// Answers to these questions that are more or less frequent here than in the rest; the others only in number.
    func differences(_ questions: [String], place: String) throws(ReportError) -> Built {
        var topics: [Topic] = []
        for id in questions {
            let own = try question(id, place: place)
            let topic = try label(own)
            for level in own.levels {
                let row = here(id, level.code)
                let label = "\(topic): \(try self.label(level.code, of: own, place: place))"
                topics.append(Topic(label: label, row: row, verdict: Verdict(row)))
            }
        }
        let clear = topics.filter { [.higher, .lower].contains($0.verdict) }
        let name = try placeName()
        let others = topics.filter { $0.verdict == .notDistinguishable }.count
        let hidden = topics.filter { $0.verdict == .hidden }.count
        let counts = [
            "count": RichText(numbers.word(others)), "hidden": RichText(numbers.word(hidden)), "place": RichText(name)
        ]
        var notes: [Report.Block] = []
        if others > 0 {
            notes.append(.paragraph(words.text(others == 1 ? .oneSame : .othersAlike, counts).capitalised))
        }
        if hidden > 0 {
            notes.append(.paragraph(words.text(hidden == 1 ? .oneHidden : .othersHidden, counts).capitalised))
        }
        guard !clear.isEmpty else {
            let isUntested = topics.map(\.verdict).isUntested
            let none = words.text(isUntested ? .nothingTested : .nothingDiffers, counts)
            if others > 0 { notes[0] = .paragraph(words.text(others == 1 ? .oneTrait : .traits, counts)) }
            // Without a drawing there is nothing to learn to read.
            return Built(
                blocks: [.paragraph(none)] + notes,
                callouts: againstCallouts().filter { $0.kind == .doNotConclude })
        }
        let chart = try comparison(
            clear, id: "\(place)-who", statistic: .share, title: againstTitle(clear, name),
            caption: words.plain(.againstCaption, ["place": name]))
        return Built(
            blocks: [.chart(chart)] + notes, callouts: againstCallouts(),
            summary: findings(clear, id: "\(place)-who", name: name))
    }

    // MARK: Chart

    private func comparison(
        _ topics: [Topic], id: String, statistic: FigureName.Statistic, title: RichText, caption: String
    ) throws(ReportError) -> Chart {
        let name = try placeName()
        let subtitle = words.plain(
            statistic == .mean ? .againstMeans : .againstShares, ["place": name, "rest": restKey])
        let spoken = spokenDifferences(topics)
        let scale: Chart.Scale = statistic == .mean ? .score : .percent
        return Chart(
            id: id, title: title, subtitle: subtitle, key: againstKey(topics),
            drawing: isSegment
                ? .group(topics.map { drawn($0) }, scale) : .dots(topics.map { drawn($0) }, scale),
            alternativeTitle: words.plain(.altPointer, ["title": caption]),
            alternativeText: words.plain(.altDots, ["finding": spoken]),
            table: againstTable(topics, caption: caption),
            source: words.text(.sourceWave, ["wave": RichText(try waveLabel())]))
    }

    private func drawn(_ topic: Topic) -> Chart.Row {
        let rest = reference(topic.row)
        var row = Chart.Row(
            label: topic.label, value: chartValue(topic.row), reference: topic.row?.referenceEstimate,
            verdict: topic.verdict, note: topic.row?.bound == nil ? RichText(verdict(topic)) : value(topic.row),
            segment: segmentPosition)
        if !rest.isEmpty { row.referenceText = words.text(.restShort, ["value": rest]) }
        return row
    }

    /// Place of the page's segment among all: its mark and colour.
    var segmentPosition: Int? {
        guard case .segment(let code) = focus else { return nil }
        return subject.segments.firstIndex { $0.code == code }
    }

    private func againstTable(_ topics: [Topic], caption: String) -> DataTable {
        DataTable(
            caption: caption,
            columns: [
                words[.columnTopic], words[.columnResult], words[.columnMargin], words[.columnRest],
                words[.columnVerdict], words[.columnBase]
            ],
            rows: topics.map { topic in
                let rest: RichText = topic.row?.referenceEstimate == nil ? "" : reference(topic.row)
                let cells = [
                    value(topic.row), range(topic.row), rest, RichText(verdict(topic)), count(topic.row)
                ]
                return .init(header: topic.label, cells: cells.map { .init($0) })
            }, wordColumns: [4])
    }

    private func verdict(_ topic: Topic) -> String { topic.isRule ? words[.byRule] : word(topic.verdict) }

    private func reference(_ row: ReleasedRow?) -> RichText {
        guard let row, let reference = row.referenceEstimate else { return "" }
        return .number(number(reference, row.name.statistic), row.rowID)
    }

    private func againstKey(_ topics: [Topic]) -> [Chart.Key] {
        let verdicts = topics.map(\.verdict)
        var key: [Chart.Key] = []
        if verdicts.contains(.higher) { key.append(.init(mark: .verdict(.higher), text: words[.keyAbove])) }
        if verdicts.contains(.lower) { key.append(.init(mark: .verdict(.lower), text: words[.keyBelow])) }
        if verdicts.contains(.notDistinguishable) {
            key.append(.init(mark: .verdict(.notDistinguishable), text: words[.keySame]))
        }
        if topics.contains(where: { $0.row?.lower != nil }) {
            key.append(.init(mark: .interval, text: words[.keyMargin]))
        }
        if topics.contains(where: { $0.row?.referenceEstimate != nil }) {
            key.append(.init(mark: .rest, text: restKey))
        }
        if topics.contains(where: { $0.row?.isIndicative == true }) {
            key.append(.init(mark: .indicative, text: words[.keyIndicative]))
        }
        if verdicts.contains(.hidden) { key.append(.init(mark: .hidden, text: words[.keyHidden])) }
        return key
    }

    // MARK: Words

    /// How many topics lie higher and lower; never which is most.
    func againstTitle(_ topics: [Topic], _ name: String) -> RichText {
        func count(_ verdict: Verdict) -> Int { topics.filter { $0.verdict == verdict }.count }
        let (high, low) = (count(.higher), count(.lower))
        let values = [
            "place": RichText(name), "high": RichText(numbers.word(high)), "low": RichText(numbers.word(low))
        ]
        if topics.allSatisfy({ $0.isRule || $0.verdict == .hidden }), topics.contains(where: \.isRule) {
            return words.text(.againstRule, values)
        }
        if topics.allSatisfy({ $0.verdict == .hidden }) { return words.text(.againstHidden, values) }
        if topics.map(\.verdict).isUntested { return words.text(.againstUntested, values) }
        return switch (high, low) {
        case (0, 0): words.text(.againstSame, values)
        case (_, 0): words.text(high == 1 ? .againstOneHigher : .againstHigher, values)
        case (0, _): words.text(low == 1 ? .againstOneLower : .againstLower, values)
        default: words.text(.againstBoth, values)
        }
    }

    private func spokenDifferences(_ topics: [Topic]) -> String {
        func listed(_ verdict: Verdict) -> String? {
            let labels = topics.filter { $0.verdict == verdict }.prefix(10).map(\.label)
            return labels.isEmpty ? nil : labels.joined(separator: ", ")
        }
        var sentences: [String] = []
        if let high = listed(.higher) { sentences.append("\(words[.keyAbove].capitalisedWord): \(high).") }
        if let low = listed(.lower) { sentences.append("\(words[.keyBelow].capitalisedWord): \(low).") }
        let same = topics.filter { $0.verdict == .notDistinguishable }.count
        if same > 0 {
            sentences.append(
                words.plain(same == 1 ? .oneSame : .othersAlike, ["count": numbers.word(same)]).capitalisedWord)
        }
        return sentences.joined(separator: " ")
    }

    /// A sentence for each topic that the test tells apart.
    private func findings(_ topics: [Topic], id: String, name: String) -> [Finding] {
        topics.compactMap { topic in
            guard let row = topic.row else { return nil }
            let phrase: Phrase
            let evidence: Evidence
            switch topic.verdict {
            case .higher: (phrase, evidence) = (isSegment ? .segmentHigher : .placeHigher, .clear)
            case .lower: (phrase, evidence) = (isSegment ? .segmentLower : .placeLower, .clear)
            case .seemsHigher: (phrase, evidence) = (isSegment ? .segmentSeemsHigher : .placeSeemsHigher, .indicative)
            case .seemsLower: (phrase, evidence) = (isSegment ? .segmentSeemsLower : .placeSeemsLower, .indicative)
            case .notDistinguishable, .untested, .hidden, .notAsked: return nil
            }
            let values = ["label": RichText(topic.label), "place": RichText(name)]
            let detail =
                value(row) + ", " + words.text(isSegment ? .othersValue : .restValue, ["value": reference(row)]) + "."
            return Finding(
                id: "\(id)-\(row.rowID)", evidence: evidence, rowIDs: [row.rowID],
                sentence: words.text(phrase, values), detail: detail)
        }
    }

    var isSegment: Bool { if case .segment = focus { true } else { false } }

    private func againstCallouts() -> [Report.Callout] {
        [
            Report.Callout(
                kind: .explanation, title: words[.howToRead],
                points: [words.text(.readMargin), words.text(isSegment ? .readOthers : .readRestHere)]),
            Report.Callout(
                kind: .doNotConclude, title: words[.whatNotToConclude],
                points: isSegment
                    ? [words.text(.notOneByOne), words.text(.noCauses), words.text(.noPersons)]
                    : [words.text(.noRankingHere), words.text(.notSameAsEqual), words.text(.noCauses)])
        ]
    }
}
