/// All counts of respondents behind the shares of a publication, in one system: answers make up the base, areas the region,
/// segments everyone, and answers of one question those of another.
///
/// The reader is taken to know every count that stands behind a printed share exactly, and every printed base: more than
/// rounded shares of weighted people tell. What is left is least and most of each hidden count (`Attacker`). Also there:
/// how many gave none of the shown answers, and how many did not give an answer that nearly everybody gave.
struct LinkedCounts {
    /// One cell of the system.
    enum Kind: Hashable {
        /// Index of a figure.
        case count(Int)
        /// Nobody prints it: those in the base who gave none of the shown answers.
        case rest
        /// The base less one answer.
        case others
        case base
    }

    private let rules: DisclosureRules
    let cells: [Cell]
    private(set) var kinds: [Kind] = []
    private(set) var names: [String] = []
    private(set) var values: [Int] = []
    private(set) var isHidden: [Bool] = []
    private(set) var primary: [Int: Protection] = [:]
    private(set) var sums = LinkedSums()
    private var placeOfName: [FigureName: Int] = [:]
    private var baseOfName: [FigureName: Int] = [:]
    private var placeOfBase: [String: Int] = [:]
    private(set) var figuresOfBase: [Int: [Int]] = [:]
    private(set) var holdsSegments = false

    /// - Parameter cells: shares of questions that links tie together, decided by their own rules and by `BaseSuppression`.
    init(
        _ cells: [Cell], rules: DisclosureRules, areas: [String], segments: [String], links: [CountLink],
        exclusive: [ExclusiveAnswers] = [], segmentQuestion: String? = nil
    ) {
        self.rules = rules
        self.cells = cells
        var questions: [String] = []
        for cell in cells where questions.last != cell.figure.name.question {
            questions.append(cell.figure.name.question)
        }
        for question in questions {
            let own = cells.indices.filter { cells[$0].figure.name.question == question }
            addQuestion(own, areas, segments)
        }
        for link in links { add(link) }
        for group in exclusive { add(group) }
        guard let segmentQuestion else { return }
        holdsSegments = true
        addSegments(segmentQuestion, questions)
    }

    private mutating func add(_ kind: Kind, _ name: String, _ value: Int, isHidden hidden: Bool) -> Int {
        kinds.append(kind)
        names.append(name)
        values.append(value)
        isHidden.append(hidden)
        return values.count - 1
    }

    // MARK: One question

    private mutating func addQuestion(_ own: [Int], _ areas: [String], _ segments: [String]) {
        let groups = GroupedCells(own.map { cells[$0] })
        let all = own.map { cells[$0] }
        // Answers that overlap have no common rest.
        let isExclusive = groups.keys.allSatisfy { key in
            groups.cells[key, default: []].reduce(0) { $0 + (Self.count(all[$1])) } <= groups.base(key, all)
        }
        let hasRest =
            isExclusive
            && groups.keys.contains { key in
                groups.cells[key, default: []].reduce(0) { $0 + (Self.count(all[$1])) } < groups.base(key, all)
            }
        var bases: [GroupedCells.Key: Int] = [:]
        var rests: [GroupedCells.Key: Int] = [:]
        for key in groups.keys {
            let members = groups.cells[key, default: []]
            let base = groups.base(key, all)
            let name = "\(all[members[0]].figure.name.question)|\(key.area)|\(key.segment)"
            let baseIsHidden = groups.isHidden(key, all)
            let baseCell = add(.base, "base|\(name)", base, isHidden: baseIsHidden)
            bases[key] = baseCell
            figuresOfBase[baseCell] = members.map { own[$0] }
            placeOfBase[BaseMembers.key(all[members[0]].figure.name)] = baseCell
            if baseIsHidden, base > 0, base < rules.minimumFrequency {
                primary[baseCell] = .frequency(Double(base), minimum: Double(rules.minimumFrequency))
            }
            var parts: [Int] = []
            for member in members { parts.append(addCount(own[member], baseCell, base, isExclusive)) }
            guard isExclusive else { continue }
            if hasRest {
                let rest = add(
                    .rest, "rest|\(name)", base - parts.reduce(0) { $0 + values[$1] }, isHidden: true)
                rests[key] = rest
                protectIfSmall(rest)
                parts.append(rest)
            }
            sums.add(.init(parts: parts, total: baseCell))
        }
        addSums(groups.keys, bases, rests, own, areas, segments)
    }

