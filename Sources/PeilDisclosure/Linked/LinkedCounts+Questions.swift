/// What answers of one question say of those of another.
extension LinkedCounts {
    /// Answers that together got a question: its base, in every group, but for those of them who did not answer it.
    private mutating func addRoute(_ link: CountLink) {
        for (name, place) in placeOfName.sorted(by: { $0.value < $1.value })
        where name.question == link.parts[0].question && name.level == link.parts[0].level {
            let base = placeOfBase[
                BaseMembers.key(question: link.whole.question, area: name.area, segment: name.segment)]
            let parts = link.parts.compactMap { part in
                placeOfName[
                    FigureName(
                        question: part.question, level: part.level, area: name.area, segment: name.segment,
                        statistic: .share)]
            }
            guard let base, parts.count == link.parts.count, parts[0] == place else { continue }
            sums.add(parts, total: base, values)
        }
    }

    /// The same respondents under two names, in every group that shows both.
    mutating func add(_ link: CountLink) {
        if link.whole.level.isEmpty {
            addRoute(link)
            return
        }
        for (name, place) in placeOfName.sorted(by: { $0.value < $1.value })
        where name.question == link.whole.question && name.level == link.whole.level {
            let parts = link.parts.map { part in
                placeOfName[
                    FigureName(
                        question: part.question, level: part.level, area: name.area, segment: name.segment,
                        statistic: .share)]
            }
            let known = parts.compactMap { $0 }
            guard known.count == parts.count, known.reduce(0, { $0 + values[$1] }) == values[place] else { continue }
            sums.add(.init(parts: known, total: place))
        }
    }

    /// Nobody gave two of these answers: in every group they are at most the base, or exactly the base.
    mutating func add(_ group: ExclusiveAnswers) {
        let first = group.answers[0]
        for (name, place) in placeOfName.sorted(by: { $0.value < $1.value })
        where name.question == first.question && name.level == first.level {
            let parts = group.answers.compactMap { answer in
                placeOfName[
                    FigureName(
                        question: answer.question, level: answer.level, area: name.area, segment: name.segment,
                        statistic: .share)]
            }
            guard parts.count == group.answers.count, let base = baseOfName[name], place == parts[0] else { continue }
            let rest = Double(parts.reduce(0) { $0 + values[$1] } - values[base])
            guard rest <= 0, !group.coverEverybody || rest == 0 else { continue }
            let least = group.coverEverybody ? 0 : -Double(values[base])
            sums.add(.init(parts.map { ($0, 1) } + [(base, -1)], from: least, to: 0))
        }
    }

    /// In every group that shows both: the inner answer and what lies between make up the outer one.
    mutating func add(_ pair: NestedAnswers) {
        for (name, inner) in placeOfName.sorted(by: { $0.value < $1.value })
        where name.question == pair.inner.question && name.level == pair.inner.level {
            let outerName = FigureName(
                question: pair.outer.question, level: pair.outer.level, area: name.area, segment: name.segment,
                statistic: .share)
            guard let outer = placeOfName[outerName], values[outer] >= values[inner] else { continue }
            let between = add(
                .rest, "\(outerName.rowID) without \(name.rowID)", values[outer] - values[inner], isHidden: true,
                area: name.area, base: baseOfName[outerName],
                total: totals[inner] == nil ? nil : total(of: outer, less: [inner]))
            protectIfSmall(between)
            sums.add(.init(parts: [inner, between], total: outer))
            guard let others = placeOfOthers[inner] else { continue }
            parts.append((between, others))
            if let outside = placeOfOthers[outer] { parts.append((outside, others)) }
        }
    }
}
