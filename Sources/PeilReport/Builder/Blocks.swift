/// Each kind of block, built.
extension Context {
    func built(_ block: ReportOutline.Block, place: String) throws(ReportError) -> Built {
        switch block {
        case .text(let text):
            return Built(blocks: [.paragraph(RichText(try self.text(text, "report.sections.\(place).text")))])
        case .messages(let say, let avoid):
            var lists: [[RichText]] = []
            for texts in [say, avoid] {
                var list: [RichText] = []
                for text in texts { list.append(RichText(try self.text(text, "report.sections.\(place).messages"))) }
                lists.append(list)
            }
            return Built(blocks: [
                .messages(
                    sayTitle: words[.say], say: lists[0], avoidTitle: words[.avoid],
                    avoid: lists[1])
            ])
        case .areaMap(let measure): return try areaMap(measure, place: place)
        case .endurance(let steps, let end): return try endurance(steps, end: end, place: place)
        case .areaDots(let measure): return try areaDots(measure, place: place)
        case .bars(let measures, let last, let topic): return try bars(measures, last: last, topic: topic, place: place)
        case .likert(let questions): return try likert(questions, place: place)
        case .segmentSizes(let question): return try segmentSizes(question, place: place)
        case .segmentByArea(let question): return try segmentByArea(question, place: place)
        case .levels(let question): return try levels(question, place: place)
        case .means(let questions): return try means(questions, place: place)
        case .segmentProfile(let measures): return try segmentProfile(measures, place: place)
        case .against(let measures): return try against(measures, place: place)
        case .differences(let questions): return try differences(questions, place: place)
        case .trend(let measures): return try trend(measures, place: place)
        case .drivers(let model): return try drivers(model, place: place)
        case .show(let part): return try show(part, place: place)
        }
    }
}
