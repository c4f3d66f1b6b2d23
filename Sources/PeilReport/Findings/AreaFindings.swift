import PeilDisclosure

/// What may be said of one measure by area: groups of areas by verdict, in order of name.
struct AreaFindings {
    struct Area {
        let code: String
        let name: String
        let row: ReleasedRow?
        let verdict: Verdict
    }
    let label: String
    let measure: String
    let statistic: FigureName.Statistic
    let question: String
    let areas: [Area]
    let context: Context
    private var words: Wording { context.words }

    private func areas(_ verdict: Verdict) -> [Area] { areas.filter { $0.verdict == verdict } }

    /// One finding for each verdict that occurs; the indistinguishable areas together.
    func all() -> [Finding] {
        var result: [Finding] = []
        let spoken: [(Verdict, Evidence, Phrase)] = [
            (.lower, .clear, .areasLower), (.higher, .clear, .areasHigher),
            (.seemsLower, .indicative, .areasSeemLower), (.seemsHigher, .indicative, .areasSeemHigher)
        ]
        for (verdict, evidence, phrase) in spoken {
            let group = areas(verdict)
            guard !group.isEmpty else { continue }
            let names = RichText(words.list(group.map(\.name)))
            let what = words.text(statistic == .mean ? .theMean : .theShare)
            let values = ["label": RichText(label), "areas": names, "what": what]
            result.append(finding(evidence, group, words.text(phrase, values)))
        }
        if let rest = indistinguishable(isAlone: result.isEmpty) { result.append(rest) }
        if let hidden = hidden() { result.append(hidden) }
        return result
    }

    private func indistinguishable(isAlone: Bool) -> Finding? {
        let group = areas(.notDistinguishable)
        guard !group.isEmpty else { return nil }
        let sentence: RichText =
            if isAlone, group.count > 1 {
                words.text(.allSame, ["areas": RichText(context.areasWord)])
            } else if group.count == 1 {
                words.text(.otherSame, ["area": RichText(group[0].name)])
            } else {
                words.text(
                    .othersSame,
                    [
                        "count": RichText(words.numbers.word(group.count)),
                        "areas": RichText(context.areasWord)
                    ])
            }
        return finding(.notDistinguishable, group, sentence)
    }

    private func hidden() -> Finding? {
        let group = areas(.hidden)
        guard !group.isEmpty else { return nil }
        let sentence =
            group.count == 1
            ? words.text(.areaHidden, ["area": RichText(group[0].name)])
            : words.text(
                .areasHidden,
                [
                    "count": RichText(words.numbers.word(group.count)),
                    "areas": RichText(context.areasWord)
                ]
            ).capitalised
        return finding(.tooFew, group, sentence)
    }

    private func finding(_ evidence: Evidence, _ group: [Area], _ sentence: RichText) -> Finding {
        Finding(
            id: "\(question)-\(evidence.rawValue)-\(group[0].verdict)", evidence: evidence,
            rowIDs: group.compactMap { $0.row?.rowID }, sentence: sentence, detail: detail(group))
    }

    /// "Noodpakket in huis (ja): Delft 31%, in de rest 36%."
    private func detail(_ group: [Area]) -> RichText {
        guard [.higher, .lower, .seemsHigher, .seemsLower].contains(group[0].verdict) else {
            return RichText("\(measure).")
        }
        var text = RichText("\(measure): ")
        for (position, area) in group.enumerated() {
            guard let row = area.row, let reference = row.referenceEstimate else { continue }
            let rest = RichText.number(context.number(reference, row.name.statistic), row.rowID)
            text =
                text + RichText(position == 0 ? "" : "; ") + RichText("\(area.name) ") + context.value(row)
                + ", " + words.text(.restValue, ["value": rest])
        }
        return text + "."
    }

    /// The title of the chart: which areas differ, at most fourteen words.
    func title(label: String) -> RichText {
        let high = areas(.higher).map(\.name)
        let low = areas(.lower).map(\.name)
        let values = [
            "label": RichText(label), "high": RichText(short(high)), "low": RichText(short(low)),
            "areas": RichText(context.areasWord), "area": RichText(context.areaWord)
        ]
        if areas.allSatisfy({ $0.verdict == .hidden }) { return words.text(.titleHidden, values) }
        if areas.map(\.verdict).isUntested { return words.text(.titleUntested, values) }
        return switch (low.isEmpty, high.isEmpty) {
        case (false, false): words.text(.titleBoth, values)
        case (false, true): words.text(.titleLower, values)
        case (true, false): words.text(.titleHigher, values)
        case (true, true): words.text(.titleSame, values)
        }
    }

    private func short(_ names: [String]) -> String {
        names.count <= 2
            ? words.list(names)
            : words.plain(.areasCounted, ["count": words.numbers.word(names.count), "areas": context.areasWord])
    }
}