    private mutating func addCount(_ index: Int, _ baseCell: Int, _ base: Int, _ isExclusive: Bool) -> Int {
        let cell = cells[index]
        let count = Self.count(cell)
        let place = add(.count(index), cell.figure.name.rowID, count, isHidden: cell.isHidden)
        placeOfName[cell.figure.name] = place
        baseOfName[cell.figure.name] = baseCell
        let others = base - count
        if others > 0, others < rules.minimumFrequency, cell.isHidden || !isExclusive {
            let rest = add(.others, "others|\(cell.figure.name.rowID)", others, isHidden: true)
            protectIfSmall(rest)
            sums.add(.init(parts: [place, rest], total: baseCell))
        }
        guard cell.isHidden else { return place }
        switch cell.reason {
        case .sensitiveBelowRegion: primary[place] = count > 0 ? .exact(Double(count)) : nil
        case .groupDisclosure:
            let most = (rules.groupDisclosureShare * Double(base)).rounded(.down)
            primary[place] = Protection(lowAtMost: min(most, Double(count)), highAtLeast: Double(count), width: 1)
        case .smallCell, .smallBase, .complement, .indicativeBase, .indicativeEffectiveN, .wideInterval, .confidential,
            nil:
            break
        }
        protectIfSmall(place)
        return place
    }

    private mutating func protectIfSmall(_ place: Int) {
        let value = values[place]
        guard value > 0, value < rules.minimumFrequency else { return }
        primary[place] = .frequency(Double(value), minimum: Double(rules.minimumFrequency))
    }

    // MARK: Sums over areas, segments and questions

    private mutating func addSums(
        _ keys: [GroupedCells.Key], _ bases: [GroupedCells.Key: Int], _ rests: [GroupedCells.Key: Int], _ own: [Int],
        _ areas: [String], _ segments: [String]
    ) {
        var levels: [String] = []
        for index in own where !levels.contains(cells[index].figure.name.level) {
            levels.append(cells[index].figure.name.level)
        }
        let question = cells[own[0]].figure.name.question
        func place(_ level: String?, _ key: GroupedCells.Key, _ table: [GroupedCells.Key: Int]) -> Int? {
            guard let level else { return table[key] }
            return placeOfName[
                FigureName(
                    question: question, level: level, area: key.area, segment: key.segment, statistic: .share)]
        }
        for key in keys {
            let inside = [
                key.area.isEmpty ? areas.map { GroupedCells.Key(area: $0, segment: key.segment) } : [],
                key.segment.isEmpty ? segments.map { GroupedCells.Key(area: key.area, segment: $0) } : []
            ]
            for members in inside {
                for (level, table) in levels.map({ (Optional($0), bases) }) + [(nil, bases), (nil, rests)] {
                    sums.add(
                        members.compactMap { place(level, $0, table) }, total: place(level, key, table), values)
                }
            }
        }
    }

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
    private mutating func add(_ link: CountLink) {
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
    private mutating func add(_ group: ExclusiveAnswers) {
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

    // MARK: Segments

    /// Who answered a question in a segment is part of the segment: its base is at most what the question of segments counts there,
    /// and exactly that where everybody answered.
    private mutating func addSegments(_ whole: String, _ questions: [String]) {
        guard let everybody = placeOfBase[BaseMembers.key(question: whole, area: "", segment: "")] else { return }
        for (name, place) in placeOfName.sorted(by: { $0.value < $1.value }) where name.question == whole {
            for question in questions where question != whole {
                func base(_ area: String, _ segment: String) -> Int? {
                    placeOfBase[BaseMembers.key(question: question, area: area, segment: segment)]
                }
                guard let own = base(name.area, name.level), isHidden[own] || isHidden[place] else { continue }
                let missing = Double(values[place] - values[own])
                guard missing >= 0 else { continue }
                let isAnsweredByAll = base("", "").map { values[$0] == values[everybody] } ?? false
                sums.add(
                    .init([(place, 1), (own, -1)], from: 0, to: isAnsweredByAll ? missing : Double(values[everybody])))
            }
        }
    }

    /// Of a mean, everybody in its base.
    private static func count(_ cell: Cell) -> Int {
        cell.figure.count ?? (cell.figure.name.statistic == .mean ? cell.figure.base : 0)
    }
}
