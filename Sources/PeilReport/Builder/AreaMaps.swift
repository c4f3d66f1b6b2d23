import PeilDisclosure

extension Context {
    /// Areas where they lie: in their own shapes where the study has them, else as tiles. Colour is the verdict of the test.
    func areaMap(_ measure: ReportOutline.Measure, place: String) throws(ReportError) -> Built {
        let question = try question(measure.question, place: place)
        let full = try label(measure, place: place)
        let areas = try testedAreas(measure)
        let findings = AreaFindings(
            label: try label(question), measure: full, statistic: question.statistic,
            question: "\(place)-\(measure.question)-map", areas: areas, context: self)
        let apart = areas.filter { [.higher, .lower].contains($0.verdict) }.count
        let same = areas.filter { $0.verdict == .notDistinguishable }.count
        let values = [
            "count": RichText(numbers.word(apart)), "areas": RichText(areasWord), "area": RichText(areaWord),
            "label": RichText(try label(question)),
            "same": RichText(numbers.word(same))
        ]
        let title =
            apart == 0
            ? findings.title(label: try label(question)) : words.text(apart == 1 ? .mapTitleOne : .mapTitle, values)
        var source = try ofEveryone.source(question, row(measure))
        if outline.geography.boundaries != nil, let own = outline.geography.source {
            source = source + " " + RichText(try text(own, "areas.boundaries.source"))
        }
        let chart = Chart(
            id: "\(place)-\(measure.question)-map", title: title.capitalised,
            subtitle: words.plain(.mapSubtitle, ["measure": full, "area": areaWord]), key: mapKey(areas),
            drawing: drawing(areas), alternativeTitle: words.plain(.altMapTitle, ["title": full]),
            alternativeText: words.plain(
                .altMap, ["finding": findings.all().map(\.sentence.plain).joined(separator: " ")]),
            table: areaTable(areas, caption: full), source: source)
        return Built(blocks: [.chart(chart)], callouts: mapCallouts())
    }

    private func drawing(_ areas: [AreaFindings.Area]) -> Chart.Drawing {
        let geography = outline.geography
        if let boundaries = geography.boundaries {
            return .map(.init(areas: areas.map { ($0.code, dot($0)) }, boundaries: boundaries))
        }
        let own = geography.tiles
        let positions = own.isEmpty ? TileLayout.positions(of: areas.map(\.code), boundaries: nil) : own
        let tiles = areas.compactMap { area in
            positions[area.code].map { Chart.Tile(row: dot(area), position: $0) }
        }
        return .tiles(.init(tiles: tiles, isNorthUp: !own.isEmpty))
    }

    private func mapKey(_ areas: [AreaFindings.Area]) -> [Chart.Key] {
        let verdicts = areas.map(\.verdict)
        var key: [Chart.Key] = []
        for (verdict, phrase) in [
            (Verdict.higher, Phrase.keyHigher), (.lower, .keyLower), (.notDistinguishable, .keySame),
            (.hidden, .keyHidden)
        ] where verdicts.contains(verdict) { key.append(.init(mark: .field(verdict), text: words[phrase])) }
        if areas.contains(where: { $0.row?.isIndicative == true }) {
            key.append(.init(mark: .fieldIndicative, text: words[.keyIndicative]))
        }
        return key
    }

    private func mapCallouts() -> [Report.Callout] {
        [
            Report.Callout(
                kind: .explanation, title: words[.howToRead],
                points: [words.text(.readMap), words.text(.readMapNumber, ["area": RichText(areaWord)])]),
            Report.Callout(
                kind: .doNotConclude, title: words[.whatNotToConclude],
                points: [words.text(.notLarge), words.text(.noRanking, ["area": RichText(areaWord)])])
        ]
    }
}
