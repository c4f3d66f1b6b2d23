import PeilDisclosure

/// Heading and lead of the page of one area or segment.
extension Context {
    /// A segment by its size, an area by the topics of its key figures that the test tells apart.
    func placeTitle(_ page: ReportOutline.PlacePage) throws(ReportError) -> RichText {
        let name = try placeName()
        if case .segment(let code) = focus {
            let size = row(outline.segmentQuestion, code)
            guard size?.isShown == true else { return RichText(name) }
            return words.text(.segmentTitle, ["place": RichText(name), "value": value(size)])
        }
        let topics = try topics(page)
        let high = topics.filter { $0.verdict == .higher }
        let low = topics.filter { $0.verdict == .lower }
        func named(_ list: [Topic]) -> RichText {
            if list.count == 1 { return RichText("‘\(list[0].label)’") }
            return words.text(.someKeyFigures, ["count": RichText(numbers.word(list.count))])
        }
        let values = ["place": RichText(name), "high": named(high), "low": named(low)]
        if topics.map(\.verdict).isUntested { return words.text(.areaTitleUntested, values) }
        switch (high.isEmpty, low.isEmpty) {
        case (true, true): return words.text(.areaTitleSame, values)
        case (false, true): return words.text(.areaTitleHigher, values)
        case (true, false): return words.text(.areaTitleLower, values)
        case (false, false): return words.text(.areaTitleBoth, values)
        }
    }

    /// The study's own words on a segment; how many key figures of an area are not told apart.
    func placeLead() throws(ReportError) -> [RichText] {
        if case .segment(let code) = focus {
            let segment = subject.segments.first { $0.code == code }
            var lead: [RichText] = []
            if let text = segment?.description, !text.isEmpty {
                lead.append(RichText(try self.text(text, "segments.labels.\(code).description")))
            }
            let people = row(outline.segmentQuestion, code, .people)
            if people?.estimate != nil {
                lead.append(words.text(.segmentPeople, ["people": value(people), "range": range(people)]))
            }
            return lead
        }
        guard let page = outline.areaPages else { return [] }
        let topics = try topics(page)
        let same = topics.filter { $0.verdict == .notDistinguishable }.count
        let values = ["count": RichText(numbers.word(same)), "all": RichText(numbers.word(topics.count))]
        let agreement: Phrase? = same == 0 ? nil : same == topics.count ? .areaLeadAllSame : .areaLeadSame
        return agreement.map { [words.text($0, values)] } ?? []
    }

    private func topics(_ page: ReportOutline.PlacePage) throws(ReportError) -> [Topic] {
        var topics: [Topic] = []
        for measure in page.keyFigures {
            let row = try here(measure)
            topics.append(
                Topic(
                    label: try label(try question(measure.question, place: "key_figures")), row: row,
                    verdict: Verdict(row)))
        }
        return topics
    }
}
