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
        let topics = try differing(page)
        func listed(_ verdict: Verdict) -> String? {
            let labels = topics.filter { $0.verdict == verdict }.prefix(1).map { "‘\($0.label)’" }
            return labels.first
        }
        let values = [
            "place": RichText(name), "high": RichText(listed(.higher) ?? ""), "low": RichText(listed(.lower) ?? "")
        ]
        switch (listed(.higher), listed(.lower)) {
        case (nil, nil): return words.text(.areaTitleSame, values)
        case (_, nil): return words.text(.areaTitleHigher, values)
        case (nil, _): return words.text(.areaTitleLower, values)
        default: return words.text(.areaTitleBoth, values)
        }
    }

    /// The study's own words on a segment; how the key figures of an area compare.
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
        let name = RichText(try placeName())
        let values = ["place": name, "count": RichText(numbers.word(same)), "all": RichText(numbers.word(topics.count))]
        let agreement: Phrase? = same == 0 ? nil : same == topics.count ? .areaLeadAllSame : .areaLeadSame
        return [words.text(.areaLead, values)] + (agreement.map { [words.text($0, values)] } ?? [])
    }

    private func differing(_ page: ReportOutline.PlacePage) throws(ReportError) -> [Topic] {
        try topics(page).filter { [.higher, .lower].contains($0.verdict) }
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
