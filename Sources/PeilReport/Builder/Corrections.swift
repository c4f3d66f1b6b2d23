import PeilDisclosure

/// What a corrected report says of itself: on every page that it is one, on the method page what changed.
extension Context {
    /// Beside the banner; nil for the first report of a wave.
    func correctionNotice() -> String? {
        guard let correction = publication.correction else { return nil }
        return words.plain(
            .correctionNotice,
            ["version": numbers.count(correction.version), "count": numbers.count(correction.changed.count)])
    }

    /// The figures that changed, those of everybody first. A page lists no more than `longest`; the count is of all.
    func correctionBlocks() throws(ReportError) -> [Report.Block] {
        guard let correction = publication.correction else { return [] }
        guard !correction.changed.isEmpty else {
            return [.heading(words[.correctionTitle]), .paragraph(words.text(.correctionNothing))]
        }
        func depth(_ name: FigureName) -> Int { (name.area.isEmpty ? 0 : 1) + (name.segment.isEmpty ? 0 : 1) }
        let ordered = (0...2).flatMap { level in correction.changed.filter { depth($0.name) == level } }
        var lines: [RichText] = []
        for figure in ordered.prefix(Self.longest) { lines.append(try line(figure)) }
        var blocks: [Report.Block] = [.heading(words[.correctionTitle]), .list(lines)]
        if ordered.count > lines.count {
            blocks.append(
                .paragraph(
                    words.text(.correctionMore, ["count": RichText(numbers.count(ordered.count - lines.count))])))
        }
        return blocks
    }

    private static var longest: Int { 25 }

    private func line(_ figure: ReleasedCorrection.Figure) throws(ReportError) -> RichText {
        let name = figure.name
        var place = try text(subject.region, "region")
        if let area = subject.areas.first(where: { $0.code == name.area }) { place = try self.name(ofArea: area) }
        if let segment = subject.segments.first(where: { $0.code == name.segment }) {
            let own = try self.name(ofSegment: segment)
            place = name.area.isEmpty ? own : "\(place), \(own)"
        }
        // A question that the corrected report no longer asks has no label left but its name.
        var label = name.question
        if let question = subject.questions.first(where: { $0.id == name.question }) {
            label = try self.label(question)
            if question.levels.count > 1, let level = question.levels.first(where: { $0.code == name.level }) {
                label += " (\(try text(level.label, "questions.\(question.id).levels.\(level.code)")))"
            }
        }
        return words.text(
            .correctionLine,
            [
                "label": RichText(label), "place": RichText(place), "before": RichText(printed(figure.before, name)),
                "now": RichText(printed(figure.now, name))
            ])
    }

    private func printed(_ value: Double?, _ name: FigureName) -> String {
        guard let value else { return words[.correctionHidden] }
        return switch name.statistic {
        case .share: numbers.precisePercent(value)
        case .mean: numbers.decimal(value, places: 2)
        case .people: numbers.count(Int(value.rounded()))
        }
    }
}
