/// The boxes beside a finding: how to read it, and what not to conclude from it.
extension Context {
    private func explain(_ points: [RichText]) -> Report.Callout {
        Report.Callout(kind: .explanation, title: words[.howToRead], points: points)
    }

    private func limit(_ points: [RichText]) -> Report.Callout {
        Report.Callout(kind: .doNotConclude, title: words[.whatNotToConclude], points: points)
    }

    func areaCallouts() -> [Report.Callout] {
        let area = ["area": RichText(areaWord)]
        return [
            explain([words.text(.readMargin), words.text(.readRest, area)]),
            limit([words.text(.noRanking, area), words.text(.noOverlap), words.text(.noCauses)])
        ]
    }

    func barCallouts() -> [Report.Callout] {
        [limit([words.text(.orderOfBars), words.text(.noCauses), words.text(.notEverybody)])]
    }

    func levelCallouts() -> [Report.Callout] {
        [limit([words.text(.ownWords), words.text(.noTrend), words.text(.notEverybody)])]
    }

    func enduranceCallouts() -> [Report.Callout] {
        [limit([words.text(.selfReport), words.text(.noTrend)])]
    }

    /// Beside the summary: what the page's own questions, and one wave or two, do not show.
    /// - Parameter compared: how the lead compares with the earlier wave; nil where it does not.
    func summaryCallouts(compared: EarlierWave?) -> [Report.Callout] {
        let blocks = sections.flatMap(\.blocks)
        let hasTrend = blocks.contains { if case .trend = $0 { true } else { false } }
        let isExpected = blocks.contains { if case .likert = $0 { true } else { false } }
        let isDone = blocks.contains { block in
            switch block {
            case .endurance, .areaDots, .trend, .against, .show: true
            default: false
            }
        }
        let answers: Phrase = isDone ? .selfReport : isExpected ? .likelyIsOpinion : .ownWords
        let time: Phrase =
            if hasTrend || compared?.isClear == true {
                .trendNoCause
            } else {
                compared == nil ? .noTrend : .trendNotNone
            }
        return [limit([words.text(answers), words.text(time), words.text(.notEverybody)])]
    }

    func likertCallouts() -> [Report.Callout] {
        [explain([words.text(.readLikert)]), limit([words.text(.likelyIsOpinion), words.text(.orderOfBars)])]
    }

    func sizeCallouts() -> [Report.Callout] {
        [explain([words.text(.readGroups)]), limit([words.text(.noPersons), words.text(.sizeOfGroups)])]
    }

    func heatCallouts() -> [Report.Callout] {
        [explain([words.text(.readHeat)]), limit([words.text(.noCauses), words.text(.notZero)])]
    }

    func meanCallouts() -> [Report.Callout] {
        [limit([words.text(.ownWords), words.text(.noTrend)])]
    }
}
